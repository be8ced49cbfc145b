"""The content of an empty sheet: a picture, and the ways to add devices.

It is placed above the table, not inside it: a screen reader finds only cells in a table. `main_window.controller`
chooses the samples and adds them to the sheet.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import BarButton
from bindtool.gui.common.widgets.labels import headline, line
from bindtool.resource_paths import asset

if TYPE_CHECKING:
    from bindtool.gui.common.shell.actions import Actions
    from bindtool.gui.sheet.table_view import SheetTableView
    from bindtool.i18n.catalogue import Texts

_PICTURE = QSize(240, 120)
_MARGINS = (theme.PAGE, theme.GAP, theme.PAGE, theme.GAP)
_LEAST = 60
"""Minimum height in pixels at which the picture is recognisable."""


class EmptySheet(QWidget):
    """Shows the first steps. If there is little height, the picture is hidden first, then all but the first
    sentence.

    Args:
        page: the parent of the table.
        practice: offer sample devices too.

    Signals:
        samples_requested(): asks for sample devices in the sheet.
    """

    samples_requested = Signal()

    def __init__(
        self, texts: Texts, actions: Actions, table: SheetTableView, page: QWidget, *, practice: bool
    ) -> None:
        super().__init__(page)
        self._table, self._page = table, page
        self.picture = Picture("first_scan.svg")
        self.title = headline(texts("empty.title"))
        self.about = line(texts("empty.practice" if practice else "empty.about"), Tone.QUIET)
        for words in (self.title, self.about):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.samples = BarButton(texts("empty.samples"), clicked=self.samples_requested)
        self.samples.setVisible(practice)
        self.open = BarButton(texts("menu.open_list"), clicked=actions["open_list"].trigger)
        self.paste = BarButton(texts("menu.paste"), clicked=table.paste)
        for button, action in ((self.open, "open_list"), (self.paste, "paste")):
            button.setToolTip(texts("head.with_key", words=button.text(), keys=actions.key(action)))
        layouts.column(
            1,
            (self.picture, 0, Qt.AlignmentFlag.AlignHCenter),
            layouts.column(self.title, self.about, spacing=theme.TIGHT),
            layouts.row(1, self.samples, self.open, self.paste, 1, spacing=theme.STEP),
            1,
            on=self,
            spacing=theme.MARGIN,
            margins=_MARGINS,
        )
        self.setAcceptDrops(True)
        for before, after in pairwise((table, self.samples, self.open, self.paste)):
            QWidget.setTabOrder(before, after)
        for watched in (table, table.viewport()):
            watched.installEventFilter(self)
        table.emptied.connect(self.setVisible)
        self.setVisible(table.is_empty)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the table's viewport."""
        if event.type() in {QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show}:
            viewport = self._table.viewport()
            place = viewport.rect().translated(viewport.mapTo(self._page, viewport.rect().topLeft()))
            self.setGeometry(place)
            self.raise_()
        return super().eventFilter(watched, event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept whatever the table accepts."""
        self._table.dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Accept it wherever the table does."""
        self._table.dragMoveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Pass the drop on to the table."""
        self._table.dropEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the table's menu."""
        self._table.contextMenuEvent(event)

    def event(self, event: QEvent) -> bool:
        """Choose the layout anew when the text size changes."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the picture the height that the text leaves."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        left, above, right, below = _MARGINS
        width, buttons = self.width() - left - right, max(self.open.sizeHint().height(), self.open.minimumHeight())
        free = self.height() - above - self.title.heightForWidth(width) - theme.MARGIN - buttons - below
        about = theme.TIGHT + self.about.heightForWidth(width)
        self.about.setVisible(free >= about)
        free -= about + theme.MARGIN
        self.picture.setVisible(free >= _LEAST)
        if free >= _LEAST:
            self.picture.setFixedSize(_PICTURE.scaled(_PICTURE.width(), free, Qt.AspectRatioMode.KeepAspectRatio))


class Picture(QWidget):
    """A drawing of `resources/pictures` in the colours of the theme, sharp at any size and scale.

    In the file, "currentColor" marks lines, and "AccentColor" the accented parts.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self._drawing = asset("pictures", name).read_text(encoding="utf-8")

    def paintEvent(self, event: QPaintEvent) -> None:
        lines, accent = (theme.text_colour(tone, self.palette()).name() for tone in (Tone.QUIET, Tone.BUSY))
        drawing = self._drawing.replace("currentColor", lines).replace("AccentColor", accent)
        painter = QPainter(self)
        QSvgRenderer(drawing.encode()).render(painter, self.rect())
