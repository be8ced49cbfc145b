"""What the server of a shared ledger says of itself, for whoever looks whether it can be used.

Owns the value. Asking is for `client`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """`tls`: its version, "" for none. `schema`: that of the tables. `newest`: the number of the newest entry.

    `left_out`: entries that no bench can read. `due`: whether the owner has to bring the ledger on.
    """

    tls: str
    postgres: str
    schema: int
    entries: int
    newest: int
    left_out: int = 0
    due: bool = False
