"""A desktop's portal for settings, on a bus of its own: what it is asked and what it tells are real messages."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from jeepney import DBusAddress, new_signal

from tests.session_bus import BusService, bus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.session_bus import Answer

CONTRAST = ("org.freedesktop.appearance", "contrast")
OF_GNOME = ("org.gnome.desktop.a11y.interface", "high-contrast")

_SETTINGS = DBusAddress("/org/freedesktop/portal/desktop", interface="org.freedesktop.portal.Settings")

Value = tuple[str, Any]
"""A D-Bus signature of one type, and the value."""


class Portal(BusService):
    """Answers what it knows, and tells of changes. `asked`: the settings it was asked for."""

    def __init__(self, address: str, settings: dict[tuple[str, str], Value]) -> None:
        self.address = address
        self.asked: list[tuple[str, str]] = []
        self._settings = settings
        super().__init__(address, "org.freedesktop.portal.Desktop", self._read)

    def set(self, setting: tuple[str, str], value: Value) -> None:
        """Change a setting, and tell everybody."""
        self._settings[setting] = value
        self.connection.send(new_signal(_SETTINGS, "SettingChanged", "ssv", (*setting, value)))

    def _read(self, member: str, body: tuple[Any, ...]) -> Answer:
        assert member == "Read"
        namespace, key = body
        self.asked.append((namespace, key))
        value = self._settings.get((namespace, key))
        # Read has always wrapped its answer twice.
        return None if value is None else ("v", (("v", value),))


@contextmanager
def portal(**settings: Value) -> Iterator[Portal]:
    """Give a portal that knows `contrast`, `of_gnome`, or neither."""
    names = {"contrast": CONTRAST, "of_gnome": OF_GNOME}
    with bus() as address:
        there = Portal(address, {names[name]: value for name, value in settings.items()})
        yield there
    there.ended()
