"""What outlasts the widgets of a window: the open sheet, and all that works on it without being seen.

Made once; a change of language hands it to the controllers of the next widgets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.gui.binding.run_session import RunSession
from bindtool.gui.scanning.setup.scan_rules import ScanRulesService
from bindtool.gui.shared_ledger.row_sync import LedgerRowSync
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.sheet.edit_commands import EditCommands

if TYPE_CHECKING:
    from bindtool.core.profiles.profile import Profile
    from bindtool.gui.services import Services
    from bindtool.gui.sheet.table_model import SheetTableModel


class Workspace:
    """The open sheet with its services; `model` shows it.

    `requested_profile` is the profile that is to be open; as long as its sheet can't be read, another one is.
    """

    def __init__(self, model: SheetTableModel, services: Services) -> None:
        state, store, clock, tasks = services.state, services.store, services.clock, services.tasks
        self.requested_profile: Profile | None = None
        self.document = SheetDocument(model, store, clock, tasks)
        self.edits = EditCommands(self.document)
        self.edits.listen_to(model)
        self.session = RunSession(self.document, self.edits, store, clock, tasks, services.tokens, services.ledger)
        self.row_sync = LedgerRowSync(self.document, services.ledger, tasks)
        # In this order: rows that are read again by other rules may need running numbers.
        state.profile_opened.connect(services.ledger.follow)
        state.profile_opened.connect(self.row_sync.begin)
        self.rules = ScanRulesService(services.repository, services.learnt, state)
        self.rules.changed.connect(self._use_rules)

    def _use_rules(self) -> None:
        self.document.rules = self.rules.rules
