"""The database: rows scanned, requests sent, answers received, and every binding ever made.

No other package imports sqlite3. `store` is the entry point for writing, `history` for looking back. `tables` has
the parts of the store, a module for each family of tables. `writer` is the thread that writes, `connection` opens
the file, `schema` creates the tables, `errors` turns SQLite's codes into messages, `damage` handles a damaged file.
When to write, and the allowed states of a row, are up to others.
"""

from bindtool.core.store.connection import is_sound
from bindtool.core.store.history import History
from bindtool.core.store.schema import has_tables, is_of_today
from bindtool.core.store.store import Store
from bindtool.core.store.tables.bindings import BindingRecord, BoundDevice, Gap
from bindtool.core.store.tables.channels import ListColumns, RequestSizeFact
from bindtool.core.store.tables.runs import Run, SentDevice, SentRequest

__all__ = [
    "BindingRecord",
    "BoundDevice",
    "Gap",
    "History",
    "ListColumns",
    "RequestSizeFact",
    "Run",
    "SentDevice",
    "SentRequest",
    "Store",
    "has_tables",
    "is_of_today",
    "is_sound",
]
