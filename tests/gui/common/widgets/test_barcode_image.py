"""Pictures of codes hold what they shall, sharp on any screen."""

from __future__ import annotations

import subprocess
import sys

import pytest
import zxingcpp
from PySide6.QtGui import QColor

from bindtool.core.scanner.self_test import SHOWN
from bindtool.gui.common.widgets.barcode_image import Symbology, code_picture
from tests.gui.reading import read_codes


@pytest.mark.parametrize("symbology", Symbology)
@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_a_picture_can_be_read(qapp: object, symbology: Symbology, ratio: float) -> None:
    """GIVEN a code on a screen of any density THEN it holds its text, in black and white alone."""
    picture = code_picture(SHOWN, symbology, 2, ratio)
    assert read_codes(picture) == {zxingcpp.barcode_format_from_str(symbology).name: SHOWN}
    image = picture.toImage()
    colours = {image.pixelColor(x, image.height() // 2).name() for x in range(image.width())}
    assert colours == {QColor("black").name(), QColor("white").name()}
    assert picture.devicePixelRatio() == ratio


def test_the_window_starts_without_the_library() -> None:
    """Nobody waits for what draws codes but who opens the page."""
    code = "import sys, bindtool.app; sys.exit('zxingcpp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
