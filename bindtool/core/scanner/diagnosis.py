"""Diagnoses a scanner's faults from its last scan, the timing of its keys and the form of earlier ids.

A fault is a reason to hold a row, and the window offers to cure it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bindtool.core.barcode.code import Code, joined_codes
from bindtool.core.barcode.recent_ids import RecentIds, kinds_of
from bindtool.core.common.messages import Message
from bindtool.core.common.safe_text import shortened
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.scanner.keyboard_layouts import repair
from bindtool.core.scanner.scan_rules import EndKey, Keyboard, ScannerRules, ScanRules

if TYPE_CHECKING:
    from bindtool.core.scanner.burst import Burst


class FaultKind(StrEnum):
    """The faults of a scanner. The value is the id of its question."""

    NO_END = "trouble.no_end"
    TWO_ENDS = "trouble.two_ends"
    RUN_TOGETHER = "trouble.run_together"
    CAPS_LOCK = "trouble.caps_lock"
    KEYBOARD = "trouble.keyboard"
    SHIFT_LOST = "trouble.shift_lost"
    DROPPED = "trouble.dropped"


@dataclass(frozen=True, slots=True)
class ScannerFault:
    """The fault of one scan.

    `text`: the text as it came. `instead`: the text it should have been, several if several codes came as one, none
    if unknown. `keyboards`: the computer's keyboard layouts that would explain it.
    """

    kind: FaultKind
    text: str
    instead: tuple[str, ...] = ()
    keyboards: tuple[Keyboard, ...] = ()

    @property
    def hold(self) -> Hold:
        """The reason to hold the row; the end of a burst never holds it."""
        return Hold.of(HoldReason[self.kind.name], **self._texts)

    @property
    def question(self) -> Message:
        """The question to the user."""
        return Message.of(self.kind.value, **self._texts)

    @property
    def _texts(self) -> dict[str, str]:
        ends = (self.instead[0], self.instead[-1]) if self.instead else ("", "")
        texts = {"text": self.text, "first": ends[0], "last": ends[1]}
        return {name: shortened(text, _LONGEST_SAID) for name, text in texts.items()}


_ENOUGH_FOR_LENGTH = 5
"""After at least this many ids of one length, a shorter one has lost characters."""

_MOST_LOST = 3
_LONGEST = 2000
_LONGEST_SAID = 40
_UNUSUAL = 3
"""A gap of this many times the usual one may mean a missing key."""

_URL = r"(?a)https?://[\w.-]{3,}"
_PAIRS = r"[A-Za-z]{2,12}:[^;:]+(?:;[A-Za-z]{2,12}:[^;]+)+;?"
# A member of a JSON object. Its braces may be missing: on some keyboards they are dead keys.
_MEMBER = r"\"[\w .-]{1,40}\"\s?:"
_PLAIN = r"(?a)(?=\D*\d)[A-Za-z0-9][A-Za-z0-9_.:/-]{5,63}"
# A French or Belgian computer has these in place of digits; an id has none or one of them.
_SHIFTED_DIGITS = re.compile("[&\"'(!§]")
_SHIFT = str.maketrans({"[": "{", "]": "}", "'": '"', ";": ":"})


def read_keys(code: Code, recent: RecentIds, rules: ScannerRules) -> Code:
    """Return the code that the scanner sent, if `code` arrived by the keyboard layout that the rules name.

    A text that this layout can't produce stays unchanged, and so does one that fits the ids before it: it was
    pasted, or the scanner has been reconfigured.
    """
    text = code.arrived
    found = None if rules.keyboard is Keyboard.SAME else repair(text, rules.keyboard)
    if found is None or (recent.fit(text) and not recent.fit(found)):
        return code
    return code.with_text(found)


def fault_of(
    code: Code, read: Code, recent: RecentIds, rules: ScanRules, burst: Burst | None = None
) -> ScannerFault | None:
    """Return the fault of a scan, None if no known one. Linear in the text.

    Args:
        code: the text as it arrived, before any rule has changed it.
        read: the result of `read_keys` for it.
        recent: the ids before it that are in order, ten at most.
        rules: those in force.
        burst: its keys.
    """
    text, sent = code.arrived, read.arrived
    if len(text) > _LONGEST or recent.fit(sent):
        return None
    return (
        _other_keyboard(text, sent, recent)
        or _caps_lock(text, sent, recent, caps_lock=burst is not None and burst.caps_lock is True)
        or _run_together(read, recent, rules.scanner.shortest)
        or _shift_lost(sent)
        or (_dropped(sent, recent, burst) if rules.ids.odd_one_out else None)
    )


def fault_of_end(burst: Burst, rules: ScannerRules) -> ScannerFault | None:
    """Return the fault in the end of a burst, None for none.

    A held key is no scan: it repeats one character.
    """
    if len(burst.ends) > 1:
        return ScannerFault(FaultKind.TWO_ENDS, burst.text)
    held_down = len(set(burst.text)) == 1
    if burst.ends or rules.end is EndKey.PAUSE or held_down or len(burst.strokes) < rules.shortest:
        return None
    return ScannerFault(FaultKind.NO_END, burst.text)


def _other_keyboard(text: str, read: str, recent: RecentIds) -> ScannerFault | None:
    found = [(keyboard, repair(text, keyboard)) for keyboard in Keyboard]
    likely = [
        (keyboard, sent)
        for keyboard, sent in found
        if sent is not None and sent != read and _is_likelier(sent, read, recent)
    ]
    if not likely:
        return None
    # If several layouts fit, the text shown is the first one's; the others are offered too.
    keyboards = tuple(keyboard for keyboard, _ in likely)
    return ScannerFault(FaultKind.KEYBOARD, text, (likely[0][1],), keyboards)


def _is_likelier(sent: str, read: str, recent: RecentIds) -> bool:
    if _has_known_parts(sent) and not _has_known_parts(read):
        return True
    if recent.are_enough:
        return recent.fit(sent)
    looks_shifted = not read.isascii() or len(_SHIFTED_DIGITS.findall(read)) > 1
    return looks_shifted and re.fullmatch(_PLAIN, sent) is not None


def _has_known_parts(text: str) -> bool:
    return bool(re.match(_URL, text) or re.fullmatch(_PAIRS, text) or re.search(_MEMBER, text))


def _caps_lock(text: str, read: str, recent: RecentIds, *, caps_lock: bool) -> ScannerFault | None:
    swapped = read.swapcase()
    shift_locked = [repair(text, keyboard, shift_locked=True) for keyboard in (Keyboard.FRENCH, Keyboard.BELGIAN)]
    for sent in (swapped, *filter(None, shift_locked)):
        if sent != read and recent.fit(sent):
            return ScannerFault(FaultKind.CAPS_LOCK, text, (sent,))
    if caps_lock and not recent.are_enough and read.islower():
        return ScannerFault(FaultKind.CAPS_LOCK, text, (swapped,))
    return None


def _run_together(read: Code, recent: RecentIds, shortest: int) -> ScannerFault | None:
    text = read.arrived
    pieces = _pieces(text, recent, shortest) if recent.are_enough else ()
    pieces = pieces or joined_codes(text, has_parts=read.kind is not None) or ()
    return ScannerFault(FaultKind.RUN_TOGETHER, text, pieces) if pieces else None


def _pieces(text: str, recent: RecentIds, shortest: int) -> tuple[str, ...]:
    """Split where each piece looks like the ids before; else at each repetition of their common prefix."""
    for length in sorted(recent.lengths):
        pieces = tuple(text[at : at + length] for at in range(0, len(text), length))
        if len(pieces) > 1 and all(map(recent.fit, pieces)):
            return pieces
    for length in sorted(recent.lengths):
        if recent.fit(text[:length]) and recent.fit(text[length:]):
            return text[:length], text[length:]
    if len(recent.lead) > 1 and text.startswith(recent.lead):
        starts = [found.start() for found in re.finditer(re.escape(recent.lead), text)]
        ends = [*starts[1:], len(text)]
        pieces = tuple(text[start:end] for start, end in zip(starts, ends, strict=True))
        if len(pieces) > 1 and all(len(piece) >= shortest for piece in pieces):
            return pieces
    return ()


def _shift_lost(read: str) -> ScannerFault | None:
    lost = _has_known_parts(read.translate(_SHIFT)) and not _has_known_parts(read)
    return ScannerFault(FaultKind.SHIFT_LOST, read) if lost else None


def _dropped(read: str, recent: RecentIds, burst: Burst | None) -> ScannerFault | None:
    if len(recent.lengths) > 1 or len(recent.ids) < _ENOUGH_FOR_LENGTH:
        return None
    (length,) = recent.lengths
    lost = length - len(read)
    if not 0 < lost <= _MOST_LOST or not kinds_of(read) <= recent.kinds:
        return None
    # The end of the common prefix is the counter's upper digits, which change now and then.
    head = recent.common[: len(recent.common) * 2 // 3]
    begins = (head[:at] + head[at + lost :] for at in range(len(head) + 1))
    alike = any(begin and read.startswith(begin) for begin in begins)
    hole = burst is not None and _has_hole(burst)
    return ScannerFault(FaultKind.DROPPED, read) if alike or hole else None


def _has_hole(burst: Burst) -> bool:
    gaps = sorted(burst.gaps)
    return bool(gaps) and gaps[-1] > _UNUSUAL * max(1, gaps[len(gaps) // 2])
