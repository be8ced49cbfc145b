"""How long sheets, runs and requests are kept, by this window's setting; for ever where nobody has set it.

Owns the setting, which sheets are too old by it, and that they go one by one, once a person has agreed. The ledger
is never cut.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from PySide6.QtCore import QSettings

    from bindtool.core.common.clock import Clock
    from bindtool.core.store import History, Store

FOR_EVER = 0
DAYS = (FOR_EVER, 365, 180, 90, 30)
"""What can be chosen."""

_SETTING = "keep_sheets_days"


class Retention:
    """The setting, and what follows from it."""

    def __init__(self, settings: QSettings, store: Store, history: History, clock: Clock) -> None:
        self._settings = settings
        self._store = store
        self._history = history
        self._clock = clock

    @property
    def days(self) -> int:
        """How many days a closed sheet is kept, `FOR_EVER` for no end; a setting that is none of ours counts so."""
        kept = str(self._settings.value(_SETTING, FOR_EVER))
        return next((days for days in DAYS if str(days) == kept), FOR_EVER)

    def keep_for(self, days: int) -> None:
        """Keep sheets for so many days from now on."""
        self._settings.setValue(_SETTING, days)
        self._settings.sync()

    def old_sheets(self) -> tuple[int, ...]:
        """Return the closed sheets that are older than that; looks into the database.

        Raises:
            StoreFailed: it can't be read.
        """
        return self._history.old_sheets(self._before()) if self.days != FOR_EVER else ()

    async def delete_old(self) -> int:
        """Delete the old sheets, one after the other, so that a scan can come between; return how many.

        Raises:
            StoreFailed: the database can't be read or written; those before are gone.
        """
        before = self._before()
        gone = 0
        for sheet_id in await asyncio.to_thread(self.old_sheets):
            gone += await asyncio.wrap_future(self._store.delete_sheet(sheet_id, before))
        return gone

    def _before(self) -> datetime:
        return self._clock.now() - timedelta(days=self.days)
