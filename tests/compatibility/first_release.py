"""What 0.1.0 has left (tests/fixtures/0.1.0), laid out for the program of today, and how it looks to it.

The tests of compatibility reach the program through here and through its public faces, so that a change of names
inside it needs few edits.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bindtool.core.common.clock import SystemClock
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.model.channel import Channel
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.store import Store
from bindtool.practice import channel as practice

if TYPE_CHECKING:
    from bindtool.core.common.messages import Message
    from bindtool.core.model.outcome import Answer
    from bindtool.core.model.row import Row

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "0.1.0"
SITE = "http://127.0.0.1:18080"
REPLACING_SITE = "http://127.0.0.1:18081"
LEDGER = "postgresql://line_bench@127.0.0.1:5432/bindtool"
CHANNEL = Channel(SITE, practice.CONNECTOR_ID, practice.KEY, practice.USER_ID)

DATA_FOLDERS = tuple(str(path.parent.relative_to(FIXTURES)) for path in sorted(FIXTURES.rglob("bindtool.sql")))


def lay_out(name: str, folder: Path, **instead: str) -> DataFolder:
    """Lay a data folder out in `folder`/data, and the machine's profiles beside it in `folder`/machine.

    `instead`: `site` and `ledger` stand in place of those of then, since no test can count on their ports.
    """
    data = DataFolder(folder / "data")
    for path in sorted((FIXTURES / name).rglob("*")):
        place = path.relative_to(FIXTURES / name)
        if path.is_file() and place.suffix != ".sql":
            copy = (folder if place.parts[0] == "machine" else data.path) / place
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(text(f"{name}/{place.as_posix()}", **instead), encoding="utf-8", newline="")
    with closing(sqlite3.connect(data.database)) as database:
        database.executescript(text(f"{name}/bindtool.sql", **instead))
    return data


def text(name: str, *, site: str = SITE, ledger: str = "") -> str:
    """Return what is in a file, with another site and another ledger in place of those of then."""
    found = (FIXTURES / name).read_bytes().decode().replace(SITE, site)
    return found.replace(LEDGER, ledger) if ledger else found


def lines(name: str) -> list[Any]:
    """Return the values of a file of JSON lines."""
    return [json.loads(line) for line in text(name).splitlines()]


def opened(data: DataFolder) -> Store:
    """Open the database of a data folder."""
    return Store(data.database, SystemClock())


# ---------------------------------------------------------------- sheets


def sheets_of_then(name: str) -> Any:
    """Return what 0.1.0 said of all sheets of a data folder, in the form of `sheets_of`.

    What it said of a scanner's fault has another id now, and what can't be seen is named.
    """
    said = text(f"{name}/sheets.json").replace('"held.', '"reason.')
    return json.loads(said.replace('_control", {}', '_control", {"codes": "U+0007"}'))


def sheets_of(store: Store) -> list[dict[str, Any]]:
    """Return all sheets, the oldest first, with all that can be known of their rows, as values of JSON."""
    found = []
    for head in reversed(store.sheets.all()):
        current = store.sheets.current(head.profile, head.origin)
        sheet = Sheet(store.sheets.load(head.sheet_id))
        about = {
            "sheet_id": head.sheet_id,
            "created_at": head.created_at.isoformat(),
            "profile": head.profile,
            "job": head.job,
            "expected": head.expected,
            "operator": head.operator,
            "origin": head.origin,
            "current": current is not None and current.sheet_id == head.sheet_id,
            "last_number": store.sheets.last_number(head.sheet_id),
        }
        found.append({**about, "rows": [_row(sheet, row) for row in sheet]})
    return found


def _row(sheet: Sheet, row: Row) -> dict[str, Any]:
    standing, outcome = sheet.status(row.number), row.outcome
    return {
        "number": row.number,
        "device_id": row.device_id,
        "label": row.label,
        "source": row.source.value,
        "added_at": row.added_at.isoformat(),
        "operator": row.operator,
        "arrived": row.arrived,
        "note": None if row.note is None else _message(row.note.message),
        "held": None if row.held is None else _message(row.held.message),
        "state": standing.state.value,
        "reason": _message(standing.reason),
        "may_be_ticked": standing.held,
        "attempts": outcome.attempts,
        "request": outcome.request,
        "lost": outcome.lost,
        "answer": _answer(outcome.answer),
    }


def _message(message: Message | None) -> list[Any] | None:
    return None if message is None else [message.id, dict(message.values)]


def _answer(answer: Answer | None) -> dict[str, Any] | None:
    if answer is None:
        return None
    return {
        "time": answer.time.isoformat(),
        "code": answer.code,
        "message": answer.message,
        "log_id": answer.log_id,
        "http_status": answer.http_status,
    }
