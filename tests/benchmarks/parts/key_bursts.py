"""Keys typed by scanners and people into a real window: each with a time of its own, without waiting for it.

Owns the generator and the counts. A key's time is the event's own timestamp, which the program uses too: a scan
that takes a second is sent at once.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from itertools import product

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent

from bindtool.app.application import Application
from bindtool.core.model.outcome import State
from bindtool.core.scanner.scan_rules import EndKey
from bindtool.core.sheet_view.columns import Column

PEACE = 1500
"""Milliseconds from one burst to the next: a person scans the next box."""

_SILENCE = 600
"""Milliseconds after which the program knows that no key follows."""

_LONGEST_STALL = 400
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_WORDS = "abcdefghijklmnopqrstuvwxyz 123"
_FIRST_LETTERS = _LETTERS + _LETTERS.lower()
_LABELLED = "a-row-with-a-label"
_SHIFT, _NO_KEY = "\u21e7", "\u2205"
_KEYS = {
    "\n": Qt.Key.Key_Return,
    "\t": Qt.Key.Key_Tab,
    _SHIFT: Qt.Key.Key_Shift,
    _NO_KEY: Qt.Key.Key_F35,
}


class Hand(Enum):
    """A kind of typist: the shortest and the longest gap between two keys, in milliseconds."""

    USB = (1, 8)
    BLUETOOTH = (20, 50)
    PERSON = (45, 300)


class End(StrEnum):
    """The end of a burst. SILENCE: no key, though the profile expects one; PAUSE: no key, as the profile says."""

    RETURN = "\n"
    TAB = "\t"
    TWO_RETURNS = "\n\n"
    RETURN_AND_TAB = "\n\t"
    SILENCE = "silence"
    PAUSE = "pause"

    @property
    def keys(self) -> str:
        """The end keys."""
        return "" if self in {End.SILENCE, End.PAUSE} else str(self)


class Place(StrEnum):
    """The place of the cursor."""

    FIELD = "field"
    LABEL = "label"


@dataclass(frozen=True)
class KeyBurst:
    """A text, its keys including the end keys, and the milliseconds before each."""

    text: str
    keys: str
    gaps: tuple[int, ...]


@dataclass(frozen=True)
class Round:
    """Bursts of one hand on a fresh sheet; `stalls`: each pauses once. `learn`: keeps the gap learned before.

    `shift`: Shift comes before each capital as a key of its own, as late as any other. `short`: the ids have 6 or 7
    characters.
    """

    hand: Hand
    end: End
    place: Place
    stalls: bool
    shift: bool
    short: bool
    learn: bool
    bursts: tuple[KeyBurst, ...]


def rounds(seed: int | str, count: int, size: int) -> Iterator[Round]:
    """Yield `count` rounds of `size` bursts for each hand, end and place, with stalls and with Shift, by a seed.

    Of people, who need no end to be told apart, there are as many bursts as of one scanner of one kind.
    """
    dice = random.Random(seed)  # noqa: S311 - figures, no secrets
    for at, hand, place in product(range(count), Hand, Place):
        learn, short = at % 2 == 1, at % 4 > 1
        if hand is Hand.PERSON:
            made = tuple(_typed(dice) for _ in range(size * len(End)))
            yield Round(hand, End.RETURN, place, False, True, False, learn, made)
            continue
        for end, stalls, shift in product(End, (False, True), (False, True)):
            made = _scanned(dice, hand, end, size, stalls=stalls, shift=shift, short=short)
            yield Round(hand, end, place, stalls, shift, short, learn, made)


def _typed(dice: random.Random) -> KeyBurst:
    rest = "".join(dice.choices(_WORDS, k=dice.randint(3, 23)))
    return _burst(dice, Hand.PERSON, (dice.choice(_FIRST_LETTERS) + rest).strip(), End.RETURN, shift=True)


def _scanned(
    dice: random.Random, hand: Hand, end: End, size: int, *, stalls: bool, shift: bool, short: bool
) -> tuple[KeyBurst, ...]:
    length = dice.randint(6, 7) if short else dice.randint(8, 20)
    lead = "".join(dice.choices(_LETTERS, k=dice.randint(0, 3)))
    found = []
    for _ in range(size):
        # At least one letter, as in most serial numbers.
        rest = dice.choices(_LETTERS + "0123456789", k=length - len(lead) - 2)
        text = lead + "".join(rest) + dice.choice(_LETTERS) + dice.choice("0123456789")
        burst = _burst(dice, hand, text, end, shift=shift)
        if stalls:
            # Before any key but the first, the end key included.
            gaps = list(burst.gaps)
            gaps[dice.randrange(1, len(burst.keys))] += dice.randint(60, _LONGEST_STALL)
            burst = replace(burst, gaps=tuple(gaps))
        found.append(burst)
    return tuple(found)


def _burst(dice: random.Random, hand: Hand, text: str, end: End, *, shift: bool) -> KeyBurst:
    keys = "".join(_SHIFT + key if shift and key.isupper() else key for key in text) + end.keys
    gaps = [dice.randint(*hand.value) for _ in keys]
    return KeyBurst(text, keys, (PEACE, *gaps[1:]))


async def until(so: Callable[[], bool]) -> None:
    """Let the window work until a condition holds, for one iteration at least: an editor closes in the next one."""
    await asyncio.sleep(0.002)
    while not so():  # noqa: ASYNC110 - nothing to wait for
        await asyncio.sleep(0.002)


class BurstBench:
    """A window to type into.

    Args:
        place: the running window, on an empty sheet and shown.
    """

    def __init__(self, place: Application) -> None:
        self._window = place.window
        self._bench = place.controller
        self._tasks = place.services.tasks
        self._at = 10_000
        self.scans = 0
        wedge = self._bench.scanning.wedge
        for told in (wedge.scanned, wedge.doubted, wedge.endless):
            told.connect(self._count_scan)

    def _count_scan(self) -> None:
        self.scans += 1

    async def judge(self, one: Round) -> Counter[str]:
        """Press the keys of a round and count the results.

        For scanners: "right", "held", "in the field", "lost", "wrong" for ready rows that were never sent, and
        "labels" overwritten; for people: "typed" and "taken".
        """
        await self._begin(one)
        before, labels = self.scans, 0
        for burst in one.bursts:
            named = self._labels()
            self._press(one, burst)
            await until(lambda: self._bench.document.at_rest)
            labels += named != self._labels()[: len(named)]
        await until(self._is_decided)
        if one.hand is Hand.PERSON:
            taken = self.scans - before
            return Counter(taken=taken, typed=len(one.bursts) - taken)
        return self._count([burst.text for burst in one.bursts]) + Counter(labels=labels)

    def _is_decided(self) -> bool:
        """Return whether all keys are decided and all rows written.

        The window would wait longer for another line of the code; by its stamps the next burst is another pull.
        """
        scanning = self._bench.scanning
        decided = scanning.wedge.at_rest and scanning.bypass.at_rest
        return decided and self._bench.document.at_rest and not self._tasks.busy

    def _labels(self) -> list[str]:
        return [row.label for row in self._bench.document.sheet]

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
            # A label to type into, of a device with an id unlike all others.
            desk.scan(_LABELLED)
        await until(self._is_decided)

    def _press(self, one: Round, burst: KeyBurst) -> None:
        if one.place is Place.FIELD:
            self._window.scan_bar.field.setFocus()
        else:
            last = len(self._bench.document.sheet) - 1
            self._window.table.setCurrentIndex(self._window.model.index(last, Column.LABEL))
            self._window.table.setFocus()
        down = ""
        for key, gap in zip(burst.keys, burst.gaps, strict=True):
            self._at += gap
            self._send(QEvent.Type.KeyPress, key)
            down = key + down
            if key != _SHIFT:
                for each in down:
                    self._send(QEvent.Type.KeyRelease, each)
                down = ""
        # A key without effect has a timestamp too: the silence is over before the cursor moves.
        self._at += _SILENCE
        self._send(QEvent.Type.KeyPress, _NO_KEY)
        self._send(QEvent.Type.KeyRelease, _NO_KEY)

    def _send(self, kind: QEvent.Type, key: str) -> None:
        code = _KEYS.get(key, ord(key.upper()))
        text = "" if key in {_SHIFT, _NO_KEY} else key.replace("\n", "\r")
        event = QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, text)
        event.setTimestamp(self._at)
        QCoreApplication.sendEvent(self._window.windowHandle(), event)

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
