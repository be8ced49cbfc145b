"""Who logs in to a proxy, by which scheme, and that one refusal ends it."""

from __future__ import annotations

import asyncio
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from bindtool.core.credentials.secret import Password
from bindtool.core.network.proxy import Proxy, ProxyLogin
from bindtool.core.network.proxy_login import ProxyFailed, ProxyLogins, ProxyRefusal, UsedLogin
from tests.patience import PATIENCE

PROXY = Proxy.parse("http://proxy.example:3128")
WITH_LOGIN = Proxy.parse("http://lin:pass word@proxy.example:3128")
LIN, MEI = ProxyLogin("lin", Password("pass word")), ProxyLogin("WORKS\\mei", Password("密码:1"))

BASIC = ['Basic realm="works, NTLM", charset="UTF-8"']
NEGOTIATE, NTLM, DIGEST = ["Negotiate"], ["NTLM"], ['Digest realm="works", qop="auth"']


def basic(login: ProxyLogin) -> bytes:
    """Give what sends a log-in by Basic."""
    return b"Basic " + b64encode(f"{login.user}:{login.password.reveal()}".encode())


def by(scheme: str, words: str) -> str:
    """Give a scheme with a token, as either side sends it."""
    return f"{scheme} {b64encode(words.encode()).decode()}"


@dataclass
class Tickets:
    """A system's single sign-on, which answers "TOKEN" with "USER answers TOKEN" for as long as it has `rounds`."""

    known: tuple[str, ...] = ("negotiate", "ntlm")
    missing: tuple[str, ...] = ()
    takes_logins: bool = False
    signed_in: str = "WORKS\\chen"
    rounds: int = 3
    started: list[str] = field(default_factory=list)

    def schemes(self) -> Sequence[str]:
        """Give what it knows."""
        return self.known

    def user(self) -> str:
        """Give who is signed in."""
        return self.signed_in

    def start(self, scheme: str, host: str, login: ProxyLogin | None) -> Answers:
        """Begin, where there is a ticket."""
        self.started.append(f"{scheme} {host}")
        if scheme in self.missing:
            raise OSError("no ticket")
        return Answers(login.user if login is not None else self.signed_in, self.rounds)


@dataclass
class Answers:
    """One log-in."""

    user: str
    left: int

    def answer(self, token: bytes) -> bytes:
        """Answer, or say that there is nothing to answer."""
        if token == b"bad":
            raise OSError("the token is no good")
        self.left -= 1
        return f"{self.user} answers {token.decode()}".encode() if self.left >= 0 else b""


def stored(*logins: ProxyLogin | None) -> Callable[[Proxy], ProxyLogin | None]:
    """Find these log-ins one after the other, and the last one from then on."""
    left = list(logins)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


NOTHING = stored(None)


def talk(logins: ProxyLogins, proxy: Proxy, *challenges: Sequence[str]) -> list[bytes | None]:
    """Give what is sent to a proxy that asks so many times and then lets through."""

    async def say() -> list[bytes | None]:
        with logins.exchange(proxy) as exchange:
            sent = [await exchange.first()]
            sent += [await exchange.answer(each) for each in challenges]
            exchange.accepted()
        return sent

    return asyncio.run(say())


def failure(logins: ProxyLogins, proxy: Proxy, *challenges: Sequence[str]) -> ProxyFailed:
    """Give how it fails."""
    with pytest.raises(ProxyFailed) as caught:
        talk(logins, proxy, *challenges)
    return caught.value


def test_a_password_is_sent_when_asked_for_and_from_then_on_unasked() -> None:
    """The first connection is asked; each later one brings along what has worked."""
    logins = ProxyLogins(NOTHING)

    assert talk(logins, WITH_LOGIN, BASIC) == [None, basic(LIN)]
    assert talk(logins, WITH_LOGIN) == [basic(LIN)]
    assert logins.used(WITH_LOGIN) == UsedLogin("Basic", "lin")


def test_a_proxy_that_asks_for_nothing_is_told_nothing() -> None:
    """Neither the log-in of its address nor who is signed in."""
    logins = ProxyLogins(NOTHING, Tickets)

    assert talk(logins, WITH_LOGIN) == [None]
    assert logins.used(WITH_LOGIN) is None


