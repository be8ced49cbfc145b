"""The tables of a shared ledger as its first step creates them, and the read permissions."""

from __future__ import annotations

TABLES = (
    "CREATE SCHEMA bindtool",
    # the first bindtool that can use these tables, for an older one's message: it reads this table and no other.
    # steps: the number applied; the version counts those that older benches can't use
    """
    CREATE TABLE bindtool.about (
        single boolean PRIMARY KEY DEFAULT true CHECK (single),
        ledger_id text NOT NULL,
        version integer NOT NULL,
        bindtool text NOT NULL,
        steps integer NOT NULL DEFAULT 1,
        stepped_at timestamptz NOT NULL DEFAULT clock_timestamp()
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
    # No number is assigned twice, even after the server is restored from a backup: `push` counts microseconds.
    # Otherwise a bench that has read on before could find its last entry at the same place again, behind others. An
    # entry is identified by bench, entry and bound_at. written_at is the same instant as the bench wrote it, and is
    # displayed; an entry that a bench can't read would stop all of them.
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
    # to look up which bench was assigned a number
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
    # expires_at: empty until the turn is first found without its connection. pid, lock: the connection, and an
    # advisory lock that it alone holds
    """
    CREATE TABLE bindtool.turn (
        channel_id integer PRIMARY KEY REFERENCES bindtool.channel,
        bench text NOT NULL,
        machine text NOT NULL,
        operator text NOT NULL,
        since timestamptz NOT NULL,
        seconds double precision NOT NULL,
        expires_at timestamptz,
        pid integer,
        lock bigint
    )
    """,
    # the logins that may use a bench's name; the owner may add others, such as a new login of the same bench
    """
    CREATE TABLE bindtool.bench_login (
        bench text COLLATE "C" NOT NULL,
        login text COLLATE "C" NOT NULL,
        since timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (bench, login)
    )
    """,
    """
    CREATE FUNCTION bindtool.refuse() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, bindtool, pg_temp AS $$
    BEGIN
        RAISE EXCEPTION 'the ledger is never changed and never cut' USING ERRCODE = 'insufficient_privilege';
    END
    $$
    """,
    """
    CREATE TRIGGER entry_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON bindtool.entry
    FOR EACH STATEMENT EXECUTE FUNCTION bindtool.refuse()
    """,
    """
    CREATE FUNCTION bindtool.channel_of(_channel jsonb) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, bindtool, pg_temp AS $$
    DECLARE
        _found integer;
    BEGIN
        LOOP
            SELECT channel_id INTO _found FROM channel
            WHERE (site, connector_id, key, user_id) = (_channel->>0, _channel->>1, _channel->>2, _channel->>3);
            IF FOUND THEN
                RETURN _found;
            END IF;
            INSERT INTO channel (site, connector_id, key, user_id)
            VALUES (_channel->>0, _channel->>1, _channel->>2, _channel->>3) ON CONFLICT DO NOTHING;
        END LOOP;
    END
    $$
    """,
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
    "GRANT USAGE ON SCHEMA bindtool TO bindtool_bench",
    "REVOKE ALL ON ALL TABLES IN SCHEMA bindtool FROM PUBLIC",
    "GRANT SELECT ON bindtool.about, bindtool.channel, bindtool.entry TO bindtool_bench",
)
