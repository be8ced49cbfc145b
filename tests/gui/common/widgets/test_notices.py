"""The queue of notices: which is the first, what a newer one ends, and what comes back."""

from __future__ import annotations

import pytest

from bindtool.core.binding.advice import Action, Advice
from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.gui.common.widgets.notices import Kind, Notices, Option

ADVICE = Advice(Message.of("advice.no_token.title"), Message.of("advice.no_token.hint", who=""), Action.ENTER_TOKEN)
ERROR = BadInput("edit.under_way", row=7)
LINE = Message.of("note.token_removed")


@pytest.fixture
def notices() -> Notices:
    """Give an empty queue."""
    return Notices()


def bring(notices: Notices, *kinds: Kind) -> None:
    """Let notices come, one after the other, each by the name of its kind."""
    come = {
        Kind.LINE: lambda: notices.show_line(LINE),
        Kind.OFFER: lambda: notices.show_offer("offer", "Caps Lock is on"),
        Kind.ADVICE: lambda: notices.show_advice(ADVICE),
        Kind.NEWS: lambda: notices.show_news("news", "Reading: 1 %"),
        Kind.ERROR: lambda: notices.show_error(ERROR),
        Kind.QUESTION: lambda: notices.show_question("question.close", lambda: None, left=1, total=2),
        Kind.ANSWER: lambda: notices.show_answer(LINE),
    }
    for kind in kinds:
        come[kind]()


def order(notices: Notices) -> list[Kind]:
    """Close what is seen, again and again; return what was seen."""
    seen = []
    while notices.first is not None:
        seen.append(notices.first.kind)
        notices.take_back()
    return seen


@pytest.mark.parametrize(
    ("come", "seen"),
    [
        # An answer is seen elsewhere, and takes the place of nothing.
        ([Kind.ERROR, Kind.QUESTION, Kind.ANSWER], [Kind.QUESTION, Kind.ERROR]),
        ([Kind.OFFER, Kind.ADVICE, Kind.ANSWER], [Kind.ADVICE, Kind.OFFER]),
        # What a person has just wanted is asked at once; what went wrong since is told before it.
        ([Kind.ERROR, Kind.QUESTION], [Kind.QUESTION, Kind.ERROR]),
        ([Kind.QUESTION, Kind.ERROR], [Kind.ERROR, Kind.QUESTION]),
        # Of what can wait the newest is seen; it never hides what went wrong, what is asked or what can be stopped.
        ([Kind.ADVICE, Kind.OFFER], [Kind.OFFER, Kind.ADVICE]),
        ([Kind.OFFER, Kind.ADVICE], [Kind.ADVICE, Kind.OFFER]),
        ([Kind.NEWS, Kind.OFFER, Kind.ADVICE], [Kind.NEWS, Kind.ADVICE, Kind.OFFER]),
        ([Kind.ERROR, Kind.ADVICE, Kind.OFFER], [Kind.ERROR, Kind.OFFER, Kind.ADVICE]),
        ([Kind.ERROR, Kind.NEWS], [Kind.ERROR, Kind.NEWS]),
        ([Kind.QUESTION, Kind.NEWS], [Kind.QUESTION, Kind.NEWS]),
        # A line is for when there is nothing to do.
        ([Kind.ADVICE, Kind.LINE], [Kind.ADVICE]),
        ([Kind.ERROR, Kind.LINE], [Kind.ERROR]),
        ([Kind.OFFER, Kind.LINE], [Kind.OFFER, Kind.LINE]),
        ([Kind.LINE, Kind.ADVICE], [Kind.ADVICE]),
        ([Kind.LINE, Kind.ERROR], [Kind.ERROR]),
        ([Kind.LINE, Kind.ANSWER], [Kind.LINE]),
        ([Kind.ANSWER, Kind.OFFER], [Kind.OFFER]),
        ([Kind.ANSWER, Kind.LINE], [Kind.LINE]),
        # Of each kind that says something there is one.
        ([kind for kind in Kind for _ in range(2)],
         [Kind.QUESTION, Kind.ERROR, Kind.NEWS, Kind.ADVICE, Kind.OFFER]),
    ],
)  # fmt: skip
def test_what_is_seen_first(notices: Notices, come: list[Kind], seen: list[Kind]) -> None:
    """GIVEN notices in an order WHEN each is closed in turn THEN they are seen in that order."""
    bring(notices, *come)
    assert order(notices) == seen


