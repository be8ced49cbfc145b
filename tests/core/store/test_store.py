"""The store as a whole: what it said is written survives a kill, and every failure is one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from bindtool.core.common.errors import StoreFailed
from bindtool.core.store import Store, schema
from bindtool.core.store.connection import open_for_writing
from tests.checkout import ROOT
from tests.core.store.samples import CHANNEL, Clock, row
from tests.core.store.telling_path import TellingPath
from tests.core.store.unprivileged import as_nobody, open_folder, posix

SAVE_AND_STAY = """
import sys
from pathlib import Path
from bindtool.core.common.clock import SystemClock
from bindtool.core.store import Store
from tests.core.store.samples import row

store = Store(Path(sys.argv[1]), SystemClock())
sheet_id = store.sheets.create().result().sheet_id
for number in range(1, 101):
    store.sheets.save(sheet_id, [row(number)]).result()
print(sheet_id, flush=True)
sys.stdin.read()
"""


def test_what_was_said_to_be_saved_survives_a_kill(path: Path) -> None:
    """A process is killed as soon as it says that its rows are on the disk: they are."""
    command = [sys.executable, "-c", SAVE_AND_STAY, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        sheet_id = int(child.stdout.readline())
        child.kill()
    with Store(path, Clock()) as store:
        assert [found.number for found in store.sheets.load(sheet_id)] == list(range(1, 101))
    with closing(open_for_writing(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_any_thread_may_write_and_read(store: Store) -> None:
    """Saves and looks from many threads at once all arrive."""
    sheet_id = store.sheets.create().result().sheet_id
    together = threading.Barrier(20)

    def scan(first: int) -> bool:
        together.wait(30)
        saves = [store.sheets.save(sheet_id, [row(number)]) for number in range(first, first + 20)]
        for save in saves:
            save.result(30)
        return store.sheets.last_number(sheet_id) >= first + 19

    with ThreadPoolExecutor(20) as threads:
        assert all(threads.map(scan, range(1, 401, 20)))
    assert [found.number for found in store.sheets.load(sheet_id)] == list(range(1, 401))


def test_everything_is_there_after_a_restart(path: Path) -> None:
    """A closed store leaves one file, and opens with what it had."""
    with Store(path, Clock()) as store:
        head = store.sheets.create(job="WO-1125").result()
        store.sheets.save(head.sheet_id, [row(1)])
    assert list(path.parent.iterdir()) == [path]
    with Store(path, Clock()) as store:
        assert store.sheets.current("") == head
        assert [found.number for found in store.sheets.load(head.sheet_id)] == [1]


def test_a_damaged_database_is_said(path: Path) -> None:
    """A file that is no database is refused and left as it is."""
    path.write_bytes(b"\xffnot a database" * 1000)
    with pytest.raises(StoreFailed, match=r"store\.damaged"):
        Store(path, Clock())
    assert path.read_bytes() == b"\xffnot a database" * 1000


@pytest.mark.parametrize("keep", [100, 4096, -4096])
def test_a_database_that_was_cut_off_is_said(path: Path, keep: int) -> None:
    """Half a file is refused and left as it is."""
    with Store(path, Clock()) as store:
        sheet_id = store.sheets.create().result().sheet_id
        store.sheets.save(sheet_id, [row(number) for number in range(1, 501)])
    path.write_bytes(path.read_bytes()[:keep])
    before = path.read_bytes()
    with pytest.raises(StoreFailed, match=r"store\.damaged"):
        Store(path, Clock())
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_damage_inside_is_said(path: Path) -> None:
    """The tables of a bindtool are missing: nothing was lost in silence, and the connection is closed again."""
    with closing(open_for_writing(path)) as connection:
        schema.migrate(connection)
        connection.execute("DROP TABLE sheet_row")
    with pytest.raises(StoreFailed, match=r"store\.failed"):
        Store(path, Clock())
    assert list(path.parent.iterdir()) == [path]


def test_a_row_that_makes_no_sense_is_damage(path: Path) -> None:
    """A state that no bindtool writes is said to be damage, not taken for something else."""
    with Store(path, Clock()) as store:
        sheet_id = store.sheets.create(put=[row(1)]).result().sheet_id
    with closing(open_for_writing(path)) as connection:
        connection.execute("UPDATE sheet_row SET state = 'perhaps'")
    with Store(path, Clock()) as store, pytest.raises(StoreFailed, match=r"store\.damaged"):
        store.sheets.load(sheet_id)


def test_a_place_where_nothing_can_be_opened(tmp_path: Path) -> None:
    """The folder is not there."""
    with pytest.raises(StoreFailed, match=r"store\.unwritable"):
        Store(tmp_path / "missing" / "bindtool.db", Clock())


@posix
def test_a_database_that_may_only_be_read(clock: Clock) -> None:
    """It is refused when it is opened, before anybody scans into it."""
    with open_folder() as folder:
        path = folder / "bindtool.db"
        Store(path, clock).close()
        path.chmod(0o444)
        folder.chmod(0o555)
        with as_nobody(), pytest.raises(StoreFailed) as caught:
            Store(path, clock)
    assert caught.value.id == "store.unwritable"


@posix
def test_one_that_goes_while_it_is_opened(path: Path, clock: Clock) -> None:
    """It is said, and nothing of what was opened stays open."""
    telling = TellingPath(path)
    opened: list[bool] = []
    telling.opened = lambda: opened.append(True)
    telling.looked_at = lambda: path.unlink(missing_ok=True) if len(opened) == 2 else None
    with pytest.raises(StoreFailed, match=r"store\.unwritable"):
        Store(telling, clock)
    # As long as `caught` lives, so does whatever was left open.
    descriptors = [os.path.realpath(link) for link in Path("/proc/self/fd").glob("*")]
    assert not [file for file in descriptors if path.name in file]


def test_a_closed_store_says_so(path: Path) -> None:
    """After closing, reading and writing fail as StoreFailed; closing again does nothing."""
    store = Store(path, Clock())
    store.close()
    store.close()
    with pytest.raises(StoreFailed):
        store.bindings.ever_bound(CHANNEL)
    with pytest.raises(StoreFailed):
        store.sheets.create().result()
