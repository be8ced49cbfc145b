"""A screen reader's side of the accessibility bus, for Debian's own python3 with pyatspi; it knows no bindtool.

Usage: atspi_client.py PROCESS-ID. It reads questions from standard input, one a line of JSON such as
["find", "button", "Bind"], and writes an answer of one line of JSON to each. The first answer, [], comes unasked
once the program is on the bus and its announcements are listened to.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import pyatspi
from gi.repository import GLib

_CONTEXT = GLib.MainContext.default()
_LOOK_AGAIN_MS = 100
_STATES = (
    "checked",
    "checkable",
    "is_default",
    "editable",
    "enabled",
    "focused",
    "read_only",
    "selected",
    "sensitive",
    "showing",
)


class Client:
    """Looks at one program and keeps what it announces."""

    def __init__(self, process: int) -> None:
        self._process = process
        self._program: Any = None
        self._heard: list[list[Any]] = []

    def wait_for_program(self) -> None:
        """Wait until the program is on the bus, and listen to it."""
        GLib.timeout_add(_LOOK_AGAIN_MS, lambda: True)
        while self._program is None:
            _CONTEXT.iteration(True)
            desktop = pyatspi.Registry.getDesktop(0)
            programs = [desktop.getChildAtIndex(at) for at in range(desktop.childCount)]
            its_own = (one for one in programs if one is not None and one.get_process_id() == self._process)
            self._program = next((one for one in its_own if one.childCount), None)
        pyatspi.Registry.registerEventListener(self._hear, "object:announcement")

    def _hear(self, event: Any) -> None:
        self._heard.append([event.detail1, event.any_data])

    # questions

    def heard(self) -> list[list[Any]]:
        """Return the announcements so far: politeness (1 polite, 2 assertive) and words."""
        while _CONTEXT.pending():
            _CONTEXT.iteration(False)
        return self._heard

    def tree(self) -> list[dict[str, Any]]:
        """Return all visible objects, except the cells of tables."""
        return [_told(node) for node in _walk(self._program)]

    def find(self, role: str, name: str) -> dict[str, Any] | None:
        """Return the visible object with that role and name; None if there is none."""
        node = self._find(role, name)
        return None if node is None else _told(node)

    def press(self, role: str, name: str) -> bool:
        """Do the action Press; return whether the object was found."""
        node = self._find(role, name)
        if node is None:
            return False
        action = node.queryAction()
        names = [action.getName(at) for at in range(action.nActions)]
        return bool(action.doAction(names.index("Press")))

    def write(self, name: str, text: str) -> bool:
        """Set the text of a field; return whether it was accepted."""
        return bool(self._find("text", name).queryEditableText().setTextContents(text))

    def table(self, name: str) -> dict[str, Any]:
        """Return a table's headers and the text of its cells, row by row."""
        table = self._find("table", name).queryTable()
        columns = range(table.nColumns)
        return {
            "headers": [table.getColumnHeader(column).name for column in columns],
            "cells": [
                [table.getAccessibleAt(row, column).name for column in columns] for row in range(table.nRows)
            ],
        }

    def _find(self, role: str, name: str) -> Any:
        return next((one for one in _walk(self._program) if _role(one) == role and one.name == name), None)


def _say(answer: Any) -> None:
    print(json.dumps(answer), flush=True)  # noqa: T201 - its output is the protocol


def _walk(node: Any) -> Iterator[Any]:
    """Yield the visible objects, from the program downwards; skips objects that disappear meanwhile."""
    try:
        if node.getRoleName() != "application" and not node.getState().contains(pyatspi.STATE_SHOWING):
            return
        yield node
        children = (
            [] if node.getRoleName() == "table" else [node.getChildAtIndex(at) for at in range(node.childCount)]
        )
    except (GLib.Error, LookupError, NotImplementedError):
        return
    for child in children:
        if child is not None:
            yield from _walk(child)


def _role(node: Any) -> str:
    """Return a role's name in at-spi of Debian 13; that of Debian 12 says "push button"."""
    return str(node.getRoleName()).removeprefix("push ")


def _told(node: Any) -> dict[str, Any]:
    states = node.getState()
    interfaces = pyatspi.listInterfaces(node)
    return {
        "role": _role(node),
        "name": node.name,
        "description": node.description,
        "states": [name for name in _STATES if states.contains(getattr(pyatspi, f"STATE_{name.upper()}"))],
        "text": node.queryText().getText(0, -1) if "Text" in interfaces else None,
        "value": node.queryValue().currentValue if "Value" in interfaces else None,
    }


def main() -> None:
    """Serve until standard input ends."""
    client = Client(int(sys.argv[1]))
    client.wait_for_program()
    _say([])
    for line in sys.stdin:
        verb, *arguments = json.loads(line)
        _say(getattr(client, verb)(*arguments))


if __name__ == "__main__":
    main()
