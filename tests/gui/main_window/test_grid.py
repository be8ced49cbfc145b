"""What stands in the window stands on one grid: distances of one scale, one left edge, one line of buttons."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QBoxLayout,
    QFormLayout,
    QGridLayout,
    QLabel,
    QLayout,
    QWidget,
)

from bindtool.gui.common.theme import theme
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import find
from tests.gui.conftest import SMALLEST
from tests.gui.main_window.test_room import SCREENS, finished, in_each_language
from tests.gui.whole_window import EquippedWindow, whole_window

pytestmark = pytest.mark.long

SCALE = frozenset({0, theme.TIGHT, theme.GAP, theme.STEP, theme.MARGIN, theme.PAGE, theme.SECTION})
BEARING = 6
"""Pixels by which a letter or an icon may begin behind its own edge."""


def distances(layout: QLayout) -> set[int]:
    """Return the pixels around what a layout holds, and between its parts."""
    margins = layout.contentsMargins()
    found = {margins.left(), margins.top(), margins.right(), margins.bottom()}
    if isinstance(layout, QGridLayout | QFormLayout):
        found |= {layout.horizontalSpacing(), layout.verticalSpacing()}
    elif layout.count() > 1:
        found.add(layout.spacing())
    return found


def test_distances_are_of_one_scale(qapp: QApplication, texts: Texts) -> None:
    """On every screen 0, 4, 8, 12, 16, 24 or 32 pixels are between what stands side by side, and around it."""
    odd: dict[str, set[int]] = {}
    with whole_window(texts, SMALLEST) as window:
        for bring in SCREENS:
            root = bring(window, texts)
            QApplication.processEvents()
            for layout in root.findChildren(QLayout):
                on = layout.parentWidget()
                if on is not None and on.isVisible() and isinstance(layout, QBoxLayout | QFormLayout | QGridLayout):
                    found = distances(layout) - SCALE
                    odd |= {f"{type(on).__name__} on {bring.__name__}": found} if found else {}
            if root is not window:
                root.close()

    assert odd == {}


def ink(widget: QWidget, root: QWidget, left: int) -> int:
    """Return where the first words or icon in the rows of a widget begin, in pixels from the left of a window.

    `left`: where it is looked for, behind what frames the window or stands at its side.
    """
    top = widget.mapTo(root, QPoint()).y()
    picture = root.grab(QRect(0, top, root.width(), widget.height())).toImage()
    column = range(theme.TIGHT, picture.height() - theme.TIGHT)
    ground = [picture.pixel(left, y) for y in column]
    return next(x for x in range(left, picture.width()) if [picture.pixel(x, y) for y in column] != ground)


def middle(widget: QWidget, root: QWidget) -> int:
    """Return how far below the top of a window the middle of a widget is."""
    return widget.mapTo(root, widget.rect().center()).y()


def parts(window: EquippedWindow, texts: Texts) -> dict[str, QWidget]:
    """Return what begins at the left edge of the window."""
    return {
        "header": window.header,
        "scan bar": window.scan_bar,
        "summary": window.summary,
        "table's head": window.table.horizontalHeader(),
        "row": window.table.viewport(),
        "counts": window.footer.counts,
        "status": find(window.footer, QLabel, texts("foot.status")),
    }


@in_each_language
@pytest.mark.parametrize("size", [SMALLEST, (1366, 728)])
def test_there_is_one_left_edge(qapp: QApplication, texts: Texts, size: tuple[int, int]) -> None:
    """Profile, headline, sums, rows, counts and what is saved begin 16 pixels behind the edge of the window."""
    with whole_window(texts, size) as window:
        finished(window, texts)
        window.footer.show_status(texts("status.saved"))
        for _ in range(3):
            QApplication.processEvents()
        edge = window.table.mapTo(window, QPoint()).x() + theme.MARGIN
        behind = {name: ink(part, window, edge - theme.GAP) - edge for name, part in parts(window, texts).items()}

    assert {name: pixels for name, pixels in behind.items() if not 0 <= pixels <= BEARING} == {}


@in_each_language
def test_the_counts_and_the_next_step_are_in_line(qapp: QApplication, texts: Texts) -> None:
    """The counts, the button that finds and Bind have one middle, and end where the count of the job does."""
    with whole_window(texts, SMALLEST) as window:
        finished(window, texts)
        QApplication.processEvents()
        bind = find(window, QAbstractButton, texts("foot.bind_name"))
        job = find(window, QAbstractButton, texts("scan.job"))
        right = bind.mapTo(window, bind.rect().topRight()).x()

        assert middle(window.footer.counts, window) == pytest.approx(middle(bind, window), abs=1)
        assert middle(window.footer.find_button, window) == pytest.approx(middle(bind, window), abs=1)
        assert job.mapTo(window, job.rect().topRight()).x() - theme.GAP == right
