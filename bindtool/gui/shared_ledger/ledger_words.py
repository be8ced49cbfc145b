"""How this bench stands with the others, in words for the status line.

Owns the choice of words. What is so is `core.shared_ledger`'s to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bindtool.core.shared_ledger.protocols import Standing
    from bindtool.texts import Texts


def ledger_line(texts: Texts, standing: Standing | None) -> list[str]:
    """Return what the status line says of the shared ledger, if there is one and something is known of it."""
    if standing is None:
        return []
    if standing.since is None:
        return [texts("ledger.in_step")]
    if standing.problem is None:
        return []
    return [texts("ledger.not_in_step", time=f"{standing.since:%H:%M}", n=standing.waiting)]
