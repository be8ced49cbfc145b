"""`bindtool bind` against the practice server, with real files, a real database and real HTTP."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bindtool.practice import channel
from bindtool.practice.rules import Call
from bindtool.practice.server import PracticeServer
from bindtool.practice.wire import Close
from tests.cli.desk import Desk
from tests.cli.devices_of_a_desk import GOOD, LOST, REFUSED
from tests.practice.client import lists_sent
from tests.practice.faults import ScriptedAnswer

# ---------------------------------------------------------------- results


def test_all_are_bound(desk: Desk, server: PracticeServer) -> None:
    """Every device has a line with its state and log id, and the status is 0."""
    done = desk.bind(desk.file(*GOOD))
    assert done.status == 0
    assert done.states == dict.fromkeys(GOOD, "bound")
    assert all(len(cells) == 4 and len(cells[2]) > 20 for cells in done.cells)
    assert list(server.bound) == GOOD
    assert "All 9 bound" in done.err


def test_one_is_refused(desk: Desk) -> None:
    """The bad device is found among good ones; its line has the server's words and the status is 1."""
    done = desk.bind(desk.file(*GOOD, REFUSED))
    assert done.status == 1
    assert done.states == dict.fromkeys(GOOD, "bound") | {REFUSED: "refused"}
    assert done.cells[-1][3] == "“invalid request parameter” (code 4000)"
    assert "9 bound · channel not checked, 1 refused" in done.err


def test_a_lost_answer_is_asked_for_again(desk: Desk) -> None:
    """A request whose answer was lost is sent again, which is told."""
    done = desk.bind(desk.file(*GOOD, LOST))
    assert done.status == 0
    assert "No answer came. Sending again in 1 s." in done.err


def test_answers_that_stay_lost(desk: Desk, server: PracticeServer) -> None:
    """After the last try the devices are unknown, and advice says what that means."""
    server.script([None, *[Close()] * 2])
    done = desk.bind(desk.file(*GOOD), "--resend", "1")
    assert done.status == 1
    assert done.states == {GOOD[0]: "bound"} | dict.fromkeys(GOOD[1:], "unknown")
    assert done.cells[-1][3] == "sent, no answer: bound or not, we can't tell"
    assert "8 results unknown" in done.err


def test_codes_are_read_by_the_profiles_rule(desk: Desk, server: PracticeServer) -> None:
    """A file of whole codes is bound by the part that the profile names; plain ids beside them are ids."""
    (profile,) = (desk.folder / "data" / "profiles").glob("*.toml")
    with profile.open("a", encoding="utf-8") as file:
        file.write('\n[part]\nkind = "pairs"\nname = "SN"\n')
    done = desk.bind(desk.file("SN:SPK1;MAC:A4:C1", "SPK2", "MAC:A4:C1;FW:1"))
    assert done.states == {"SPK1": "bound", "SPK2": "bound", "MAC:A4:C1;FW:1": "incomplete"}
    assert "no field SN in this code" in done.out
    assert done.status == 1


def test_a_profile_that_cannot_be_read_is_told_once(desk: Desk, server: PracticeServer) -> None:
    """Another profile's file that is broken is named, once, and does not keep the devices."""
    (desk.folder / "data" / "profiles" / "broken.toml").write_text("name =", encoding="utf-8")
    done = desk.bind(desk.file(*GOOD))
    assert done.status == 0
    assert done.err.count("broken.toml") == 1


def test_rows_that_cannot_be_taken(desk: Desk, server: PracticeServer) -> None:
    """A repeat, a text with parts and an empty id are incomplete with a reason; the others go; the status is 1."""
    path = desk.folder / "devices.csv"
    path.write_text("device_id,label\nA1,one\nA1,two\nSN:1;MAC:2,three\n,four\nB2,\n", encoding="utf-8")
    done = desk.bind(str(path), "--report", str(desk.folder / "report.csv"))
    assert done.status == 1
    assert done.cells[0] == ["incomplete", "A1", "", "the same ID as row 2"]
    assert [cells[0] for cells in done.cells] == ["incomplete"] * 3 + ["bound"] * 2
    assert {name: binding.label for name, binding in server.bound.items()} == {"A1": "one", "B2": "B2"}
    lines = list(csv.DictReader(io.StringIO(desk.report())))
    assert [(line["row"], line["status"]) for line in lines] == [
        ("2", "bound"),
        ("3", "incomplete"),
        ("4", "incomplete"),
        ("5", "incomplete"),
        ("6", "bound"),
    ]


def test_nothing_that_could_be_sent(bare_desk: Desk) -> None:
    """Where no row can go, no token is asked for and nothing is sent."""
    bare_desk.run("profile", "add", "line", "--connector-id", "1")
    done = bare_desk.bind(bare_desk.file("SN:1;MAC:2"))
    assert (done.status, done.cells[0][0]) == (1, "incomplete")


