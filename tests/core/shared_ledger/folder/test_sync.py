"""Benches that share a folder know the same in the end, also after it was away or emptied."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bindtool.core.common.errors import LedgerFailed
from bindtool.core.common.output_files import SharedFileName
from bindtool.core.shared_ledger.folder.files import digest_of
from bindtool.core.shared_ledger.folder.sync import FolderSync
from bindtool.core.shared_ledger.ledger import Bench as Here
from bindtool.core.shared_ledger.ledger import Claimed, SharedLedger
from bindtool.core.shared_ledger.sync_thread import LedgerSync
from tests.core.shared_ledger.folder_desk import OTHER, Bench, bind
from tests.core.store.samples import CHANNEL, START, Clock, bound_before
from tests.patience import HOUR, PATIENCE, ends

Benches = tuple[Bench, Bench]


def test_what_one_has_bound_the_other_knows(pair: Benches) -> None:
    """With all that is known of it; once, and nothing is sent back."""
    one, other = pair
    way: LedgerSync = one.sync
    bind(one.store, ["SPK1", "SPK2"])
    assert way.waiting() == 2
    way.run()
    assert way.waiting() == 0
    other.sync.run()
    assert tuple(other.news) == one.store.benches.all_of([CHANNEL], "line-1")
    assert one.knows == other.knows == {("SPK1", "Speaker 1"), ("SPK2", "Speaker 2")}
    for bench in (other, one, other):
        bench.sync.run()
    assert (other.files, one.news, len(other.news)) == ([], [], 2)


def test_only_what_its_channels_have(folder: Path, make: Callable[..., Bench]) -> None:
    """Neither sent nor taken in; a channel that is added later brings its earlier entries."""
    one = make("line-1", channels=(CHANNEL, OTHER))
    other = make("line-2")
    bind(one.store, ["SPK1"])
    bind(one.store, ["SPK2"], OTHER)
    bind(other.store, ["SPK3"], OTHER)
    for bench in (one, other):
        bench.sync.run()
    assert (one.heard, other.heard, other.files) == ([], ["SPK1"], [])
    other.channels = (CHANNEL, OTHER)
    other.start()
    other.sync.run()
    one.sync.run()
    assert (one.heard, other.heard) == (["SPK3"], ["SPK1", "SPK2"])


@pytest.mark.parametrize("address", ["https://static-api.coze.cn", "https://coze.example.com"])
def test_what_stands_there_under_an_address(folder: Path, make: Callable[..., Bench], address: str) -> None:
    """An older bench took it for the site: its entries are the channel's, also where they were passed over."""
    one, other = make("line-1", channels=(OTHER,)), make("line-2", channels=(replace(CHANNEL, key="other"),))
    bind(one.store, ["SPK1"], OTHER)
    one.sync.run()
    (file,) = folder.iterdir()
    data = file.read_bytes().replace(OTHER.connector_id.encode(), CHANNEL.connector_id.encode())
    data = data.replace(CHANNEL.site.encode(), address.encode())
    name = SharedFileName.parse(file.name)
    assert name is not None
    file.unlink()
    (folder / str(replace(name, digest=digest_of(data)))).write_bytes(data)
    other.sync.run()
    assert other.heard == []
    other.channels = (replace(CHANNEL, address=address),)
    other.start()
    other.sync.run()
    assert other.heard == ["SPK1"]
    assert bound_before(other.store, other.channels[0], "SPK1") is not None


def test_nothing_is_written_or_read_without_need(folder: Path, pair: Benches) -> None:
    """Not at the next start either."""
    one, other = pair
    one.bind("SPK1")
    other.sync.run()
    (name,) = one.files
    before = (folder / name).stat()
    os.utime(folder / name, ns=(0, before.st_mtime_ns))
    for bench in pair:
        bench.sync.run()
        bench.restart()
        bench.sync.run()
    after = (folder / name).stat()
    assert (after.st_ino, after.st_mtime_ns, after.st_atime_ns) == (before.st_ino, before.st_mtime_ns, 0)
    assert one.files == [name]


def test_nobody_says_who_has_what(pair: Benches) -> None:
    """Without a server nothing is claimed, there are no turns, and no numbers are handed out."""
    bench, _ = pair
    here = Here(bench.store.benches, bench.machine, Clock(), (CHANNEL,))
    ledger = SharedLedger(here, bench.sync, lambda _: None)

    async def ask() -> None:
        assert await ledger.claim("Li", CHANNEL, ["SPK1"]) == Claimed()
        await ledger.release(CHANNEL, ["SPK1"])
        async with ledger.turn("Li", CHANNEL):
            pass
        with pytest.raises(LedgerFailed, match=r"ledger\.no_numbers"):
            await ledger.reserve(CHANNEL, "SN", 0)

    ledger.start()
    asyncio.run(ask())
    ledger.close()
    assert ledger.join(PATIENCE)


def test_a_ledger_is_told_in_parts(folder: Path, make: Callable[..., Bench]) -> None:
    """Only the last one is written anew, and takes the place of what it was before."""
    one, other = make("line-1", part_size=3), make("line-2", part_size=3)
    one.bind("SPK1", "SPK2", "SPK3", "SPK4")
    first, second = one.files
    other.sync.run()
    one.bind("SPK5")
    assert first in one.files
    assert second not in one.files
    one.bind("SPK6", "SPK7")
    assert len(one.files) == 3
    other.sync.run()
    assert other.heard == [f"SPK{number}" for number in range(1, 8)]
    for name in one.files:
        assert len((folder / name).read_text(encoding="utf-8").splitlines()) <= 3


