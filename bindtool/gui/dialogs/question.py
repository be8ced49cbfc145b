"""A question before something that a person may not want: opened, not waited for.

Owns the box with its two answers. What is asked and what follows are the caller's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from bindtool.core.message import Parameter
    from bindtool.texts import Texts


def ask(
    parent: QWidget, texts: Texts, name: str, agreed: Callable[[], None], /, **values: Parameter
) -> QMessageBox:
    """Ask `<name>.title`, explain with `<name>.body`, and call `agreed` if `<name>.yes` is pressed.

    "No" is the default: a scanner's Return agrees to nothing.
    """
    box = QMessageBox(
        QMessageBox.Icon.NoIcon, texts("question.title"), texts(f"{name}.title", **values), parent=parent
    )
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setInformativeText(texts(f"{name}.body", **values))
    yes = box.addButton(texts(f"{name}.yes", **values), QMessageBox.ButtonRole.AcceptRole)
    no = box.addButton(texts("question.no"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(no)
    box.setEscapeButton(no)
    yes.clicked.connect(agreed)
    box.open()
    return box
