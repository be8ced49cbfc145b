"""The words of the history: nothing that is known is left out, and nothing that is not known is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bindtool.core.api.verdict import VerdictKind
from bindtool.core.model.history_records import LedgerKey, Record, SheetRecord
from bindtool.core.model.outcome import Answer, State
from bindtool.core.model.row import SheetHead
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.store import Run, SentDevice, SentRequest
from bindtool.gui.common.theme.icons import Mark
from bindtool.gui.history.record_model import (
    record_details,
    record_line,
    request_details,
    request_line,
    row_details,
    row_line,
    sheet_line,
    sheet_title,
)
from bindtool.i18n.catalogue import Texts
from bindtool.practice import channel as practice
from tests.core.store.samples import ANSWER, CHANNEL, REFUSAL, START, row, settled

BOUND = Record(
    ANSWER.time,
    "SPK0001",
    "Speaker 1",
    State.BOUND,
    ANSWER,
    "A12",
    "Line 2",
    CHANNEL,
    LedgerKey("b", 1),
    sheet_id=3,
    number=12,
    job="WO-7",
)
UNSENT = Record(START, "SPK0001", "", State.UNSENT, None, "", "", None, sheet_id=3, number=1)
HEAD = SheetHead(3, START, "Line 2", "WO-7", 40, "A12")
RUN = Run(5, 3, "window", START, CHANNEL, "A12", "Line 2", START + timedelta(seconds=9), "finished")
DEVICES = tuple(SentDevice(number, f"SPK{number}", "") for number in range(1, 6))
REQUEST = SentRequest(RUN, 2, START + timedelta(seconds=4), ANSWER, DEVICES, VerdictKind.BOUND)


def test_a_bound_device(texts: Texts) -> None:
    """Who, when, as what, where, for whom, under which log id."""
    line = record_line(texts, BOUND)
    assert line.mark is Mark.BOUND
    assert line.cells == (
        "2026-11-25 09:30", "SPK0001", "Speaker 1", "bound", ANSWER.log_id, "This bench", "A12", "Line 2", "WO-7",
    )  # fmt: skip
    assert record_details(texts, BOUND) == (
        f"SPK0001 · bound 2026-11-25 09:30:05 · Speaker 1 · by A12 · log ID {ANSWER.log_id} · row 12 of WO-7 · "
        "channel …4567 on coze.cn · developer's UID 2478774393"
    )


def test_what_practice_has_bound() -> None:
    """Its profile is called in the window's language, and its site this computer."""
    texts = Texts("zh_CN", practice.NAMES)
    profile = practice.practice_profile("http://127.0.0.1:8080")
    bound = replace(BOUND, profile=profile.name, channel=profile.channel)
    head, run = replace(HEAD, profile=profile.name), replace(RUN, profile=profile.name, channel=profile.channel)
    assert record_line(texts, bound).cells[7] == "练习"
    assert "渠道 …0001（本机）" in record_details(texts, bound)
    assert sheet_line(texts, SheetRecord(head, None, 40, 30, 2, 1, 3)).cells[2] == "练习"
    assert " · 练习 · " in sheet_title(texts, head)
    assert " · 练习 · 渠道 …0001（本机） · " in request_details(texts, run, REQUEST)


def test_a_device_of_which_little_is_known(texts: Texts) -> None:
    """A sheet without a job has its number; what is not there is not mentioned."""
    assert record_line(texts, UNSENT).cells[-1] == "Sheet 3"
    assert record_details(texts, UNSENT) == "SPK0001 · not sent 2026-11-25 09:30:00 · row 1 of Sheet 3"
    gone = replace(UNSENT, sheet_id=None, number=None, channel=replace(CHANNEL, user_id=""))
    assert record_line(texts, gone).cells[-1] == ""
    assert record_details(texts, gone).endswith("its sheet was deleted · channel …4567 on coze.cn")


def test_a_device_of_another_bench(texts: Texts) -> None:
    """The bench is named; of its sheet no more than the job is known here."""
    told = replace(BOUND, machine="bench-3", operator="李", sheet_id=None, number=None)
    assert record_line(texts, told).cells[5:] == ("bench-3", "李", "Line 2", "WO-7")
    assert f"Speaker 1 · at bench-3 by 李 · log ID {ANSWER.log_id} · WO-7 · " in record_details(texts, told)
    unsigned = replace(told, operator="", job="")
    assert f"Speaker 1 · at bench-3 · log ID {ANSWER.log_id} · channel" in record_details(texts, unsigned)


