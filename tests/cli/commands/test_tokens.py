"""`bindtool token`: stored, checked and forgotten, and never shown."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from bindtool.cli import command_line
from bindtool.core.common.errors import TokenMissing
from bindtool.core.profiles.profile import Site
from bindtool.practice.rules import Call
from bindtool.practice.server import PracticeServer
from bindtool.practice.wire import Fault
from tests.cli.desk import Desk, Keyboard
from tests.practice.faults import ScriptedAnswer, html


def test_set_from_standard_input(bare_desk: Desk) -> None:
    """What was trimmed is said, and the kind and length; the text is not."""
    done = bare_desk.run("token", "set", "shared", "--token-stdin", stdin=b'"sat_12345678"\r\n')
    assert done.status == 0
    assert bare_desk.password_store.read("shared", Site.COZE_CN).reveal() == "sat_12345678"
    assert "Removed: line breaks, quotation marks." in done.err
    assert "service token, 12 characters" in done.err
    assert "12345678" not in done.out + done.err


def test_set_on_a_terminal(bare_desk: Desk) -> None:
    """Without --token-stdin it is typed unseen."""
    bare_desk.typed = "pat_12345678"
    done = bare_desk.run("token", "set", "shared", stdin=Keyboard())
    assert done.status == 0
    assert "Removed" not in done.err
    assert bare_desk.password_store.read("shared", Site.COZE_CN).reveal() == "pat_12345678"


@pytest.mark.parametrize("text", [b"", b"two words", "令牌在此处".encode()])
def test_what_is_no_token(bare_desk: Desk, text: bytes) -> None:
    """Status 2, and nothing is stored."""
    assert bare_desk.run("token", "set", "shared", "--token-stdin", stdin=text).status == 2
    with pytest.raises(TokenMissing):
        bare_desk.password_store.read("shared", Site.COZE_CN)


def test_a_token_in_the_place_of_its_name(bare_desk: Desk) -> None:
    """Status 2 before anything is asked for: a name is written down, in the notes and in the password store."""
    token = "pat_" + "0123456789" * 6
    bare_desk.typed = token
    done = bare_desk.run("token", "set", token, stdin=Keyboard())
    assert (done.status, "not the name of one" in done.err, token in done.err) == (2, True, False)
    with pytest.raises(TokenMissing):
        bare_desk.password_store.read(token, Site.COZE_CN)
    files = [path for path in bare_desk.folder.rglob("*") if path.is_file()]
    assert not any(token.encode() in path.read_bytes() for path in files)


def test_set_where_nobody_can_type(bare_desk: Desk) -> None:
    """Without a terminal it says how to hand the token over: status 2."""
    done = bare_desk.run("token", "set", "shared", stdin=b"pat_12345678")
    assert done.status == 2
    assert "--token-stdin" in done.err


CHECKS: dict[str, tuple[Fault | None, int, str]] = {
    "accepted": (None, 0, "of the account Practice account"),
    "refused": (ScriptedAnswer(4100, 401), 1, "does not accept this token"),
    "unclear": (html(), 1, "did not say"),
}


@pytest.mark.parametrize("name", CHECKS)
def test_check(desk: Desk, server: PracticeServer, name: str) -> None:
    """The site is asked whose token it is; nothing is bound."""
    fault, status, words = CHECKS[name]
    server.script([fault], Call.ME)
    done = desk.run("token", "check", "line")
    assert (done.status, done.cells[0][0]) == (status, name)
    assert words in done.out
    assert [request.call for request in server.requests] == [Call.ME]


def add_second(desk: Desk) -> None:
    """Add the profile `second`, whose token is kept as `shared`."""
    path = desk.folder / "shared.toml"
    desk.run("profile", "export", "line", str(path))
    text = path.read_text(encoding="utf-8").replace('name = "line"', 'name = "second"', 1)
    path.write_text(text.replace('token_name = ""', 'token_name = "shared"'), encoding="utf-8")
    assert desk.run("profile", "import", str(path)).status == 0


def test_set_and_forget_by_the_name_of_a_profile(desk: Desk, server: PracticeServer) -> None:
    """The token goes where the profile looks for it, for its site, and is said to; there it is forgotten too."""
    add_second(desk)
    done = desk.run("token", "set", "second", "--token-stdin", stdin=b"pat_12345678")
    assert done.status == 0
    assert done.err.splitlines()[-2:] == [
        f"It is for {server.site} and goes nowhere else.",
        "It is kept as shared, the token name of the profile second.",
    ]
    assert desk.password_store.read("shared", server.site).reveal() == "pat_12345678"
    assert desk.run("token", "forget", "second").err.splitlines()[-1] == "Token shared was forgotten."
    with pytest.raises(TokenMissing):
        desk.password_store.read("shared", server.site)


def test_a_name_of_a_token_goes_before_that_of_a_profile(desk: Desk, server: PracticeServer) -> None:
    """A profile may be called as another one's token; a token of an earlier name is forgotten by it."""
    desk.run("token", "set", "second", "--token-stdin", stdin=b"pat_12345678")
    add_second(desk)
    assert desk.run("token", "forget", "second").err.splitlines()[-1] == "Token second was forgotten."
    path = desk.folder / "shared.toml"
    text = path.read_text(encoding="utf-8").replace('"shared"', '"elsewhere"').replace('"second"', '"shared"', 1)
    path.write_text(text, encoding="utf-8")
    assert desk.run("profile", "import", str(path)).status == 0
    desk.run("token", "set", "shared", "--token-stdin", stdin=b"pat_87654321")
    assert desk.password_store.read("shared", server.site).reveal() == "pat_87654321"


