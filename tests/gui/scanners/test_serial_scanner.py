"""The scanner on a serial port: what this laptop remembers of it, and how it comes back."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QSettings, QTimer
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from bindtool.core.common.clock import Clock, SystemClock
from bindtool.gui.scanners.serial_reader import PortState
from bindtool.gui.scanners.serial_scanner import DEFAULT_BAUD, SerialScanner
from tests.gui.clocks import HandClock
from tests.gui.loop import PATIENCE
from tests.gui.pseudo_terminal import SerialLine

Make = Callable[..., SerialScanner]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")


@pytest.fixture
def make(qtbot: QtBot, settings: QSettings) -> Iterator[Make]:
    """Give a way to start the scanner's side of the program; all are closed at the end."""
    made = []
    parent = QObject()

    def start(clock: Clock | None = None) -> SerialScanner:
        clock = clock or SystemClock()
        scanner = SerialScanner(parent, settings, retry_delays=(0.01,), seconds=clock.monotonic)
        made.append(scanner)
        scanner.begin()
        return scanner

    yield start
    for scanner in made:
        scanner.close()


def connect(scanner: SerialScanner, line: SerialLine, qtbot: QtBot) -> SerialScanner:
    """Choose the port, and wait until it is read."""
    scanner.use(str(line.port), 9600)
    qtbot.waitUntil(lambda: scanner.connected, timeout=PATIENCE)
    return scanner


def heard(spy: QSignalSpy) -> list[str]:
    """Return the scans that were told."""
    return [spy.at(turn)[0] for turn in range(spy.count())]


def test_nothing_is_read_until_a_port_is_chosen(make: Make) -> None:
    """GIVEN a new laptop WHEN the program starts THEN no port is open."""
    scanner = make()

    assert scanner.state is None
    assert not scanner.connected
    assert scanner.baud == DEFAULT_BAUD


def test_what_was_chosen_is_read_after_the_next_start(make: Make, line: SerialLine, qtbot: QtBot) -> None:
    """GIVEN a port that was chosen WHEN the program starts again THEN it is read, at the speed that was chosen."""
    first = make()
    first.use(str(line.port), 19200)
    qtbot.waitUntil(lambda: first.connected, timeout=PATIENCE)
    first.close()

    second = make()
    scanned = QSignalSpy(second.scanned)
    qtbot.waitUntil(lambda: second.connected, timeout=PATIENCE)
    line.send(b"SPK1\r")
    qtbot.waitUntil(lambda: heard(scanned) == ["SPK1"], timeout=PATIENCE)
    assert (second.port, second.baud) == (str(line.port), 19200)


def test_turned_off_it_stays_off(make: Make, line: SerialLine, qtbot: QtBot) -> None:
    """GIVEN a port in use WHEN it is turned off THEN it is let go, for the next start too."""
    scanner = make()
    changed = QSignalSpy(scanner.changed)
    connect(scanner, line, qtbot)
    before = changed.count()
    scanner.turn_off()

    assert changed.count() == before + 1
    assert scanner.state is None
    assert make().state is None


def test_unplugged_and_back(make: Make, line: SerialLine, qtbot: QtBot) -> None:
    """GIVEN a connected scanner WHEN it is unplugged THEN its loss is told once, and it is back by itself."""
    scanner = make()
    lost = QSignalSpy(scanner.lost)
    connect(scanner, line, qtbot)
    line.unplug()
    qtbot.waitUntil(lambda: scanner.state is PortState.ABSENT, timeout=PATIENCE)
    line.plug_in()
    qtbot.waitUntil(lambda: scanner.connected, timeout=PATIENCE)

    assert lost.count() == 1


def test_scans_without_an_end(make: Make, line: SerialLine, qtbot: QtBot) -> None:
    """GIVEN a scanner that sends no line end WHEN it scans THEN each is told, until one comes whole."""
    scanner = make()
    lost = QSignalSpy(scanner.lost)
    connect(scanner, line, qtbot)
    for _ in range(2):
        with qtbot.waitSignal(scanner.unended, timeout=PATIENCE):
            line.send(b"SPK1")
        assert scanner.state is PortState.NO_END
    line.send(b"SPK1\r")
    qtbot.waitUntil(lambda: scanner.connected, timeout=PATIENCE)

    assert lost.count() == 0


