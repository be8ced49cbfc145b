"""Tells a scanner's keys from a person's by their speed, holding them back while they may be a scan.

Decides key by key, with timestamps handed in. Keys come from `gui/scanners/keyboard_wedge.py`, which also passes a
person's keys on.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from bindtool.core.scanner.burst import LONGEST_BETWEEN_LINES, Burst, Stroke
from bindtool.core.scanner.scan_rules import EndKey, ScannerRules
from bindtool.core.scanner.slow_codes import FEWEST_EVEN, LONGEST_STALL, Pieces, put_together

if TYPE_CHECKING:
    from collections.abc import Mapping


K = TypeVar("K")


class KeyKind(Enum):
    """The role of a key in a scan."""

    CHARACTER = auto()
    RETURN = auto()
    TAB = auto()
    MODIFIER = auto()
    OTHER = auto()


_ENDS: Mapping[KeyKind, EndKey] = MappingProxyType({KeyKind.RETURN: EndKey.RETURN, KeyKind.TAB: EndKey.TAB})
_LINE_ENDS: Mapping[KeyKind, str] = MappingProxyType({KeyKind.RETURN: "\n", KeyKind.TAB: "\t"})


@dataclass(frozen=True, slots=True)
class Give(Generic[K]):
    """These keys are a person's: pass them on, in this order, to their original target."""

    keys: tuple[K, ...]


@dataclass(frozen=True, slots=True)
class Scan(Generic[K]):
    """These keys are a scan: its text, without end key and prefix.

    `lead`: the beginning of the text, whose keys came too slowly and were passed on already. `before`: text from
    before a pause that may or may not belong to the code; "" if there is no such doubt. `goes_on`: it is another
    line of the previous code.
    """

    text: str
    keys: tuple[K, ...]
    lead: str
    before: str
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Endless(Generic[K]):
    """These keys are a scanner's, but no end key followed: their text, without prefix; the rest as in a `Scan`."""

    text: str
    keys: tuple[K, ...]
    lead: str
    before: str
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Ignore(Generic[K]):
    """These keys repeat the end of a scan: the line feed after a return, or an empty second line."""

    keys: tuple[K, ...]


@dataclass(frozen=True, slots=True)
class Over:
    """A burst has ended; carries its keys."""

    burst: Burst


@dataclass(frozen=True, slots=True)
class GoesOn:
    """Another line of the previous code begins."""


Step: TypeAlias = Give[K] | Scan[K] | Endless[K] | Ignore[K] | Over | GoesOn


