"""Which bindtool this is, for whoever asks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QSysInfo
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QSignalSpy

from bindtool.core.diagnostics.version import Version
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.support.about import AboutDialog
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import press, said

VERSION = Version("1.2.3", "0123456789ab", "6.9.3", "3.11.2")


@pytest.mark.parametrize(("texts", "version"), [("en", "Version"), ("zh_CN", "版本")], indirect=["texts"])
def test_what_is_shown_can_be_copied(window: MainWindow, texts: Texts, version: str) -> None:
    """Version, commit, Qt, Python, system and licence are read, and but for the last copied, a line each."""
    dialog = AboutDialog(window, texts, VERSION)
    dialog.show()
    shown = said(dialog)
    for fact in ("1.2.3", "0123456789ab", "6.9.3", "3.11.2", QSysInfo.prettyProductName(), "MIT"):
        assert fact in shown
    press(dialog, texts("about.copy"))
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[:2] == ["bindtool", f"{version}\t1.2.3"]
    assert len(lines) == 6
    assert texts("about.copied") in said(dialog)


def test_nobody_knows_the_commit(window: MainWindow, texts: Texts) -> None:
    """GIVEN a build outside of a checkout THEN it says so."""
    dialog = AboutDialog(window, texts, replace(VERSION, commit=""))
    dialog.show()
    assert "unknown" in said(dialog)


def test_the_licences_are_a_press_away(window: MainWindow, texts: Texts) -> None:
    """As by the menu; the dialog stays."""
    dialog = AboutDialog(window, texts, VERSION)
    dialog.show()
    asked = QSignalSpy(window.actions_["licences"].triggered)
    press(dialog, "Licences")
    assert asked.count() == 1
    press(dialog, "Close")
    assert not dialog.isVisible()
