"""Which parts of a code a person may choose from, where no rule says which one is the id.

A code is taken apart in `fields` and `gs1`; the question is asked by `gui/scanning/setup/prompts.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.barcode.classify import LONGEST_CODE, HasParts, PartsKind, read_scan
from bindtool.core.barcode.fields import (
    NO_VALUES,
    json_values,
    last_of_path,
    list_values,
    pair_values,
    query_values,
)
from bindtool.core.barcode.gs1 import SERIAL, read_elements, split_mark
from bindtool.core.barcode.gs1_table import IDENTIFIERS
from bindtool.core.barcode.scan_rules import BOUNDS, PartKind, PartRule
from bindtool.core.model.device import id_problem, normalise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bindtool.core.barcode.fields import Value

MOST_CHOICES = 4
"""More buttons than these do not stand side by side in the smallest window."""

_FEWEST_CHARACTERS = 3
_LONGEST_NAME = 100
_USUAL_NAMES = frozenset(
    {"sn", "serial", "serialno", "serialnumber", "id", "deviceid", "did", "\u5e8f\u5217\u53f7", "\u8bbe\u5907id"}
)
_NO_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Choice:
    """A part of a code that may be the id, and the rule that takes it."""

    value: str
    rule: PartRule


def choices(arrived: str) -> tuple[Choice, ...]:
    """Return the parts of a code that may be the id, the likeliest first; none where it has no such parts."""
    scan = read_scan(arrived)
    if not isinstance(scan, HasParts) or len(arrived) > LONGEST_CODE:
        return ()
    _, text = split_mark(scan.text.text)
    found: dict[str, Choice] = {}
    for choice in sorted(_parts(scan.kind, arrived, text), key=_unlikeliness):
        # The rule takes the same off the part as off any text.
        value = normalise(choice.value).text
        if _may_be_id(value):
            found.setdefault(value, Choice(value, choice.rule))
    return tuple(found.values())[:MOST_CHOICES]


def _parts(kind: PartsKind, arrived: str, text: str) -> Iterator[Choice]:
    match kind:
        case PartsKind.URL:
            yield from _named(PartKind.URL_QUERY, query_values(text))
            yield Choice(last_of_path(text) or "", PartRule(PartKind.URL_PATH))
        case PartsKind.JSON:
            yield from _named(PartKind.JSON, json_values(text))
        case PartsKind.PAIRS:
            yield from _named(PartKind.PAIRS, pair_values(text))
        case PartsKind.LIST:
            places = range(BOUNDS["place"][1])
            for place, value in zip(places, list_values(text), strict=False):
                yield Choice(value.text, PartRule(PartKind.LIST, place=place))
        case _:
            yield from _elements(arrived)


def _named(kind: PartKind, values: Sequence[Value] | None) -> Iterator[Choice]:
    """Yield the values whose name finds them for certain: not one that occurs twice, nor a blank one."""
    texts: dict[str, set[str]] = {}
    for value in values or ():
        texts.setdefault(value.name.strip().casefold(), set()).add(value.text)
    for value in values or ():
        name = value.name.strip()
        if name and len(name) <= _LONGEST_NAME and len(texts[name.casefold()]) == 1:
            yield Choice(value.text, PartRule(kind, name))


def _elements(arrived: str) -> Iterator[Choice]:
    """Yield elements that hold text: a GTIN, a date and a weight are the same on many boxes."""
    elements = read_elements(arrived)
    if elements is not None:
        for identifier, data in elements.data.items():
            if IDENTIFIERS[identifier].kind == "X" and identifier != elements.doubtful:
                yield Choice(data, PartRule(PartKind.GS1, identifier))


def _unlikeliness(choice: Choice) -> int:
    name = _NO_LETTER.sub("", choice.rule.name.rpartition(".")[2]).casefold()
    return 0 if name in _USUAL_NAMES or choice.rule.name == SERIAL else 1


def _may_be_id(value: str) -> bool:
    return (
        len(value) >= _FEWEST_CHARACTERS
        and value.casefold() not in NO_VALUES
        and id_problem(value) is None
        and not isinstance(read_scan(value), HasParts)
    )