def test_what_was_entered_goes_before_what_stands_in_the_address() -> None:
    """It was entered because the other one did not do."""
    assert talk(ProxyLogins(stored(MEI)), WITH_LOGIN, BASIC) == [None, basic(MEI)]


def test_a_login_goes_before_who_is_signed_in() -> None:
    """By Basic, where the system's schemes take none: somebody has entered it for this proxy."""
    tickets = Tickets()

    assert talk(ProxyLogins(stored(LIN), lambda: tickets), PROXY, [*NEGOTIATE, *BASIC]) == [None, basic(LIN)]
    assert tickets.started == []


def test_a_refused_password_is_not_sent_again_until_another_one_is_entered() -> None:
    """The next connection fails before anything is sent."""
    logins = ProxyLogins(stored(LIN, LIN, MEI))

    refused = failure(logins, PROXY, BASIC, BASIC)
    again = failure(logins, PROXY)

    assert (refused.why, refused.user) == (again.why, again.user) == (ProxyRefusal.USER_REFUSED, "lin")
    assert talk(logins, PROXY, BASIC) == [None, basic(MEI)]


def test_whoever_keeps_the_logins_hears_which_one_was_refused() -> None:
    """At the refusal, and not again for what is not even sent; of who is signed in nobody keeps a password."""
    heard = list[tuple[str, ProxyLogin]]()
    logins = ProxyLogins(stored(LIN), refused=lambda proxy, login: heard.append((proxy.name, login)))
    others = ProxyLogins(NOTHING, Tickets, refused=lambda proxy, login: heard.append((proxy.name, login)))

    for _ in range(2):
        failure(logins, PROXY, BASIC, BASIC)
        failure(others, PROXY, NEGOTIATE, NEGOTIATE)

    assert heard == [("proxy.example:3128", LIN)]


def test_what_has_come_of_a_login_is_logged_when_it_changes(caplog: pytest.LogCaptureFixture) -> None:
    """Not for each connection; and not whose it is, since a log goes to whoever can help."""
    caplog.set_level("INFO", "bindtool")
    logins = ProxyLogins(stored(LIN))

    talk(logins, PROXY, BASIC)
    talk(logins, PROXY)
    failure(logins, PROXY, BASIC)
    failure(logins, PROXY)

    assert caplog.messages == [
        "Proxy proxy.example:3128 has accepted a log-in by Basic",
        "Proxy proxy.example:3128 has refused a log-in by Basic",
    ]


def test_the_same_password_may_try_once_more_when_somebody_says_so() -> None:
    """The account may have been unlocked meanwhile."""
    logins = ProxyLogins(stored(LIN))
    failure(logins, PROXY, BASIC, BASIC)

    logins.forget_refusals(PROXY)

    assert talk(logins, PROXY, BASIC) == [None, basic(LIN)]


def test_a_password_that_is_no_longer_good_is_refused_like_any_other() -> None:
    """It was sent unasked, since it had worked."""
    logins = ProxyLogins(stored(LIN))
    talk(logins, PROXY, BASIC)

    refused = failure(logins, PROXY, BASIC)

    assert (refused.why, refused.user) == (ProxyRefusal.USER_REFUSED, "lin")
    assert failure(logins, PROXY).why is ProxyRefusal.USER_REFUSED
    assert logins.used(PROXY) is None


def test_what_one_proxy_has_refused_another_one_may_be_sent() -> None:
    """Each port of a host is a proxy of its own."""
    logins = ProxyLogins(stored(LIN))
    failure(logins, PROXY, BASIC, BASIC)

    assert talk(logins, Proxy.parse("http://proxy.example:3129"), BASIC) == [None, basic(LIN)]


def test_a_refusal_keeps_nobody_out_once_the_login_is_gone() -> None:
    """Then the proxy is asked anew what it wants."""
    logins = ProxyLogins(stored(LIN, None))
    failure(logins, PROXY, BASIC, BASIC)

    assert talk(logins, PROXY) == [None]


