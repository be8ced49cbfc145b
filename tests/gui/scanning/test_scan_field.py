"""A scanner types into the scan field, and a person pastes into it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QClipboard, QKeyEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout

from bindtool.gui.scanning.scan_field import ScanField
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import takes_input_method
from tests.gui.conftest import Show


@pytest.fixture
def field(texts: Texts, show: Show) -> ScanField:
    """Give a scan field that has the focus."""
    made = ScanField(texts)
    show(made)
    made.activateWindow()
    made.setFocus()
    return made


def paste(field: ScanField, clipboard: QClipboard, text: str) -> None:
    """Copy a text elsewhere and paste it here."""
    clipboard.setText(text)
    QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def emitted(spy: QSignalSpy) -> list[object]:
    """Return what a signal has carried so far."""
    return [spy.at(turn)[0] for turn in range(spy.count())]


@pytest.mark.parametrize("end", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_return_hands_a_scan_on(field: ScanField, end: Qt.Key) -> None:
    """GIVEN the focus WHEN two codes are scanned THEN each is handed on as it came and the field is empty."""
    scanned = QSignalSpy(field.scanned)

    for text in (" 0012345678901234567890 ", "SN:1;MAC:2"):
        QTest.keyClicks(field, text)
        QTest.keyClick(field, end)

    assert emitted(scanned) == [" 0012345678901234567890 ", "SN:1;MAC:2"]
    assert field.text() == ""
    assert field.hasFocus()


def test_return_alone_says_nothing(field: ScanField) -> None:
    """GIVEN an empty field WHEN Return comes THEN nothing is handed on."""
    scanned = QSignalSpy(field.scanned)

    QTest.keyClick(field, Qt.Key.Key_Return)

    assert scanned.count() == 0


def test_return_submits_nothing(texts: Texts, show: Show) -> None:
    """GIVEN a dialog with a default button WHEN a scan comes THEN the button is not pressed."""
    dialog = QDialog()
    field, button = ScanField(texts), QPushButton("OK")
    button.setDefault(True)
    column = QVBoxLayout(dialog)
    column.addWidget(field)
    column.addWidget(button)
    show(dialog)
    clicked = QSignalSpy(button.clicked)

    QTest.keyClicks(field, "SPK26113F21A0")
    QTest.keyClick(field, Qt.Key.Key_Return)

    assert clicked.count() == 0
    assert dialog.isVisible()


def test_ctrl_return_is_for_the_window(field: ScanField) -> None:
    """GIVEN a text WHEN Ctrl+Return comes THEN the field lets it pass and keeps the text."""
    scanned = QSignalSpy(field.scanned)
    QTest.keyClicks(field, "SPK")
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    QCoreApplication.sendEvent(field, event)

    assert not event.isAccepted()
    assert scanned.count() == 0
    assert field.text() == "SPK"


@pytest.mark.parametrize("text", ["A1\nA2", "A1\r\nA2\r\n", "A1\tlabel", "A1\tlabel\nA2\tlabel\n"])
def test_a_list_is_handed_on_whole(field: ScanField, clipboard: QClipboard, text: str) -> None:
    """GIVEN lines or cells on the clipboard WHEN they are pasted THEN they are handed on whole, not as one scan."""
    scanned, pasted = QSignalSpy(field.scanned), QSignalSpy(field.pasted)

    paste(field, clipboard, text)

    assert emitted(pasted) == [text]
    assert scanned.count() == 0
    assert field.text() == ""


def test_a_long_list_is_not_cut(field: ScanField, clipboard: QClipboard) -> None:
    """GIVEN more lines than a line edit takes by itself WHEN they are pasted THEN none is lost."""
    lines = [f"SPK{number:012d}\t智能音箱-{number}" for number in range(10_000)]
    pasted = QSignalSpy(field.pasted)

    paste(field, clipboard, "\n".join(lines))

    assert emitted(pasted) == ["\n".join(lines)]


def test_one_line_with_its_end_stays_in_the_field(field: ScanField, clipboard: QClipboard) -> None:
    """GIVEN one cell of a spreadsheet WHEN it is pasted THEN it waits in the field, without the line's end."""
    pasted = QSignalSpy(field.pasted)

    paste(field, clipboard, "SPK26113F21A0\r\n")

    assert field.text() == "SPK26113F21A0"
    assert pasted.count() == 0


@pytest.mark.parametrize(("typed", "taken"), [("", False), ("SPK", True)])
def test_undo_is_the_sheets_while_the_field_is_empty(field: ScanField, typed: str, *, taken: bool) -> None:
    """GIVEN a field WHEN Ctrl+Z comes THEN it is taken only where something is typed."""
    QTest.keyClicks(field, typed)
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    event.ignore()

    QCoreApplication.sendEvent(field, event)

    assert event.isAccepted() is taken


def test_undo_brings_no_scan_back(field: ScanField) -> None:
    """GIVEN a scan that was handed on WHEN undo is pressed THEN the field stays empty."""
    QTest.keyClicks(field, "SPK26113F21A0")
    QTest.keyClick(field, Qt.Key.Key_Return)

    QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    assert field.text() == ""


def test_no_input_method_comes_between(field: ScanField) -> None:
    """GIVEN a pinyin input method WHEN it asks the field THEN it is told to keep out."""
    assert not takes_input_method(field)


def test_while_no_scan_is_taken(field: ScanField, clipboard: QClipboard) -> None:
    """GIVEN half a scan WHEN the disk fails THEN the half goes, keys come to nothing, and the keyboard stays."""
    scanned, missed = QSignalSpy(field.scanned), QSignalSpy(field.missed)
    QTest.keyClicks(field, "SPK2")

    field.take_scans(why_not="The disk is full")

    QTest.keyClicks(field, "6113")
    QTest.keyClick(field, Qt.Key.Key_Return)
    paste(field, clipboard, "A1\nA2")
    assert (field.text(), scanned.count(), missed.count()) == ("", 0, 1)
    assert field.hasFocus()
    assert field.accessibleDescription() == "The disk is full"
    field.take_scans()
    QTest.keyClicks(field, "SPK3")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert emitted(scanned) == ["SPK3"]
    assert field.accessibleDescription() == ""
