"""The shared ledger as the window uses it: what its thread finds reaches the window's, and nobody waits for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from bindtool.core.common.clock import SystemClock
from bindtool.core.common.errors import LedgerFailed
from bindtool.core.profiles.profile import Profile
from bindtool.core.store import Store
from bindtool.gui.shared_ledger import SharedLedgerService
from tests.core.store.samples import CHANNEL
from tests.core.store.tables.test_benches import foreign
from tests.gui.loop import PATIENCE
from tests.gui.sharing import CUT_OFF, ScriptedServer, desk_on, try_now

PROFILE = Profile(
    name="Line 2", connector_id=CHANNEL.connector_id, site=CHANNEL.site, key=CHANNEL.key, user_id=CHANNEL.user_id
)


@pytest.fixture
def ledger(server: ScriptedServer, store: Store, loop: None) -> Iterator[SharedLedgerService]:
    """Give the window's ledger; no profile is open."""
    ledger = desk_on(server, store, SystemClock())
    yield ledger
    ledger.close()


def in_step(ledger: SharedLedgerService, qtbot: QtBot) -> None:
    """Open the profile and wait until the bench is in step."""
    ledger.follow(PROFILE)
    qtbot.waitUntil(lambda: ledger.status is not None and ledger.status.since is None, timeout=PATIENCE)


def test_a_profile_without_one(ledger: SharedLedgerService) -> None:
    """Nothing is said, and there is none for a run."""
    for none in (ledger, SharedLedgerService(lambda *_: None)):
        none.follow(PROFILE if none is not ledger else None)
        assert none.status is None
        assert none.ledger is None


def test_what_others_have_bound_is_told(ledger: SharedLedgerService, server: ScriptedServer, qtbot: QtBot) -> None:
    """On the window's thread, and once."""
    told = QSignalSpy(ledger.announced)
    server.entries = [foreign(1), foreign(2)]
    in_step(ledger, qtbot)
    qtbot.waitUntil(lambda: told.count() == 1, timeout=PATIENCE)
    assert told.at(0)[0] == (foreign(1), foreign(2))


def test_how_it_stands(ledger: SharedLedgerService, server: ScriptedServer, qtbot: QtBot) -> None:
    """Cut off, it passes by itself and only the line says so; in step again."""
    failed = QSignalSpy(ledger.failed)
    server.problem = CUT_OFF
    with qtbot.waitSignals([ledger.changed] * 2, timeout=PATIENCE):
        ledger.follow(PROFILE)
    assert ledger.status is not None
    assert ledger.status.problem is CUT_OFF
    server.problem = None
    with qtbot.waitSignal(ledger.changed, timeout=PATIENCE):
        try_now(ledger)
    assert ledger.status.since is None
    assert failed.count() == 0


def test_what_does_not_pass_by_itself_is_said_once(
    ledger: SharedLedgerService, server: ScriptedServer, qtbot: QtBot
) -> None:
    """As long as it is the same; for another profile it is said again."""
    server.problem = LedgerFailed("ledger.newer", needed="9.0.0")
    for _ in range(2):
        with qtbot.waitSignal(ledger.failed, timeout=PATIENCE) as told:
            ledger.follow(PROFILE)
        assert told.args == [server.problem]
    server.problem = LedgerFailed("ledger.newer", needed="9.1.0")
    failed = QSignalSpy(ledger.failed)
    with qtbot.waitSignal(ledger.changed, timeout=PATIENCE):
        try_now(ledger)
    assert failed.count() == 0


def test_another_profile(ledger: SharedLedgerService, server: ScriptedServer, qtbot: QtBot) -> None:
    """The ledger of before is let go."""
    in_step(ledger, qtbot)
    ledger.follow(None)
    assert ledger.status is None
    qtbot.waitUntil(server.closed.is_set, timeout=PATIENCE)
