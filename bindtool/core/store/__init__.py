"""The database: what was scanned, what was sent, what came back, and everything that was ever bound.

No other package imports sqlite3. `store` is the entry to all that writes, `history` to looking back at what was
done. `tables` has the parts of the store, a module for each family of tables. `writer` is the thread that writes,
`connection` opens the file, `schema` makes the tables, `errors` turns SQLite's codes into messages, `damage` has
what is done about a damaged file. When something is written, and what a row may become, is up to others.
"""

from bindtool.core.store.connection import is_sound
from bindtool.core.store.history import History
from bindtool.core.store.schema import has_tables, is_of_today
from bindtool.core.store.store import Store
from bindtool.core.store.tables.channels import ListColumns, RequestSizeFact
from bindtool.core.store.tables.ledger import BoundDevice, Gap, LedgerEntry
from bindtool.core.store.tables.runs import Run, SentDevice, SentRequest

__all__ = [
    "BoundDevice",
    "Gap",
    "History",
    "LedgerEntry",
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
