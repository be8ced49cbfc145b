"""`--json`: what a script reads with a JSON reader alone, as the guide's schema has it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from bindtool.practice.server import PracticeServer
from bindtool.resource_paths import asset
from tests.cli.desk import Desk, Done
from tests.cli.devices_of_a_desk import GOOD, REFUSED
from tests.practice.faults import ScriptedAnswer

GUIDE = ("command-line.md", "command-line.zh.md")
TYPES: dict[str, set[Any]] = {
    "string": {str},
    "integer": {int},
    "number": {int, float},
    "null": {type(None)},
    "object": {dict},
}


def schemas(page: str = GUIDE[0]) -> Any:
    """Return the schemas of the guide by command."""
    text = asset("guide", page).read_text(encoding="utf-8")
    (block,) = re.findall(r"^```json\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return json.loads(block)["$defs"]


def fits(value: Any, schema: Any) -> bool:
    """Tell whether a value is what a schema of the guide says, which uses four words of JSON Schema."""
    if "enum" in schema or "const" in schema:
        return bool(value in schema.get("enum", [schema.get("const")]))
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(type(value) in TYPES[str(kind)] for kind in kinds):
        return False
    properties = schema.get("properties", {})
    if not properties:
        return True
    return list(value) == list(properties) and all(fits(value[name], properties[name]) for name in properties)


def objects(text: str) -> list[Any]:
    """Return the object of each line."""
    return [json.loads(line) for line in text.splitlines()]


def test_both_languages_have_the_same_schemas() -> None:
    """The words around them are another language's, the keys are not."""
    assert schemas(GUIDE[0]) == schemas(GUIDE[1])


def test_bind(desk: Desk, server: PracticeServer) -> None:
    """An object for each row, settled in whatever way, and a summary whose counts add up to the rows."""
    server.script([None, None, None, None, ScriptedAnswer(0, 500), ScriptedAnswer(0, 500), ScriptedAnswer(0, 500)])
    done = desk.bind(
        desk.file(GOOD[0], REFUSED, GOOD[1], "not an id", GOOD[1], GOOD[2]), "--json", "--batch-size", "1"
    )
    *rows, last = objects(done.out)
    assert all(fits(row, schemas()["bind"]) for row in rows)
    assert list(last) == ["summary"]
    assert fits(last["summary"], schemas()["summary"])
    assert sorted(row["row"] for row in rows) == [1, 2, 3, 4, 5, 6]
    counts = last["summary"]
    named = ("bound", "refused", "unknown", "unsent", "held", "ready")
    told = [row["status"].replace("incomplete", "held") for row in rows]
    assert {name: counts[name] for name in named} == {name: told.count(name) for name in named}
    assert counts["requests"] == len(server.requests)
    assert counts["known"] == 0
    assert done.status == 1


def test_what_was_bound_before_is_known(desk: Desk) -> None:
    """With --resume nothing leaves, and the summary says that all were bound before."""
    file = desk.file(*GOOD[:3])
    assert desk.bind(file, "--json").status == 0
    done = desk.bind(file, "--json", "--resume")
    assert done.status == 0
    counts = objects(done.out)[-1]["summary"]
    assert (counts["bound"], counts["known"], counts["requests"]) == (3, 3, 0)


def test_a_run_that_is_stopped_has_a_summary(desk: Desk, server: PracticeServer) -> None:
    """Rows that did not go are ready, each with the answer that stopped the run if it was in that request."""
    server.script([None, ScriptedAnswer(4100)])
    done = desk.bind(desk.file(*GOOD[:4]), "--json", "--batch-size", "2")
    *rows, last = objects(done.out)
    assert done.status == 3
    assert [(row["status"], row["code"]) for row in rows] == [
        ("bound", 0),
        ("ready", 4100),
        ("ready", 4100),
        ("ready", None),
    ]
    assert last["summary"]["ready"] == 3


@pytest.mark.parametrize("options", [("--dry-run",), ("--batch-size", "0")])
def test_where_nothing_is_sent_there_is_no_object(desk: Desk, options: tuple[str, ...]) -> None:
    """Wrong usage has no results."""
    done = desk.bind(desk.file(*GOOD), "--json", *options)
    assert (done.status, done.out) == (2, "")


def test_check(desk: Desk) -> None:
    """The same items and statuses as in the lines."""
    lines, found = desk.run("check"), desk.run("check", "--json")
    assert all(fits(each, schemas()["check"]) for each in objects(found.out))
    assert [[each["item"], each["status"]] for each in objects(found.out)] == [cells[:2] for cells in lines.cells]
    assert found.status == lines.status


def test_profile_list(desk: Desk) -> None:
    """The columns of the table; what is empty there is null."""
    head, *lines = desk.run("profile", "list").cells
    found = objects(desk.run("profile", "list", "--json").out)
    assert all(fits(each, schemas()["profile list"]) for each in found)
    assert [dict(zip(head, cells, strict=True)) for cells in lines] == [
        {name: value or "" for name, value in each.items()} for each in found
    ]


def test_history_export(desk: Desk) -> None:
    """The columns of the report, then those of the history, in a file or on standard output; it can be imported."""
    desk.bind(desk.file(*GOOD[:2]))
    path = desk.folder / "history.jsonl"
    assert desk.run("history", "export", "--json", str(path)).status == 0
    found = objects(path.read_text(encoding="utf-8"))
    assert all(fits(each, schemas()["history export"]) for each in found)
    assert [each["device_id"] for each in found] == list(GOOD[:2])
    assert objects(desk.run("history", "export", "--json", "-").out) == found
    assert desk.run("history", "import", str(path)).status == 0


def test_history_export_to_standard_output(desk: Desk) -> None:
    """The same table as in a file, with the ends of lines of standard output."""
    desk.bind(desk.file(*GOOD[:2]))
    path = desk.folder / "history.csv"
    done: Done = desk.run("history", "export", "-")
    assert desk.run("history", "export", str(path)).status == done.status == 0
    assert done.out == path.read_text(encoding="utf-8-sig")
