"""A file of the history names each entry for good, and harms no spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

from bindtool.core.reports.csv_writer import COLUMNS as REPORT_COLUMNS
from bindtool.core.reports.history_export import COLUMNS, history_file, history_json
from tests.core.reports.test_history_import import ENTRY, UNSENT, record

BOUND = record(ENTRY)
NAMED = {
    "bench": "b" * 32,
    "entry": 7,
    "machine": "bench-3",
    "time": "2026-11-25T09:30:05.123456+08:00",
    "device_id": "0012",
    "label": "=智能音箱",
    "status": "bound",
    "code": 0,
    "message": "",
    "logid": "LOG1",
    "operator": "A12",
    "profile": "Line 2",
    "job": "WO-7",
    "site": "https://api.coze.cn",
    "connector_id": "7412345678901234567",
    "key": "device_id",
    "user_id": "2478774393",
}


def test_csv() -> None:
    """UTF-8 with BOM, a column each, nothing that a spreadsheet would run."""
    data = history_file(Path("history.csv"), [BOUND, UNSENT], "bench-3")
    assert data.startswith(b"\xef\xbb\xbf")
    head, bound, unsent = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert tuple(head) == COLUMNS
    assert dict(zip(head, bound, strict=True)) == {
        name: f"'{value}" if name == "label" else str(value) for name, value in NAMED.items()
    }
    assert unsent == ["", "", "bench-3", NAMED["time"], "'+1", "", "unsent", *[""] * 10]


def test_json_lines() -> None:
    """An object a line, texts as they are, null where there is nothing."""
    data = history_file(Path("HISTORY.JSONL"), [BOUND, replace(UNSENT, label="two\nlines")], "bench-3")
    bound, unsent = map(json.loads, data.decode().splitlines())
    assert bound == NAMED
    assert list(unsent) == list(COLUMNS)
    assert (unsent["bench"], unsent["code"], unsent["site"]) == (None, None, None)
    assert (unsent["label"], unsent["logid"]) == ("two\nlines", "")


def test_objects_for_a_program() -> None:
    """The report's columns come first, under the report's names; what is not known is null."""
    bound, unsent = history_json([BOUND, UNSENT], "bench-3")
    assert list(bound) == list(unsent) == list(dict.fromkeys((*REPORT_COLUMNS, *COLUMNS)))
    assert bound == NAMED | {"message": None, "row": None, "attempts": None, "source": None}
    assert (unsent["status"], unsent["device_id"], unsent["logid"]) == ("unsent", "+1", None)


def test_nothing_at_all() -> None:
    """There is a head for a table, and no line."""
    assert history_file(Path("a"), [], "x").decode("utf-8-sig") == ",".join(COLUMNS) + "\r\n"
    assert history_file(Path("a.jsonl"), [], "x") == b""
