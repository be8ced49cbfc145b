"""What is drawn in the cells of the table, by its pixels, in each look that the program has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.sheet_view.columns import Column
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.high_contrast import contrast, contrast_palette, is_contrast_palette
from bindtool.gui.common.theme.icons import Mark
from bindtool.gui.sheet.table_model import SheetTableModel
from bindtool.gui.sheet.table_view import SheetTableView
from bindtool.i18n.catalogue import Texts
from tests.core.store.samples import row
from tests.gui.black_and_white import black_and_white
from tests.gui.conftest import Show

SEEN = 3.0
"""To one, as WCAG 2.2 asks of what a person has to find (1.4.11)."""

BEFORE_WORD = 40
"""Pixels of a cell before the word of a state: the margin and the icon."""

LOOKS: dict[str, Callable[[QApplication], None]] = {
    "light": lambda app: theme.apply_scheme(app, dark=False),
    "dark": lambda app: theme.apply_scheme(app, dark=True),
    "black": lambda app: theme.apply_palette(app, contrast_palette(black_and_white(app.palette(), dark=True))),
    "white": lambda app: theme.apply_palette(app, contrast_palette(black_and_white(app.palette(), dark=False))),
}


@pytest.fixture(params=LOOKS)
def view(
    request: pytest.FixtureRequest, qapp: QApplication, texts: Texts, model: SheetTableModel, show: Show
) -> Iterator[SheetTableView]:
    """A table of three rows in one of the looks: the two upper ones are held, and the lowest is ready."""
    LOOKS[request.param](qapp)
    held = Hold.of(HoldReason.ODD_ONE_OUT)
    model.show(Sheet(replace(row(n), saved=True, held=held if n > 1 else None) for n in range(1, 4)))
    view = SheetTableView(texts, model)
    show(view)
    view.setFocus()
    yield view
    theme.apply_scheme(qapp, dark=False)


def pixels(view: SheetTableView, place: QRect) -> list[list[QColor]]:
    """Return the colours of a part of the table, line by line."""
    image = view.viewport().grab(place).toImage()
    return [[image.pixelColor(x, y) for x in range(image.width())] for y in range(image.height())]


@pytest.mark.parametrize("selected", [False, True])
def test_the_box_of_a_held_row_is_seen(view: SheetTableView, *, selected: bool) -> None:
    """GIVEN held rows, on plain ground and on a stripe WHEN looked at THEN each edge of the box has 3:1."""
    for at in (0, 1):
        index = view.model().index(at, Column.STATUS)
        view.clearSelection()
        if selected:
            view.select([3 - at])
        cell = view.visualRect(index)
        # Between the state's word and the box's own word.
        start = cell.left() + BEFORE_WORD + view.fontMetrics().horizontalAdvance("held") + 6
        strip = pixels(view, QRect(start, cell.top() + 4, 28, cell.height() - 8))
        ground = Counter(colour.name() for line in strip for colour in line).most_common(1)[0][0]
        middle = strip[len(strip) // 2]
        edges = [x for x, colour in enumerate(middle) if contrast(colour, QColor(ground)) >= SEEN]
        assert len(edges) >= 2
        left, right = edges[0], edges[-1]
        assert 12 <= right - left <= 18
        inside = [line[(left + right) // 2] for line in strip]
        edges = [y for y, colour in enumerate(inside) if contrast(colour, QColor(ground)) >= SEEN]
        assert len(edges) >= 2
        assert 12 <= edges[-1] - edges[0] <= 18


def test_what_a_tick_does_stands_beside_the_box(view: SheetTableView) -> None:
    """GIVEN a held row WHEN its status is looked at THEN there is a word in the place of the last one."""
    cell = view.visualRect(view.model().index(0, Column.STATUS))
    word = QRect(
        cell.right() - view.fontMetrics().horizontalAdvance("Include"), cell.top() + 4, 30, cell.height() - 8
    )
    strip = pixels(view, word)
    ground = QColor(Counter(colour.name() for line in strip for colour in line).most_common(1)[0][0])
    assert max(contrast(colour, ground) for line in strip for colour in line) >= SEEN


def test_the_current_cell_is_drawn_once(view: SheetTableView) -> None:
    """GIVEN an empty cell with the cursor WHEN it is looked at THEN it has a frame, and nothing else in it."""
    index = view.model().index(2, Column.MESSAGE)
    view.setCurrentIndex(index)
    cell = view.visualRect(index)
    wide = 6 if is_contrast_palette(view.palette()) else 2
    lines = pixels(view, cell.adjusted(wide, wide, -wide, -wide))
    assert len({colour.name() for line in lines for colour in line}) == 1
    frame = pixels(view, QRect(cell.left(), cell.center().y(), 1, 1))[0][0]
    assert contrast(frame, lines[0][0]) >= SEEN


def test_the_current_cell_differs_from_those_that_are_selected(view: SheetTableView) -> None:
    """GIVEN a row that is selected WHEN the cursor is in one of its cells THEN that has an edge of its own."""
    model = view.model()
    view.setCurrentIndex(model.index(2, Column.MESSAGE))
    cells = [view.visualRect(model.index(2, column)) for column in (Column.MESSAGE, Column.LOG_ID)]
    edges = [pixels(view, QRect(cell.left(), cell.center().y(), 8, 1)) for cell in cells]
    assert edges[0] != edges[1]


@pytest.mark.parametrize("selected", [False, True])
def test_a_selected_row_keeps_the_colour_of_its_state(view: SheetTableView, *, selected: bool) -> None:
    """GIVEN a held row WHEN it is selected THEN the word is drawn in the colour of its tone, as before."""
    view.clearSelection()
    if selected:
        view.select([3])
    cell = view.visualRect(view.model().index(0, Column.STATUS))
    held = QRect(cell.left() + BEFORE_WORD, cell.top(), view.fontMetrics().horizontalAdvance("held"), cell.height())
    word = pixels(view, held)

    drawn = Counter(colour.name() for line in word for colour in line)
    assert drawn[theme.text_colour(Mark.HELD.tone, view.palette()).name()] >= 4
