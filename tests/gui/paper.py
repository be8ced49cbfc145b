"""Pages that record the text drawn on them, in place of a printer."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QPoint, QPointF
from PySide6.QtGui import (
    QPageSize,
    QPaintDevice,
    QPaintEngine,
    QPaintEngineState,
    QPainterPath,
    QPdfWriter,
    QTextItem,
)


class Paper(QPdfWriter):
    """A device of A4 pages; `pages` has the texts of each, in drawing order."""

    def __init__(self) -> None:
        self._nowhere = QBuffer()
        super().__init__(self._nowhere)
        self.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        self.pages: list[list[str]] = [[]]
        self._engine = _Engine(self.pages)

    def paintEngine(self) -> QPaintEngine:
        """Return the recorder."""
        return self._engine

    def newPage(self) -> bool:
        """Begin a page."""
        self.pages.append([])
        return True


class _Engine(QPaintEngine):
    def __init__(self, pages: list[list[str]]) -> None:
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self._pages = pages

    def begin(self, device: QPaintDevice) -> bool:
        return True

    def end(self) -> bool:
        return True

    def updateState(self, state: QPaintEngineState) -> None:
        pass

    def type(self) -> QPaintEngine.Type:
        return QPaintEngine.Type.User

    def drawPath(self, path: QPainterPath) -> None:
        pass

    def drawPolygon(self, *args: object) -> None:
        pass

    def drawPixmap(self, *args: object) -> None:
        pass

    def drawTextItem(self, place: QPointF | QPoint | QPainterPath.Element, item: QTextItem) -> None:
        self._pages[-1].append(item.text())
