"""A ledger is read from outside: what benches report, what its reader may and may not, the queries of the guide."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bindtool import __version__
from bindtool.core.api.verdict import VerdictKind
from bindtool.core.common.errors import LedgerFailed
from bindtool.core.model.channel import Channel
from bindtool.core.model.device import Device
from bindtool.core.model.ledger_entry import BenchReport, RefusedCount, SharedEntry
from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.model.row import Row, Source
from bindtool.core.shared_ledger.postgres.client import PostgresServer, connect, make
from bindtool.core.shared_ledger.postgres.schema import FIRST_WITH_REPORTS, STEPS, last_step, migrate, read_info
from bindtool.core.shared_ledger.postgres.session import PostgresSession
from bindtool.core.shared_ledger.postgres.sync import REPORT_EVERY, ServerSync
from bindtool.core.shared_ledger.postgres.tls import TIMEOUTS
from bindtool.resource_paths import asset
from tests.core.shared_ledger.bench import Bench, HandClock
from tests.core.shared_ledger.samples import CHANNEL, NOWHERE, ONE, OTHER_CHANNEL, TWO, an_entry, page_of
from tests.postgres import PASSWORD, Cluster, Database

Of = Callable[[Bench], ServerSync]

READER = "dashboard"
VIEWS = ("bound_devices", "benches")
TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'bindtool'::regnamespace AND relkind = 'r' ORDER BY 1"
each_language = pytest.mark.parametrize("page", ["ledger.md", "ledger.zh.md"])


@dataclass
class ZoneClock(HandClock):
    """The clock of a computer in some zone, set back by so much; its steady clock stands."""

    zone: timezone = UTC
    back: timedelta = field(default_factory=timedelta)

    def __post_init__(self) -> None:
        super().__init__()

    def now(self) -> datetime:
        """Return the time that it shows."""
        return datetime.now(self.zone) - self.back


@pytest.fixture
def clock() -> ZoneClock:
    """Return the clock of `bench`."""
    return ZoneClock()


@pytest.fixture
def bench(tmp_path: Path, clock: ZoneClock) -> Iterator[Bench]:
    """Return a bench whose clock the test holds."""
    with Bench(tmp_path / "bench", "line-1", clock=clock) as opened:
        yield opened


@pytest.fixture
def reader(cluster: Cluster, ledger: Database) -> str:
    """Return a login that is a member of the readers and of nothing else, as the guide makes it."""
    cluster.command(f"DROP ROLE IF EXISTS {READER}")
    cluster.command(f"CREATE ROLE {READER} LOGIN PASSWORD '{PASSWORD}' IN ROLE bindtool_reader")
    return READER


def refuse(bench: Bench, *device_ids: str, code: int = 4000, channel: Channel = CHANNEL) -> None:
    """Have devices refused one by one, in a run that has bound one."""
    now = bench.clock.now()
    named = dict(enumerate(("bound", *device_ids), 1))
    rows = [Row(number, each, each, Source.SCANNED, now) for number, each in named.items()]
    sheet_id = bench.store.sheets.create(put=rows).result().sheet_id
    devices = {number: Device(each, each) for number, each in named.items()}
    runs = bench.store.runs
    run_id = runs.begin(sheet_id, channel, devices).result()
    for number in named:
        is_bound = number == 1
        state, kind = (State.BOUND, VerdictKind.BOUND) if is_bound else (State.REFUSED, VerdictKind.REFUSED)
        answer = Answer(now, 0 if is_bound else code, "", "log", 200)
        runs.begin_request(run_id, number, [number]).result()
        runs.settle(run_id, {number: Outcome().begun(number).settled(state, answer)}, number, kind).result()
    runs.end(run_id, "finished").result()


def reported(ledger: Database) -> list[str]:
    """Return what the ledger has of refused devices."""
    return ledger.sql("SELECT day, code, devices FROM bindtool.bench_refused ORDER BY 1, 2").split()


def report(bench: str = ONE.bench, read_to: int = 0, *refused: RefusedCount, offset: int = 0) -> BenchReport:
    """Return what a bench reports."""
    return BenchReport(bench, "line-1" if bench == ONE.bench else "line-2", "0.1.0", read_to, offset, refused)


# ---------------------------------------------------------------- what a bench reports


def test_what_a_bench_reports(ledger: Database, bench: Bench, of: Of) -> None:
    """Its name, version, how far it has read, and how many devices were refused, by day and code."""
    sync = of(bench)
    refuse(bench, "SPK1", "SPK2")
    refuse(bench, "SPK3", code=4001)
    sync.run()
    (line,) = ledger.sql("SELECT bench, machine, version, read_to, utc_offset FROM bindtool.bench_report").split(
        "\n"
    )
    number = ledger.sql("SELECT max(number) FROM bindtool.entry")
    assert line == f"{bench.id}|line-1|{__version__}|{number}|00:00:00"
    today = f"{bench.clock.now():%Y-%m-%d}"
    assert reported(ledger) == [f"{today}|4000|2", f"{today}|4001|1"]


def test_reported_again(ledger: Database, bench: Bench, clock: ZoneClock, of: Of) -> None:
    """Once a minute, and by a bench that starts anew; nothing counts twice, and a day's number never falls."""
    seen = "SELECT seen_at FROM bindtool.bench_report"
    sync = of(bench)
    refuse(bench, "SPK1")
    sync.run()
    first = ledger.sql(seen)
    refuse(bench, "SPK1", "SPK2")
    sync.run()
    assert ledger.sql(seen) == first
    clock.at += REPORT_EVERY
    sync.run()
    assert ledger.sql(seen) != first
    of(bench).run()
    today = f"{clock.now():%Y-%m-%d}"
    assert reported(ledger) == [f"{today}|4000|2"]
    ledger.sql("UPDATE bindtool.bench_refused SET devices = 7")
    of(bench).run()
    assert reported(ledger) == [f"{today}|4000|7"]


