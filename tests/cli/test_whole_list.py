"""`bindtool bind` where the list is replaced: what others have bound goes along once it was agreed to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bindtool.core.common.data_folder import DataFolder
from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.core.store import Store
from bindtool.practice.server import PracticeServer
from tests.cli.desk import Desk
from tests.core.store.tables.test_benches import foreign
from tests.practice.client import lists_sent

pytestmark = pytest.mark.replacing


@pytest.fixture
def sender(bare_desk: Desk, server: PracticeServer) -> Desk:
    """Return the laptop that sends."""
    bare_desk.set_up(server.site)
    book = ProfileRepository(bare_desk.folder / "data" / "profiles", bare_desk.folder / "machine")
    book.replace(replace(book.get("line"), behaviour=Behaviour.REPLACES, sender=True))
    return bare_desk


def told(desk: Desk, *ids: str) -> None:
    """Let another bench tell of devices, as a shared folder or an imported history brings it."""
    book = ProfileRepository(desk.folder / "data" / "profiles", desk.folder / "machine")
    with Store(DataFolder.of(desk.environ).database, desk.clock) as store:
        entries = [foreign(number, device_id) for number, device_id in enumerate(ids, 1)]
        store.benches.take_in([replace(entry, channel=book.get("line").channel) for entry in entries]).result()


def test_it_stops_before_anything_leaves(sender: Desk, server: PracticeServer) -> None:
    """One line of somebody else was sent with the next list; nobody had seen it, and the status was 0."""
    assert sender.bind(sender.file("A1")).status == 0
    told(sender, "FORGED1", "FORGED2")
    done = sender.bind(sender.file("A2"))
    assert (done.status, done.out) == (2, "")
    assert "2 devices that only other benches have reported would be sent along" in done.err
    assert "bench-2 (2)" in done.err
    assert "--others 2" in done.err
    assert lists_sent(server) == [["A1"]]


def test_a_dry_run_shows_it(sender: Desk) -> None:
    """Each with its label and the bench that has bound it."""
    told(sender, "FORGED1")
    done = sender.bind(sender.file("A2"), "--dry-run")
    assert done.status == 0
    assert "Sent along, as bench-2 has reported: FORGED1 (Other 1)" in done.err


def test_their_number_agrees_to_it(sender: Desk, server: PracticeServer) -> None:
    """To so many and no more: another number, and what is bound afterwards, stop it again."""
    told(sender, "B1", "B2")
    for number in ("1", "3"):
        assert sender.bind(sender.file("A1"), "--others", number).status == 2
    done = sender.bind(sender.file("A1"), "--others", "2")
    assert (done.status, done.states) == (0, {"A1": "bound"})
    assert "2 of those were bound by other benches" in done.err
    assert "unfinished" not in done.err
    told(sender, "B1", "B2", "B3")
    assert sender.bind(sender.file("A2"), "--others", "2").status == 2
    assert lists_sent(server) == [["B1", "B2", "A1"]]


def test_what_is_in_the_list_anew_is_no_longer_theirs(sender: Desk, server: PracticeServer) -> None:
    """The file names it: this laptop binds it itself."""
    told(sender, "B1")
    assert sender.bind(sender.file("B1", "A1")).status == 0
    assert lists_sent(server) == [["B1", "A1"]]


def test_a_run_that_is_gone_on_with(sender: Desk, server: PracticeServer) -> None:
    """Stopped for what others have bound, it can still be gone on with afterwards."""
    server.stop()
    file = sender.file("A1")
    assert sender.bind(file, "--max-wait", "0").status == 1
    server.start()
    told(sender, "B1")
    assert sender.bind(file, "--resume").status == 2
    assert sender.bind(file, "--resume", "--others", "1").status == 0
    assert lists_sent(server) == [["B1", "A1"]]