@pytest.mark.parametrize("lets_go", [SerialScanner.turn_off, lambda scanner: scanner.use(scanner.port, 19200)])
def test_the_window_waits_for_no_port(
    make: Make, line: SerialLine, qtbot: QtBot, lets_go: Callable[[SerialScanner], None]
) -> None:
    """GIVEN a port in use WHEN it is let go THEN no time is spent on its thread, which a driver may hold up."""
    scanner = connect(make(), line, qtbot)
    called = set()
    sys.setprofile(lambda frame, *_: called.add(frame.f_code.co_qualname))
    lets_go(scanner)
    sys.setprofile(None)

    assert "SerialReader.stop" in called
    assert "Thread.join" not in called


def test_another_port_in_its_place(make: Make, line: SerialLine, qtbot: QtBot, tmp_path: Path) -> None:
    """GIVEN a port in use WHEN another is chosen THEN that one alone counts, whatever the first still says."""
    scanner = make()
    scanner.use(str(line.port), 9600)
    scanner.use(str(tmp_path / "none"), 9600)
    lost = QSignalSpy(scanner.lost)
    qtbot.waitUntil(lambda: scanner.state is PortState.ABSENT, timeout=PATIENCE)

    assert lost.count() == 0


@pytest.mark.parametrize("baud", ["fast", "", "-1"])
def test_a_speed_that_is_none(make: Make, settings: QSettings, baud: str) -> None:
    """GIVEN settings that somebody has written into WHEN the program starts THEN the usual speed is taken."""
    settings.setValue("serial/baud", baud)

    assert make().baud == DEFAULT_BAUD


def test_many_at_once_come_in_turns(make: Make, line: SerialLine, qtbot: QtBot) -> None:
    """GIVEN scans that are slow to take WHEN many come at once THEN the window has its turns in between."""
    clock = HandClock()
    scanner = connect(make(clock), line, qtbot)
    order: list[str] = []
    window = QTimer(interval=0)
    window.timeout.connect(lambda: order.append("window"))

    def take(scan: str) -> None:
        order.append(scan)
        clock.pass_time(0.01)

    scanner.scanned.connect(take)
    scanner.line.connect(take)
    window.start()
    line.send(b"".join(b"SPK%d\r" % number for number in range(10)))
    qtbot.waitUntil(lambda: "SPK9" in order, timeout=PATIENCE)

    scans = [at for at, each in enumerate(order) if each != "window"]
    assert [order[at] for at in scans] == [f"SPK{number}" for number in range(10)]
    assert all(after > before + 1 for before, after in pairwise(scans))


def test_what_waits_is_not_lost_at_the_end(make: Make, line: SerialLine, qtbot: QtBot) -> None:
    """GIVEN scans that wait for their turn WHEN the port is let go THEN they are told first."""
    scanner = connect(make(), line, qtbot)
    came: list[str] = []

    def take(scan: str) -> None:
        came.append(scan)
        if scan == "SPK0":
            scanner.close()

    scanner.scanned.connect(take)
    scanner.line.connect(take)
    line.send(b"".join(b"SPK%d\r" % number for number in range(10)))
    qtbot.waitUntil(lambda: len(came) >= 1, timeout=PATIENCE)
    qtbot.waitUntil(lambda: came == [f"SPK{number}" for number in range(10)], timeout=PATIENCE)


def test_lines_of_one_code(make: Make, line: SerialLine, qtbot: QtBot) -> None:
    """GIVEN a code of two lines WHEN it comes THEN the second is told when it begins and when it has come."""
    scanner = connect(make(), line, qtbot)
    told: list[str] = []
    scanner.scanned.connect(told.append)
    scanner.line_begun.connect(lambda: told.append("begun"))
    scanner.line.connect(told.append)
    line.send(b"SPK1\rV")
    qtbot.waitUntil(lambda: told == ["SPK1", "begun"], timeout=PATIENCE)
    line.send(b"2\r")
    qtbot.waitUntil(lambda: told == ["SPK1", "begun", "V2"], timeout=PATIENCE)
