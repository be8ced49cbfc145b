"""The tables of what benches tell one another, as a step of `schema`.

Owns their columns. `outbox` has what others do not know yet, `foreign_entry` what they have told, `ledger_place`
how far a shared ledger was read, `number_block` the running numbers that only this bench may give.
"""

from __future__ import annotations

SHARED_TABLES = (
    "CREATE TABLE outbox (entry_id INTEGER PRIMARY KEY REFERENCES ledger) STRICT",
    # a shared ledger that is set up later gets everything
    "INSERT INTO outbox SELECT entry_id FROM ledger",
    """
    CREATE TRIGGER ledger_is_told AFTER INSERT ON ledger
    BEGIN INSERT INTO outbox VALUES (new.entry_id); END
    """,
    # bound_at belongs to the name: a data folder that was copied counts on from the same entry
    """
    CREATE TABLE foreign_entry (
        foreign_id INTEGER PRIMARY KEY AUTOINCREMENT,
        bench TEXT NOT NULL,
        entry INTEGER NOT NULL,
        machine TEXT NOT NULL,
        site TEXT NOT NULL,
        connector_id TEXT NOT NULL,
        key TEXT NOT NULL,
        user_id TEXT NOT NULL,
        device_id TEXT NOT NULL,
        label TEXT NOT NULL,
        bound_at TEXT NOT NULL,
        log_id TEXT NOT NULL,
        operator TEXT NOT NULL,
        profile TEXT NOT NULL,
        job TEXT NOT NULL,
        UNIQUE (bench, entry, bound_at)
    ) STRICT
    """,
    "CREATE INDEX foreign_device ON foreign_entry (site, connector_id, key, user_id, device_id)",
    "CREATE INDEX foreign_label ON foreign_entry (site, connector_id, key, user_id, label, device_id)",
    # for the history, by the moment; with all that is searched, so that nothing but the index is read
    """
    CREATE INDEX foreign_text ON foreign_entry (
        unixepoch(bound_at), bound_at,
        device_id || char(10) || label || char(10) || log_id || char(10) || machine
    )
    """,
    """
    CREATE TRIGGER foreign_entry_is_never_changed BEFORE UPDATE ON foreign_entry
    BEGIN SELECT RAISE(ABORT, 'the ledger is never changed'); END
    """,
    """
    CREATE TRIGGER foreign_entry_is_never_cut BEFORE DELETE ON foreign_entry
    BEGIN SELECT RAISE(ABORT, 'the ledger is never cut'); END
    """,
    """
    CREATE TABLE ledger_place (
        ledger_id TEXT PRIMARY KEY,
        number INTEGER NOT NULL,
        bench TEXT,
        entry INTEGER
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE number_block (
        site TEXT NOT NULL,
        connector_id TEXT NOT NULL,
        key TEXT NOT NULL,
        user_id TEXT NOT NULL,
        series TEXT NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        PRIMARY KEY (site, connector_id, key, user_id, series, first)
    ) STRICT, WITHOUT ROWID
    """,
)
