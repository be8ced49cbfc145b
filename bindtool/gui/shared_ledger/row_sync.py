"""What the shared ledger makes of the rows of the open sheet, and what they ask of it.

Owns that a row is held whose device another bench has bound meanwhile, that running numbers are asked for before
they run out, and that rows which had to go without one get theirs as soon as there is one. What was bound here is
told by `core.shared_ledger`; claims are `binding`'s.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bindtool.core.common.errors import LedgerFailed, VaultError
from bindtool.core.labels.numbers import ENOUGH, Blocks
from bindtool.core.model.outcome import State
from bindtool.core.sheet.validation import NO_NUMBER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.labels.labeller import Labeller
    from bindtool.core.model.ledger_entry import SharedEntry
    from bindtool.core.model.row import Row
    from bindtool.gui.common.util.background_tasks import BackgroundTasks
    from bindtool.gui.shared_ledger.service import SharedLedgerService
    from bindtool.gui.sheet.document import SheetDocument

_NOT_SENT = frozenset({State.READY, State.UNSENT})


class LedgerRowSync(QObject):
    """Between the sheet document and the shared ledger."""

    def __init__(
        self, document: SheetDocument, ledger: SharedLedgerService, tasks: BackgroundTasks, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._ledger = ledger
        self._tasks = tasks
        self._asking = False
        ledger.announced.connect(self._hold)
        ledger.changed.connect(self._ask_again)

    def begin(self) -> None:
        """Look after the running numbers of the sheet that is open now."""
        labels = self._document.labels
        if isinstance(labels.numbers, Blocks):
            labels.numbers.on_low = self._ask_soon
            self._ask_again()

    def _hold(self, entries: Sequence[SharedEntry]) -> None:
        """Hold the rows that another bench was quicker with; a ticked one only if it was bound there once more."""
        document = self._document
        found = (
            document.sheet.first_with(entry.device_id) for entry in entries if entry.channel == document.channel
        )
        rows = [row for row in found if row is not None and self._may_be_held(row)]
        held = [row for row in document.bound_before.hold(document.channel, rows) if row.held is not None]
        if held:
            document.do(lambda: document.sheet.change(held))

    def _may_be_held(self, row: Row) -> bool:
        return row.held is None and row.outcome.state in _NOT_SENT and not self._document.sheet.is_taken(row.number)

    def _ask_soon(self) -> None:
        """Called while a scan gets its number: what is asked goes on beside it."""
        if not self._asking:
            self._asking = True
            self._tasks.start(self._ask(self._document.labels))

    def _ask_again(self) -> None:
        """Where it was asked in vain, ask once the server can be reached again."""
        numbers = self._document.labels.numbers
        status = self._ledger.status
        in_step = status is not None and status.since is None
        if in_step and isinstance(numbers, Blocks) and numbers.left < ENOUGH:
            self._ask_soon()

    async def _ask(self, labels: Labeller) -> None:
        channel, numbers = self._document.channel, labels.numbers
        try:
            if channel is not None and isinstance(numbers, Blocks):
                numbers.add(await self._ledger.reserve(channel, labels.template.beginning, numbers.highest))
        except (LedgerFailed, VaultError):
            return  # the line of the ledger says so, and it is asked again once it is in step
        finally:
            self._asking = False
        if labels is self._document.labels:
            self._label_those_without()

    def _label_those_without(self) -> None:
        document = self._document
        rows = [row for row in document.sheet if row.held is not None and row.held.id == NO_NUMBER]
        rows = [row for row in rows if not document.sheet.is_taken(row.number)]
        if rows:
            labelled = document.labels.relabel([replace(row, held=None) for row in rows])
            document.do(lambda: document.sheet.change(document.judged(labelled)))
