"""Texts in place of ids that are none: errors, booleans, amounts, dates.

A text file and a clipboard have only texts: the original type of a cell is recognised by its spreadsheet form, in
any language. Workbook cells other than texts get their faults from their readers.
"""

from __future__ import annotations

import re
from functools import cache

from bindtool.core.common.safe_text import shortened
from bindtool.core.model.device import SCIENTIFIC, normalise
from bindtool.core.model.row import HoldReason
from bindtool.core.tabular.table.grid import CellFault

_LONGEST = 40
"""Characters of any of these texts."""

_compiled = cache(re.compile)
"""Compiled on demand: most lists need none of these patterns; others may test thousands of texts."""

_ERROR = r"""(?ix)
    \#[¡¿]?[^\W\d_][\w/. ]{0,20}[!?]  # Excel's in each of its languages, but for the next ones
    | \#(?:N/A|N/D|NV|N/B|I/T|YOK|HIÁNYZIK|Н/Д|GETTING_DATA|DATEN_ABRUFEN)
    | (?:Err|Fehler|Erreur|Errore|错误|錯誤|エラー|오류)\s?:\s?\d{3}  # LibreOffice's
    """
_CALL = r"(?s)[=＝][\w.]+\(.*\)"
_TELLING = frozenset("#+:\uff03\uff0b\uff1a")
"""Each of these texts and each shortened number contains one of them, and hardly any other text does."""

_TOO_NARROW = re.compile("#{3,}")

_BOOLEANS = frozenset(
    (
        *("TRUE", "FALSE", "真", "假", "是", "否"),
        *("WAHR", "FALSCH", "VRAI", "FAUX", "VERDADERO", "FALSO", "VERO", "VERDADEIRO", "ИСТИНА", "ЛОЖЬ"),
        *("PRAWDA", "FAŁSZ", "WAAR", "ONWAAR", "SANT", "FALSKT", "SAND", "FALSK", "SANN", "USANN"),
        *("TOSI", "EPÄTOSI", "IGAZ", "HAMIS", "PRAVDA", "NEPRAVDA", "DOĞRU", "YANLIŞ", "ADEVĂRAT", "FALS"),
    )
)
"""As spreadsheets display them in the languages of Excel; Chinese databases have words of their own."""

_NUMBER = r"\d{1,3}(?:[,.'\u2019\u00a0\u202f\u0020]?\d{3})*(?:[.,]\d{1,4})?"
_SIGN = r"(?:[$€£₩₹₽\u00a5\uffe5]|US\$|HK\$|NT\$)"
_AMOUNT = rf"""(?x)
    [-+(]? (?: {_SIGN}\s?-?{_NUMBER} | {_NUMBER}\s?(?:{_SIGN}|元|圆|万元|%|‰) ) \)?
    | [-+(]? \d{{1,3}}(?:,\d{{3}})+(?:\.\d+)? \)?
    | [-+(]? \d{{1,3}}(?:\.\d{{3}})*,\d\d \)?
    """

_MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DAY_TIME = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:\s?[AP]M)?"
_DATE = rf"""(?x)
    (?:
        (?:19|20)\d\d (?P<sign>[-/.]) (?:0?[1-9]|1[0-2]) (?P=sign) (?:0?[1-9]|[12]\d|3[01])
        | (?:0?[1-9]|[12]\d|3[01]) (?P<other>[-/.]) (?:0?[1-9]|[12]\d|3[01]) (?P=other) (?:19|20)\d\d
        | (?:(?:19|20)?\d\d年)? (?:0?[1-9]|1[0-2])月 (?:(?:0?[1-9]|[12]\d|3[01])[日号]?)?
        | \d\d?-(?:{_MONTH})(?:-\d\d(?:\d\d)?)?
        | (?:{_MONTH})-\d\d
    )
    (?: [T\s]\s? {_DAY_TIME} )?
    | {_DAY_TIME}
    """


def is_serial(text: str) -> bool:
    """Return whether a text consists of digits, with or without letters: no other cell type looks like that."""
    return text.isascii() and text.isalnum() and not text.isalpha()


def is_name(text: str) -> bool:
    """Return whether a text consists of letters, digits, dashes and spaces: it has no fault and no mark."""
    return text.replace(" ", "").replace("-", "").isalnum()


def fault_in_id(text: str) -> CellFault | None:
    """Return why a text can't be the intended id; None if it may be."""
    if is_serial(text):
        return None
    found = fault_in_label(text)
    if found is not None or len(text) > _LONGEST:
        return found
    bare = normalise(text)
    if bare.upper() in _BOOLEANS:
        return CellFault(HoldReason.CELL_BOOLEAN, bare)
    return CellFault(HoldReason.CELL_AMOUNT, bare) if _compiled(_AMOUNT).fullmatch(bare) else None


def fault_in_label(text: str) -> CellFault | None:
    """Return the fault of a text that was a number or a formula and is no label either."""
    if text.startswith(("=", "＝")) and _compiled(_CALL).fullmatch(text.rstrip()):
        return CellFault(HoldReason.CELL_FORMULA, shortened(text.rstrip(), _LONGEST))
    if len(text) > _LONGEST or _TELLING.isdisjoint(text):
        return None
    bare = normalise(text)
    if SCIENTIFIC.fullmatch(bare) or _TOO_NARROW.fullmatch(bare):
        return CellFault(HoldReason.CELL_SCIENTIFIC, bare)
    return CellFault(HoldReason.CELL_ERROR, bare) if _compiled(_ERROR).fullmatch(bare) else None


def is_date(text: str) -> bool:
    """Return whether a text is a date or a time as spreadsheets display it. A few makers have ids of this form."""
    if (text.isascii() and text.isalnum()) or len(text) > _LONGEST:
        return False
    return _compiled(_DATE).fullmatch(normalise(text)) is not None
