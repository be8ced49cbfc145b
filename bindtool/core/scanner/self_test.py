"""The self-test of a scanner: a known text, the differences in its scan, and the rules that cure them.

`gui/scanning/setup/test_page.py` shows the text as codes and takes the scan.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from bindtool.core.scanner.keyboard_layouts import mangled, repair, without_shift
from bindtool.core.scanner.scan_rules import LONGEST_EVEN_GAP, SCANNER_BOUNDS, EndKey, Keyboard, ScanRules

if TYPE_CHECKING:
    from bindtool.core.scanner.burst import Burst

SHOWN = 'AZMyqw0123456789:;{}"[]/?=&-_'
"""Every character that a wrong setting changes, and no more: it has to fit into a Code 128."""

_PLAIN = SHOWN[:18]
"""The part without dead keys of any layout: if such a key eats the next one, this still arrives."""


class Difference(StrEnum):
    """The faults that the test can find. The value is the id of the text about it."""

    NO_END = "scanner_test.no_end"
    TWO_ENDS = "scanner_test.two_ends"
    SLOW = "scanner_test.slow"
    KEYBOARD = "scanner_test.keyboard"
    CAPS_LOCK = "scanner_test.caps_lock"
    SHIFT_LOST = "scanner_test.shift_lost"
    DROPPED = "scanner_test.dropped"
    PREFIX = "scanner_test.prefix"
    SUFFIX = "scanner_test.suffix"
    MARK = "scanner_test.mark"
    OTHER = "scanner_test.other"


CURABLE = frozenset(
    {
        Difference.NO_END,
        Difference.TWO_ENDS,
        Difference.SLOW,
        Difference.KEYBOARD,
        Difference.PREFIX,
        Difference.SUFFIX,
        Difference.MARK,
    }
)
"""Faults that rules compensate; a person has to fix the others at the keyboard or the scanner."""


@dataclass(frozen=True, slots=True)
class SelfTestResult:
    """One difference; `text`: the added text, or the keyboard by its value; `n`: a count, or milliseconds."""

    difference: Difference
    text: str = ""
    n: int = 0


_THE_SAME = SelfTestResult(Difference.KEYBOARD, Keyboard.SAME)
_NOTHING_ADDED = SelfTestResult(Difference.PREFIX)
_MARK = re.compile(r"(.*?)(\][A-Za-z][0-9A-Za-z](?:\\\d{6})?|\\\d{6})?", re.DOTALL)
"""The part before the text: a prefix, then the identifier of AIM (ISO/IEC 15424) or ECI."""


def compare(burst: Burst, rules: ScanRules) -> tuple[SelfTestResult, ...]:
    """Return the differences between `SHOWN` and a scan of it, those of the typing first; none if all is right.

    Raises nothing, for any input.
    """
    return (*_typing(burst, rules), *_content(burst.text))


def cured(rules: ScanRules, burst: Burst) -> ScanRules:
    """Return the rules adapted to a scan of `SHOWN`; unchanged if no change is needed.

    A scan that can't be understood changes nothing.
    """
    findings = {finding.difference: finding for finding in compare(burst, rules)}
    if Difference.OTHER in findings:
        return rules
    scanner, part = rules.scanner, rules.part
    understood = findings.keys().isdisjoint({Difference.CAPS_LOCK, Difference.SHIFT_LOST, Difference.DROPPED})
    if Difference.NO_END in findings:
        scanner = replace(scanner, end=EndKey.PAUSE)
    elif scanner.end is not EndKey.PAUSE and scanner.end not in {EndKey.RETURN_OR_TAB, *burst.ends}:
        scanner = replace(scanner, end=EndKey.RETURN_OR_TAB)
    if Difference.SLOW in findings:
        # If possible, allow no gap so long that people are taken for scanners.
        fits = burst.longest_gap <= LONGEST_EVEN_GAP
        longest = LONGEST_EVEN_GAP if fits else SCANNER_BOUNDS["longest_gap"][1]
        scanner = replace(scanner, longest_gap=min(longest, burst.longest_gap * 3 // 2))
    if understood:
        keyboard = Keyboard(findings.get(Difference.KEYBOARD, _THE_SAME).text)
        prefix = findings.get(Difference.PREFIX, _NOTHING_ADDED).text
        # The prefix is matched against the keys as they arrive.
        scanner = replace(scanner, keyboard=keyboard, prefix=mangled(prefix, keyboard))
    if Difference.SUFFIX in findings:
        part = replace(part, strip_suffix=findings[Difference.SUFFIX].text)
    if Difference.MARK in findings:
        part = replace(part, strip_marks=True)
    return replace(rules, scanner=scanner, part=part)


def _typing(burst: Burst, rules: ScanRules) -> list[SelfTestResult]:
    found = []
    if not burst.ends:
        found.append(SelfTestResult(Difference.NO_END))
    elif len(burst.ends) > 1:
        found.append(SelfTestResult(Difference.TWO_ENDS, n=len(burst.ends)))
    if burst.longest_gap > rules.scanner.longest_gap:
        found.append(SelfTestResult(Difference.SLOW, n=burst.longest_gap))
    return found


def _content(text: str) -> list[SelfTestResult]:
    if SHOWN in text:
        return _around(text)
    for keyboard in Keyboard:
        sent = repair(text, keyboard)
        if sent is not None and SHOWN in sent:
            return [SelfTestResult(Difference.KEYBOARD, keyboard), *_around(sent)]
    if _by_caps_lock(text):
        return [SelfTestResult(Difference.CAPS_LOCK)]
    for keyboard in Keyboard:
        plain = mangled(_PLAIN, keyboard)
        if plain != _PLAIN and plain in text:
            return [SelfTestResult(Difference.KEYBOARD, keyboard)]
    if without_shift(SHOWN) in text:
        return [SelfTestResult(Difference.SHIFT_LOST)]
    if text and _is_left_of(text, SHOWN):
        return [SelfTestResult(Difference.DROPPED, n=len(SHOWN) - len(text))]
    return [SelfTestResult(Difference.OTHER, text)]


def _around(text: str) -> list[SelfTestResult]:
    before, _, after = text.partition(SHOWN)
    parts = _MARK.fullmatch(before)
    prefix, mark = parts.groups(default="") if parts else (before, "")
    said = ((Difference.PREFIX, prefix), (Difference.MARK, mark), (Difference.SUFFIX, after))
    return [SelfTestResult(difference, added) for difference, added in said if added]


def _by_caps_lock(text: str) -> bool:
    """Return whether Caps Lock explains it; if the keyboard layout differs too, Caps Lock has to go first."""
    swapped = text.swapcase()
    read = [repair(swapped, keyboard) for keyboard in Keyboard]
    read += [repair(text, keyboard, shift_locked=True) for keyboard in Keyboard if keyboard is not Keyboard.SAME]
    return any(sent is not None and SHOWN in sent for sent in read)


def _is_left_of(text: str, whole: str) -> bool:
    """Return whether `text` is `whole` with some characters missing."""
    rest = iter(whole)
    return all(character in rest for character in text)
