"""What is said of a row or a channel, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bindtool.core.common.messages import Message
from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.model.row import Note, NoteReason, Row
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.sheet.status import RowStatus
from bindtool.i18n.catalogue import LANGUAGES, Texts
from bindtool.i18n.row_text import answer_words, report_lines, row_message, site_words, tail
from tests.core.store.samples import ANSWER, REFUSAL, START, row

ENGLISH = Texts("en")
NOTED = replace(row(1), saved=True, note=Note.of(NoteReason.CHANGED_SPACES))


def outcome(state: State, answer: Answer | None) -> Outcome:
    """Return what a row that was sent once has become."""
    return Outcome().begun(1).settled(state, answer)


@pytest.mark.parametrize(
    ("known", "standing", "words"),
    [
        (replace(NOTED, note=None), RowStatus(State.READY), ""),
        (NOTED, RowStatus(State.READY), "spaces removed"),
        (NOTED, RowStatus(State.INCOMPLETE, Message.of("reason.repeat", row=4)), "the same ID as row 4"),
        (
            replace(NOTED, outcome=outcome(State.REFUSED, REFUSAL)),
            RowStatus(State.INCOMPLETE, Message.of("reason.saving")),
            "saving",
        ),
        (
            replace(NOTED, outcome=outcome(State.REFUSED, REFUSAL)),
            RowStatus(State.REFUSED),
            "“bad parameter” (code 4000)",
        ),
        (
            replace(NOTED, outcome=outcome(State.UNKNOWN, REFUSAL)),
            RowStatus(State.UNKNOWN),
            "“bad parameter” (code 4000)",
        ),
        (
            replace(NOTED, outcome=outcome(State.UNKNOWN, Answer(START))),
            RowStatus(State.UNKNOWN),
            "sent, no answer: bound or not, we can't tell",
        ),
        (
            replace(NOTED, outcome=outcome(State.UNKNOWN, Answer(START, 0, "oops", http_status=500))),
            RowStatus(State.UNKNOWN),
            "sent, no answer: bound or not, we can't tell",
        ),
        (
            replace(NOTED, outcome=outcome(State.UNKNOWN, None)),
            RowStatus(State.UNKNOWN),
            "sent, no answer: bound or not, we can't tell",
        ),
        (
            replace(NOTED, outcome=Outcome(State.REFUSED, REFUSAL).begun(2)),
            RowStatus(State.SENDING),
            ENGLISH("message.sending"),
        ),
        (
            replace(NOTED, outcome=outcome(State.WAITING, REFUSAL)),
            RowStatus(State.WAITING),
            ENGLISH("message.waiting"),
        ),
        (
            replace(NOTED, outcome=outcome(State.WAITING, Answer(START, 4020))),
            RowStatus(State.WAITING),
            f"{ENGLISH('message.waiting')}. {ENGLISH('code.4020')}",
        ),
        (replace(NOTED, outcome=outcome(State.BOUND, ANSWER)), RowStatus(State.BOUND), "spaces removed"),
        (
            replace(NOTED, note=None, outcome=outcome(State.BOUND, ANSWER)),
            RowStatus(State.BOUND),
            "",
        ),
    ],
)
def test_the_most_pressing_thing_is_said(known: Row, standing: RowStatus, words: str) -> None:
    """Why a row can't go, then that it goes, then the server's words, then that there were none, then our note."""
    assert row_message(ENGLISH, known, standing) == words


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(START), ""),
        (Answer(START, http_status=502), ""),
        (Answer(START, 4000), "code 4000"),
        (Answer(START, 4000, "bad {parameter}"), "“bad {parameter}” (code 4000)"),
    ],
)
def test_an_answer_in_words(answer: Answer, words: str) -> None:
    """The server's own words are quoted as they are, with the code; without a code there is nothing to quote."""
    assert answer_words(ENGLISH, answer) == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_has_the_servers_words_or_ours(language: str) -> None:
    """A line for each row: the server's message is left as it is, and where it said nothing, there are words."""
    texts = Texts(language)
    sheet = Sheet(
        [
            replace(row(1), saved=True),
            replace(row(2, "SPK0001"), saved=True),
            replace(row(3), saved=True, outcome=outcome(State.REFUSED, REFUSAL)),
            replace(row(4), saved=True, outcome=outcome(State.UNKNOWN, Answer(START))),
            replace(row(5), saved=True, outcome=outcome(State.REFUSED, Answer(START, 4000))),
            replace(row(6, "SPK0003", label="again"), saved=True, outcome=Outcome(answer=REFUSAL)),
        ]
    )

    lines = list(report_lines(texts, [(row, sheet.status(row.number)) for row in sheet], "Line 2"))

    assert [line.row.number for line in lines] == [1, 2, 3, 4, 5, 6]
    assert [line.state for line in lines] == [
        State.READY,
        State.INCOMPLETE,
        State.REFUSED,
        State.UNKNOWN,
        State.REFUSED,
        State.INCOMPLETE,
    ]
    assert [line.reason for line in lines] == [
        "",
        texts("reason.repeat", row=1),
        "",
        texts("message.no_answer"),
        texts("message.code", code=4000),
        texts("reason.repeat", row=3),
    ]
    assert {line.profile for line in lines} == {"Line 2"}


def test_a_report_says_of_a_lost_answer_what_the_sheet_says() -> None:
    """A refusal after a lost answer does not stand there alone, nor an earlier one beside a row that is sent."""
    sheet = Sheet(
        [
            replace(row(1), saved=True, outcome=Outcome(State.UNKNOWN, REFUSAL, lost=True, refused_since=True)),
            replace(row(2), saved=True, outcome=Outcome(State.SENDING, REFUSAL)),
        ]
    )
    shown = [(row, sheet.status(row.number)) for row in sheet]

    assert [line.reason for line in report_lines(ENGLISH, shown, "")] == [
        "refused now, an earlier answer was lost: " + answer_words(ENGLISH, REFUSAL),
        "its request has been sent",
    ]


@pytest.mark.parametrize(
    ("site", "words"),
    [
        ("https://api.coze.cn", "coze.cn"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
        ("https://bind.example", "bind.example"),
    ],
)
def test_a_site_has_a_short_name(site: str, words: str) -> None:
    """A site is called what people call it."""
    assert site_words(site) == words


@pytest.mark.parametrize(("text", "end"), [("123456", "123456"), ("1234567", "…4567")])
def test_only_long_ids_are_cut(text: str, end: str) -> None:
    """An id is cut only where that makes it shorter."""
    assert tail(text) == end
