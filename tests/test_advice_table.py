"""Which message for which refusal: the whole table, each row over real HTTP, in both languages.

A server answers with every code of a row, and to `users/me` with all that the row allows; the words are those that
a person reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bindtool.core.api.codes import MEANINGS, WAITED_OUT
from bindtool.core.binding.advice import Advice
from bindtool.core.binding.events import Waiting
from bindtool.core.common.clock import SystemClock
from bindtool.core.common.messages import Message
from bindtool.core.credentials.token_metadata import TokenPlace
from bindtool.core.model.outcome import State
from bindtool.core.profiles.profile import Profile
from bindtool.core.store import Store
from bindtool.i18n.catalogue import LANGUAGES, Texts
from bindtool.practice.rules import Call
from bindtool.practice.server import PracticeServer
from bindtool.practice.wire import Close, Fault
from tests.core.binding.playing import RESEND, Played, play, profile_at
from tests.practice.faults import Raw, ScriptedAnswer, empty, html

IDS = ("SPK1", "SPK2", "SPK3", "SPK4", "SPK5")

STOPPED = ("Paused: the token no longer works", "令牌已失效，绑定暂停")
WRONG_SITE = ("This computer does not accept this token", "本机不接受这个令牌")
PERMISSION = ("The token may lack a permission", "令牌可能缺少绑定权限")
UNKNOWN_CHANNEL = ("This computer does not know this channel", "本机上找不到这个渠道")
NOT_ACCEPTED = ("The channel did not accept the device", "渠道没有接受设备")
BILLING = ("The Coze account cannot pay for this call", "扣子账号的费用不足，无法调用")
RISK_CONTROL = ("Paused: Coze has noticed unusual activity", "扣子检测到异常操作，绑定暂停")
TROUBLE = ("Paused: Coze is having trouble", "扣子服务出现问题，绑定暂停")
UNKNOWN = ("{n} results unknown", "{n} 台结果未知")
ONE_UNKNOWN = ("1 result unknown", "1 台结果未知")

NOT_INTERCHANGEABLE = {
    "en": "Tokens of coze.cn and coze.com are not interchangeable",
    "zh_CN": "coze.cn 与 coze.com 的令牌不能互用",
}

BAD_TOKEN = (ScriptedAnswer(4100, 401), html(401), ScriptedAnswer(4100), ScriptedAnswer(700012006))
NO_PERMISSION = (ScriptedAnswer(4101, 403), html(403), ScriptedAnswer(4101))
ANY_OTHER = (ScriptedAnswer(4000), ScriptedAnswer(4321, 400), ScriptedAnswer(1))
ACCEPTED: tuple[Fault | None, ...] = (None,)
REFUSED = (ScriptedAnswer(4100, 401), ScriptedAnswer(700012006))
COULD_NOT_TELL = (html(502), Close(commit=False), ScriptedAnswer(4101, 403), empty())


@dataclass(frozen=True)
class TableRow:
    """A row of the table: an answer of each kind to the bind call and to `users/me`, and the title that follows.

    `worked`: whether the token has worked on the channel before; None where it makes no difference.
    """

    answers: tuple[Fault, ...]
    worked: bool | None
    checks: tuple[Fault | None, ...]
    titles: tuple[str, str]
    site_too: bool = False

    def cases(self) -> Iterator[tuple[Fault, bool, Fault | None]]:
        """Give every answer with each of its circumstances."""
        checks = [*self.checks, *[self.checks[0]] * len(self.answers)]
        for number, answer in enumerate(self.answers):
            for worked in (True, False) if self.worked is None else (self.worked,):
                yield answer, worked, checks[number]
        for check in self.checks[len(self.answers) :]:
            yield self.answers[0], bool(self.worked), check


EITHER = (None, *REFUSED, *COULD_NOT_TELL)
TABLE: Mapping[str, TableRow] = {
    "bad token, worked before": TableRow(BAD_TOKEN, True, EITHER, STOPPED),
    "bad token, refused": TableRow(BAD_TOKEN, False, REFUSED, WRONG_SITE),
    "bad token, could not tell": TableRow(BAD_TOKEN, False, COULD_NOT_TELL, WRONG_SITE),
    "bad token, accepted": TableRow(BAD_TOKEN, False, ACCEPTED, PERMISSION),
    "no permission, refused": TableRow(NO_PERMISSION, False, REFUSED, WRONG_SITE),
    "no permission, refused, worked before": TableRow(NO_PERMISSION, True, REFUSED, STOPPED),
    "no permission, accepted": TableRow(NO_PERMISSION, None, ACCEPTED, PERMISSION),
    "no permission, could not tell": TableRow(NO_PERMISSION, None, COULD_NOT_TELL, PERMISSION, site_too=True),
    "unknown channel": TableRow(
        (ScriptedAnswer(4200, 404), html(404), ScriptedAnswer(4200)), None, EITHER, UNKNOWN_CHANNEL
    ),
    "billing": TableRow(
        tuple(map(ScriptedAnswer, (4011, 4019, 4022, 4027, 4028, 788788103))), None, EITHER, BILLING
    ),
    "risk control": TableRow(
        (ScriptedAnswer(4102), ScriptedAnswer(4102, 400), ScriptedAnswer(4102, 429)), None, EITHER, RISK_CONTROL
    ),
    "any other, new channel, accepted": TableRow(ANY_OTHER, False, ACCEPTED, NOT_ACCEPTED),
    "any other, new channel, could not tell": TableRow(ANY_OTHER, False, COULD_NOT_TELL, NOT_ACCEPTED),
    "any other, new channel, refused": TableRow(ANY_OTHER, False, REFUSED, WRONG_SITE),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give an open database."""
    with Store(tmp_path / "bindtool.db", SystemClock()) as opened:
        yield opened


