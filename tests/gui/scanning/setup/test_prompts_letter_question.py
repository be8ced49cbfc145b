"""The message bar asks whether a channel has ids beyond ASCII, and one press takes a whole list in."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bindtool.core.barcode.id_rules import IdRules
from bindtool.core.intake.intake import Arrival
from bindtool.core.model.outcome import State
from bindtool.core.model.row import HoldReason, Source
from bindtool.core.profiles.learned_rules import LearnedRules
from bindtool.core.profiles.profile import Profile
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.core.scanner.scan_rules import ScanRules
from bindtool.gui.common.shell.session_state import SessionState
from bindtool.gui.common.widgets.message_bar import MessageBar
from bindtool.gui.common.widgets.notices import Notices
from bindtool.gui.scanning.setup.prompts import LetterPrompt
from bindtool.gui.scanning.setup.scan_rules_service import ScanRulesService
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.sheet.edit_commands import EditCommands
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import press, said
from tests.gui.conftest import Show
from tests.gui.loop import PATIENCE, finish
from tests.gui.samples import states

IDS = ["设备0001", "设备0002", "设备0003"]
YES = "Yes, accept them"
ALLOWED = ScanRules(ids=IdRules(beyond_ascii=True))


@pytest.fixture
def bar(texts: Texts, show: Show, rules: ScanRulesService, document: SheetDocument) -> MessageBar:
    """Give the message bar with whoever asks for letters."""
    notices = Notices()
    made = MessageBar(texts, notices)
    notices.setParent(made)
    show(made)
    made.hide()

    def use_rules() -> None:
        document.rules = rules.rules

    rules.changed.connect(use_rules)
    LetterPrompt(notices, document, EditCommands(document), rules)
    return made


def begin(document: SheetDocument, state: SessionState, profile: Profile, qtbot: QtBot) -> None:
    """Open an empty sheet of a profile."""
    finish(qtbot, document.open(profile))
    state.open_profile(profile)


def take(document: SheetDocument, bar: MessageBar, *texts: str, qtbot: QtBot) -> None:
    """Take a list in and wait for the question."""
    document.take([Arrival(text) for text in texts], Source.PASTED)
    qtbot.waitUntil(lambda: bar.isVisible() and not document.saving, timeout=PATIENCE)


@pytest.mark.parametrize("name", ["mine", "IT's"])
def test_one_press_takes_a_whole_list_in(
    bar: MessageBar,
    document: SheetDocument,
    state: SessionState,
    repository: ProfileRepository,
    tmp_path: Path,
    qtbot: QtBot,
    name: str,
) -> None:
    """GIVEN a list of Chinese ids, held WHEN yes is pressed THEN all go, and it is remembered for the profile.

    IT's file stays as it is: this laptop remembers.
    """
    begin(document, state, repository.get(name), qtbot)
    take(document, bar, *IDS, qtbot=qtbot)
    assert states(document) == [State.INCOMPLETE] * 3
    assert "such as 设备0001" in said(bar)
    press(bar, YES)
    qtbot.waitUntil(lambda: not document.saving, timeout=PATIENCE)
    assert states(document) == [State.READY] * 3
    assert not bar.isVisible()
    again = LearnedRules(tmp_path / "scanner.toml")
    assert again.rules_for(repository.get(name)) == ALLOWED
    assert repository.get("IT's").scan == ScanRules()
    document.take([Arrival("设备0004")], Source.PASTED)
    qtbot.waitUntil(lambda: not document.saving, timeout=PATIENCE)
    assert states(document) == [State.READY] * 4
    document.undo()
    document.undo()
    assert states(document) == [State.INCOMPLETE] * 3


def test_what_is_held_for_more_than_its_letters_stays_held(
    bar: MessageBar, document: SheetDocument, state: SessionState, repository: ProfileRepository, qtbot: QtBot
) -> None:
    """GIVEN ids with what nobody can see, or of another length WHEN yes is pressed THEN those are not taken in."""
    profile = Profile("mine", "75", scan=ScanRules(ids=IdRules(length=6)))
    repository.replace(profile)
    begin(document, state, profile, qtbot)
    take(document, bar, "设备0001", "设备\u200b001", "设备02", qtbot=qtbot)
    press(bar, YES)
    held = [row.held.reason if row.held is not None else "" for row in document.sheet]
    assert held == ["", HoldReason.ID_UNSEEN, HoldReason.OTHER_LENGTH]


def test_another_doubt_about_a_row_stays_to_be_looked_at(
    bar: MessageBar, document: SheetDocument, state: SessionState, repository: ProfileRepository, qtbot: QtBot
) -> None:
    """GIVEN ids in two cases, and a label that is turned around WHEN yes is pressed THEN they are held for that."""
    begin(document, state, repository.get("mine"), qtbot)
    arrivals = [Arrival("设备A1"), Arrival("设备a1"), Arrival("设备A2", "Room \u202e210")]
    document.take(arrivals, Source.PASTED)
    qtbot.waitUntil(lambda: bar.isVisible() and not document.saving, timeout=PATIENCE)
    press(bar, YES)
    held = [row.held_for for row in document.sheet]
    assert held == [None, HoldReason.OTHER_CASE, HoldReason.LABEL_UNSEEN]


def test_closed_it_comes_back_with_one_more(
    bar: MessageBar, document: SheetDocument, state: SessionState, repository: ProfileRepository, qtbot: QtBot
) -> None:
    """GIVEN a question that was closed WHEN another such id comes THEN it is asked again, and not before."""
    begin(document, state, repository.get("mine"), qtbot)
    take(document, bar, IDS[0], qtbot=qtbot)
    press(bar, "Not now")
    document.take([Arrival("SPK-1")], Source.PASTED)
    EditCommands(document).hold({2: document.sheet[1].held} if document.sheet[1].held else {})
    qtbot.waitUntil(bar.isVisible, timeout=PATIENCE)
    document.delete([1, 2])
    qtbot.waitUntil(lambda: not bar.isVisible(), timeout=PATIENCE)
