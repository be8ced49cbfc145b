"""`bindtool profile`: what it writes, and what it refuses."""

from __future__ import annotations

import pytest

from bindtool.core.common.errors import PasswordStoreLocked
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.profiles.profile import Site
from bindtool.core.profiles.repository import ProfileRepository
from tests.cli.desk import Desk
from tests.memory_store import MemoryStore

ALL = (
    ("--base-url", "https://api.coze.com/"),
    ("--key", "sn"),
    ("--user-id", "7126"),
    ("--address", "https://coze.example.com/"),
    ("--label-template", "speaker-{id:-4}"),
)


def test_a_profile_is_added_and_listed(bare_desk: Desk) -> None:
    """Every value that was given is in the list, whose first line names the columns."""
    options = [word for option in ALL for word in option]
    assert bare_desk.run("profile", "add", "line 2", "--connector-id", "0012", *options).status == 0
    done = bare_desk.run("profile", "list")
    assert done.status == 0
    assert done.cells[0][:5] == ["name", "site", "connector_id", "key", "user_id"]
    assert done.cells[1] == [
        "line 2",
        "https://api.coze.com",
        "0012",
        "sn",
        "7126",
        "line 2",
        "",
        "",
        "",
        "",
        "not checked",
        "",
        "",
        "no",
        "no",
        "https://coze.example.com",
    ]


def test_a_name_in_use(bare_desk: Desk) -> None:
    """The first one stays as it is: status 2."""
    bare_desk.run("profile", "add", "line", "--connector-id", "1")
    done = bare_desk.run("profile", "add", "line", "--connector-id", "2")
    assert done.status == 2
    assert bare_desk.run("profile", "list").cells[1][2] == "1"


def test_values_that_cannot_be_taken(bare_desk: Desk) -> None:
    """Plain http to a remote host is refused, with what to do: status 2."""
    done = bare_desk.run("profile", "add", "x", "--connector-id", "1", "--base-url", "http://example.com")
    assert done.status == 2
    assert len(done.err.splitlines()) == 2
    assert len(bare_desk.run("profile", "list").cells) == 1


def test_with_its_token(bare_desk: Desk) -> None:
    """The token goes to the password store; the list tells its kind, length and day."""
    add = ("profile", "add", "line", "--connector-id", "1", "--token-stdin")
    done = bare_desk.run(*add, stdin="令牌：Bearer pat_12345678\n".encode())
    assert done.status == 0
    assert bare_desk.password_store.read("line", Site.COZE_CN).reveal() == "pat_12345678"
    assert "Removed: " in done.err
    assert "personal token, 12 characters" in done.err
    cells = bare_desk.run("profile", "list").cells[1]
    today = bare_desk.clock.now().date().isoformat()
    assert cells[5:10] == ["line", "personal", "12", today, ""]


def test_a_token_that_is_none_adds_no_profile(bare_desk: Desk) -> None:
    """Half a profile is of no use: status 2, and nothing is written."""
    add = ("profile", "add", "line", "--connector-id", "1", "--token-stdin")
    assert bare_desk.run(*add, stdin=b"two words").status == 2
    assert len(bare_desk.run("profile", "list").cells) == 1


def test_a_token_that_cannot_be_stored(bare_desk: Desk) -> None:
    """The profile is there, the token is not, and both are told: status 3."""

    class Locked(MemoryStore):
        """A store whose prompt was closed."""

        def store(self, name: str, token: AccessToken, site: str) -> None:
            """Refuse."""
            raise PasswordStoreLocked("password_store.locked")

    bare_desk.password_store = Locked()
    add = ("profile", "add", "line", "--connector-id", "1", "--token-stdin")
    done = bare_desk.run(*add, stdin=b"pat_12345678")
    assert done.status == 3
    assert "Profile line was added." in done.err
    assert bare_desk.run("profile", "list").cells[1][6] == ""


def test_removed(bare_desk: Desk) -> None:
    """A profile of one's own can be removed, once."""
    bare_desk.run("profile", "add", "line", "--connector-id", "1")
    assert bare_desk.run("profile", "remove", "line").status == 0
    assert bare_desk.run("profile", "remove", "line").status == 2


