"""A list of devices from elsewhere against a sheet: which are not scanned, and which are not in the list.

Owns the comparison. Reading the list's file or clipboard is for `tabular`; ids are read as `reading` reads them for
the sheet, so that a space or another case makes no difference here that it does not make there.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.common.progress import Watch
from bindtool.core.intake.reading import read_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.barcode.rules import ScanRules
    from bindtool.core.sheet.sheet import Sheet


_OFTEN = 500
"""Cells after which it is asked whether somebody still waits."""

_NOBODY = Watch()


@dataclass(frozen=True, slots=True)
class WantedList:
    """The ids of a list, each once, in its order. `repeats`: those that stand in it more than once, how often."""

    ids: tuple[str, ...]
    repeats: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """`missing`: ids of the list that no row has. `extra`: numbers of rows whose id is not in the list."""

    missing: tuple[str, ...]
    extra: tuple[int, ...]


def read_wanted(texts: Sequence[str], rules: ScanRules, watch: Watch = _NOBODY) -> WantedList:
    """Return the list that these cells make; those in which there is no id are left out.

    Raises:
        ReadingStopped: `watch` says so.
    """
    times: Counter[str] = Counter()
    for at, text in enumerate(texts):
        if at % _OFTEN == 0:
            watch.at(at / len(texts))
        times[read_text(text, rules, scanned=False).device_id] += 1
    del times[""]
    return WantedList(tuple(times), tuple((one, n) for one, n in times.items() if n > 1))


def compare(wanted: WantedList, sheet: Sheet) -> Compared:
    """Compare a list with a sheet as it is now; a row without an id is no device."""
    there = {row.device_id for row in sheet}
    ids = set(wanted.ids)
    missing = tuple(device_id for device_id in wanted.ids if device_id not in there)
    return Compared(missing, tuple(row.number for row in sheet if row.device_id and row.device_id not in ids))
