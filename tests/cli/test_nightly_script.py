"""The guide's nightly script as cron runs it: no terminal, display or password store, hardly any environment."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from bindtool.core.profiles.profile import ListRules, Profile
from bindtool.core.profiles.profile_toml import from_toml, to_toml
from bindtool.practice import channel
from bindtool.practice.rules import Call
from bindtool.practice.server import PracticeServer
from bindtool.resource_paths import asset
from tests.small_disk import SmallDisk, needs_small_disk, small_disk

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the script is one for a POSIX shell")

PAGES = ("nightly.md", "nightly.zh.md")
LOST, REFUSED = "N18888", "N10000"


def blocks(page: str, kind: str) -> list[str]:
    """Return the blocks of code of a kind in a page of the guide."""
    text = asset("guide", page).read_text(encoding="utf-8")
    return re.findall(rf"^ *```{kind}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)


@dataclass
class Night:
    """What a night has left."""

    status: int
    mail: str


@dataclass
class Computer:
    """A computer of an ERP with the script, its folder and the list."""

    home: Path
    erp: Path
    server: PracticeServer

    def has_list(self, *devices: str, head: str = "Serial,Name,Box", **labels: str) -> None:
        """Have the ERP write its list: ids, labels, and a number that is no id."""
        lines = [
            f"{device},{labels.get(device, device.lower())},{number}" for number, device in enumerate(devices, 1)
        ]
        self.erp.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")

    def night(self, **environ: str) -> Night:
        """Run the script as cron does, on its own day."""
        bin_folder = Path(sys.executable).parent
        done = subprocess.run(
            ["/bin/sh", str(self.home / "nightly.sh"), str(self.erp)],
            env={
                "HOME": str(self.home),
                "LOGNAME": "bind",
                "SHELL": "/bin/sh",
                "PATH": f"{bin_folder}:/usr/bin:/bin",
                "NIGHTLY_HOME": str(self.home),
                "NIGHTLY_WAIT": "0",
                **environ,
            },
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            start_new_session=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert done.stdout == ""
        return Night(done.returncode, done.stderr)

    @property
    def sent(self) -> list[str]:
        """The ids of all requests so far, in order."""
        bodies = [json.loads(request.body) for request in self.server.requests if request.call is Call.BIND]
        return [enum["value"] for body in bodies for enum in body["configs"][0]["enums"]]

    @property
    def report(self) -> Mapping[str, str]:
        """The status of each device in the report of the night."""
        (file,) = (self.home / "nights").glob("*-report.csv")
        with file.open(encoding="utf-8-sig", newline="") as table:
            return {row["device_id"]: row["status"] for row in csv.DictReader(table)}


def installed(home: Path, server: PracticeServer) -> Computer:
    """Return a computer on which all is in place that the page asks for."""
    (home / "nightly.sh").write_text(blocks(PAGES[0], "sh")[0], encoding="utf-8")
    (home / "profiles").mkdir()
    profile = Profile("Line 2", channel.CONNECTOR_ID, server.site, proven=True)
    text = to_toml(profile) + "\n" + blocks(PAGES[0], "toml")[0].replace("   ", "")
    (home / "profiles" / "it.toml").write_text(text, encoding="utf-8")
    (home / "token").write_text(f"{channel.TOKEN}\n", encoding="utf-8")
    (home / "token").chmod(0o600)
    return Computer(home, home.parent / "devices.csv", server)


@pytest.fixture
def computer(tmp_path: Path) -> Iterator[Computer]:
    """Give a computer with a channel that answers at once."""
    home = tmp_path / "srv"
    home.mkdir()
    with PracticeServer(latency=0, rate=0) as server:
        yield installed(home, server)


def test_both_languages_have_the_same_scripts() -> None:
    """What is tried here is what both pages show."""
    for kind in ("sh", "toml", "bat", "ini"):
        assert blocks(PAGES[0], kind) == blocks(PAGES[1], kind)


def test_the_list_of_columns_is_the_profile_s() -> None:
    """As the page has it."""
    text = 'name = "x"\nconnector_id = "7"\n' + blocks(PAGES[0], "toml")[0].replace("   ", "")
    assert from_toml(text, "guide").list_rules == ListRules("Serial", "Name")


def test_three_nights(computer: Computer) -> None:
    """What is new goes each night, and what is bound not; a corrected device goes again, and what has no answer."""
    computer.has_list("N10001", "N10002", REFUSED, LOST)
    first = computer.night()
    assert first.status == 1
    assert "some devices are not bound" in first.mail
    counts = json.loads(first.mail.splitlines()[-1])["summary"]
    assert (counts["bound"], counts["refused"], counts["unknown"]) == (2, 1, 1)
    assert computer.report == {"N10001": "bound", "N10002": "bound", REFUSED: "refused", LOST: "unknown"}

    before = len(computer.sent)
    computer.has_list("N20001", "N10001", "N10002", REFUSED, LOST)
    assert computer.night().status == 1
    assert {*computer.sent[before:]} == {"N20001", LOST}

    # The request of the new one was the lost one's, too.
    before = len(computer.sent)
    computer.has_list("N20001", "N10001", "N10002", REFUSED, N10000="shelf 7")
    assert computer.night().status == 1
    assert {*computer.sent[before:]} == {REFUSED, "N20001"}

    computer.has_list("N20001", "N10001", "N10002")
    assert computer.night() == Night(0, "")


def test_a_workbook(computer: Computer) -> None:
    """The copy keeps the name's ending, which has to agree with what is in the file."""
    computer.erp = computer.erp.with_suffix(".xlsx")
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Devices", 0)
    for row in (("Serial", "Name"), ("N10001", "n10001")):
        sheet.append(row)
    book.save(computer.erp)
    assert computer.night() == Night(0, "")
    assert computer.report == {"N10001": "bound"}


