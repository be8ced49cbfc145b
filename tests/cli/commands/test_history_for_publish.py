"""`bindtool history export --for-publish`: all devices known to be bound on a channel, as publishing wants them."""

from __future__ import annotations

import json

import pytest

from bindtool.core.common.data_folder import DataFolder
from bindtool.core.store import Store
from bindtool.practice.server import PracticeServer
from tests.cli.commands.test_history_import import exported, laptop
from tests.cli.desk import Desk, Done
from tests.cli.test_gap import rebuild
from tests.core.store.spoilt import ledger_pages, spoil

ADD_OR_REPLACE = "It is not known whether publishing adds to an agent's devices or replaces them."


def for_publish(desk: Desk, *options: str, file: str = "-") -> Done:
    """Export for publishing."""
    return desk.run("history", "export", "--for-publish", *options, file)


def ids(text: str) -> list[str]:
    """Return the devices of what was written, which has one channel and one key."""
    (keys,) = json.loads(text).values()
    (listed,) = keys.values()
    found: list[str] = json.loads(listed)
    return found


def test_all_that_is_known_bound_on_the_channel(desk: Desk, server: PracticeServer) -> None:
    """Of every run, each once, and not what was refused; how many and what is not known is said beside it."""
    desk.bind(desk.file("SPK1", "SPK0000", "SPK2"))
    desk.bind(desk.file("SPK2", "SPK3"))
    before = len(server.requests)
    done = for_publish(desk)
    assert (done.status, ids(done.out)) == (0, ["SPK1", "SPK2", "SPK3"])
    (channel,) = json.loads(done.out)
    said = done.err.splitlines()
    assert (
        said[0]
        == f"3 devices known to be bound on channel {channel}, in the form for publishing. Nothing was sent."
    )
    assert said[1].startswith(ADD_OR_REPLACE)
    assert said[2].startswith("What other laptops have bound is included only")
    assert said[3].startswith("Not checked on this channel")
    assert len(said) == 4
    assert len(server.requests) == before


def test_a_file_beside_an_open_window(desk: Desk) -> None:
    """The same as on standard output, while another bindtool writes in the data folder."""
    desk.bind(desk.file("SPK1"))
    data, file = DataFolder.of(desk.environ), desk.folder / "publish.json"
    with data.writing(), Store(data.database, desk.clock):
        done = for_publish(desk, file=str(file))
    assert (done.status, done.out) == (0, "")
    assert file.read_text(encoding="utf-8") == for_publish(desk).out


def test_what_others_have_bound_is_counted_apart(desk: Desk, server: PracticeServer) -> None:
    """A line that somebody forged would be one of theirs."""
    desk.bind(desk.file("SPK1"))
    other = laptop(desk.folder, server, "other")
    assert desk.run("history", "import", exported(other, "history.csv", "SPK2", "SPK3")).status == 0
    done = for_publish(desk)
    assert ids(done.out) == ["SPK1", "SPK2", "SPK3"]
    assert "2 of those were bound by other benches" in done.err


def test_only_of_the_developer_of_the_profile(desk: Desk, server: PracticeServer) -> None:
    """The same channel for another UID is another list."""
    desk.bind(desk.file("SPK1"))
    own = for_publish(desk)
    (channel,) = json.loads(own.out)
    desk.run("profile", "add", "theirs", "--connector-id", channel, "--base-url", server.site, "--user-id", "77")
    assert for_publish(desk, "--profile", "line").out == own.out
    done = for_publish(desk, "--profile", "theirs")
    assert (done.status, done.out) == (2, "")
    assert done.err.splitlines()[0] == f"No device is known to be bound on channel {channel}"
    assert for_publish(desk).status == 2  # which of the two?


def test_never_used(bare_desk: Desk) -> None:
    """There is nothing to publish to, and nothing is made."""
    bare_desk.run("profile", "add", "line", "--connector-id", "1")
    file = bare_desk.folder / "publish.json"
    assert for_publish(bare_desk, file=str(file)).status == 2
    assert not file.exists()
    assert not DataFolder.of(bare_desk.environ).database.exists()


@pytest.mark.parametrize(
    ("words", "title"),
    [
        (
            ("--for-publish", "--since", "2026-11-25"),
            "--for-publish takes all devices, so --since can't be used with it",
        ),
        (("--profile", "line"), "These arguments can't be taken: --profile: --for-publish"),
    ],
)
def test_what_does_not_go_together(desk: Desk, words: tuple[str, ...], title: str) -> None:
    """A part of the devices may take the others from an agent; and a history is of all profiles."""
    desk.bind(desk.file("SPK1"))
    done = desk.run("history", "export", *words, str(desk.folder / "out"))
    assert (done.status, done.err.startswith(title)) == (2, True), done.err
    assert not (desk.folder / "out").exists()


def test_a_database_that_may_lack_devices(desk: Desk) -> None:
    """It is said since when: status 1. A damaged one is not taken from at all: 2."""
    desk.bind(desk.file(*[f"SPK{number:06}" for number in range(1, 101)]))
    rebuild(desk)
    done = for_publish(desk)
    assert done.status == 1
    assert "may be missing" in done.err.splitlines()[-1]
    path = DataFolder.of(desk.environ).database
    for page in ledger_pages(path):
        spoil(path, page)
    done = for_publish(desk)
    assert (done.status, done.out) == (2, "")
    assert done.err.splitlines()[0] == "The file with the devices is damaged"
