"""Draws the program's icon in the formats of Windows, its setup and macOS.

`icons.py FOLDER` writes bindtool.ico and bindtool.icns, both containers of PNG files with an index, and setup.bmp,
the side picture of the setup's first page. The drawing is `resources/icons/bindtool.svg`.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

DRAWING = Path(__file__).resolve().parents[1] / "resources" / "icons" / "bindtool.svg"

_BLUE = "#1c5a9e"
"""The drawing's background."""

ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 256)
"""Pixels: the sizes Windows requests at 100 % to 250 %."""

ICNS_SIZES = {"icp4": 16, "icp5": 32, "ic11": 32, "ic12": 64, "ic07": 128, "ic08": 256, "ic13": 256, "ic09": 512}
"""Pixels by the names of Apple's icon format; ic11, ic12 and ic13 are for screens with two pixels a point."""


def png(size: int) -> bytes:
    """Draw the icon `size` pixels wide and high."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(DRAWING)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs omit the overload with a device
    return bytes(buffer.data().data())


def ico() -> bytes:
    """Return the Windows container: a header, an entry of 16 bytes for each picture, the pictures."""
    pictures = [(size, png(size)) for size in ICO_SIZES]
    offset = 6 + 16 * len(pictures)
    entries = b""
    for size, picture in pictures:
        # A side of 256 is encoded as 0.
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(picture), offset)
        offset += len(picture)
    return struct.pack("<HHH", 0, 1, len(pictures)) + entries + b"".join(picture for _, picture in pictures)


def icns() -> bytes:
    """Return the macOS container: a magic word and the length, then name, length and data of each picture."""
    body = b"".join(
        name.encode("ascii") + struct.pack(">I", 8 + len(picture)) + picture
        for name, picture in ((name, png(size)) for name, size in ICNS_SIZES.items())
    )
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def side() -> QImage:
    """Draw the side picture of the setup's first page, in the size and format NSIS requires."""
    image = QImage(164, 314, QImage.Format.Format_RGB32)
    image.fill(QColor(_BLUE))
    painter = QPainter(image)
    QSvgRenderer(str(DRAWING)).render(painter, QRectF(50, 40, 64, 64))
    painter.end()
    return image


def main() -> None:
    """Write all files."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bindtool.ico").write_bytes(ico())
    (folder / "bindtool.icns").write_bytes(icns())
    side().save(str(folder / "setup.bmp"))


if __name__ == "__main__":
    main()
