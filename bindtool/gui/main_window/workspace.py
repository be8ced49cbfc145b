"""What outlasts the widgets of a window: the open sheet, and all that works on it without being seen.

Made once; a change of language hands it to the controllers of the next widgets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.gui.binding.resume_controller import ResumeController
from bindtool.gui.binding.run_session import RunSession
from bindtool.gui.binding.run_starter import RunStarter
from bindtool.gui.scanning.last_scan import ScanSession
from bindtool.gui.scanning.setup.fault_watch import ScannerFaultWatch
from bindtool.gui.scanning.setup.prompts import IdPartPrompt, LetterPrompt
from bindtool.gui.scanning.setup.scan_rules import ScanRulesService
from bindtool.gui.shared_ledger.row_sync import LedgerRowSync
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.sheet.edit_commands import EditCommands
from bindtool.gui.sheet.tools.list_imports import ListImports

if TYPE_CHECKING:
    from bindtool.core.intake.reconcile import WantedList
    from bindtool.core.profiles.profile import Profile
    from bindtool.gui.main_window.window import MainWindow
    from bindtool.gui.services import Services


class Workspace:
    """The open sheet with its services.

    `requested_profile` is the profile that is to be open; as long as its sheet can't be read, another one is.
    `compared_lists`: what sheets were compared with, by their ids.
    """

    def __init__(self, window: MainWindow, services: Services) -> None:
        kept = window.kept
        state, store, clock, tasks = services.state, services.store, services.clock, services.tasks
        self.requested_profile: Profile | None = None
        self.compared_lists: dict[int, tuple[str, WantedList]] = {}
        self.document = SheetDocument(kept.model, store, clock, tasks)
        self.scans = ScanSession(clock, services.sounds, services.input_mode)
        self.edits = EditCommands(self.document)
        self.edits.listen_to(kept.model)
        self.session = RunSession(
            self.document, self.edits, store, clock, services.proxies, tasks, services.tokens, services.ledger
        )
        self.run_starter = RunStarter(self.document, self.session, services)
        self.resume = ResumeController(window, self.document, self.session, self.run_starter, store, tasks)
        self.row_sync = LedgerRowSync(self.document, services.ledger, tasks)
        for over in (self.session.finished, self.session.broken):
            over.connect(self.row_sync.hold_passed_over)
        # In this order: rows that are read again by other rules may need running numbers.
        state.profile_opened.connect(services.ledger.follow)
        state.profile_opened.connect(self.row_sync.begin)
        self.rules = ScanRulesService(services.repository, services.learnt, state)
        # First: the others read again by the rules that the document has.
        self.rules.changed.connect(self._use_rules)
        asking = (kept.notices, self.document, self.edits, self.rules)
        self.fault_watch = ScannerFaultWatch(*asking)
        self.part_prompt = IdPartPrompt(*asking)
        self.letter_prompt = LetterPrompt(*asking)
        self.list_imports = ListImports(kept.notices, self.document)

        for failed in (self.document.failed, self.rules.failed, services.ledger.failed):
            failed.connect(kept.notices.show_error)
        self.session.remarked.connect(kept.notices.show_line)
        kept.notices.acted.connect(self.resume.act)

    def _use_rules(self) -> None:
        self.document.rules = self.rules.rules
