"""The tables, as numbered steps from an empty file to today's. A step that has shipped is never edited."""

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


APPLICATION_ID = 0x62696E64
"""Says in the file's head that it is bindtool's ("bind" in ASCII; sqlite.org, "PRAGMA application_id")."""

_SHEETS_RUNS_AND_LEDGER = (
    f"PRAGMA application_id = {APPLICATION_ID}",
    # last_number outlives its row: a number is never given twice
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
    # note and held are messages as JSON; code is text, since an answer may hold an integer of any size
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
        user_id TEXT NOT NULL
    ) STRICT
    """,
    # what a run set out to send: its rows may be edited or deleted meanwhile. A number below 0 stands for a device
    # without a row here: a whole list carries it along
    """
    CREATE TABLE run_device (
        run_id INTEGER NOT NULL REFERENCES run,
        number INTEGER NOT NULL,
        device_id TEXT NOT NULL,
        label TEXT NOT NULL,
        PRIMARY KEY (run_id, number)
    ) STRICT, WITHOUT ROWID
    """,
    # answered_at is empty while no answer is known, and stays so after a crash
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
        PRIMARY KEY (run_id, number)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE request_row (
        run_id INTEGER NOT NULL,
        number INTEGER NOT NULL,
        request INTEGER NOT NULL,
        PRIMARY KEY (run_id, number, request),
        FOREIGN KEY (run_id, number) REFERENCES run_device,
        FOREIGN KEY (run_id, request) REFERENCES request
    ) STRICT, WITHOUT ROWID
    """,
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
    "CREATE INDEX ledger_device ON ledger (site, connector_id, key, user_id, device_id)",
    """
    CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is never changed'); END
    """,
    """
    CREATE TRIGGER ledger_is_never_cut BEFORE DELETE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is never cut'); END
    """,
)

_NEEDED_VERSION = (
    "CREATE TABLE needed (bindtool TEXT NOT NULL) STRICT",
    "INSERT INTO needed VALUES ('0.1.0')",
)
"""The first bindtool that reads the file, for the words of an older one: it knows this table and no other."""

_CHANNEL_FACTS = (
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
    # the name that the run's token is kept under, empty for one that is kept nowhere
    "ALTER TABLE run ADD COLUMN token TEXT NOT NULL DEFAULT ''",
)

_CHANNEL_CHECKS = (
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
)

_LABELS_OF_LEDGER = (
    # with the id, so that nothing but the index is read
    "CREATE INDEX ledger_label ON ledger (site, connector_id, key, user_id, label, device_id)",
)

_BENCH = (
    # made up once: what is exported from here has a name that no other data folder gives
    "CREATE TABLE bench (bench_id TEXT NOT NULL) STRICT",
    "INSERT INTO bench VALUES (lower(hex(randomblob(16))))",
    # from an entry of the ledger to the row that it was sent from, and from a request to its devices
    "CREATE INDEX run_device_device ON run_device (device_id)",
    "CREATE INDEX request_row_request ON request_row (run_id, request)",
)

_VERDICTS = (
    # what the answer was taken for when it came; a request without one may have been taken
    "ALTER TABLE request ADD COLUMN verdict TEXT NOT NULL DEFAULT 'lost'",
    # those of 0.1.0 by what it took them for; without a status nobody can tell any more what never left
    """
    UPDATE request SET verdict = CASE
        WHEN http_status IN (401, 403, 404) THEN 'stop'
        WHEN code IN ('4100', '4101', '4200', '4019', '4027', '4028', '700012006', '788788103') THEN 'stop'
        WHEN http_status = 429 OR code IN ('4008', '4009', '4013', '4020') THEN 'wait'
        WHEN code = '0' AND http_status BETWEEN 200 AND 299 THEN 'bound'
        WHEN code IS NULL OR code IN ('0', '5000', '720701013') THEN 'lost'
        WHEN http_status = 408 OR http_status BETWEEN 300 AND 399 OR http_status BETWEEN 500 AND 599 THEN 'lost'
        ELSE 'refused'
    END
    WHERE http_status IS NOT NULL
    """,
    "UPDATE needed SET bindtool = '0.2.0'",
)

_REFUSED_DEVICES = (
    # whether the device itself was refused in this run, whatever becomes of its row: the refusal of a group is not
    # that of each of its devices
    "ALTER TABLE run_device ADD COLUMN refused INTEGER NOT NULL DEFAULT 0",
    # those of before by their last request: a run that went to its end has an answer for each device
    """
    UPDATE run_device SET refused = 1
    WHERE number > 0 AND EXISTS (
        SELECT 1 FROM request JOIN run USING (run_id)
        WHERE request.run_id = run_device.run_id AND verdict = 'refused'
            AND request.number = (
                SELECT max(request) FROM request_row
                WHERE request_row.run_id = run_device.run_id AND request_row.number = run_device.number
            )
            AND (ending = 'finished' OR ending <> 'not_accepted' AND 1 = (
                SELECT count(*) FROM request_row
                WHERE request_row.run_id = request.run_id AND request = request.number AND number > 0
            ))
    )
    """,
)

