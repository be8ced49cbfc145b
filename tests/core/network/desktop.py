"""A KDE desktop's proxy settings, and automatic scripts to serve: the real libproxy reads them on Linux."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from ctypes import CDLL
from dataclasses import dataclass
from pathlib import Path

import pytest


def _evaluates_scripts() -> bool:
    """Return whether libproxy is installed, and is 0.5 or newer: 0.4 leaves scripts to WebKit."""
    try:
        return sys.platform == "linux" and hasattr(CDLL("libproxy.so.1"), "px_proxy_factory_get_type")
    except OSError:
        return False


needs_libproxy = pytest.mark.skipif(not _evaluates_scripts(), reason="libproxy 0.5 is not installed")


@dataclass(frozen=True)
class Desktop:
    """A desktop without settings; they are stored in a folder."""

    folder: Path

    @property
    def environ(self) -> Mapping[str, str]:
        """The environment of a program on this desktop."""
        return {"XDG_CURRENT_DESKTOP": "KDE", "XDG_CONFIG_HOME": str(self.folder)}

    def name_script(self, address: str) -> None:
        """Set an automatic script's URL."""
        self._set("ProxyType=2", f"Proxy Config Script={address}")

    def name_own_script(self, answer: str) -> None:
        """Set a script in the settings' folder, which returns the same for all sites."""
        file = self.folder / "proxy.pac"
        file.write_bytes(script(answer))
        self.name_script(file.as_uri())

    def name_proxy(self, address: str) -> None:
        """Set a proxy."""
        self._set("ProxyType=1", f"httpsProxy={address}")

    def name_nothing(self) -> None:
        """Set that there is no proxy."""
        self._set("ProxyType=0")

    def _set(self, *lines: str) -> None:
        text = "\n".join(["[Proxy Settings]", *lines, ""])
        (self.folder / "kioslaverc").write_text(text, encoding="utf-8")


def script(answer: str) -> bytes:
    """Return an automatic script that returns the same for all sites."""
    return f'function FindProxyForURL(url, host) {{ return "{answer}"; }}'.encode()


def served(body: bytes, status: str = "200 OK") -> bytes:
    """Return a server's response."""
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
