"""Benches that share a folder: a store each, with a folder connection that keeps its state between two starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from bindtool.core.common.output_files import SharedFileName
from bindtool.core.model.channel import Channel
from bindtool.core.model.ledger_entry import SharedEntry
from bindtool.core.reports.history_export import entries_file
from bindtool.core.shared_ledger.folder.files import digest_of, writer_of
from bindtool.core.shared_ledger.folder.sync import LOOK_INTERVAL, PART, FolderSync
from bindtool.core.store import Store
from tests.core.store.samples import ANSWER, CHANNEL, Clock, row, sent

OTHER = replace(CHANNEL, connector_id="7499999999999999999")


def bind(store: Store, ids: Sequence[str], channel: Channel = CHANNEL, at: datetime = ANSWER.time) -> int:
    """Bind devices, and return the number of their sheet."""
    rows = [row(number, device_id) for number, device_id in enumerate(ids, 1)]
    return sent(store, *rows, answer=replace(ANSWER, time=at), channel=channel, job="WO-7")


@dataclass
class Bench:
    """A data folder's database and its connection to the shared folder. `news`: its news, in order."""

    path: Path
    folder: Path
    machine: str
    channels: Sequence[Channel] = (CHANNEL,)
    part_size: int = PART
    look_interval: float = LOOK_INTERVAL
    news: list[SharedEntry] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        """Start."""
        self.store = Store(self.path, Clock())
        self.start()

    def start(self) -> None:
        """Restart the connection to the folder."""
        self.sync = FolderSync(
            self.folder,
            self.store.benches,
            self.channels,
            self.machine,
            self.news.extend,
            part_size=self.part_size,
            look_interval=self.look_interval,
        )

    def close(self) -> None:
        """Close it."""
        self.sync.close()
        self.store.close()

    def restart(self) -> None:
        """End, and start again."""
        self.close()
        self.open()

    def blocked(self) -> Path:
        """Put a folder where the first of this bench's files belongs, and return it."""
        data = entries_file(self.store.benches.all_of(self.channels, self.machine))
        name = SharedFileName(self.store.benches.bench_id, writer_of(self.machine), 0, digest_of(data))
        path = self.folder / str(name)
        path.mkdir()
        return path

    def bind(self, *ids: str) -> None:
        """Bind devices and synchronise."""
        bind(self.store, ids)
        self.sync.run()

    @property
    def heard(self) -> list[str]:
        """The ids bound by others, in the order of the news."""
        return [entry.device_id for entry in self.news]

    @property
    def knows(self) -> set[tuple[str, str]]:
        """Each bound device this bench knows, with its label."""
        return {(each.device.device_id, each.device.label) for each in self.store.bindings.bound_devices(CHANNEL)}

    @property
    def files(self) -> list[str]:
        """The names of this bench's files in the folder."""
        found = sorted(path.name for path in self.folder.iterdir())
        return [name for name in found if name.startswith(f"bindtool-{self.store.benches.bench_id}-")]
