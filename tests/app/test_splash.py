"""What the window shows while it is opening."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bindtool.app.splash import SplashWidget
from bindtool.gui.common.theme import theme
from bindtool.i18n.catalogue import Texts


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_areas_of_the_window(qtbot: QtBot, qapp: QApplication, dark: bool) -> None:
    """It tells when it can be seen, and has the grounds of the sheet and of the footer that come in its place."""
    theme.apply_scheme(qapp, dark=dark)
    picture = SplashWidget(Texts("zh_CN"))
    qtbot.addWidget(picture)
    picture.resize(1024, 640)
    with qtbot.waitSignal(picture.painted):
        picture.show()
    seen = picture.grab().toImage()
    colours = picture.palette()
    assert seen.pixelColor(500, 400) == colours.color(QPalette.ColorRole.Base)
    assert seen.pixelColor(500, 620) == colours.color(QPalette.ColorRole.Window)
    words = {seen.pixelColor(x, y).name() for x in range(16, 200) for y in range(90, 150)}
    assert theme.text_colour(theme.Tone.QUIET, colours).name() in words
