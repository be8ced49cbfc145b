"""The tool tip of an id: the id, and the whole text that came in where that is another one.

Owns its form: a code may hold characters that can't be seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bindtool.core.model.row import Row
    from bindtool.texts import Texts

_LONGEST = 600
_PICTURES = {code: 0x2400 + code for code in range(0x20) if code != ord("\n")} | {0x7F: 0x2421}
"""Unicode's pictures of the control characters, GS1's separator among them."""


def arrived_tip(texts: Texts, row: Row) -> str:
    """Return the tool tip of a row's id."""
    tip = row.device_id
    arrived = row.arrived.strip()
    if arrived not in {"", row.device_id}:
        shown = arrived if len(arrived) <= _LONGEST else f"{arrived[:_LONGEST]}…"
        tip = "\n".join([tip, texts("cell.arrived", text=shown.translate(_PICTURES))])
    return tip.translate(_PICTURES)
