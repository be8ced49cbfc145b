"""The second step of a shared ledger's tables: which login speaks for which bench, which connection has a turn.

Owns its columns. It has shipped, so that it is never edited. Benches that know the first step only go on with it:
their statements stay as they are. The functions are `second_functions`'.
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