HOLDS_BY_REASON = """
    UPDATE sheet_row SET held = json_object(
        'reason', replace(replace(replace(replace(replace(json_extract(held, '$[0]'),
            'reason.', ''), 'held.', ''), 'list.', ''), 'cell.', 'cell_'), 'paste.', 'paste_'),
        'values', json_extract(held, '$[1]')
    )
    WHERE held LIKE '["%' AND json_valid(held)
"""
"""Makes of the id of a text and its values, as an array, the name of a reason and its values, as an object. A hold
that is one already stays as it is."""

NOTES_BY_REASON = """
    UPDATE sheet_row SET note = json_object(
        'reason', replace(json_extract(note, '$[0]'), 'note.', ''), 'values', json_extract(note, '$[1]')
    )
    WHERE note LIKE '["%' AND json_valid(note)
"""

_COLUMNS_OF_LISTS = (
    # what a person chose for lists of a make: the row that names the columns, where they chose that too, and the
    # columns, from 0; -1 for no label. Without a profile there is no channel: its values are empty
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

SPANS_OF_ROWS = (
    """
    INSERT INTO request_span
    SELECT run_id, min(number), request, max(number)
    FROM (
        SELECT *, number - row_number() OVER (PARTITION BY run_id, request ORDER BY number) AS stretch
        FROM request_row
    )
    GROUP BY run_id, request, stretch, (number + 1000000000) / 100
    """,
    "DROP TABLE request_row",
)
"""Makes stretches of the rows of requests, of `codec.LONGEST_SPAN` at most."""

SPANS = (
    # the rows that a request carries, by stretches of their numbers
    """
    CREATE TABLE request_span (
        run_id INTEGER NOT NULL,
        first INTEGER NOT NULL,
        request INTEGER NOT NULL,
        last INTEGER NOT NULL,
        PRIMARY KEY (run_id, first, request)
    ) STRICT, WITHOUT ROWID
    """,
    *SPANS_OF_ROWS,
    # an entry's channel is looked at in the entry: few have the same device or label on another
    "DROP INDEX ledger_device",
    "DROP INDEX ledger_label",
    "CREATE INDEX ledger_device ON ledger (device_id)",
    "CREATE INDEX ledger_label ON ledger (label)",
)

_UNDER_WAY = (
    # a request that has left, or is about to, and has no answer written: its rows are being sent, whatever they say
    "ALTER TABLE request ADD COLUMN under_way INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX request_under_way ON request (run_id, number) WHERE under_way",
    # the rows of sheets as they stand now
    """
    CREATE VIEW row_now AS
    SELECT sheet_row.sheet_id, sheet_row.number, sheet_row.device_id, label, source, added_at, operator, arrived,
        note, held, iif(sent.request IS NULL, state, 'sending') AS state,
        attempts + (sent.request IS NOT NULL) AS attempts, coalesce(sent.request, sheet_row.request) AS request,
        lost, answered_at, code, message, log_id, http_status
    FROM sheet_row LEFT JOIN (
        SELECT sheet_id, run_device.number, device_id, max(request.number) AS request
        FROM request INDEXED BY request_under_way
        CROSS JOIN run USING (run_id)
        CROSS JOIN request_span ON request_span.run_id = request.run_id AND request_span.request = request.number
        CROSS JOIN run_device ON run_device.run_id = request.run_id AND run_device.number BETWEEN first AND last
        WHERE under_way
        GROUP BY sheet_id, run_device.number, device_id
    ) AS sent USING (sheet_id, number, device_id)
    """,
)

_OUTBOX_BY_STRETCHES = (
    # `more` entries after this one wait too; what is bound together waits as one record
    "ALTER TABLE outbox ADD COLUMN more INTEGER NOT NULL DEFAULT 0",
    "DROP TRIGGER ledger_is_told",
)

_ROWS_UNDER_WAY = (
    # what a run held is found at each start, without a look at every row that there is
    "CREATE INDEX row_under_way ON sheet_row (sheet_id) WHERE state IN ('sending', 'waiting')",
)

GAP = (
    # of each time that the database was rebuilt: since when devices may be missing, NULL where any may, and the
    # highest run at that time; one record at most is not confirmed
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

MIGRATIONS = (
    _SHEETS_RUNS_AND_LEDGER, _NEEDED_VERSION, _CHANNEL_FACTS, _CHANNEL_CHECKS, _LABELS_OF_LEDGER, _BENCH,
    SHARED_TABLES, _VERDICTS, _REFUSED_DEVICES, (HOLDS_BY_REASON,), (NOTES_BY_REASON,), _COLUMNS_OF_LISTS, SPANS,
    _UNDER_WAY, _OUTBOX_BY_STRETCHES, _ROWS_UNDER_WAY, GAP,
)  # fmt: skip
"""Step n leads from version n to n + 1, and says in `needed` which bindtool it came with.

A step that has shipped is never edited.
"""
