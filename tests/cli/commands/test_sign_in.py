"""`bindtool sign-in` and `bindtool sign-out`, with the practice server's page and a browser that presses a link."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from filelock import FileLock

from bindtool.core.common.clock import SystemClock
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.common.errors import PasswordStoreError, PasswordStoreLocked, PasswordStoreUnusable, TokenMissing
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.token_metadata import TokenMetadataFile
from bindtool.core.credentials.token_record import TokenRecord
from bindtool.core.profiles.profile import Profile, SignInApps
from bindtool.core.profiles.profile_toml import to_toml
from bindtool.practice import channel
from bindtool.practice.rules import Call, PracticeReply
from bindtool.practice.wire import Close, Delivery
from tests.cli.desk import Desk, HurriedClock, Keyboard
from tests.core.sign_in.bench import ShortWaits, press, visit
from tests.memory_store import MemoryStore
from tests.practice.faults import Slow, html, json_text
from tests.practice.sign_in import BROWSER_CLIENT, DEVICE_CLIENT, Dialect, SignInServer

APPS = SignInApps(BROWSER_CLIENT, DEVICE_CLIENT)


@pytest.fixture(autouse=True)
def locks_of_a_test(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let the locks lie in the test's folder: their place is the account's, not the data folder's."""
    for name in ("XDG_STATE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))


class Browser:
    """Opens pages beside the program, presses a link and follows it back."""

    def __init__(self, link: str) -> None:
        self.opened: list[str] = []
        self._link = link
        self._threads: list[threading.Thread] = []

    def open(self, address: str) -> bool:
        """Open a page."""
        self.opened.append(address)
        thread = threading.Thread(target=lambda: visit(press(address, self._link)))
        self._threads.append(thread)
        thread.start()
        return True

    def close(self) -> None:
        """Wait until the last page is there."""
        for thread in self._threads:
            thread.join()


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Return a browser of a person who allows."""
    browser = Browser("allow")
    yield browser
    browser.close()


def add_profile(desk: Desk, site: str, apps: SignInApps = APPS, **more: str) -> None:
    """Put the profile `line` into one's own folder."""
    folder = DataFolder.of(desk.environ).profiles
    folder.mkdir(parents=True, exist_ok=True)
    profile = Profile("line", channel.CONNECTOR_ID, site=site, sign_in=apps, **more)  # type: ignore[arg-type]
    (folder / "line.toml").write_text(to_toml(profile), encoding="utf-8")
    desk.site = site


def notes_of(desk: Desk) -> TokenMetadataFile:
    """Return what is noted of tokens."""
    return TokenMetadataFile(DataFolder.of(desk.environ).token_metadata)


@pytest.fixture
def desk(bare_desk: Desk, server: SignInServer, browser: Browser) -> Desk:
    """Return a laptop with a profile whose apps are known, a browser, and no token."""
    add_profile(bare_desk, server.site, replace(APPS, page=server.site))
    bare_desk.browser = browser.open
    return bare_desk


def signed_in(desk: Desk, server: SignInServer) -> None:
    """Sign in with a code that is allowed at once."""
    server.sign_in.allowed = True
    assert desk.run("sign-in", "line", "--device").status == 0


def keep_for_another(desk: Desk) -> TokenRecord:
    """Let what is kept be another account's, and return it."""
    record = desk.password_store.record("line", desk.site)
    assert record.sign_in is not None
    others = replace(record, sign_in=replace(record.sign_in, user_id="78"))
    desk.password_store.keep("line", others)
    return others


def secrets_of(desk: Desk) -> list[str]:
    """Return what must be seen nowhere."""
    return [secret.reveal() for secret in desk.password_store.record("line", desk.site).secrets]


def test_with_the_browser(desk: Desk, server: SignInServer, browser: Browser) -> None:
    """The page is shown and opened; whose list it is is said before it is kept; then it binds."""
    desk.clock = SystemClock()
    done = desk.run("sign-in", "line")
    (opened,) = browser.opened
    assert (done.status, done.out) == (0, "")
    assert done.err.splitlines() == [
        f"Sign in on this page: {opened}",
        f"Signed in as {channel.NICK_NAME} (UID {channel.USER_ID}).",
        f"Devices go to the list of {channel.NICK_NAME}.",
        "Saved for line. It is renewed automatically.",
    ]
    note = notes_of(desk).get("line")
    assert note is not None
    assert (note.kind, note.site, note.account, note.user_id) == (
        "user",
        server.site,
        channel.NICK_NAME,
        channel.USER_ID,
    )
    assert len(secrets_of(desk)) == 2
    assert not any(secret in done.err for secret in secrets_of(desk))
    bound = desk.bind(desk.file("SPK1", "SPK2"))
    assert (bound.status, [*server.bound]) == (0, ["SPK1", "SPK2"])


def test_a_browser_that_stays(desk: Desk) -> None:
    """One that returns only when the person has come back, as one of a terminal does, finds the listener there."""
    desk.clock = SystemClock()
    desk.browser = lambda address: bool(visit(press(address, "allow")))
    assert desk.run("sign-in", "line").status == 0


@pytest.mark.parametrize("option", [(), ("--no-browser",)])
def test_without_a_browser(desk: Desk, browser: Browser, option: tuple[str, ...]) -> None:
    """Where none can be opened, or none shall be, the address is there to copy; after ten minutes it is over."""

    class WhenOpened(HurriedClock):
        """A clock on which no time passes while a browser is being opened."""

        async def wait(self, event: asyncio.Event, seconds: float) -> bool:
            """Wait for a moment after that."""
            await asyncio.gather(*(task for task in asyncio.all_tasks() if "open_page" in str(task.get_coro())))
            return await super().wait(event, seconds)

    desk.clock = WhenOpened()
    if not option:
        desk.browser = lambda _: False
    done = desk.run("sign-in", "line", *option)
    assert done.status == 1
    lines = done.err.splitlines()
    assert "copy the address" in lines[1]
    assert "http://127.0.0.1:18291/callback, http://127.0.0.1:27463/callback" in lines[2]
    assert "for ten minutes" in lines[3]
    assert lines[-1] == "Sign in with `bindtool sign-in line --device`."
    assert browser.opened == []


def test_with_a_code(desk: Desk, server: SignInServer) -> None:
    """Code, address and minutes are shown, and that nobody types in a code of others."""
    server.sign_in.allowed = True
    server.script([None], Call.TOKEN)
    done = desk.run("sign-in", "line", "--device")
    assert done.status == 0
    assert f" at {server.site}/oauth2/device within 5 minutes." in done.err
    assert "Never enter a code that somebody has sent you." in done.err
    assert not any(secret in done.err for secret in secrets_of(desk))


def test_a_profile_with_an_app_for_codes_alone(desk: Desk, server: SignInServer) -> None:
    """The way that there is is taken."""
    add_profile(desk, server.site, SignInApps(device_client=DEVICE_CLIENT))
    server.sign_in.allowed = True
    assert desk.run("sign-in", "line").status == 0


def test_a_token_that_can_not_be_renewed(desk: Desk, server: SignInServer) -> None:
    """Coze may send none to renew it with: until when it lasts is said, and it is kept like one that was pasted."""

    class Without:
        """An answer without its refresh token."""

        commit = True

        def deliver(self, reply: PracticeReply, /) -> Delivery:
            """Leave it out."""
            body = json.loads(reply.body)
            del body["refresh_token"]
            return json_text(json.dumps(body)).deliver(reply)

    server.sign_in.allowed = True
    server.script([Without()], Call.TOKEN)
    done = desk.run("sign-in", "line", "--device")
    assert (done.status, "it can't be renewed and expires at" in done.err) == (0, True)
    assert desk.password_store.record("line", server.site).sign_in is None


def test_a_clock_that_runs_fast(desk: Desk, server: SignInServer) -> None:
    """It is named where Coze says again and again that it is asked too often."""
    server.sign_in.allowed = True
    server.script([json_text('{"error":"slow_down"}', 400)] * 3, Call.TOKEN)
    assert "this computer's clock may run fast" in desk.run("sign-in", "line", "--device").err


def test_a_profile_for_another_developer(desk: Desk, server: SignInServer) -> None:
    """Whose list it is then is the profile's to say."""
    add_profile(desk, server.site, user_id="4497")
    server.sign_in.allowed = True
    assert "the list of the developer 4497" in desk.run("sign-in", "line", "--device").err


@pytest.mark.parametrize(("allowed", "words"), [(False, "was refused on Coze's page"), (None, "code has expired")])
def test_what_comes_to_nothing(desk: Desk, server: SignInServer, allowed: bool | None, words: str) -> None:
    """Status 1, and nothing is kept."""
    server.sign_in.allowed = allowed
    done = desk.run("sign-in", "line", "--device")
    assert (done.status, words in done.err) == (1, True)
    with pytest.raises(TokenMissing):
        desk.password_store.read("line", server.site)


def test_a_browser_that_does_not_belong_to_it(desk: Desk, browser: Browser) -> None:
    """It is turned away, which is said; the one that was opened still counts."""
    desk.clock = SystemClock()

    def open_late(address: str) -> bool:
        back = parse_qs(urlsplit(address).query)["redirect_uri"][0]

        def stray() -> None:
            assert visit(f"{back}?state=other&code=code_other")[0] == 400
            browser.open(address)

        threading.Thread(target=stray).start()
        return True

    desk.browser = open_late
    done = desk.run("sign-in", "line")
    assert (done.status, "it was ignored" in done.err) == (0, True)


def test_a_person_who_refuses(desk: Desk, server: SignInServer) -> None:
    """The page of this computer says so too; status 1."""
    desk.clock, refusing = SystemClock(), Browser("refuse")
    desk.browser = refusing.open
    done = desk.run("sign-in", "line")
    refusing.close()
    assert (done.status, "was refused on Coze's page" in done.err) == (1, True)
    assert server.bound == {}


@pytest.mark.parametrize("dialect", Dialect)
def test_an_app_that_is_switched_off(desk: Desk, server: SignInServer, dialect: Dialect) -> None:
    """The site says so, in whichever words; status 1, and whom to ask."""
    server.sign_in.switched_off, server.sign_in.dialect = True, dialect
    done = desk.run("sign-in", "line", "--device")
    assert (done.status, "switched off" in done.err) == (1, True)


@pytest.mark.parametrize(
    ("apps", "option", "words"),
    [
        (SignInApps(), (), "has no browser_client"),
        (SignInApps(BROWSER_CLIENT), ("--device",), "has no device_client"),
        (SignInApps(device_client=DEVICE_CLIENT), ("--no-browser",), "has no browser_client"),
        (SignInApps(BROWSER_CLIENT), (), "The sign-in page of"),
    ],
)
def test_a_profile_that_lacks_something(
    desk: Desk, server: SignInServer, apps: SignInApps, option: tuple[str, ...], words: str
) -> None:
    """Status 2, before anybody is asked for anything."""
    add_profile(desk, server.site, apps)
    done = desk.run("sign-in", "line", *option)
    assert (done.status, words in done.err) == (2, True)
    assert server.requests == ()


@pytest.mark.parametrize(
    "failure", [PasswordStoreLocked("password_store.locked"), PasswordStoreUnusable("password_store.absent")]
)
def test_a_password_store_that_does_not_serve(
    desk: Desk, server: SignInServer, failure: PasswordStoreError
) -> None:
    """Status 3, before anybody is asked for anything: one that shows its name need not let itself be read."""

    class Silent(MemoryStore):
        """A store whose prompt was closed, or that is not there."""

        def record(self, name: str, site: str) -> TokenRecord:
            """Refuse."""
            raise failure

    desk.password_store = Silent()
    assert desk.run("sign-in", "line").status == 3
    assert server.requests == ()


def test_a_site_that_is_out_of_reach(desk: Desk, server: SignInServer) -> None:
    """Why is told as for a run; an answer that was lost is told as that."""
    server.script([Close(commit=False)], Call.CODE)
    lost = desk.run("sign-in", "line", "--device")
    server.stop()
    away = desk.run("sign-in", "line", "--device")
    assert (lost.status, "answer was lost" in lost.err) == (1, True)
    assert (away.status, "can't be reached for signing in" in away.err) == (1, True)
    assert "Can't connect to" in away.err


def test_nobody_says_whose_it_is(desk: Desk, server: SignInServer) -> None:
    """What is not known is not kept."""
    server.sign_in.allowed = True
    server.script([html(502)] * 2, Call.ME)
    done = desk.run("sign-in", "line", "--device")
    assert (done.status, "could not find out who has signed in" in done.err) == (1, True)
    assert notes_of(desk).get("line") is None


@pytest.mark.parametrize(
    ("typed", "status", "account"),
    [(b"", 1, "Other"), (Keyboard(b"n\n"), 1, "Other"), (Keyboard(b" Y\n"), 0, channel.NICK_NAME)],
)
def test_another_account_than_last_time(
    desk: Desk, server: SignInServer, typed: bytes | Keyboard, status: int, account: str
) -> None:
    """Somebody is asked; where nobody can be, or nobody agrees, all stays as it was."""
    signed_in(desk, server)
    kept, notes = keep_for_another(desk), notes_of(desk)
    note = notes.get("line")
    assert note is not None
    notes.put("line", replace(note, account="Other", user_id="78"))
    done = desk.run("sign-in", "line", "--device", stdin=typed)
    after = notes.get("line")
    assert after is not None
    assert (done.status, after.account) == (status, account)
    assert (desk.password_store.record("line", server.site) == kept) is (status == 1)
    assert ("Last time it was Other" in done.err) is isinstance(typed, Keyboard)


@pytest.mark.parametrize(
    ("typed", "is_asked", "is_opened"),
    [(b"y\n", False, False), (Keyboard(b"\n"), True, False), (Keyboard(b"y\n"), True, True)],
)
@pytest.mark.parametrize("option", [(), ("--no-browser",)])
def test_a_page_of_strangers(
    bare_desk: Desk,
    server: SignInServer,
    typed: bytes | Keyboard,
    option: tuple[str, ...],
    *,
    is_asked: bool,
    is_opened: bool,
) -> None:
    """One that an administrator has set is named and waits for a yes; where nobody can say it, it stays closed."""
    page = "https://coze.example.com"
    profile = Profile("line", channel.CONNECTOR_ID, site=server.site, sign_in=replace(APPS, page=page))
    machine = bare_desk.folder / "machine"
    machine.mkdir()
    (machine / "line.toml").write_text(to_toml(profile), encoding="utf-8")
    opened: list[str] = []

    def open_page(address: str) -> bool:
        opened.append(address)
        return True

    bare_desk.browser = open_page
    done = bare_desk.run("sign-in", "line", *option, stdin=typed)
    if isinstance(typed, Keyboard):
        typed.seek(0)  # for the next row of the table
    assert done.status == 1
    assert (f"The page is {page}. It does not belong to {server.site}" in done.err) is is_asked
    assert (f"Sign in on this page: {page}/" in done.err) is is_opened
    assert len(opened) == (is_opened and not option)
    if not is_opened:
        hint = "If you know it, run the command on a terminal and answer y."
        assert done.err.splitlines()[-1].endswith(hint)


def test_another_account_of_another_data_folder(desk: Desk, server: SignInServer) -> None:
    """The password store is one for all data folders: whose sign-in would be lost is known by what it has."""
    signed_in(desk, server)
    others = keep_for_another(desk)
    done = desk.run("sign-in", "line", "--device", stdin=Keyboard(b"n\n"))
    assert (done.status, f"Last time it was 78. Keep {channel.NICK_NAME} instead?" in done.err) == (1, True)
    assert desk.password_store.record("line", server.site) == others
    notes_of(desk).drop("line")
    assert desk.run("sign-in", "line", "--device").status == 1
    desk.password_store.forget("line")
    assert desk.run("sign-in", "line", "--device").status == 0


def test_another_account_that_comes_while_one_signs_in(desk: Desk, server: SignInServer) -> None:
    """Another program has signed in while the code was typed in: that is the one whose place would be taken."""

    class Meanwhile:
        """Another program is first."""

        commit = True

        def deliver(self, reply: PracticeReply, /) -> Delivery:
            """Have it sign in before the site grants a token here."""
            desk.password_store.keep("line", others)
            return Slow(0).deliver(reply)

    signed_in(desk, server)
    others = keep_for_another(desk)
    desk.password_store.forget("line")
    server.script([Meanwhile()], Call.TOKEN)
    done = desk.run("sign-in", "line", "--device", stdin=Keyboard(b"n\n"))
    assert (done.status, f"Last time it was 78. Keep {channel.NICK_NAME} instead?" in done.err) == (1, True)
    assert desk.password_store.record("line", server.site) == others


@pytest.mark.parametrize(("typed", "status"), [(b"y\nn\n", 1), (b"y\ny\n", 0)])
def test_another_account_that_comes_while_one_is_asked(
    desk: Desk, server: SignInServer, typed: bytes, status: int
) -> None:
    """Who agrees that one account is replaced has not agreed to another: that is asked about too."""

    class Slower(Keyboard):
        """The keyboard of a person who answers when another program has signed in."""

        def readline(self, size: int | None = -1, /) -> bytes:
            """Have it do so first."""
            desk.password_store.keep("line", third)
            return super().readline(size)

    signed_in(desk, server)
    others = keep_for_another(desk)
    assert others.sign_in is not None
    third = replace(others, sign_in=replace(others.sign_in, user_id="79"))
    done = desk.run("sign-in", "line", "--device", stdin=Slower(typed))
    asked = re.findall(r"Last time it was (\w+)\.", done.err)
    assert (done.status, asked) == (status, ["78", "79"])
    assert (desk.password_store.record("line", server.site) == third) is (status == 1)


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_while_the_browser_is_waited_for(desk: Desk) -> None:
    """It ends at once, with status 130."""
    desk.clock = SystemClock()

    def interrupt(_address: str) -> bool:
        os.kill(os.getpid(), signal.SIGINT)
        return True

    desk.browser = interrupt
    assert desk.run("sign-in", "line").status == 130


def test_signing_out(desk: Desk, server: SignInServer) -> None:
    """It is forgotten here, and said that Coze can't be told; the second time there is nobody."""
    signed_in(desk, server)
    done = desk.run("sign-out", "line")
    assert (done.status, "signed out on this computer" in done.err, "bindtool can't tell Coze" in done.err) == (
        0,
        True,
        True,
    )
    assert notes_of(desk).get("line") is None
    again = desk.run("sign-out", "line")
    assert (again.status, again.err) == (0, "Nobody has signed in for line.\n")


@pytest.mark.parametrize("command", [("token", "set", "line", "--token-stdin"), ("token", "forget", "line")])
def test_a_token_is_not_changed_while_another_program_renews_it(
    desk: Desk, server: SignInServer, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """It would be written over by what the other one gets: whoever has the lock is waited for, and named."""
    signed_in(desk, server)
    (lock,) = tmp_path.rglob("sign-in/*.lock")
    desk.clock = ShortWaits()
    with FileLock(lock):
        done = desk.run(*command, stdin=channel.TOKEN.encode())
    assert (done.status, "Another bindtool is renewing this sign-in" in done.err) == (2, True)
    assert desk.password_store.record("line", server.site).sign_in is not None
    assert desk.run(*command, stdin=channel.TOKEN.encode()).status == 0


def test_signing_out_leaves_a_pasted_token(desk: Desk, server: SignInServer) -> None:
    """Status 2, with what removes it."""
    desk.password_store.store("line", AccessToken(channel.TOKEN), server.site)
    done = desk.run("sign-out", "line")
    assert (done.status, "bindtool token forget line" in done.err) == (2, True)
    assert desk.password_store.read("line", server.site) == AccessToken(channel.TOKEN)


# ---------------------------------------------------------------- what is done with it


def test_a_run_outlives_its_tokens(desk: Desk, server: SignInServer) -> None:
    """Of two seconds each, on a run that takes many of them: no device is told wrong."""
    server.sign_in.life = 2
    signed_in(desk, server)
    ids = [f"SPK{number:06}" for number in range(1, 31)]
    desk.clock = SystemClock()
    done = desk.run("bind", desk.file(*ids), "--rate", "10", "--batch-size", "1")
    assert (done.status, {*done.states.values()}, [*server.bound]) == (0, {"bound"}, ids)
    renewed = [request for request in server.requests if request.call is Call.TOKEN]
    assert (len(renewed) > 2, server.sign_in.spent) == (True, 0)


def test_no_file_and_no_line_has_a_secret(desk: Desk, server: SignInServer) -> None:
    """Tokens, refresh tokens and codes are in the password store and on the wire, and nowhere else."""
    signed_in(desk, server)
    file, report = desk.file("SPK1", "SPK2", "SPK0000"), desk.folder / "report.csv"
    done = []
    for command in (("bind", file, "--rate", "0", "--report", str(report)), ("check",), ("token", "check", "line")):
        server.sign_in.expire()
        done.append(desk.run(*command))
    server.sign_in.revoke()
    done += [desk.bind(file, "--resume"), desk.run("sign-out", "line")]
    sent = "".join(f"{request.headers} {request.body.decode()}" for request in server.requests)
    secrets = {*re.findall(r'czu_\w+|(?<=_token": ")\w+|(?<=_code": ")\w+', sent)}
    assert len(secrets) >= 8
    written = [path.read_bytes().decode("latin-1") for path in desk.folder.rglob("*") if path.is_file()]
    said = [text for each in done for text in (each.out, each.err)]
    assert [secret for secret in secrets for text in (*written, *said) if secret[:12] in text] == []


def test_a_sign_in_that_is_over_stops_a_run(desk: Desk, server: SignInServer, browser: Browser) -> None:
    """Status 3, the rows stay ready, and nothing is opened; signed in again, the same command goes on."""
    signed_in(desk, server)
    server.sign_in.revoke()
    file = desk.file("SPK1", "SPK2")
    done = desk.bind(file)
    assert (done.status, done.states) == (3, {"SPK1": "ready", "SPK2": "ready"})
    assert "The sign-in “line” is over" in done.err
    assert f"Sign in again with `bindtool sign-in line`; last time it was {channel.NICK_NAME}." in done.err
    assert browser.opened == []
    assert desk.run("sign-in", "line", "--device").status == 0
    assert desk.bind(file).status == 0


def test_what_was_allowed_is_taken_back_in_the_middle_of_a_run(desk: Desk, server: SignInServer) -> None:
    """What is bound stays so, a device whose answer was lost is unknown, and the others stay ready."""

    class TakenBack:
        """The site binds, the answer is lost, and from then on the token is dead."""

        commit = True

        def deliver(self, reply: PracticeReply, /) -> Delivery:
            """Take it back."""
            server.sign_in.revoke()
            return Close(commit=True).deliver(reply)

    signed_in(desk, server)
    server.script([None, None, TakenBack()], Call.BIND)
    file = desk.file("SPK1", "SPK2", "SPK3", "SPK4")
    done = desk.bind(file, "--batch-size", "1")
    assert (done.status, "The sign-in “line” is over" in done.err) == (3, True)
    assert [*done.states.values()] == ["bound", "bound", "unknown", "ready"]
    signed_in(desk, server)
    again = desk.bind(file, "--batch-size", "1", "--resume")
    assert (again.status, {*again.states.values()}, len(server.bound)) == (0, {"bound"}, 4)


@pytest.mark.parametrize(
    ("apps", "words"),
    [
        (APPS, "Sign in with `bindtool sign-in line`."),
        (SignInApps(device_client=DEVICE_CLIENT), "Sign in with `bindtool sign-in line`."),
        (SignInApps(), "`bindtool token set line`"),
    ],
)
def test_nobody_has_signed_in(desk: Desk, server: SignInServer, apps: SignInApps, words: str) -> None:
    """What to do is said by what the profile has apps for."""
    add_profile(desk, server.site, apps)
    done = desk.bind(desk.file("SPK1"))
    assert (done.status, words in done.err) == (3, True)


@pytest.mark.parametrize(
    ("token", "user_id", "told"),
    [("sat_" + "x" * 60, "", True), ("sat_" + "x" * 60, "4497", False), ("pat_" + "x" * 60, "", False)],
)
def test_a_token_that_is_no_persons(desk: Desk, server: SignInServer, token: str, user_id: str, told: bool) -> None:
    """Whose list the devices go to then is the profile's to say."""
    add_profile(desk, server.site, user_id=user_id)
    desk.environ["BINDTOOL_TOKEN"] = token
    assert ("whose list the devices go to" in desk.bind(desk.file("SPK1")).err) is told


def test_checks_renew_it(desk: Desk, server: SignInServer) -> None:
    """`token check` and `check` find a sign-in whose token has run out, and say whose it is."""
    signed_in(desk, server)
    server.sign_in.expire()
    checked = desk.run("token", "check", "line")
    day = notes_of(desk).get("line").saved_on  # type: ignore[union-attr]
    assert f"of the account {channel.NICK_NAME}" in checked.out
    assert f"Signed in as {channel.NICK_NAME} since {day}. It is renewed automatically" in checked.err
    server.sign_in.expire()
    done = desk.run("check", "--profile", "line")
    assert f"sign_in\tok\t{channel.NICK_NAME}, signed in on {day}, renewed just now\n" in done.out
    server.sign_in.revoke()
    over = desk.run("token", "check", "line")
    assert (over.status, "The sign-in “line” is over" in over.err) == (1, True)
    assert "Sign in again with `bindtool sign-in line`" in over.err


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_while_a_check_renews_it(desk: Desk, server: SignInServer) -> None:
    """The answer is the end of the token before it: it is waited for, and kept for the next command."""

    class Interrupting:
        """The site renews the token; while its answer is on the way, somebody loses patience."""

        commit = True

        def deliver(self, reply: PracticeReply, /) -> Delivery:
            """Have Ctrl+C come before the answer."""
            os.kill(os.getpid(), signal.SIGINT)
            return Slow(0.1).deliver(reply)

    signed_in(desk, server)
    desk.clock = SystemClock()
    server.script([Interrupting()], Call.TOKEN)
    assert desk.run("check", "--profile", "line").status == 130
    assert "renewed just now" in desk.run("check", "--profile", "line").out


def test_a_check_whose_renewal_can_not_be_kept(desk: Desk, server: SignInServer) -> None:
    """The sign-in that is stored is spent by it: that is no sign-in that is in order."""

    class Full(MemoryStore):
        """A store on a disk that is full."""

        def keep(self, name: str, record: TokenRecord) -> None:
            """Refuse."""
            raise PasswordStoreUnusable("password_store.failed", detail="OSError")

    signed_in(desk, server)
    full, record = Full(), desk.password_store.record("line", server.site)
    MemoryStore.keep(full, "line", record)
    desk.password_store = full
    done = desk.run("check", "--profile", "line")
    assert "sign_in\tproblem\trenewed just now, but the password store could not keep it" in done.out
    assert "The password store can't keep the renewed sign-in" in done.err


def test_a_check_whose_renewal_is_lost(desk: Desk, server: SignInServer) -> None:
    """The site may have renewed it all the same, and then it is over: nobody says that it still stands."""
    signed_in(desk, server)
    server.script([Close(commit=True), Close(commit=True)], Call.TOKEN)
    done = desk.run("check", "--profile", "line")
    assert "sign_in\tunclear\tcould not be renewed just now; the next run tries again\n" in done.out
    assert "sign_in\tproblem\tThe sign-in “line” is over\n" in desk.run("check", "--profile", "line").out


# ---------------------------------------------------------------- a site that is reached by another address


@pytest.fixture
def address(server: SignInServer) -> Iterator[SignInServer]:
    """Return another server for the same accounts."""
    with SignInServer(latency=0, rate=0, sign_in=server.sign_in) as address:
        yield address


def test_over_an_address(desk: Desk, server: SignInServer, address: SignInServer) -> None:
    """The page is the site's; all that is asked goes over the address, and what is kept is for the site."""
    apps = replace(APPS, page=server.site)
    profile = Profile("line", channel.CONNECTOR_ID, site=server.site, address=address.site, sign_in=apps)
    folder = desk.folder / "machine"
    folder.mkdir()
    (folder / "line.toml").write_text(to_toml(profile), encoding="utf-8")
    desk.clock = SystemClock()
    assert desk.run("sign-in", "line").status == 0
    assert "renewed just now" in desk.run("check").out
    assert desk.bind(desk.file("SPK1")).status == 0
    assert {request.call for request in server.requests} == {Call.PAGE}
    calls = [request.call for request in address.requests]
    assert (calls.count(Call.TOKEN), {*calls}) == (2, {Call.TOKEN, Call.ME, Call.BIND})
    assert desk.password_store.record("line", server.site).sign_in is not None
    desk.clock, server.sign_in.allowed = HurriedClock(), True
    assert desk.run("sign-in", "line", "--device").status == 0
    assert address.requests[-1].call is Call.ME
    assert desk.run("sign-out", "line").status == 0
