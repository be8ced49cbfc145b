"""The second step of a shared ledger's tables: what a bench says is no longer believed blindly.

Which login speaks for which bench, which connection has a turn, what an entry may be. Benches that know the first
step only go on with it: their statements stay as they are. It has shipped, so that it is never edited. A turn's
advisory lock only tells that its connection lives: its number is made up anew each time, and held by nobody else.
"""

from __future__ import annotations

TABLES = (
    # steps: how many have been taken; the version counts those that older benches can't use
    """
    ALTER TABLE bindtool.about
        ADD COLUMN steps integer NOT NULL DEFAULT 1,
        ADD COLUMN stepped_at timestamptz NOT NULL DEFAULT clock_timestamp()
    """,
    # whoever may use a bench's name; the owner may add others, such as a new login of the same bench
    """
    CREATE TABLE bindtool.bench_login (
        bench text COLLATE "C" NOT NULL,
        login text COLLATE "C" NOT NULL,
        since timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (bench, login)
    )
    """,
    "INSERT INTO bindtool.bench_login (bench, login) SELECT DISTINCT bench, added_by FROM bindtool.entry",
    # the connection, and an advisory lock that it alone holds; empty for a turn that was taken before this step
    "ALTER TABLE bindtool.turn ADD COLUMN pid integer, ADD COLUMN lock bigint",
    # what nobody can have asked for in earnest
    """
    UPDATE bindtool.claim SET expires_at = clock_timestamp() + interval '1 hour'
    WHERE expires_at > clock_timestamp() + interval '1 hour'
    """,
    "UPDATE bindtool.turn SET seconds = least(seconds, 43200)",
    """
    UPDATE bindtool.turn SET expires_at = clock_timestamp() + interval '12 hours'
    WHERE expires_at > clock_timestamp() + interval '12 hours'
    """,
    """
    UPDATE bindtool.series SET next = coalesce((
        SELECT max(block.first + block.count) FROM bindtool.block
        WHERE (block.channel_id, block.series) = (series.channel_id, series.series)
            AND block.first + block.count::bigint BETWEEN 1 AND 1000000000
    ), 1)
    WHERE next NOT BETWEEN 1 AND 1000000000
    """,
)

RIGHTS = (
    "REVOKE ALL ON bindtool.bench_login FROM PUBLIC",
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA bindtool FROM PUBLIC",
)


_PATIENCE = "5s"
"""How long a function waits for each lock, and how long whoever holds one may then do nothing."""

_CONTROL = r"[\u0001-\u001f\u007f-\u009f\u2028\u2029\ufffd]"

FIT = rf"""CASE WHEN octet_length(device_id) > 1024 OR octet_length(label) > 16384 THEN false ELSE
    char_length(bench) BETWEEN 1 AND 64 AND char_length(device_id) BETWEEN 1 AND 256
    AND char_length(label) <= 4096 AND label ~ '[^[:space:]]'
    AND device_id !~ '{_CONTROL}' AND label !~ '{_CONTROL}'
    AND written_at COLLATE "C" >= '1970' AND written_at COLLATE "C" < '2200' END"""
"""Whether the benches take an entry for one, as far as the server can tell (`core.entry_rules`)."""

NUMBERS_END = 1_000_000_000
"""Running numbers have at most nine digits (`core.labels`)."""


def function(head: str, body: str) -> str:
    """Return the statement that makes a function of the ledger's, or puts it in the place of the former one."""
    return f"""
    CREATE OR REPLACE FUNCTION bindtool.{head}
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, bindtool, pg_temp SET lock_timeout = '{_PATIENCE}'
    AS $${body}$$
    """