def test_what_is_known_of_the_channel(bare_desk: Desk) -> None:
    """The list tells the answer of the check, who gave it and when, and whether this laptop alone sends."""
    file = bare_desk.folder / "it.toml"
    file.write_text(
        'name = "line"\nconnector_id = "1"\nbehaviour = "replaces"\nchecked_by = "Li"\n'
        "checked_on = 2026-11-25\nsender = true\n",
        encoding="utf-8",
    )
    assert bare_desk.run("profile", "import", str(file)).status == 0
    head, line = bare_desk.run("profile", "list").cells
    told = dict(zip(head, line, strict=True))
    assert (told["behaviour"], told["checked_by"], told["checked_on"]) == ("replaces", "Li", "2026-11-25")
    assert (told["sender"], told["set_by_it"]) == ("yes", "no")


def test_a_channel_of_an_unknown_behaviour(bare_desk: Desk) -> None:
    """A typing error of IT's is told with file and line: status 2."""
    file = bare_desk.folder / "it.toml"
    file.write_text('name = "line"\nconnector_id = "1"\nbehaviour = "add"\n', encoding="utf-8")
    done = bare_desk.run("profile", "import", str(file))
    assert done.status == 2
    assert 'it.toml, line 3: behaviour has to be "adds", "replaces" or "not checked"' in done.err


def test_exported_and_imported(bare_desk: Desk) -> None:
    """The file has no token, and brings the profile to another place."""
    bare_desk.run("profile", "add", "line", "--connector-id", "1", "--token-stdin", stdin=b"pat_12345678")
    path = bare_desk.folder / "line.toml"
    assert bare_desk.run("profile", "export", "line", str(path)).status == 0
    assert "pat_" not in path.read_text(encoding="utf-8")
    assert bare_desk.run("profile", "import", str(path)).status == 2
    bare_desk.run("profile", "remove", "line")
    done = bare_desk.run("profile", "import", str(path))
    assert (done.status, done.err) == (0, "Profile line was added.\n")


def test_set_by_it(bare_desk: Desk) -> None:
    """A profile of the machine's folder is listed as such and can't be removed."""
    bare_desk.run("profile", "add", "line", "--connector-id", "1")
    machine = bare_desk.folder / "machine"
    machine.mkdir()
    bare_desk.run("profile", "export", "line", str(machine / "line.toml"))
    bare_desk.run("profile", "remove", "line")
    columns, line = bare_desk.run("profile", "list").cells
    assert line[columns.index("set_by_it")] == "yes"
    assert bare_desk.run("profile", "remove", "line").status == 2


def test_a_broken_file_stops_nothing(bare_desk: Desk) -> None:
    """Its name and line are told; the other profiles are listed."""
    bare_desk.run("profile", "add", "line", "--connector-id", "1")
    broken = bare_desk.folder / "data" / "profiles" / "broken.toml"
    broken.write_text("name = \n", encoding="utf-8")
    done = bare_desk.run("profile", "list")
    assert (done.status, len(done.cells)) == (0, 2)
    assert str(broken) in done.err


@pytest.mark.parametrize("pattern", ["[A-Z", "(", "(?=a)"])
def test_a_pattern_that_is_none_stops_no_command(bare_desk: Desk, pattern: str) -> None:
    """One file of the machine has `[ids] pattern = "[A-Z"`: every command names it with its line, and goes on."""
    bare_desk.run("profile", "add", "line", "--connector-id", "1")
    broken = bare_desk.folder / "machine" / "it.toml"
    broken.parent.mkdir()
    broken.write_text(f'name = "it"\nconnector_id = "2"\n[ids]\npattern = "{pattern}"\n', encoding="utf-8")
    file = bare_desk.file("SPK1")
    for words in (
        ("profile", "list"),
        ("bind", file, "--dry-run"),
        ("token", "forget", "--all"),
        ("profile", "export", "line", str(bare_desk.folder / "out.toml")),
    ):
        done = bare_desk.run(*words)
        assert done.status == 0
        assert f"{broken}, line 4: The pattern for IDs can't be read" in done.err
    assert bare_desk.run("check", "--profile", "it").status == 2


def test_a_note_with_a_last_day(bare_desk: Desk) -> None:
    """A day on which a token ends is listed."""
    bare_desk.run("profile", "add", "line", "--connector-id", "1", "--token-stdin", stdin=b"pat_12345678")
    own = bare_desk.folder / "data"
    assert len(ProfileRepository(own / "profiles", own / "none").profiles) == 1
    notes = own / "tokens.toml"
    notes.write_text(notes.read_text(encoding="utf-8") + "expires = 2026-12-20\n", encoding="utf-8")
    assert bare_desk.run("profile", "list").cells[1][9] == "2026-12-20"
