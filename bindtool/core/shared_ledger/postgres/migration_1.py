"""The first step of a shared ledger's tables: the tables, their functions, and what a bench may do with them.

The second step, with `claim_rules`, replaces these functions. This one has shipped, so it is never edited.
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


def _function(head: str, body: str) -> str:
    return f"""
    CREATE FUNCTION bindtool.{head}
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, bindtool, pg_temp AS $${body}$$
    """


_ENTRIES = (
    _function(
        "refuse() RETURNS trigger",
        """
    BEGIN
        RAISE EXCEPTION 'the ledger is never changed and never cut' USING ERRCODE = 'insufficient_privilege';
    END
    """,
    ),
    """
    CREATE TRIGGER entry_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON bindtool.entry
    FOR EACH STATEMENT EXECUTE FUNCTION bindtool.refuse()
    """,
    _function(
        "channel_of(_channel jsonb) RETURNS integer",
        """
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
    """,
    ),
    # One at a time, from before the first number is given until all of them can be seen: whoever has read up to a
    # number has missed none before it. Claims are locked in one order everywhere: no two wait for one another.
    _function(
        "push(_entries jsonb) RETURNS bigint",
        """
    DECLARE
        _newest bigint;
        _last bigint;
    BEGIN
        PERFORM pg_advisory_xact_lock(1651076708, 0);
        SELECT greatest(max(number), (extract(epoch FROM clock_timestamp()) * 1000000)::bigint) INTO _last
        FROM entry;
        IF current_setting('synchronous_commit') = 'off' THEN
            PERFORM set_config('synchronous_commit', 'on', true);
        END IF;
        WITH given AS MATERIALIZED (
            SELECT * FROM jsonb_to_recordset(_entries) AS (
                bench text, entry bigint, machine text, channel jsonb, device_id text, label text, written_at text,
                log_id text, operator text, profile text, job text)
        ), place AS MATERIALIZED (
            SELECT channel, channel_of(channel) AS channel_id FROM (SELECT DISTINCT channel FROM given) AS each
        ), added AS (
            INSERT INTO entry (number, bench, entry, bound_at, written_at, machine, channel_id, device_id, label,
                log_id, operator, profile, job)
            SELECT _last + row_number() OVER (ORDER BY bench, entry), bench, entry, written_at::timestamptz,
                written_at, machine, channel_id, device_id, label, log_id, operator, profile, job
            FROM given JOIN place USING (channel)
            ON CONFLICT (bench, entry, bound_at) DO NOTHING RETURNING number
        )
        SELECT max(number) INTO _newest FROM added;
        WITH done AS MATERIALIZED (
            SELECT claim.channel_id, claim.device_id
            FROM jsonb_to_recordset(_entries) AS bound (bench text, channel jsonb, device_id text)
            JOIN channel ON bound.channel = jsonb_build_array(site, connector_id, key, user_id)
            JOIN claim ON claim.channel_id = channel.channel_id
                AND claim.device_id = bound.device_id AND claim.bench = bound.bench
            ORDER BY claim.channel_id, claim.device_id FOR UPDATE OF claim
        )
        DELETE FROM claim USING done
        WHERE (claim.channel_id, claim.device_id) = (done.channel_id, done.device_id);
        IF _newest IS NOT NULL THEN
            PERFORM pg_notify('bindtool', _newest::text);
        END IF;
        RETURN _newest;
    END
    """,
    ),
)

_CLAIMS = (
    # First the claim, then the look at what was bound: a bench that has bound in between gives its claim up in the
    # transaction that adds the entry, so that the look, which comes after, sees it.
    _function(
        "claim(_who jsonb, _channel jsonb, _device_ids jsonb, _known bigint, _seconds float8) RETURNS jsonb",
        """
    DECLARE
        _place integer := channel_of(_channel);
        _mine text := _who->>0;
        _wanted text[] := ARRAY(
            SELECT DISTINCT wanted COLLATE "C" FROM jsonb_array_elements_text(_device_ids) AS wanted ORDER BY 1
        );
        _bound jsonb;
        _others jsonb;
    BEGIN
        DELETE FROM claim WHERE (channel_id, device_id) IN (
            SELECT channel_id, device_id FROM claim WHERE expires_at < clock_timestamp() - interval '1 hour'
            LIMIT 100 FOR UPDATE SKIP LOCKED
        );
        INSERT INTO claim AS there (channel_id, device_id, bench, machine, operator, since, expires_at)
        SELECT _place, wanted, _mine, _who->>1, _who->>2, clock_timestamp(),
            clock_timestamp() + make_interval(secs => _seconds)
        FROM unnest(_wanted) WITH ORDINALITY AS each (wanted, at) ORDER BY at
        ON CONFLICT (channel_id, device_id) DO UPDATE
        SET bench = excluded.bench, machine = excluded.machine, operator = excluded.operator,
            since = excluded.since, expires_at = clock_timestamp() + make_interval(secs => _seconds)
        WHERE there.bench = excluded.bench OR there.expires_at <= clock_timestamp();
        SELECT jsonb_object_agg(device_id, jsonb_build_array(device_id, machine, operator, NULL, written_at, label))
        INTO _bound FROM (
            SELECT DISTINCT ON (device_id) device_id, machine, operator, written_at, label FROM entry
            WHERE channel_id = _place AND device_id = ANY (_wanted) AND number > _known AND bench <> _mine
            ORDER BY device_id, number DESC
        ) AS newest;
        _bound := coalesce(_bound, '{}');
        DELETE FROM claim
        WHERE channel_id = _place AND device_id = ANY (_wanted) AND bench = _mine AND _bound ? device_id;
        SELECT jsonb_agg(jsonb_build_array(device_id, machine, operator, since, NULL, '')) INTO _others FROM claim
        WHERE channel_id = _place AND device_id = ANY (_wanted) AND bench <> _mine AND NOT _bound ? device_id;
        RETURN coalesce(_others, '[]') || coalesce((SELECT jsonb_agg(value) FROM jsonb_each(_bound)), '[]');
    END
    """,
    ),
    _function(
        "renew(_bench text, _seconds float8) RETURNS void",
        """
    BEGIN
        PERFORM FROM claim WHERE bench = _bench AND expires_at > clock_timestamp()
        ORDER BY channel_id, device_id FOR UPDATE;
        UPDATE claim SET expires_at = clock_timestamp() + make_interval(secs => _seconds)
        WHERE bench = _bench AND expires_at > clock_timestamp();
    END
    """,
    ),
    _function(
        "let_go(_bench text, _channel jsonb, _device_ids jsonb) RETURNS void",
        """
    DECLARE
        _place integer := channel_of(_channel);
    BEGIN
        PERFORM FROM claim WHERE channel_id = _place AND bench = _bench AND _device_ids ? device_id
        ORDER BY channel_id, device_id FOR UPDATE;
        DELETE FROM claim WHERE channel_id = _place AND bench = _bench AND _device_ids ? device_id;
    END
    """,
    ),
)

_NUMBERS_AND_TURNS = (
    _function(
        "reserve(_channel jsonb, _series text, _bench text, _count integer, _above bigint) RETURNS bigint",
        """
    DECLARE
        _place integer := channel_of(_channel);
        _first bigint;
    BEGIN
        INSERT INTO series AS there (channel_id, series, next) VALUES (_place, _series, _above + 1 + _count)
        ON CONFLICT (channel_id, series) DO UPDATE SET next = greatest(there.next, _above + 1) + _count
        RETURNING next - _count INTO _first;
        INSERT INTO block (channel_id, series, first, count, bench)
        VALUES (_place, _series, _first, _count, _bench);
        RETURN _first;
    END
    """,
    ),
    _function(
        "holds_turn(_place integer) RETURNS boolean",
        """
    BEGIN
        RETURN EXISTS (
            SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
            WHERE datname = current_database() AND locktype = 'advisory' AND classid::bigint = 1651076710
            AND objsubid = 2 AND objid::bigint = _place AND pid = pg_backend_pid() AND granted
        );
    END
    """,
    ),
    # The lock says that a connection lives, the row whose turn it is. A row without its lock is that of a bench
    # that lost its connection; from when it is first seen so, the others wait for as long as it has asked for.
    _function(
        "take_turn(_who jsonb, _channel jsonb, _seconds float8) RETURNS jsonb",
        """
    DECLARE
        _place integer := channel_of(_channel);
        _mine text := _who->>0;
        _there turn;
    BEGIN
        PERFORM pg_advisory_xact_lock(1651076709, _place);
        SELECT * INTO _there FROM turn WHERE channel_id = _place;
        IF holds_turn(_place) OR pg_try_advisory_lock(1651076710, _place) THEN
            IF _there.bench IS NULL OR _there.bench = _mine OR _there.expires_at <= clock_timestamp() THEN
                INSERT INTO turn (channel_id, bench, machine, operator, since, seconds)
                VALUES (_place, _mine, _who->>1, _who->>2, clock_timestamp(), _seconds)
                ON CONFLICT (channel_id) DO UPDATE SET bench = excluded.bench, machine = excluded.machine,
                    operator = excluded.operator, since = excluded.since, seconds = excluded.seconds,
                    expires_at = NULL;
                RETURN NULL;
            END IF;
            PERFORM pg_advisory_unlock(1651076710, _place);
            UPDATE turn SET expires_at = clock_timestamp() + make_interval(secs => seconds)
            WHERE channel_id = _place AND expires_at IS NULL;
        END IF;
        RETURN jsonb_build_array(_there.machine, _there.operator, _there.since);
    END
    """,
    ),
    _function(
        "end_turn(_channel jsonb) RETURNS void",
        """
    DECLARE
        _place integer := channel_of(_channel);
    BEGIN
        PERFORM pg_advisory_xact_lock(1651076709, _place);
        IF holds_turn(_place) THEN
            DELETE FROM turn WHERE channel_id = _place;
            PERFORM pg_advisory_unlock(1651076710, _place);
        END IF;
    END
    """,
    ),
    # Nobody who wants the turn is refused for the moment that this takes: the look excludes them.
    _function(
        "clear_turn(_bench text, _channel jsonb) RETURNS boolean",
        """
    DECLARE
        _place integer := channel_of(_channel);
    BEGIN
        PERFORM pg_advisory_xact_lock(1651076709, _place);
        IF NOT EXISTS (SELECT FROM turn WHERE channel_id = _place AND bench = _bench) THEN
            RETURN true;
        END IF;
        IF holds_turn(_place) OR NOT pg_try_advisory_lock(1651076710, _place) THEN
            RETURN false;
        END IF;
        DELETE FROM turn WHERE channel_id = _place;
        PERFORM pg_advisory_unlock(1651076710, _place);
        RETURN true;
    END
    """,
    ),
)

FUNCTIONS = (*_ENTRIES, *_CLAIMS, *_NUMBERS_AND_TURNS)
"""In the order in which they are made."""