_LIMITS = (
    # A bench belongs to the login that uses its name first.
    function(
        "speaks_for(_bench text) RETURNS void",
        rf"""
    BEGIN
        IF coalesce(char_length(_bench), 0) NOT BETWEEN 1 AND 64 OR _bench ~ '{_CONTROL}' THEN
            RAISE EXCEPTION 'this is no name of a bench' USING ERRCODE = 'invalid_parameter_value';
        END IF;
        PERFORM set_config('idle_in_transaction_session_timeout', '{_PATIENCE}', true);
        IF EXISTS (SELECT FROM bench_login WHERE bench = _bench AND login = session_user) THEN
            RETURN;
        END IF;
        PERFORM FROM about FOR UPDATE;
        IF EXISTS (SELECT FROM bench_login WHERE bench = _bench AND login <> session_user) THEN
            RAISE EXCEPTION USING ERRCODE = 'BT001', MESSAGE = format(
                'INSERT INTO bindtool.bench_login (bench, login) VALUES (%L, %L)', _bench, session_user);
        END IF;
        INSERT INTO bench_login (bench, login) VALUES (_bench, session_user) ON CONFLICT DO NOTHING;
    END
    """,  # noqa: S608 - constants
    ),
    function(
        "at_most(_values jsonb, _most integer) RETURNS void",
        """
    BEGIN
        IF jsonb_array_length(_values) > _most THEN
            RAISE EXCEPTION 'more than % at once', _most USING ERRCODE = 'program_limit_exceeded';
        END IF;
    END
    """,
    ),
    # NaN is more than any number.
    function(
        "lasting(_seconds float8, _most float8) RETURNS interval",
        """
    BEGIN
        RETURN make_interval(secs => greatest(least(_seconds, _most), 0));
    END
    """,
    ),
)

_ENTRIES = (
    # One at a time, from before the first number is given until all of them can be seen: whoever has read up to a
    # number has missed none before it. For a moment after this step some may be on their way in the former
    # function. What benches could not read is left out: a bench that tells it would never get past it else.
    function(
        "push(_entries jsonb) RETURNS bigint",
        f"""
    DECLARE
        _newest bigint;
        _last bigint;
        _stepped_at timestamptz;
    BEGIN
        PERFORM at_most(_entries, 2000);
        PERFORM speaks_for(bench) FROM (
            SELECT DISTINCT each->>'bench' AS bench FROM jsonb_array_elements(_entries) AS each
        ) AS those;
        SELECT stepped_at INTO _stepped_at FROM about FOR UPDATE;
        IF _stepped_at > clock_timestamp() - interval '15 seconds' THEN
            PERFORM pg_advisory_xact_lock(1651076708, 0);
        END IF;
        SELECT greatest(max(number), (extract(epoch FROM clock_timestamp()) * 1000000)::bigint) INTO _last
        FROM entry;
        IF current_setting('synchronous_commit') = 'off' THEN
            PERFORM set_config('synchronous_commit', 'on', true);
        END IF;
        WITH given AS MATERIALIZED (
            SELECT * FROM jsonb_to_recordset(_entries) AS (
                bench text, entry bigint, machine text, channel jsonb, device_id text, label text, written_at text,
                log_id text, operator text, profile text, job text)
            WHERE ({FIT}) IS NOT FALSE
        ), place AS MATERIALIZED (
            SELECT channel, channel_of(channel) AS channel_id FROM (SELECT DISTINCT channel FROM given) AS each
        ), added AS (
            INSERT INTO entry (number, bench, entry, bound_at, written_at, machine, channel_id, device_id, label,
                log_id, operator, profile, job)
            SELECT _last + row_number() OVER (ORDER BY bench, entry), bench, entry, written_at::timestamptz,
                written_at, left(machine, 256), channel_id, device_id, label, left(log_id, 1024),
                left(operator, 256), left(profile, 256), left(job, 1024)
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
    """,  # noqa: S608 - constants
    ),
)

