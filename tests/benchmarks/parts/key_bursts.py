"""Keys as scanners and people press them, into a real window: each with a moment of its own, none waited for.

Owns the generator and what is counted. A key's moment is the event's own stamp, by which the program goes as well:
a scan that takes a second is sent at once.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from itertools import product
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent

from bindtool.core.barcode.scan_rules import EndKey
from bindtool.core.model.outcome import State
from bindtool.core.sheet_view.sorting import Column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bindtool.app.language_switcher import LanguageSwitcher

PEACE = 1500
"""Milliseconds from one burst to the next: a person scans the next box."""

_LONGEST_STALL = 400
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_WORDS = "abcdefghijklmnopqrstuvwxyz "
_LABELLED = "a-row-with-a-label"
_KEYS = {"\n": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab}


class Hand(Enum):
    """Who presses keys: the shortest and the longest gap between two of them, in milliseconds."""

    USB = (1, 8)
    BLUETOOTH = (20, 50)
    PERSON = (45, 300)


class End(StrEnum):
    """What ends a burst. SILENCE: nothing, though the profile expects a key; PAUSE: nothing, as it says."""

    RETURN = "\n"
    TAB = "\t"
    TWO_RETURNS = "\n\n"
    RETURN_AND_TAB = "\n\t"
    SILENCE = "silence"
    PAUSE = "pause"

    @property
    def keys(self) -> str:
        """The keys that are pressed."""
        return "" if self in {End.SILENCE, End.PAUSE} else str(self)


class Place(StrEnum):
    """Where the cursor is."""

    FIELD = "field"
    LABEL = "label"


@dataclass(frozen=True)
class KeyBurst:
    """A text, and the milliseconds before each of its keys and of those that end it."""

    text: str
    end: End
    gaps: tuple[int, ...]


@dataclass(frozen=True)
class Round:
    """Bursts of one hand on a fresh sheet; `stalls`: each pauses once. `learn`: what was learnt before stays."""

    hand: Hand
    end: End
    place: Place
    stalls: bool
    learn: bool
    bursts: tuple[KeyBurst, ...]


def rounds(seed: int, count: int, size: int) -> Iterator[Round]:
    """Yield `count` rounds of `size` bursts for each hand, end and place, and with stalls, the same for a seed.

    Of people, who need no end to be told apart, there are as many bursts as of one scanner without stalls.
    """
    dice = random.Random(seed)  # noqa: S311 - figures, no secrets
    for at, hand, place in product(range(count), Hand, Place):
        learn = at % 2 == 1
        if hand is Hand.PERSON:
            made = _bursts(dice, hand, End.RETURN, size * len(End), stalls=False)
            yield Round(hand, End.RETURN, place, stalls=False, learn=learn, bursts=made)
            continue
        for end, stalls in product(End, (False, True)):
            yield Round(hand, end, place, stalls, learn, _bursts(dice, hand, end, size, stalls=stalls))


def _bursts(dice: random.Random, hand: Hand, end: End, size: int, *, stalls: bool) -> tuple[KeyBurst, ...]:
    length = dice.randint(8, 20)
    lead = "".join(dice.choices(_LETTERS, k=dice.randint(0, 3)))
    found = []
    for _ in range(size):
        if hand is Hand.PERSON:
            text = "".join(dice.choices(_WORDS, k=dice.randint(4, 24))).strip() or "label"
        else:
            # One letter at least, as most serials have.
            rest = dice.choices(_LETTERS + "0123456789", k=length - len(lead) - 2)
            text = lead + "".join(rest) + dice.choice(_LETTERS) + dice.choice("0123456789")
        gaps = [dice.randint(*hand.value) for _ in text + end.keys]
        if stalls:
            # Before any key but the first, the end key included.
            gaps[dice.randrange(1, len(text) + bool(end.keys))] += dice.randint(60, _LONGEST_STALL)
        found.append(KeyBurst(text, end, (PEACE, *gaps[1:])))
    return tuple(found)


async def until(so: Callable[[], bool]) -> None:
    """Let the window work until something is so, and a turn in any case: an editor closes in the next one."""
    await asyncio.sleep(0.002)
    while not so():  # noqa: ASYNC110 - nothing tells
        await asyncio.sleep(0.002)


class BurstBench:
    """A window that keys are pressed into.

    Args:
        place: the window at work, on an empty sheet and shown.
    """

    def __init__(self, place: LanguageSwitcher) -> None:
        self._window = place.window
        self._bench = place.controller
        self._at = 10_000
        self.scans = 0
        wedge = self._bench.scanning.wedge
        for told in (wedge.scanned, wedge.doubted, wedge.endless):
            told.connect(self._count_scan)

    def _count_scan(self) -> None:
        self.scans += 1

    async def judge(self, one: Round) -> Counter[str]:
        """Press the keys of a round and count what became of them.

        Of scanners: "right", "held", "in the field", "lost", and "wrong" for rows that are ready and were never
        sent; of people: "typed" and "taken".
        """
        await self._begin(one)
        before = self.scans
        for burst in one.bursts:
            self._press(one, burst)
            await until(lambda: self._bench.document.at_rest)
        await until(lambda: self._bench.at_rest)
        if one.hand is Hand.PERSON:
            taken = self.scans - before
            return Counter(taken=taken, typed=len(one.bursts) - taken)
        return self._count([burst.text for burst in one.bursts])

    async def _begin(self, one: Round) -> None:
        desk = self._bench.document
        desk.delete([row.number for row in desk.sheet])
        self._window.scan_bar.field.setText("")
        rules = self._bench.workspace.rules
        if not one.learn:
            rules.forget_gap()
        scanner = replace(rules.rules.scanner, end=EndKey.PAUSE if one.end is End.PAUSE else EndKey.RETURN_OR_TAB)
        if scanner != rules.rules.scanner:
            rules.change(replace(rules.rules, scanner=scanner))
        if one.place is Place.LABEL:
            # A label to type into, of a device that looks like no other.
            desk.scan(_LABELLED)
        await until(lambda: self._bench.at_rest)

    def _press(self, one: Round, burst: KeyBurst) -> None:
        if one.place is Place.FIELD:
            self._window.scan_bar.field.setFocus()
        else:
            last = len(self._bench.document.sheet) - 1
            self._window.table.setCurrentIndex(self._window.model.index(last, Column.LABEL))
            self._window.table.setFocus()
        keys = burst.text + burst.end.keys
        for key, gap in zip(keys, burst.gaps, strict=True):
            self._at += gap
            self._send(key)

    def _send(self, key: str) -> None:
        code = _KEYS.get(key, ord(key.upper()))
        handle = self._window.windowHandle()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, key.replace("\n", "\r"))
            event.setTimestamp(self._at)
            QCoreApplication.sendEvent(handle, event)

    def _count(self, sent: Sequence[str]) -> Counter[str]:
        sheet = self._bench.document.sheet
        rows = [row for row in sheet if row.device_id != _LABELLED]
        standing = {row.device_id: sheet.status(row.number).state for row in rows}
        ready = {device_id for device_id, state in standing.items() if state is State.READY}
        held = [device_id for device_id in standing if device_id not in ready]
        left = self._window.scan_bar.field.text()
        found: Counter[str] = Counter(wrong=len(ready.difference(sent)))
        for text in sent:
            if text in ready:
                found["right"] += 1
            elif any(text in one or one in text for one in held):
                found["held"] += 1
            else:
                found["in the field" if text in left else "lost"] += 1
        return found
