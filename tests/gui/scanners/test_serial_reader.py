"""A serial port that is read over a pseudo-terminal: whole lines, states, and the way back."""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from bindtool.core.scanner.serial_framing import ScanLine
from bindtool.gui.scanners.serial_reader import FoundPort, PortState, SerialReader, found_ports
from tests.gui.pseudo_terminal import SerialLine
from tests.patience import HOUR, PATIENCE

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")

AT_ONCE = (0.01,)


class Heard:
    """Keeps what a reader says."""

    def __init__(self) -> None:
        self.scans: queue.Queue[ScanLine] = queue.Queue()
        self.states: queue.Queue[PortState] = queue.Queue()

    def reader(self, line: SerialLine) -> SerialReader:
        """Make a reader of a line that is heard here."""
        return SerialReader(str(line.port), 9600, self.scans.put, self.states.put, AT_ONCE, silent_reads=1)

    @contextmanager
    def reading(self, line: SerialLine, state: PortState = PortState.CONNECTED) -> Iterator[None]:
        """Read the line, once in that state, until the context ends."""
        reader = self.reader(line)
        reader.start()
        self.until(state)
        yield
        reader.stop()

    def scan(self) -> str:
        """Wait for a scan that came without a pause."""
        line = self.line()
        assert not line.before
        return line.text

    def line(self) -> ScanLine:
        """Wait for a scan; that a line has begun is no scan."""
        while not (line := self.scans.get(timeout=PATIENCE)).text:
            pass
        return line

    def until(self, state: PortState) -> None:
        """Wait for a state."""
        while self.states.get(timeout=PATIENCE) is not state:
            pass


def test_lines_come_as_they_were_sent(line: SerialLine) -> None:
    """GIVEN an open port WHEN lines come whole and in pieces THEN each is told once, in order."""
    heard = Heard()
    with heard.reading(line):
        for piece in (b"SPK1\r\nSPK2\rSP", b"K3\n"):
            line.send(piece)
        assert [heard.scan() for _ in range(3)] == ["SPK1", "SPK2", "SPK3"]
    assert heard.scans.empty()


def test_a_port_that_comes_back(line: SerialLine) -> None:
    """GIVEN an open port WHEN it is unplugged in the midst of a line THEN it is read again once it is back."""
    heard = Heard()
    with heard.reading(line):
        line.send(b"SPK1\rSPK")
        assert heard.scan() == "SPK1"
        line.unplug()
        heard.until(PortState.ABSENT)
        line.plug_in()
        heard.until(PortState.CONNECTED)
        line.send(b"SPK2\rSPK3\r")
        # Half a line must not become one with the next, nor be forgotten.
        assert heard.line() == ScanLine("SPK2", "SPK")
        assert heard.scan() == "SPK3"


def test_a_scanner_that_sends_no_line_end(line: SerialLine) -> None:
    """GIVEN a text without an end WHEN nothing follows THEN that is told, and what comes after it tells of it."""
    heard = Heard()
    with heard.reading(line):
        line.send(b"SPK1")
        heard.until(PortState.NO_END)
        line.send(b"SPK2\r")
        assert heard.line() == ScanLine("SPK1SPK2", "SPK1")
        heard.until(PortState.CONNECTED)


def test_an_end_is_not_waited_for(line: SerialLine) -> None:
    """GIVEN a read that waits an hour for a byte WHEN the port is let go THEN it ends all the same."""
    heard = Heard()
    reader = SerialReader(str(line.port), 9600, heard.scans.put, heard.states.put, read_seconds=HOUR)
    reader.start()
    heard.until(PortState.CONNECTED)
    reader.stop()

    assert reader.wait(PATIENCE)


def test_a_port_that_is_not_there_yet(line: SerialLine) -> None:
    """GIVEN a port that nobody has plugged in WHEN it is THEN it is found without a hand."""
    line.unplug()
    heard = Heard()
    with heard.reading(line, PortState.ABSENT):
        line.plug_in()
        heard.until(PortState.CONNECTED)


def test_a_port_that_somebody_else_has(line: SerialLine) -> None:
    """GIVEN a port that is read already WHEN a second one wants it THEN that is told, and it waits for its turn."""
    first, second = Heard(), Heard()
    with ExitStack() as later:
        with first.reading(line):
            later.enter_context(second.reading(line, PortState.BUSY))
        second.until(PortState.CONNECTED)


def test_the_same_port_once_more(line: SerialLine) -> None:
    """GIVEN a reader that is stopped while it is at work WHEN the next begins THEN it waits for the port."""
    inside, let_go, heard = threading.Event(), threading.Event(), Heard()

    def take(_: ScanLine) -> None:
        inside.set()
        assert let_go.wait(PATIENCE)

    first = SerialReader(str(line.port), 9600, take, heard.states.put)
    first.start()
    heard.until(PortState.CONNECTED)
    line.send(b"SPK1\r")
    assert inside.wait(PATIENCE)
    first.stop()
    told = Heard()
    second = SerialReader(str(line.port), 9600, told.scans.put, told.states.put, AT_ONCE, before=first)
    second.start()
    with pytest.raises(queue.Empty):
        told.states.get(timeout=0.2)
    let_go.set()

    assert told.states.get(timeout=PATIENCE) is PortState.CONNECTED
    second.stop()


def test_what_is_no_port(tmp_path: Path) -> None:
    """GIVEN a file where a port should be WHEN it is opened THEN it is told as not found."""
    file = tmp_path / "file"
    file.write_bytes(b"")
    with Heard().reading(SerialLine(file), PortState.ABSENT):
        pass


def test_the_ports_of_this_computer() -> None:
    """GIVEN whatever computer this is WHEN its ports are listed THEN each has a name, short ones first."""
    ports = found_ports()

    assert all(isinstance(port, FoundPort) and port.name for port in ports)
    assert [len(port.name) for port in ports] == sorted(len(port.name) for port in ports)
