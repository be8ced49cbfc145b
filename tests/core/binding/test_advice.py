"""Which message fits the end of a run: the table of the screens' document, row by row."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bindtool.core.api.identity import TokenCheck
from bindtool.core.api.responses import NeverSent, NotSent
from bindtool.core.binding.advice import (
    Action,
    Advice,
    Circumstances,
    advise,
    advise_waiting,
    obstacle_hint,
    obstacle_sentences,
    obstacle_title,
)
from bindtool.core.binding.events import Ended, Ending
from bindtool.core.common.errors import SignInFailed
from bindtool.core.common.messages import Message, Parameter
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.outcome import Answer

FOUND = Circumstances(
    "api.coze.cn", "Li", bound=3, left=4, unknown=0, worked_before=False, proven=False, check=TokenCheck.UNCLEAR
)

OBSTACLE = NeverSent(datetime(2026, 11, 25, 9, 5, tzinfo=UTC), NotSent.DNS, host="api.coze.cn")


def name_of(advice: Advice) -> str:
    """Return the name that the two texts of a message share."""
    title, body = advice.title.id.split("."), advice.body.id.split(".")
    assert (title[0], title[2], body[0], body[2]) == ("advice", "title", "advice", "hint")
    assert title[1] == body[1]
    return title[1]


def advice_on(ended: Ended, found: Circumstances = FOUND) -> Advice:
    """Return the message after a run that has one."""
    advice = advise(ended, found)
    assert advice is not None
    return advice


ACCEPTED, REFUSED, UNCLEAR = TokenCheck.ACCEPTED, TokenCheck.REFUSED, TokenCheck.UNCLEAR


@pytest.mark.parametrize(
    ("ending", "worked_before", "check", "expected"),
    [
        (Ending.AUTHENTICATION, True, ACCEPTED, "token_stopped"),
        (Ending.AUTHENTICATION, True, REFUSED, "token_stopped"),
        (Ending.AUTHENTICATION, True, UNCLEAR, "token_stopped"),
        (Ending.AUTHENTICATION, False, REFUSED, "site_refuses_token"),
        (Ending.AUTHENTICATION, False, UNCLEAR, "site_refuses_token"),
        (Ending.AUTHENTICATION, False, ACCEPTED, "permission"),
        (Ending.PERMISSION, False, REFUSED, "site_refuses_token"),
        (Ending.PERMISSION, True, REFUSED, "token_stopped"),
        (Ending.PERMISSION, False, ACCEPTED, "permission"),
        (Ending.PERMISSION, True, ACCEPTED, "permission"),
        (Ending.PERMISSION, False, UNCLEAR, "permission_or_site"),
        (Ending.PERMISSION, True, UNCLEAR, "permission_or_site"),
    ],
)
def test_about_the_token(ending: Ending, worked_before: bool, check: TokenCheck, expected: str) -> None:
    """The answer, whether the token worked here before, and what users/me said decide together."""
    found = replace(FOUND, worked_before=worked_before, check=check)
    assert name_of(advice_on(Ended(ending), found)) == expected


@pytest.mark.parametrize(
    ("ending", "expected", "primary"),
    [
        (Ending.CHANNEL, "unknown_channel", Action.EDIT_PROFILE),
        (Ending.BILLING, "billing", Action.COPY_FOR_SUPPORT),
        (Ending.RISK_CONTROL, "risk_control", Action.CONTINUE),
        (Ending.NOT_ACCEPTED, "not_accepted", Action.COPY_NOTE_FOR_MANAGER),
        (Ending.WAIT_TOO_LONG, "come_back", Action.CONTINUE),
        (Ending.QUOTA, "quota", Action.CONTINUE),
        (Ending.UNREACHABLE, "unreachable", Action.TRY_AGAIN),
        (Ending.UNANSWERED, "unanswered", Action.SEND_UNKNOWN_AGAIN),
        (Ending.TROUBLE, "trouble", Action.SEND_UNKNOWN_AGAIN),
    ],
)
def test_about_the_rest(ending: Ending, expected: str, primary: Action) -> None:
    """Every other ending that stops a run has a message and one primary action."""
    advice = advice_on(Ended(ending))
    assert name_of(advice) == expected
    assert advice.primary is primary


@pytest.mark.parametrize(
    ("worked_before", "proven", "check", "expected"),
    [
        (False, False, ACCEPTED, "not_accepted"),
        (False, False, UNCLEAR, "not_accepted"),
        (False, True, ACCEPTED, "not_accepted_any_more"),
        (True, True, UNCLEAR, "not_accepted_any_more"),
        (False, False, REFUSED, "site_refuses_token"),
        (False, True, REFUSED, "site_refuses_token"),
        (True, True, REFUSED, "token_stopped"),
    ],
)
def test_about_a_channel_that_accepts_nothing(
    worked_before: bool, proven: bool, check: TokenCheck, expected: str
) -> None:
    """A site that does not know the token explains it; else it is the channel, new or proven."""
    found = replace(FOUND, worked_before=worked_before, proven=proven, check=check)
    assert name_of(advice_on(Ended(Ending.NOT_ACCEPTED), found)) == expected


@pytest.mark.parametrize(
    ("ending", "unknown", "said"),
    [(Ending.FINISHED, 2, 2), (Ending.UNANSWERED, 1, 1), (Ending.TROUBLE, 0, None), (Ending.BILLING, 2, None)],
)
def test_how_many_would_be_sent_again(ending: Ending, unknown: int, said: int | None) -> None:
    """The action that sends again says how many it is about; no other one does, nor where there are none."""
    advice = advice_on(Ended(ending), replace(FOUND, unknown=unknown))
    assert advice.n == said


def test_what_was_in_the_way_stands_below() -> None:
    """A run that was given up says why it could not go on, and what to do."""
    advice = advice_on(Ended(Ending.UNREACHABLE, obstacle=OBSTACLE))
    assert name_of(advice) == "unreachable"
    assert advice.more == obstacle_hint(OBSTACLE, "Li")


def test_what_is_said_where_no_run_waits() -> None:
    """A network that is away has no title there: it says that binding goes on."""
    proxy = replace(OBSTACLE, why=NotSent.PROXY_USER, detail="lin", host="http://proxy.example:8080")
    assert obstacle_sentences(OBSTACLE, "Li") == (obstacle_hint(OBSTACLE, "Li"),)
    assert obstacle_sentences(proxy, "Li") == (obstacle_title(proxy), obstacle_hint(proxy, "Li"))


def test_a_proxy_that_wants_a_log_in() -> None:
    """Where nobody could be asked for it, the run says which proxy that is."""
    obstacle = replace(OBSTACLE, why=NotSent.PROXY_LOGIN, host="http://proxy.example:8080")
    advice = advice_on(Ended(Ending.PROXY_LOGIN, obstacle=obstacle))
    assert (advice.title, advice.more) == (obstacle_title(obstacle), obstacle_hint(obstacle, "Li"))
    assert (advice.body.id, advice.primary) == ("advice.unreachable.hint", Action.TRY_AGAIN)


def test_a_sign_in_that_is_over() -> None:
    """Why is told, and what to do, and that what is left is kept."""
    error = SignInFailed("sign_in.over", name="line")
    advice = advice_on(Ended(Ending.SIGN_IN, error=error), replace(FOUND, left=7))
    assert (advice.title, advice.more, advice.primary) == (error.title, error.hint, Action.SIGN_IN)
    assert advice.body == Message.of("advice.waiting.hint", n=7)


def test_a_sign_in_that_may_work_again() -> None:
    """An app that was switched off, or a lock that somebody has, is waited for: the same sign-in goes on."""
    error = SignInFailed("sign_in.deactivated", said="off")
    advice = advice_on(Ended(Ending.SIGN_IN, error=error), replace(FOUND, left=7))
    assert (advice.primary, advice.n, advice.quiet) == (Action.CONTINUE, 7, Action.SIGN_IN)


def test_while_rows_wait_for_a_way() -> None:
    """What is in the way, what it means for the rows, and a try at once."""
    advice = advise_waiting(OBSTACLE, "Li", 7)
    assert (advice.title, advice.more) == (obstacle_title(OBSTACLE), obstacle_hint(OBSTACLE, "Li"))
    assert advice.body == Message.of("advice.waiting.hint", n=7)
    assert (advice.primary, advice.quiet) == (Action.TRY_NOW, None)


@pytest.mark.parametrize(
    ("why", "actions"),
    [
        (NotSent.PROXY_LOGIN, (Action.ENTER_PROXY_LOGIN, Action.TRY_NOW)),
        (NotSent.PROXY_USER, (Action.ENTER_PROXY_LOGIN, Action.TRY_NOW)),
        (NotSent.PROXY_TICKET, (Action.TRY_NOW, None)),
        (NotSent.PROXY_SCHEMES, (Action.TRY_NOW, None)),
    ],
)
def test_while_rows_wait_for_a_log_in_to_the_proxy(why: NotSent, actions: tuple[Action, Action | None]) -> None:
    """Where a user and a password help, entering them comes before a try at once."""
    asked = replace(OBSTACLE, why=why)
    advice = advise_waiting(asked, "Li", 7)
    assert (advice.title, advice.more) == (obstacle_title(asked), obstacle_hint(asked, "Li"))
    assert (advice.primary, advice.quiet) == actions


@pytest.mark.parametrize("ending", [Ending.FINISHED, Ending.STOPPED])
def test_a_run_that_came_to_its_end(ending: Ending) -> None:
    """Where the counts say it all there is no message; unknown rows and a doubtful channel have one."""
    assert advise(Ended(ending), FOUND) is None
    assert name_of(advice_on(Ended(ending), replace(FOUND, unknown=2))) == "unknown"
    assert name_of(advice_on(Ended(ending, maybe_channel=True))) == "maybe_channel"
    left = replace(FOUND, left_refused=50)
    assert name_of(advice_on(Ended(ending), left)) == "left_refused"
    assert name_of(advice_on(Ended(ending, maybe_channel=True), left)) == "maybe_channel"
    assert name_of(advice_on(Ended(ending), replace(left, unknown=2))) == "unknown"


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (Behaviour.NOT_CHECKED, "unknown"),
        (Behaviour.ADDS, "unknown_adds"),
        (Behaviour.REPLACES, "unknown_replaces"),
    ],
)
def test_what_sending_again_does(behaviour: Behaviour, expected: str) -> None:
    """It is known to be harmless only where the channel was checked and adds."""
    advice = advice_on(Ended(Ending.FINISHED), replace(FOUND, unknown=2, behaviour=behaviour))
    assert name_of(advice) == expected
    assert advice.primary is Action.SEND_UNKNOWN_AGAIN


@pytest.mark.parametrize("unknown", [0, 2])
def test_a_whole_list_that_was_refused(unknown: int) -> None:
    """Why nothing was taken apart comes before all counts."""
    found = replace(FOUND, unknown=unknown, behaviour=Behaviour.REPLACES)
    advice = advice_on(Ended(Ending.FINISHED, list_refused=True), found)
    assert name_of(advice) == "list_refused"
    assert advice.primary is Action.COPY_FOR_SUPPORT


@pytest.mark.parametrize(("hours", "said"), [(1, "10:05"), (14, "23:05"), (15, "2026-11-26 00:05")])
def test_when_to_come_back(hours: int, said: str) -> None:
    """The time of day, with its day where that is not the day of the answer."""
    answered = datetime(2026, 11, 25, 9, 5, tzinfo=UTC)
    ended = Ended(Ending.WAIT_TOO_LONG, Answer(answered), until=answered + timedelta(hours=hours))
    advice = advice_on(ended)
    assert advice.title.values["until"] == said


def test_what_the_words_are_given() -> None:
    """Site, person, counts, and when to come back; `n` is what the message is about."""
    until = datetime(2026, 11, 25, 9, 5, tzinfo=UTC)
    advice = advise(Ended(Ending.WAIT_TOO_LONG, until=until), FOUND)
    given: dict[str, Parameter] = {
        "site": "api.coze.cn",
        "who": "Li",
        "bound": 3,
        "left": 4,
        "n": 4,
        "until": "09:05",
    }
    assert advice is not None
    assert advice.title == Message.of("advice.come_back.title", **given)
    assert advice.body == Message.of("advice.come_back.hint", **given)
    unknown = advice_on(Ended(Ending.FINISHED), replace(FOUND, unknown=2))
    assert unknown.title.values["n"] == 2
