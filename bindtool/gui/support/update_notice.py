"""Says that a newer bindtool is there, where the machine's profile names an address that knows.

Asked once a day at most, aside, never in a run and never in practice; what it is asked is in
`core.diagnostics.newer_version`.
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
"""Milliseconds between two looks whether it is time to ask, the first of them after the start."""

_ASKED_ON = "asked for a newer version on"


class UpdateNotice(QObject):
    """Looks from time to time whether today's question is due."""

    def __init__(self, window: Window, services: Services, run_is_on: Callable[[], bool]) -> None:
        super().__init__(window)
        self._window = window
        self._services = services
        self._run_is_on = run_is_on
        self._timer = QTimer(self, interval=_EACH)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Ask, if there is whom to ask and today's question is due."""
        services = self._services
        profile = services.state.profile
        address = profile.updates_address if profile is not None else ""
        today = services.clock.now().date().isoformat()
        if not address or services.practice or self._run_is_on() or services.settings.value(_ASKED_ON) == today:
            return
        # Before the answer: one that never comes is not asked for all day long.
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