def test_a_bench_that_was_away(ledger: Database, bench: Bench, clock: ZoneClock, of: Of) -> None:
    """It reports the days of a month, each by its own clock."""
    days = []
    for back, device_id in ((40, "SPK1"), (30, "SPK2"), (1, "SPK3")):
        clock.back = timedelta(days=back)
        days.append(f"{clock.now():%Y-%m-%d}")
        refuse(bench, device_id)
    clock.back = timedelta()
    of(bench).run()
    assert reported(ledger) == [f"{day}|4000|1" for day in days[1:]]


def test_other_channels_are_not_reported(ledger: Database, bench: Bench, of: Of) -> None:
    """Practice's channel is in no profile that names a ledger."""
    refuse(bench, "SPK1", channel=OTHER_CHANNEL)
    of(bench).run()
    assert reported(ledger) == []
    assert ledger.sql("SELECT count(*) FROM bindtool.bench_report") == "1"


def test_reported_at_the_end_of_a_run(ledger: Database, bench: Bench) -> None:
    """A command that ends then has not to wait for the next report."""
    with closing(bench.ledger(ledger.connect)) as shared:
        asyncio.run(shared.claim("Li", CHANNEL, ["SPK1"]))
        refuse(bench, "SPK1")
        asyncio.run(shared.release(CHANNEL, ["SPK1"]))
    assert reported(ledger) == [f"{bench.clock.now():%Y-%m-%d}|4000|1"]


def test_a_ledger_that_was_set_back_is_told_anew(ledger: Database, bench: Bench, clock: ZoneClock, of: Of) -> None:
    """All of the month, as with the entries."""
    empty = ledger.cluster.dump(ledger.name)
    sync = of(bench)
    refuse(bench, "SPK1")
    sync.run()
    ledger.set_back(empty)
    with pytest.raises(LedgerFailed):
        sync.run()
    clock.at += REPORT_EVERY
    sync.run()
    assert reported(ledger) == [f"{clock.now():%Y-%m-%d}|4000|1"]


