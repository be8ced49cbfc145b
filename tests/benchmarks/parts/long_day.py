"""Writes a sheet as after a long day: python -m tests.benchmarks.parts.long_day FOLDER ROWS READY [PROFILE].

Most rows were bound 50 at a time, some refused, some left without an answer, some are held; ids in no order, labels
in Chinese. The last ones, READY of them, have not been sent.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from itertools import islice
from pathlib import Path

from bindtool.core.common.clock import SystemClock
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.model.row import Hold, HoldReason, Row, Source
from bindtool.core.store import Store

PROFILE = "Line 2"
_BEGIN = datetime(2026, 11, 25, 9, 30, tzinfo=timezone(timedelta(hours=8)))
_STATES = {State.BOUND: 88, State.REFUSED: 5, State.UNKNOWN: 2, State.INCOMPLETE: 5}


def rows(count: int, ready: int) -> Iterator[Row]:
    """Yield the rows, the same each time."""
    chance = random.Random(20261125)  # noqa: S311 - nothing is kept secret by it
    answer = Answer(_BEGIN)
    for number in range(1, count + 1):
        if number % 50 == 1:
            log_id = f"2026112509300{chance.randrange(16**12):012X}"
            answer = Answer(_BEGIN + timedelta(seconds=number), 0, "", log_id, 200)
        device_id = f"SPK26{chance.randrange(16**7):07X}1"
        (state,) = chance.choices(list(_STATES), list(_STATES.values()))
        sent = number <= count - ready
        yield Row(
            number,
            device_id,
            f"智能音箱-{device_id[-6:]}",
            Source.SCANNED,
            _BEGIN + timedelta(seconds=2 * number),
            "A12",
            arrived=device_id,
            held=Hold.of(HoldReason.ODD_ONE_OUT) if sent and state is State.INCOMPLETE else None,
            outcome=_outcome(number, state, answer) if sent else Outcome(),
        )


def _outcome(number: int, state: State, answer: Answer) -> Outcome:
    match state:
        case State.BOUND:
            return Outcome(state, answer, 1, number // 50)
        case State.REFUSED:
            alone = Answer(answer.time, 4000 + number % 7, "device not found", f"{answer.log_id}{number}", 200)
            return Outcome(state, alone, 3, number // 50)
        case State.UNKNOWN:
            return Outcome(state, Answer(answer.time), 3, number // 50, lost=True)
        case _:
            return Outcome()


async def write(folder: Path, count: int, ready: int, profile: str = PROFILE) -> None:
    """Write the sheet, a thousand rows at a time."""
    data = DataFolder(folder)
    data.create()
    with Store(data.database, SystemClock()) as store:
        head = await asyncio.wrap_future(store.sheets.create(profile=profile, operator="A12"))
        made = rows(count, ready)
        while piece := tuple(islice(made, 1000)):
            await asyncio.wrap_future(store.sheets.save(head.sheet_id, piece, ()))


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:]))
