"""Recovers a damaged database while no window works with it: offered, done, and reported.

The three message boxes are here. What is recovered is decided in `core.store.damage`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractButton, QMessageBox

from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.store.copies import Copies
from bindtool.core.store.damage.replace import replace_damaged
from bindtool.i18n.row_text import since_words

if TYPE_CHECKING:
    from bindtool.core.common.clock import Clock
    from bindtool.core.common.data_folder import DataFolder
    from bindtool.core.common.errors import BindtoolError
    from bindtool.i18n.catalogue import Texts


async def show_error(texts: Texts, error: BindtoolError) -> None:
    """Say in a window of its own what is wrong; return when it has been closed."""
    await _closed(QMessageBox(QMessageBox.Icon.Warning, "bindtool", texts.say(error.title)), texts.say(error.hint))


async def offer_recovery(texts: Texts, error: BindtoolError) -> bool:
    """Say that the database is damaged; return whether what can be read is to be recovered.

    Closing has the keys: nothing that a scanner types agrees to anything.
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
    """Put a new database in the place of the damaged one, and say what came of it.

    Raises:
        FolderInUse: another bindtool writes there.
        StoreFailed: the new one can't be written; nothing was changed.
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
    """Show a box; return the button by which it was closed."""
    box.setInformativeText(more)
    closed = asyncio.get_running_loop().create_future()
    box.finished.connect(lambda _: closed.set_result(None))
    box.open()
    await closed
    return box.clickedButton()