def test_a_report_speaks_for_its_bench_alone(ledger: Database, one: PostgresServer) -> None:
    """Another login can't report in its name."""
    one.report(report())
    ledger.sql("UPDATE bindtool.bench_login SET login = 'somebody'")
    with pytest.raises(LedgerFailed, match=r"ledger\.other_login"):
        one.report(report(read_to=9))
    assert ledger.sql("SELECT read_to FROM bindtool.bench_report") == "0"


def test_a_report_out_of_bounds(ledger: Database, one: PostgresServer, reader: str) -> None:
    """Whatever a bench reports, the views can be read."""
    many = [RefusedCount("2026-11-25", str(number), 1) for number in range(2001)]
    codes = [RefusedCount("9999-12-31", "9" * 64 + end, 3) for end in ("1", "2")]
    one.report(report(ONE.bench, 2**63 - 1, *codes, offset=2**31 - 1))
    assert reported(ledger) == [f"9999-12-31|{'9' * 64}|6"]
    assert ledger.sql("SELECT behind, refused_today, refused_by_day FROM bindtool.benches", reader) == "0|0|{}"
    with pytest.raises(LedgerFailed, match="more than 2000 at once"):
        one.report(report(ONE.bench, 0, *many))


# ---------------------------------------------------------------- the way from an earlier ledger


def test_a_ledger_without_a_place_for_reports(cluster: Cluster, bench: Bench, of: Of) -> None:
    """A bench goes on as before; once IT has brought it on, nothing is lost and the bench reports."""
    ledger = cluster.ledger(STEPS[: FIRST_WITH_REPORTS - last_step(STEPS[:1])])
    with closing(bench.sync(ledger.connect)) as sync:
        refuse(bench, "SPK1")
        sync.run()
        assert ledger.sql("SELECT to_regclass('bindtool.bench_report') IS NULL") == "t"
        with closing(ledger.connect()) as server:
            before = page_of(server)
        made = make(ledger.owner, ledger.password)
        assert (made.before, made.about.steps, made.about.version) == (FIRST_WITH_REPORTS - 1, last_step(STEPS), 1)
        columns = "bench, version, bound_today, refused_today, behind, refused_by_day"
        assert ledger.sql(f"SELECT {columns} FROM bindtool.benches") == "line-1||1|||"  # noqa: S608 - our own
        sync.close()
        sync.run()
        today = f'{{"{bench.clock.now():%Y-%m-%d}": {{"4000": 1}}}}'
        assert ledger.sql(f"SELECT {columns} FROM bindtool.benches") == f"line-1|{__version__}|1|1|0|{today}"  # noqa: S608 - our own
        with closing(ledger.connect()) as server:
            assert page_of(server) == before
    ledger.drop()


def test_an_earlier_bindtool_goes_on(ledger: Database) -> None:
    """It takes the ledger for its own, as a bench and where IT runs `ledger init` with it: nothing changes."""
    earlier = STEPS[: FIRST_WITH_REPORTS - last_step(STEPS[:1])]
    before = ledger.sql("SELECT * FROM bindtool.about")
    with closing(PostgresSession(ledger.bench, ledger.password, TIMEOUTS)) as bench:
        assert read_info(bench, earlier).steps == last_step(STEPS)
    with closing(PostgresSession(ledger.owner, ledger.password, TIMEOUTS)) as owner:
        assert migrate(owner, earlier).before == last_step(STEPS)
    assert ledger.sql("SELECT * FROM bindtool.about") == before


def test_a_role_that_is_there_is_kept(cluster: Cluster) -> None:
    """Whoever made it: it gets the rights on the views and is left as it is; a second time nothing changes."""
    cluster.ledger().drop()
    cluster.command("ALTER ROLE bindtool_reader LOGIN CONNECTION LIMIT 7")
    try:
        database = cluster.database()
        first, second = (make(database.owner, database.password) for _ in range(2))
        assert first.about == second.about
        kept = "SELECT rolcanlogin, rolconnlimit FROM pg_roles WHERE rolname = 'bindtool_reader'"
        assert cluster.sql(kept) == "t|7"
        assert database.sql("SELECT count(*) FROM bindtool.benches", "bindtool_reader") == "0"
    finally:
        cluster.command("ALTER ROLE bindtool_reader NOLOGIN CONNECTION LIMIT -1")
        database.drop()