_CLAIMS = (
    # First the claim, then the look at what was bound: a bench that has bound in between gives its claim up in the
    # transaction that adds the entry, so that the look, which comes after, sees it.
    function(
        "claim(_who jsonb, _channel jsonb, _device_ids jsonb, _known bigint, _seconds float8) RETURNS jsonb",
        f"""
    DECLARE
        _place integer;
        _mine text := _who->>0;
        _lasting interval := lasting(_seconds, 3600);
        _wanted text[] := ARRAY(
            SELECT DISTINCT wanted COLLATE "C" FROM jsonb_array_elements_text(_device_ids) AS wanted
            WHERE char_length(wanted) BETWEEN 1 AND 256 ORDER BY 1
        );
        _bound jsonb;
        _others jsonb;
    BEGIN
        PERFORM at_most(_device_ids, 200000), speaks_for(_mine);
        _place := channel_of(_channel);
        DELETE FROM claim WHERE (channel_id, device_id) IN (
            SELECT channel_id, device_id FROM claim WHERE expires_at < clock_timestamp() - interval '1 hour'
            LIMIT 100 FOR UPDATE SKIP LOCKED
        );
        INSERT INTO claim AS there (channel_id, device_id, bench, machine, operator, since, expires_at)
        SELECT _place, wanted, _mine, left(_who->>1, 256), left(_who->>2, 256), clock_timestamp(),
            clock_timestamp() + _lasting
        FROM unnest(_wanted) WITH ORDINALITY AS each (wanted, at) ORDER BY at
        ON CONFLICT (channel_id, device_id) DO UPDATE
        SET bench = excluded.bench, machine = excluded.machine, operator = excluded.operator,
            since = excluded.since, expires_at = clock_timestamp() + _lasting
        WHERE there.bench = excluded.bench OR there.expires_at <= clock_timestamp();
        SELECT jsonb_object_agg(device_id, jsonb_build_array(
            device_id, left(machine, 256), left(operator, 256), NULL, written_at, label))
        INTO _bound FROM (
            SELECT DISTINCT ON (device_id) device_id, machine, operator, written_at, label FROM entry
            WHERE channel_id = _place AND device_id = ANY (_wanted) AND number > _known AND bench <> _mine
                AND {FIT}
            ORDER BY device_id, number DESC
        ) AS newest;
        _bound := coalesce(_bound, '{{}}');
        DELETE FROM claim
        WHERE channel_id = _place AND device_id = ANY (_wanted) AND bench = _mine AND _bound ? device_id;
        SELECT jsonb_agg(jsonb_build_array(device_id, machine, operator, since, NULL, '')) INTO _others FROM claim
        WHERE channel_id = _place AND device_id = ANY (_wanted) AND bench <> _mine AND NOT _bound ? device_id;
        RETURN coalesce(_others, '[]') || coalesce((SELECT jsonb_agg(value) FROM jsonb_each(_bound)), '[]');
    END
    """,  # noqa: S608 - constants
    ),
    function(
        "renew(_bench text, _seconds float8) RETURNS void",
        """
    DECLARE
        _lasting interval := lasting(_seconds, 3600);
    BEGIN
        PERFORM speaks_for(_bench);
        PERFORM FROM claim WHERE bench = _bench AND expires_at > clock_timestamp()
        ORDER BY channel_id, device_id FOR UPDATE;
        UPDATE claim SET expires_at = clock_timestamp() + _lasting
        WHERE bench = _bench AND expires_at > clock_timestamp();
    END
    """,
    ),
    function(
        "let_go(_bench text, _channel jsonb, _device_ids jsonb) RETURNS void",
        """
    DECLARE
        _place integer;
    BEGIN
        PERFORM at_most(_device_ids, 200000), speaks_for(_bench);
        _place := channel_of(_channel);
        PERFORM FROM claim WHERE channel_id = _place AND bench = _bench AND _device_ids ? device_id
        ORDER BY channel_id, device_id FOR UPDATE;
        DELETE FROM claim WHERE channel_id = _place AND bench = _bench AND _device_ids ? device_id;
    END
    """,
    ),
)

_NUMBERS = (
    function(
        "reserve(_channel jsonb, _series text, _bench text, _count integer, _above bigint) RETURNS bigint",
        f"""
    DECLARE
        _place integer;
        _first bigint;
    BEGIN
        PERFORM speaks_for(_bench);
        _place := channel_of(_channel);
        IF (_count BETWEEN 1 AND 10000 AND _above BETWEEN 0 AND {NUMBERS_END - 1}) IS NOT TRUE THEN
            RAISE EXCEPTION 'no such numbers' USING ERRCODE = 'invalid_parameter_value';
        END IF;
        INSERT INTO series AS there (channel_id, series, next) VALUES (_place, _series, _above + 1 + _count)
        ON CONFLICT (channel_id, series) DO UPDATE SET next = greatest(there.next, _above + 1) + _count
        RETURNING next - _count INTO _first;
        IF _first + _count > {NUMBERS_END} THEN
            RAISE EXCEPTION 'no numbers are left' USING ERRCODE = 'program_limit_exceeded';
        END IF;
        INSERT INTO block (channel_id, series, first, count, bench)
        VALUES (_place, _series, _first, _count, _bench);
        RETURN _first;
    END
    """,  # noqa: S608 - constants
    ),
)

FUNCTIONS = (*_LIMITS, *_ENTRIES, *_CLAIMS, *_NUMBERS)
"""In the order in which they are made."""


