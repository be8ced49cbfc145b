"""A line that gives way, and is still whole for whoever asks."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from bindtool.gui.common.widgets.labels import ElidedLabel
from tests.gui.conftest import Show

LONG = "Already in row 147, scanned 09:41:07 by A12, and bound a week ago"
NARROW = 200


def placed(show: Show) -> tuple[QWidget, ElidedLabel]:
    """Return a narrow window and the label with the long text in it."""
    window = QWidget()
    label = ElidedLabel()
    label.setText(LONG)
    QHBoxLayout(window).addWidget(label)
    window.resize(NARROW, 40)
    show(window)
    return window, label


def test_a_long_text_gives_way(show: Show) -> None:
    """GIVEN a long text WHEN the window is narrow THEN the window stays so, and the tool tip has the whole text."""
    window, label = placed(show)

    assert window.width() == NARROW
    assert label.toolTip() == LONG
    assert label.text() == LONG


def test_a_text_that_fits_needs_no_tool_tip(show: Show) -> None:
    """GIVEN a narrow window WHEN it is made wide THEN the tool tip goes."""
    window, label = placed(show)

    window.resize(1200, 40)

    assert label.toolTip() == ""


def test_it_ends_in_an_ellipsis(show: Show) -> None:
    """GIVEN a long text WHEN there is little room THEN its drawing is that of the text with an ellipsis."""
    _window, label = placed(show)
    drawn = label.grab().toImage()

    label.setText(label.fontMetrics().elidedText(LONG, Qt.TextElideMode.ElideRight, label.width()))

    assert label.text().endswith("…")
    assert label.grab().toImage() == drawn
