"""Which cells of a copied table are numbers, by the HTML that a spreadsheet puts beside the text.

Owns how LibreOffice (`sdval`), Excel and WPS (`x:num`) say it. What the text form says is for `clipboard`; only the
value of a number is taken from here, to tell whether it has lost digits.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

from bindtool.core.tabular.formats.html import MALFORMED, span

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 50_000_000
"""Characters; a clipboard with more is not looked into."""
_TOO_LARGE = 1e15
"""A spreadsheet keeps 15 digits of a number."""


def digits_lost(html: str) -> frozenset[tuple[int, int]]:
    """Return row and column, from 0, of the cells that are numbers of more than 15 digits.

    A table with cells over several rows tells nothing: its rows are not those of the text.
    """
    if len(html) > _LONGEST:
        return frozenset()
    reader = _Reader()
    try:
        reader.feed(html)
    except MALFORMED:
        return frozenset()
    return frozenset() if reader.spans_rows else frozenset(reader.found)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, int]] = []
        self.spans_rows = False
        self._row = -1
        self._column = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count rows and cells; note large numbers."""
        if tag == "tr":
            self._row += 1
            self._column = 0
        elif tag in {"td", "th"}:
            given = {name: value or "" for name, value in attrs}
            if _number(given) >= _TOO_LARGE:
                self.found.append((self._row, self._column))
            self.spans_rows = self.spans_rows or given.get("rowspan", "1") != "1"
            self._column += span(given.get("colspan"))


def _number(given: Mapping[str, str]) -> float:
    try:
        return abs(float(given.get("sdval") or given.get("x:num") or "0"))
    except ValueError:
        return 0.0
