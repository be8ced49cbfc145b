"""Splits a code into parts by name or index: a URL, JSON, pairs, or a list.

`gs1` reads GS1; `extract` decides which part is the id, and passes no code longer than a scanner can read. Every
value stays text, so that a number keeps its zeros, and keeps invisible characters at its ends, so that
`core/intake/reading.py` can report their removal.
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
    """One part and its name, "" if it has an index only."""

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
"""Placeholders that programs print and people type for a missing value, in lower case."""

# Tried in this order: a later separator may occur inside a value of a list split by an earlier one.
_BETWEEN = ("\n", "\r", "\t", ";", "|", ",", "\u3001")
_LONGEST_NAME = 60
_SPACES = " \t\n\r\f\v"
_QUOTES = "\"'"
_WORD = re.compile("[^ ]+")
_TO_VALUE = re.compile("[:=]")
_SPACED_PAIR = r"(?:^|(?<=\s))([^\s:=]{1,60})\s?[:=](\s*\S+)"
# `urlsplit` removes these characters anywhere in a URL, so that two lines would become one.
_BREAKS = str.maketrans({"\t": "%09", "\n": "%0A", "\r": "%0D"})


# Schemes whose content a browser runs or displays directly.
_NO_PLACES = frozenset({"javascript", "vbscript", "data"})
# Without "//" in front, a name before a colon may be a scheme, such as "tel:": so the host needs a dot then.
_HOST = r"[^:]*|(?:[^:]*\.[^:]*|localhost|\[[^\]]*\])(?::[0-9]{1,5})?"


def query_values(text: str) -> tuple[Value, ...] | None:
    """Return a URL's query parameters, including those after a "#"; None if `text` is not a URL.

    A "+" is kept: it occurs in ids, and means a space only in form encoding.
    """
    found = _split(text)
    if found is None:
        return None
    _, query = found
    pieces = [piece.partition("=") for piece in re.split("[&;]", query)]
    return tuple(Value(unquote(name), unquote(value)) for name, equals, value in pieces if equals)


def last_of_path(text: str) -> str | None:
    """Return the last segment of a URL's path, "" if the path is empty; None if `text` is not a URL."""
    found = _split(text)
    return None if found is None else unquote(found[0].rstrip("/").rpartition("/")[2])


def _split(text: str) -> tuple[str, str] | None:
    """Return path and query. The fragment is not a path, but "#/page?sn=1" has a query of its own."""
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
    """Return the strings and numbers of a JSON object or array, nested names as "a.b"; None if it is neither."""
    try:
        read = json.loads(
            text, parse_int=str, parse_float=_plain_number, parse_constant=_refuse, object_pairs_hook=_Pairs
        )
    except (ValueError, RecursionError):
        return None
    return tuple(_leaves(read)) if isinstance(read, (_Pairs, list)) else None


def _plain_number(text: str) -> str | None:
    """Return None for a number with an exponent: it has lost digits of the id."""
    return None if "e" in text.casefold() else text


def _refuse(constant: str) -> str:
    """Reject NaN and Infinity, which JSON lacks (RFC 8259, section 6) and Python's parser accepts."""
    raise ValueError(constant)


class _Pairs(tuple[tuple[str, object], ...]):
    """A JSON object with all its pairs: a name may occur twice."""

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
    """Return the fields of `SN:…;MAC:…` that have a name; an empty tuple if the text has no pairs."""
    pieces = _between(text)
    if pieces is None:
        # Only spaces separate the pairs: a value extends to the next name.
        begun = list(re.finditer(_SPACED_PAIR, text))
        ends = [*(one.start() for one in begun[1:]), len(text)]
        pairs = [(one[1], text[one.start(2) : end]) for one, end in zip(begun, ends, strict=False)]
    else:
        halves = (_TO_VALUE.split(piece, maxsplit=1) for piece in pieces)
        pairs = [(both[0], both[1]) for both in halves if len(both) > 1]
    found = (Value(strip_invisible(_bare(name)), _bare(value)) for name, value in pairs)
    return tuple(one for one in found if 0 < len(one.name) <= _LONGEST_NAME)


def _bare(text: str) -> str:
    """Strip spaces and quotes at both ends, quotes also beneath invisible characters."""
    bare = strip_invisible(text)
    return text.replace(bare, bare.strip(_QUOTES), 1).strip(_SPACES)


def list_values(text: str) -> tuple[Value, ...]:
    """Return the items of a list in order, empty ones too. Only ASCII blanks separate items."""
    pieces = _between(text)
    return tuple(Value("", piece.strip(_SPACES)) for piece in (_WORD.findall(text) if pieces is None else pieces))


def _between(text: str) -> Sequence[str] | None:
    """Split a code at the first kind of separator it contains; None if it has spaces at most."""
    separator = next((one for one in _BETWEEN if one in text), None)
    return None if separator is None else text.split(separator)
