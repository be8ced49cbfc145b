"""The functions of the first step of a shared ledger's tables.

Owns what a bench may do there and how: benches call functions, which run as the ledger's owner, look up no name
where others may have put one like it, and are one transaction each. They have shipped, so that they are never
edited. Keys of advisory locks are "bind" in ASCII (1651076708) for pushing, 1651076709 for a look at a turn and
1651076710 for a turn, each with a second number.
"""

from __future__ import annotations


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
    # which was cut off; from when it is first seen so, the others wait for as long as that bench has asked for.
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
