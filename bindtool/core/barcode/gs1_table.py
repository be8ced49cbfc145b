"""Table of GS1's application identifiers with the length and the characters of each one's data.

`gs1` parses codes with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# GS1 General Specifications, 3.2 "GS1 Application Identifiers in numerical order": N digits, X any of the 82
# characters of 7.11, D a date YYMMDD. "X1-20" is a text of 1 to 20 characters, "N14" exactly 14 digits. Formats in
# several pieces there ("N3+X..27") have their total length here; in 31 to 36 the last digit is the position of the
# decimal point, and all ten digits are accepted.
_FORMATS = """
00 N18
01-03 N14
10 X1-20
11-13 D6
15-17 D6
20 N2
21-22 X1-20
235 X1-28
240-241 X1-30
242 N1-6
243 X1-20
250-251 X1-30
253 X13-30
254 X1-20
255 N13-25
30 N1-8
3100-3105 N6
3110-3165 N6
3200-3375 N6
3400-3575 N6
3600-3695 N6
37 N1-8
3900-3909 N1-15
3910-3919 N4-18
3920-3929 N1-15
3930-3939 N4-18
3940-3943 N4
3950-3955 N6
400-401 X1-30
402 N17
403 X1-30
410-417 N13
420 X1-20
421 X4-12
422 N3
423 N3-15
424 N3
425 N3-15
426 N3
427 X1-3
4300-4301 X1-35
4302-4306 X1-70
4307 X2
4308 X1-30
4309 N20
4310-4311 X1-35
4312-4316 X1-70
4317 X2
4318 X1-20
4319 X1-30
4320 X1-35
4321-4323 N1
4324-4325 N10
4326 N6
4330-4333 X6-7
7001 N13
7002 X1-30
7003 N10
7004 N1-4
7005 X1-12
7006 N6
7007 N6-12
7008 X1-3
7009 X1-10
7010 X1-2
7011 N6-10
7020-7022 X1-20
7023 X1-30
7030-7039 X4-30
7040 X4
7041 X1-4
710-717 X1-20
7230-7239 X3-30
7240 X1-20
7241 N2
7242 X1-25
7250 N8
7251 N12
7252 N1
7253-7254 X1-40
7255 X1-10
7256 X1-90
7257 X1-70
7258 X3
7259 X1-40
8001 N14
8002 X1-20
8003 X14-30
8004 X1-30
8005 N6
8006 N18
8007 X1-34
8008 N8-12
8009 X1-50
8010 X1-30
8011 N1-12
8012 X1-20
8013-8014 X1-25
8017-8018 N18
8019 N1-10
8020 X1-25
8026 N18
8030 X1-90
8040-8041 N15
8042 N32
8043 N18-20
8110 X1-70
8111 N4
8112 X1-70
8200 X1-70
90 X1-30
91-99 X1-90
"""

LONGEST_DATA = 90
"""Maximum length of the data of any identifier."""

_CHARACTERS = {
    "N": re.compile(r"[0-9]+"),
    "X": re.compile(r"[!-\"%-?A-Z_a-z]+"),
    "D": re.compile(r"[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])"),
}


@dataclass(frozen=True, slots=True)
class Format:
    """Format of an identifier's data: `least` to `most` characters of a kind, a key of `_CHARACTERS`."""

    kind: str
    least: int
    most: int

    @property
    def fixed(self) -> bool:
        """Whether the data has a fixed length, and so needs no separator."""
        return self.least == self.most

    def fits(self, data: str) -> bool:
        """Return whether `data` is valid for the identifier."""
        return self.least <= len(data) <= self.most and _CHARACTERS[self.kind].fullmatch(data) is not None


def _read() -> Iterator[tuple[str, Format]]:
    for line in _FORMATS.split("\n"):
        identifiers, _, form = line.partition(" ")
        if form:
            first, _, last = identifiers.partition("-")
            least, _, most = form[1:].partition("-")
            one = Format(form[0], int(least), int(most or least))
            for number in range(int(first), int(last or first) + 1):
                yield f"{number:0{len(first)}d}", one


IDENTIFIERS: Mapping[str, Format] = MappingProxyType(dict(_read()))
"""Formats by identifier. No identifier is a prefix of another, so parsing is unambiguous."""


def identifier_at(text: str, at: int) -> str | None:
    """Return the identifier in `text` at `at`, or None."""
    return next((text[at : at + n] for n in (2, 3, 4) if text[at : at + n] in IDENTIFIERS), None)
