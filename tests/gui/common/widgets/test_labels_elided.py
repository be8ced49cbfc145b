"""A line that gives way, and is still whole for whoever asks."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from bindtool.gui.common.widgets.labels import ElidedLabel
from tests.gui.conftest import Show

LONG = "Already in row 147, scanned 09:41:07 by A12, and bound a week ago"
NARROW = 200


def test_a_long_text_gives_way(show: Show) -> None:
    """GIVEN a narrow window THEN a long text ends in "…" and is whole in the tool tip; a wide one shows it all."""
    window, label = QWidget(), ElidedLabel()
    label.setText(LONG)
    QHBoxLayout(window).addWidget(label)
    window.resize(NARROW, 40)
    show(window)

    assert (window.width(), label.toolTip(), label.text()) == (NARROW, LONG, LONG)
    drawn = label.grab().toImage()
    label.setText(label.fontMetrics().elidedText(LONG, Qt.TextElideMode.ElideRight, label.width()))
    assert label.text().endswith("…")
    assert label.grab().toImage() == drawn
    label.setText(LONG)
    window.resize(1200, 40)
    assert label.toolTip() == ""