# ---------------------------------------------------------------- who may what


def test_a_reader_reads_two_views_and_writes_nothing(ledger: Database, one: PostgresServer, reader: str) -> None:
    """No table can be read or written, no function be called, and no view be written through."""
    one.push([an_entry(1)])
    assert [ledger.sql(f"SELECT count(*) FROM bindtool.{view}", reader) for view in VIEWS] == ["1", "1"]  # noqa: S608 - our own
    tables = ledger.sql(TABLES).split()
    assert {"entry", "bench_login", "bench_report", "bench_refused"} < set(tables)
    for table in tables:
        for statement in (f"SELECT FROM bindtool.{table}", f"INSERT INTO bindtool.{table} DEFAULT VALUES"):
            with pytest.raises(RuntimeError, match="permission denied"):
                ledger.sql(statement, reader)
    may = """
        SELECT relname, word FROM pg_class, unnest(string_to_array('SELECT INSERT UPDATE REFERENCES', ' ')) AS word
        WHERE relnamespace = 'bindtool'::regnamespace AND relkind IN ('r', 'v')
            AND has_any_column_privilege(current_user, pg_class.oid, word)
        UNION ALL
        SELECT relname, word FROM pg_class, unnest(string_to_array('DELETE TRUNCATE TRIGGER', ' ')) AS word
        WHERE relnamespace = 'bindtool'::regnamespace AND relkind IN ('r', 'v')
            AND has_table_privilege(current_user, pg_class.oid, word)
        UNION ALL
        SELECT proname, 'EXECUTE' FROM pg_proc
        WHERE pronamespace = 'bindtool'::regnamespace AND has_function_privilege(pg_proc.oid, 'EXECUTE')
        ORDER BY 1
    """
    assert ledger.sql(may, reader).split() == ["benches|SELECT", "bound_devices|SELECT"]
    with pytest.raises(LedgerFailed, match=r"ledger\.not_allowed"):
        connect(replace(ledger.bench, user=reader), ledger.password)


@pytest.mark.parametrize("table", ["bench_login", "bench_report", "bench_refused", *VIEWS])
def test_what_a_bench_may_not_read(ledger: Database, table: str) -> None:
    """The logins of others, and what others report."""
    with pytest.raises(RuntimeError, match="permission denied"):
        ledger.sql(f"SELECT FROM bindtool.{table}", ledger.bench.user)


# ---------------------------------------------------------------- today


@pytest.mark.parametrize("hours", [-12, 0, 14])
@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_today_is_the_benchs_own(
    ledger: Database, bench: Bench, clock: ZoneClock, of: Of, reader: str, hours: int, zone: str
) -> None:
    """Wherever the bench is, and whoever asks: what it did the day before does not count, nor a device twice."""
    clock.zone = timezone(timedelta(hours=hours))
    clock.back = timedelta(days=1)
    bench.bind("SPK1")
    refuse(bench, "SPK2", "SPK3")
    clock.back = timedelta()
    bench.bind("SPK1", "SPK4")
    bench.bind("SPK4")
    refuse(bench, "SPK5")
    of(bench).run()
    counts = "SELECT bound_today, refused_today FROM bindtool.benches"
    assert ledger.sql(f"SET TimeZone = '{zone}'; {counts}", reader) == "3|1"
    days = "SELECT DISTINCT bound_on FROM bindtool.bound_devices ORDER BY 1"
    now = clock.now()
    expected = [f"{now - timedelta(days=1):%Y-%m-%d}", f"{now:%Y-%m-%d}"]
    assert ledger.sql(f"SET TimeZone = '{zone}'; {days}", reader).split() == expected