def test_what_was_changed_in_an_id_is_said(desk: Desk) -> None:
    """An id that came with full-width letters is bound without them, and its line says so."""
    done = desk.bind(desk.file("ＳＰＫ1"))
    assert done.cells[0][1::2] == ["SPK1", "full-width characters converted: ＳＰＫ1 → SPK1"]


def test_standard_input(desk: Desk) -> None:
    """`-` reads what is piped in, in whatever encoding."""
    done = desk.run("bind", "-", "--rate", "0", stdin="设备编号,名称\nA1,音箱\n".encode("gb18030"))
    assert (done.status, done.states) == (0, {"A1": "bound"})


def test_the_options_override_the_profile(desk: Desk, server: PracticeServer) -> None:
    """Batches are as large as asked for; the first device of a new channel goes alone."""
    assert desk.bind(desk.file(*GOOD), "--batch-size", "3", "--concurrency", "2", "--timeout", "5").status == 0
    assert sorted(map(len, lists_sent(server))) == [1, 2, 3, 3]


def test_the_report(desk: Desk) -> None:
    """The report has all rows with the server's words, the operator and the profile, and the file's lines."""
    report = desk.folder / "report.csv"
    file = desk.file(GOOD[0], REFUSED, GOOD[1], LOST)
    desk.bind(file, "--report", str(report), "--operator", " A12 ")
    lines = list(csv.DictReader(io.StringIO(desk.report())))
    assert [(line["row"], line["status"], line["code"], line["message"]) for line in lines] == [
        ("1", "bound", "0", ""),
        ("2", "refused", "4000", "invalid request parameter"),
        ("3", "bound", "0", ""),
        ("4", "bound", "0", ""),
    ]
    assert {line["operator"] for line in lines} == {"A12"}
    assert {line["profile"] for line in lines} == {"line"}
    assert {line["source"] for line in lines} == {"file"}


def test_the_report_as_a_workbook(desk: Desk) -> None:
    """A name that ends in .xlsx gives a workbook: the same lines, ids as texts, and a summary of that file."""
    file = desk.file(GOOD[0], REFUSED, "0012")
    done = desk.bind(file, "--report", str(desk.folder / "report.xlsx"))
    lines, summary = load_workbook(desk.folder / "report.xlsx").worksheets
    head, *rows = lines.iter_rows(values_only=True)
    assert head[:5] == ("row", "device_id", "label", "status", "code")
    assert [row[:5:3] for row in rows] == [(1, "bound"), (2, "refused"), (3, "bound")]
    assert [row[1] for row in rows] == [GOOD[0], REFUSED, "0012"]
    assert summary["A1"].value == "Report: devices.txt"
    assert done.status == 1


def test_chinese(desk: Desk) -> None:
    """On a Chinese system the words are Chinese; the states stay as scripts know them."""
    desk.environ["LANGUAGE"] = "zh_CN"
    done = desk.bind(desk.file(GOOD[0], "SN:1;MAC:2", GOOD[0]))
    assert done.cells[1] == ["incomplete", GOOD[0], "", "与第 1 行的 ID 相同"]
    assert "待补全" in done.err


# ---------------------------------------------------------------- requests that are too large


def test_a_size_that_works_is_told_and_remembered(desk: Desk) -> None:
    """The run that finds it says so; the next one begins with it and says since when."""
    many = [f"SPK1{number:03}" for number in range(1, 41)]
    with PracticeServer(latency=0, rate=0, limit=10) as small:
        desk.run("profile", "remove", "line")
        desk.set_up(small.site)
        first = desk.bind(desk.file(*many), "--batch-size", "20")
        asked = len(small.requests)
        second = desk.bind(desk.file(*many), "--batch-size", "20")
        assert (first.status, second.status) == (0, 0)
        assert "The server refuses larger requests. Continuing with 10 devices each." in first.err
        assert "larger ones were refused" not in first.err
        assert f"Requests carry 10 devices: larger ones were refused on {desk.clock.now().date()}." in second.err
        assert len(small.requests) - asked == 4
        third = desk.bind(desk.file(*many), "--batch-size", "5")
        assert "larger ones were refused" not in third.err


# ---------------------------------------------------------------- whose token it was


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("same", "Paused: the token no longer works"),
        ("saved anew", "does not accept this token"),
        ("from outside", "does not accept this token"),
    ],
)
def test_whether_this_token_worked_here(desk: Desk, server: PracticeServer, before: str, words: str) -> None:
    """A token that bound devices since it was saved has stopped; another one of its name never worked."""
    if before == "from outside":
        desk.environ["BINDTOOL_TOKEN"] = channel.TOKEN
    assert desk.bind(desk.file(GOOD[0])).status == 0
    if before == "saved anew":
        desk.run("token", "set", "line", "--token-stdin", stdin=channel.TOKEN.encode())
    server.script([ScriptedAnswer(4100, 401)])
    server.script([ScriptedAnswer(4100, 401)], Call.ME)
    assert words in desk.bind(desk.file(GOOD[1])).err


