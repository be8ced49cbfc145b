"""kill -9 at each step after the last answer: what was bound is not sent again, and keeps its label."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.core.profiles.profile_toml import to_toml
from bindtool.practice import channel
from bindtool.practice.rules import Call
from bindtool.practice.server import PracticeServer
from tests.kills.laptop import ROOT, environment

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")

STEPS = {
    "the report is begun": "call:write_report",
    "the report is written and not in its place": "c_call:replace",
    "the report is in its place": "c_return:replace",
    "the sheet is about to be closed": "call:close_list",
    "the sheet is closed": "return:_ended",
}
IDS = [f"SPK26{number:04}" for number in range(1, 41)]


@pytest.fixture
def server() -> Iterator[PracticeServer]:
    """Run the other side, which outlives what is killed."""
    with PracticeServer(latency=0, rate=0) as server:
        yield server


def sent(server: PracticeServer, before: int = 0) -> list[dict[str, str]]:
    """Return labels by id of each request after the first `before`."""
    bodies = [json.loads(each.body) for each in server.requests[before:] if each.call is Call.BIND]
    return [{enum["value"]: enum["label"] for enum in body["configs"][0]["enums"]} for body in bodies]


def bind(folder: Path, *arguments: str, step: str = "") -> tuple[int, str]:
    """Run `bind`, killed at a step; return its exit status and standard error."""
    program = ["tests.kills.aimed", step] if step else ["bindtool"]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            *program,
            "bind",
            str(folder / "list.txt"),
            "--report",
            str(folder / "report.csv"),
            *arguments,
        ],
        cwd=ROOT,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return done.returncode, done.stderr


def lay_out(folder: Path, server: PracticeServer, template: str, behaviour: Behaviour) -> None:
    """Write the list and the profile, one of the machine's."""
    (folder / "machine").mkdir()
    profile = Profile(
        name="line",
        connector_id=channel.CONNECTOR_ID,
        site=server.site,
        pace=RequestSettings(batch_size=10, rate=0),
        label_template=template,
        behaviour=behaviour,
        sender=True,
    )
    (folder / "machine" / "line.toml").write_text(to_toml(profile), encoding="utf-8")
    (folder / "list.txt").write_text("\n".join(IDS) + "\n", encoding="utf-8")


def check_after_a_kill(folder: Path, server: PracticeServer, step: str) -> None:
    """Assert that after a kill the list is kept back, and that going on sends nothing and reports all."""
    ended = step == STEPS["the sheet is closed"]
    status, words = bind(folder, step=step)
    assert status == -signal.SIGKILL, words
    labels = {device_id: binding.label for device_id, binding in server.bound.items()}
    assert list(labels) == IDS
    before = len(server.requests)
    if not ended:
        status, words = bind(folder)
        assert (status, len(server.requests)) == (2, before), words
        assert "list.txt" in words
    status, words = bind(folder, "--resume")
    assert (status, len(server.requests)) == (0, before), words
    lines = (folder / "report.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert [line.split(",")[1:4] for line in lines] == [[each, labels[each], "bound"] for each in IDS]
    assert {device_id: binding.label for device_id, binding in server.bound.items()} == labels


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
@pytest.mark.parametrize(
    ("template", "behaviour"),
    [("Box {n:5}", Behaviour.ADDS), ("{id:-6}", Behaviour.REPLACES)],
    ids=["numbered, adds", "replaces"],
)
def test_nothing_is_sent_twice(
    tmp_path: Path, server: PracticeServer, step: str, template: str, behaviour: Behaviour
) -> None:
    """A plain run is refused until --resume has come to its end; that sends nothing and writes the report."""
    lay_out(tmp_path, server, template, behaviour)
    check_after_a_kill(tmp_path, server, step)


def test_half_of_the_report_is_written(tmp_path: Path, server: PracticeServer) -> None:
    """What is in the report's place is the one of before, or none; going on writes it whole."""
    lay_out(tmp_path, server, "Box {n:5}", Behaviour.ADDS)
    status, words = bind(tmp_path, step="c_call:fsync")
    assert status == -signal.SIGKILL, words
    assert not (tmp_path / "report.csv").exists()
    before = len(server.requests)
    assert bind(tmp_path, "--resume")[0] == 0
    assert len(server.requests) == before
    assert (tmp_path / "report.csv").read_text(encoding="utf-8-sig").count(",bound,") == len(IDS)
