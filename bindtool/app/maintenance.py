"""What is done for the database while the window is open: a look through it, and a copy of its ledger a day.

Owns when: the look takes place some seconds after the first picture, the copy once nobody has done anything for a
minute, and never in a run. What is damaged is told, with the way out, which `recovering` takes once the window has
closed. Both have threads and connections of their own.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from bindtool.core.advice import Action
from bindtool.core.aside import aside
from bindtool.core.errors import StoreFailed
from bindtool.core.store.copies import LedgerCopies
from bindtool.core.store.inspection import Inspection
from bindtool.gui.tasks import Tasks

if TYPE_CHECKING:
    from datetime import date

    from bindtool.app.workplace import Workplace
    from bindtool.core.clock import Clock
    from bindtool.core.datafolder import DataFolder

logger = logging.getLogger(__name__)

_AFTER_FIRST_PICTURE = 5_000
_IDLE = 60_000
"""Milliseconds."""


class Maintenance(QObject):
    """Looks after the database of a window.

    Attributes:
        wanted: what is damaged, once a person wants to have recovered what can be read; the window closes then.
    """

    def __init__(
        self,
        place: Workplace,
        folder: DataFolder,
        clock: Clock,
        *,
        after: int = _AFTER_FIRST_PICTURE,
        idle: int = _IDLE,
    ) -> None:
        """`after`, `idle`: milliseconds from `begin` to the look, and without work until a copy is made."""
        super().__init__()
        self.wanted: StoreFailed | None = None
        self._place = place
        self._clock = clock
        self._damage = StoreFailed("store.damaged", path=str(folder.database), detail="")
        self._inspection = Inspection(folder.database)
        self._copies = LedgerCopies(folder.database, folder.copies)
        self._copied: date | None = None
        self._sound = False
        self._tasks = Tasks(self._fail)
        self._first = QTimer(self, singleShot=True, interval=after)
        self._first.timeout.connect(lambda: self._tasks.start(self._look()))
        self._idle = QTimer(self, interval=idle)
        self._idle.timeout.connect(self._copy_if_idle)
        self._follow()
        place.changed.connect(self._follow)

    def begin(self) -> None:
        """The window has its first picture."""
        self._first.start()
        self._idle.start()

    async def close(self) -> None:
        """End what goes on; once this returns, the database is not open for it any more."""
        self._first.stop()
        self._idle.stop()
        # The one ends while the other is waited for.
        self._copies.break_off()
        self._inspection.stop()
        self._copies.stop()
        await self._tasks.close()

    def _follow(self) -> None:
        """Heed what is done at the bench that works in the window now."""
        desk, session = self._place.bench.desk, self._place.bench.session
        for done in (desk.changed, desk.repeated, desk.turned_away, session.progressed, session.finished):
            done.connect(self._note_work)
        self._place.window.notice.acted.connect(self._act)

    def _note_work(self) -> None:
        if self._idle.isActive():
            self._idle.start()

    async def _look(self) -> None:
        await aside(self._inspection.run, name="bindtool-inspection")
        self._sound = True

    def _copy_if_idle(self) -> None:
        today = self._clock.now().date()
        # A copy of what is damaged would be one more that is, and an older one would go for it.
        if self._sound and self._copied != today and self._place.bench.at_rest:
            self._copied = today
            self._tasks.start(self._copy(today))

    async def _copy(self, today: date) -> None:
        await aside(lambda: self._copies.make(today), name="bindtool-copy")

    def _fail(self, error: Exception) -> None:
        if isinstance(error, StoreFailed) and error.id == self._damage.id:
            self._damage = error
            self._place.window.notice.show_error(error, Action.RECOVER)
        else:
            logger.warning("the database was not looked after", exc_info=error)

    def _act(self, action: Action) -> None:
        if action is Action.RECOVER:
            self.wanted = self._damage
            self._place.bench.leaving.close()
