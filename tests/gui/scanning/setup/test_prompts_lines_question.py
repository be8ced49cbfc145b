"""The message bar asks which line of a code is the id, once, and the answer makes rows of what has waited."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from bindtool.core.barcode.id_rules import PartKind, PartRule
from bindtool.core.common.errors import BindtoolError
from bindtool.core.model.outcome import State
from bindtool.core.profiles.profile import Profile
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.core.scanner.scan_rules import ScanRules
from bindtool.gui.common.shell.session_state import SessionState
from bindtool.gui.common.widgets.message_bar import MessageBar
from bindtool.gui.common.widgets.notices import Notices
from bindtool.gui.scanning.setup.prompts import IdPartPrompt, LinesPrompt
from bindtool.gui.scanning.setup.scan_rules_service import ScanRulesService
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.sheet.edit_commands import EditCommands
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import can_see, press, said
from tests.gui.conftest import Show
from tests.gui.loop import PATIENCE, finish
from tests.gui.samples import states

Scan = Callable[..., None]

QUESTION = "4 lines came as one code. Which one is the device ID?"
CODES = [f"www.example.com\rC2611300{n}\rABCDEF\rCS-1" for n in (1, 2, 3)]
MINE = Profile("mine", "75")


@pytest.fixture
def bar(
    texts: Texts, show: Show, rules: ScanRulesService, state: SessionState, document: SheetDocument, qtbot: QtBot
) -> MessageBar:
    """Give the message bar over an empty sheet of that profile, with whoever asks for parts and lines."""
    notices = Notices()
    made = MessageBar(texts, notices)
    notices.setParent(made)
    show(made)
    made.hide()

    def use_rules() -> None:
        document.rules = rules.rules

    rules.changed.connect(use_rules)
    asking = notices, document, EditCommands(document), rules
    part = IdPartPrompt(*asking)
    document.added.connect(part.look_at)
    LinesPrompt(*asking)
    finish(qtbot, document.open(MINE))
    state.open_profile(MINE)
    return made


@pytest.fixture
def scan(bar: MessageBar, document: SheetDocument, qtbot: QtBot) -> Scan:
    """Give a way to scan codes and wait for the disk."""

    def scanned(*codes: str) -> None:
        for code in codes:
            document.scan(code)
        qtbot.waitUntil(lambda: not document.saving, timeout=PATIENCE)

    return scanned


@pytest.fixture
def sees(bar: MessageBar, qtbot: QtBot) -> Callable[[str], None]:
    """Give a way to wait for a text of the bar."""
    return lambda words: qtbot.waitUntil(lambda: words in said(bar) or can_see(bar, words), timeout=PATIENCE)


def ids(document: SheetDocument) -> list[str]:
    """Return the ids of all rows."""
    return [row.device_id for row in document.sheet]


def test_one_answer_for_what_waits_and_what_comes(
    scan: Scan, bar: MessageBar, document: SheetDocument, repository: ProfileRepository, sees: Callable[[str], None]
) -> None:
    """GIVEN two codes that wait WHEN a line is chosen THEN both have an id, and the profile keeps the rule."""
    scan(*CODES[:2])
    sees(QUESTION)
    assert can_see(bar, "Line 3: ABCDEF")
    assert not can_see(bar, "Line 1: www.example.com")
    press(bar, "Line 2: C26113001")
    assert ids(document) == ["C26113001", "C26113002"]
    assert repository.get("mine").scan.part == PartRule(lines=4, line=2)
    scan(CODES[2])
    assert states(document) == [State.READY] * 3
    assert not bar.isVisible()


def test_a_first_line_with_parts(
    scan: Scan, bar: MessageBar, document: SheetDocument, qtbot: QtBot, sees: Callable[[str], None]
) -> None:
    """GIVEN a question about its parts WHEN more lines follow THEN which line is the id is all that is asked."""
    first, _, others = "ROOM 7 BUILDING 3\rSPK26113F2002\rVC8812\rMODEL-X2".partition("\r")
    scan(first)
    sees("This code has several parts. Which one is the device ID?")
    document.scan_lines(1, f"{first}\r{others}", typed=True)
    qtbot.waitUntil(lambda: not document.saving, timeout=PATIENCE)
    sees(QUESTION)
    assert not can_see(bar, "ROOM")


def test_each_line_may_be_a_device(
    scan: Scan, bar: MessageBar, document: SheetDocument, qtbot: QtBot, sees: Callable[[str], None]
) -> None:
    """GIVEN what a scanner had stored WHEN each line is a device THEN each has a row; one undo takes that back."""
    codes = [f"SPK26113F{n:04}" for n in range(500)]
    scan("\r".join(codes))
    sees("500 lines came as one code. Which one is the device ID?")
    press(bar, "Each line is a device")
    qtbot.waitUntil(lambda: not document.saving, timeout=PATIENCE)
    assert ids(document) == codes
    assert document.sheet.counts()[State.READY] == 500
    assert not bar.isVisible()
    document.undo()
    assert ids(document) == ["\r".join(codes)]
    sees("500 lines came as one code. Which one is the device ID?")


def test_another_code_that_waits(
    scan: Scan, bar: MessageBar, document: SheetDocument, sees: Callable[[str], None]
) -> None:
    """GIVEN two codes WHEN each line of the first is a device THEN the second is asked about."""
    scan("SPK26113F0001\rSPK26113F0002", CODES[0])
    sees("2 lines came as one code. Which one is the device ID?")
    press(bar, "Each line is a device")
    sees(QUESTION)


def test_each_line_is_a_device_where_the_profile_expects_several(
    scan: Scan, bar: MessageBar, document: SheetDocument, rules: ScanRulesService, sees: Callable[[str], None]
) -> None:
    """GIVEN a rule for codes of four lines WHEN two devices come at once THEN a press makes two rows of them."""
    rules.change(ScanRules(part=PartRule(lines=4, line=2)))
    scan("SPK1\rSPK2")
    sees("2 lines came as one code. Which one is the device ID?")
    press(bar, "Each line is a device")
    assert ids(document) == ["SPK1", "SPK2"]
    assert [row.held for row in document.sheet] == [None, None]


def test_a_line_with_parts_is_asked_about_next(
    scan: Scan, bar: MessageBar, document: SheetDocument, rules: ScanRulesService, sees: Callable[[str], None]
) -> None:
    """GIVEN a line with parts WHEN it is chosen THEN the next question is which part, and both answers are kept."""
    scan("SN:SPK1;MAC:0\rhttp://example.com/a")
    sees("2 lines came as one code. Which one is the device ID?")
    press(bar, "Line 1: SN:SPK1;MAC:0")
    sees("This code has several parts. Which one is the device ID?")
    press(bar, "SPK1")
    assert ids(document) == ["SPK1"]
    assert rules.rules.part == PartRule(PartKind.PAIRS, "SN", lines=2, line=1)


def test_not_now(
    scan: Scan, bar: MessageBar, document: SheetDocument, qtbot: QtBot, sees: Callable[[str], None]
) -> None:
    """GIVEN a question that was closed WHEN one more code comes in THEN it is asked again, and not before."""
    scan(CODES[0])
    sees(QUESTION)
    press(bar, "Not now")
    scan("SPK26113F2001")
    qtbot.wait(0)
    assert not bar.isVisible()
    scan(CODES[1])
    sees(QUESTION)


def test_the_row_of_the_question_is_deleted(
    scan: Scan, bar: MessageBar, document: SheetDocument, sees: Callable[[str], None], qtbot: QtBot
) -> None:
    """GIVEN two codes that wait WHEN the first one is deleted THEN the question is about the other, then gone."""
    scan(*CODES[:2])
    sees("Line 2: C26113001")
    document.delete([1])
    sees("Line 2: C26113002")
    document.delete([2])
    qtbot.waitUntil(lambda: not bar.isVisible(), timeout=PATIENCE)


def test_a_rule_that_can_not_be_kept(
    scan: Scan,
    bar: MessageBar,
    document: SheetDocument,
    rules: ScanRulesService,
    repository: ProfileRepository,
    sees: Callable[[str], None],
) -> None:
    """GIVEN a profile that is gone WHEN a line is chosen THEN the reason is told, and it is asked again."""
    failed: list[BindtoolError] = []
    rules.failed.connect(failed.append)
    scan(CODES[0])
    sees(QUESTION)
    repository.remove("mine")
    press(bar, "Line 2: C26113001")
    assert len(failed) == 1
    sees(QUESTION)
    assert ids(document) == [CODES[0]]
