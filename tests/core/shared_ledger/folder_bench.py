"""A bench as a process of its own: it binds devices by the hundred and shares them, up to a total.

It continues where it was killed. A line of standard output confirms that the devices bound so far are in the
folder.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

from bindtool.core.shared_ledger.folder.sync import FolderSync
from bindtool.core.store import Store
from tests.core.shared_ledger.folder_desk import bind
from tests.core.store.samples import ANSWER, CHANNEL, Clock

EACH = 100


def main(database: str, folder: str, machine: str, total: str, hours: str) -> None:
    """Bind up to `total` devices. `hours`: the error of this computer's clock."""
    at = ANSWER.time + timedelta(hours=int(hours))
    with Store(Path(database), Clock()) as store:
        way = FolderSync(Path(folder), store.benches, [CHANNEL], machine, lambda _: None)
        while (bound := sum(store.benches.parts([CHANNEL], 1000).values())) < int(total):
            bind(store, [f"{machine}-{bound + number}" for number in range(EACH)], at=at)
            way.run()
            print(bound + EACH, flush=True)  # noqa: T201 - the parent process waits for it


if __name__ == "__main__":
    main(*sys.argv[1:])
