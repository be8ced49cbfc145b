"""Maintains the database: integrity check and copies while the window is open, recovery while it is closed.

`core.store.damage` decides which data is recovered. The integrity check runs once, some seconds after the first
frame, even during other work; a copy is made each hour, except during a run, which has its own at both ends; both
have threads and connections of their own. Damage is reported with an offer to recover, which happens once the
window has closed: its three message boxes are here. If devices may be lost, each start reports since when, until
the user confirms having checked for them.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QAbstractButton, QMessageBox

from bindtool.core.binding.advice import Action
from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.common.errors import StoreFailed
from bindtool.core.common.messages import Message
from bindtool.core.store.copies import Copies
from bindtool.core.store.damage.integrity_check import IntegrityCheck
from bindtool.core.store.damage.replace import replace_damaged
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.common.widgets.notices import Option
from bindtool.i18n.row_text import since_words

if TYPE_CHECKING:
    from bindtool.app.application import Application
    from bindtool.core.common.clock import Clock
    from bindtool.core.common.data_folder import DataFolder
    from bindtool.core.common.errors import BindtoolError
    from bindtool.core.store import Store
    from bindtool.i18n.catalogue import Texts


async def show_error(texts: Texts, error: BindtoolError) -> None:
    """Show an error in a message box; return when it has been closed."""
    await _closed(QMessageBox(QMessageBox.Icon.Warning, "bindtool", texts.say(error.title)), texts.say(error.hint))


async def offer_recovery(texts: Texts, error: BindtoolError) -> bool:
    """Report that the database is damaged; return whether the user wants to recover its readable data.

    The default and escape button is Close: keys typed by a scanner can't consent.
    """
    box = QMessageBox(
        QMessageBox.Icon.Warning, "bindtool", texts.say(error.title), QMessageBox.StandardButton.Close
    )
    recover = box.addButton(texts("action.recover"), QMessageBox.ButtonRole.AcceptRole)
    recover.setAutoDefault(False)
    box.setDefaultButton(QMessageBox.StandardButton.Close)
    box.setEscapeButton(QMessageBox.StandardButton.Close)
    return await _closed(box, texts.say(error.hint)) is recover


async def recover(texts: Texts, folder: DataFolder, clock: Clock) -> None:
    """Replace the damaged database by a new one, and show the result.

    Raises:
        FolderInUse: another bindtool writes there.
        StoreFailed: the new database can't be written; nothing was changed.
    """
    waiting = QMessageBox(QMessageBox.Icon.Information, "bindtool", texts("recovery.working"))
    waiting.setStandardButtons(QMessageBox.StandardButton.NoButton)
    waiting.show()
    copies = Copies(folder.database, folder.copies, clock)
    try:
        with folder.writing():
            found = await in_daemon_thread(
                lambda: replace_damaged(folder.database, clock.now(), copies.files), name="bindtool-recovery"
            )
    finally:
        waiting.hide()
        waiting.deleteLater()
    words = [texts("recovery.came", bound=found.bound, rows=found.rows)]
    if found.bound_lost:
        words.append(texts("recovery.bound_lost", n=found.bound_lost))
    if found.gap is not None:
        words.append(texts("recovery.gap", since=since_words(texts, found.gap.since)))
    if found.rows_lost:
        words.append(texts("recovery.rows_lost", since=since_words(texts, found.copied)))
    words.append(texts("recovery.kept", path=str(found.kept)))
    await _closed(QMessageBox(QMessageBox.Icon.Information, "bindtool", texts("recovery.done")), "\n".join(words))


async def _closed(box: QMessageBox, more: str) -> QAbstractButton | None:
    """Show a message box; return the button that closed it."""
    box.setInformativeText(more)
    closed = asyncio.get_running_loop().create_future()
    box.finished.connect(lambda _: closed.set_result(None))
    box.open()
    await closed
    return box.clickedButton()


logger = logging.getLogger(__name__)

_AFTER_FIRST_PICTURE = 5_000
_EACH = 3_600_000
"""Milliseconds."""


class Maintenance(QObject):
    """Maintains the database of a window.

    Attributes:
        wanted: the damage, once the user has asked for recovery; the window closes then.
    """

    def __init__(
        self,
        application: Application,
        folder: DataFolder,
        store: Store,
        *,
        after: int = _AFTER_FIRST_PICTURE,
        each: int = _EACH,
    ) -> None:
        """`after`: milliseconds from `begin` to the check. `each`: between two copies."""
        super().__init__()
        self.wanted: StoreFailed | None = None
        self._application = application
        self._damage = StoreFailed("store.damaged", path=str(folder.database), detail="")
        self._integrity_check = IntegrityCheck(folder.database)
        self._store = store
        self._tasks = BackgroundTasks(self._fail)
        self._first = QTimer(self, singleShot=True, interval=after)
        self._first.timeout.connect(lambda: self._tasks.start(self._check()))
        self._each = QTimer(self, interval=each)
        self._each.timeout.connect(self._copy)
        application.window.notices.acted.connect(self._act)

    def begin(self) -> None:
        """Start the timers; call it after the first frame."""
        self._first.start()
        self._each.start()
        self._show_gap()

    async def close(self) -> None:
        """Stop the timers and tasks; once this returns, their connections to the database are closed."""
        self._first.stop()
        self._each.stop()
        self._integrity_check.stop()
        self._store.copies.stop()
        await self._tasks.close()

    def _show_gap(self) -> None:
        """Show since when devices may be missing, until the user confirms it."""
        gap = self._store.bindings.gap
        if gap is not None:
            checked = Option(Message.of("gap.checked"), lambda: self._tasks.start(self._confirm_gap()))
            notices = self._application.window.notices
            notices.show_news("gap", lambda texts: texts("gap.told", since=since_words(texts, gap.since)), checked)

    async def _confirm_gap(self) -> None:
        try:
            await asyncio.wrap_future(self._store.bindings.confirm_gap())
        except StoreFailed as error:
            self._show_gap()
            self._application.window.notices.show_error(error)

    async def _check(self) -> None:
        await in_daemon_thread(self._integrity_check.run, name="bindtool-inspection")

    def _copy(self) -> None:
        if not self._application.controller.session.running:
            self._tasks.start(in_daemon_thread(self._store.copies.make, name="bindtool-copy"))

    def _fail(self, error: Exception) -> None:
        if isinstance(error, StoreFailed) and error.id == self._damage.id:
            self._damage = error
            self._application.window.notices.show_error(error, Action.RECOVER)
        else:
            logger.warning("the database was not looked after", exc_info=error)

    def _act(self, action: Action) -> None:
        if action is Action.RECOVER:
            self.wanted = self._damage
            self._application.window.close_unasked()
