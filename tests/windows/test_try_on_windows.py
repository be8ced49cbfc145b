"""The script that tries the setup on a real Windows names only what exists; `make windows` can't run it for CI."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bindtool.cli.arguments import parse
from bindtool.i18n.catalogue import Texts

ROOT = Path(__file__).resolve().parents[2]
WINDOWS = ROOT / "packaging" / "windows"
SCRIPT = (WINDOWS / "try-on-windows.cmd").read_bytes().decode("ascii")
SETUP = (WINDOWS / "bindtool.nsi").read_text(encoding="utf-8")


def test_its_lines_end_as_cmd_expects() -> None:
    """Where lines end otherwise, cmd misses labels."""
    assert SCRIPT.count("\n") == SCRIPT.count("\r\n") > 1


def test_its_labels() -> None:
    """Each label that is called or gone to is there once, and none is left over."""
    there = re.findall(r"^:(\w+)", SCRIPT, re.MULTILINE)
    assert sorted(there) == sorted(set(there))
    assert set(re.findall(r"(?:call :|goto )(\w+)", SCRIPT)) == set(there)


def test_its_commands() -> None:
    """The command line takes each of its calls; the switches of the window are those of the program."""
    calls = re.findall(r'bindtool-cli\.exe" (.*?) >', SCRIPT)
    assert {call.split()[0] for call in calls} == {"--version", "profile", "check", "bind"}
    for call in calls:
        if call != "--version":
            parse(call.split(), Texts("en"))
    switches = set(re.findall(r'bindtool\.exe" (--[a-z-]+)', SCRIPT))
    assert switches == {"--smoke", "--practice", "--ask-to-close"}
    main = (ROOT / "bindtool" / "__main__.py").read_text(encoding="utf-8")
    assert {each for each in switches if f'"{each}"' not in main} <= {"--practice"}


@pytest.mark.parametrize(
    ("named", "file", "written"),
    [
        (r"%LOCALAPPDATA%\Programs\bindtool", SETUP, r"$LOCALAPPDATA\Programs\bindtool"),
        (r"HKCU\Software\bindtool", SETUP, r'HKCU "Software\bindtool"'),
        (r"HKLM\Software\bindtool", SETUP, r'HKLM "Software\bindtool"'),
        (r"Start Menu\Programs\bindtool.lnk", SETUP, r"$SMPROGRAMS\bindtool.lnk"),
        (r"%program%\uninstall.exe", SETUP, r"$INSTDIR\uninstall.exe"),
        (
            "starts: the window",
            (ROOT / "bindtool" / "app" / "composition.py").read_text(encoding="utf-8"),
            "starts: the window",
        ),
        (
            "BINDTOOL_DATA_DIR",
            (ROOT / "bindtool" / "core" / "common" / "data_folder.py").read_text(encoding="utf-8"),
            "BINDTOOL_DATA_DIR",
        ),
    ],
)
def test_what_it_looks_for(named: str, file: str, written: str) -> None:
    """Folders, keys and words of the log are those of the setup and the program."""
    assert named in SCRIPT
    assert written in file


def test_its_report_names_nobody() -> None:
    """No line of it holds a variable with a name or a folder, and it is looked through for both names."""
    said = re.findall(r"call :(?:say|judge|bind) (.*)", SCRIPT)
    assert said
    personal = re.compile(
        "%(USER|COMPUTER|TEMP|work|program|setup|report|~dp0|LOCALAPPDATA|APPDATA)", re.IGNORECASE
    )
    assert [line for line in said if personal.search(line)] == []
    assert re.search(r'findstr .*%USERNAME%.*%COMPUTERNAME%.* "%report%"', SCRIPT)


@pytest.mark.parametrize("page", ["rolling-out.md", "rolling-out.zh.md"])
def test_the_guide_says_how_it_is_run(page: str) -> None:
    """Both languages name the script, its report and the form that the report goes into."""
    text = (ROOT / "resources" / "guide" / page).read_text(encoding="utf-8")
    form = (ROOT / ".github" / "ISSUE_TEMPLATE" / "windows.yml").read_text(encoding="utf-8")
    titles = form.partition("\n")[0].removeprefix("name: ").split(" · ")
    assert "`try-on-windows.cmd`" in text
    assert "`bindtool-on-windows.txt`" in text
    assert any(title in text for title in titles)
