"""What is done for the database while the window is open: one integrity check, a daily copy of its ledger, its gap.

It decides when. The check runs once, some seconds after the first picture, whatever is done meanwhile. The copy is
made where the check has found nothing, once no key and no button has been pressed in any window of the program, and
nothing has come of a scan or a run, for a minute; never in a run, and one that begins stops it. A day without
its copy is tried again: after the next idle minute where it was stopped, after an hour where it failed or the
disk had little space. Damage is shown, with the offer to recover, which `database_recovery` does once the window
has closed. Where that may have lost devices, a person is told since when at each start until they confirm to have
looked for them. Check and copy have threads and connections of their own.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from math import inf
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QGuiApplication

from bindtool.core.binding.advice import Action
from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.common.errors import StoreFailed
from bindtool.core.common.messages import Message
from bindtool.core.store.damage.integrity_check import IntegrityCheck
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.common.widgets.notices import Option
from bindtool.i18n.row_text import since_words

if TYPE_CHECKING:
    from datetime import date

    from bindtool.app.application import Application
    from bindtool.core.common.clock import Clock
    from bindtool.core.common.data_folder import DataFolder
    from bindtool.core.store.damage.ledger_copies import LedgerCopies
    from bindtool.core.store.tables.ledger import Ledger

logger = logging.getLogger(__name__)

_AFTER_FIRST_PICTURE = 5_000
_EACH = 10_000
"""Milliseconds."""

_IDLE = 60.0
_AGAIN = 3600.0
"""Seconds."""

_BY_HAND = frozenset(
    {QEvent.Type.KeyPress, QEvent.Type.InputMethod, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel}
)
"""What a person does with a program; the mouse is moved by whoever walks by."""


class Maintenance(QObject):
    """Looks after the database of a window.

    Attributes:
        wanted: what is damaged, once a person wants to have recovered what can be read; the window closes then.
    """

    def __init__(
        self,
        application: Application,
        folder: DataFolder,
        copies: LedgerCopies,
        ledger: Ledger,
        clock: Clock,
        *,
        after: int = _AFTER_FIRST_PICTURE,
        each: int = _EACH,
    ) -> None:
        """`after`: milliseconds from `begin` to the check. `each`: between two attempts at a copy."""
        super().__init__()
        self.wanted: StoreFailed | None = None
        self._application = application
        self._clock = clock
        self._damage = StoreFailed("store.damaged", path=str(folder.database), detail="")
        self._integrity_check = IntegrityCheck(folder.database)
        self._copies = copies
        self._ledger = ledger
        self._copied: date | None = None
        self._give_up = threading.Event()
        self._worked = clock.monotonic()
        self._not_before = -inf
        self._sound = False
        self._tasks = BackgroundTasks(self._fail)
        self._first = QTimer(self, singleShot=True, interval=after)
        self._first.timeout.connect(lambda: self._tasks.start(self._check()))
        self._each = QTimer(self, interval=each)
        self._each.timeout.connect(self._copy_if_idle)
        app = cast("QGuiApplication", QGuiApplication.instance())
        self._focus_changed = (app.focusWindowChanged, app.focusObjectChanged)
        for changed in self._focus_changed:
            changed.connect(self._watch)
        application.window.notices.acted.connect(self._act)
        self._follow()
        application.changed.connect(self._follow)

    def begin(self) -> None:
        """Begin; the window has its first picture."""
        self._first.start()
        self._note_work()
        for focus in (QGuiApplication.focusWindow(), QGuiApplication.focusObject()):
            self._watch(focus)
        self._each.start()
        self._tell_gap()

    async def close(self) -> None:
        """End what goes on; once this returns, the database is not open for it any more."""
        self._first.stop()
        self._each.stop()
        for changed in self._focus_changed:
            changed.disconnect(self._watch)
        # The one ends while the other is waited for.
        self._give_up.set()
        self._integrity_check.stop()
        self._copies.stop()
        await self._tasks.close()

    def _tell_gap(self) -> None:
        """Tell since when devices may be missing, as long as that is not confirmed."""
        gap = self._ledger.gap
        if gap is not None:
            checked = Option(Message.of("gap.checked"), lambda: self._tasks.start(self._confirm_gap()))
            notices = self._application.window.notices
            notices.tell("gap", lambda texts: texts("gap.told", since=since_words(texts, gap)), checked)

    async def _confirm_gap(self) -> None:
        try:
            await asyncio.wrap_future(self._ledger.confirm_gap())
        except StoreFailed as error:
            self._tell_gap()
            self._application.window.notices.show_error(error)

    def _watch(self, focus: QObject | None) -> None:
        """Watch what has the focus: a window for keys and the mouse, what is in it for an input method.

        A filter of the whole program would bring its every event to Python.
        """
        if focus is not None:
            focus.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Note that somebody works, in whichever window; take nothing away."""
        if event.type() in _BY_HAND:
            self._note_work()
        return False

    def _follow(self) -> None:
        """Follow the controller that works in the window now."""
        document, session = self._application.controller.document, self._application.controller.session
        for done in (document.changed, document.repeated, document.rejected, session.progressed, session.finished):
            done.connect(self._note_work)
        session.progressed.connect(self._cancel_copy)

    def _note_work(self) -> None:
        self._worked = self._clock.monotonic()

    def _cancel_copy(self) -> None:
        """Leave the disk to a run, which reports its progress as soon as it is started."""
        self._give_up.set()

    async def _check(self) -> None:
        await in_daemon_thread(self._integrity_check.run, name="bindtool-inspection")
        self._sound = True

    def _copy_if_idle(self) -> None:
        now, today = self._clock.monotonic(), self._clock.now().date()
        # A copy of what is damaged would be one more that is, and an older one would go for it.
        wanted = self._sound and self._copied != today and now >= self._not_before
        if wanted and now - self._worked >= _IDLE and self._application.controller.at_rest and not self._tasks.busy:
            self._give_up = threading.Event()
            self._not_before = now + _AGAIN
            self._tasks.start(self._copy(today, self._give_up))

    async def _copy(self, today: date, give_up: threading.Event) -> None:
        if await in_daemon_thread(lambda: self._copies.make(today, give_up), name="bindtool-copy"):
            self._copied = today
        elif give_up.is_set():
            self._not_before = -inf

    def _fail(self, error: Exception) -> None:
        if isinstance(error, StoreFailed) and error.id == self._damage.id:
            self._sound = False
            self._damage = error
            self._application.window.notices.show_error(error, Action.RECOVER)
        else:
            logger.warning("the database was not looked after", exc_info=error)

    def _act(self, action: Action) -> None:
        if action is Action.RECOVER:
            self.wanted = self._damage
            self._application.window.close_unasked()
