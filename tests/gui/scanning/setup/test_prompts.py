"""The message bar asks which part of a code is the id, once, and the answer makes rows of what has waited."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from bindtool.core.barcode.id_rules import PartKind, PartRule
from bindtool.core.common.errors import BindtoolError
from bindtool.core.intake.intake import Arrival
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Source
from bindtool.core.profiles.profile import Profile
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.core.scanner.scan_rules import EndKey, ScannerRules, ScanRules
from bindtool.gui.common.shell.session_state import SessionState
from bindtool.gui.common.widgets.message_bar import MessageBar
from bindtool.gui.common.widgets.notices import Notices
from bindtool.gui.common.widgets.passing_news import PassingNews
from bindtool.gui.scanning.setup.prompts import IdPartPrompt
from bindtool.gui.scanning.setup.scan_rules_service import ScanRulesService
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.sheet.edit_commands import EditCommands
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import can_see, press, said
from tests.gui.conftest import Show
from tests.gui.loop import PATIENCE, finish
from tests.gui.samples import states

QUESTION = "This code has several parts. Which one is the device ID?"
CODES = [f"SN:SPK26113F200{n};MAC:A4:C1:38:00:11:0{n}" for n in (1, 2, 3)]
SERIALS = ["SPK26113F2001", "SPK26113F2002", "SPK26113F2003"]
MACS = ["A4:C1:38:00:11:01", "A4:C1:38:00:11:02", "A4:C1:38:00:11:03"]
MINE = Profile("mine", "75")


@pytest.fixture
def bar(
    texts: Texts, show: Show, rules: ScanRulesService, state: SessionState, document: SheetDocument, qtbot: QtBot
) -> MessageBar:
    """Give the message bar over an empty sheet of that profile, with whoever asks for parts."""
    notices = Notices()
    made = MessageBar(texts, notices)
    notices.setParent(made)
    show(made)
    made.hide()

    def use_rules() -> None:
        document.rules = rules.rules

    rules.changed.connect(use_rules)
    prompt = IdPartPrompt(notices, document, EditCommands(document), rules)
    document.added.connect(prompt.look_at)
    finish(qtbot, document.open(MINE))
    state.open_profile(MINE)
    return made


@pytest.fixture
def scan(bar: MessageBar, document: SheetDocument, qtbot: QtBot) -> Callable[..., None]:
    """Give a way to scan codes and wait for the disk."""

    def scanned(*codes: str) -> None:
        for code in codes:
            document.scan(code)
        qtbot.waitUntil(lambda: not document.saving, timeout=PATIENCE)

    return scanned


def ids(document: SheetDocument) -> list[str]:
    """Return the ids of all rows."""
    return [row.device_id for row in document.sheet]


def test_an_answer_makes_rows_of_all_that_has_waited(
    bar: MessageBar,
    document: SheetDocument,
    rules: ScanRulesService,
    repository: ProfileRepository,
    scan: Callable[..., None],
    qtbot: QtBot,
) -> None:
    """GIVEN three codes, kept whole WHEN the serial is pressed THEN three rows are ready, and the profile knows."""
    scan(*CODES)
    assert ids(document) == CODES
    assert states(document) == [State.INCOMPLETE] * 3
    assert QUESTION in said(bar)
    assert can_see(bar, MACS[0])
    with qtbot.waitSignal(document.added, timeout=PATIENCE) as told:
        press(bar, SERIALS[0])
    assert told.args == [document.sheet[3]]
    assert ids(document) == SERIALS
    assert states(document) == [State.READY] * 3
    assert [row.arrived for row in document.sheet] == CODES
    assert QUESTION not in said(bar)
    assert repository.get("mine").scan == ScanRules(part=PartRule(PartKind.PAIRS, "SN"))
    scan("SN:SPK26113F2004;MAC:1")
    assert document.sheet[4].device_id == "SPK26113F2004"
    assert not bar.isVisible()


def test_an_answer_taken_back_is_asked_for_once_more(
    bar: MessageBar, document: SheetDocument, rules: ScanRulesService, scan: Callable[..., None]
) -> None:
    """GIVEN the wrong part pressed WHEN that is undone THEN all scans wait again for another answer."""
    scan(*CODES)
    press(bar, MACS[0])
    scan()
    assert ids(document) == MACS
    document.undo()
    scan()
    assert ids(document) == CODES
    assert QUESTION in said(bar)
    press(bar, SERIALS[0])
    scan()
    assert ids(document) == SERIALS
    assert rules.rules.part == PartRule(PartKind.PAIRS, "SN")
    document.undo()
    document.redo()
    scan()
    assert ids(document) == SERIALS
    assert QUESTION not in said(bar)


def test_not_now_puts_it_off(bar: MessageBar, document: SheetDocument, scan: Callable[..., None]) -> None:
    """GIVEN the question closed WHEN plain ids come THEN it stays away; the next code brings it back."""
    scan(CODES[0])
    press(bar, "Not now")
    scan("SPK26113F2009")
    assert not bar.isVisible()
    scan(CODES[1], CODES[2])
    assert QUESTION in said(bar)
    assert can_see(bar, SERIALS[1])


def test_a_scan_that_is_gone_is_not_asked_about(
    bar: MessageBar, document: SheetDocument, scan: Callable[..., None]
) -> None:
    """GIVEN the question WHEN its row is deleted THEN it is asked about the next one, and about none in the end."""
    scan(*CODES[:2])
    document.delete([1])
    scan()
    assert can_see(bar, SERIALS[1])
    document.delete([2])
    scan()
    assert not bar.isVisible()


def test_codes_that_leave_nothing_to_ask(
    bar: MessageBar, document: SheetDocument, scan: Callable[..., None]
) -> None:
    """GIVEN a code without a part that may be an id, or a list THEN nothing is asked."""
    scan("https://iot.example", '{"sn":"SP')
    document.take([Arrival(CODES[0])], Source.PASTED)
    scan()
    assert states(document) == [State.INCOMPLETE] * 3
    assert not bar.isVisible()


def test_a_sheet_of_yesterday_is_asked_about(
    bar: MessageBar,
    document: SheetDocument,
    rules: ScanRulesService,
    state: SessionState,
    scan: Callable[..., None],
    qtbot: QtBot,
) -> None:
    """GIVEN codes that wait WHEN their sheet is opened again THEN the question is there; a rule answers it."""
    scan(*CODES)
    press(bar, "Not now")
    finish(qtbot, document.open(MINE))
    state.open_profile(MINE)
    assert QUESTION in said(bar)
    assert rules.change(ScanRules(scanner=ScannerRules(end=EndKey.TAB)))
    assert QUESTION in said(bar)
    assert rules.change(ScanRules(part=PartRule(PartKind.PAIRS, "MAC")))
    scan()
    assert ids(document) == MACS
    assert not bar.isVisible()


def test_an_answer_that_can_not_be_kept(
    bar: MessageBar,
    document: SheetDocument,
    rules: ScanRulesService,
    repository: ProfileRepository,
    scan: Callable[..., None],
) -> None:
    """GIVEN a profile that is gone WHEN the answer is pressed THEN the reason is told and the question stays."""
    errors: list[BindtoolError] = []
    rules.failed.connect(errors.append)
    scan(*CODES)
    repository.remove("mine")
    press(bar, SERIALS[0])
    assert len(errors) == 1
    assert ids(document) == CODES
    assert QUESTION in said(bar)


def test_the_answer_leaves_a_trace(
    bar: MessageBar, document: SheetDocument, scan: Callable[..., None], texts: Texts, show: Show
) -> None:
    """Each button has the part's name before it; what was chosen is said, as where a list's columns are found."""
    frame, notices = QWidget(), bar.findChild(Notices)
    assert notices is not None
    show(frame)
    news = PassingNews(texts, notices, frame)
    scan(CODES[0])
    (button,) = (one for one in bar.findChildren(QAbstractButton) if one.accessibleName() == SERIALS[0])
    assert button.text() == f"SN {SERIALS[0]}"
    press(bar, SERIALS[0])
    assert f"The ID is the part SN {SERIALS[0]}" in said(news)

    press(news, "Change")
    scan()
    assert ids(document) == [CODES[0]]
    assert QUESTION in said(bar)
    press(bar, SERIALS[0])
    scan(CODES[1])
    assert not can_see(news, "Change")
