"""Text in a workbook's XML: what XML can't hold, and what looks like it."""

from __future__ import annotations

import pytest

from bindtool.core.workbook_text import LONGEST, as_xml, cell_text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("SPK26113F2001", "SPK26113F2001"),
        ("智能音箱\t3F\n2001", "智能音箱\t3F\n2001"),
        ("a\r\nb", "a_x000D_\nb"),
        ("A\x1dB\x01\x1f", "A_x001D_B_x0001__x001F_"),
        ("_x000D_", "_x005F_x000D_"),
        ("_x00_ _X000D_", "_x00_ _X000D_"),
        ("\ufffe\uffff", "_xFFFE__xFFFF_"),
        ("<a & 'b'>", "&lt;a &amp; 'b'&gt;"),
        ("A\ud800\0", "A\\ud800␀"),
    ],
)
def test_what_is_written(text: str, written: str) -> None:
    """CR and control characters are named by their number, and so is an underscore that would be taken for one."""
    assert cell_text(text) == written


def test_a_text_without_end() -> None:
    """It is cut where a cell ends."""
    assert cell_text("&" * (LONGEST + 1)) == "&amp;" * LONGEST


def test_an_attribute() -> None:
    """Quotes end it, so they are written as XML has them."""
    assert as_xml('"A" & <B>') == "&quot;A&quot; &amp; &lt;B&gt;"