def test_a_refused_device(texts: Texts) -> None:
    """The server's own words are among what is known."""
    refused = replace(UNSENT, state=State.REFUSED, answer=REFUSAL)
    assert "“bad parameter” (code 4000)" in record_details(texts, refused)


def test_a_sheet(texts: Texts) -> None:
    """Its job, or its file, or its number; what became of its rows; and whether it is closed."""
    sheet = SheetRecord(HEAD, None, 40, 30, 2, 1, 3)
    assert sheet_line(texts, sheet).cells == (
        "2026-11-25 09:30", "WO-7", "Line 2", "A12", "40", "30", "2", "1", "3", "open",
    )  # fmt: skip
    of_file = replace(HEAD, job="", origin="list.csv", operator="")
    assert sheet_line(texts, replace(sheet, head=of_file, closed_at=START)).cells[1::8] == (
        "list.csv",
        "2026-11-25 09:30",
    )
    assert sheet_title(texts, of_file) == "list.csv · Line 2 · 2026-11-25 09:30"
    assert sheet_title(texts, replace(HEAD, job="")).startswith("Sheet 3 · ")


def test_a_row(texts: Texts) -> None:
    """As the sheet had it, repeats and all."""
    saved = replace(row(1), saved=True)
    outcome = settled(State.REFUSED, 2, answer=REFUSAL)[2]
    refused = replace(row(2, outcome=outcome), operator="", saved=True)
    sheet = Sheet([saved, refused, replace(row(3, "SPK0001"), saved=True)])
    assert row_line(texts, sheet, saved).cells == (
        "1", "SPK0001", "Speaker 1", "ready", "", "", "2026-11-25 09:30", "A12",
    )  # fmt: skip
    assert row_details(texts, sheet, saved) == "row 1 · SPK0001 · ready 2026-11-25 09:30 · Speaker 1 · by A12"
    assert row_line(texts, sheet, refused).mark is Mark.REFUSED
    assert row_details(texts, sheet, refused).endswith(f"(code 4000) · Speaker 2 · log ID {REFUSAL.log_id}")
    repeat = row_line(texts, sheet, sheet[3])
    assert (repeat.mark, repeat.cells[3:5]) == (Mark.INCOMPLETE, ("duplicate", "the same ID as row 1"))


def test_a_request(texts: Texts) -> None:
    """Which run, when, how many devices, what came back, and how long it took."""
    assert request_line(texts, RUN, REQUEST).cells == (
        "5", "2026-11-25 09:30:04", "2", "5", "bound", ANSWER.log_id, "1.0 s",
    )  # fmt: skip
    assert request_details(texts, RUN, REQUEST) == (
        "run 5, started 2026-11-25 09:30:00 · by A12 · Line 2 · channel …4567 on coze.cn · "
        "finished 2026-11-25 09:30:09 · 5 devices: SPK1, SPK2, SPK3, …"
    )


@pytest.mark.parametrize(
    ("answer", "kind", "words", "log_id"),
    [
        (None, VerdictKind.LOST, "no answer", ""),
        (Answer(START), VerdictKind.LOST, "no answer", ""),
        (Answer(START), VerdictKind.NEVER_SENT, "not sent", ""),
        (REFUSAL, VerdictKind.REFUSED, "“bad parameter” (code 4000)", REFUSAL.log_id),
        (replace(ANSWER, http_status=500), VerdictKind.LOST, "code 0", ANSWER.log_id),
    ],
)
def test_other_answers(texts: Texts, answer: Answer | None, kind: VerdictKind, words: str, log_id: str) -> None:
    """None, one that says no, a code of 0 that was none, and a request that never left."""
    cells = request_line(texts, RUN, replace(REQUEST, answer=answer, kind=kind)).cells
    assert cells[4:6] == (words, log_id)


def test_a_run_that_has_sent_nothing(texts: Texts) -> None:
    """It says how it ended, if it did."""
    stopped = replace(RUN, ending="stopped", operator="", profile="")
    assert request_line(texts, stopped, None).cells[3:5] == ("0", "ended early 2026-11-25 09:30:09")
    open_one = replace(stopped, ended_at=None, ending="")
    assert request_details(texts, open_one, None) == (
        "run 5, started 2026-11-25 09:30:00 · channel …4567 on coze.cn · no end recorded"
    )
