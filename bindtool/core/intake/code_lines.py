"""Codes of several lines: which line has the id, by the profile's rule; held where no rule says so.

A code has several where a scanner sends its end key or a line end within it. That they are of one code is told
from the time between them, in `core/scanner/burst_detector.py` and `serial_framing`. A line end that is no end key
of the scanner is a character of a code like any other.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bindtool.core.barcode.code import Code, parse
from bindtool.core.barcode.extract import Reading
from bindtool.core.barcode.recent_ids import NO_IDS, RecentIds
from bindtool.core.intake.reading import read_text
from bindtool.core.model.row import Hold, HoldReason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.barcode.scan_rules import PartRule, ScanRules


_BETWEEN = "\r"
"""As the key is sent. A line end within one line is a line feed."""


def lines_of(text: str) -> list[str]:
    """Return the lines of a code, without empty ones."""
    return [line for line in text.split(_BETWEEN) if line.strip()]


def joined(lines: Sequence[str]) -> str:
    """Return the code that lines make, as `lines_of` takes it apart."""
    return _BETWEEN.join(lines)


def line_with_id(text: str, rule: PartRule) -> str:
    """Return the line of a code that the rule names; the whole code where it names none of this one."""
    lines = lines_of(text)
    return lines[rule.line - 1] if len(lines) > 1 and len(lines) == rule.lines else text


def read_scan(text: str, rules: ScanRules, recent: RecentIds = NO_IDS) -> Reading:
    """Read what one scan sent, of one line or of several; `recent`: the ids before it that are in order.

    Where the code has more lines or fewer than the rule says, nobody knows where the id is: a scanner that pours
    out what it has stored sends several codes so.
    """
    count, wanted = len(lines_of(text)), rules.part.lines
    if count <= 1:
        found = read_text(text, rules, recent, scanned=True)
        return replace(found, held=found.held or Hold.of(HoldReason.PART_PLAIN)) if wanted else found
    whole = _whole(text)
    if count != wanted:
        return Reading(whole, whole, held=Hold.of(HoldReason.LINES, n=count))
    found = read_text(line_with_id(text, rules.part), rules, recent, scanned=True)
    # A line with parts, of which none is known, would pass for what a rule has chosen.
    return replace(found, code=whole, device=found.device if found.problem is None else whole)


def _whole(text: str) -> Code:
    """Parse several lines, of which each may be a code of its own: together they are never too long."""
    return replace(parse(text), too_long=None, has_token=any(parse(line).has_token for line in lines_of(text)))
