"""A scanner's eye: finds the barcodes on the screen, and reads them."""

from __future__ import annotations

import zxingcpp
from PySide6.QtGui import QImage, QPixmap


def read_codes(picture: QPixmap) -> dict[str, str]:
    """Return the contents of a picture's barcodes, by kind; light on dark is not read, as by cheap scanners."""
    image = picture.toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    stride = image.bytesPerLine()
    pixels = memoryview(image.constBits()).cast("B", (image.height(), stride))
    codes = zxingcpp.read_barcodes(pixels, try_invert=False)
    return {code.format.name: code.text for code in codes}
