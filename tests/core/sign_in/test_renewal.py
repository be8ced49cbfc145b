"""Staying signed in, over real HTTP on loopback: no token is used that could run out, and no sign-in is lost."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

import pytest

from bindtool.core.api.client import CozeApi, SiteClient, Timeouts
from bindtool.core.api.responses import HttpReply, NeverSent, NoToken, NotSent
from bindtool.core.common.clock import SystemClock
from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.common.errors import (
    BadInput,
    BindtoolError,
    PasswordStoreLocked,
    PasswordStoreUnusable,
    SignInFailed,
    TokenMissing,
)
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.secret import Secret
from bindtool.core.credentials.token_record import SignIn, TokenRecord
from bindtool.core.model.channel import Channel
from bindtool.core.model.device import Device
from bindtool.core.network.proxies import Proxies
from bindtool.core.sign_in.device_code import CodeShown, sign_in_with_code
from bindtool.core.sign_in.entry_lock import entry_lock
from bindtool.core.sign_in.renewal import Entry, StoredSignIn
from bindtool.practice.rules import Call
from bindtool.practice.wire import Close
from tests.core.sign_in.bench import TIMEOUTS, ShortWaits, press
from tests.memory_store import MemoryStore
from tests.patience import HOUR
from tests.practice.client import announced
from tests.practice.faults import Raw, Slow, html, json_text
from tests.practice.sign_in import DEVICE_CLIENT, SignInServer

pytestmark = pytest.mark.usefixtures("no_proxy_from_outside")

NAME = "line"
UID = "77"


class SetClock(SystemClock):
    """A clock that can be set, and moved on; where it is `hurried`, a wait is over at once."""

    def __init__(self) -> None:
        self.moved = self.set_by = 0.0
        self.hurried = False

    def now(self) -> datetime:
        """Return the wall time."""
        return super().now() + timedelta(seconds=self.moved + self.set_by)

    def monotonic(self) -> float:
        """Return the seconds that have passed."""
        return super().monotonic() + self.moved

    def move_on(self, seconds: float) -> None:
        """Let time pass."""
        self.moved += seconds

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait."""
        if self.hurried:
            self.move_on(seconds)
        return await super().wait(event, 0.0 if self.hurried else seconds)


class Moody(MemoryStore):
    """A store that can fail to read or to keep, and does something before it keeps."""

    def __init__(self) -> None:
        super().__init__()
        self.read_fails: BindtoolError | None = None
        self.keep_fails: BindtoolError | None = None
        self.kept = 0

    def record(self, name: str, site: str) -> TokenRecord:
        """Return what is kept, or fail."""
        if self.read_fails is not None:
            raise self.read_fails
        return super().record(name, site)

    def keep(self, name: str, record: TokenRecord) -> None:
        """Keep it, or fail."""
        if self.keep_fails is not None:
            raise self.keep_fails
        self.kept += 1
        super().keep(name, record)


@dataclass
class Bench:
    """Somebody who has signed in to a server, and the entry where that is kept."""

    server: SignInServer
    locks: Path
    clock: SetClock = field(default_factory=SetClock)
    store: Moody = field(default_factory=Moody)
    told: list[BindtoolError] = field(default_factory=list)

    async def sign_in(self, user_id: str = UID) -> TokenRecord:
        """Sign in and keep that."""
        clock = ShortWaits()

        def show(shown: object) -> None:
            assert isinstance(shown, CodeShown)
            press(shown.complete, "allow")

        async with SiteClient(self.server.site, TIMEOUTS, clock, Proxies.of_this_system()) as client:
            grant = await sign_in_with_code(client, DEVICE_CLIENT, (self.server.site,), show, clock)
        record = grant.record(self.server.site, DEVICE_CLIENT, user_id, self.clock.now())
        self.store.keep(NAME, record)
        return record

    @property
    def entry(self) -> Entry:
        """Where it is kept."""
        return Entry(self.store, NAME, self.server.site, self.locks)

    @property
    def kept(self) -> TokenRecord:
        """What is kept."""
        return MemoryStore.record(self.store, NAME, self.server.site)

    def renewal(self, record: TokenRecord, timeouts: Timeouts = TIMEOUTS) -> StoredSignIn:
        """Return what keeps it from running out."""
        assert record.sign_in is not None
        return StoredSignIn(
            self.entry, record, record.sign_in, timeouts, self.clock, Proxies.of_this_system(), self.told.append
        )

    def api(self, record: TokenRecord, renewal: StoredSignIn) -> CozeApi:
        """Return the site's API with a token that is renewed."""
        proxies = Proxies.of_this_system()
        return CozeApi(self.server.site, record.token, TIMEOUTS, self.clock, proxies, renewal.token)

    def play(self, work: Callable[[TokenRecord, StoredSignIn], Awaitable[object]]) -> object:
        """Sign in, and do something then."""

        async def play() -> object:
            record = await self.sign_in()
            renewal = self.renewal(record)
            try:
                return await work(record, renewal)
            finally:
                await renewal.close()

        return asyncio.run(play())

    def renewals(self) -> int:
        """Return how often the server was asked for another token."""
        return sum(
            1 for each in self.server.requests if each.call is Call.TOKEN and b'"refresh_token"' in each.body
        )


