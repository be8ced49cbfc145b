"""The mode in which a scan adds nothing, in a real window over a real database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bindtool.core.profiles.profile import Profile
from bindtool.core.store import Store
from bindtool.gui.common.audio.cues import Cue
from bindtool.gui.common.shell.session_state import InputMode
from bindtool.gui.common.theme.icons import Mark, MarkLabel
from tests.core.store.samples import CHANNEL, told
from tests.gui.scanning.bench import Bench

PROFILE = Profile(name="Line 2", connector_id=CHANNEL.connector_id, user_id=CHANNEL.user_id)


@pytest.fixture
def bench(unopened: Bench) -> Bench:
    """Give somebody with a scanner, and two rows, in that mode."""
    unopened.open(PROFILE)
    unopened.document.scan("SPK26113F2001")
    unopened.document.scan("SN:1;MAC:2")
    unopened.is_saved()
    unopened.heard.clear()
    unopened.window.actions_["look_up"].setChecked(True)
    return unopened


def test_a_row_of_the_sheet(bench: Bench) -> None:
    """Its state, time and label are shown big, and the row is pointed at."""
    bench.scan(" SPK26113F2001\r")
    assert "ready · 09:30 · 3F2001\nrow 1 · spaces" not in bench.said
    assert "ready · 09:30 · 3F2001" in bench.said
    assert bench.window.table.highlighted == 1
    assert bench.heard == [Cue.REPEATED]


def test_a_row_that_has_no_label(bench: Bench) -> None:
    """It is shown with its reason."""
    bench.scan("SN:1;MAC:2")
    assert "incomplete · 09:30\n" in bench.said + "\n"
    assert "row 2 · several values in one code" in bench.said


def test_a_device_of_another_bench(bench: Bench, store: Store) -> None:
    """Where, through whom and when it was bound; it was not from here."""
    store.benches.take_in([told(1, machine="bench-3")]).result()
    bench.scan("SPK9001")
    assert "bound · 09:30 · Other 1" in bench.said
    assert "at bench-3 by 李 · Line 9 · log ID LOG9001" in bench.said
    assert "from this computer" not in bench.said


def test_a_row_that_another_bench_has_bound_since(bench: Bench, store: Store) -> None:
    """The row is ready, and the device is bound: both are said."""
    bound = replace(told(1, "SPK26113F2001", minutes=-24 * 60, machine="bench-3"), operator="")
    store.benches.take_in([bound]).result()
    bench.scan("SPK26113F2001")
    assert "ready · 09:30 · 3F2001" in bench.said
    assert "row 1 · bound 11-24 at bench-3" in bench.said


def test_a_device_that_nobody_knows(bench: Bench) -> None:
    """Nothing was refused: neither sign nor sound say so."""
    bench.scan("SPK26113F9999")
    assert "No record of this device" in bench.said
    assert [one.mark for one in bench.window.scan_bar.lookup_view.findChildren(MarkLabel)] == [Mark.FIND]
    assert bench.heard == [Cue.BOUNCE]


def test_what_is_half_typed_stands_beside_no_answer(bench: Bench) -> None:
    """What was typed in the mode goes with the answer; what stood there before is back afterwards."""
    bench.input_mode.leave()
    bench.field.setText("SPK26113")
    bench.input_mode.enter(InputMode.LOOK_UP)
    assert bench.field.text() == ""
    bench.field.setText("SPK9")
    bench.scan("SPK26113F2001")
    assert bench.field.text() == ""
    bench.field.setText("SPK8")
    bench.input_mode.leave()
    assert bench.field.text() == "SPK26113"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pat_0123456789abcdef0123", "this is an access token, not a device ID; it was not kept"),
        ("\u200b", "no device ID yet"),
    ],
)
def test_what_is_no_device(bench: Bench, text: str, words: str) -> None:
    """A token is not shown, not even its end."""
    bench.scan(text)
    assert words in bench.said
    assert "0123" not in bench.said
    assert bench.heard == [Cue.REFUSED]


def test_the_action_enters_and_leaves_it(bench: Bench) -> None:
    """It is ticked as long as the mode lasts, whoever ends it."""
    action = bench.window.actions_["look_up"]
    seen = [bench.input_mode.mode]
    bench.input_mode.entered.connect(seen.append)
    action.trigger()
    assert "READY TO SCAN" in bench.said
    action.trigger()
    bench.input_mode.leave()
    assert not action.isChecked()
    assert seen == [InputMode.LOOK_UP, InputMode.SCAN, InputMode.LOOK_UP, InputMode.SCAN]