class BurstDetector(Generic[K]):
    """Takes each key once and decides, at once or later, where it goes; no key is lost or overtakes another.

    `K` is the type of a key. The caller holds each key back until a step disposes of it. `learned_gap`: the longest
    gap learned for this scanner, in milliseconds, 0 for none; if the rules have a shorter one, more keys have to
    come in a row.
    """

    def __init__(self, rules: ScannerRules, learned_gap: int = 0) -> None:
        self._rules = rules
        self._gap = max(rules.longest_gap, learned_gap)
        self._held: list[K] = []
        self._strokes: list[Stroke] = []
        self._is_scan = False
        self._ends: list[EndKey] = []
        self._given: list[Stroke] = []
        self._given_make_code = False
        self._last = 0
        self._shift_gap = 0
        self._ended_at: int | None = None
        self._goes_on = False

    def learn(self, gap: int) -> None:
        """Allow gaps up to that one between keys; 0: only those of the rules. Decides nothing yet."""
        self._gap = max(self._rules.longest_gap, gap)

    @property
    def holding(self) -> bool:
        """Whether keys are held back."""
        return bool(self._held)

    @property
    def patience(self) -> int:
        """Milliseconds without a key after which to call `silence`; 0: no call needed.

        Too short for a person to notice. Once the keys are certainly a scanner's, longer pauses are allowed.
        """
        if self._ends:
            return max(3 * self._gap, LONGEST_BETWEEN_LINES)
        if self._is_scan or (self._given_make_code and not self._held):
            return LONGEST_STALL
        return self._gap if self._held else 0

    def press(self, key: K, kind: KeyKind, text: str, at: int, *, repeat: bool = False) -> list[Step[K]]:
        """Take a pressed key: its text, and its system timestamp in milliseconds.

        `repeat`: an auto-repeat of a held key, as far as the system can tell.
        """
        steps: list[Step[K]] = []
        while self.patience and at - self._last > self.patience:
            steps += self.silence()
        if at - self._last > LONGEST_STALL:
            self._forget_given()
        if self._ends:
            if kind in _ENDS:
                self._ends.append(_ENDS[kind])
                self._last = self._ended_at = at
                return [*steps, Ignore((key,))]
            steps += self.silence()
        gap = max(at - self._last, self._shift_gap)
        pieces = self._pieces(gap) if kind in _ENDS and _ENDS[kind] in self._end_keys() else None
        if pieces is not None:
            steps.append(self._code(Scan, pieces, (*self._held, key)))
            self._ends.append(_ENDS[kind])
            self._ended_at = at
        elif self._belongs(kind, repeat=repeat):
            self._held.append(key)
            self._shift_gap = gap if kind is KeyKind.MODIFIER else 0
            if self._begins_line(kind, at):
                self._goes_on = self._is_scan = True
                steps.append(GoesOn())
            if kind is not KeyKind.MODIFIER:
                self._strokes.append(Stroke(_LINE_ENDS.get(kind, text), gap))
                self._is_scan = self._is_scan or self._are_enough()
        else:
            while self.patience:
                steps += self.silence()
            self._forget_given()
            return [*steps, Give((key,))]
        self._last = at
        return steps

    def release(self, key: K) -> list[Step[K]]:
        """Take a released key."""
        if not self._held:
            return [Give((key,))]
        self._held.append(key)
        return []

    def silence(self) -> list[Step[K]]:
        """Decide about the held keys: none came for `patience` milliseconds, or no more can come.

        If `patience` is not 0 afterwards, call again after another pause.
        """
        keys = tuple(self._held)
        if keys and not self._is_scan:
            self._held.clear()
            self._given += self._strokes
            self._strokes.clear()
            self._given_make_code = self._pieces() is not None
            return [Give(keys)]
        steps: list[Step[K]] = []
        pieces = None if self._ends else self._pieces()
        if pieces is not None:
            steps.append(self._code(Scan if self._rules.end is EndKey.PAUSE else Endless, pieces, keys))
        if self._strokes:
            steps.append(Over(Burst(tuple(self._strokes), tuple(self._ends))))
        self._strokes.clear()
        self._ends.clear()
        self._is_scan = self._goes_on = False
        return steps

    def _code(self, what: type[Scan[K] | Endless[K]], pieces: Pieces, keys: tuple[K, ...]) -> Scan[K] | Endless[K]:
        """Return the step for keys that are a code, which begins with the `lead` of the pieces."""
        self._strokes[:0] = pieces.lead
        whole = "".join(stroke.text for stroke in self._strokes)
        lead = "".join(stroke.text for stroke in pieces.lead)
        self._held.clear()
        self._forget_given()
        return what(whole.removeprefix(self._rules.prefix), keys, lead, pieces.before, self._goes_on)

    def _pieces(self, end_gap: int | None = None) -> Pieces | None:
        """Return how the keys form a code; `end_gap`: milliseconds before its end key, None without one."""
        if end_gap is None:
            end_gap = 0 if self._rules.end is EndKey.PAUSE else LONGEST_STALL
        return put_together(self._given, self._strokes, self._rules, is_scan=self._is_scan, end_gap=end_gap)

    def _forget_given(self) -> None:
        self._given.clear()
        self._given_make_code = False

    def _begins_line(self, kind: KeyKind, at: int) -> bool:
        """Return whether a key that may be part of a scan begins another line: no person scans again so soon.

        Shift may come before its first character.
        """
        if self._strokes or self._ended_at is None or at - self._ended_at > LONGEST_BETWEEN_LINES:
            return False
        if kind is KeyKind.MODIFIER:
            self._ended_at = at
            return False
        self._ended_at = None
        return True

    def _belongs(self, kind: KeyKind, *, repeat: bool) -> bool:
        """Return whether a key may be part of a scan. A held key repeats itself long after it was pressed."""
        if kind in (KeyKind.CHARACTER, KeyKind.MODIFIER):
            return bool(self._held) or not repeat
        return kind in _LINE_ENDS and bool(self._strokes) and _ENDS[kind] not in self._end_keys()

    def _end_keys(self) -> tuple[EndKey, ...]:
        """Return the keys that end a scan; a scanner whose scans end with a pause may send an end key as well."""
        end = self._rules.end
        return (end,) if end in (EndKey.RETURN, EndKey.TAB) else (EndKey.RETURN, EndKey.TAB)

    def _are_enough(self) -> bool:
        """Return whether the held keys are certainly a scanner's."""
        strokes, rules = self._strokes, self._rules
        prefix = rules.prefix
        if prefix and "".join(stroke.text for stroke in strokes[: len(prefix)]) == prefix:
            return len(strokes) > len(prefix)
        if len(strokes) < rules.shortest:
            return False
        fast = all(stroke.gap <= rules.longest_gap for stroke in strokes[1:])
        return fast or len(strokes) >= FEWEST_EVEN
