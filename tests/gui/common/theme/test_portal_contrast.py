"""What a desktop's portal says of contrast, by real messages."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject

if sys.platform != "linux":
    pytest.skip("the portal is Linux's", allow_module_level=True)

from PySide6.QtDBus import QDBusConnection

from bindtool.gui.common.theme import high_contrast, theme
from bindtool.gui.common.theme.portal_contrast import DesktopContrast
from tests.gui.loop import PATIENCE
from tests.gui.portal import CONTRAST, OF_GNOME, Portal, portal
from tests.session_bus import bus, needs_bus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

pytestmark = needs_bus


class Asked:
    """A window's side: what it was told."""

    def __init__(self, address: str) -> None:
        self._name = f"test {address}"
        self._parent = QObject()
        self.told: list[bool] = []
        self.desktop = DesktopContrast(self._parent)
        self.desktop.changed.connect(self.told.append)
        self.desktop.begin(QDBusConnection.connectToBus(address, self._name))

    def close(self) -> None:
        """Leave the bus."""
        QDBusConnection.disconnectFromBus(self._name)


@pytest.fixture
def asked(request: pytest.FixtureRequest) -> Iterator[tuple[Portal, Asked]]:
    """Give a portal with the settings of the test's parameter, and who has asked it."""
    with portal(**request.param) as there:
        window = Asked(there.address)
        yield there, window
        window.close()


@pytest.mark.parametrize(
    "asked", [{"contrast": ("u", 1)}, {"of_gnome": ("b", True)}, {"contrast": ("u", 1), "of_gnome": ("b", True)}],
    indirect=True,
)  # fmt: skip
def test_a_desktop_that_wants_it(qtbot: QtBot, asked: tuple[Portal, Asked]) -> None:
    """GIVEN a portal of today, one of yesterday, or both words WHEN it is asked THEN it is wanted, once."""
    there, window = asked
    qtbot.waitUntil(lambda: set(there.asked) == {CONTRAST, OF_GNOME} and window.told == [True], timeout=PATIENCE)


@pytest.mark.parametrize("asked", [{}, {"contrast": ("u", 0)}], indirect=True)
def test_it_changes_while_the_window_is_open(qtbot: QtBot, asked: tuple[Portal, Asked]) -> None:
    """GIVEN a desktop that does not want it WHEN it does and does no longer THEN each is told."""
    there, window = asked
    qtbot.waitUntil(lambda: set(there.asked) == {CONTRAST, OF_GNOME}, timeout=PATIENCE)
    there.set(("org.freedesktop.appearance", "color-scheme"), ("u", 1))
    there.set(CONTRAST, ("u", 1))
    qtbot.waitUntil(lambda: window.told == [True], timeout=PATIENCE)
    there.set(CONTRAST, ("u", 0))
    qtbot.waitUntil(lambda: window.told == [True, False], timeout=PATIENCE)


@pytest.mark.parametrize("asked", [{"contrast": ("u", 7)}, {"contrast": ("s", "high")}], indirect=True)
def test_words_that_nobody_knows(qtbot: QtBot, asked: tuple[Portal, Asked]) -> None:
    """GIVEN a value that the portal's description does not have THEN it wants nothing, until it says so."""
    there, window = asked
    qtbot.waitUntil(lambda: set(there.asked) == {CONTRAST, OF_GNOME}, timeout=PATIENCE)
    there.set(OF_GNOME, ("b", True))
    qtbot.waitUntil(lambda: window.told == [True], timeout=PATIENCE)


def test_a_desktop_without_a_portal(qtbot: QtBot) -> None:
    """GIVEN a bus with nobody on it, or no bus at all THEN nothing is told, and one that comes later is heard."""
    nowhere = Asked("unix:path=/nonexistent")
    with bus() as address:
        window = Asked(address)
        there = Portal(address, {})
        there.set(CONTRAST, ("u", 1))
        qtbot.waitUntil(lambda: window.told == [True], timeout=PATIENCE)
        window.close()
    there.ended()
    nowhere.close()
    assert nowhere.told == []


@pytest.fixture
def dress_again(qapp: QApplication) -> Iterator[None]:
    """Put the light colours back on after a test."""
    yield
    theme.apply_scheme(qapp, dark=False)


@pytest.mark.parametrize(("dark", "ground"), [(False, "#ffffff"), (True, "#000000")])
def test_what_is_worn(qapp: QApplication, dress_again: None, *, dark: bool, ground: str) -> None:
    """GIVEN usual colours WHEN the desktop asks for contrast THEN all is black and white for as long as it does."""
    appearance = theme.appearance()
    appearance.set_contrast_wanted(wanted=True)
    appearance.use_scheme(theme.Scheme.DARK if dark else theme.Scheme.LIGHT)
    colours = qapp.palette()
    assert high_contrast.is_contrast_palette(colours)
    assert colours.window().color().name() == ground
    assert high_contrast.contrast(colours.windowText().color(), colours.window().color()) == pytest.approx(21)
    appearance.set_contrast_wanted(wanted=False)
    assert not high_contrast.is_contrast_palette(qapp.palette())
    assert theme.is_dark(qapp.palette()) is dark
    appearance.use_scheme(theme.Scheme.SYSTEM)
