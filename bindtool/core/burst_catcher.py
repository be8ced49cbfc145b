"""Tells a scanner's keys from a person's by their pace: holds keys back while they may be the start of a scan.

Owns that decision, key by key, with the time handed in. Where keys come from, and what becomes of a scan or of keys
that are given back, is for the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from bindtool.core.burst import Burst, Stroke
from bindtool.core.scan_rules import EndKey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bindtool.core.scan_rules import ScannerRules

K = TypeVar("K")

_SHORTEST_PAUSE = 80
"""Milliseconds; no person presses the next key of a burst later than a scanner and sooner than this."""

_LONGEST_STUTTER = 500
"""Milliseconds; a busy computer may keep the rest of a code back, and nobody scans the next one sooner."""

_LONGEST_STUMBLE = 200
"""Milliseconds between the first keys of a code and the rest; no hand goes from a keyboard to a scanner so fast."""

_MOST_STUMBLES = 3
"""A scanner whose first keys come more slowly than that more often looks like a person."""


class Kind(Enum):
    """What a key is to a scan."""

    CHARACTER = auto()
    RETURN = auto()
    TAB = auto()
    MODIFIER = auto()
    OTHER = auto()


_ENDS: Mapping[Kind, EndKey] = MappingProxyType({Kind.RETURN: EndKey.RETURN, Kind.TAB: EndKey.TAB})
_LINE_ENDS: Mapping[Kind, str] = MappingProxyType({Kind.RETURN: "\n", Kind.TAB: "\t"})


@dataclass(frozen=True, slots=True)
class Give(Generic[K]):
    """These keys are a person's: they go where they would have gone, in this order."""

    keys: tuple[K, ...]


@dataclass(frozen=True, slots=True)
class Scan(Generic[K]):
    """These keys are a scan: its text, without end and prefix.

    `lead`: how the text begins, where its first keys came too slowly and were given to somebody.
    """

    text: str
    keys: tuple[K, ...]
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Endless(Generic[K]):
    """These keys are a scanner's, but nothing has ended them: their text, without prefix. `lead` as in a scan."""

    text: str
    keys: tuple[K, ...]
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Ignore(Generic[K]):
    """These keys end a scan once more: the line feed after a return, or an empty second line."""

    keys: tuple[K, ...]


@dataclass(frozen=True, slots=True)
class Over:
    """A burst has come to its end: all that is known of it."""

    burst: Burst


Step: TypeAlias = Give[K] | Scan[K] | Endless[K] | Ignore[K] | Over


class BurstCatcher(Generic[K]):
    """Takes each key once and says, at once or later, what is to be done with it; no key is lost or passes another.

    `K` is whatever stands for a key. Until it is told otherwise, whoever hands a key in keeps it.
    """

    def __init__(self, rules: ScannerRules) -> None:
        self._rules = rules
        self._held: list[K] = []
        self._strokes: list[Stroke] = []
        self._ends: list[EndKey] = []
        self._given: list[Stroke] = []
        self._last = 0

    @property
    def holding(self) -> bool:
        """Whether keys are held back."""
        return bool(self._held)

    @property
    def patience(self) -> int:
        """Milliseconds without a key after which `silence` is to be told; 0: nothing is waited for.

        A person shall feel nothing; once it is sure that a scanner types, it may stutter until its end key comes.
        """
        if self._is_scan() and not self._ends and self._rules.end is not EndKey.PAUSE:
            return max(self._pause, _LONGEST_STUTTER)
        if self._is_scan():
            return self._pause
        return self._rules.longest_gap if self._held else 0

    def press(self, key: K, kind: Kind, text: str, at: int, *, repeat: bool = False) -> list[Step[K]]:
        """Take a key that goes down: the text that it makes, and when, in milliseconds of the system's stamp.

        `repeat`: it is held down and repeats itself, as far as the system can tell.
        """
        steps: list[Step[K]] = []
        if at - self._last > self.patience:
            steps += self.silence()
        if self._ends:
            if kind in _ENDS:
                self._ends.append(_ENDS[kind])
                self._last = at
                return [*steps, Ignore((key,))]
            steps += self.silence()
        if self._ends_scan(kind):
            steps.append(Scan(self._text(), (*self._held, key), self._lead()))
            self._held.clear()
            self._ends.append(_ENDS[kind])
        elif self._belongs(kind, repeat=repeat):
            self._held.append(key)
            if kind is not Kind.MODIFIER:
                self._strokes.append(Stroke(_LINE_ENDS.get(kind, text), at))
        else:
            steps += self.silence()
            self._given.clear()
            return [*steps, Give((key,))]
        self._last = at
        return steps

    def release(self, key: K) -> list[Step[K]]:
        """Take a key that goes up."""
        if not self._held:
            return [Give((key,))]
        self._held.append(key)
        return []

    def silence(self) -> list[Step[K]]:
        """Decide: no key came for as long as `patience` says, or none can come any more."""
        keys = tuple(self._held)
        steps: list[Step[K]] = []
        if keys and not self._is_scan():
            steps.append(Give(keys))
            self._given = [*self._given_just_before(), *self._strokes][-self._rules.shortest :]
            self._strokes.clear()
        elif keys:
            ended = Scan if self._rules.end is EndKey.PAUSE else Endless
            steps.append(ended(self._text(), keys, self._lead()))
        if self._strokes:
            self._given.clear()
            steps.append(Over(Burst(tuple(self._strokes), tuple(self._ends))))
        self._held.clear()
        self._strokes.clear()
        self._ends.clear()
        return steps

    def _belongs(self, kind: Kind, *, repeat: bool) -> bool:
        """Whether a key may be part of a scan. One that is held down repeats itself long after it went down."""
        if kind in (Kind.CHARACTER, Kind.MODIFIER):
            return bool(self._held) or not repeat
        return kind in _LINE_ENDS and bool(self._strokes) and _ENDS[kind] not in self._end_keys()

    def _ends_scan(self, kind: Kind) -> bool:
        return kind in _ENDS and _ENDS[kind] in self._end_keys() and self._is_scan()

    def _end_keys(self) -> tuple[EndKey, ...]:
        """A scanner that is known by its pauses may send a key as well."""
        end = self._rules.end
        return (end,) if end in (EndKey.RETURN, EndKey.TAB) else (EndKey.RETURN, EndKey.TAB)

    def _is_scan(self) -> bool:
        whole = self._whole()
        prefix = self._rules.prefix
        if prefix and whole.startswith(prefix):
            return len(whole) > len(prefix)
        return len(whole) >= self._rules.shortest

    @property
    def _pause(self) -> int:
        return max(3 * self._rules.longest_gap, _SHORTEST_PAUSE)

    def _text(self) -> str:
        return (self._lead() + self._whole()).removeprefix(self._rules.prefix)

    def _lead(self) -> str:
        return "".join(stroke.text for stroke in self._leading())

    def _leading(self) -> list[Stroke]:
        """The keys given away right before these, where they are a scanner's: few, and hardly ever slow."""
        given = self._given_just_before()
        slow = sum(later.at - earlier.at > self._rules.longest_gap for earlier, later in pairwise(given))
        return given if len(given) < self._rules.shortest and slow < _MOST_STUMBLES else []

    def _given_just_before(self) -> list[Stroke]:
        near = self._given and self._strokes and self._strokes[0].at - self._given[-1].at <= _LONGEST_STUMBLE
        return self._given if near else []

    def _whole(self) -> str:
        return "".join(stroke.text for stroke in self._strokes)
