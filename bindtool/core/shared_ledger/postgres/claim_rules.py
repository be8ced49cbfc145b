"""Decides between benches: which may bind a device, and which has the turn on a channel that replaces its list.

The rules are functions of the server, created like those of `functions`. Benches call them through `ledger` and
`channel_turn` of `shared_ledger`.
"""

from __future__ import annotations

from bindtool.core.shared_ledger.postgres.functions import FIT, function

_CLAIMS = (
    # First the claim, then the check for bindings: a bench that has bound in between releases its claim in the
    # transaction that adds the entry, so that the check, which comes after, sees it.
    function(
        "claim(_who jsonb, _channel jsonb, _device_ids jsonb, _known bigint, _seconds float8) RETURNS jsonb",
        f"""
    DECLARE
        _place integer;
        _places integer[];
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
        _place := place_of(_channel);
        _places := places_of(_channel);
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
            WHERE channel_id = ANY (_places) AND device_id = ANY (_wanted) AND number > _known AND bench <> _mine
                AND {FIT}
            ORDER BY device_id, number DESC
        ) AS newest;
        _bound := coalesce(_bound, '{{}}');
        DELETE FROM claim
        WHERE channel_id = _place AND device_id = ANY (_wanted) AND bench = _mine AND _bound ? device_id;
        SELECT jsonb_agg(jsonb_build_array(device_id, machine, operator, since, NULL, '')) INTO _others FROM claim
        WHERE channel_id = ANY (_places) AND device_id = ANY (_wanted) AND bench <> _mine
            AND NOT _bound ? device_id;
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
        _places integer[];
        _given text[] := ARRAY(SELECT jsonb_array_elements_text(_device_ids));
    BEGIN
        PERFORM at_most(_device_ids, 200000), speaks_for(_bench);
        _places := places_of(_channel);
        PERFORM FROM claim WHERE channel_id = ANY (_places) AND bench = _bench AND device_id = ANY (_given)
        ORDER BY channel_id, device_id FOR UPDATE;
        DELETE FROM claim WHERE channel_id = ANY (_places) AND bench = _bench AND device_id = ANY (_given);
    END
    """,
    ),
)

_TURNS = (
    # The advisory lock only shows that the turn's connection is alive: its number is random each time, and held by
    # nothing else.
    function(
        "turn_holder(_place integer) RETURNS integer",
        """
    BEGIN
        RETURN (
            SELECT pg_locks.pid FROM turn JOIN pg_locks ON locktype = 'advisory' AND granted
                AND objsubid = 1 AND pg_locks.pid = turn.pid
                AND classid::bigint = (turn.lock >> 32 & 4294967295)
                AND objid::bigint = (turn.lock & 4294967295)
            JOIN pg_database ON pg_database.oid = pg_locks.database AND datname = current_database()
            WHERE channel_id = _place LIMIT 1
        );
    END
    """,
    ),
    # A turn whose connection is gone is abandoned by its bench; from the first time this is seen, the others wait
    # for as long as that bench has asked for. A turn with an idle connection ends too.
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
        _place := place_of(_channel);
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
        _place integer := place_of(_channel);
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
        _place := place_of(_channel);
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
)

FUNCTIONS = (*_CLAIMS, *_TURNS)
