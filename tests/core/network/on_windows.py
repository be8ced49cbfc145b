"""Access of tests to a real Windows, and changes allowed only in one simulated by Wine.

There the user's proxies and automatic script are set, as by Windows' own dialog. Microsoft describes that dialog,
but not its bytes in the registry; Wine reads them like this.
"""

from __future__ import annotations

import struct
import sys
from contextlib import suppress
from ctypes import CDLL

import pytest

from tests.core.api.loopback import Loopback

needs_windows = pytest.mark.skipif(sys.platform != "win32", reason="that is Windows' own")
needs_wine = pytest.mark.skipif(
    sys.platform != "win32" or not hasattr(CDLL("ntdll"), "wine_get_version"),
    reason="the settings of a Windows that is none of Wine's are somebody's own",
)

KEY = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings\Connections"
"""Below HKEY_CURRENT_USER."""
VALUE = "DefaultConnectionSettings"

_VERSION, _CHANGES = 0x46, 1
_STRAIGHT, _NAMED, _SCRIPT, _DETECT = 1, 2, 4, 8


def served(script: str) -> Loopback:
    """Return a server of an automatic script, at any path."""
    head = f"Content-Type: application/x-ns-proxy-autoconfig\r\nContent-Length: {len(script)}"
    return Loopback(f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n{script}".encode("ascii"))


def internet_settings(*, script: str = "", proxies: str = "", bypass: str = "", detects: bool = False) -> bytes:
    """Return the value for a script's URL, proxies with their exceptions, and whether WPAD is on."""
    flags = _STRAIGHT | _NAMED * bool(proxies) | _SCRIPT * bool(script) | _DETECT * detects
    texts = [text.encode("ascii") for text in (proxies, bypass, script)]
    value = struct.pack("<III", _VERSION, _CHANGES, flags)
    return value + b"".join(struct.pack("<I", len(text)) + text for text in texts) + bytes(32)


def write(settings: bytes | None) -> None:
    """Write such a value into the registry, from within; None for a Windows without settings."""
    if sys.platform == "win32":
        import winreg

        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, KEY) as key, suppress(FileNotFoundError):
            if settings is not None:
                winreg.SetValueEx(key, VALUE, 0, winreg.REG_BINARY, settings)
            else:
                winreg.DeleteValue(key, VALUE)
