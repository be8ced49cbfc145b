"""Labels assigned before: their holders on a channel, and the running numbers used.

It queries the ledger and the sheets. Whether a label may be used twice is decided in `core.intake.holds`; the form
of a running number in `core.labels`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bindtool.core.store.tables.codec import ON_SITE, named_channel, storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bindtool.core.labels.template import LabelTemplate
    from bindtool.core.model.channel import Channel
    from bindtool.core.store.connection import Reader

_LAST_CHARACTER = "\U0010ffff"

_TAKEN_UP = """(
    SELECT * FROM run JOIN run_device USING (run_id)
    WHERE NOT EXISTS (
        SELECT 1 FROM ledger WHERE ledger.device_id = run_device.device_id AND ledger.label = run_device.label
    )
)"""
"""Devices of runs that the ledger lacks: reading the common ones twice would take half as long again."""


class Labels:
    """The labels assigned before. Thread-safe; fails as the store."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def holders(self, channel: Channel, labels: Iterable[str]) -> Mapping[str, tuple[str, str]]:
        """Return, by label, two ids bound with it on this channel; the same one twice if there is one.

        Two are enough to decide whether any device but a given one has the label.
        """
        asked = {storable(label): label for label in labels}
        with self._reader.reading() as connection:
            records = connection.execute(
                f"""
                SELECT label, min(device_id) AS one, max(device_id) AS other FROM (
                    SELECT label, device_id FROM json_each(:asked) AS asked
                    CROSS JOIN ledger INDEXED BY ledger_label
                    WHERE {ON_SITE} AND connector_id = :connector_id AND ledger.key = :key
                        AND user_id = :user_id AND label = asked.value
                    UNION ALL
                    SELECT label, device_id FROM json_each(:asked) AS asked
                    CROSS JOIN foreign_entry INDEXED BY foreign_label
                    WHERE {ON_SITE} AND connector_id = :connector_id AND foreign_entry.key = :key
                        AND user_id = :user_id AND label = asked.value
                ) GROUP BY label
                """,  # noqa: S608 - constants
                {"asked": json.dumps(list(asked)), **named_channel(channel)},
            )
            return {asked[record["label"]]: (record["one"], record["other"]) for record in records}

    def numbers(self, template: LabelTemplate, profile: str, channel: Channel | None) -> frozenset[int]:
        """Return the running numbers of this template found in labels.

        Searches all benches' bindings on the channel, devices of runs there, and every sheet of the profile, sent
        or not; without a channel only the sheets.
        """
        begins = storable(template.beginning)
        span = (begins, begins + _LAST_CHARACTER)
        with self._reader.reading() as connection:
            found: list[Sequence[str]] = connection.execute(
                """
                SELECT device_id, label FROM sheet JOIN sheet_row USING (sheet_id)
                WHERE profile = ? AND label >= ? AND label < ?
                """,
                (profile, *span),
            ).fetchall()
            if channel is not None:
                here = {**named_channel(channel), "begins": span[0], "ends": span[1]}
                # A lost answer may have been one of 0, whatever the row says now.
                for table in ("ledger", "foreign_entry", _TAKEN_UP):
                    found += connection.execute(
                        f"""
                        SELECT device_id, label FROM {table}
                        WHERE {ON_SITE} AND connector_id = :connector_id AND key = :key AND user_id = :user_id
                            AND label >= :begins AND label < :ends
                        """,  # noqa: S608 - constants
                        here,
                    )
        given = (template.number_in(label, device_id) for device_id, label in found)
        return frozenset(number for number in given if number is not None)
