"""The database: what was scanned, what was sent, what came back, and everything that was ever bound.

Owns SQLite, which nothing else imports. `database` is the face; `schema` the tables, `connection` how the file is
opened, `writer` the thread that writes, `codec` how values become columns, `bulk` how many go in at once, `failure`
what is said when it fails, `alone` what needs the folder's lock; `inspection`, `copies`, `salvage`, `leaves`,
`taking_over` and `recovery` what is done about damage; `sheets`, `rows`, `journal`, `ledger`, `given_labels` and
`facts` the tables by their purpose; `benches` is the face for what benches tell one another, `outbox`, `foreign`
and `number_blocks` its tables. `history` is the face for a look at all that was done, `search` and `past_sheets`
what is looked for. When something is written, and what a row may become, is for others.
"""

from bindtool.core.store.connection import is_sound
from bindtool.core.store.database import Store
from bindtool.core.store.facts import RequestSizeFact, TokenUse
from bindtool.core.store.history import History
from bindtool.core.store.journal import Run, SentDevice, SentRequest
from bindtool.core.store.ledger import BoundDevice, LedgerEntry
from bindtool.core.store.schema import has_shared_tables, is_of_today

__all__ = [
    "BoundDevice",
    "History",
    "LedgerEntry",
    "RequestSizeFact",
    "Run",
    "SentDevice",
    "SentRequest",
    "Store",
    "TokenUse",
    "has_shared_tables",
    "is_of_today",
    "is_sound",
]
