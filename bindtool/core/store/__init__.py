"""The database: what was scanned, what was sent, what came back, and everything that was ever bound.

Owns SQLite, which nothing else imports. `store` is the face; `schema` the tables, `connection` how the file is
opened, `writer` the thread that writes, `codec` how values become columns, `bulk` how many go in at once, `errors`
what is said when it fails, `alone` what needs the folder's lock; `integrity_check`, `ledger_copies`, `salvage`,
`page_records`, `rebuild` and `replace` what is done about damage; `sheets`, `rows`, `runs`, `ledger`, `labels` and
`channel_facts` the tables by their purpose; `shared` is the face for what benches tell one another, `outbox`,
`remote_entries` and `number_blocks` its tables. `history` is the face for a look at all that was done, `search` and
`past_sheets` what is looked for. When something is written, and what a row may become, is for others.
"""

from bindtool.core.store.connection import is_sound
from bindtool.core.store.history import History
from bindtool.core.store.schema import has_shared_tables, is_of_today
from bindtool.core.store.store import Store
from bindtool.core.store.tables.channel_facts import RequestSizeFact, TokenUse
from bindtool.core.store.tables.ledger import BoundDevice, LedgerEntry
from bindtool.core.store.tables.runs import Run, SentDevice, SentRequest

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
