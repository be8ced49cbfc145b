"""The tables: a first step that creates them, and numbered steps from there to the current ones."""

from __future__ import annotations

APPLICATION_ID = 0x62696E64
"""Marks the file as bindtool's in its header ("bind" in ASCII; sqlite.org, "PRAGMA application_id")."""

FIRST_VERSION = 16
"""The version of the first step. No bindtool that wrote files of a lower one was ever released."""

_ROW_NOW = """
    CREATE VIEW row_now AS
    SELECT sheet_row.sheet_id, sheet_row.number, sheet_row.device_id, label, source, added_at, operator, arrived,
        note, held, iif(sent.request IS NULL, state, 'sending') AS state,
        attempts + (sent.request IS NOT NULL) AS attempts, coalesce(sent.request, sheet_row.request) AS request,
        lost, answered_at, code, message, log_id, http_status{more}
    FROM sheet_row LEFT JOIN (
        SELECT sheet_id, run_device.number, device_id, max(request.number) AS request
        FROM request INDEXED BY request_under_way
        CROSS JOIN run USING (run_id)
        CROSS JOIN request_span ON request_span.run_id = request.run_id AND request_span.request = request.number
        CROSS JOIN run_device ON run_device.run_id = request.run_id AND run_device.number BETWEEN first AND last
        WHERE under_way
        GROUP BY sheet_id, run_device.number, device_id
    ) AS sent USING (sheet_id, number, device_id)
"""

