"""A scanner's eye: finds the codes in what is on the screen, and reads them."""

from __future__ import annotations

import zxingcpp
from PySide6.QtGui import QImage, QPixmap


def read_codes(picture: QPixmap) -> dict[str, str]:
    """Return what the codes in a picture hold, by their kind; light on dark is not read, as by cheap scanners."""
    image = picture.toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    stride = image.bytesPerLine()
    pixels = memoryview(image.constBits()).cast("B", (image.height(), stride))
    codes = zxingcpp.read_barcodes(pixels, try_invert=False)
    return {code.format.name: code.text for code in codes}