@pytest.fixture
def bench(server: SignInServer, tmp_path: Path) -> Bench:
    """Return a laptop and a server."""
    return Bench(server, tmp_path / "locks")


def error_of(outcome: object) -> str:
    """Return the id of what keeps a token from being had."""
    assert isinstance(outcome, NoToken), outcome
    return outcome.error.id


def test_a_token_that_lasts_is_used(bench: Bench) -> None:
    """With the usual time-outs of 10 and 30 seconds, until 100 seconds before its end."""

    async def work(record: TokenRecord, _: StoredSignIn) -> None:
        renewal = bench.renewal(record, Timeouts())
        bench.clock.move_on(790)
        assert await renewal.token() == record.token
        assert bench.renewals() == 0
        bench.clock.move_on(20)
        assert await renewal.token() not in {record.token, None}
        assert bench.renewals() == 1

    bench.play(work)


def test_one_that_lives_shortly_is_used_for_half_of_its_life(bench: Bench) -> None:
    """Where requests may take longer than a token lives, not every one of them has it renewed."""
    bench.server.sign_in.life = 20

    async def work(record: TokenRecord, renewal: StoredSignIn) -> None:
        bench.clock.move_on(8)
        assert await renewal.token() == record.token
        bench.clock.move_on(4)
        assert await renewal.token() != record.token

    bench.play(work)


def test_what_comes_is_kept_before_it_is_used(bench: Bench) -> None:
    """Another start finds it, and the token before it is dead: nobody uses it again."""

    async def work(record: TokenRecord, renewal: StoredSignIn) -> None:
        bench.clock.move_on(890)
        token = await renewal.token()
        assert bench.kept.token == token != record.token
        assert bench.kept.sign_in != record.sign_in
        assert await bench.renewal(bench.kept).token() == token
        assert (bench.renewals(), bench.server.sign_in.spent) == (1, 0)

    bench.play(work)


@pytest.mark.parametrize("by", [-7200.0, 7200.0])
def test_a_clock_that_is_set_meanwhile(bench: Bench, by: float) -> None:
    """Put back, the token still ends when it does; put forward, it is renewed too early, which hurts nobody."""

    async def work(record: TokenRecord, renewal: StoredSignIn) -> None:
        bench.clock.set_by = by
        assert (await renewal.token() == record.token) is (by < 0)
        bench.clock.move_on(890)
        assert await renewal.token() != record.token

    bench.play(work)


def test_many_who_need_one_share_it(bench: Bench) -> None:
    """Requests of a run at once, and several programs: one renewal, which all the others take."""

    async def work(record: TokenRecord, renewal: StoredSignIn) -> None:
        others = [bench.renewal(record) for _ in range(3)]
        bench.clock.move_on(890)
        tokens = await asyncio.gather(*(each.token() for each in (renewal, renewal, *others, *others)))
        assert len(set(tokens)) == 1
        assert (bench.renewals(), bench.server.sign_in.spent) == (1, 0)

    bench.play(work)


def test_a_token_that_was_refused_is_renewed(bench: Bench) -> None:
    """Although it would last; and who was refused with an older one gets the present one."""

    async def work(record: TokenRecord, renewal: StoredSignIn) -> None:
        second = await renewal.token(refused=record.token)
        assert second != record.token
        assert await renewal.token(refused=record.token) == second
        assert bench.renewals() == 1

    bench.play(work)


