"""A bench of 0.1.0 at a shared ledger: it sends the statements that 0.1.0 sends, with values in the same form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Self

from pg8000.native import Connection

from tests.compatibility.first_release import text

if TYPE_CHECKING:
    from bindtool.core.model.channel import Channel
    from tests.postgres import Database

MACHINE, OPERATOR = "bench-9", "李雷"


class OldBench:
    """A bench that is logged in.

    `channel`: the one that it binds on.
    """

    def __init__(self, ledger: Database, channel: Channel) -> None:
        known = json.loads(text("ledger/statements.json"))
        self._statements: dict[str, str] = known["statements"]
        (self._entry,) = json.loads(known["values"]["entries"])
        self._channel = [channel.site, channel.connector_id, channel.key, channel.user_id]
        self._who = known["values"]["who"]
        self.id: str = self._entry["bench"]
        address = ledger.bench
        settings = dict(known["settings"])
        self._connection = Connection(
            address.user,
            host=address.host,
            port=address.port,
            database=address.database,
            password=ledger.password.reveal(),
            application_name=settings.pop("application_name"),
            startup_params=settings,
        )
        ((_, version, _),) = self._connection.run(self._statements["look"])
        # It would say that this ledger needs another bindtool, and go no further.
        assert version == known["knows_version"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def tells(self, device_id: str, entry: int = 1) -> None:
        """Tell the others of a device that it has bound."""
        told = {**self._entry, "device_id": device_id, "entry": entry, "channel": self._channel}
        self._ask("push", entries=_json([told]))

    def hears(self) -> list[tuple[str, str, str, str]]:
        """Read the ledger from its beginning: the device, the label, the computer and the person of each entry."""
        rows = self._ask("read_on", number=0, bench=None, entry=None, limit=1001)
        assert all(len(row) == 15 for row in rows)
        return [(row[8], row[9], row[3], row[12]) for row in rows]

    def claims(self, *device_ids: str) -> dict[str, str]:
        """Claim devices that it has read nothing of; return, by device, the computer of whoever has it."""
        ids = _json(device_ids)
        taken = self._ask(
            "claim", who=self._who, channel=_json(self._channel), device_ids=ids, known=0, seconds=300.0
        )
        assert all(len(row) == 6 for row in taken)
        return {row[0]: row[1] for row in taken}

    def lets_go(self, *device_ids: str) -> None:
        """Give claims up, after it has let them go on."""
        self._ask("renew", bench=self.id, seconds=300.0)
        self._ask("let_go", bench=self.id, channel=_json(self._channel), device_ids=_json(device_ids))

    def reserves(self, series: str, count: int) -> range:
        """Reserve running numbers."""
        channel = _json(self._channel)
        first = self._ask("reserve", channel=channel, series=series, bench=self.id, count=count, above=0)
        return range(first, first + count)

    def takes_turn(self) -> str | None:
        """Want the turn to replace the channel's list; return the computer of whoever has it, None: it has it."""
        found = self._ask("take_turn", who=self._who, channel=_json(self._channel), seconds=43200.0)
        return None if found is None else str(found[0])

    def ends_turn(self) -> None:
        """Give its turn up, and look whether any is left."""
        self._ask("end_turn", channel=_json(self._channel))
        assert self._ask("clear_turn", bench=self.id, channel=_json(self._channel)) is True

    def _ask(self, name: str, **values: str | float | None) -> Any:
        ((value,),) = self._connection.prepare(self._statements[name]).run(**values)
        return value


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