def test_a_list_with_other_columns(computer: Computer) -> None:
    """Nothing is guessed and nothing is sent."""
    computer.has_list("N10001", head="Number,Name,Box")
    night = computer.night()
    assert (night.status, computer.sent) == (2, [])
    assert "nothing was sent" in night.mail


def test_a_list_that_is_not_there(computer: Computer) -> None:
    """The same."""
    night = computer.night()
    assert (night.status, computer.sent) == (2, [])
    assert "the list can't be copied" in night.mail


def test_a_token_that_is_refused(computer: Computer) -> None:
    """Somebody has to look, and the token is in no file that the night has left."""
    token = "pat_" + "wrong" * 9
    (computer.home / "token").write_text(token, encoding="utf-8")
    computer.has_list("N10001")
    night = computer.night()
    assert (night.status, "somebody has to look" in night.mail) == (3, True)
    left = [file for folder in ("nights", "data") for file in (computer.home / folder).rglob("*") if file.is_file()]
    assert len(left) > 3
    assert not any(token.encode() in file.read_bytes() for file in left)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can leave a folder to another user")
def test_another_user_s_data_folder(computer: Computer) -> None:
    """Nothing is sent: what is known there can't be had."""
    computer.has_list("N10001")
    assert computer.night().status == 0
    nobody = 65534
    for path in (computer.home, computer.home.parent, *computer.home.rglob("*")):
        os.chown(path, nobody, nobody)
    os.chown(computer.home / "data", 0, 0)
    (computer.home / "data").chmod(0o700)
    readable = shutil.which("setpriv")
    if readable is None or not _can_run_as(nobody):
        pytest.skip("nobody may not run Python here")
    script = computer.home / "nightly.sh"
    script.write_text(
        script.read_text(encoding="utf-8").replace("bindtool bind", _as_user(nobody)), encoding="utf-8"
    )
    computer.has_list("N10001", "N10002")
    night = computer.night()
    assert (night.status, "N10002" in computer.sent) == (2, False)


def _as_user(number: int) -> str:
    return f"setpriv --reuid={number} --regid={number} --clear-groups {sys.executable} -m bindtool bind"


def _can_run_as(number: int) -> bool:
    command = [*_as_user(number).split()[:-1], "--version"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture
def full(tmp_path: Path) -> Iterator[tuple[Computer, SmallDisk]]:
    """Give a computer whose folder lies on a disk of 8 MB."""
    with small_disk(tmp_path / "srv", 8192) as disk, PracticeServer(latency=0, rate=0) as server:
        yield installed(disk.path, server), disk


@needs_small_disk
def test_a_full_disk(full: tuple[Computer, SmallDisk]) -> None:
    """Nothing is sent that could not be written down; with room again the next night has all of it."""
    computer, disk = full
    computer.has_list("N10001")
    assert computer.night().status == 0
    disk.fill()
    computer.has_list(*(f"N2{number:04}" for number in range(1, 200)))
    night = computer.night()
    assert night.status in {2, 3}
    assert night.mail
    disk.make_room()
    night = computer.night()
    assert night.status == 0
    assert {*computer.report.values()} == {"bound"}
