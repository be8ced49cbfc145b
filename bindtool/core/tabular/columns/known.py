"""Which columns look like ids by what is known: the profile's rules, and what was bound on the channel before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bindtool.core.barcode.code import parse
from bindtool.core.barcode.extract import TakenPart, take_part
from bindtool.core.barcode.recent_ids import RecentIds, Shape
from bindtool.core.barcode.scan_rules import CheckDigit
from bindtool.core.intake.id_rules import IdJudge
from bindtool.core.intake.reading import read_text
from bindtool.core.model.device import normalise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bindtool.core.tabular.table.result import Known

_MOST = 0.8
_MOST_READ = 50
"""Cells of a column: a pattern takes its time."""

_MOST_BOUND = 200
_FEWEST_BOUND = 3


class KnownIds:
    """Tells whether the cells of a column fit what is known. What says nothing of ids fits nothing."""

    def __init__(self, known: Known) -> None:
        self._rules = known.rules
        ids = known.rules.ids
        self._rules_say_something = bool(ids.pattern or ids.length) or ids.check is not CheckDigit.NONE
        # What ids of other channels look like is no matter of rules.
        self._judge = IdJudge(replace(ids, odd_one_out=False, beyond_ascii=True))
        bound = RecentIds.of([text for text in map(normalise, known.bound[:_MOST_BOUND]) if text])
        self._bound_alike = len(bound.ids) >= _FEWEST_BOUND
        self._lead = bound.lead
        self._shapes = frozenset(map(Shape.of, bound.ids))

    def fits_rules(self, cells: Sequence[str]) -> bool:
        """Tell whether most cells have an id that the profile's rules for ids allow."""
        return self._rules_say_something and _most(cells, self._is_allowed)

    def has_parts(self, cells: Sequence[str]) -> bool:
        """Tell whether the profile's rule for the parts of a code takes an id out of most cells."""
        return self._rules.part.takes_something and _most(cells, self._has_part)

    def looks_bound(self, cells: Sequence[str]) -> bool:
        """Tell whether most cells look like the ids that were bound on this channel."""
        return self._bound_alike and _most(cells, self._is_like_bound)

    def _is_allowed(self, cell: str) -> bool:
        read = read_text(cell, self._rules, scanned=False)
        return read.problem is None and self._judge.why_held(read.device_id) is None

    def _has_part(self, cell: str) -> bool:
        code = parse(cell, in_cell=True)
        return code.kind is not None and isinstance(take_part(self._rules.part, code), TakenPart)

    def _is_like_bound(self, cell: str) -> bool:
        text = read_text(cell, self._rules, scanned=False).device_id
        return text.startswith(self._lead) and Shape.of(text) in self._shapes


def _most(cells: Sequence[str], fits: Callable[[str], bool]) -> bool:
    read = [cell for cell in cells if cell.strip()][:_MOST_READ]
    return bool(read) and sum(map(fits, read)) >= _MOST * len(read)
