"""A desktop's portal for settings, on a bus of its own: what it is asked and what it tells are real messages."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jeepney import (  # type: ignore[import-untyped]  # it has no types
    DBusAddress,
    HeaderFields,
    MessageType,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]
from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Iterator

needs_bus = pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="dbus-daemon is not installed")

CONTRAST = ("org.freedesktop.appearance", "contrast")
OF_GNOME = ("org.gnome.desktop.a11y.interface", "high-contrast")

_NAME = "org.freedesktop.portal.Desktop"
_SETTINGS = DBusAddress("/org/freedesktop/portal/desktop", interface="org.freedesktop.portal.Settings")
_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir={folder}</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>"""

Value = tuple[str, Any]
"""A D-Bus signature of one type, and the value."""


class Portal:
    """Answers what it knows, and tells of changes. `asked`: the settings it was asked for."""

    def __init__(self, address: str, settings: dict[tuple[str, str], Value]) -> None:
        self.address = address
        self.asked: list[tuple[str, str]] = []
        self._settings = settings
        self._connection = open_dbus_connection(address)
        self._connection.send_and_get_reply(message_bus.RequestName(_NAME))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def set(self, setting: tuple[str, str], value: Value) -> None:
        """Change a setting, and tell everybody."""
        self._settings[setting] = value
        self._connection.send(new_signal(_SETTINGS, "SettingChanged", "ssv", (*setting, value)))

    def ended(self) -> None:
        """Wait until it has noticed that its bus has ended."""
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                message = self._connection.receive()
            except OSError:  # the bus has ended
                self._connection.close()
                return
            if message.header.message_type is MessageType.method_call:
                assert message.header.fields[HeaderFields.member] == "Read"
                setting = tuple(message.body)
                self.asked.append(setting)
                if setting in self._settings:
                    # Read has always wrapped its answer twice.
                    answer = new_method_return(message, "v", (("v", self._settings[setting]),))
                else:
                    answer = new_error(message, "org.freedesktop.portal.Error.NotFound")
                self._connection.send(answer)


@contextmanager
def bus() -> Iterator[str]:
    """Give the address of a bus without anything on it."""
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


@contextmanager
def portal(**settings: Value) -> Iterator[Portal]:
    """Give a portal that knows `contrast`, `of_gnome`, or neither."""
    names = {"contrast": CONTRAST, "of_gnome": OF_GNOME}
    with bus() as address:
        there = Portal(address, {names[name]: value for name, value in settings.items()})
        yield there
    there.ended()
