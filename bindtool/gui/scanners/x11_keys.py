"""Key events as the X server sends them, before Qt and its input method get them; and sending them again.

Owns the second connection to the server. `input_method_bypass` decides which keys are held back, and why.
"""

from __future__ import annotations

import ctypes
import struct
from ctypes import CDLL, c_int, c_uint8, c_uint32, c_void_p
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray

from bindtool.core.scanner.burst_detector import KeyKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


_PRESS, _RELEASE = 2, 3
_SENT = 0x80
_SIZE = 32
_LAYOUT = struct.Struct("=BBHIIII8xH2x")
"""xcb_key_press_event_t: type, key code, sequence, time, root, window, child, (positions), state."""

_COMMANDING = 0x4 | 0x8 | 0x40
"""The state bits of Ctrl, Alt and Super."""

# X's key codes: Linux's plus eight; they identify positions on the keyboard, whatever its layout.
_RETURNS = frozenset({36, 104})
_TAB = 23
_MODIFIERS = frozenset({37, 50, 62, 64, 66, 92, 105, 108, 133, 134})
_CHARACTERS = frozenset(
    {*range(10, 22), *range(24, 36), *range(38, 50), *range(51, 62), 63, 65, *range(79, 92), 94, 97, 106, 125, 132}
)


@dataclass(frozen=True, slots=True, eq=False)
class RawKey:
    """A key press or release. `at`: the server's time in milliseconds; `sent`: it was sent by `KeySender`."""

    raw: bytes
    pressed: bool
    sent: bool
    code: int
    at: int
    window: int
    state: int

    @property
    def kind(self) -> KeyKind:
        """The key's role in a scan."""
        if self.code in _MODIFIERS:
            return KeyKind.MODIFIER
        if self.state & _COMMANDING:
            return KeyKind.OTHER
        if self.code in _RETURNS:
            return KeyKind.RETURN
        if self.code == _TAB:
            return KeyKind.TAB
        return KeyKind.CHARACTER if self.code in _CHARACTERS else KeyKind.OTHER


class KeyTap(QAbstractNativeEventFilter):
    """Passes each key to `take`, which returns whether to withhold it."""

    def __init__(self, take: Callable[[RawKey], bool]) -> None:
        super().__init__()
        self._take = take

    def nativeEventFilter(
        self, kind: QByteArray | bytes | bytearray | memoryview[int], message: int
    ) -> tuple[bool, int]:
        """Filter a native event of the server."""
        address = int(message)
        number = c_uint8.from_address(address).value
        if number & ~_SENT not in (_PRESS, _RELEASE):
            return False, 0
        raw = ctypes.string_at(address, _SIZE)
        _, code, _, at, _, window, _, state = _LAYOUT.unpack(raw)
        key = RawKey(raw, number & ~_SENT == _PRESS, bool(number & _SENT), code, at, window, state)
        return self._take(key), 0


class KeySender:
    """Sends keys to a window of this program, in order, behind those already on their way.

    Raises:
        OSError: there is no X server, or no library for it.
    """

    def __init__(self) -> None:
        # Loaded by its file name: to look it up by "xcb", Python starts other programs.
        self._xcb = CDLL("libxcb.so.1")
        self._xcb.xcb_connect.restype = c_void_p
        self._xcb.xcb_connection_has_error.argtypes = [c_void_p]
        self._xcb.xcb_send_event.argtypes = [c_void_p, c_uint8, c_uint32, c_uint32, ctypes.c_char_p]
        self._xcb.xcb_flush.argtypes = [c_void_p]
        self._xcb.xcb_disconnect.argtypes = [c_void_p]
        self._xcb.xcb_disconnect.restype = None
        self._connection = self._xcb.xcb_connect(None, ctypes.POINTER(c_int)())
        if self._xcb.xcb_connection_has_error(self._connection):
            self.close()
            raise OSError

    def send(self, keys: Iterable[RawKey]) -> None:
        """Send keys with an empty event mask, so that they go to the client that created the window."""
        for key in keys:
            self._xcb.xcb_send_event(self._connection, 0, key.window, 0, key.raw)
        self._xcb.xcb_flush(self._connection)

    def close(self) -> None:
        """Close the connection."""
        self._xcb.xcb_disconnect(self._connection)
