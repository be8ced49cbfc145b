"""Whether the cells of a column fit what the profile says of ids."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bindtool.core.barcode.code import parse
from bindtool.core.barcode.extract import TakenPart, take_part
from bindtool.core.barcode.scan_rules import CheckDigit
from bindtool.core.intake.id_rules import IdJudge
from bindtool.core.intake.reading import read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bindtool.core.barcode.scan_rules import ScanRules

_MOST = 0.8
_MOST_READ = 50
"""Cells of a column: a pattern takes its time."""


def fits_rules(rules: ScanRules, cells: Sequence[str]) -> bool:
    """Tell whether most cells have an id as the rules want it, or a part that they take; without rules none has."""
    ids = rules.ids
    if not (ids.pattern or ids.length or ids.check is not CheckDigit.NONE):
        return has_parts(rules, cells)
    # What ids of other channels look like is no matter of rules.
    judge = IdJudge(replace(ids, odd_one_out=False, beyond_ascii=True))

    def is_allowed(cell: str) -> bool:
        read = read_text(cell, rules, scanned=False)
        return read.problem is None and judge.why_held(read.device_id) is None

    return _most(cells, is_allowed)


def has_parts(rules: ScanRules, cells: Sequence[str]) -> bool:
    """Tell whether the rule for the parts of a code takes an id out of most cells."""

    def has_part(cell: str) -> bool:
        code = parse(cell, in_cell=True)
        return code.kind is not None and isinstance(take_part(rules.part, code), TakenPart)

    return rules.part.takes_something and _most(cells, has_part)


def _most(cells: Sequence[str], fits: Callable[[str], bool]) -> bool:
    read = [cell for cell in cells if cell.strip()][:_MOST_READ]
    return bool(read) and sum(map(fits, read)) >= _MOST * len(read)
