"""The start on a Linux desktop that asks for contrast, by the real program and real messages."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if sys.platform != "linux":
    pytest.skip("the portal is Linux's", allow_module_level=True)

from bindtool.gui.common.theme import theme
from tests.gui.loop import PATIENCE
from tests.gui.portal import CONTRAST, portal
from tests.session_bus import needs_bus
from tests.stories.program import practising

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@needs_bus
def test_the_desktop_asks_for_contrast(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The window that opens wears it, and changes with the desktop's wish while it is open."""
    with portal(contrast=("u", 1)) as there:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", there.address)
        with practising(tmp_path) as program:
            qtbot.waitUntil(lambda: program.footer_colour() == "#ffffff", timeout=PATIENCE)
            there.set(CONTRAST, ("u", 0))
            usual = theme.palette(dark=False).window().color().name()
            qtbot.waitUntil(lambda: program.footer_colour() == usual, timeout=PATIENCE)
