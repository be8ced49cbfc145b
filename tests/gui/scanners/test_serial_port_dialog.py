"""The panel in which a person names the port of the scanner: from the list, typed, tried out, turned off."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QAbstractButton, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from bindtool.gui.scanners.serial_port_dialog import SerialPortDialog
from bindtool.gui.scanners.serial_reader import FoundPort
from bindtool.gui.scanners.serial_scanner import SerialScanner
from bindtool.i18n.catalogue import Texts
from tests.gui import acting
from tests.gui.conftest import Show
from tests.gui.loop import PATIENCE
from tests.gui.pseudo_terminal import SerialLine

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")


@pytest.fixture
def scanner(qtbot: QtBot, tmp_path: Path) -> Iterator[SerialScanner]:
    """Give a scanner for which no port was chosen yet."""
    parent = QWidget()
    qtbot.addWidget(parent)
    made = SerialScanner(
        parent, QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat), retry_delays=(0.01,)
    )
    yield made
    made.close()


@pytest.fixture
def listed() -> list[FoundPort]:
    """Give the ports that the system lists; a test may change them."""
    return [FoundPort("COM3", "USB Serial Device"), FoundPort("COM10", "")]


@pytest.fixture
def window(show: Show) -> QWidget:
    """Give a window to open the panel on."""
    window = QWidget()
    show(window)
    return window


@pytest.fixture
def panel(texts: Texts, scanner: SerialScanner, listed: list[FoundPort], window: QWidget) -> SerialPortDialog:
    """Give the panel, not opened yet."""
    return SerialPortDialog(window, texts, scanner, lambda: tuple(listed))


def enabled(panel: SerialPortDialog, name: str) -> bool:
    """Tell whether a button can be pressed."""
    return acting.find(panel, QAbstractButton, name).isEnabled()


def test_the_first_port_is_proposed(panel: SerialPortDialog) -> None:
    """GIVEN a new laptop WHEN the panel opens THEN the first port stands there, the others are in the list."""
    panel.begin()

    ports = acting.find(panel, QComboBox, "Port")
    assert ports.currentText() == "COM3 – USB Serial Device"
    assert [ports.itemText(at) for at in range(ports.count())] == ["COM3 – USB Serial Device", "COM10"]
    assert acting.find(panel, QComboBox, "Speed (baud)").currentText() == "9600"
    assert "No serial scanner is in use." in acting.said(panel)
    assert not enabled(panel, "Use no scanner")


def test_no_port_found(panel: SerialPortDialog, listed: list[FoundPort]) -> None:
    """GIVEN no port WHEN the panel opens THEN it says so, and finds the one that is plugged in then."""
    scanner_port = listed.pop(0)
    listed.clear()
    panel.begin()
    assert "No serial port found" in acting.said(panel)
    assert not enabled(panel, "Use this port")
    listed.append(scanner_port)
    acting.press(panel, "Look again")

    assert "No serial port found" not in acting.said(panel)
    assert acting.find(panel, QComboBox, "Port").count() == 1


def test_a_port_from_the_list(panel: SerialPortDialog, scanner: SerialScanner) -> None:
    """GIVEN ports WHEN one is picked by its words and used THEN its name alone is opened."""
    panel.begin()
    acting.find(panel, QComboBox, "Speed (baud)").setCurrentText("115200")
    acting.press(panel, "Use this port")

    assert (scanner.port, scanner.baud) == ("COM3", 115200)


def test_a_typed_path_is_tried_out(
    panel: SerialPortDialog, scanner: SerialScanner, line: SerialLine, qtbot: QtBot
) -> None:
    """GIVEN a port that is in no list WHEN its path is typed THEN its state is told, and what comes from it."""
    panel.begin()
    acting.find(panel, QComboBox, "Port").setEditText(f" {line.port} ")
    acting.press(panel, "Use this port")
    qtbot.waitUntil(lambda: f"Scanner on {line.port}: connected" in acting.said(panel), timeout=PATIENCE)
    line.send(b"SPK1\r")
    qtbot.waitUntil(lambda: "Last scan: SPK1" in acting.said(panel), timeout=PATIENCE)
    line.unplug()
    qtbot.waitUntil(lambda: "not found, trying again" in acting.said(panel), timeout=PATIENCE)

    acting.press(panel, "Use no scanner")
    assert "No serial scanner is in use." in acting.said(panel)
    assert scanner.port == ""


def test_what_was_chosen_stands_there(panel: SerialPortDialog, scanner: SerialScanner, line: SerialLine) -> None:
    """GIVEN a port in use that is in no list WHEN the panel opens again THEN it stands there, and no older scan."""
    scanner.use(str(line.port), 19200)
    scanner.scanned.emit("SPK1")
    panel.begin()

    assert acting.find(panel, QComboBox, "Port").currentText() == str(line.port)
    assert acting.find(panel, QComboBox, "Speed (baud)").currentText() == "19200"
    assert "SPK1" not in acting.said(panel)
    acting.press(panel, "Close")
    assert not panel.isVisible()
