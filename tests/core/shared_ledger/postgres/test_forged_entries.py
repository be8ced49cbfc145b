"""What a server says is not believed blindly, whoever has written it there: it is left out, or is an error."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from contextlib import closing

import pytest

from bindtool.core.common.errors import LedgerFailed
from bindtool.core.model.row import HoldReason
from bindtool.core.shared_ledger.ledger import Claimed
from bindtool.core.shared_ledger.postgres import client
from bindtool.core.shared_ledger.postgres.client import LONGEST_NAME, PostgresServer, taken_from
from bindtool.core.shared_ledger.postgres.sync import ServerSync
from tests.core.shared_ledger.bench import Bench
from tests.core.shared_ledger.forged import YEAR_ONE, forge, forge_number
from tests.core.shared_ledger.samples import (
    BEGINNING,
    CHANNEL,
    NOWHERE,
    ONE,
    TWO,
    an_entry,
    page_of,
)
from tests.postgres import Database

Ends = tuple[socket.socket, socket.socket]
Of = Callable[[Bench], ServerSync]

LARGE = "repeat('x', 20000000)"
FORGED = {
    "no label": {"label": "''"},
    "a label of spaces": {"label": "' '"},
    "a label with a control character": {"label": "E'a\\x1b[2J'"},
    "a label of 20 MB": {"label": LARGE},
    "a long label": {"label": "repeat('x', 5000)"},
    "an id of 300 characters": {"device_id": "repeat('x', 300)"},
    "an id with a line end": {"device_id": "E'a\\nb'"},
    "a token": {"operator": "'pat_' || repeat('x', 32)"},
    "an operator of 20 MB": {"operator": LARGE},
    "the year 1": {"written_at": f"'{YEAR_ONE}'", "bound_at": f"'{YEAR_ONE}'"},
    "the year 9999": {"written_at": "'9999-12-31T23:59:59-08:00'"},
    "no such day": {"written_at": "'2026-02-30T00:00:00+08:00'"},
    "a bench of 65 characters": {"bench": "repeat('b', 65)"},
    "a bench with a line end": {"bench": "E'a\\nb'"},
}
"""What the columns of an entry are, as SQL."""


@pytest.mark.parametrize("name", FORGED)
def test_an_entry_that_can_not_be_believed(
    ledger: Database, a: Bench, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It is left out, counted and named once; those beside it are taken, and the next ones are read on."""
    caplog.set_level(logging.INFO)
    with closing(ledger.connect()) as one, closing(a.sync(ledger.connect)) as sync:
        one.push([an_entry(1)])
        forge(ledger, 2, **FORGED[name])
        one.push([an_entry(3)])
        page = page_of(one)
        assert (page.entries, page.left_out) == ((an_entry(1), an_entry(3)), 1)
        first = page_of(one, limit=2)
        assert (first.entries, first.left_out, first.more) == ((an_entry(1),), 1, True)
        # A place of which nothing can be read is one all the same.
        assert page_of(one, first.cursor).entries == (an_entry(3),)
        for _ in range(2):
            sync.run()
        assert a.news == [an_entry(1), an_entry(3)]
        assert caplog.text.count("left out: 1") == 1
        # What would end a Bind on a channel that replaces its list.
        assert len(a.store.bindings.bound_devices(CHANNEL)) == 2


def test_texts_for_people(ledger: Database) -> None:
    """They are mended: a log id that moves the cursor, or a long operator, costs no entry."""
    with closing(ledger.connect()) as one:
        one.push([an_entry(1)])
        forge(ledger, 2, log_id="E'a\\x1b[2J'", operator="repeat('x', 5000)", job="E'a\\tb'", label="'标签'")
        entry = page_of(one).entries[1]
        assert (entry.log_id, entry.operator, entry.job, entry.label) == ("a\ufffd[2J", "x" * 4096, "a\tb", "标签")


@pytest.mark.parametrize("name", ["a label of 20 MB", "an operator of 20 MB"])
def test_what_is_too_large_does_not_come(ledger: Database, name: str) -> None:
    """The server keeps it to itself."""
    with closing(ledger.connect()) as one:
        one.push([an_entry(1)])
        forge(ledger, 2, **FORGED[name])
        asked = {"number": 0, "bench": None, "entry": None, "limit": 10}
        rows = one._session.ask(client._READ_ON, **asked)  # noqa: SLF001 - nothing else tells what came
        assert [row[3] is None for row in rows] == [False, True]


def test_what_is_too_large_of_others_does_not_come(
    ledger: Database, one: PostgresServer, two: PostgresServer
) -> None:
    """Their claims and turns: that somebody has them is known, and no more."""
    one.claim(ONE, CHANNEL, ["SPK1"], NOWHERE, 300)
    one.take_turn(ONE, CHANNEL, 300)
    for table in ("claim", "turn"):
        ledger.sql(f"UPDATE bindtool.{table} SET operator = repeat('x', 100000)")  # noqa: S608 - our own
    (taken,) = two.claim(TWO, CHANNEL, ["SPK1"], NOWHERE, 300)
    assert (taken.machine, taken.operator) == ("", "")
    turn = two.take_turn(TWO, CHANNEL, 300)
    assert turn is not None
    assert len(turn.operator) == 256


def test_a_device_that_somebody_else_has() -> None:
    """What cannot be believed of it is cut or left out: nothing here ends a Bind."""
    row = ["SPK1", "line\x1b[2J", "x" * 5000, None, BEGINNING.isoformat(), "label\n"]
    taken = taken_from(row)
    assert taken is not None
    assert (taken.machine, len(taken.operator), taken.label) == ("line\ufffd[2J", LONGEST_NAME, "label\ufffd")
    assert Claimed((taken,)).reasons(BEGINNING)[taken.device_id].reason is HoldReason.BOUND_THERE
    assert taken_from([*row[:4], YEAR_ONE, ""]) is None


@pytest.mark.parametrize("forged", ["9220000000000000000", "1000000000", "-7"])
def test_a_number_that_nobody_gives(ledger: Database, one: PostgresServer, forged: str) -> None:
    """Numbers that no label can have are not taken."""
    forge_number(ledger, forged)
    with pytest.raises(LedgerFailed, match=r"ledger\.failed"):
        one.reserve(CHANNEL, "SN", ONE.bench, 10, 0)
