"""What is known of tokens survives a restart, and a broken file counts as empty."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bindtool.core.common.errors import BadInput
from bindtool.core.credentials.access_token import AccessToken, TokenKind
from bindtool.core.credentials.token_metadata import TokenMetadata, TokenMetadataFile, TokenPlace
from tests.patience import PATIENCE

SAVED = datetime(2026, 11, 25, 0, 30, 0, 250_000, timezone(timedelta(hours=8)))
NOTE = TokenMetadata(TokenKind.PERSONAL, 68, SAVED, date(2026, 12, 25))
GOOD = '[good]\nkind = "service"\nlength = 40\nsaved = 2026-11-25T00:30:00.250+08:00\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the notes will be."""
    return tmp_path / "tokens.toml"


def test_a_note_says_what_is_no_secret() -> None:
    """Kind and length come from the token; its text is not kept."""
    note = TokenMetadata.of(AccessToken("pat_12345678"), SAVED)
    assert note == TokenMetadata(TokenKind.PERSONAL, 12, SAVED, None)
    assert note.saved_on == date(2026, 11, 25)
    assert "12345678" not in repr(note)


@pytest.mark.parametrize(
    ("today", "soon"),
    [
        (date(2026, 12, 18), False),
        (date(2026, 12, 19), True),
        (date(2026, 12, 25), True),
        (date(2026, 12, 26), False),
    ],
)
def test_a_last_day_is_near_for_a_week(today: date, soon: bool) -> None:
    """It is said in time, and not any more when the day is over; a token without one is never near its end."""
    assert NOTE.ends_soon(today) is soon
    assert not TokenMetadata(TokenKind.PERSONAL, 68, SAVED).ends_soon(today)


@pytest.mark.parametrize("name", ["line 2", "产线二", 'a "b".c', ""])
def test_notes_are_there_after_a_restart(path: Path, name: str) -> None:
    """Any name can have a note, with and without a last day."""
    lasting = TokenMetadata(TokenKind.OTHER, 1280, SAVED - timedelta(days=1), account="李工", user_id="77")
    TokenMetadataFile(path).put(name, NOTE)
    TokenMetadataFile(path).put("other", lasting)
    assert dict(TokenMetadataFile(path).all()) == {name: NOTE, "other": lasting}
    assert TokenMetadataFile(path).get(name) == NOTE


def test_a_later_note_takes_the_place(path: Path) -> None:
    """A name has one note, and the folder nothing but the file and its lock."""
    notes = TokenMetadataFile(path)
    notes.put("work", NOTE)
    later = TokenMetadata(TokenKind.SERVICE, 90, SAVED + timedelta(seconds=1))
    notes.put("work", later)
    assert dict(notes.all()) == {"work": later}
    assert {entry.name for entry in path.parent.iterdir()} - {"tokens.toml.lock"} == {"tokens.toml"}


def test_a_dropped_note_is_gone(path: Path) -> None:
    """Dropping takes one note and leaves the others."""
    notes = TokenMetadataFile(path)
    notes.put("work", NOTE)
    notes.put("home", NOTE)
    notes.drop("work")
    assert notes.get("work") is None
    assert notes.get("home") == NOTE


def test_two_programs_at_once(path: Path) -> None:
    """A window and a command that note something in the same moment: neither takes the other's note away."""
    names = [f"{program} {number}" for program in ("window", "command") for number in range(10)]
    together = threading.Barrier(2)

    def note(mine: list[str]) -> None:
        notes = TokenMetadataFile(path)
        together.wait(PATIENCE)
        for name in mine:
            notes.put(name, NOTE)

    with ThreadPoolExecutor(2) as programs:
        assert [*programs.map(note, (names[:10], names[10:]))] == [None, None]
    assert {*TokenMetadataFile(path).all()} == {*names}


def test_a_lock_that_can_not_be_had(path: Path) -> None:
    """The token is stored already: what may be said of it is noted all the same."""
    path.with_name("tokens.toml.lock").mkdir()
    TokenMetadataFile(path).put("work", NOTE)
    assert TokenMetadataFile(path).get("work") == NOTE


def test_dropping_what_is_not_there_writes_nothing(path: Path) -> None:
    """No note, no file."""
    TokenMetadataFile(path).drop("work")
    assert not path.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[good",
        b"\xff\xfe\x00",
        b"a = " + b"[" * 5000,
        b"a." * 30_000 + b"a = 1",
        b"#" * 70_000,
        b"good = 3",
        b"[good]\nlength = 3\n",
        b'[good]\nkind = "ring"\nlength = 40\nsaved = 2026-11-25T10:00:00Z\n',
        b'[good]\nkind = ["service"]\nlength = 40\nsaved = 2026-11-25T10:00:00Z\n',
        b'[good]\nkind = "service"\nlength = true\nsaved = 2026-11-25T10:00:00Z\n',
        b'[good]\nkind = "service"\nlength = 40\nsaved = 2026-11-25T10:00:00\n',
        b'[good]\nkind = "service"\nlength = 40\nsaved = 2026-11-25\n',
    ],
)
def test_a_broken_file_is_no_notes(path: Path, content: bytes) -> None:
    """Reading gives nothing, writing begins anew."""
    path.write_bytes(content)
    notes = TokenMetadataFile(path)
    assert dict(notes.all()) == {}
    notes.put("work", NOTE)
    assert dict(notes.all()) == {"work": NOTE}


def test_a_broken_note_leaves_the_others(path: Path) -> None:
    """What can be read is read; a last day that is none counts as not given."""
    path.write_text(f"{GOOD}expires = 3\n[bad]\n", encoding="utf-8")
    good = TokenMetadata(TokenKind.SERVICE, 40, SAVED)
    assert dict(TokenMetadataFile(path).all()) == {"good": good}


def test_the_site_is_noted(path: Path) -> None:
    """It is there for the next start; one that is no text, or that nothing has noted, is not known."""
    note = TokenMetadata.of(AccessToken("pat_12345678"), SAVED, site="https://api.coze.cn")
    TokenMetadataFile(path).put("work", note)
    assert TokenMetadataFile(path).get("work") == note
    path.write_text(f"{GOOD}site = 3\n", encoding="utf-8")
    assert TokenMetadataFile(path).all()["good"].site == ""


def test_where_a_token_lies(path: Path) -> None:
    """Under its name, since its note was made; nobody knows since when where there is none."""
    TokenMetadataFile(path).put("work", NOTE)
    assert TokenMetadataFile(path).place("work") == TokenPlace("work", SAVED)
    assert TokenMetadataFile(path).place("other") == TokenPlace("other")


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    """Reading gives nothing, writing says where and why."""
    path = tmp_path / "data" / "tokens.toml"
    assert dict(TokenMetadataFile(path).all()) == {}
    with pytest.raises(BadInput) as caught:
        TokenMetadataFile(path).put("work", NOTE)
    assert caught.value.id == "file.unwritable"
    assert caught.value.title.values["path"] == str(path)


def test_a_failed_write_leaves_nothing_behind(path: Path) -> None:
    """The new file goes away again where it can't take the old one's place."""
    path.mkdir()
    with pytest.raises(BadInput):
        TokenMetadataFile(path).put("work", NOTE)
    assert {entry.name for entry in path.parent.iterdir()} - {"tokens.toml.lock"} == {path.name}


@pytest.mark.parametrize(("account", "user_id"), [("Developer A", ""), ("", "77")])
def test_who_has_signed_in(account: str, user_id: str) -> None:
    """A name or a UID tells a sign-in from a token that was pasted."""
    assert replace(NOTE, account=account, user_id=user_id).is_sign_in
    assert not NOTE.is_sign_in