# ---------------------------------------------------------------- the guide


def guide(page: str) -> str:
    """Return the section of the guide."""
    text = (asset("guide") / page).read_text(encoding="utf-8")
    (section,) = (part for part in re.split("^## ", text, flags=re.MULTILINE) if "bindtool.bound_devices" in part)
    return section


def queries(page: str) -> list[str]:
    """Return the queries that stand there ready."""
    found = re.findall("^```sql\n(.*?)^```", guide(page), re.MULTILINE | re.DOTALL)
    return [each for each in found if each.startswith("SELECT")]


@pytest.fixture
def small(ledger: Database, one: PostgresServer) -> datetime:
    """Fill a ledger: two benches that report and one that does not. Return when that was."""
    now = datetime.now(UTC)

    def bound(at: datetime, *device_ids: str, bench: str, machine: str, first: int = 1) -> list[SharedEntry]:
        return [
            replace(an_entry(number, bench, device_id), machine=machine, bound_at=at)
            for number, device_id in enumerate(device_ids, first)
        ]

    one.push(bound(now - timedelta(days=2), "SN000001", bench=ONE.bench, machine="line-1"))
    one.push(bound(now, "SN000002", "SN000003", bench=ONE.bench, machine="line-1", first=2))
    # All that is there lies behind what a bench can have missed by chance.
    ledger.sql("SET session_replication_role = replica; UPDATE bindtool.entry SET number = number - 3600000000")
    read_to = page_of(one).cursor.number
    one.push(bound(now, "SN000001", "SN000001", bench=TWO.bench, machine="line-2"))
    one.push(bound(now - timedelta(days=3), "SN000009", bench="bench three", machine="line-3"))
    today, before = f"{now:%Y-%m-%d}", f"{now - timedelta(days=1):%Y-%m-%d}"
    counts = (RefusedCount(today, "4000", 2), RefusedCount(today, "4001", 1), RefusedCount(before, "4000", 5))
    one.report(report(ONE.bench, read_to, *counts))
    one.report(report(TWO.bench, NOWHERE.number, RefusedCount(today, "4000", 1)))
    return now


@each_language
def test_the_five_queries(ledger: Database, small: datetime, reader: str, page: str) -> None:
    """They run as they stand in the guide, as its reader, and say what is so."""
    hour = f"{small:%Y-%m-%d %H}:00:00+00"
    today, before = f"{small:%Y-%m-%d}", f"{small - timedelta(days=1):%Y-%m-%d}"
    per_hour, refused, behind, device, total = [
        ledger.sql(f"SET TimeZone = 'UTC'; {query}", reader).split("\n") for query in queries(page)
    ]
    assert per_hour == [f"{hour}|line-1|2", f"{hour}|line-2|1"]
    assert refused == [f"{today}|4000|3", f"{today}|4001|1", f"{before}|4000|5"]
    assert [(cells[0], *cells[2:]) for cells in (line.split("|") for line in behind)] == [
        ("line-3", "", ""),
        ("line-2", "0.1.0", "3"),
    ]
    assert [line.split("|")[1:] for line in device] == [
        ["line-1", "李雷", "label 1", "log 1"],
        ["line-2", "李雷", "label 1", "log 1"],
        ["line-2", "李雷", "label 2", "log 2"],
    ]
    assert total == ["3|4"]


@each_language
def test_the_columns_stand_in_the_guide(ledger: Database, page: str) -> None:
    """All that the views have, and what every earlier guide has named; and both languages have the same queries."""
    named = set(re.findall("`(\\w+)`", "".join(re.findall("^\\| (`.*?) \\|", guide(page), re.MULTILINE))))
    columns = ledger.sql(
        "SELECT attname FROM pg_attribute WHERE attnum > 0 AND attrelid IN "
        "('bindtool.bound_devices'::regclass, 'bindtool.benches'::regclass)"
    )
    assert set(columns.split()) == named
    assert queries(page) == queries("ledger.md")