# ---------------------------------------------------------------- practice mode


def test_practice(bare_desk: Desk) -> None:
    """Practice needs no profile and no token, and has a data folder of its own."""
    done = bare_desk.run("bind", bare_desk.file(GOOD[0], GOOD[1]), "--practice", "--rate", "0")
    assert (done.status, done.states) == (0, dict.fromkeys(GOOD[:2], "bound"))
    files = {path.parent.name for path in (bare_desk.folder / "data").rglob("bindtool.db")}
    assert files == {"practice"}


def test_practice_with_a_profile(desk: Desk, server: PracticeServer) -> None:
    """A named profile gives its label and request settings; nothing goes to its site."""
    desk.run("profile", "add", "x", "--connector-id", "1", "--label-template", "box {id}")
    report = str(desk.folder / "report.csv")
    done = desk.run("bind", desk.file("A1"), "--practice", "--profile", "x", "--report", report)
    assert (done.status, server.requests) == (0, ())
    assert "box A1" in desk.report()
    assert "practice" in desk.report()


# ---------------------------------------------------------------- on a terminal


def test_a_bar_on_a_terminal(desk: Desk) -> None:
    """A bar shows how far it is; results don't run into it, and it is gone at the end."""
    desk.terminal = True
    done = desk.bind(desk.file(*GOOD, REFUSED), "--batch-size", "3")
    assert done.status == 1
    assert "[##..................] 1 of 10" in done.err
    assert "[####################] 10 of 10" in done.err
    assert "Looking for the refused device" in done.err
    assert done.err.count("\r\x1b[K") > 5
    # Below stand the reservation, the requests and what the code means.
    assert done.err.splitlines()[-4].endswith("9 bound · channel not checked, 1 refused")


def test_how_long_it_may_take(desk: Desk) -> None:
    """After some seconds the bar says how fast the run goes, and how long it may still take; a log is spared."""
    call = (desk.file(*(f"SPK{number}" for number in range(100, 140))), "--batch-size", "1", "--rate", "1")
    assert " a minute" not in desk.bind(*call).err
    desk.terminal = True
    done = desk.bind(*call)
    assert re.search(r"\] 1\d of 40 done, 0 refused, 0 unknown · \d\d a minute · about \d\d s left", done.err)


# ---------------------------------------------------------------- ids that are looked at twice


SERIALS = [f"SPK26113F2{number:03X}" for number in range(1, 11)]
EAN = "6901234567892"


def test_the_odd_one_is_left_out(desk: Desk, server: PracticeServer, tmp_path: Path) -> None:
    """A carton's EAN among serials is incomplete with the reason, in the lines and in the report; the others go."""
    report = tmp_path / "report.csv"
    done = desk.bind(desk.file(*SERIALS, EAN, "12345678901234500"), "--report", str(report))
    assert done.status == 1
    assert list(server.bound) == SERIALS
    assert done.states[EAN] == "incomplete"
    table = list(csv.reader(io.StringIO(report.read_text(encoding="utf-8-sig"))))
    assert [row[3:6] for row in table[11:]] == [
        ["incomplete", "", "looks different from the others"],
        ["incomplete", "", "may have been rounded by a spreadsheet: it ends in zeros"],
    ]


def test_ids_beyond_ascii(desk: Desk, server: PracticeServer) -> None:
    """They are held with the reason and the status is 1, until the profile says that there are such ids here."""
    file = desk.file("SPK1", "音箱-2", "ЅРК3")
    held = desk.bind(file)
    assert (held.status, list(server.bound)) == (1, ["SPK1"])
    assert held.states == {"SPK1": "bound", "音箱-2": "incomplete", "ЅРК3": "incomplete"}
    assert held.out.count("does not look like an ID: it has ") == 2
    (profile,) = (desk.folder / "data" / "profiles").glob("*.toml")
    with profile.open("a", encoding="utf-8") as text:
        text.write("\n[ids]\nbeyond_ascii = true\n")
    allowed = desk.bind(file)
    assert (allowed.status, list(server.bound)) == (0, ["SPK1", "音箱-2", "ЅРК3"])


def test_a_file_is_bound_twice(desk: Desk, server: PracticeServer) -> None:
    """A script may send the same file again: that a device was bound before holds it in the window only."""
    file = desk.file(*SERIALS)
    assert [desk.bind(file).status, desk.bind(file).status] == [0, 0]
    assert lists_sent(server)[-1] == SERIALS
