"""The text of a number cell, as the spreadsheet displays it: with the zeros of its format, and with every digit.

It implements number formats (ECMA-376 part 1, 18.8.31) as far as ids need them, and detects numbers that have lost
digits. If a format displays less than the cell contains, such as 1.23E+11, the whole number is returned.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from bindtool.core.model.row import HoldReason

_EXACT = 10**15
"""A spreadsheet keeps 15 digits of a number and discards the rest."""

_BUILT_IN = MappingProxyType(
    {
        1: "0",
        2: "0.00",
        **dict.fromkeys((5, 6, 7, 8, 42, 44), "$#,##0.00"),
        9: "0%",
        10: "0.00%",
        **dict.fromkeys((11, 48), "0.00E+00"),
        **dict.fromkeys((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)), "yyyy-mm-dd"),
    }
)
"""Built-in formats that a file refers to by number only: 18.8.30. The others display a number unchanged."""

_LONGEST_FORMAT = 255
"""Characters (Microsoft, "Excel specifications and limits"); LibreOffice's dialog accepts no more."""

_GENERAL = re.compile(r"general|standard|g/通用格式", re.IGNORECASE)
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|[_*].|\[([^\]]*)\]|(.)', re.DOTALL)
_DATE_LETTERS = frozenset("ymdhsYMDHS")
_AS_THEY_ARE = frozenset("-+()!^&'~{}<>= :")
_MONEY = re.compile("[$\u00a2-\u00a5\u20a0-\u20cf\uffe0\uffe1\uffe5元]")
_PLACES = frozenset("0#?")
_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's dates have no zone
_FIRST_DAY_1904 = datetime(1904, 1, 1)  # noqa: DTZ001 - the same


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How a number is displayed.

    `whole`: its digit placeholders ("0", "#", "?") and the literals between them, from left to right. `decimals`:
    the minimum number of decimals. `is_amount`: of money, or a percentage. `is_share`: a hundred times the number
    is displayed. `has_exponent`: it is displayed as 1.23E+11. `plain`: the number is displayed unchanged.
    """

    whole: tuple[str, ...] = ()
    decimals: int = 0
    before: str = ""
    after: str = ""
    is_date: bool = False
    is_amount: bool = False
    is_share: bool = False
    has_exponent: bool = False
    plain: bool = True

    @classmethod
    def of_id(cls, number: int) -> NumberFormat:
        """Return a built-in format that the file refers to by number only."""
        return cls.parse(_BUILT_IN.get(number, ""))

    @classmethod
    def parse(cls, code: str) -> NumberFormat:
        """Parse the format for positive numbers; an unsupported one displays a number unchanged."""
        if code in {"", "General", "@"} or len(code) > _LONGEST_FORMAT:
            return GENERAL
        tokens = list(_tokens(_GENERAL.sub("0", code)))
        if any(letters and kind == "code" for kind, letters in tokens if _DATE_LETTERS & set(letters)):
            return _DATE
        if ("code", "E") in tokens:
            return EXPONENT
        places = [at for at, (kind, text) in enumerate(tokens) if kind == "code" and text in _PLACES]
        odd = any(kind == "code" and text not in _PLACES | {",", "."} for kind, text in tokens)
        if odd or not places:
            return GENERAL
        first, last = places[0], places[-1]
        inner = tokens[first : last + 1]
        point = next((at for at, token in enumerate(inner) if token == ("code", ".")), len(inner))
        rest = tokens[last + 1 :]
        # A comma after the digits divides by a thousand.
        if ("code", ",") in rest:
            return GENERAL
        kinds = {kind for kind, _ in tokens}
        return cls(
            whole=tuple(text if kind == "code" else f"\0{text}" for kind, text in inner[:point] if text != ","),
            decimals=sum(token == ("code", "0") for token in inner[point:]),
            before="".join(text for kind, text in tokens[:first] if kind != "code"),
            after="".join(text for kind, text in rest if kind != "code"),
            is_amount="money" in kinds or "share" in kinds or ("text", "%") in tokens,
            is_share="share" in kinds,
            plain=False,
        )


GENERAL = NumberFormat()
EXPONENT = NumberFormat(has_exponent=True)
_DATE = NumberFormat(is_date=True)


def number_text(value: float, shown_as: NumberFormat, *, from_1904: bool = False) -> tuple[str, HoldReason | None]:
    """Return the text of a number, and why it differs from the input, None if it doesn't."""
    if shown_as.is_date:
        return _date_text(value, from_1904=from_1904), HoldReason.CELL_DATE
    if not abs(value) < _EXACT:
        return f"{value:.0f}", HoldReason.CELL_DIGITS
    if shown_as.has_exponent and float(f"{value:G}") == value:
        # Six digits at most: the rest of a long id was lost, or it was an id such as 12E5.
        return f"{value:G}", HoldReason.CELL_SCIENTIFIC
    if shown_as.is_share:
        value *= 100
    text = str(int(value)) if value == int(value) else f"{value:.15g}"
    if "e" in text:
        return text, HoldReason.CELL_SCIENTIFIC
    if shown_as.plain:
        return text, None
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, decimals = digits.partition(".")
    decimals = decimals.ljust(shown_as.decimals, "0")
    shown = _fill(whole.lstrip("0"), shown_as.whole)
    found = f"{sign}{shown_as.before}{shown}{'.' if decimals else ''}{decimals}{shown_as.after}"
    return found, HoldReason.CELL_AMOUNT if shown_as.is_amount else None


def _tokens(code: str) -> list[tuple[str, str]]:
    """Split the first section of a format into literals and codes."""
    tokens = []
    for quoted, escaped, bracket, other in _TOKEN.findall(code):
        if other == ";":
            break
        money = bracket[1:].partition("-")[0] if bracket.startswith("$") else ""
        if money or _MONEY.search(quoted or escaped or other):
            tokens.append(("money", money or quoted or escaped or other))
        elif quoted or escaped or other in _AS_THEY_ARE:
            tokens.append(("text", quoted or escaped or other))
        elif other == "%":
            tokens.append(("share", other))
        elif bracket[:1] in {"<", ">", "="}:
            tokens.append(("code", "<"))
        elif other or (bracket and not bracket.lower().strip("hms")):
            tokens.append(("code", other or bracket))
    return tokens


def _fill(digits: str, places: tuple[str, ...]) -> str:
    """Fill digits into the placeholders from the right; surplus digits go in front."""
    left = list(digits)
    shown: list[str] = []
    most_left = next((at for at, place in enumerate(places) if place in _PLACES), 0)
    for at in range(len(places) - 1, -1, -1):
        place = places[at]
        if place not in _PLACES:
            shown.append(place[1:])
            continue
        shown.append(left.pop() if left else "0" if place == "0" else "")
        if at == most_left:
            shown.append("".join(left))
    return "".join(reversed(shown))


def _date_text(days: float, *, from_1904: bool) -> str:
    try:
        time = (_FIRST_DAY_1904 if from_1904 else _FIRST_DAY) + timedelta(days=days)
    except (OverflowError, ValueError):
        return f"{days:.15g}"
    if 0 <= days < 1:
        return f"{time:%H:%M:%S}"
    return f"{time:%Y-%m-%d}" if days == int(days) else f"{time:%Y-%m-%d %H:%M:%S}"
