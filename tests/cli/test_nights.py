"""One list of an ERP that goes night after night: what is known is not sent again, no number is drawn in vain."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from bindtool.core.model.channel import Behaviour
from bindtool.practice.server import PracticeServer
from tests.cli.desk import Desk, Done
from tests.cli.devices_of_a_desk import REFUSED
from tests.cli.test_warnings import know
from tests.practice.client import labels_sent, lists_sent
from tests.practice.faults import ScriptedAnswer

BAD = [f"SPK{letter}0000" for letter in "BCDEF"]


def good(night: int) -> list[str]:
    """Return the ten new devices of a night."""
    return [f"SPK{night}{number:04}" for number in range(1, 11)]


class Erp:
    """Writes the list of each night: all devices so far, the five bad ones among them, labels as it has them."""

    def __init__(self, desk: Desk, labels: dict[str, str]) -> None:
        self._desk = desk
        self._labels = labels
        self.path = desk.folder / "erp.csv"

    def night(self, night: int, **labels: str) -> Done:
        """Write the list, run it, and return what came of it."""
        self._labels |= labels
        devices = [*good(1), *BAD, *(each for later in range(2, night + 1) for each in good(later))]
        lines = [f"{device},{self._labels.get(device, '')}" for device in devices]
        self.path.write_text("\n".join(["device_id,label", *lines]) + "\n", encoding="utf-8")
        report = str(self._desk.folder / "report.csv")
        return self._desk.bind(str(self.path), "--resume", "--report", report)


def report_of(desk: Desk) -> dict[str, tuple[str, str]]:
    """Return label and status of each device in the report."""
    return {
        line["device_id"]: (line["label"], line["status"]) for line in csv.DictReader(io.StringIO(desk.report()))
    }


@pytest.mark.parametrize("template", ["{id:-6}", "Box {n:5}"])
def test_three_nights(bare_desk: Desk, server: PracticeServer, template: str) -> None:
    """Each night its ten new devices leave, and what was refused goes only where its label was corrected.

    With running numbers ten are drawn a night: none for a device that does not leave.
    """
    bare_desk.set_up(server.site, "--label-template", template)
    erp = Erp(bare_desk, {})
    first = erp.night(1)
    assert first.status == 1
    assert [device for device, (_, status) in report_of(bare_desk).items() if status == "refused"] == BAD
    given = {device: label for device, (label, _) in report_of(bare_desk).items()}

    before, known = len(lists_sent(server)), len(server.requests)
    second = erp.night(2, **{BAD[1]: "shelf 7"})
    assert second.status == 1
    assert [device for request in lists_sent(server)[before:] for device in request].count(BAD[1]) >= 1
    assert {*labels_sent(server, known)} == {*good(2), BAD[1]}
    assert report_of(bare_desk)[BAD[1]] == ("shelf 7", "refused")

    before, known = len(lists_sent(server)), len(server.requests)
    third = erp.night(3, **{good(1)[0]: "another label"})
    assert third.status == 1
    assert lists_sent(server)[before:] == [good(3)]
    assert "1 device keeps the label" in third.err
    after = report_of(bare_desk)
    assert len(after) == 35
    assert {device: after[device][0] for device in given if device != BAD[1]} == {
        device: label for device, label in given.items() if device != BAD[1]
    }
    if template != "{id:-6}":
        numbers = sorted(label for device, (label, _) in after.items() if device != BAD[1])
        assert numbers == [f"Box {number:05}" for number in range(1, 36) if f"Box {number:05}" in numbers]
        assert labels_sent(server, known)[good(3)[0]] == "Box 00026"


def test_a_number_is_not_drawn_for_a_row_that_stays(bare_desk: Desk, server: PracticeServer) -> None:
    """Repeats and held rows get none, in the report either, and say what they wait for."""
    bare_desk.set_up(server.site, "--label-template", "S-{n:2}")
    file = bare_desk.file("A1", "A1", "SN:1;MAC:2", "音箱", "A2")
    done = bare_desk.bind(file, "--report", str(bare_desk.folder / "report.csv"))
    assert done.status == 1
    assert labels_sent(server) == {"A1": "S-01", "A2": "S-02"}
    assert "the same ID as row 1" in done.out
    assert report_of(bare_desk)["音箱"] == ("", "incomplete")
    assert bare_desk.bind(bare_desk.file("A3")).status == 0
    assert labels_sent(server)["A3"] == "S-03"


def test_a_device_keeps_the_number_that_it_was_given(bare_desk: Desk, server: PracticeServer) -> None:
    """In every run, a plain one too, and whether it had left with it or not; what the list says comes first."""
    bare_desk.set_up(server.site, "--label-template", "S-{n:2}")
    server.script([None, None, ScriptedAnswer(4100, 401)])
    file = bare_desk.file("A1", "A2", "A3")
    assert bare_desk.bind(file, "--batch-size", "1").status == 3
    assert bare_desk.bind(file, "--again").status == 0
    assert server.bound["A1"].label == "S-01"
    assert server.bound["A3"].label == "S-03"
    path = bare_desk.folder / "labels.csv"
    path.write_text("device_id,label\nA1,hall\nA2,\n", encoding="utf-8")
    assert bare_desk.bind(str(path)).status == 0
    assert (server.bound["A1"].label, server.bound["A2"].label) == ("hall", "S-02")


def test_a_channel_that_replaces_its_list(desk: Desk, server: PracticeServer, tmp_path: Path) -> None:
    """What is known goes along with the label that it has; where nothing is new, no request leaves."""
    know(desk, Behaviour.REPLACES, sender=True)
    path = tmp_path / "list.csv"
    path.write_text("device_id,label\nA1,one\nA2,two\n", encoding="utf-8")
    assert desk.bind(str(path)).status == 0
    path.write_text("device_id,label\nA1,other\nA2,two\nA3,three\n", encoding="utf-8")
    before = len(server.requests)
    assert desk.bind(str(path), "--resume").status == 0
    assert labels_sent(server, before) == {"A1": "one", "A2": "two", "A3": "three"}
    before = len(server.requests)
    assert desk.bind(str(path), "--resume").status == 0
    assert len(server.requests) == before


def test_a_row_that_is_held_and_known_as_bound_is_bound(desk: Desk, server: PracticeServer) -> None:
    """What was let go once in the window, say, is no more in doubt than what it was bound as."""
    assert desk.bind(desk.file("SPK1", "SPK2", REFUSED)).status == 1
    file = desk.file(*(f"SPK26113F2{number:03X}" for number in range(1, 12)), "SPK1")
    assert "would not be sent (SPK1)" in desk.bind(file, "--dry-run").err
    assert desk.bind(file, "--resume").states["SPK1"] == "bound"