def test_whoever_gives_up_leaves_the_renewal_to_go_on(bench: Bench) -> None:
    """Its answer is the end of the token before it: it is waited for at the end, and kept."""

    async def work(record: TokenRecord, renewal: StoredSignIn) -> None:
        bench.clock.move_on(890)
        arrived = threading.Event()
        bench.server.script(announced(Slow(0), arrived), Call.TOKEN)
        asking = asyncio.ensure_future(renewal.token())
        await in_daemon_thread(arrived.wait, name="test")
        asking.cancel()
        await renewal.close()
        assert bench.kept.token != record.token
        assert await renewal.token() == bench.kept.token

    bench.play(work)


# ---------------------------------------------------------------- what goes wrong


def test_an_answer_that_is_lost_is_asked_for_once_more(bench: Bench) -> None:
    """Where the site had not seen the question, all is well."""
    bench.server.script([None, Close(commit=False)], Call.TOKEN)

    async def work(record: TokenRecord, renewal: StoredSignIn) -> None:
        assert isinstance(await renewal.token(refused=record.token), AccessToken)
        assert bench.renewals() == 2

    bench.play(work)


def test_an_answer_that_is_lost_for_good(bench: Bench) -> None:
    """The site had renewed it: the refresh token is dead, and somebody has to sign in again. Nothing is wiped."""
    bench.server.script([None, Close(commit=True)], Call.TOKEN)

    async def work(record: TokenRecord, renewal: StoredSignIn) -> None:
        outcome = await renewal.token(refused=record.token)
        assert error_of(outcome) == "sign_in.over"
        assert isinstance(outcome, NoToken)
        assert outcome.error.title.values == {"name": NAME}
        assert bench.kept == record

    bench.play(work)


@pytest.mark.parametrize(
    "faults",
    [
        [Close(commit=False)] * 2,
        [html(502)],
        [html(500)],
        [Raw(429)],
        [json_text('{"error_code":"internal_error"}', 500)],
        [json_text('{"error":"slow_down"}', 400)],
    ],
)
def test_a_site_that_can_not_now(bench: Bench, faults: list[Close | Raw]) -> None:
    """The request waits as one that could not leave, and the next try has the token."""
    bench.server.script([None, *faults], Call.TOKEN)

    async def work(record: TokenRecord, renewal: StoredSignIn) -> None:
        outcome = await renewal.token(refused=record.token)
        assert isinstance(outcome, NeverSent)
        assert (outcome.why, outcome.host) == (NotSent.TIMEOUT, bench.server.site.partition("://")[2])
        assert isinstance(await renewal.token(refused=record.token), AccessToken)

    bench.play(work)


def test_a_site_that_is_out_of_reach(bench: Bench) -> None:
    """Why is told as for any request."""

    async def work(record: TokenRecord, renewal: StoredSignIn) -> None:
        bench.server.stop()
        outcome = await renewal.token(refused=record.token)
        assert isinstance(outcome, NeverSent)
        assert outcome.why is NotSent.CONNECT
        bench.server.start()
        assert isinstance(await renewal.token(refused=record.token), AccessToken)

    bench.play(work)


@pytest.mark.parametrize(
    ("body", "id_"),
    [
        ('{"error_code":"access_deny","error_message":"currently deactivated by"}', "sign_in.deactivated"),
        ('{"error_code":"invalid_client"}', "sign_in.client"),
        ("<html>", "sign_in.not_coze"),
        ('{"error":"invalid_grant"}', "sign_in.over"),
        ('{"error":"access_denied"}', "sign_in.over"),
    ],
)
def test_a_renewal_that_is_refused(bench: Bench, body: str, id_: str) -> None:
    """What the word says is told; any other is taken for a sign-in that is over. What is kept stays."""
    bench.server.script([None, json_text(body, 400)], Call.TOKEN)

    async def work(record: TokenRecord, renewal: StoredSignIn) -> None:
        assert error_of(await renewal.token(refused=record.token)) == id_
        assert bench.kept == record

    bench.play(work)


def test_a_refusal_because_somebody_else_was_first(bench: Bench) -> None:
    """Without the lock, as it should not be: what the other one has kept is taken, and not overwritten."""
    server = bench.server

    async def work(record: TokenRecord, renewal: StoredSignIn) -> None:
        later = await bench.sign_in()
        bench.store.keep(NAME, record)
        server.sign_in.revoke()

        class Other:
            commit = True

            def deliver(self, reply: object, /) -> object:
                bench.store.keep(NAME, later)
                return json_text('{"error":"invalid_grant"}', 400).deliver(reply)  # type: ignore[arg-type]

        server.script([Other()], Call.TOKEN)  # type: ignore[list-item]
        assert await renewal.token(refused=record.token) == later.token
        assert bench.kept == later

    bench.play(work)