@pytest.mark.parametrize(
    ("challenges", "sign_on", "proxy", "why", "schemes"),
    [
        (BASIC, None, PROXY, ProxyRefusal.LOGIN_WANTED, ("Basic",)),
        ([*DIGEST, *BASIC], Tickets(), PROXY, ProxyRefusal.LOGIN_WANTED, ("Digest", "Basic")),
        ([], None, PROXY, ProxyRefusal.LOGIN_WANTED, ("Basic",)),
        ([*NTLM, *DIGEST], Tickets(("negotiate",)), PROXY, ProxyRefusal.SCHEMES, ("NTLM", "Digest")),
        (["nTLM, Negotiate"], None, WITH_LOGIN, ProxyRefusal.SCHEMES, ("nTLM", "Negotiate")),
        (NEGOTIATE, Tickets(()), PROXY, ProxyRefusal.SCHEMES, ("Negotiate",)),
        (NEGOTIATE, Tickets(missing=("negotiate",)), PROXY, ProxyRefusal.NO_TICKET, ("Negotiate",)),
        (
            [*NEGOTIATE, *BASIC],
            Tickets(missing=("negotiate",)),
            PROXY,
            ProxyRefusal.LOGIN_WANTED,
            ("Negotiate", "Basic"),
        ),
        (NTLM, Tickets(takes_logins=True), Proxy.parse("10.1.2.3:3128"), ProxyRefusal.LOGIN_WANTED, ("NTLM",)),
        (NTLM, Tickets(takes_logins=True, missing=("ntlm",)), PROXY, ProxyRefusal.LOGIN_WANTED, ("NTLM",)),
    ],
)
def test_where_nobody_can_log_in(
    challenges: Sequence[str],
    sign_on: Tickets | None,
    proxy: Proxy,
    why: ProxyRefusal,
    schemes: tuple[str, ...],
) -> None:
    """It is said why, and what the proxy offers in its own spelling. Nothing is remembered: it is asked again."""
    logins = ProxyLogins(NOTHING, lambda: sign_on)

    for _ in range(2):
        failed = failure(logins, proxy, challenges)
        assert (failed.why, failed.schemes, failed.user) == (why, schemes, "")
        assert failed.words == ("no ticket" if sign_on is not None and sign_on.missing else "")


def test_who_is_signed_in_goes_by_negotiate_first() -> None:
    """Round after round, for as long as the proxy goes on with it."""
    tickets = Tickets()
    logins = ProxyLogins(NOTHING, lambda: tickets)

    sent = talk(logins, PROXY, [*BASIC, *NTLM, *NEGOTIATE], [by("Negotiate", "one")], [by("negotiate", "two")])

    assert sent == [
        None,
        by("Negotiate", "WORKS\\chen answers ").encode(),
        by("Negotiate", "WORKS\\chen answers one").encode(),
        by("Negotiate", "WORKS\\chen answers two").encode(),
    ]
    assert tickets.started == ["negotiate proxy.example"]
    assert logins.used(PROXY) == UsedLogin("Negotiate", "WORKS\\chen")
    assert talk(logins, PROXY, NEGOTIATE)[0] is None, "there is a ticket for each connection, and none unasked"


def test_without_a_ticket_the_next_scheme_may_serve() -> None:
    """The proxy has heard of nobody yet, so it has refused nobody."""
    tickets = Tickets(missing=("negotiate",))
    logins = ProxyLogins(NOTHING, lambda: tickets)

    assert talk(logins, PROXY, [*NEGOTIATE, *NTLM]) == [None, by("NTLM", "WORKS\\chen answers ").encode()]
    assert logins.used(PROXY) == UsedLogin("NTLM", "WORKS\\chen")


def test_where_the_system_takes_logins_they_go_by_its_schemes() -> None:
    """So a password does not go over the line; by Basic it does only where nothing else serves."""
    tickets = Tickets(takes_logins=True, missing=("negotiate",))
    logins = ProxyLogins(stored(MEI), lambda: tickets)

    sent = talk(logins, PROXY, [*BASIC, *NTLM, *NEGOTIATE], [by("NTLM", "one")])

    assert sent == [
        None,
        by("NTLM", "WORKS\\mei answers ").encode(),
        by("NTLM", "WORKS\\mei answers one").encode(),
    ]
    assert talk(ProxyLogins(stored(MEI), lambda: tickets), PROXY, [*BASIC, *NEGOTIATE]) == [None, basic(MEI)]


