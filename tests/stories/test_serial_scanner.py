"""A scanner on a serial port: it needs no focus, loses nothing that was sent whole, and comes back by itself."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QComboBox

from bindtool.core.model.outcome import State
from bindtool.core.sheet_view.columns import Column
from bindtool.gui.common.audio.cues import Cue
from tests.gui import acting
from tests.gui.disks import refusing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bindtool.core.profiles.profile import Profile
    from tests.gui.pseudo_terminal import SerialLine
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals"),
    pytest.mark.long,
]

ENDS = (b"\r", b"\n", b"\r\n")


class Ears:
    """Keeps the cues."""

    def __init__(self) -> None:
        self.heard: list[Cue] = []

    def play(self, cue: Cue) -> None:
        """Hear a cue."""
        self.heard.append(cue)


@pytest.fixture
def ears() -> Ears:
    """Give ears that nothing was said to yet."""
    return Ears()


@pytest.fixture
def me(bench: Bench, profile: Profile, open_window: Open, ears: Ears) -> Iterator[Technician]:
    """Give a technician with a profile and no token."""
    bench.has_profile(profile)
    with open_window(sounds=ears) as technician:
        yield technician


def set_up(me: Technician, line: SerialLine) -> None:
    """Name the port in the panel and close that."""
    me.do("Serial scanner…")
    acting.find(me.front(), QComboBox, "Port").setEditText(str(line.port))
    me.press("Use this port")
    me.sees(f"Scanner on {line.port}: connected")
    me.press("Close")
    me.sees(f"scanner on {line.port}: connected")


def send(line: SerialLine, ids: list[str]) -> threading.Thread:
    """Let the scanner send ids with all kinds of line ends, in pieces, beside the window's thread."""
    data = b"".join(device_id.encode() + ENDS[at % 3] for at, device_id in enumerate(ids))
    pieces = [data[at : at + 7] for at in range(0, len(data), 7)]

    def run() -> None:
        for piece in pieces:
            line.send(piece)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_thousand_scans_and_the_cable_pulled_in_the_middle(me: Technician, line: SerialLine, ears: Ears) -> None:
    """Each line that was sent whole is there, in order and unchanged; half a line is none.

    So many at once are two codes until somebody says that each line is a device.
    """
    set_up(me, line)
    ids = [f"SPK26113F{number:06}-ABCDEFGHIJKLMN" for number in range(1, 1001)]

    sending = send(line, ids[:500])
    sending.join()
    me.sees("500 lines came as one code.")
    me.press("Each line is a device")
    me.until(lambda: me.window.model.rowCount() == 500, "see the first half")
    ears.heard.clear()
    line.send(ids[500][:9].encode())
    line.unplug()
    me.sees(f"scanner on {line.port}: not found, trying again")
    me.sees(f"The scanner on {line.port} is gone. Plug it in again: bindtool reconnects automatically.")
    assert ears.heard.count(Cue.REFUSED) == 1
    line.plug_in()
    me.sees(f"scanner on {line.port}: connected")
    assert "is gone" not in me.said
    sending = send(line, ids[500:])
    sending.join()
    me.sees("500 lines came as one code.")
    me.press("Each line is a device")
    me.until(lambda: me.window.model.rowCount() == 1000, "see the second half")
    # The states of all, read every few milliseconds, would keep the window from its work.
    me.until(lambda: me.window.model.sheet.counts()[State.READY] == 1000, "see all of them ready")

    assert me.states() == ["ready"] * 1000
    assert [row.device_id for row in me.window.model.sheet] == ids


def test_a_scanner_without_a_line_end(
    bench: Bench, profile: Profile, open_window: Open, line: SerialLine, ears: Ears
) -> None:
    """It is said what to set on the scanner, with the alarm, and no longer than it is so."""
    bench.has_profile(profile)
    with open_window(sounds=ears, silent_reads=1) as me:
        set_up(me, line)
        line.send(b"SPK2611")
        me.sees("Set it to end each scan with CR.")
        assert ears.heard == [Cue.REFUSED]
        line.send(b"3F2001\r")
        me.sees_states("held")
        assert me.cell(1, Column.DEVICE_ID) == "SPK26113F2001"
        assert "with a pause after “SPK2611”" in me.cell(1, Column.MESSAGE)
        assert "Set it to" not in me.said


def test_it_needs_no_focus(me: Technician, line: SerialLine) -> None:
    """A scan arrives while a dialog of the window is in front, and touches nothing in it."""
    set_up(me, line)
    me.press("Operator")
    line.send(b"SPK1\r")
    me.until(lambda: me.window.model.rowCount() == 1, "see the row")
    assert me.window.sheet_details().operator.text() == ""
    me.press("Cancel")


def test_the_next_day(bench: Bench, profile: Profile, open_window: Open, line: SerialLine) -> None:
    """The port is opened by itself at the next start, and let go when the window closes."""
    bench.has_profile(profile)
    for day in (1, 2, 3):
        with open_window() as me:
            if day == 1:
                set_up(me, line)
            me.sees(f"scanner on {line.port}: connected")
            line.send(f"SPK{day}\r".encode())
            me.sees_states(*["ready"] * day)


def test_scans_that_are_not_taken(me: Technician, line: SerialLine, ears: Ears, bench: Bench) -> None:
    """While the disk takes nothing, each scan sounds as refused and makes no row."""
    set_up(me, line)
    with refusing(bench.data.database, "INSERT ON sheet_row"):
        line.send(b"SPK1\r")
        me.until(lambda: ears.heard == [Cue.REFUSED], "hear the first")
        lines = me.place.controller.workspace.scans.lines
        me.until(lambda: not lines.may_go_on, "know that it has no other line")
        line.send(b"SPK2\rSPK3\r")
        me.until(lambda: ears.heard == [Cue.REFUSED] * 3, "hear each of them")
    me.press("Try again")
    me.sees_states("ready")
    assert me.cell(1, Column.DEVICE_ID) == "SPK1"
