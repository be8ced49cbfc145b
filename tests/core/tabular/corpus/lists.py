"""The lists of the corpus: their TOML notation, and the expected result of each.

A file has many `[[list]]` with a unique `name`, a `source`, and its content: `cells`, one row per line with `|`
between the cells, or a literal `text`. The beginning of a cell decides its kind:

    SN001, 序号      a text            #123          a number           #1.5;0.00     one with a format
    '123             a text with a quote prefix, as Excel keeps it     @2026-11-02   a date  (;yyyy/m/d: its format)
    ?TRUE            a truth value     !#N/A         an error

`*40 SPK{n:04} | 客厅{n}` stands for 40 lines, with n from 1; `*40@7 …` from 7. The same applies to expected texts.
In a text, `→` is a tab.

The expected result: `ids` in order, which must become `ready`; `labels` beside them (omitted: undecided; "": there
must be none; with `no_labels_too` none is right too). Both may name cells instead, as "B4:B9,B11". `either`: ids
that may be ready or held. `held`: ids that must be held. `ask`: "no" (the column is obvious), "may" (both is
right), "must" (taking or marking any column is wrong). `why`: a reason.
"""

from __future__ import annotations

import csv
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HALVES = ("tuning", "held_out")
_HERE = Path(__file__).parent

_REPEATED = re.compile(r"\*(\d+)(?:@(\d+))? ?(.*)", re.DOTALL)
_RANGE = re.compile(r"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?")
_LETTERS = 26


@dataclass(frozen=True)
class Cell:
    """A cell as typed. `kind` is "text", "quoted", "number", "date", "truth" or "error"."""

    text: str
    kind: str = "text"
    format: str = ""

    @classmethod
    def of(cls, written: str) -> Cell:
        """Read a cell's notation."""
        written = written.strip(" ")
        rest, _, form = written[1:].partition(";")
        if re.fullmatch(r"#-?\d[\d.]*(E[+-]?\d+)?(;.*)?", written):
            return cls(rest, "number", form)
        if written.startswith("@") and rest:
            return cls(rest, "date", form or "yyyy-mm-dd")
        kind = {"?": "truth", "!": "error", "'": "quoted"}.get(written[:1]) if len(written) > 1 else None
        return cls(written[1:], kind) if kind is not None else cls(written)