def test_offers_wait_for_each_other(notices: Notices) -> None:
    """GIVEN two offers WHEN the first is renewed THEN it stays the first, and goes before a later advice."""
    for name in ("end", "caps"):
        notices.show_offer(name, name)
    bring(notices, Kind.ADVICE)
    assert notices.shows("advice")

    notices.show_offer("end", "end again")

    assert notices.first is not None
    assert (notices.first.title, notices.contains("caps")) == ("end again", True)
    notices.withdraw("end")
    assert notices.shows("advice")
    notices.take_back()
    assert notices.shows("caps")


def test_news_of_the_same_stay_where_they_are(notices: Notices) -> None:
    """GIVEN two things under way and a question WHEN they tell how far they are THEN the order stays."""
    notices.show_news("reading", "Reading: 1 %")
    notices.show_news("adding", "Adding: 1")
    bring(notices, Kind.QUESTION)
    notices.show_news("reading", "Reading: 2 %")
    notices.show_news("adding", "Adding: 2")

    assert notices.asks
    notices.take_back()
    assert notices.shows("adding")
    notices.withdraw("adding")
    assert notices.first is not None
    assert notices.first.words == "Reading: 2 %"


def test_a_button_answers_once(notices: Notices) -> None:
    """GIVEN an offer WHEN a button is pressed THEN the offer is gone before whoever asked hears of it."""
    heard: list[bool] = []
    notices.show_offer("part", "Which?", Option("SPK", lambda: heard.append(notices.contains("part"))))
    assert notices.first is not None
    notices.take(notices.first, notices.first.options[0])
    assert heard == [False]


def test_an_answer_is_withdrawn_by_its_name(notices: Notices) -> None:
    """GIVEN an answer of a name WHEN another has come since THEN withdrawing the first takes nothing away."""
    notices.show_answer(LINE, name="edited")
    bring(notices, Kind.ANSWER)
    notices.withdraw("edited")
    assert notices.answer is not None
    notices.withdraw("answer")
    assert notices.answer is None


@pytest.mark.parametrize("kind", [Kind.QUESTION, Kind.ERROR, Kind.NEWS, Kind.ADVICE])
def test_an_answer_is_over_with_whatever_else_comes_of_what_a_person_does(notices: Notices, kind: Kind) -> None:
    """What can wait leaves it where it is."""
    bring(notices, Kind.ANSWER, Kind.LINE, Kind.OFFER)
    assert notices.answer is not None
    bring(notices, kind)
    assert notices.answer is None


def test_messages_are_cleared_and_questions_are_not(notices: Notices) -> None:
    """GIVEN everything WHEN all that is said is cleared THEN what is asked, offered or under way stays."""
    bring(notices, Kind.OFFER, Kind.ADVICE, Kind.NEWS, Kind.ERROR, Kind.QUESTION, Kind.ANSWER)
    notices.clear(Kind.ERROR)
    assert not notices.contains("error")
    notices.clear()
    assert notices.answer is None
    assert order(notices) == [Kind.QUESTION, Kind.NEWS, Kind.OFFER]
    notices.take_back()
    assert not notices.asks


def test_other_pages_see_what_can_not_wait(notices: Notices) -> None:
    """GIVEN what is about the sheet THEN another page sees none of it, but errors and questions."""
    seen = []
    for kind in Kind:
        bring(notices, kind)
        first = notices.first_anywhere
        seen.append(None if first is None else first.kind)
    assert seen == [None, None, None, None, Kind.ERROR, Kind.QUESTION, Kind.QUESTION]


def test_a_question_is_kept_up_to_date_in_its_place() -> None:
    """Its words change and its buttons stay; where it is answered by now, nothing comes back."""
    notices = Notices()
    notices.show_question("question.close", lambda: None, left=2, total=2)
    before = notices.first
    notices.update_question("question.close", left=1, total=2)
    assert before is not None
    assert notices.first is not None
    assert notices.first.words == Message.of("question.close.hint", left=1, total=2)
    assert (notices.first.options, notices.first.number) == (before.options, before.number)

    notices.take_back()
    notices.update_question("question.close", left=0, total=2)
    assert notices.first is None