def new_profile(server: PracticeServer) -> Profile:
    """Return a profile for a channel that nobody knows to work, with a person to ask."""
    return replace(profile_at(server.site), proven=False, who_to_ask="Li")


def advice_of(played: Played) -> Advice:
    """Return what the run advises."""
    advice = played.concluded.advice
    assert advice is not None
    return advice


def assert_titles(advice: Advice, titles: tuple[str, str], n: int = 0) -> None:
    """The title is the table's, in both languages."""
    said = tuple(Texts(language).say(advice.title) for language in LANGUAGES)
    assert said == tuple(title.format(n=n) for title in titles)


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE.keys())
def test_an_answer_that_stops_a_run(tmp_path: Path, row: TableRow) -> None:
    """The title follows from the answer, from whether this token ever worked here, and from one question."""
    for number, (answer, worked, check) in enumerate(row.cases()):
        with (
            PracticeServer(latency=0, rate=0) as server,
            Store(tmp_path / f"{number}.db", SystemClock()) as store,
        ):
            profile = new_profile(server)
            place = TokenPlace("line", SystemClock().now())
            if worked:
                assert play(store, profile, ["SPK0"], place=place).states == [State.BOUND]
            asked_before = len(server.requests)
            server.script([answer] * 9)
            server.script([check], Call.ME)

            advice = advice_of(play(store, profile, IDS, place=place))

            assert_titles(advice, row.titles)
            for language, words in NOT_INTERCHANGEABLE.items():
                body = Texts(language).say(advice.body)
                assert (words in body) is (row.site_too or row.titles is WRONG_SITE)
            calls = [request.call for request in server.requests[asked_before:]]
            assert calls.count(Call.ME) == (row.titles not in {UNKNOWN_CHANNEL, BILLING, RISK_CONTROL})
            assert calls[-1] is Call.ME or Call.ME not in calls


@pytest.mark.parametrize("code", sorted({*MEANINGS} - WAITED_OUT - {4000}))
def test_the_code_that_stops_a_run_is_explained(store: Store, server: PracticeServer, code: int) -> None:
    """What it means stands below what to do, whatever the site says of the token."""
    advice = advice_of(play(store, new_profile(server), [f"SPK-{code}", *IDS]))

    assert advice.code == Message.of(MEANINGS[code], who="Li")
    for language in LANGUAGES:
        assert str(code) in Texts(language).say(advice.code)


