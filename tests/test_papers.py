"""README and guide: their links lead somewhere, and what they promise of files, columns and commands is so."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from bindtool.cli.arguments import HelpAsked, parse
from bindtool.core.api.codes import MEANINGS
from bindtool.core.barcode.id_rules import ID_BOUNDS, PartKind, PartRule
from bindtool.core.diagnostics.workstation_check import Item
from bindtool.core.labels.template import LabelFrom
from bindtool.core.model.outcome import State
from bindtool.core.profiles import field_rules, profile
from bindtool.core.profiles.profile import Profile
from bindtool.core.profiles.profile_toml import from_toml
from bindtool.core.reports import history_export
from bindtool.core.reports.csv_writer import BENCHES_COLUMNS, TO_HANDLE_COLUMNS
from bindtool.core.scanner.scan_rules import SCANNER_BOUNDS, ScanRules
from bindtool.gui.support.guide_dialog import PAGES, anchor_of, page_file
from bindtool.i18n.catalogue import Texts
from bindtool.resource_paths import asset

ROOT = Path(__file__).parent.parent
GUIDE = asset("guide")
README = {"en": ROOT / "README.md", "zh_CN": ROOT / "README.zh-CN.md"}
LONGEST_README = 150
"""Lines."""
RELEASES = "../../releases"
"""The host's page of releases, from where it shows a README."""
LINK = re.compile(r"!?\[[^\]]*\]\(([^)]+)\)")
FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
each_language = pytest.mark.parametrize("language", README)


def page(name: str, language: str) -> str:
    """Return what stands in a page of the guide."""
    return page_file(GUIDE, name, language).read_text(encoding="utf-8")


def section(text: str, at: int) -> str:
    """Return a section of a page by its place: 0 stands before the first heading of the second level."""
    return re.split(r"^## ", text, flags=re.MULTILINE)[at]


def blocks(text: str, kind: str) -> list[str]:
    """Return the blocks of code of a kind, in their order."""
    return [code for marked, code in FENCED.findall(text) if marked == kind]


def in_code(text: str) -> list[str]:
    """Return what stands between backquotes."""
    return re.findall(r"`([^`\n]+)`", text)


