"""How the values that benches tell one another become JSON, and JSON the values again.

Owns the order of an entry's fields on the way. What the server does with them is `schema`'s.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bindtool.core.channel import Channel
from bindtool.core.history import LedgerKey
from bindtool.core.shared_entry import Page, Place, SharedEntry, Taken
from bindtool.core.store.codec import storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bindtool.core.shared_entry import Claimant


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


def page_from(rows: Sequence[Sequence[Any]] | None, place: Place, limit: int) -> Page | None:
    """Return a page of at most `limit` entries behind `place` from what the server gave, up to one more."""
    if rows is None:
        return None
    entries = tuple(map(_entry_from, rows[:limit]))
    if entries:
        place = Place(rows[len(entries) - 1][0], entries[-1].key)
    return Page(entries, place, more=len(rows) > limit)


def taken_from(row: Sequence[Any]) -> Taken:
    """Return a device that somebody else has from what the server gave."""
    device_id, machine, operator, since, bound_at, label = row
    bound = None if bound_at is None else datetime.fromisoformat(bound_at)
    return Taken(device_id, machine, operator, bound or datetime.fromisoformat(since), bound, label)


def turn_from(row: Sequence[Any]) -> Taken:
    """Return who has a turn from what the server gave."""
    machine, operator, since = row
    return Taken("", machine, operator, datetime.fromisoformat(since))


def _entry_from(row: Sequence[Any]) -> SharedEntry:
    _, bench, entry, machine, *channel, device_id, label, written_at, log_id, operator, profile, job = row
    return SharedEntry(
        LedgerKey(bench, entry),
        machine,
        Channel(*channel),
        device_id,
        label,
        datetime.fromisoformat(written_at),
        log_id,
        operator,
        profile,
        job,
    )


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
