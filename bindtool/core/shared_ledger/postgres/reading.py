"""Read access to a ledger from outside: the benches' reports of themselves, two views, a role that may read these.

The columns of the views are stable; others may be appended. They are documented in the guide's page on the ledger.
"""

from __future__ import annotations

from bindtool.core.shared_ledger.postgres.functions import FIT

_SETTLED = 120
"""Seconds after which a connected bench has read an entry, and has reported that."""

_DAYS = 31
"""Days of refusals in the view."""

_OFFSET = "written_at::timestamp - bound_at AT TIME ZONE 'UTC'"
"""The UTC offset of the bench's clock when it wrote an entry: a time without a zone is in local time."""

_TODAY = "(now() AT TIME ZONE 'UTC' + {offset})::date"
"""The current date at a UTC offset."""

_TABLES = (
    # read_to: the number of the last entry read; utc_offset: of its clock
    """
    CREATE TABLE bindtool.bench_report (
        bench text COLLATE "C" PRIMARY KEY,
        machine text NOT NULL,
        version text NOT NULL,
        read_to bigint NOT NULL,
        utc_offset interval NOT NULL,
        seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """,
    # day: by the bench's clock
    """
    CREATE TABLE bindtool.bench_refused (
        bench text COLLATE "C" NOT NULL REFERENCES bindtool.bench_report,
        day date NOT NULL,
        code text COLLATE "C" NOT NULL,
        devices integer NOT NULL CHECK (devices > 0),
        PRIMARY KEY (bench, day, code)
    )
    """,
    "CREATE INDEX entry_bound_at ON bindtool.entry (bound_at)",
)

_VIEWS = (
    f"""
    CREATE VIEW bindtool.bound_devices AS
    SELECT bound_at, written_at::timestamp::date AS bound_on, machine AS bench, bench AS bench_id, device_id, label,
        site, connector_id, key, user_id, operator, profile, job, log_id, added_at
    FROM bindtool.entry JOIN bindtool.channel USING (channel_id)
    WHERE ({FIT}) IS NOT FALSE
    """,  # noqa: S608 - constants
    f"""
    CREATE VIEW bindtool.benches AS
    SELECT coalesce(reported.machine, newest.machine, left(known.bench, 8)) AS bench,
        known.bench AS bench_id,
        greatest(reported.seen_at, newest.added_at) AS last_seen,
        reported.version,
        coalesce(bound.devices, 0) AS bound_today,
        CASE WHEN reported.bench IS NOT NULL THEN coalesce(refused.today, 0) END AS refused_today,
        CASE WHEN reported.bench IS NOT NULL THEN (
            SELECT count(*) FROM bindtool.entry
            WHERE number > reported.read_to
                AND number < ((extract(epoch FROM now()) - {_SETTLED}) * 1000000)::bigint
        ) END AS behind,
        CASE WHEN reported.bench IS NOT NULL THEN coalesce(refused.by_day, '{{}}') END AS refused_by_day
    FROM (SELECT DISTINCT bench FROM bindtool.bench_login) AS known
    LEFT JOIN bindtool.bench_report AS reported USING (bench)
    LEFT JOIN LATERAL (
        SELECT machine, added_at FROM bindtool.entry WHERE entry.bench = known.bench
        ORDER BY entry DESC, bound_at DESC LIMIT 1
    ) AS newest ON true
    LEFT JOIN (
        SELECT bench, count(DISTINCT (channel_id, device_id)) AS devices FROM bindtool.entry
        WHERE bound_at > now() - interval '2 days' AND ({FIT}) IS NOT FALSE
            AND written_at::timestamp::date = {_TODAY.format(offset=f"({_OFFSET})")}
        GROUP BY bench
    ) AS bound USING (bench)
    LEFT JOIN LATERAL (
        SELECT sum(devices) FILTER (WHERE day = today) AS today, jsonb_object_agg(day, codes) AS by_day
        FROM (
            SELECT day, sum(devices)::bigint AS devices, jsonb_object_agg(code, devices) AS codes
            FROM bindtool.bench_refused WHERE bench_refused.bench = known.bench GROUP BY day
        ) AS of_day
        CROSS JOIN (SELECT {_TODAY.format(offset="reported.utc_offset")} AS today) AS clock
        WHERE day > today - {_DAYS} AND day <= today
    ) AS refused ON true
    """,  # noqa: S608 - constants
)

_RIGHTS = (
    # roles belong to the whole server: another database may have made it, or a person
    """
    DO $$
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'bindtool_reader') THEN
            CREATE ROLE bindtool_reader NOLOGIN;
        END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
    END $$
    """,
    "REVOKE ALL ON ALL TABLES IN SCHEMA bindtool FROM PUBLIC",
    "GRANT USAGE ON SCHEMA bindtool TO bindtool_reader",
    "GRANT SELECT ON bindtool.bound_devices, bindtool.benches TO bindtool_reader",
)

READING = (*_TABLES, *_VIEWS, *_RIGHTS)