def test_an_address_with_an_empty_login_has_none() -> None:
    """Other programs are told so to take who is signed in."""
    proxy = Proxy.parse("http://:@proxy.example:3128")

    assert talk(ProxyLogins(NOTHING, Tickets), proxy, [*NTLM, *BASIC]) == [
        None,
        by("NTLM", "WORKS\\chen answers ").encode(),
    ]


def test_a_ticket_is_for_the_name_alone() -> None:
    """Not for the dot by which a resolver knows that a name is whole."""
    tickets = Tickets()

    talk(ProxyLogins(NOTHING, lambda: tickets), Proxy.parse("proxy.example.:3128"), NTLM)

    assert tickets.started == ["ntlm proxy.example"]


@pytest.mark.parametrize("address", ["http://10.1.2.3:3128", "http://[fe80::1]:3128"])
def test_nobody_signs_in_by_themselves_where_no_name_is_known(address: str) -> None:
    """A ticket is for a name."""
    tickets = Tickets()

    failed = failure(ProxyLogins(NOTHING, lambda: tickets), Proxy.parse(address), NEGOTIATE)

    assert (failed.why, tickets.started) == (ProxyRefusal.SCHEMES, [])


def test_nobody_signs_in_by_themselves_where_only_the_network_names_the_proxy() -> None:
    """Anybody's network can; what was entered for that very proxy is sent all the same."""
    tickets = Tickets()
    proxy = Proxy(PROXY.kind, PROXY.host, PROXY.port, from_wpad=True)

    failed = failure(ProxyLogins(NOTHING, lambda: tickets), proxy, [*NTLM, *BASIC])

    assert (failed.why, tickets.started) == (ProxyRefusal.LOGIN_WANTED, [])
    assert talk(ProxyLogins(stored(LIN), lambda: tickets), proxy, [*NTLM, *BASIC]) == [None, basic(LIN)]


@pytest.mark.parametrize(
    "then",
    [
        pytest.param(NEGOTIATE, id="asked again"),
        pytest.param([*NTLM, *BASIC], id="another offer"),
        pytest.param(["Negotiate =", *BASIC], id="no token"),
        pytest.param([by("Negotiate", "bad")], id="no good"),
        pytest.param([by("Negotiate", "on")], id="nothing more to say"),
        pytest.param(["Negotiate abc"], id="not base64"),
        pytest.param([], id="nothing offered"),
    ],
)
def test_one_refusal_ends_it(then: Sequence[str]) -> None:
    """No second scheme: a wrong password that is tried by each of them locks its account."""
    tickets = Tickets(rounds=1)
    logins = ProxyLogins(NOTHING, lambda: tickets)

    failed = failure(logins, PROXY, [*NEGOTIATE, *NTLM], then)

    assert (failed.why, failed.user) == (ProxyRefusal.USER_REFUSED, "WORKS\\chen")
    assert failure(logins, PROXY).user == "WORKS\\chen"
    assert tickets.started == ["negotiate proxy.example"]


def hung_up_on(logins: ProxyLogins) -> ProxyFailed:
    """Give how a log-in ends to which the proxy says nothing, or for which the proxy is sent nothing."""

    async def say() -> None:
        with logins.exchange(PROXY) as exchange:
            await exchange.answer(BASIC)
            raise ProxyFailed(ProxyRefusal.CLOSED)

    with pytest.raises(ProxyFailed) as caught:
        asyncio.run(say())
    return caught.value


def test_a_password_to_which_nothing_is_said_is_sent_three_times_in_half_an_hour() -> None:
    """A proxy may hang up on whom it refuses, and a run tries again every 15 seconds."""
    now = 0.0
    logins = ProxyLogins(stored(LIN), now=lambda: now)

    tries = [hung_up_on(logins).why for _ in range(5)]

    assert tries == [ProxyRefusal.CLOSED] * 3 + [ProxyRefusal.USER_REFUSED] * 2
    now = 1799.0
    assert hung_up_on(logins).user == "lin"
    now = 1800.0
    assert hung_up_on(logins).why is ProxyRefusal.CLOSED


