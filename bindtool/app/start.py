"""Starts the window's program: shows a splash screen at once, then loads everything else.

`composition` builds the window's objects. The order matters: without a visible window the user double-clicks again;
with one the user waits.
"""

from __future__ import annotations

import faulthandler
import gc
import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEventLoop, QSettings, QTimer

from bindtool import __version__
from bindtool.app.splash import SplashWidget
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.common.errors import BindtoolError, StoreFailed
from bindtool.gui.common.theme import theme
from bindtool.gui.common.util.settings import (
    chosen_language,
    chosen_scheme,
    chosen_text_size,
    set_qt_language,
    settings_in,
)
from bindtool.gui.main_window.window import MainWindow
from bindtool.i18n.catalogue import Texts, system_language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtWidgets import QApplication

    from bindtool.core.credentials.access_token import EnvironmentToken

T = TypeVar("T")

_LONGEST = 1000
"""Maximum milliseconds for the first frame; a minimised window is never painted."""

_END_WITHIN = 20.0
"""Maximum seconds from the window's end to the process's end, during which pending data is saved. If the data
folder is on a hanging share, the process would never end."""

_IN_PIECES = (
    "asyncio",
    "bindtool.core.api.responses",
    "bindtool.core.model.row",
    "bindtool.core.store",
    "bindtool.core.profiles.repository",
    "bindtool.core.barcode.code",
    "bindtool.core.intake.intake",
    "bindtool.gui.common.theme.icons",
    "bindtool.gui.sheet.table_view",
    "bindtool.gui.common.widgets.buttons",
    "bindtool.gui.main_window.ui_builder",
    "bindtool.gui.support.help_controller",
    "bindtool.gui.scanning.serial_controller",
    "bindtool.gui.binding.run_presenter",
    "bindtool.gui.scanning.controller",
    "bindtool.gui.binding.run_session",
    "bindtool.gui.sheet.document",
    "bindtool.gui.main_window.controller",
    "bindtool.app.application",
    "bindtool.app.composition",
)
"""Modules loaded one after the other, each in some 30 ms, so that the window can answer the system in between."""
_FOR_PRACTICE = ("bindtool.practice.server",)


def main(token: EnvironmentToken | None, *, practice: bool) -> int:
    """Open the window and return when it has been closed. `token`: the environment's.

    Returns:
        0, or 2 if the data folder or its database can't be used; the user has been told why.
    """
    app = theme.application(sys.argv[:1])
    app.setApplicationName("bindtool")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("bindtool")
    # The window's close event decides: running tasks are cancelled and awaited before the loop may end.
    app.setQuitOnLastWindowClosed(False)
    folder = DataFolder.of(os.environ, practice=practice)
    folders = (folder, DataFolder.of(os.environ)) if practice else (folder,)
    settings = [settings_in(one.path) for one in folders]
    language = _chosen(settings, chosen_language) or system_language(os.environ)
    texts = Texts(language, _names(practice=practice))
    theme.apply(
        app,
        _chosen(settings, chosen_scheme) or theme.Scheme.SYSTEM,
        _chosen(settings, chosen_text_size) or theme.USUAL_SIZE,
    )
    window = _show_first_picture(texts, practice=practice)
    # Imported after the first frame.
    from bindtool.core.credentials.redaction import KnownSecrets

    secrets = KnownSecrets()
    if token is not None:
        secrets.note(token)
    while True:
        try:
            with folder.writing() as lock:
                _load(app, window, texts, practice=practice)
                from bindtool.app.composition import run

                return run(app, texts, folder, lock, window, token, secrets, practice=practice)
        except BindtoolError as error:
            faulthandler.cancel_dump_traceback_later()
            window.hide()
            from bindtool.app.composition import explain

            status = explain(app, texts, folder, error)
        except Exception as fault:  # noqa: BLE001 - a window must never close without an explanation
            window.hide()
            from bindtool.core.diagnostics.fault_hooks import log_last

            log_last(folder.logs, secrets, fault)
            from bindtool.app.composition import explain

            status = explain(app, texts, folder, StoreFailed("window.fault", path=str(folder.logs)))
        if status is not None:
            return status
        window.deleteLater()
        window = _show_first_picture(texts, practice=practice)


def _chosen(settings: list[QSettings], find: Callable[[QSettings], T | None]) -> T | None:
    """Return the last choice here; in practice mode else the real window's."""
    return next(filter(None, map(find, settings)), None)


def _names(*, practice: bool) -> Mapping[str, str]:
    """Return translated names: in practice mode its profile's."""
    if not practice:
        return {}
    from bindtool.practice.channel import NAMES

    return NAMES


def _show_first_picture(texts: Texts, *, practice: bool) -> MainWindow:
    """Show a window with the splash screen and return it when it has been painted."""
    window = MainWindow(texts, practice=practice)
    picture = SplashWidget(texts)
    window.views.addWidget(picture)
    window.closed.connect(_end_in_time)
    until_painted = QEventLoop()
    picture.painted.connect(until_painted.quit)
    QTimer.singleShot(_LONGEST, until_painted.quit)
    window.show()
    until_painted.exec()
    return window


def _end_in_time() -> None:
    """Kill the process if it hangs after the window's end, and dump its traceback."""
    # The windowed program on Windows has no streams.
    lines = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the process ends
    faulthandler.dump_traceback_later(_END_WITHIN, exit=True, file=lines)


def _load(app: QApplication, window: MainWindow, texts: Texts, *, practice: bool) -> None:
    """Load the window's modules and build its widgets; the window can answer the system in between."""

    def process_events() -> None:
        # Keys and clicks stay queued meanwhile.
        app.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)

    process_events()
    for module in (*_IN_PIECES, *(_FOR_PRACTICE if practice else ())):
        importlib.import_module(module)
        process_events()
    # Loaded modules stay in memory: garbage collections can skip them.
    gc.freeze()
    # The splash screen stays visible: a half-built window would offer actions that do not work yet.
    window.setUpdatesEnabled(False)
    set_qt_language(texts.language)
    window.build_ui(process_events)
