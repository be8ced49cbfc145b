"""The state that outlives a window's widgets: the open sheet, and its services without widgets.

Created once; after a change of language the new widgets' controllers get it. Also chooses the profile to open at
start-up, which outlives the window itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BadInput
from bindtool.gui.binding.resume_controller import ResumeController
from bindtool.gui.binding.run_session import RunSession
from bindtool.gui.binding.run_starter import RunStarter
from bindtool.gui.scanning.code_lines import CodeLines
from bindtool.gui.scanning.next_label import NextLabel
from bindtool.gui.scanning.scan_session import ScanSession
from bindtool.gui.scanning.setup.fault_watch import ScannerFaultWatch
from bindtool.gui.scanning.setup.prompts import IdPartPrompt, LetterPrompt, LinesPrompt
from bindtool.gui.scanning.setup.scan_rules_service import ScanRulesService
from bindtool.gui.shared_ledger import LedgerRowSync
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.sheet.edit_commands import EditCommands
from bindtool.gui.sheet.tools.list_imports import ListImports

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings

    from bindtool.core.intake.reconcile import WantedList
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.profiles.repository import ProfileRepository
    from bindtool.gui.main_window.window import MainWindow
    from bindtool.gui.services import Services

_LAST_PROFILE = "profile"


class Workspace:
    """The open sheet with its services.

    `requested_profile` is the profile to open; while its sheet can't be read, another one stays open.
    `compared_lists`: the lists that sheets were compared with, by sheet id.
    """

    def __init__(self, window: MainWindow, services: Services) -> None:
        state, store, clock, tasks = services.state, services.store, services.clock, services.tasks
        self.requested_profile: Profile | None = None
        self.compared_lists: dict[int, tuple[str, WantedList]] = {}
        self.document = SheetDocument(window.model, store, clock, tasks)
        self.edits = EditCommands(self.document)
        self.next_label = NextLabel(window.notices, self.document, self.edits)
        self.scans = ScanSession(
            clock, services.sounds, services.input_mode, CodeLines(self.document), self.next_label
        )
        self.edits.listen_to(window.model)
        self.session = RunSession(
            self.document, self.edits, store, clock, services.proxies, tasks, services.tokens, services.ledger
        )
        self.list_imports = ListImports(window.notices, self.document)
        self.run_starter = RunStarter(self.document, self.session, services, self.scans.lines, self.list_imports)
        self.resume = ResumeController(window, self.document, self.session, self.run_starter, store, tasks)
        self.row_sync = LedgerRowSync(self.document, services.ledger, tasks)
        for over in (self.session.finished, self.session.broken):
            over.connect(self.row_sync.hold_passed_over)
            over.connect(lambda: tasks.start(self.document.learn_signs()))
        self.session.finished.connect(services.handoffs.hand_over)
        # In this order: rows read again by other rules may need running numbers.
        state.profile_opened.connect(services.ledger.follow)
        state.profile_opened.connect(self.row_sync.begin)
        self.rules = ScanRulesService(services.repository, services.learnt, state)
        # First: the others read again by the document's rules.
        self.rules.changed.connect(self._use_rules)
        asking = (window.notices, self.document, self.edits, self.rules)
        self.fault_watch = ScannerFaultWatch(*asking)
        self.part_prompt = IdPartPrompt(*asking)
        self.letter_prompt = LetterPrompt(*asking)
        self.lines_prompt = LinesPrompt(*asking)

        # Events that may come between a device and its label, besides other scans and edits.
        lists, run, starter = self.list_imports, self.session, self.run_starter
        for comes in (lists.waiting, lists.left, lists.added, run.started, starter.asked, window.front_changed):
            comes.connect(self.next_label.forget)
        for failed in (self.document.failed, self.rules.failed, services.ledger.failed):
            failed.connect(window.notices.show_error)
        self.session.remarked.connect(window.notices.show_line)
        window.notices.acted.connect(self.resume.act)

    def _use_rules(self) -> None:
        self.document.rules = self.rules.rules


@dataclass(frozen=True, slots=True)
class FirstProfile:
    """The profile to open; None if there is none.

    `remembered`: False for a substitute, whose original can't be read today but may be back tomorrow, such as IT's
    profile while the network is down. `gone`: the error to show if the original no longer exists.
    """

    profile: Profile | None
    remembered: bool = True
    gone: BadInput | None = None


def first_profile(settings: QSettings, repository: ProfileRepository) -> FirstProfile:
    """Return the last profile, or the first in the list."""
    last = str(settings.value(_LAST_PROFILE, ""))
    found = {profile.name: profile for profile in repository.profiles}
    if last in found:
        return FirstProfile(found[last])
    other = next(iter(found.values()), None)
    if not last or other is None or repository.faults:
        return FirstProfile(other, remembered=not last)
    return FirstProfile(other, gone=BadInput("profile.last_gone", name=last, other=other.name))


def remember(settings: QSettings, profile: Profile | None) -> None:
    """Store the open profile's name; returns once it is on disk."""
    if profile is not None and settings.value(_LAST_PROFILE) != profile.name:
        settings.setValue(_LAST_PROFILE, profile.name)
        settings.sync()
