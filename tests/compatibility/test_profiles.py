"""Profiles of 0.1.0: each field of each, of one's own and of IT's, from a folder and from a file."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bindtool.core.barcode.scan_rules import (
    CaseRule,
    EndKey,
    IdRules,
    Keyboard,
    PartKind,
    PartRule,
    ScannerRules,
    ScanRules,
)
from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.practice import channel
from tests.compatibility.first_release import FIXTURES, SITE, lay_out

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.desk import Desk

EVERYTHING = Profile(
    name="全部 Everything",
    connector_id="7000000000000000003",
    site="https://coze.factory.example:8443",
    key="serial_no",
    user_id="2478774393",
    user_name="开发者乙",
    token_name="shared token",
    who_to_ask="Lin, 8021",
    label_template="{date} {id:6} {{x}} {n:3}",
    pace=RequestSettings(
        batch_size=25, concurrency=3, rate=1.5, connect_timeout=5.5, answer_timeout=45.0, resend=4
    ),
    proven=True,
    behaviour=Behaviour.ADDS,
    checked_by="Li",
    checked_on=date(2026, 11, 20),
    sender=True,
    scan=ScanRules(
        ScannerRules(5, 60, EndKey.PAUSE, "~", 900, Keyboard.GERMAN),
        PartRule(PartKind.PATTERN, "SN(?P<id>[0-9A-F]+)-(?P<label>.*)", 1, "A-", "-Z", strip_marks=False),
        IdRules("[0-9A-F]{8}", 8, CaseRule.LOWER, odd_one_out=False),
    ),
    ledger="postgresql://bench@ledger.factory.example:5433/bindtool",
    shared_folder="C:\\Shared\\bindtool",
)
LINE = Profile(
    name="line",
    connector_id=channel.CONNECTOR_ID,
    site=SITE,
    user_id=channel.USER_ID,
    label_template="智能音箱-{id:-6}",
)
IT_LINE = Profile(
    name="IT line",
    connector_id="7000000000000000009",
    site=SITE,
    user_id=channel.USER_ID,
    user_name="开发者甲",
    who_to_ask="林工，8021",
    label_template="智能音箱-{id:-6}",
    pace=RequestSettings(rate=0, batch_size=4),
    scan=ScanRules(ids=IdRules(pattern="SPK.*|ABC.*", length=13, case=CaseRule.UPPER)),
    read_only=True,
)


def test_every_field(tmp_path: Path) -> None:
    """All that a file can say is read, and nothing else is assumed."""
    book = ProfileRepository(lay_out("command_line", tmp_path).profiles, tmp_path / "machine")
    assert (book.profiles, book.faults) == ((LINE, EVERYTHING), ())


def test_a_profile_of_it(tmp_path: Path) -> None:
    """The machine's folder is read as before: what stands there can't be changed here."""
    book = ProfileRepository(lay_out("window", tmp_path).profiles, tmp_path / "machine")
    assert book.faults == ()
    assert book.profiles[0] == IT_LINE
    assert (book.profiles[1].name, book.profiles[1].read_only) == ("Line 2", False)


def test_a_file_for_other_computers(desk: Desk, tmp_path: Path) -> None:
    """What 0.1.0 exported can be imported; that this one sends is true of no other computer."""
    done = desk.run("profile", "import", str(FIXTURES / "command_line" / "exported.toml"))
    assert done.status == 0, done.err
    (profile,) = ProfileRepository(tmp_path / "data" / "profiles", tmp_path / "machine").profiles
    assert (profile.name, profile.scan, profile.sender) == (EVERYTHING.name, EVERYTHING.scan, False)


def test_a_profile_is_kept_and_written_again(tmp_path: Path) -> None:
    """A file of 0.1.0 keeps its name, so that a change is written over it and not beside it."""
    data = lay_out("command_line", tmp_path)
    names = {path.name for path in data.profiles.iterdir()}
    book = ProfileRepository(data.profiles, tmp_path / "machine")
    for profile in book.profiles:
        book.replace(profile)
    assert {path.name for path in data.profiles.iterdir()} == names
    assert ProfileRepository(data.profiles, tmp_path / "machine").profiles == (LINE, EVERYTHING)
    book.remove("line")
    assert ProfileRepository(data.profiles, tmp_path / "machine").profiles == (EVERYTHING,)
