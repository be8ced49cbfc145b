"""Scanners and people at the keys of a real window, as the benchmark of bursts generates them, in small."""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import AsyncExitStack

import pytest
from pytestqt.qtbot import QtBot

from bindtool.app.composition import Supplies, build
from bindtool.core.credentials.keyring_store import KeyringStore
from bindtool.core.profiles.profile import Profile
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.i18n.catalogue import Texts
from tests.benchmarks.parts.key_bursts import BurstBench, End, Hand, rounds
from tests.gui.loop import PATIENCE, finish
from tests.seeds import seed_of
from tests.stories.conftest import Bench

pytestmark = pytest.mark.long

SIZE = 2


def test_no_code_is_torn_apart_and_no_person_taken_for_a_scanner(
    bench: Bench, profile: Profile, qtbot: QtBot
) -> None:
    """Without a stall every code is right, whatever ends it and wherever the cursor is; with one, right or held.

    So are short ones, where something ends them, and of no code anything stays in a label.
    """
    bench.has_profile(profile)
    supplies = Supplies(ProfileRepository(bench.data.profiles, bench.machine), KeyringStore)
    work = AsyncExitStack()
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    sent: Counter[str] = Counter()
    silent: Counter[str] = Counter()
    with bench.data.writing():
        place = build(Texts("en"), bench.data, supplies, work)
        finish(qtbot, place.controller.begin())
        with qtbot.waitActive(place.window):
            place.window.show()
            place.window.activateWindow()
        keys = BurstBench(place)
        for one in rounds(seed=seed_of(1), count=4, size=SIZE):
            if one.short and (one.stalls or one.end is End.SILENCE):
                # What is typed so into a label nobody can tell from a word.
                continue
            kind = "people" if one.hand is Hand.PERSON else "stalls" if one.stalls else "codes"
            found[kind] += finish(qtbot, keys.judge(one))
            sent[kind] += len(one.bursts)
            silent[kind] += one.end is End.SILENCE
        place.window.leave()
        qtbot.waitUntil(lambda: not place.window.isVisible(), timeout=PATIENCE)
        finish(qtbot, work.aclose())
        place.window.deleteLater()

    # A code without an end stays in the scan field until the next one comes.
    codes, stalls = found["codes"], found["stalls"]
    assert codes == Counter({"right": sent["codes"] - silent["codes"], "in the field": silent["codes"]})
    assert stalls["wrong"] == stalls["lost"] == stalls["labels"] == 0
    assert stalls["right"] + stalls["held"] + stalls["in the field"] == sent["stalls"]
    assert found["people"] == Counter(typed=sent["people"])