def test_a_file_is_an_export(folder: Path, pair: Benches) -> None:
    """`history import` takes it, and so does anybody's spreadsheet."""
    one, _ = pair
    one.bind("SPK1")
    (line,) = (folder / one.files[0]).read_text(encoding="utf-8").splitlines()
    found = json.loads(line)
    assert (found["device_id"], found["machine"], found["operator"]) == ("SPK1", "line-1", "A12")
    assert (found["status"], found["code"], found["job"]) == ("bound", 0, "WO-7")


def test_a_sheet_that_was_deleted(pair: Benches) -> None:
    """Its job is said no more, and the part is read from its beginning; nothing is news twice."""
    one, other = pair
    sheet_id = bind(one.store, ["SPK1"])
    one.sync.run()
    other.sync.run()
    one.store.sheets.close(sheet_id).result()
    one.store.sheets.delete(sheet_id, START + timedelta(days=1)).result()
    one.bind("SPK2")
    other.sync.run()
    assert other.heard == ["SPK1", "SPK2"]
    assert len(one.files) == 1


# ---------------------------------------------------------------- the folder fails


def test_a_folder_that_can_not_be_reached(folder: Path, pair: Benches) -> None:
    """Nothing is lost, and the next time goes on."""
    one, other = pair
    away = folder.with_name("away")
    for bench in pair:
        bench.sync.run()
    folder.rename(away)
    bind(one.store, ["SPK1"])
    for bench in (one, one, other):
        with pytest.raises(LedgerFailed, match=r"ledger\.folder_unreachable"):
            bench.sync.run()
    assert one.sync.waiting() == 1
    away.rename(folder)
    one.sync.run()
    other.sync.run()
    assert other.heard == ["SPK1"]


@pytest.mark.parametrize("restarted", [False, True])
def test_a_folder_that_was_emptied(folder: Path, pair: Benches, restarted: bool) -> None:
    """Or moved, or set back: all is written again, though it was written once."""
    one, other = pair
    one.bind("SPK1")
    shutil.rmtree(folder)
    folder.mkdir()
    if restarted:
        one.restart()
    one.sync.run()
    other.sync.run()
    assert other.heard == ["SPK1"]


def test_a_file_that_a_server_has_cut(folder: Path, pair: Benches) -> None:
    """At the next start it is put there again; until then nobody takes it for whole."""
    one, other = pair
    one.bind("SPK1", "SPK2")
    path = folder / one.files[0]
    path.write_bytes(path.read_bytes()[:-9])
    other.sync.run()
    one.sync.run()
    other.sync.run()
    assert other.heard == []
    one.restart()
    one.sync.run()
    other.sync.run()
    assert other.heard == ["SPK1", "SPK2"]


def test_where_nothing_can_be_put(pair: Benches) -> None:
    """Entries of others are taken in all the same."""
    one, other = pair
    other.bind("SPK9")
    bind(one.store, ["SPK1"])
    blocked = one.blocked()
    with pytest.raises(LedgerFailed):
        one.sync.run()
    assert (one.heard, one.sync.waiting()) == (["SPK9"], 1)
    blocked.rmdir()
    one.sync.run()
    other.sync.run()
    assert other.heard == ["SPK1"]


def test_what_is_bound_while_many_files_are_taken_in(folder: Path, make: Callable[..., Bench]) -> None:
    """It is there before the next one is read: the others need not wait until a new bench has read them all."""
    one = make("line-1")
    for other in (make("line-2"), make("line-3"), make("line-4")):
        other.bind(f"SPK-of-{other.machine}")
    there: list[int] = []

    def hear(_: object) -> None:
        there.append(len(one.files))
        if len(there) == 1:
            bind(one.store, ["SPK1"])

    FolderSync(folder, one.store.benches, [CHANNEL], one.machine, hear).run()
    assert there == [0, 1, 1]


def test_a_folder_that_has_failed_is_not_tried_again_at_each_file(folder: Path, make: Callable[..., Bench]) -> None:
    """It may be slow to fail, and what others have to tell comes in; this round says so, and the next one tries."""
    one = make("line-1")
    make("line-2").bind("SPK9")
    bind(one.store, ["SPK1"])
    blocked = one.blocked()
    sync = FolderSync(folder, one.store.benches, [CHANNEL], one.machine, lambda _: blocked.rmdir())
    with pytest.raises(LedgerFailed):
        sync.run()
    assert one.sync.waiting() == 1


# ---------------------------------------------------------------- waiting


def test_it_is_waited_until_there_is_something(make: Callable[..., Bench]) -> None:
    """`wake` ends it; so does the time after which it is looked again, and that for which it was asked to wait."""
    woken, wake = socket.socketpair()
    with woken, wake:
        wake.send(b"!")
        assert ends(lambda: make("line-1", look_interval=HOUR).sync.wait(woken.fileno(), HOUR))
        woken.recv(1)
        assert ends(lambda: make("line-2", look_interval=0.01).sync.wait(woken.fileno(), HOUR))
        assert ends(lambda: make("line-3", look_interval=HOUR).sync.wait(woken.fileno(), 0.01))
