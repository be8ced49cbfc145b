"""Retention of sheets, runs and requests: this window's setting, for ever by default, and its fields."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import QWidget

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.form_field import Choice
from bindtool.gui.common.widgets.labels import line

if TYPE_CHECKING:
    from bindtool.core.common.clock import Clock
    from bindtool.core.store import History, Store
    from bindtool.i18n.catalogue import Texts

FOR_EVER = 0
DAYS = (FOR_EVER, 365, 180, 90, 30)
"""The values to choose from."""

_SETTING = "keep_sheets_days"


class Retention:
    """The setting, and the old sheets to delete by it."""

    def __init__(self, settings: QSettings, store: Store, history: History, clock: Clock) -> None:
        self._settings = settings
        self._store = store
        self._history = history
        self._clock = clock

    @property
    def days(self) -> int:
        """The number of days to keep a closed sheet, `FOR_EVER` for no end; also if the setting is invalid."""
        kept = str(self._settings.value(_SETTING, FOR_EVER))
        return next((days for days in DAYS if str(days) == kept), FOR_EVER)

    def keep_for(self, days: int) -> None:
        """Change the setting."""
        self._settings.setValue(_SETTING, days)
        self._settings.sync()

    def old_sheets(self) -> tuple[int, ...]:
        """Return the closed sheets older than that; reads the database.

        Raises:
            StoreFailed: it can't be read.
        """
        return self._history.old_sheets(self._cutoff()) if self.days != FOR_EVER else ()

    async def delete_old(self) -> int:
        """Delete the old sheets, one after another, so that scans can be saved in between; return their number.

        Deletes them from all copies of the database too.

        Raises:
            StoreFailed: the database can't be read or written; sheets before the failure are deleted.
        """
        before = self._cutoff()
        gone = 0
        for sheet_id in await asyncio.to_thread(self.old_sheets):
            gone += await asyncio.wrap_future(self._store.sheets.delete(sheet_id, before))
        if gone:
            await asyncio.to_thread(self._store.copies.renew)
        return gone

    def _cutoff(self) -> datetime:
        return self._clock.now() - timedelta(days=self.days)


_HEIGHT = 38


class RetentionFields(QWidget):
    """The setting in one line.

    Signals:
        days_chosen(int): asks to keep sheets for that many days, `retention.FOR_EVER` for no end.
        delete_requested(): asks to delete the old sheets.
    """

    days_chosen = Signal(int)
    delete_requested = Signal()

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        label = line(texts("history.keep"), wraps=False)
        words = {days: texts("history.keep_days", n=days) if days else texts("history.keep_ever") for days in DAYS}
        self.days = Choice(words, texts("history.keep"))
        self.days.setMinimumHeight(_HEIGHT)
        label.setBuddy(self.days)
        self.days.activated.connect(lambda _: self.days_chosen.emit(self.days.value))
        self.delete = ActionButton("", StyleKind.LINK, clicked=self.delete_requested)
        meaning = line(texts("history.keep_meaning"), Tone.QUIET)
        layouts.row(label, self.days, (meaning, 1), self.delete, on=self, spacing=theme.GAP)
        self.show_old(0)

    def show_days(self, days: int) -> None:
        """Show the current choice."""
        self.days.choose(days)

    def show_old(self, count: int) -> None:
        """Offer to delete this number of sheets; hide the button for 0."""
        self.delete.rename(self._texts("history.delete_old", n=count))
        self.delete.setVisible(count > 0)
