"""The message bar asks which part of a code is the id, once, and the answer makes rows of what has waited."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QAbstractButton, QWidget

from bindtool.core.barcode.id_rules import PartKind, PartRule
from bindtool.core.common.errors import BindtoolError
from bindtool.core.intake.intake import Arrival
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Source
from bindtool.core.profiles.profile import Profile
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.core.scanner.scan_rules import EndKey, ScannerRules, ScanRules
from bindtool.gui.common.widgets.passing_news import PassingNews
from bindtool.gui.scanning.setup.prompts import IdPartPrompt
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import can_see, press, said
from tests.gui.conftest import Show
from tests.gui.loop import PATIENCE
from tests.gui.scanning.setup.conftest import Bench

QUESTION = "This code has several parts. Which one is the device ID?"
CODES = [f"SN:SPK26113F200{n};MAC:A4:C1:38:00:11:0{n}" for n in (1, 2, 3)]
SERIALS = ["SPK26113F2001", "SPK26113F2002", "SPK26113F2003"]
MACS = ["A4:C1:38:00:11:01", "A4:C1:38:00:11:02", "A4:C1:38:00:11:03"]
MINE = Profile("mine", "75")


@pytest.fixture(autouse=True)
def prompt(bench: Bench) -> IdPartPrompt:
    """Give what asks for parts, over an empty sheet of that profile."""
    prompt = IdPartPrompt(*bench.asking)
    bench.document.added.connect(prompt.look_at)
    bench.open(MINE)
    return prompt


def test_an_answer_makes_rows_of_all_that_has_waited(bench: Bench, repository: ProfileRepository) -> None:
    """GIVEN three codes, kept whole WHEN the serial is pressed THEN three rows are ready, and the profile knows."""
    bench.scan(*CODES)
    assert bench.ids == CODES
    assert bench.states == [State.INCOMPLETE] * 3
    assert QUESTION in said(bench.bar)
    assert can_see(bench.bar, MACS[0])
    with bench.qtbot.waitSignal(bench.document.added, timeout=PATIENCE) as told:
        press(bench.bar, SERIALS[0])
    assert told.args == [bench.document.sheet[3]]
    assert bench.ids == SERIALS
    assert bench.states == [State.READY] * 3
    assert [row.arrived for row in bench.document.sheet] == CODES
    assert QUESTION not in said(bench.bar)
    assert repository.get("mine").scan == ScanRules(part=PartRule(PartKind.PAIRS, "SN"))
    bench.scan("SN:SPK26113F2004;MAC:1")
    assert bench.document.sheet[4].device_id == "SPK26113F2004"
    assert not bench.bar.isVisible()


def test_an_answer_taken_back_is_asked_for_once_more(bench: Bench) -> None:
    """GIVEN the wrong part pressed WHEN that is undone THEN all scans wait again for another answer."""
    bench.scan(*CODES)
    press(bench.bar, MACS[0])
    bench.scan()
    assert bench.ids == MACS
    bench.document.undo()
    bench.scan()
    assert bench.ids == CODES
    assert QUESTION in said(bench.bar)
    press(bench.bar, SERIALS[0])
    bench.scan()
    assert bench.ids == SERIALS
    assert bench.rules.rules.part == PartRule(PartKind.PAIRS, "SN")
    bench.document.undo()
    bench.document.redo()
    bench.scan()
    assert bench.ids == SERIALS
    assert QUESTION not in said(bench.bar)


def test_not_now_puts_it_off(bench: Bench) -> None:
    """GIVEN the question closed WHEN plain ids come THEN it stays away; the next code brings it back."""
    bench.scan(CODES[0])
    press(bench.bar, "Not now")
    bench.scan("SPK26113F2009")
    assert not bench.bar.isVisible()
    bench.scan(CODES[1], CODES[2])
    assert QUESTION in said(bench.bar)
    assert can_see(bench.bar, SERIALS[1])


def test_a_scan_that_is_gone_is_not_asked_about(bench: Bench) -> None:
    """GIVEN the question WHEN its row is deleted THEN it is asked about the next one, and about none in the end."""
    bench.scan(*CODES[:2])
    bench.document.delete([1])
    bench.scan()
    assert can_see(bench.bar, SERIALS[1])
    bench.document.delete([2])
    bench.scan()
    assert not bench.bar.isVisible()


def test_codes_that_leave_nothing_to_ask(bench: Bench) -> None:
    """GIVEN a code without a part that may be an id, or a list THEN nothing is asked."""
    bench.scan("https://iot.example", '{"sn":"SP')
    bench.document.take([Arrival(CODES[0])], Source.PASTED)
    bench.scan()
    assert bench.states == [State.INCOMPLETE] * 3
    assert not bench.bar.isVisible()


def test_a_sheet_of_yesterday_is_asked_about(bench: Bench) -> None:
    """GIVEN codes that wait WHEN their sheet is opened again THEN the question is there; a rule answers it."""
    bench.scan(*CODES)
    press(bench.bar, "Not now")
    bench.open(MINE)
    assert QUESTION in said(bench.bar)
    assert bench.rules.change(ScanRules(scanner=ScannerRules(end=EndKey.TAB)))
    assert QUESTION in said(bench.bar)
    assert bench.rules.change(ScanRules(part=PartRule(PartKind.PAIRS, "MAC")))
    bench.scan()
    assert bench.ids == MACS
    assert not bench.bar.isVisible()


def test_an_answer_that_can_not_be_kept(bench: Bench, repository: ProfileRepository) -> None:
    """GIVEN a profile that is gone WHEN the answer is pressed THEN the reason is told and the question stays."""
    errors: list[BindtoolError] = []
    bench.rules.failed.connect(errors.append)
    bench.scan(*CODES)
    repository.remove("mine")
    press(bench.bar, SERIALS[0])
    assert len(errors) == 1
    assert bench.ids == CODES
    assert QUESTION in said(bench.bar)


def test_the_answer_leaves_a_trace(bench: Bench, texts: Texts, show: Show) -> None:
    """Each button has the part's name before it; what was chosen is said, as where a list's columns are found."""
    frame = QWidget()
    show(frame)
    news = PassingNews(texts, bench.notices, frame)
    bench.scan(CODES[0])
    (button,) = (one for one in bench.bar.findChildren(QAbstractButton) if one.accessibleName() == SERIALS[0])
    assert button.text() == f"SN {SERIALS[0]}"
    press(bench.bar, SERIALS[0])
    assert f"The ID is the part SN {SERIALS[0]}" in said(news)

    press(news, "Change")
    bench.scan()
    assert bench.ids == [CODES[0]]
    assert QUESTION in said(bench.bar)
    press(bench.bar, SERIALS[0])
    bench.scan(CODES[1])
    assert not can_see(news, "Change")
