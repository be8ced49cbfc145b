"""Text as it stands in the XML of a workbook.

Owns what can't stand there as it is: XML's own characters, and those that it has no place for, which become
`_x000D_` (ECMA-376 part 1, ST_Xstring). The files are for `workbook_file`; reading is for `tabular`.
"""

from __future__ import annotations

import re

LONGEST = 32767
"""Characters in a cell (Microsoft, "Excel specifications and limits")."""

_NO_XML = re.compile("[\x01-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
"""What XML refuses, CR, which it turns into LF, and an underscore that would be taken for an escape's."""


def as_xml(text: str) -> str:
    """Return `text` with XML's own characters written as it has them, for an attribute or an element."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def cell_text(text: str) -> str:
    """Return what stands in a cell for `text`; what is longer than a cell may be is cut.

    A NUL becomes its picture and half a character its number: neither is text, and none may cost the report.
    """
    whole = text.replace("\0", "\u2400").encode("utf-8", "backslashreplace").decode()
    return as_xml(_NO_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", whole[:LONGEST]))
