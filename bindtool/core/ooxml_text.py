"""Text as it stands in a workbook's XML: what XML can't hold is written as `_x000D_` (ECMA-376, ST_Xstring).

Owns the escape and its way back. The workbooks are for `report_xlsx` and for what reads files.
"""

from __future__ import annotations

import re

_NEEDS_ESCAPE = re.compile("[\x01-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
"""What XML refuses, CR, which it turns into LF, and an underscore that would be taken for an escape."""

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def escape(text: str) -> str:
    """Return `text`, in which there is no NUL and no lone surrogate, as a cell holds it."""
    return _NEEDS_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def unescape(text: str) -> str:
    """Return the text that `escape`, or a spreadsheet, has written."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