def test_whoever_enters_a_password_has_it_tried_whatever_was_said_before() -> None:
    """The proxy may have been broken."""
    logins = ProxyLogins(stored(LIN))
    for _ in range(3):
        hung_up_on(logins)

    logins.forget_refusals(PROXY)

    assert talk(logins, PROXY, BASIC) == [None, basic(LIN)]


def test_a_password_that_has_passed_is_sent_however_often_the_proxy_hangs_up() -> None:
    """It is the proxy that is out of order."""
    now = 0.0
    logins = ProxyLogins(stored(LIN), now=lambda: now)
    talk(logins, PROXY, BASIC)
    now = 100.0

    assert {hung_up_on(logins).why for _ in range(9)} == {ProxyRefusal.CLOSED}


def test_a_proxy_that_lets_somebody_go_nowhere_has_answered() -> None:
    """It does not lead to the site, whoever asks."""
    logins = ProxyLogins(stored(LIN))

    async def say() -> None:
        with logins.exchange(PROXY) as exchange:
            await exchange.answer(BASIC)
            raise ProxyFailed(ProxyRefusal.REFUSED, "503 Service Unavailable")

    for _ in range(9):
        with pytest.raises(ProxyFailed, match="refused"):
            asyncio.run(say())


def test_what_is_offered_is_read_at_once() -> None:
    """However a proxy has garbled it: who waits for it can do nothing else meanwhile."""
    begun = time.process_time()

    garbled = 'Basic realm="' + '\\"' * 15_000
    assert talk(ProxyLogins(stored(LIN)), PROXY, [garbled]) == [None, basic(LIN)]

    assert time.process_time() - begun < 2.0


def test_somebody_else_who_signs_in_may_try() -> None:
    """It is the user who was refused, not the computer."""
    tickets = Tickets()
    logins = ProxyLogins(NOTHING, lambda: tickets)
    failure(logins, PROXY, NEGOTIATE, NEGOTIATE)

    tickets.signed_in = "WORKS\\mei"

    assert talk(logins, PROXY, NEGOTIATE) == [None, by("Negotiate", "WORKS\\mei answers ").encode()]


def test_what_was_sent_unasked_is_not_refused_by_a_proxy_that_has_changed_its_offer() -> None:
    """It does not take passwords any more, so it has judged none."""
    tickets = Tickets(takes_logins=True)
    logins = ProxyLogins(stored(LIN), lambda: tickets)
    talk(logins, PROXY, BASIC)

    assert talk(logins, PROXY, NEGOTIATE) == [basic(LIN), by("Negotiate", "lin answers ").encode()]


def test_of_connections_at_once_one_tries() -> None:
    """Each would burn a try of an account that is locked after a few; the others hear how the first one fared."""
    logins, sent = ProxyLogins(stored(LIN)), list[bytes]()

    async def connect() -> ProxyRefusal | None:
        with logins.exchange(PROXY) as exchange:
            await exchange.first()
            try:
                sent.append(await exchange.answer(BASIC))
                await exchange.answer(BASIC)
            except ProxyFailed as failed:
                return failed.why
        return None

    async def connect_all() -> list[ProxyRefusal | None]:
        return list(await asyncio.gather(connect(), connect(), connect()))

    assert asyncio.run(connect_all()) == [ProxyRefusal.USER_REFUSED] * 3
    assert sent == [basic(LIN)]


@pytest.mark.parametrize(("seconds", "most"), [(59, 3), (61, 1), (-3600, 1)])
def test_what_has_passed_some_time_ago_is_tried_by_one_again(seconds: float, most: int) -> None:
    """The password may have been changed meanwhile; while a run sends, nobody waits for another's answer."""
    times, sent = [1000.0], list[bytes]()
    logins = ProxyLogins(stored(LIN), now=lambda: times[-1])
    talk(logins, PROXY, BASIC)
    times.append(times[0] + seconds)

    async def connect_all() -> None:
        together = asyncio.Event()

        async def connect() -> None:
            with logins.exchange(PROXY) as exchange, suppress(ProxyFailed):
                sent.append(await exchange.first() or b"")
                if len(sent) == most:
                    together.set()
                await together.wait()
                await exchange.answer(BASIC)

        await asyncio.gather(connect(), connect(), connect())

    asyncio.run(connect_all())

    assert sent == [basic(LIN)] * most


