"""Announces a newer bindtool, if the machine's profile names a URL for that.

Checks at most once a day, in the background, never during a run or in practice mode;
`core.diagnostics.newer_version` makes the request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.gui.common.util.background_tasks import load_http_stack
from bindtool.gui.common.widgets.notices import Option

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.services import Services

_EACH = 60_000
"""Milliseconds between checks whether a request is due, and from the start to the first."""

_ASKED_ON = "asked for a newer version on"


class UpdateNotice(QObject):
    """Regularly checks whether today's request is due."""

    def __init__(self, window: Window, services: Services, run_is_on: Callable[[], bool]) -> None:
        super().__init__(window)
        self._window = window
        self._services = services
        self._run_is_on = run_is_on
        self._timer = QTimer(self, interval=_EACH)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Send the request if there is a URL and today's is due."""
        services = self._services
        profile = services.state.profile
        address = profile.updates_address if profile is not None else ""
        today = services.clock.now().date().isoformat()
        if not address or services.practice or self._run_is_on() or services.settings.value(_ASKED_ON) == today:
            return
        # Before the answer: a request without an answer is not repeated all day.
        services.settings.setValue(_ASKED_ON, today)
        services.tasks.start(self._ask(address))

    async def _ask(self, address: str) -> None:
        await load_http_stack()
        from bindtool.core.diagnostics.newer_version import find_newer

        services = self._services
        own = services.version.bindtool
        newer = await find_newer(address, services.clock, services.proxies, own)
        if newer is not None:
            told = Message.of("updates.newer", version=newer.version, own=own)
            opening = Option(Message.of("updates.open"), lambda: self._open(newer.page))
            self._window.notices.queue_line("newer_version", told, opening)

    def _open(self, page: str) -> None:
        if not self._services.open_page(page):
            self._window.notices.show_error(BadInput("updates.unopened", page=page))
