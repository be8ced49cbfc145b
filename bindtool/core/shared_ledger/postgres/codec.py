"""How the values that benches tell one another become JSON, and JSON the values again.

It decides the order of an entry's fields on the way, and what of an answer is left out. What the server does with
them is in the migrations; what makes an entry believable is decided in `core.model.ledger_entry`.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bindtool.core.model.history_records import LedgerKey
from bindtool.core.model.ledger_entry import (
    LONGEST_TEXT,
    TEXTS,
    Page,
    SharedEntry,
    SyncCursor,
    TakenDevice,
    entry_of,
    has_control,
    time_of,
)
from bindtool.core.store.tables.codec import storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bindtool.core.model.channel import Channel
    from bindtool.core.model.ledger_entry import Claimant

LONGEST_NAME = 256
"""Characters of what a person is told of another bench, its computer or whoever sits at it."""

_FOR_PEOPLE = frozenset({"machine", "logid", "operator", "profile", "job"})
"""What names neither a device nor its channel: it is mended, since that a device is bound counts for more."""


def text_for_server(text: str) -> str:
    """Return a text as PostgreSQL can hold it: what it can't becomes U+FFFD, half a character or a NUL."""
    return storable(text).replace("\0", "\ufffd")


def entries_json(entries: Iterable[SharedEntry]) -> str:
    """Return entries as `push` takes them."""
    return _json([_fields(entry) for entry in entries])


def channel_json(channel: Channel) -> str:
    """Return a channel as the server's functions take it."""
    return _json(_channel_texts(channel))


def claimant_json(who: Claimant) -> str:
    """Return who claims as the server's functions take it."""
    return texts_json((who.bench, who.machine, who.operator))


def texts_json(texts: Iterable[str]) -> str:
    """Return texts as the server's functions take them."""
    return _json([text_for_server(text) for text in texts])


def page_from(rows: Sequence[Sequence[Any]] | None, cursor: SyncCursor, limit: int) -> Page | None:
    """Return a page of at most `limit` entries behind `cursor` from what the server gave, up to one more."""
    if rows is None:
        return None
    found = [_entry_from(row) for row in rows[:limit]]
    if found:
        number, bench, entry, _ = rows[len(found) - 1]
        cursor = SyncCursor(number, LedgerKey(bench, entry))
    entries = tuple(entry for entry in found if entry is not None)
    return Page(entries, cursor, more=len(rows) > limit, left_out=len(found) - len(entries))


def taken_from(row: Sequence[Any]) -> TakenDevice | None:
    """Return a device that somebody else has from what the server gave; None where that can't be believed."""
    device_id, machine, operator, since, bound_at, label = row
    if bound_at is None:
        return TakenDevice(device_id, _shown(machine), _shown(operator), datetime.fromisoformat(since))
    bound = time_of(bound_at)
    if bound is None:
        return None
    return TakenDevice(device_id, _shown(machine), _shown(operator), bound, bound, _shown(label))


def turn_from(row: Sequence[Any]) -> TakenDevice:
    """Return who has a turn from what the server gave."""
    machine, operator, since = row
    return TakenDevice("", _shown(machine), _shown(operator), datetime.fromisoformat(since))


def _entry_from(row: Sequence[Any]) -> SharedEntry | None:
    """Return an entry; None where it can't be believed, or is too large: the server gives its name alone then."""
    _, bench, entry, texts = row
    if texts is None:
        return None
    columns = dict(zip(TEXTS, texts, strict=True))
    mended = {name: _shown(columns[name], LONGEST_TEXT, "\t\r\n") for name in _FOR_PEOPLE}
    found = entry_of(bench, entry, columns | mended)
    return found if isinstance(found, SharedEntry) else None


def _shown(text: str, most: int = LONGEST_NAME, allowed: str = "") -> str:
    """Return as much of a text as a person is shown, with U+FFFD for control characters that are not allowed."""
    short = text[:most]
    if short.isprintable() or not has_control(short, allowed):
        return short
    return "".join("\ufffd" if has_control(sign, allowed) else sign for sign in short)


def _fields(entry: SharedEntry) -> dict[str, str | int | list[str]]:
    texts = {
        "bench": entry.key.bench,
        "machine": entry.machine,
        "device_id": entry.device_id,
        "label": entry.label,
        "written_at": entry.bound_at.isoformat(),
        "log_id": entry.log_id,
        "operator": entry.operator,
        "profile": entry.profile,
        "job": entry.job,
    }
    return {
        **{name: text_for_server(text) for name, text in texts.items()},
        "entry": entry.key.entry,
        "channel": _channel_texts(entry.channel),
    }


def _channel_texts(channel: Channel) -> list[str]:
    columns = (channel.site, channel.connector_id, channel.key, channel.user_id)
    return [text_for_server(text) for text in columns]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
