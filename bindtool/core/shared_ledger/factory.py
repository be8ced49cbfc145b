"""Opens the shared ledger that a profile names: on a server, in a folder, or none; it is not started yet.

The password is read where it is needed, in the ledger's own threads: a password store may wait for a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bindtool.core.profiles.ledger_address import LedgerAddress
from bindtool.core.shared_ledger.folder.sync import FolderSync
from bindtool.core.shared_ledger.ledger import Bench, ServerLedger, SharedLedger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bindtool.core.common.clock import Clock
    from bindtool.core.credentials.secret import Password
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.shared_ledger.postgres.client import PostgresServer
    from bindtool.core.shared_ledger.sync_thread import News, SyncStatus
    from bindtool.core.store.tables.benches import Benches


@dataclass(frozen=True, slots=True)
class LedgerContext:
    """What a shared ledger needs: this bench's database, its name for people, a clock, and its password store.

    `read_password`: returns what is stored under a name; raises PasswordStoreError. Called in other threads.
    """

    benches: Benches
    machine: str
    clock: Clock
    read_password: Callable[[str], Password]


def open_ledger(
    profile: Profile,
    profiles: Iterable[Profile],
    context: LedgerContext,
    news: News,
    changed: Callable[[SyncStatus], None],
) -> SharedLedger | None:
    """Return the ledger that a profile shares with others, not started yet; None where it shares none.

    Args:
        profile: the one that is open.
        profiles: all that this bench has: those that name the same ledger are served along with it.
        context: what it needs.
        news: called with what others have bound, in the ledger's thread.
        changed: called with a new `SyncStatus`, there too.
    """
    alike = [each for each in (profile, *profiles) if identity_of(each) == identity_of(profile)]
    channels = tuple(dict.fromkeys(each.channel for each in alike))
    bench = Bench(context.benches, channels, context.machine, context.clock)
    if profile.ledger:
        return ServerLedger(bench, connector(profile.ledger, context.read_password), news, changed)
    if profile.shared_folder:
        folder = FolderSync(Path(profile.shared_folder), context.benches, channels, context.machine, news)
        return SharedLedger(bench, folder, changed)
    return None


def identity_of(profile: Profile) -> tuple[str, str]:
    """Return what tells one shared ledger from another; two empty texts for none."""
    return (profile.ledger, "") if profile.ledger else ("", profile.shared_folder)


def connector(ledger: str, read_password: Callable[[str], Password]) -> Callable[[], PostgresServer]:
    """Return what connects to the ledger at an address; each call reads the password anew.

    Raises:
        BadInput: the address is none.
    """
    address = LedgerAddress.parse(ledger)

    def connect() -> PostgresServer:
        # pg8000 is loaded only where there is a ledger, and not in the window's thread.
        from bindtool.core.shared_ledger.postgres.client import connect

        return connect(address, read_password(address.secret_name))

    return connect