@pytest.mark.parametrize("there", [True, False])
def test_what_somebody_has_changed_is_never_overwritten(bench: Bench, *, there: bool) -> None:
    """While the site is asked, a person stores another token, signs in anew or signs out: that stays as it is."""
    server, pasted = bench.server, TokenRecord(AccessToken("pat_pasted_meanwhile"), bench.server.site)

    class Meanwhile:
        commit = True

        def deliver(self, reply: object, /) -> object:
            bench.store.forget(NAME)
            if there:
                bench.store.keep(NAME, pasted)
            return Slow(0).deliver(reply)  # type: ignore[arg-type]

    async def work(record: TokenRecord, renewal: StoredSignIn) -> None:
        server.script([Meanwhile()], Call.TOKEN)  # type: ignore[list-item]
        id_ = error_of(await renewal.token(refused=record.token))
        assert id_ == ("sign_in.changed" if there else "token.missing")
        if there:
            assert bench.kept == pasted
        else:
            with pytest.raises(TokenMissing):
                bench.store.read(NAME, server.site)

    bench.play(work)


def test_the_same_person_signs_in_anew_while_the_site_is_asked(bench: Bench) -> None:
    """What was signed in for last is used and kept."""
    anew: list[TokenRecord] = []

    class Meanwhile:
        commit = True

        def deliver(self, reply: object, /) -> object:
            bench.store.keep(NAME, anew[0])
            return Slow(0).deliver(reply)  # type: ignore[arg-type]

    async def work(record: TokenRecord, renewal: StoredSignIn) -> None:
        anew.append(await bench.sign_in())
        bench.store.keep(NAME, record)
        bench.server.script([Meanwhile()], Call.TOKEN)  # type: ignore[list-item]
        assert await renewal.token(refused=record.token) == anew[0].token
        assert bench.kept == anew[0]

    bench.play(work)


def test_another_person_has_signed_in(bench: Bench) -> None:
    """The devices of a run never go to the list of somebody whom nobody has confirmed."""

    async def work(record: TokenRecord, renewal: StoredSignIn) -> None:
        other = await bench.sign_in(user_id="78")
        assert error_of(await renewal.token(refused=record.token)) == "sign_in.changed"
        assert bench.kept == other

    bench.play(work)


@pytest.mark.parametrize(
    "failure",
    [
        PasswordStoreLocked("password_store.locked"),
        PasswordStoreUnusable("password_store.forgetful"),
        BadInput("token.too_long_for_windows", length=1300, limit=1200),
    ],
)
def test_a_store_that_can_not_keep_it(bench: Bench, failure: BindtoolError) -> None:
    """What has come is used until the program ends, which is said at once; kept with the next one that can be."""

    async def work(record: TokenRecord, renewal: StoredSignIn) -> None:
        bench.store.keep_fails = failure
        second = await renewal.token(refused=record.token)
        assert isinstance(second, AccessToken)
        assert [error.id for error in bench.told] == ["sign_in.not_kept"]
        assert await renewal.token() == second
        bench.store.read_fails = PasswordStoreLocked("password_store.locked")
        third = await renewal.token(refused=second)
        assert isinstance(third, AccessToken)
        bench.store.read_fails = bench.store.keep_fails = None
        fourth = await renewal.token(refused=third)
        assert (bench.kept.token, bench.server.sign_in.spent) == (fourth, 0)

    bench.play(work)


def test_a_store_that_can_not_be_read(bench: Bench) -> None:
    """Nobody knows then whether the token is still the last one: nothing is asked for."""

    async def work(record: TokenRecord, renewal: StoredSignIn) -> None:
        bench.store.read_fails = PasswordStoreLocked("password_store.locked")
        assert error_of(await renewal.token(refused=record.token)) == "password_store.locked"
        assert bench.renewals() == 0

    bench.play(work)


def test_a_lock_that_another_program_keeps(bench: Bench) -> None:
    """Not to have the lock is no reason to go without: nothing is asked for."""

    async def work(record: TokenRecord, renewal: StoredSignIn) -> None:
        bench.clock.hurried = True
        async with entry_lock(NAME, SystemClock(), bench.locks):
            assert error_of(await renewal.token(refused=record.token)) == "sign_in.entry_in_use"
        assert bench.renewals() == 0
        assert isinstance(await renewal.token(refused=record.token), AccessToken)

    bench.play(work)