_TABLES = (
    f"PRAGMA application_id = {APPLICATION_ID}",
    # the first bindtool that reads the file, for an older one's message: it knows this table and no other
    "CREATE TABLE needed (bindtool TEXT NOT NULL) STRICT",
    "INSERT INTO needed VALUES ('0.2.0')",
    # generated once: entries exported from here have an id that no other data folder assigns
    "CREATE TABLE bench (bench_id TEXT NOT NULL) STRICT",
    "INSERT INTO bench VALUES (lower(hex(randomblob(16))))",
    # last_number outlives its row: numbers are never reused
    """
    CREATE TABLE sheet (
        sheet_id INTEGER PRIMARY KEY AUTOINCREMENT,
        created_at TEXT NOT NULL,
        profile TEXT NOT NULL,
        job TEXT NOT NULL,
        expected INTEGER,
        operator TEXT NOT NULL,
        origin TEXT NOT NULL,
        last_number INTEGER NOT NULL DEFAULT 0,
        closed_at TEXT
    ) STRICT
    """,
    # note and held are messages as JSON; code is text, since an answer may have an integer of any size
    """
    CREATE TABLE sheet_row (
        sheet_id INTEGER NOT NULL REFERENCES sheet,
        number INTEGER NOT NULL,
        device_id TEXT NOT NULL,
        label TEXT NOT NULL,
        source TEXT NOT NULL,
        added_at TEXT NOT NULL,
        operator TEXT NOT NULL,
        arrived TEXT NOT NULL,
        note TEXT,
        held TEXT,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        request INTEGER,
        lost INTEGER NOT NULL,
        answered_at TEXT,
        code TEXT,
        message TEXT NOT NULL,
        log_id TEXT NOT NULL,
        http_status INTEGER,
        PRIMARY KEY (sheet_id, number)
    ) STRICT, WITHOUT ROWID
    """,
    # token: its key in the password store, empty for one that is not stored
    """
    CREATE TABLE run (
        run_id INTEGER PRIMARY KEY AUTOINCREMENT,
        sheet_id INTEGER NOT NULL REFERENCES sheet,
        started_at TEXT NOT NULL,
        ended_at TEXT,
        ending TEXT NOT NULL DEFAULT '',
        operator TEXT NOT NULL,
        profile TEXT NOT NULL,
        site TEXT NOT NULL,
        connector_id TEXT NOT NULL,
        key TEXT NOT NULL,
        user_id TEXT NOT NULL,
        token TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    # the devices of a run: its rows may be edited or deleted meanwhile. A number below 0 stands for a device
    # without a row here: it is sent as part of a whole list. refused: the device itself was, whatever its row says
    # later; the refusal of a group applies to none of its devices in particular
    """
    CREATE TABLE run_device (
        run_id INTEGER NOT NULL REFERENCES run,
        number INTEGER NOT NULL,
        device_id TEXT NOT NULL,
        label TEXT NOT NULL,
        refused INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (run_id, number)
    ) STRICT, WITHOUT ROWID
    """,
    # from an entry of the ledger to the row that it was sent from
    "CREATE INDEX run_device_device ON run_device (device_id)",
    # answered_at is empty while no answer is known, and stays so after a crash. verdict: the classification of the
    # answer when it came; a request without one may have been accepted. under_way: it was sent, or is about to be,
    # and its answer is not written; its rows are being sent, whatever their state says
    """
    CREATE TABLE request (
        run_id INTEGER NOT NULL REFERENCES run,
        number INTEGER NOT NULL,
        begun_at TEXT NOT NULL,
        answered_at TEXT,
        code TEXT,
        message TEXT NOT NULL DEFAULT '',
        log_id TEXT NOT NULL DEFAULT '',
        http_status INTEGER,
        verdict TEXT NOT NULL DEFAULT 'lost',
        under_way INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (run_id, number)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX request_under_way ON request (run_id, number) WHERE under_way",
    # the rows of a request, by ranges of their numbers
    """
    CREATE TABLE request_span (
        run_id INTEGER NOT NULL,
        first INTEGER NOT NULL,
        request INTEGER NOT NULL,
        last INTEGER NOT NULL,
        PRIMARY KEY (run_id, first, request)
    ) STRICT, WITHOUT ROWID
    """,
    # the rows of sheets in their current state
    _ROW_NOW.format(more=""),
    # rows held by a run are looked up at each start, without scanning all rows
    "CREATE INDEX row_under_way ON sheet_row (sheet_id) WHERE state IN ('sending', 'waiting')",
    """
    CREATE TABLE ledger (
        entry_id INTEGER PRIMARY KEY AUTOINCREMENT,
        site TEXT NOT NULL,
        connector_id TEXT NOT NULL,
        key TEXT NOT NULL,
        user_id TEXT NOT NULL,
        device_id TEXT NOT NULL,
        label TEXT NOT NULL,
        bound_at TEXT NOT NULL,
        log_id TEXT NOT NULL,
        operator TEXT NOT NULL,
        profile TEXT NOT NULL
    ) STRICT
    """,
    # an entry's channel is checked in the entry: few have the same device or label on another
    "CREATE INDEX ledger_device ON ledger (device_id)",
    "CREATE INDEX ledger_label ON ledger (label)",
    """
    CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is never changed'); END
    """,
    """
    CREATE TRIGGER ledger_is_never_cut BEFORE DELETE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is never cut'); END
    """,
    # `more` entries after this one are pending too; devices bound together are one record
    """
    CREATE TABLE outbox (
        entry_id INTEGER PRIMARY KEY REFERENCES ledger,
        more INTEGER NOT NULL DEFAULT 0
    ) STRICT
    """,
    # bound_at is part of the identity: a data folder that was copied continues from the same entry
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
    # for the history, by time; covers all searched columns, so that only the index is read
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
    """
    CREATE TABLE channel_fact (
        site TEXT NOT NULL,
        connector_id TEXT NOT NULL,
        key TEXT NOT NULL,
        name TEXT NOT NULL,
        value INTEGER NOT NULL,
        found_at TEXT NOT NULL,
        PRIMARY KEY (site, connector_id, key, name)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE channel_check (
        site TEXT NOT NULL,
        connector_id TEXT NOT NULL,
        key TEXT NOT NULL,
        user_id TEXT NOT NULL,
        already TEXT,
        risk_taken INTEGER NOT NULL,
        first_id TEXT,
        first_label TEXT,
        second_id TEXT,
        second_label TEXT,
        seen TEXT,
        checked_by TEXT NOT NULL,
        checked_on TEXT,
        PRIMARY KEY (site, connector_id, key, user_id)
    ) STRICT, WITHOUT ROWID
    """,
    # a person's choice for lists of a make: the header row, if they chose that too, and the columns, from 0; -1 for
    # no label. Without a profile there is no channel: its values are empty
    """
    CREATE TABLE list_columns (
        site TEXT NOT NULL,
        connector_id TEXT NOT NULL,
        key TEXT NOT NULL,
        make TEXT NOT NULL,
        header INTEGER,
        id_column INTEGER NOT NULL,
        label_column INTEGER NOT NULL,
        chosen_at TEXT NOT NULL,
        PRIMARY KEY (site, connector_id, key, make)
    ) STRICT, WITHOUT ROWID
    """,
)

GAP = (
    # for each rebuild of the database: since when devices may be missing, NULL if any may, and the highest run at
    # that time; at most one record is unconfirmed
    """
    CREATE TABLE gap (
        gap_id INTEGER PRIMARY KEY,
        since TEXT,
        rebuilt_at TEXT NOT NULL,
        last_run INTEGER NOT NULL,
        confirmed_at TEXT
    ) STRICT
    """,
)

_REFUSED_WITH = (
    # the number of devices in the row's last request, if that was refused and not split
    "ALTER TABLE sheet_row ADD COLUMN refused_with INTEGER NOT NULL DEFAULT 0",
    "DROP VIEW row_now",
    _ROW_NOW.format(more=", refused_with"),
)

_HANDOFF = (
    # the rows of a run, to be written to a folder: created with the run, filled at its end, deleted once the folder
    # has the file
    """
    CREATE TABLE handoff (
        handoff_id INTEGER PRIMARY KEY AUTOINCREMENT,
        run_id INTEGER NOT NULL,
        profile TEXT NOT NULL,
        folder TEXT NOT NULL,
        format TEXT NOT NULL,
        checking INTEGER NOT NULL,
        name TEXT,
        contents BLOB
    ) STRICT
    """,
)

MIGRATIONS = (_TABLES, GAP, _REFUSED_WITH, _HANDOFF)
"""The first creates version `FIRST_VERSION`, each later one leads from a version to the next."""

VERSION = FIRST_VERSION + len(MIGRATIONS) - 1
"""The current version."""

VERSION_OF_GAP = FIRST_VERSION + MIGRATIONS.index(GAP)
