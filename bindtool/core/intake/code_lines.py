"""Multi-line codes: finds the line with the id by the profile's rule; held if there is no rule for them.

`core/scanner/burst_detector.py` and `serial_framing` join the lines of one code by the time between them. A code
has several lines if a scanner sends its end key or a line end within it. A line end that is not the scanner's end
key is a character like any other.
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

    from bindtool.core.barcode.id_rules import PartRule
    from bindtool.core.scanner.scan_rules import ScanRules


_BETWEEN = "\r"
"""As the end key is sent. A line end within a line is a line feed."""


def lines_of(text: str) -> list[str]:
    """Return the non-empty lines of a code."""
    return [line for line in text.split(_BETWEEN) if line.strip()]


def joined(lines: Sequence[str]) -> str:
    """Join lines into a code, the inverse of `lines_of`."""
    return _BETWEEN.join(lines)


def line_with_id(text: str, rule: PartRule) -> str:
    """Return the line of a code given by the rule; the whole code if the rule does not apply to it."""
    lines = lines_of(text)
    return lines[rule.line - 1] if len(lines) > 1 and len(lines) == rule.lines else text


def read_scan(text: str, rules: ScanRules, recent: RecentIds = NO_IDS) -> Reading:
    """Read a scan of one or several lines; `recent`: the valid ids before it.

    If the number of lines differs from the rule's, the line with the id is unknown: a scanner that sends its stored
    scans in one batch sends several codes like this.
    """
    count, wanted = len(lines_of(text)), rules.part.lines
    if count <= 1:
        found = read_text(text, rules, recent, scanned=True)
        return replace(found, held=found.held or Hold.of(HoldReason.PART_PLAIN)) if wanted else found
    whole = _whole(text)
    if count != wanted:
        return Reading(whole, whole, held=Hold.of(HoldReason.LINES, n=count))
    found = read_text(line_with_id(text, rules.part), rules, recent, scanned=True)
    # A line with parts but no id found would pass for a rule's extract.
    return replace(found, code=whole, device=found.device if found.problem is None else whole)


def _whole(text: str) -> Code:
    """Parse several lines, each possibly a code of its own: together they are never too long."""
    return replace(parse(text), too_long=None, has_token=any(parse(line).has_token for line in lines_of(text)))
