"""The tables of the first step of a shared ledger, and what a bench may do with them: read entries, call functions.

Owns what the columns are called and what they refer to. It has shipped, so that it is never edited. The functions
are `first_functions`'.
"""

from __future__ import annotations

TABLES = (
    "CREATE SCHEMA bindtool",
    # the first bindtool that can use these tables, for the words of an older one: it reads this table and no other
    """
    CREATE TABLE bindtool.about (
        single boolean PRIMARY KEY DEFAULT true CHECK (single),
        ledger_id text NOT NULL,
        version integer NOT NULL,
        bindtool text NOT NULL
    )
    """,
    "INSERT INTO bindtool.about (ledger_id, version, bindtool) VALUES (gen_random_uuid()::text, 0, '')",
    """
    CREATE TABLE bindtool.channel (
        channel_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        site text COLLATE "C" NOT NULL,
        connector_id text COLLATE "C" NOT NULL,
        key text COLLATE "C" NOT NULL,
        user_id text COLLATE "C" NOT NULL,
        UNIQUE (site, connector_id, key, user_id)
    )
    """,
    # No number is given twice, also where the server is set back to an earlier day: `push` counts microseconds. A
    # bench that has read on before could find its last entry at the same place again else, behind others.
    # An entry's name is bench, entry and bound_at. written_at is the same instant as the bench wrote it, and is
    # shown; what a bench could not read would stop all of them.
    """
    CREATE TABLE bindtool.entry (
        number bigint PRIMARY KEY,
        bench text COLLATE "C" NOT NULL CHECK (bench <> ''),
        entry bigint NOT NULL CHECK (entry > 0),
        bound_at timestamptz NOT NULL,
        written_at text NOT NULL CHECK (
            written_at ~ '^[0-9]{4}-[01][0-9]-[0-3][0-9]T([01][0-9]|2[0-3])(:[0-5][0-9]){2}'
            '([.][0-9]{6})?[+-](0[0-9]|1[0-5]):[0-5][0-9](:[0-5][0-9])?$'),
        machine text NOT NULL,
        channel_id integer NOT NULL REFERENCES bindtool.channel,
        device_id text COLLATE "C" NOT NULL CHECK (device_id <> ''),
        label text NOT NULL,
        log_id text NOT NULL,
        operator text NOT NULL,
        profile text NOT NULL,
        job text NOT NULL,
        added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        added_by text NOT NULL DEFAULT session_user,
        UNIQUE (bench, entry, bound_at)
    )
    """,
    "CREATE INDEX entry_device ON bindtool.entry (channel_id, device_id, number)",
    """
    CREATE TABLE bindtool.claim (
        channel_id integer NOT NULL REFERENCES bindtool.channel,
        device_id text COLLATE "C" NOT NULL,
        bench text COLLATE "C" NOT NULL,
        machine text NOT NULL,
        operator text NOT NULL,
        since timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (channel_id, device_id)
    )
    """,
    "CREATE INDEX claim_bench ON bindtool.claim (bench)",
    "CREATE INDEX claim_end ON bindtool.claim (expires_at)",
    """
    CREATE TABLE bindtool.series (
        channel_id integer NOT NULL REFERENCES bindtool.channel,
        series text COLLATE "C" NOT NULL,
        next bigint NOT NULL,
        PRIMARY KEY (channel_id, series)
    )
    """,
    # for whoever wants to know which bench was given a number
    """
    CREATE TABLE bindtool.block (
        channel_id integer NOT NULL,
        series text COLLATE "C" NOT NULL,
        first bigint NOT NULL,
        count integer NOT NULL CHECK (count > 0),
        bench text NOT NULL,
        given_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (channel_id, series, first),
        FOREIGN KEY (channel_id, series) REFERENCES bindtool.series
    )
    """,
    # expires_at: empty while nobody has found it without its connection
    """
    CREATE TABLE bindtool.turn (
        channel_id integer PRIMARY KEY REFERENCES bindtool.channel,
        bench text NOT NULL,
        machine text NOT NULL,
        operator text NOT NULL,
        since timestamptz NOT NULL,
        seconds double precision NOT NULL,
        expires_at timestamptz
    )
    """,
)

RIGHTS = (
    # roles belong to the whole server: another database may have made it
    """
    DO $$
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'bindtool_bench') THEN
            CREATE ROLE bindtool_bench NOLOGIN;
        END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
    END $$
    """,
    "REVOKE ALL ON SCHEMA bindtool FROM PUBLIC",
    "REVOKE ALL ON ALL TABLES IN SCHEMA bindtool FROM PUBLIC",
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA bindtool FROM PUBLIC",
    "GRANT USAGE ON SCHEMA bindtool TO bindtool_bench",
    "GRANT SELECT ON bindtool.about, bindtool.channel, bindtool.entry TO bindtool_bench",
    """
    GRANT EXECUTE ON FUNCTION bindtool.push, bindtool.claim, bindtool.renew, bindtool.let_go, bindtool.reserve,
        bindtool.take_turn, bindtool.clear_turn, bindtool.end_turn TO bindtool_bench
    """,
)