def test_check_by_the_name_of_the_token(desk: Desk, server: PracticeServer) -> None:
    """A token that profiles share is checked at the site of one of them; so is a profile's by its own name."""
    add_second(desk)
    desk.password_store.store("shared", desk.password_store.read("line", server.site), server.site)
    assert desk.run("token", "check", "shared").status == 0
    assert desk.run("token", "check", "second").status == 0
    assert desk.run("token", "check", "nobody").status == 2


def test_check_while_the_site_is_away(desk: Desk, server: PracticeServer) -> None:
    """It is no doubtful answer: the site could not be reached, the token was not checked, and why."""
    server.stop()
    done = desk.run("token", "check", "line")
    assert (done.status, done.cells[0][0]) == (1, "unclear")
    assert "not checked: " in done.out
    assert "did not say" not in done.out


def test_check_without_a_token(desk: Desk) -> None:
    """A token that is missing is no refused one: status 3."""
    desk.password_store.forget("line")
    done = desk.run("token", "check", "line")
    assert (done.status, "`bindtool token set line`" in done.err) == (3, True)


def test_forget(desk: Desk) -> None:
    """A forgotten token is gone, its note too; a second time there is none, which is no fault."""
    desk.run("token", "set", "line", "--token-stdin", stdin=b"pat_12345678")
    assert "forgotten" in desk.run("token", "forget", "line").err
    assert desk.run("profile", "list").cells[1][6] == ""
    done = desk.run("token", "forget", "line")
    assert done.status == 0
    # On a busy computer a line about the store's prompt may come before it.
    assert done.err.splitlines()[-1] == "There was no token line."


def test_forget_all(desk: Desk) -> None:
    """Every token that a profile or a note names is gone."""
    desk.run("token", "set", "shared", "--token-stdin", stdin=b"pat_12345678")
    done = desk.run("token", "forget", "--all")
    assert done.status == 0
    assert done.err.splitlines()[-2:] == ["Token line was forgotten.", "Token shared was forgotten."]


@pytest.mark.parametrize("words", [(), ("line", "--all")])
def test_forget_which(desk: Desk, words: tuple[str, ...]) -> None:
    """A name or --all, not both and not neither: status 2."""
    assert desk.run("token", "forget", *words).status == 2


class EndlessInput(io.BytesIO):
    """Standard input that never ends, and counts what is taken from it."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        """Give as much as is asked for; all of it is more than there is room for."""
        assert size is not None
        assert size >= 0, "reads without end"
        self.taken += size
        return b"x" * size


@pytest.mark.parametrize(
    "command",
    [
        ("token", "set", "shared", "--token-stdin"),
        ("profile", "add", "line", "--connector-id", "1", "--token-stdin"),
        ("ledger", "init", "postgresql://it@127.0.0.1:9/ledger"),
    ],
    ids=["token", "profile", "password"],
)
def test_an_input_without_end(bare_desk: Desk, command: tuple[str, ...]) -> None:
    """`… --token-stdin < /dev/zero` took all memory; now it is refused after a few kilobytes, with status 2."""
    source = EndlessInput()
    done = bare_desk.apart(lambda process: command_line.main(command, replace(process, stdin=source)))
    assert done.status == 2
    assert "Standard input has more than 8192 bytes" in done.err
    assert source.taken <= 16_384
    assert "xxxx" not in done.out + done.err
