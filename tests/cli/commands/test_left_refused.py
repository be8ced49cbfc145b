"""`bindtool bind` by a profile that leaves refused requests as they are."""

from __future__ import annotations

import json

import pytest

from bindtool.practice.server import PracticeServer
from tests.cli.desk import Desk
from tests.cli.devices_of_a_desk import GOOD, REFUSED


@pytest.fixture
def thrifty(desk: Desk, server: PracticeServer) -> Desk:
    """A laptop whose profile spares requests, on a channel that has taken a device elsewhere."""
    exported = desk.folder / "line.toml"
    assert desk.run("profile", "export", "line", str(exported)).status == 0
    text = exported.read_text(encoding="utf-8").replace("proven = false", "proven = true")
    exported.write_text(text.replace("[pace]", "[pace]\nsearch = false"), encoding="utf-8")
    assert desk.run("profile", "remove", "line").status == 0
    assert desk.run("profile", "import", str(exported)).status == 0
    desk.site = server.site
    return desk


def test_rows_of_a_refused_request_stay_ready(thrifty: Desk, server: PracticeServer) -> None:
    """With code, log id and the reason, in output and report; status 1, the advice, and what it took."""
    devices = [*GOOD[:4], GOOD[4], REFUSED, *GOOD[5:7]]
    done = thrifty.bind(thrifty.file(*devices), "--batch-size", "4", "--report", str(thrifty.folder / "report.csv"))
    assert done.status == 1
    assert [len(json.loads(request.body)["configs"][0]["enums"]) for request in server.requests] == [4, 4, 4]
    assert done.states == dict.fromkeys(GOOD[:4], "bound") | dict.fromkeys(devices[4:], "ready")
    words = "in a refused request of 4: “invalid request parameter” (code 4000)"
    assert {cells[3] for cells in done.cells if cells[0] == "ready"} == {words}
    assert all(cells[2] for cells in done.cells)
    assert words in thrifty.report()
    assert "4 devices were in refused requests\nThey are ready again:" in done.err
    assert "\n3 requests\n" in done.err


def test_they_go_again_with_resume(thrifty: Desk, server: PracticeServer) -> None:
    """A request that was refused as a whole is no answer for its devices."""
    file = thrifty.file(*GOOD[:4], GOOD[4], REFUSED)
    thrifty.bind(file, "--batch-size", "4")
    done = thrifty.bind(file, "--batch-size", "1", "--resume")
    assert done.status == 1
    assert done.states == dict.fromkeys(GOOD[:5], "bound") | {REFUSED: "refused"}
