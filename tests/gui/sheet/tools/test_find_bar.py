"""The line in which rows are searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy

from bindtool.gui.sheet.tools.find_bar import FindBar
from tests.gui.acting import key, press, said

if TYPE_CHECKING:
    from bindtool.i18n.catalogue import Texts
    from tests.gui.conftest import Show


@pytest.fixture
def bar(texts: Texts, show: Show) -> FindBar:
    """Give the line with the keys in it."""
    made = FindBar(texts)
    show(made)
    made.begin()
    return made


@pytest.mark.parametrize("which", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down])
def test_return_and_the_arrow_lead_on(bar: FindBar, which: Qt.Key) -> None:
    """GIVEN a text WHEN Return or the arrow down is pressed THEN the hands go on to what was found."""
    left = QSignalSpy(bar.field.left)
    key(bar.field, which)
    assert left.count() == 1


def test_what_is_found_and_what_is_missed_is_said(bar: FindBar) -> None:
    """GIVEN a search WHEN something is said of it THEN it can be read and heard; all rows are one press away."""
    wanted = QSignalSpy(bar.all_requested)
    bar.field.setText("3f")
    bar.show_found("12 of 212 rows", "1 new row is not shown here")
    assert bar.field.text() == "3f"
    assert said(bar).split("\n") == ["12 of 212 rows", "1 new row is not shown here"]
    told = QSignalSpy(bar.announced)
    bar.tell()
    assert told.at(0) == ["12 of 212 rows"]
    press(bar, "Show all")
    assert wanted.count() == 1
