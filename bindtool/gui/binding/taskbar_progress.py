"""How far a run is, on the button of the window in the system's task bar or dock.

Windows is asked by its ITaskbarList3. On Linux the docks that know it (KDE's, Ubuntu's) hear Unity's signal of the
launcher, by the name of the program's .desktop file; others ignore it. macOS has nothing of the kind. What that
takes is loaded with the first run.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtDBus import QDBusConnection
    from PySide6.QtWidgets import QWidget

    from bindtool.core.binding.progress import Progress
    from bindtool.gui.binding.run_session import RunSession

    Show = Callable[[float | None], None]
    "Shows which part of a run is done, from 0 to 1; None: there is no run any more."

logger = logging.getLogger(__name__)

_LAUNCHER = "application://bindtool.desktop"

_STEPS = 100
"""Nobody sees less of a button than this part."""


class TaskbarProgress(QObject):
    """Follows the runs of a window. `make_show`: called once, with the first run; may raise an OSError."""

    def __init__(
        self, window: QWidget, session: RunSession, make_show: Callable[[QWidget], Show] | None = None
    ) -> None:
        super().__init__(window)
        self._window = window
        self._make_show = make_show or show_on_taskbar
        self._show: Show | None = None
        self._shown: int | None = None
        session.progressed.connect(self._follow)
        for over in (session.finished, session.broken, session.not_begun):
            over.connect(lambda *_: self._tell(None))

    def _follow(self, progress: Progress) -> None:
        self._tell(_STEPS * progress.done // progress.total)

    def _tell(self, steps: int | None) -> None:
        if steps == self._shown:
            return
        self._shown = steps
        try:
            if self._show is None:
                self._show = self._make_show(self._window)
            self._show(None if steps is None else steps / _STEPS)
        except OSError:
            logger.info("the task bar shows no progress", exc_info=True)
            self._show = lambda _: None


if sys.platform == "win32":

    def show_on_taskbar(window: QWidget) -> Show:
        """Return what shows it on the window's button.

        Raises:
            OSError: Windows has no such thing here.
        """
        import uuid
        from ctypes import HRESULT, WINFUNCTYPE, OleDLL, byref, c_int, c_uint64, c_void_p, create_string_buffer
        from ctypes.wintypes import HWND

        def guid(text: str) -> object:
            return create_string_buffer(uuid.UUID(text).bytes_le, 16)

        in_process, no_progress = 1, 0
        taskbar = c_void_p()
        OleDLL("ole32").CoCreateInstance(
            guid("56FDF344-FD6D-11D0-958A-006097C9A090"),
            None,
            in_process,
            guid("EA1AFB91-9E28-4B86-90E9-9E9F8A5EEFAF"),
            byref(taskbar),
        )
        # Their places among the methods of the interface, by Windows' shobjidl_core.h.
        WINFUNCTYPE(HRESULT)(3, "HrInit")(taskbar)
        set_value = WINFUNCTYPE(HRESULT, HWND, c_uint64, c_uint64)(9, "SetProgressValue")
        set_state = WINFUNCTYPE(HRESULT, HWND, c_int)(10, "SetProgressState")

        def show(part: float | None) -> None:
            if part is None:
                set_state(taskbar, window.winId(), no_progress)
            else:
                set_value(taskbar, window.winId(), round(part * _STEPS), _STEPS)

        return show

elif sys.platform == "linux":

    def show_on_taskbar(_: QWidget) -> Show:
        """Return what tells the docks on the session's bus; nobody waits for any of them."""
        from PySide6.QtDBus import QDBusConnection

        return launcher_entry(QDBusConnection.sessionBus())

    def launcher_entry(bus: QDBusConnection) -> Show:
        """Return what tells whoever listens on a bus."""
        from PySide6.QtDBus import QDBusMessage

        def show(part: float | None) -> None:
            # Of any path: who listens goes by the name of the file (wiki.ubuntu.com/Unity/LauncherAPI).
            told = QDBusMessage.createSignal("/bindtool", "com.canonical.Unity.LauncherEntry", "Update")
            told.setArguments([_LAUNCHER, {"progress": part or 0.0, "progress-visible": part is not None}])
            bus.send(told)

        return show

else:

    def show_on_taskbar(_: QWidget) -> Show:
        """Return what shows nothing."""
        return lambda _: None
