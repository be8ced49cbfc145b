"""Draws the program's icon as PNG files in the sizes required by desktops.

Usage: python packaging/draw_icons.py FOLDER SIZE... creates FOLDER/<size>.png from resources/icons/bindtool.svg.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ICON = Path(__file__).resolve().parent.parent / "resources" / "icons" / "bindtool.svg"


def main(folder: Path, sizes: list[int]) -> int:
    """Draw each size, in pixels; return 1 if one could not be written."""
    folder.mkdir(parents=True, exist_ok=True)
    for size in sizes:
        if not drawn(size).save(str(folder / f"{size}.png")):
            return 1
    return 0


def drawn(size: int) -> QImage:
    """Return the icon as a square picture."""
    picture = QImage(size, size, QImage.Format.Format_ARGB32)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(ICON)).render(painter)
    painter.end()
    return picture


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), [int(size) for size in sys.argv[2:]]))