TURNS = (
    # A turn that was taken before this step has the former lock, which its connection may hold for a while yet.
    function(
        "turn_holder(_place integer) RETURNS integer",
        """
    BEGIN
        RETURN (
            SELECT pg_locks.pid FROM turn JOIN pg_locks ON locktype = 'advisory' AND granted AND (
                CASE WHEN turn.pid IS NULL THEN
                    objsubid = 2 AND classid::bigint = 1651076710 AND objid::bigint = _place
                ELSE
                    objsubid = 1 AND pg_locks.pid = turn.pid
                    AND classid::bigint = (turn.lock >> 32 & 4294967295)
                    AND objid::bigint = (turn.lock & 4294967295)
                END)
            JOIN pg_database ON pg_database.oid = pg_locks.database AND datname = current_database()
            WHERE channel_id = _place LIMIT 1
        );
    END
    """,
    ),
    # A turn whose connection is gone is that of a bench which was cut off; from when it is first seen so, the
    # others wait for as long as that bench has asked for. One whose connection lives, and does nothing, ends too.
    function(
        "take_turn(_who jsonb, _channel jsonb, _seconds float8) RETURNS jsonb",
        """
    DECLARE
        _place integer;
        _mine text := _who->>0;
        _there turn;
        _holder integer;
        _lock bigint;
    BEGIN
        PERFORM speaks_for(_mine);
        _place := channel_of(_channel);
        PERFORM FROM channel WHERE channel_id = _place FOR NO KEY UPDATE;
        SELECT * INTO _there FROM turn WHERE channel_id = _place;
        _holder := turn_holder(_place);
        IF _there.bench IS NULL OR _there.expires_at <= clock_timestamp()
            OR _holder = pg_backend_pid() OR (_there.bench = _mine AND _holder IS NULL)
            OR (_holder IS NOT NULL AND _there.since <= clock_timestamp() - interval '12 hours')
        THEN
            IF _holder = pg_backend_pid() AND _there.pid = _holder THEN
                _lock := _there.lock;
            ELSE
                LOOP
                    _lock := ('x' || translate(gen_random_uuid()::text, '-', ''))::bit(64)::bigint;
                    EXIT WHEN pg_try_advisory_lock(_lock);
                END LOOP;
            END IF;
            INSERT INTO turn (channel_id, bench, machine, operator, since, seconds, pid, lock)
            VALUES (_place, _mine, left(_who->>1, 256), left(_who->>2, 256), clock_timestamp(),
                greatest(least(_seconds, 43200), 0), pg_backend_pid(), _lock)
            ON CONFLICT (channel_id) DO UPDATE SET bench = excluded.bench, machine = excluded.machine,
                operator = excluded.operator, since = excluded.since, seconds = excluded.seconds,
                pid = excluded.pid, lock = excluded.lock, expires_at = NULL;
            RETURN NULL;
        END IF;
        IF _holder IS NULL THEN
            UPDATE turn SET expires_at = clock_timestamp() + lasting(seconds, 43200)
            WHERE channel_id = _place AND expires_at IS NULL;
        END IF;
        RETURN jsonb_build_array(left(_there.machine, 256), left(_there.operator, 256), _there.since);
    END
    """,
    ),
    function(
        "end_turn(_channel jsonb) RETURNS void",
        """
    DECLARE
        _place integer := channel_of(_channel);
        _lock bigint;
    BEGIN
        PERFORM FROM channel WHERE channel_id = _place FOR NO KEY UPDATE;
        IF turn_holder(_place) = pg_backend_pid() THEN
            DELETE FROM turn WHERE channel_id = _place RETURNING lock INTO _lock;
            PERFORM pg_advisory_unlock(_lock);
        END IF;
    END
    """,
    ),
    function(
        "clear_turn(_bench text, _channel jsonb) RETURNS boolean",
        """
    DECLARE
        _place integer;
    BEGIN
        PERFORM speaks_for(_bench);
        _place := channel_of(_channel);
        PERFORM FROM channel WHERE channel_id = _place FOR NO KEY UPDATE;
        IF NOT EXISTS (SELECT FROM turn WHERE channel_id = _place AND bench = _bench) THEN
            RETURN true;
        END IF;
        IF turn_holder(_place) IS NOT NULL THEN
            RETURN false;
        END IF;
        DELETE FROM turn WHERE channel_id = _place;
        RETURN true;
    END
    """,
    ),
    "DROP FUNCTION bindtool.holds_turn(integer)",
)
"""In the order in which they are made."""
