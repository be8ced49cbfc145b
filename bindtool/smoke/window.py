"""The window, opened on an empty data folder as on a first start, painted, and closed again.

It decides which of Qt's platforms is used, and when a screenshot counts as a window. The window is built in
`app.composition`.
"""

from __future__ import annotations

import sys
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QTranslator, qVersion
from PySide6.QtGui import QColor, QFontDatabase, QImage, QPainter
from PySide6.QtWidgets import QApplication

from bindtool.app.composition import Supplies, build
from bindtool.app.qt_asyncio_loop import QtAsyncioLoop
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.token_store import FixedStore
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.display_check import has_display
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import app_icon
from bindtool.i18n.catalogue import LANGUAGES, Texts
from bindtool.practice import channel
from bindtool.smoke.report import Failed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


_STEP = 4
"""The distance of the pixels that are sampled."""

_FEW_COLOURS = 8
"""A window that was not painted, or without its texts and drawings, has fewer."""


def start_qt(environ: Mapping[str, str]) -> str:
    """Start Qt, without a display on its offscreen platform; return the platform and the version."""
    arguments = ["bindtool"] if has_display(environ, sys.platform) else ["bindtool", "-platform", "offscreen"]
    app = theme.application(arguments)
    app.setQuitOnLastWindowClosed(False)
    theme.apply(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for language in LANGUAGES:
        if not QTranslator(app).load(f"qtbase_{language}", folder):
            raise Failed(f"Qt's own words in {language} are missing")
    return f"{app.platformName()}, Qt {qVersion()}"


def show_window(folder: Path) -> str:
    """Open the window with its data in `folder` and check its screenshot; return its size."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise Failed("Qt is not running")
    if app_icon().pixmap(32).isNull():
        raise Failed("the program's icon can't be drawn")
    fonts = len(QFontDatabase.families())
    if not fonts:
        raise Failed("there is no font")
    loop = QtAsyncioLoop(app)
    with loop:
        picture: QImage = loop.run_until_complete(_picture(folder))
    colours = _colours(picture)
    if len(colours) < _FEW_COLOURS:
        raise Failed(f"the window has {len(colours)} colours")
    return f"{picture.width()} x {picture.height()}, {fonts} fonts"


def print_page(path: Path) -> str:
    """Print a page to the file `path` instead of a printer; return its size."""
    from PySide6.QtPrintSupport import QPrinter

    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    painter = QPainter(printer)
    painter.drawText(printer.width() // 2, printer.height() // 2, "bindtool")
    painter.end()
    if not path.read_bytes().startswith(b"%PDF-"):
        raise Failed("what was printed is no PDF")
    return f"a page of {path.stat().st_size} bytes"


async def _picture(folder: Path) -> QImage:
    data = DataFolder(folder)
    repository = ProfileRepository(data.profiles, folder / "machine")
    supplies = Supplies(repository, lambda: FixedStore(AccessToken(channel.TOKEN), "smoke"))
    async with AsyncExitStack() as stack:
        stack.enter_context(data.writing())
        place = build(Texts(LANGUAGES[0]), data, supplies, stack)
        window = place.window
        await place.controller.begin()
        window.show()
        picture = window.grab().toImage()
        window.leave()
        window.deleteLater()
    return picture


def _colours(picture: QImage) -> set[int]:
    across, down = range(0, picture.width(), _STEP), range(0, picture.height(), _STEP)
    return {QColor(picture.pixelColor(x, y)).rgb() for x in across for y in down}