def first_cells(text: str) -> list[str]:
    """Return the first cell of each line of the tables, but for their heads."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    heads = {at - 1 for at, line in enumerate(lines) if line.startswith("|---")}
    return [
        line.split("|")[1].strip()
        for at, line in enumerate(lines)
        if at not in heads and not line.startswith("|---")
    ]


def anchors(file: Path) -> set[str]:
    """Return what a link may name behind `#`."""
    text = FENCED.sub("", file.read_text(encoding="utf-8"))
    return {anchor_of(heading.replace("`", "")) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


def broken(file: Path, links: Iterable[str]) -> list[str]:
    """Return the links of a file that lead nowhere."""
    found = []
    for link in links:
        path, _, anchor = link.partition("#")
        target = file.parent / path if path else file
        if not target.is_file() or (anchor and anchor not in anchors(target)):
            found.append(link)
    return found


def inside(file: Path) -> list[str]:
    """Return the links of a file that lead to no other site."""
    links = LINK.findall(FENCED.sub("", file.read_text(encoding="utf-8")))
    return [link for link in links if not link.startswith("https://")]


@each_language
@pytest.mark.parametrize("name", PAGES)
def test_links_of_the_guide(name: str, language: str) -> None:
    """Each leads to a page or a picture beside it in the same language, and to a heading that is there."""
    file = page_file(GUIDE, name, language)
    links = inside(file)
    assert broken(file, links) == []
    for link in links:
        assert "/" not in link, link
        assert (".zh." in link) is (language == "zh_CN" and not link.startswith("#")), link


@each_language
def test_links_of_the_readme(language: str) -> None:
    """Each leads to a file and to a heading that is there; each page of the guide in its language has one."""
    links = inside(README[language])
    assert links.count(RELEASES) == 1
    links.remove(RELEASES)
    assert broken(README[language], links) == []
    linked = {link.partition("#")[0] for link in links}
    assert {f"resources/guide/{page_file(GUIDE, name, language).name}" for name in PAGES} <= linked


@pytest.mark.parametrize(
    "paper", ["CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "bindtool/README.md", "tests/benchmarks/README.md"]
)
def test_links_of_the_other_papers(paper: str) -> None:
    """Each leads to a file, and to a heading that is there."""
    assert broken(ROOT / paper, inside(ROOT / paper)) == []


@each_language
def test_the_readme_is_short(language: str) -> None:
    """It names what a newcomer types, and leaves the rest to the guide."""
    text = README[language].read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_README
    assert re.findall(r"^    (make \w+)", text, re.MULTILINE) == ["make run", "make test", "make lint"]


def commands(text: str) -> list[str]:
    """Return what a text has bindtool do: in its scripts, in indented lines and between backquotes."""
    found = []
    for kind, code in re.findall(r"^ *```(\w*)\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL):
        if kind in {"sh", "bat"}:
            lines = re.sub(r"[\\^]\n\s*", " ", code).splitlines()
            called = (
                re.search(r'(?:^|\| )(?:[A-Z_]+=\S+ )*(?:bindtool|%bindtool%|"%BINDTOOL%") (.*)', each.strip())
                for each in lines
            )
            found += [match[1] for match in called if match]
    prose = re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)
    found += re.findall(r"`bindtool (?!-)([^`]*)`", prose)
    found += re.findall(r"^ {4,}bindtool ([\x20-\x7e]*)$", prose, re.MULTILINE)
    return [re.split(r" (?:[<>|]|2>)", command)[0] for command in found]


@each_language
def test_each_command_that_is_named(language: str) -> None:
    """README and guide: the command line takes it as it stands, or it is the name of a command alone."""
    papers = [README[language], *(page_file(GUIDE, name, language) for name in PAGES)]
    named = {command for paper in papers for command in commands(paper.read_text(encoding="utf-8"))}
    assert 'token set "Line 2"' in named or 'token set "2 号线"' in named
    for command in named:
        arguments = shlex.split(command, comments=True)
        if all(re.fullmatch("[a-z-]+", each) and not each.startswith("-") for each in arguments):
            with pytest.raises(HelpAsked):
                parse([*arguments, "--help"], Texts("en"))
        else:
            parse(arguments, Texts("en"))


def test_every_file_of_the_guide_is_shown() -> None:
    """No page is left that nobody can open, and no picture that no page shows."""
    pages = [page_file(GUIDE, name, language) for name in PAGES for language in README]
    links = [link for file in [*pages, *README.values()] for link in inside(file)]
    known = {*(file.name for file in pages), *(Path(link.partition("#")[0]).name for link in links)}
    assert {file.name for file in GUIDE.iterdir()} - known == set()


@each_language
def test_the_defaults_of_a_profile(language: str) -> None:
    """Every field is there, and what is said to be its default is it."""
    shortest, channel, labels, pace, sign_in, lists, handoff, scanner, part, example, ids = blocks(
        page("profile", language), "toml"
    )
    written = from_toml(channel + pace + sign_in + lists + handoff + scanner + part + ids, "guide")
    assert written == from_toml(shortest, "guide")
    assert written == Profile(name=written.name, connector_id=written.connector_id)
    assert from_toml(shortest + example, "guide").scan == replace(
        ScanRules(), part=PartRule(kind=PartKind.PAIRS, name="SN")
    )
    assert from_toml(shortest + labels, "guide").label_from is LabelFrom.NEXT_CODE
    assert {*re.findall(r"^(?:# )?(\w+) = ", lists, re.MULTILINE)} == {*profile.ListRules.__dataclass_fields__}
    named = {*re.findall(r"^(\w+) = ", channel, re.MULTILINE), "checked_on"}
    assert named == {*field_rules.TEXT_FIELDS, "label_from", "proven", "behaviour", "checked_on", "sender"}
    for table, code in {"scanner": scanner, "part": part, "ids": ids}.items():
        fields = getattr(ScanRules(), table).__dataclass_fields__
        assert {*re.findall(r"^(\w+) = ", code, re.MULTILINE)} == {*fields}


@each_language
def test_the_ranges_of_a_profile(language: str) -> None:
    """Each number's lowest and highest value stand in its line."""
    text = page("profile", language)
    for name, (low, high) in {**profile.PACE_BOUNDS, **ID_BOUNDS, **SCANNER_BOUNDS}.items():
        lines = [line for line in text.splitlines() if name in line and f"{high:,g}" in line]
        assert any(f"{low:g}" in line for line in lines) or (name == "length" and lines), name
    kinds = [kind for cell in first_cells(text) for kind in re.findall(r'`"(\w+)"`', cell)]
    assert sorted(kinds) == sorted(PartKind)


@each_language
def test_profiles_of_the_ledger(language: str) -> None:
    """The lines that IT adds to a profile's file are taken."""
    shortest = blocks(page("profile", language), "toml")[0]
    database, folder = (from_toml(shortest + line, "guide") for line in blocks(page("ledger", language), "toml"))
    assert database.ledger
    assert folder.shared_folder


