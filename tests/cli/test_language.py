"""The language of the command line: the environment's, for every word that a person reads, in reports too.

What was chosen in the window is the window's: a script shall not change its words because somebody pressed a menu.
"""

from __future__ import annotations

import csv
import io

import pytest

from tests.cli.desk import Desk

CHINESE = [
    {"LANG": "zh_CN.UTF-8"},
    {"LANG": "C.UTF-8", "LANGUAGE": "zh_CN:en"},
    {"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"},
    {"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"},
]
ENGLISH = [{"LANG": "C.UTF-8"}, {"LANG": "de_DE.UTF-8"}, {"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}]


@pytest.mark.parametrize("environ", CHINESE)
def test_chinese_by_the_environment(bare_desk: Desk, environ: dict[str, str]) -> None:
    """Help and errors are Chinese by the first variable that says so."""
    bare_desk.environ |= environ
    assert "绑定" in bare_desk.run("--help").out
    assert bare_desk.run("bind", "devices.csv").err.startswith("还没有配置")


@pytest.mark.parametrize("environ", ENGLISH)
def test_english_elsewhere(bare_desk: Desk, environ: dict[str, str]) -> None:
    """Any other language gets English."""
    bare_desk.environ |= environ
    help_text = bare_desk.run("--help").out
    assert "bind the devices in a file" in help_text
    assert help_text.isascii()


def test_the_window_decides_for_itself(bare_desk: Desk) -> None:
    """A language that was chosen in the window changes nothing here."""
    data = bare_desk.folder / "data"
    data.mkdir()
    (data / "window.ini").write_text("[General]\nlanguage=zh_CN\n", encoding="utf-8")
    assert bare_desk.run("--help").out.isascii()


@pytest.mark.parametrize(
    ("language", "reason", "total"),
    [("en", "the same ID as row 1", "All 1 bound"), ("zh_CN", "与第 1 行的 ID 相同", "1 台全部绑定")],
)
def test_a_run_and_its_report(desk: Desk, language: str, reason: str, total: str) -> None:
    """The words for a person are translated; columns and states stay as scripts know them."""
    desk.environ["LANGUAGE"] = language
    done = desk.bind(desk.file("SPK0001", "SPK0001"), "--report", str(desk.folder / "report.csv"))
    assert ["incomplete", "SPK0001", "", reason] in done.cells
    first, second = csv.DictReader(io.StringIO(desk.report()))
    assert (first["status"], second["status"], second["message"]) == ("bound", "incomplete", reason)
    assert total in desk.bind(desk.file("SPK0002")).err
