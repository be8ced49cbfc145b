"""The dialog for what is true of the whole sheet."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest

from bindtool.core.model.row import SheetHead
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.sheet.details_dialog import SheetDetailsDialog
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import said
from tests.gui.conftest import Show

HEAD = SheetHead(1, datetime(2026, 10, 9, tzinfo=UTC), job="WO-1125", expected=400, operator="A12")


@pytest.fixture
def dialog(texts: Texts, window: MainWindow, show: Show) -> SheetDetailsDialog:
    """The dialog, with what is known of a sheet."""
    dialog = SheetDetailsDialog(texts, window)
    dialog.begin(HEAD)
    show(dialog)
    return dialog


@pytest.mark.parametrize("field", ["job", "expected", "operator", "done_button"])
def test_return_is_done(dialog: SheetDetailsDialog, field: str) -> None:
    """From each field, as from the button."""
    described = QSignalSpy(dialog.described)
    QTest.keyClick(getattr(dialog, field), Qt.Key.Key_Return)
    assert described.at(0) == ["WO-1125", 400, "A12"]
    assert not dialog.isVisible()


def test_return_on_cancel_is_cancel(dialog: SheetDetailsDialog) -> None:
    """Whoever has moved the keyboard there means it."""
    described = QSignalSpy(dialog.described)
    dialog.done_button.setFocus()
    QTest.keyClick(dialog.done_button, Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    focus = dialog.focusWidget()
    assert focus is not None
    assert focus.accessibleName() == "Cancel"
    QTest.keyClick(focus, Qt.Key.Key_Return)
    assert (described.count(), dialog.isVisible()) == (0, False)


def test_a_scan_is_offered_and_taken_by_a_person(dialog: SheetDetailsDialog) -> None:
    """It changes nothing by itself; the next time it is forgotten."""
    taken = QSignalSpy(dialog.badge_taken)
    dialog.offer("A12-0007 ")
    assert "Scanned just now: A12-0007" in said(dialog)
    assert (dialog.job.text(), dialog.operator.text(), taken.count()) == ("WO-1125", "A12", 0)
    dialog.use_scan.click()
    assert (dialog.job.text(), dialog.operator.text(), taken.count()) == ("WO-1125", "A12-0007", 1)
    assert "Scanned" not in said(dialog)
    dialog.offer("SPK1")
    dialog.reject()
    dialog.begin(HEAD)
    assert "Scanned" not in said(dialog)


def test_a_scan_that_comes_elsewhere_is_not_offered(dialog: SheetDetailsDialog) -> None:
    """The wedge tells of each that was swallowed; this one had nothing to do with names."""
    dialog.reject()
    dialog.offer("SPK1")
    dialog.begin(HEAD)
    assert "SPK1" not in said(dialog)