def test_a_code_that_nobody_knows_is_not_explained(store: Store, server: PracticeServer) -> None:
    """The advice has no more to say then."""
    server.script([ScriptedAnswer(4321)] * 9)

    assert advice_of(play(store, new_profile(server), IDS)).code is None


def test_a_refused_device_among_others(store: Store, server: PracticeServer) -> None:
    """A single device that is refused where others are accepted is the row's matter: the run has nothing to say."""
    played = play(store, new_profile(server), [*IDS, "SPK0000"])

    assert played.states == [State.BOUND] * 5 + [State.REFUSED]
    assert played.concluded.advice is None
    english, chinese = (Texts(language)("state.refused.do") for language in LANGUAGES)
    assert english.startswith("Coze refused this device.")
    assert "compare its ID with the sticker" in english
    assert chinese.startswith("扣子拒绝了这台设备。")


def waits(played: Played, language: str) -> list[str]:
    """Return what is said of each wait."""
    texts = Texts(language)
    return [
        texts(f"progress.wait_{event.reason}", s=round(event.seconds))
        for event in played.events
        if isinstance(event, Waiting)
    ]


@pytest.mark.parametrize(
    "wait",
    [ScriptedAnswer(0, 429), html(429), *map(ScriptedAnswer, (4008, 4009, 4013, 4020))],
    ids=["429", "page", "4008", "4009", "4013", "4020"],
)
def test_asked_to_wait(store: Store, server: PracticeServer, wait: Fault) -> None:
    """Nothing stops: it is said that the server asked, and when it goes on."""
    server.script([wait])

    played = play(store, new_profile(server), IDS)

    assert played.states == [State.BOUND] * 5
    assert played.concluded.advice is None
    assert waits(played, "en")[0].startswith("The server asked us to wait. Continuing in ")
    assert waits(played, "zh_CN")[0].startswith("服务器要求稍等，")


@pytest.mark.parametrize(
    "fault",
    [html(502), Raw(503), ScriptedAnswer(0, 500), ScriptedAnswer(5000), ScriptedAnswer(720701013)],
    ids=["502", "503", "500", "5000", "720701013"],
)
def test_coze_is_having_trouble(store: Store, server: PracticeServer, fault: Fault) -> None:
    """It goes on by itself; after the last try it is paused, with the rows as they are known."""
    server.script([fault] * (RESEND + 1))

    played = play(store, new_profile(server), IDS)

    assert waits(played, "en")[0] == "Coze is having trouble. Continuing automatically in 1 s."
    assert waits(played, "zh_CN")[0] == "扣子服务出现问题，1 秒后自动继续。"
    assert_titles(advice_of(played), TROUBLE)
    assert played.states == [State.UNKNOWN] + [State.READY] * 4


def test_trouble_in_the_middle_pauses_too(store: Store, server: PracticeServer) -> None:
    """On a channel that works, the second batch that meets nothing else is the last that is sent."""
    server.script([None, *[html(502)] * 9])

    played = play(store, new_profile(server), IDS, batch_size=1)

    assert_titles(advice_of(played), TROUBLE)
    assert played.states == [State.BOUND, State.UNKNOWN, State.UNKNOWN, State.READY, State.READY]


LOST = [Close(), html(200), empty(), ScriptedAnswer("0", commit=True)]


@pytest.mark.parametrize("fault", LOST, ids=["closed", "page", "empty", "code"])
def test_no_answer(store: Store, server: PracticeServer, fault: Fault) -> None:
    """Sent, and bound or not: the number of such rows is said."""
    server.script([fault] * (RESEND + 1))

    played = play(store, replace(new_profile(server), proven=True), IDS)

    assert_titles(advice_of(played), UNKNOWN, n=5)


@pytest.mark.parametrize("fault", LOST, ids=["closed", "page", "empty", "code"])
def test_no_answer_for_the_device_sent_ahead(store: Store, server: PracticeServer, fault: Fault) -> None:
    """The same for the one that goes ahead; nothing else leaves before one of its tries is answered."""
    server.script([fault] * (RESEND + 1))

    played = play(store, new_profile(server), IDS)

    assert_titles(advice_of(played), ONE_UNKNOWN)
    assert len(server.requests) == RESEND + 1
    assert played.states == [State.UNKNOWN] + [State.READY] * 4