@each_language
def test_the_columns_of_reports(language: str) -> None:
    """Each column is explained once, in the order of the file; so are the states and the rows to handle."""
    text = page("report", language)
    told = [name for cell in first_cells(section(text, 2)) for name in in_code(cell)]
    assert tuple(told) == BENCHES_COLUMNS
    states = [name for cell in first_cells(section(text, 3)) for name in in_code(cell)]
    assert sorted(states) == sorted(State)
    assert [name for name in in_code(section(text, 5)) if name in BENCHES_COLUMNS][: len(TO_HANDLE_COLUMNS)] == [
        *TO_HANDLE_COLUMNS
    ]


CRITERIA = [
    *("1.1.1", "1.2.1", "1.2.2", "1.2.3", "1.2.4", "1.2.5", "1.3.1", "1.3.2", "1.3.3", "1.3.4", "1.3.5"),
    *("1.4.1", "1.4.2", "1.4.3", "1.4.4", "1.4.5", "1.4.10", "1.4.11", "1.4.12", "1.4.13"),
    *("2.1.1", "2.1.2", "2.1.4", "2.2.1", "2.2.2", "2.3.1", "2.4.1", "2.4.2", "2.4.3", "2.4.4", "2.4.5"),
    *("2.4.6", "2.4.7", "2.4.11", "2.5.1", "2.5.2", "2.5.3", "2.5.4", "2.5.7", "2.5.8", "3.1.1", "3.1.2"),
    *(
        "3.2.1",
        "3.2.2",
        "3.2.3",
        "3.2.4",
        "3.2.6",
        "3.3.1",
        "3.3.2",
        "3.3.3",
        "3.3.4",
        "3.3.7",
        "3.3.8",
        "4.1.2",
        "4.1.3",
    ),
]
"""Those of WCAG 2.2 at the levels A and AA."""


@each_language
def test_each_criterion_of_accessibility(language: str) -> None:
    """Each is named once, with how it stands."""
    told = first_cells(section(page("accessibility", language), 2))
    named = [
        name
        for cell in told
        for name in re.findall(r"\d\.\d\.\d+", cell.replace("1.2.1", "1.2.1 1.2.2 1.2.3 1.2.4"))
    ]
    assert sorted(named) == sorted(CRITERIA)


@each_language
def test_the_codes_of_coze(language: str) -> None:
    """The guide explains each code that the program explains, and no other."""
    listed = re.findall(r"^\| (\d+) \|", page("trouble", language), re.MULTILINE)
    assert list(map(int, listed)) == sorted(MEANINGS)


@each_language
def test_what_the_command_line_prints(language: str) -> None:
    """The columns of the history and the lines of `check` are named in their order."""
    text = page("command-line", language)
    words = in_code(text)
    first = words.index("bench")
    assert tuple(words[first : first + len(history_export.COLUMNS)]) == history_export.COLUMNS
    items = [name for cell in first_cells(text) for name in in_code(cell) if name in {*Item}]
    assert items == [*Item]


@each_language
def test_the_commands(language: str) -> None:
    """The guide names every option that the program has, and no other."""
    named = {*re.findall(r"--[a-z-]+", blocks(page("command-line", language), "")[0])}
    commands = [
        [], ["bind"], ["profile", "add"], ["token", "set"], ["token", "forget"], ["check"],
        ["history", "export"], ["history", "import"], ["ledger", "check"], ["proxy", "set"], ["sign-in"],
    ]  # fmt: skip
    known = {"--ask-to-close", "--report"}  # the window's, which no parser has
    for command in commands:
        with pytest.raises(HelpAsked) as asked:
            parse([*command, "--help"], Texts("en"))
        known |= {*re.findall(r"(?<!\w)--[a-z-]+", str(asked.value))}
    assert named == known - {"--help"}


@each_language
def test_the_script_for_an_erp(tmp_path: Path, language: str) -> None:
    """It runs as it stands, night after night: one device is bound, one is refused, and neither is sent again."""
    (script,) = blocks(page("command-line", language), "python")
    programs = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([programs, os.environ["PATH"]]),
        "BINDTOOL_DATA_DIR": str(tmp_path / "data"),
        "PYTHONIOENCODING": "utf-8",
    }
    for night in range(2):
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=True,
        )
        printed = [line.split() for line in done.stdout.splitlines() if "\t" not in line]
        assert [words[:3] for words in printed] == [
            ["SPK26113F2001", "bound", "0"],
            ["SPK26113F0000", "refused", "4000"],
        ], night
