"""The functions of the second step of a shared ledger's tables that have to do with turns.

Owns who has the turn, and until when. They have shipped, so that they are never edited. The advisory lock that a
turn has only tells that its connection lives: its number is made up anew each time, and held by nobody else.
"""

from __future__ import annotations

from bindtool.core.shared_ledger.postgres.second_functions import function

FUNCTIONS = (
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
