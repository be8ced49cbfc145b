"""The SQL functions of a shared ledger: the operations allowed to a bench, and the validation of its values.

They check which login owns which bench, and the form of an entry; `claim_rules` has the rest. Each migration
replaces the former ones.
"""

from __future__ import annotations

_LOCK_TIMEOUT = "5s"
"""How long a function waits for each lock, and how long a lock's holder may then be idle."""

_CONTROL = r"[\u0001-\u001f\u007f-\u009f\u2028\u2029\ufffd]"

FIT = rf"""CASE WHEN octet_length(device_id) > 1024 OR octet_length(label) > 16384 THEN false ELSE
    char_length(bench) BETWEEN 1 AND 64 AND char_length(device_id) BETWEEN 1 AND 256
    AND char_length(label) <= 4096 AND label ~ '[^[:space:]]'
    AND device_id !~ '{_CONTROL}' AND label !~ '{_CONTROL}'
    AND written_at COLLATE "C" >= '1970' AND written_at COLLATE "C" < '2200' END"""
"""Whether the benches accept an entry as valid, as far as the server can tell (`core.model.ledger_entry`)."""

NUMBERS_END = 1_000_000_000
"""Running numbers have at most nine digits (`core.labels.template`)."""


def function(head: str, body: str) -> str:
    """Return the statement that creates or replaces a function of the ledger's."""
    return f"""
    CREATE OR REPLACE FUNCTION bindtool.{head}
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, bindtool, pg_temp SET lock_timeout = '{_LOCK_TIMEOUT}'
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
        PERFORM set_config('idle_in_transaction_session_timeout', '{_LOCK_TIMEOUT}', true);
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

_PLACES = (
    # Older benches take each address of a site for a site. Their entries stay as pushed; claims, numbers and turns
    # are the channel's, whichever bench asks. A channel's fifth value is its address.
    function(
        "vendor_site(_address text) RETURNS text",
        """
    BEGIN
        RETURN CASE _address WHEN 'https://static-api.coze.cn' THEN 'https://api.coze.cn' ELSE _address END;
    END
    """,
    ),
    function(
        "place_of(_channel jsonb) RETURNS integer",
        """
    BEGIN
        RETURN channel_of(jsonb_set(_channel, '{0}', to_jsonb(vendor_site(_channel->>0))));
    END
    """,
    ),
    function(
        "places_of(_channel jsonb) RETURNS integer[]",
        """
    BEGIN
        RETURN ARRAY(
            SELECT channel_id FROM channel
            WHERE vendor_site(site) IN (vendor_site(_channel->>0), _channel->>4)
                AND (connector_id, key, user_id) = (_channel->>1, _channel->>2, _channel->>3)
        );
    END
    """,
    ),
)

_ENTRIES = (
    # One at a time, from before the first number is assigned until all of them are visible: a bench that has read
    # up to a number has missed none before it. Entries that benches can't read are left out: their bench would
    # never get past them otherwise.
    function(
        "push(_entries jsonb) RETURNS bigint",
        f"""
    DECLARE
        _newest bigint;
        _last bigint;
    BEGIN
        PERFORM at_most(_entries, 2000);
        PERFORM speaks_for(bench) FROM (
            SELECT DISTINCT each->>'bench' AS bench FROM jsonb_array_elements(_entries) AS each
        ) AS those;
        PERFORM FROM about FOR UPDATE;
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
        WITH place AS MATERIALIZED (
            SELECT channel, unnest(places_of(channel)) AS channel_id
            FROM (SELECT DISTINCT channel FROM jsonb_to_recordset(_entries) AS each (channel jsonb)) AS those
        ), done AS MATERIALIZED (
            SELECT claim.channel_id, claim.device_id
            FROM jsonb_to_recordset(_entries) AS bound (bench text, channel jsonb, device_id text)
            JOIN place USING (channel)
            JOIN claim ON claim.channel_id = place.channel_id
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


_NUMBERS = (
    function(
        "reserve(_channel jsonb, _series text, _bench text, _count integer, _above bigint) RETURNS bigint",
        f"""
    DECLARE
        _place integer;
        _first bigint;
    BEGIN
        PERFORM speaks_for(_bench);
        _place := place_of(_channel);
        IF (_count BETWEEN 1 AND 10000 AND _above BETWEEN 0 AND {NUMBERS_END - 1}) IS NOT TRUE THEN
            RAISE EXCEPTION 'no such numbers' USING ERRCODE = 'invalid_parameter_value';
        END IF;
        _above := greatest(_above, (
            SELECT max(next) - 1 FROM series WHERE channel_id = ANY (places_of(_channel)) AND series = _series
        ));
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

_REPORTS = (
    # A day's number only grows: a count reported twice, or by a data folder restored from a backup, counts once. An
    # offset beyond any clock's would break readers.
    function(
        "report(_who jsonb, _version text, _read_to bigint, _utc_offset integer, _refused jsonb) RETURNS void",
        """
    DECLARE
        _mine text := _who->>0;
    BEGIN
        PERFORM at_most(_refused, 2000), speaks_for(_mine);
        INSERT INTO bench_report (bench, machine, version, read_to, utc_offset)
        VALUES (_mine, left(_who->>1, 256), left(_version, 64), _read_to,
            make_interval(secs => greatest(least(_utc_offset, 57600), -57600)))
        ON CONFLICT (bench) DO UPDATE SET machine = excluded.machine, version = excluded.version,
            read_to = excluded.read_to, utc_offset = excluded.utc_offset, seen_at = clock_timestamp();
        INSERT INTO bench_refused AS there (bench, day, code, devices)
        SELECT _mine, (each->>0)::date, left(each->>1, 64), sum((each->>2)::integer)
        FROM jsonb_array_elements(_refused) AS each GROUP BY 2, 3
        ON CONFLICT (bench, day, code) DO UPDATE SET devices = excluded.devices
        WHERE there.devices < excluded.devices;
    END
    """,
    ),
)

FUNCTIONS = (*_LIMITS, *_PLACES, *_ENTRIES, *_NUMBERS, *_REPORTS)

RIGHTS = (
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA bindtool FROM PUBLIC",
    """
    GRANT EXECUTE ON FUNCTION bindtool.push, bindtool.claim, bindtool.renew, bindtool.let_go, bindtool.reserve,
        bindtool.take_turn, bindtool.clear_turn, bindtool.end_turn, bindtool.report TO bindtool_bench
    """,
)
