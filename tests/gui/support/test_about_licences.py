"""The panel of licences: every part with its text, and how Qt is replaced."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QLibraryInfo, Qt, qVersion
from PySide6.QtWidgets import QListWidget, QPlainTextEdit

from bindtool.core.diagnostics.licences import BundledPart, all_parts
from bindtool.gui.support.about import LicencesDialog, libraries_of_qt
from bindtool.i18n.catalogue import Texts
from bindtool.resource_paths import asset
from tests.gui.acting import find, key, said
from tests.gui.conftest import Show

PARTS = (
    BundledPart("httpx", "0.28.1", "pypi", "BSD-3-Clause", "Copyright Encode"),
    BundledPart("libicu72", "72.1", "deb", "", "Copyright Unicode"),
    BundledPart("PySide6_Essentials", "6.9.3", "pypi", "LGPL-3.0-only", "GNU LESSER"),
)


@pytest.fixture
def panel(texts: Texts, show: Show) -> LicencesDialog:
    """Give a panel with three parts that is on the screen."""
    panel = LicencesDialog(texts, PARTS)
    show(panel)
    return panel


def text(panel: LicencesDialog, name: str) -> str:
    """Return the licence that is shown under that name."""
    return find(panel, QPlainTextEdit, name).toPlainText()


def test_a_part_and_its_licence(panel: LicencesDialog) -> None:
    """Qt's comes first; any other is a key away. Where a licence has a short name, that stands above its text."""
    assert text(panel, "Licence of PySide6_Essentials") == "LGPL-3.0-only\n\nGNU LESSER"
    chooser = find(panel, QListWidget, "Parts")
    assert chooser.item(0).text() == "httpx 0.28.1"
    key(chooser, Qt.Key.Key_Up)
    assert text(panel, "Licence of libicu72") == "Copyright Unicode"
    assert "made of 3 parts" in said(panel)


@pytest.mark.parametrize(
    ("texts", "words"), [("en", "replace them"), ("zh_CN", "换成自己编译")], indirect=["texts"]
)
def test_how_qt_is_replaced(panel: LicencesDialog, words: str) -> None:
    """What the licence of Qt asks for: which version, which folder, and that it may be done."""
    shown = said(panel)
    assert words in shown
    assert f"Qt {qVersion()}" in shown
    assert str(libraries_of_qt()) in shown


def test_the_folder_of_qt() -> None:
    """The libraries really lie there."""
    assert any(path.name.startswith(("libQt6Core", "Qt6Core", "QtCore")) for path in libraries_of_qt().iterdir())
    assert str(libraries_of_qt()).startswith(QLibraryInfo.path(QLibraryInfo.LibraryPath.PrefixPath))


def test_without_qt_in_the_list(texts: Texts, show: Show) -> None:
    """The first part is shown."""
    panel = LicencesDialog(texts, PARTS[:1])
    show(panel)
    assert text(panel, "Licence of httpx").endswith("Copyright Encode")


def test_all_that_runs_here(texts: Texts, show: Show) -> None:
    """The real parts of this checkout can be shown, each with a text."""
    parts = all_parts(asset("parts.json"))
    panel = LicencesDialog(texts, parts)
    show(panel)
    chooser = find(panel, QListWidget, "Parts")
    for row, part in enumerate(parts):
        chooser.setCurrentRow(row)
        assert len(text(panel, f"Licence of {part.name}")) > 100