def test_an_answer_without_a_refresh_token(bench: Bench) -> None:
    """The earlier one is kept with the new token: it may still serve."""
    body = b'{"access_token":"czu_0123456789abcdef","expires_in":600}'
    bench.server.script([None, Raw(200, {}, body)], Call.TOKEN)

    async def work(record: TokenRecord, renewal: StoredSignIn) -> None:
        assert record.sign_in is not None
        await renewal.token(refused=record.token)
        kept = bench.kept.sign_in
        assert kept is not None
        assert (kept.refresh_token, kept.lives) == (record.sign_in.refresh_token, 600)

    bench.play(work)


# ---------------------------------------------------------------- with requests


def test_requests_with_a_token_that_is_renewed(bench: Bench) -> None:
    """Before it ends, and once where it was refused; the site sees no request with a token that has run out."""

    async def work(record: TokenRecord, renewal: StoredSignIn) -> None:
        async with bench.api(record, renewal) as api:
            replies = [await api.users_me()]
            bench.clock.move_on(890)
            replies.append(await api.users_me())
            bench.server.sign_in.expire()
            replies.append(await api.users_me())
        assert [reply.status for reply in replies if isinstance(reply, HttpReply)] == [200, 200, 200]
        assert bench.renewals() == 2

    bench.play(work)


def test_a_sign_in_that_is_over_is_the_answer(bench: Bench) -> None:
    """The request was refused and nothing else helps: it is told as what it is."""

    async def work(record: TokenRecord, renewal: StoredSignIn) -> object:
        bench.server.sign_in.revoke()
        async with bench.api(record, renewal) as api:
            return await api.users_me()

    assert error_of(bench.play(work)) == "sign_in.over"


def test_a_new_token_that_is_refused_too_is_believed(bench: Bench) -> None:
    """One renewal a request: a missing permission is no reason for another."""
    bench.server.script([json_text('{"code":4101}', 403)] * 2, Call.ME)

    async def work(record: TokenRecord, renewal: StoredSignIn) -> None:
        async with bench.api(record, renewal) as api:
            reply = await api.users_me()
        assert isinstance(reply, HttpReply)
        assert (reply.status, bench.renewals()) == (403, 1)

    bench.play(work)


def test_a_request_that_is_given_up_before_there_is_a_token(bench: Bench) -> None:
    """It has not left: stopping does not wait for a site that does not answer, and cancelling is as good."""
    bench.server.script([None, Slow(HOUR)], Call.TOKEN)

    async def work(record: TokenRecord, _: StoredSignIn) -> None:
        renewal = bench.renewal(record, Timeouts(5.0, 0.2))
        bench.clock.move_on(890)
        async with bench.api(record, renewal) as api:
            channel, devices = Channel(bench.server.site, "1", "device_id"), [Device("A1", "L")]
            give_up = asyncio.Event()
            give_up.set()
            first = await api.bind(channel, devices, give_up)
            sending = asyncio.ensure_future(api.bind(channel, devices))
            await asyncio.sleep(0)
            sending.cancel()
            replies = [first, await sending]
        await renewal.close()
        assert [type(reply) for reply in replies] == [NeverSent, NeverSent]
        assert bench.server.bound == {}

    bench.play(work)


def test_a_request_that_was_refused_is_not_lost_while_a_token_is_asked_for(bench: Bench) -> None:
    """It has bound nothing: cancelled meanwhile, it is as good as never sent."""
    asked = threading.Event()
    bench.server.script(chain([None], announced(Slow(HOUR), asked)), Call.TOKEN)

    async def work(record: TokenRecord, _: StoredSignIn) -> None:
        renewal = bench.renewal(record, Timeouts(5.0, 0.2))
        bench.server.sign_in.revoke()
        async with bench.api(record, renewal) as api:
            channel = Channel(bench.server.site, "1", "device_id")
            sending = asyncio.ensure_future(api.bind(channel, [Device("A1", "L")]))
            await in_daemon_thread(asked.wait, name="test")
            sending.cancel()
            assert isinstance(await sending, NeverSent)
        await renewal.close()

    bench.play(work)


def test_what_was_read_is_not_what_is_shown() -> None:
    """No text of an entry has a secret."""
    sign_in = SignIn("9.app.coze", Secret("refresh_0123456789"), UID, 1, 2)
    record = TokenRecord(AccessToken("czu_0123456789"), "https://api.coze.cn", sign_in)
    assert "0123456789" not in repr(record)
    assert "0123456789" not in repr(replace(record, sign_in=None))
    assert SignInFailed("sign_in.over", name=NAME).title.values == {"name": NAME}