@dataclass(frozen=True)
class SheetCells:
    """The cells of a sheet. Ranges are spreadsheet names, rows count from 1, columns are letters."""

    rows: tuple[tuple[Cell, ...], ...]
    name: str = "Sheet1"
    merged: tuple[str, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[str] = frozenset()
    struck_rows: frozenset[int] = frozenset()
    hidden: bool = False

    @property
    def width(self) -> int:
        """The number of columns."""
        return max(map(len, self.rows))


@dataclass(frozen=True)
class ListCase:
    """A list and its expected result. `theme`: its file. `text` is None if there are sheets instead."""

    name: str
    theme: str
    source: str
    ask: str
    ids: tuple[str, ...]
    labels: tuple[str, ...] | None = None
    no_labels_too: bool = False
    either: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    text: str | None = None
    sheets: tuple[SheetCells, ...] = ()
    encoding: str = "utf-8"
    pattern: str = ""
    part: dict[str, Any] = field(default_factory=dict)
    known: tuple[str, ...] = ()


def lists_of(half: str) -> list[ListCase]:
    """Return the lists of a half, in the order of their files."""
    files = sorted((_HERE / half).glob("*.toml"))
    themes = {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in files}
    return [_case(entry, theme) for theme, content in themes.items() for entry in content["list"]]


def column_at(letters: str) -> int:
    """Return the index of a column, from 0, by its letters."""
    place = 0
    for letter in letters:
        place = place * _LETTERS + ord(letter) - ord("A") + 1
    return place - 1


def cells_between(span: str) -> list[tuple[int, int]]:
    """Return row (from 1) and column (from 0) of each cell of a range, row by row."""
    found = _RANGE.fullmatch(span.strip())
    assert found is not None, span
    first, top, last, bottom = found.groups()
    columns = range(column_at(first), column_at(last or first) + 1)
    return [(row, column) for row in range(int(top), int(bottom or top) + 1) for column in columns]


def _repeated(lines: list[str]) -> list[str]:
    found = []
    for line in lines:
        times = _REPEATED.fullmatch(line)
        if times is None:
            found.append(line)
            continue
        first = int(times[2] or 1)
        found += [_numbered(times[3], n) for n in range(first, first + int(times[1]))]
    return found


def _numbered(line: str, n: int) -> str:
    return re.sub(r"\{n(:[^}]*)?\}", lambda place: format(n, (place[1] or ":")[1:]), line)


def _lines(text: str) -> list[str]:
    return _repeated(text.strip("\n").split("\n"))


def _sheet(entry: dict[str, Any]) -> SheetCells:
    rows = tuple(tuple(map(Cell.of, line.split("|"))) for line in _lines(entry["cells"]))
    return SheetCells(
        rows,
        entry.get("sheet_name", "Sheet1"),
        tuple(entry.get("merged", ())),
        frozenset(entry.get("hidden_rows", ())),
        frozenset(entry.get("hidden_columns", ())),
        frozenset(entry.get("struck_rows", ())),
        entry.get("hidden", False),
    )


_OF_A_SHEET = {"cells", "sheet_name", "merged", "hidden_rows", "hidden_columns", "struck_rows", "hidden"}
_OF_A_LIST = {"name", "source", "text", "sheets", "encoding", "rules", "known"}
_EXPECTED = {"ask", "ids", "labels", "no_labels_too", "either", "held", "read_from", "why"}
_RULES = {"pattern", "part"}


def _case(entry: dict[str, Any], theme: str) -> ListCase:
    name, rules = entry["name"], entry.get("rules", {})
    assert set(entry) <= _OF_A_SHEET | _OF_A_LIST | _EXPECTED, (name, set(entry))
    assert set(rules) <= _RULES, name
    assert entry["ask"] in {"no", "may", "must"}, name
    assert ("ids" in entry) == (entry["ask"] != "must"), name
    text = "\n".join(_lines(entry["text"])).replace("→", "\t") if "text" in entry else None
    sheets = tuple(map(_sheet, entry.get("sheets", [entry] if "cells" in entry else [])))
    assert bool(sheets) != (text is not None), name
    grid = _grid(text, sheets, entry)
    ids = _expected(entry.get("ids", []), grid)
    labels = _expected(entry["labels"], grid) if "labels" in entry and entry["labels"] != "" else None
    if entry.get("labels") == "":
        labels = ("",) * len(ids)
    assert labels is None or len(labels) == len(ids), (name, len(labels), len(ids))
    assert len(set(ids)) == len(ids), name
    assert all(one == one.strip() and one for one in ids), name
    return ListCase(
        name,
        theme,
        entry["source"],
        entry["ask"],
        ids,
        labels,
        entry.get("no_labels_too", False),
        frozenset(_expected(entry.get("either", []), grid)),
        frozenset(_expected(entry.get("held", []), grid)),
        text,
        sheets,
        entry.get("encoding", "utf-8"),
        rules.get("pattern", ""),
        rules.get("part", {}),
        tuple(_repeated(entry.get("known", []))),
    )


def _grid(text: str | None, sheets: tuple[SheetCells, ...], entry: dict[str, Any]) -> list[list[str]]:
    if text is None:
        return [[cell.text for cell in row] for row in sheets[entry.get("read_from", 1) - 1].rows]
    delimiter = {"csv": ",", "semicolons": ";"}.get(entry["source"], "\t")
    return [next(csv.reader([line], delimiter=delimiter), [""]) for line in text.split("\n")]


def _expected(given: str | list[str], grid: list[list[str]]) -> tuple[str, ...]:
    if isinstance(given, list):
        return tuple(_repeated(given))
    places = [place for span in given.split(",") for place in cells_between(span)]
    return tuple(grid[row - 1][column] if column < len(grid[row - 1]) else "" for row, column in places)
