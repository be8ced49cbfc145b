"""The parts of a code by name or place: of a web address, JSON, pairs, or a list.

Every value stays text, so that a number keeps its zeros, and has what can't be seen at its ends, so that
`core/intake/reading.py` can say what was taken off. GS1 is in `gs1`. Which part is the id is decided in
`extract`, which passes no code that is longer than a scanner can read.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from bindtool.core.common.safe_text import strip_invisible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Value:
    """One part: its name, "" where it has a place only."""

    name: str
    text: str


NO_VALUES = frozenset(
    (
        *("nan", "infinity", "-infinity", "null", "none", "undefined"),
        *("n/a", "tbd", "-", "--", "---", "/", "//", "\\", "?", ".", "*", "无", "暂无", "空", "待定"),
        *("(null)", "<null>", "[null]", "error", "#value", "#ref", "#name", "#", "##", "...", "…"),
        *('"', "〃", "同上", "ditto", "—", "無", "na", "#n/a", "nil"),
    )
)
"""What programs print, and people write into a table, where there is no value, in small letters."""

# In the order in which they are tried: a later one may occur inside a value of an earlier one.
_BETWEEN = ("\n", "\r", "\t", ";", "|", ",", "\u3001")
_LONGEST_NAME = 60
_SPACES = " \t\n\r\f\v"
_QUOTES = "\"'"
_WORD = re.compile("[^ ]+")
_TO_VALUE = re.compile("[:=]")
_SPACED_PAIR = r"(?:^|(?<=\s))([^\s:=]{1,60})\s?[:=](\s*\S+)"
# `urlsplit` takes these out of an address, wherever they stand, so that two lines become one.
_BREAKS = str.maketrans({"\t": "%09", "\n": "%0A", "\r": "%0D"})


# What a browser runs, or shows by itself.
_NO_PLACES = frozenset({"javascript", "vbscript", "data"})
# Without "//" in front, a name before a colon may be a scheme's too, such as "tel:": so the host has a dot then.
_HOST = r"[^:]*|(?:[^:]*\.[^:]*|localhost|\[[^\]]*\])(?::[0-9]{1,5})?"


def query_values(text: str) -> tuple[Value, ...] | None:
    """Return the parameters of a web address, those behind a "#" too; None where it is none.

    A "+" stays one: ids have it, and only forms mean a space by it.
    """
    found = _split(text)
    if found is None:
        return None
    _, query = found
    pieces = [piece.partition("=") for piece in re.split("[&;]", query)]
    return tuple(Value(unquote(name), unquote(value)) for name, equals, value in pieces if equals)


def last_of_path(text: str) -> str | None:
    """Return the last part of a web address's path, "" where it has none; None where it is no web address."""
    found = _split(text)
    return None if found is None else unquote(found[0].rstrip("/").rpartition("/")[2])


def _split(text: str) -> tuple[str, str] | None:
    """Return path and query. The fragment is no path, but a "#/page?sn=1" has a query of its own."""
    has_scheme = "://" in text
    try:
        parts = urlsplit((text if has_scheme else f"//{text}").translate(_BREAKS))
    except ValueError:
        return None
    is_place = parts.scheme not in _NO_PLACES if has_scheme else re.fullmatch(_HOST, parts.netloc)
    if not (parts.netloc and is_place):
        return None
    _, _, query = parts.fragment.partition("?")
    return parts.path, "&".join(filter(None, [parts.query, query]))


def json_values(text: str) -> tuple[Value, ...] | None:
    """Return the texts and numbers of a JSON object or array, nested ones as "a.b"; None where it is none."""
    try:
        read = json.loads(
            text, parse_int=str, parse_float=_plain_number, parse_constant=_refuse, object_pairs_hook=_Pairs
        )
    except (ValueError, RecursionError):
        return None
    return tuple(_leaves(read)) if isinstance(read, (_Pairs, list)) else None


def _plain_number(text: str) -> str | None:
    """Leave a number with an exponent out: the digits of an id are gone from it."""
    return None if "e" in text.casefold() else text


def _refuse(constant: str) -> str:
    """JSON has no NaN and no Infinity (RFC 8259, section 6), whatever Python's reader makes of them."""
    raise ValueError(constant)


class _Pairs(tuple[tuple[str, object], ...]):
    """An object of JSON with all its pairs: a name may occur in it twice."""

    __slots__ = ()


def _leaves(read: object) -> Iterator[Value]:
    waiting: list[tuple[str, object]] = [("", read)]
    while waiting:
        path, one = waiting.pop()
        if isinstance(one, str):
            yield Value(path, one)
        elif isinstance(one, (_Pairs, list)):
            inside = one if isinstance(one, _Pairs) else [(str(place), each) for place, each in enumerate(one)]
            waiting.extend((f"{path}.{name}" if path else name, each) for name, each in reversed(inside))


def pair_values(text: str) -> tuple[Value, ...]:
    """Return the fields of `SN:…;MAC:…`; what has no name is left out. None of them: it has no pairs."""
    pieces = _between(text)
    if pieces is None:
        # Nothing but spaces stands between the pairs: a value ends where the next name begins.
        begun = list(re.finditer(_SPACED_PAIR, text))
        ends = [*(one.start() for one in begun[1:]), len(text)]
        pairs = [(one[1], text[one.start(2) : end]) for one, end in zip(begun, ends, strict=False)]
    else:
        halves = (_TO_VALUE.split(piece, maxsplit=1) for piece in pieces)
        pairs = [(both[0], both[1]) for both in halves if len(both) > 1]
    found = (Value(strip_invisible(_bare(name)), _bare(value)) for name, value in pairs)
    return tuple(one for one in found if 0 < len(one.name) <= _LONGEST_NAME)


def _bare(text: str) -> str:
    """Take spaces and quotes off both ends, quotes also from under what can't be seen."""
    bare = strip_invisible(text)
    return text.replace(bare, bare.strip(_QUOTES), 1).strip(_SPACES)


def list_values(text: str) -> tuple[Value, ...]:
    """Return the parts of a list in their places, empty ones too. Another blank than ASCII's parts nothing."""
    pieces = _between(text)
    return tuple(Value("", piece.strip(_SPACES)) for piece in (_WORD.findall(text) if pieces is None else pieces))


def _between(text: str) -> Sequence[str] | None:
    """Split a code at the first kind of separator that it has; None where it has none but spaces."""
    separator = next((one for one in _BETWEEN if one in text), None)
    return None if separator is None else text.split(separator)
