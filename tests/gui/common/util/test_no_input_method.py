"""Fields for ids take no input method; others do."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QInputMethodQueryEvent
from PySide6.QtWidgets import QLineEdit

from bindtool.gui.common.util.no_input_method import disable_input_method
from tests.gui.conftest import Show


def answers(field: QLineEdit) -> QInputMethodQueryEvent:
    """Ask a field what the system's input method asks when the focus comes."""
    query = QInputMethodQueryEvent(Qt.InputMethodQuery.ImEnabled | Qt.InputMethodQuery.ImSurroundingText)
    QCoreApplication.sendEvent(field, query)
    return query


def test_an_id_field_takes_no_input_method(show: Show) -> None:
    """GIVEN a field for ids WHEN the input method asks THEN it is told to keep out, and gets its other answers."""
    field = QLineEdit("SPK26113F21A0")
    disable_input_method(field)
    show(field)

    query = answers(field)

    assert query.value(Qt.InputMethodQuery.ImEnabled) is False
    assert query.value(Qt.InputMethodQuery.ImSurroundingText) == "SPK26113F21A0"


def test_a_label_field_keeps_its_input_method(show: Show) -> None:
    """GIVEN a field for labels WHEN the input method asks THEN it may come."""
    field = QLineEdit()
    show(field)

    assert answers(field).value(Qt.InputMethodQuery.ImEnabled) is True
