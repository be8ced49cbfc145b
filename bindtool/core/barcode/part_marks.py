"""What a scanner puts before a code to say what kind it is: AIM and ECI marks.

Owns what such a mark looks like. Whether it is taken off is for a profile's part rule.
"""

from __future__ import annotations

import re

GS1_MARKS = ("]C1", "]e0", "]d2", "]Q3", "]J1")
"""The AIM marks that say: what follows is GS1 (GS1 General Specifications, 5.1.2, "symbology identifiers")."""

# "]", a letter for the kind of code, a modifier (ISO/IEC 15424); "\\" and six digits for the character set of what
# follows (AIM's Extended Channel Interpretation; the numbers end at 899).
_MARK = re.compile(r"(?:\][A-Za-z][0-9A-Za-z])?(?:\\000[0-9]{3})?")


def split_mark(text: str) -> tuple[str, str]:
    """Return the marks at the beginning of `text`, "" for none, and what follows them."""
    found = _MARK.match(text)
    end = found.end() if found is not None else 0
    return text[:end], text[end:]