def test_what_one_connection_has_passed_with_the_others_need_not_wait_for() -> None:
    """Until then they wait; it may be refused. What was given up has decided nothing."""
    logins, said = ProxyLogins(stored(LIN)), list[str]()

    async def connect(outcome: str, together: asyncio.Event) -> None:
        with logins.exchange(PROXY) as exchange:
            await exchange.answer(BASIC)
            said.append("sent")
            if outcome == "passed":
                said.append(outcome)
                exchange.accepted()
                await together.wait()

    async def connect_all() -> None:
        together = asyncio.Event()
        first = asyncio.create_task(connect("given up", together))
        others = [asyncio.create_task(connect("passed", together)) for _ in range(3)]
        await first
        while len(said) < 7:
            await asyncio.wait(others, timeout=0.005)
        together.set()
        await asyncio.gather(*others)

    asyncio.run(connect_all())

    assert said == ["sent", *["sent", "passed"] * 3]


def test_a_ticket_that_takes_its_time_holds_nobody_else_up() -> None:
    """What asks for it is aside. Given up, it lets the next one try."""
    asked, may_go_on = threading.Event(), threading.Event()

    @dataclass
    class Slow(Tickets):
        def start(self, scheme: str, host: str, login: ProxyLogin | None) -> Answers:
            asked.set()
            may_go_on.wait(PATIENCE)
            return super().start(scheme, host, login)

    logins = ProxyLogins(NOTHING, Slow)

    async def connect() -> bytes:
        with logins.exchange(PROXY) as exchange:
            return await exchange.answer(NEGOTIATE)

    async def give_up_and_try_again() -> bytes:
        first = asyncio.create_task(connect())
        while not asked.is_set():
            await asyncio.wait((first,), timeout=0.005)
        first.cancel()
        with suppress(asyncio.CancelledError):
            await first
        may_go_on.set()
        return await connect()

    assert asyncio.run(give_up_and_try_again()) == by("Negotiate", "WORKS\\chen answers ").encode()


def test_a_password_shows_nowhere() -> None:
    """Not in what is raised, nor in a description of anything; words of the proxy's are cleaned of it."""
    logins = ProxyLogins(stored(LIN))

    async def say() -> tuple[str, str]:
        with logins.exchange(PROXY) as exchange:
            before = logins.clean(PROXY, "pass word")
            sent = await exchange.answer(BASIC)
            with pytest.raises(ProxyFailed) as caught:
                await exchange.answer(BASIC)
            words = logins.clean(PROXY, f"pass word is not {sent.decode()}")
            shown = f"{caught.value!r} {vars(exchange)} {vars(logins)}"
        assert "pass word" not in shown
        assert basic(LIN).decode() not in shown
        return before, words

    assert asyncio.run(say()) == ("pass word", "*** is not Basic ***")


def test_the_login_of_a_socks_proxy() -> None:
    """What was entered for it, else what stands in its address."""
    proxy = Proxy.parse("socks5://lin:pass word@proxy.example")

    assert asyncio.run(ProxyLogins(stored(MEI)).socks_login(proxy)) == MEI
    assert asyncio.run(ProxyLogins(NOTHING).socks_login(proxy)) == LIN
    assert asyncio.run(ProxyLogins(NOTHING).socks_login(PROXY)) is None


def test_a_refused_login_of_a_socks_proxy_is_not_sent_again() -> None:
    """As with any other proxy."""
    heard = list[ProxyLogin]()
    logins = ProxyLogins(stored(LIN, LIN, MEI), refused=lambda _, login: heard.append(login))

    async def ask() -> ProxyLogin | None:
        login = await logins.socks_login(PROXY)
        assert login is not None
        await logins.socks_refused(PROXY, login)
        with pytest.raises(ProxyFailed) as caught:
            await logins.socks_login(PROXY)
        assert (caught.value.why, caught.value.user) == (ProxyRefusal.USER_REFUSED, "lin")
        return await logins.socks_login(PROXY)

    assert asyncio.run(ask()) == MEI
    assert heard == [LIN]
