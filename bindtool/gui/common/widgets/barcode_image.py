"""Pictures of barcodes for scanners to read.

Whole pixels a module, black on white whatever the theme, with the quiet zone that scanners need.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, cast

from PySide6.QtGui import QImage, QPixmap

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class Symbology(StrEnum):
    """A barcode symbology, by the library's name for it."""

    CODE_128 = "Code128"
    QR = "QRCode"


def code_picture(text: str, symbology: Symbology, module: int, ratio: float = 1.0) -> QPixmap:
    """Draw a barcode.

    Args:
        text: its content; printable ASCII.
        symbology: the kind of barcode.
        module: the width of its narrowest bar, in pixels of the layout.
        ratio: pixels of the screen to one of the layout.
    """
    # Imported here: only pages with barcodes need it.
    import zxingcpp

    code = zxingcpp.create_barcode(text, zxingcpp.barcode_format_from_str(symbology))
    drawn = code.to_image(scale=round(module * ratio), add_quiet_zones=True)
    height, width = drawn.shape
    pixels = bytes(cast("ReadableBuffer", drawn))  # the library's types leave that out on Python 3.11 alone
    image = QImage(pixels, width, height, width, QImage.Format.Format_Grayscale8)
    picture = QPixmap.fromImage(image)
    picture.setDevicePixelRatio(ratio)
    return picture
