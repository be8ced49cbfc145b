"""A session bus of its own, and a service on it that stands in for a desktop's: the messages are real."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from jeepney import HeaderFields, MatchRule, Message, MessageType, new_error, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

needs_bus = pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="dbus-daemon is not installed")

_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir={folder}</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>"""

Answer = tuple[str, tuple[Any, ...]] | None
"""A D-Bus signature and its values; None for an error."""


@contextmanager
def bus() -> Iterator[str]:
    """Yield the address of an empty bus."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "bus.conf"
        config.write_text(_BUS.format(folder=folder), encoding="utf-8")
        command = ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon:
            assert daemon.stdout is not None
            try:
                yield daemon.stdout.readline().strip()
            finally:
                daemon.kill()


class BusService:
    """Owns a name on a bus and answers calls to it; ends with the bus.

    `calls`: interface, member and arguments, in order of arrival; `callers`: the unique names of the callers.
    `left`: those of the programs that have left the bus. `signals`: members and arguments of other signals on the
    bus.
    """

    def __init__(self, address: str, name: str, answer: Callable[[str, tuple[Any, ...]], Answer]) -> None:
        """`answer`: called with member and arguments of a call."""
        self.calls: list[tuple[str, str, tuple[Any, ...]]] = []
        self.callers: list[str] = []
        self.left: list[str] = []
        self.signals: list[tuple[str, tuple[Any, ...]]] = []
        self._answer = answer
        self._left = False
        self.connection = open_dbus_connection(address)
        self.connection.send_and_get_reply(message_bus.AddMatch(MatchRule(type="signal")))
        self.connection.send_and_get_reply(message_bus.RequestName(name))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Leave the bus, which continues without it."""
        self._left = True
        # The answer wakes up the thread that waits for a message.
        self.connection.send(message_bus.GetId())
        self._thread.join()

    def ended(self) -> None:
        """Wait until it has noticed the end of its bus."""
        self._thread.join()

    def _serve(self) -> None:
        while not self._left:
            try:
                message = self.connection.receive()
            except OSError:  # the bus has ended
                break
            if message.header.message_type is MessageType.method_call:
                self._take(message)
            elif message.header.message_type is MessageType.signal:
                self._hear(message.header.fields[HeaderFields.member], tuple(message.body))
        self.connection.close()

    def _take(self, message: Message) -> None:
        fields = message.header.fields
        member = fields[HeaderFields.member]
        self.calls.append((fields[HeaderFields.interface], member, tuple(message.body)))
        self.callers.append(fields[HeaderFields.sender])
        answer = self._answer(member, tuple(message.body))
        if answer is None:
            self.connection.send(new_error(message, "org.freedesktop.DBus.Error.Failed"))
        else:
            self.connection.send(new_method_return(message, *answer))

    def _hear(self, member: str, body: tuple[Any, ...]) -> None:
        if member != "NameOwnerChanged":
            self.signals.append((member, body))
        elif body[2] == "":
            self.left.append(body[0])
