"""The whole window for a test, and nothing left of it afterwards: whoever dresses the program anew dresses all."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent

from bindtool.gui.common.shell.session_state import InputModeService
from bindtool.gui.main_window.keyboard_navigation import KeyboardNavigation
from bindtool.gui.main_window.window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from bindtool.i18n.catalogue import Texts


@dataclass
class OneView:
    """Something that Esc leaves, in place of the controller that has it."""

    is_open: bool = False

    def leave(self) -> None:
        """Close it."""
        self.is_open = False


def navigation(window: MainWindow) -> KeyboardNavigation:
    """Connect the keys of a window in which there is no history and no view of the sheet."""
    return KeyboardNavigation(window, InputModeService(), OneView, OneView(), OneView())


@contextmanager
def whole_window(texts: Texts, day: date, size: tuple[int, int]) -> Iterator[MainWindow]:
    """Show the window of practice mode, no larger than `size`."""
    window = MainWindow(texts, day, practice=True)
    window.setMaximumSize(*size)
    window.show()
    window.resize(*size)
    yield window
    window.leave()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete.value)
