"""The guide: every page opens in either language, no picture or link is broken, and what it quotes is true."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPalette, QTextDocument, QTextTable
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QTabBar, QTextBrowser, QWidget

from bindtool.assets import asset
from bindtool.core.profile import Profile
from bindtool.core.profile_file import from_toml
from bindtool.core.scan_rules import PartKind, PartRule, ScanRules
from bindtool.gui import look
from bindtool.gui.actions import Actions
from bindtool.gui.dialogs.guide import PAGES, Guide, page_file
from tests.gui.acting import find, key, press

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from bindtool.texts import Texts
    from tests.gui.conftest import Show

FOLDER = asset("guide")
LANGUAGES = ("en", "zh_CN")
EVERYWHERE = ("Tab", "Shift+Tab", "F2", "Ctrl+C", "Ctrl+X", "Ctrl+V", "Delete")
OF_THE_WINDOW = ("technician", "engineer")
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)]+)\)")
QUOTED = re.compile(r'"([^"]+)"|“([^”]+)”')
each_page = pytest.mark.parametrize("name", PAGES)
each_language = pytest.mark.parametrize("language", LANGUAGES)
in_each_language = pytest.mark.parametrize("texts", LANGUAGES, indirect=True)


def written(name: str, language: str) -> str:
    """Return a page without its code."""
    text = page_file(FOLDER, name, language).read_text(encoding="utf-8")
    return re.sub(r"`[^`\n]+`", "", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))


def headings(name: str, language: str) -> list[int]:
    """Return the levels of a page's headings, in their order."""
    document = QTextDocument()
    document.setMarkdown(page_file(FOLDER, name, language).read_text(encoding="utf-8"))
    blocks = [document.findBlockByNumber(at) for at in range(document.blockCount())]
    return [level for block in blocks if (level := block.blockFormat().headingLevel())]


def sentences(language: str) -> list[str]:
    """Return what the program says, with "…" where it fills something in."""
    with asset("translations", language, "LC_MESSAGES", "bindtool.po").open("rb") as file:
        strings = [message.string or "" for message in read_po(file) if message.id]
    forms = [form for string in strings for form in ([string] if isinstance(string, str) else string)]
    return [re.sub(r"\{\w+\}", "…", form) for form in forms]


@pytest.fixture
def guide(texts: Texts, show: Show) -> Guide:
    """Give a guide that is on the screen."""
    guide = Guide(texts, FOLDER)
    show(guide)
    return guide


def read(guide: Guide) -> str:
    """Return what the page in front says."""
    return guide.text.toPlainText()


@each_page
@in_each_language
def test_each_page_opens(guide: Guide, texts: Texts, name: str) -> None:
    """By its tab; it begins with its title, shows its pictures and needs no scrolling sideways."""
    guide.tabs.setCurrentIndex(PAGES.index(name))
    title = page_file(FOLDER, name, texts.language).read_text(encoding="utf-8").partition("\n")[0]
    assert read(guide).startswith(title.removeprefix("# "))
    assert guide.tabs.tabText(guide.tabs.currentIndex()) == texts(f"guide.{name.replace('-', '_')}")
    assert guide.text.verticalScrollBar().value() == 0
    assert guide.text.horizontalScrollBar().maximum() == 0
    for _, picture in PICTURE.findall(written(name, texts.language)):
        shown = guide.text.document().resource(QTextDocument.ResourceType.ImageResource.value, picture)
        assert not shown.isNull(), picture


@each_page
@each_language
def test_pictures_are_there_and_small(name: str, language: str) -> None:
    """In the page's own language, said in words too, narrow enough for the window, and few bytes."""
    for words, picture in PICTURE.findall(written(name, language)):
        path = FOLDER / picture
        image = QImage(str(path))
        assert words
        assert path.name.endswith(".zh.png") is (language == "zh_CN")
        assert 0 < image.width() <= 760
        assert path.stat().st_size <= 60_000


def test_the_folder_is_small() -> None:
    """A package carries all of it."""
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 600_000


@each_page
@each_language
def test_links_lead_somewhere(name: str, language: str) -> None:
    """To a page of the guide in the same language, or safely out of it."""
    pages = {page_file(FOLDER, each, language).name for each in PAGES}
    for link in LINK.findall(written(name, language)):
        assert link in pages or link.startswith("https://"), link


@each_page
def test_both_languages_have_the_same_headings(name: str) -> None:
    """The same number of them, each of the same level."""
    assert len(headings(name, "en")) > 5
    assert headings(name, "en") == headings(name, "zh_CN")


@each_page
def test_both_languages_have_the_same_pictures(name: str) -> None:
    """Each in its language."""
    shown = [[picture for _, picture in PICTURE.findall(written(name, language))] for language in LANGUAGES]
    assert [picture.replace(".png", ".zh.png") for picture in shown[0]] == shown[1]


@pytest.mark.parametrize("name", OF_THE_WINDOW)
@each_language
def test_the_guide_quotes_what_the_program_says(name: str, language: str) -> None:
    """What stands in quotation marks can be read in the window, letter by letter; "…" and numbers are filled in."""
    said = sentences(language)
    quoted = [one or other for one, other in QUOTED.findall(written(name, language))]
    assert len(quoted) > 10
    for words in quoted:
        pieces = [re.escape(piece.strip()) for piece in re.split(r"…|\d", words)]
        assert any(re.search(".*".join(pieces), sentence) for sentence in said), words


@each_language
def test_the_profile_of_the_guide_is_one(language: str) -> None:
    """Every field is known, and what is said to be the default is it; the code's part alone is an example."""
    page = page_file(FOLDER, "engineer", language).read_text(encoding="utf-8")
    profile = from_toml("".join(re.findall(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)), "guide")
    assert profile == Profile(name=profile.name, connector_id=profile.connector_id, scan=profile.scan)
    assert replace(profile.scan, part=PartRule()) == ScanRules()
    assert profile.scan.part == PartRule(kind=PartKind.PAIRS, name="SN")


@in_each_language
def test_the_page_of_keys_has_every_key_and_no_other(texts: Texts, qapp: QApplication) -> None:
    """Each of the window's, as it is printed on a keyboard; the rest are the table's and every window's."""
    window = QWidget()
    actions = Actions(texts, window)
    actions.listen()
    page = page_file(FOLDER, "technician", texts.language).read_text(encoding="utf-8")
    cells = re.findall(r"^\| (\S.*?) \|", page.partition(f"## {texts('guide.keys')}\n")[2], re.MULTILINE)
    told = [key for cell in cells[1:] for key in re.split("、|, ", cell) if cell not in {"Key", "按键"}]
    keys = [
        each.toString().replace("Return", "Enter") for action in window.actions() for each in action.shortcuts()
    ]
    assert actions["keys"] in window.actions()
    assert sorted(told) == sorted([*keys, *EVERYWHERE, "空格" if texts.language == "zh_CN" else "Space"])


@in_each_language
def test_the_guide_opens_at_the_keys(qtbot: QtBot, guide: Guide, texts: Texts) -> None:
    """Whatever was read before: the technician's page comes back, and its keys are at the top of the window."""
    guide.tabs.setCurrentIndex(PAGES.index("engineer"))
    guide.show_keys()
    assert guide.tabs.currentIndex() == PAGES.index("technician")
    qtbot.waitUntil(lambda: guide.text.cursorForPosition(QPoint(40, 20)).block().text() == texts("guide.keys"))


@pytest.mark.parametrize("texts", ["zh_CN"], indirect=True)
def test_chinese_has_no_spaces_between_lines(guide: Guide) -> None:
    """Where a line of the file ends between two Chinese characters, the page goes on without a gap."""
    assert not re.search("[\u4e00-\u9fff，。；：] [\u4e00-\u9fff]", read(guide))


def test_a_link_to_another_page(guide: Guide) -> None:
    """It is shown here, and its tab with it; the keyboard is enough."""
    guide.tabs.setCurrentIndex(PAGES.index("rolling-out"))
    key(guide.text, Qt.Key.Key_Tab)
    key(guide.text, Qt.Key.Key_Return)
    assert find(guide, QTabBar, "Pages").currentIndex() == PAGES.index("technician")
    assert read(guide).startswith("A technician's day")


def test_a_link_out_of_the_guide(guide: Guide) -> None:
    """Only told on: the page stays."""
    guide.tabs.setCurrentIndex(PAGES.index("engineer"))
    wanted = QSignalSpy(guide.outside_wanted)
    key(guide.text, Qt.Key.Key_Tab)
    key(guide.text, Qt.Key.Key_Return)
    assert [wanted.at(at)[0].toString() for at in range(wanted.count())] == [
        "https://docs.coze.cn/developer_guides/preparation"
    ]
    assert read(guide).startswith("Setting up a channel")


def test_tables_follow_the_colours(guide: Guide, qapp: QApplication) -> None:
    """Their lines are drawn in the colours of the scheme, also when that changes while the guide is open."""

    def edge() -> str:
        frames = guide.text.document().rootFrame().childFrames()
        table = next(frame for frame in frames if isinstance(frame, QTextTable))
        return str(table.format().borderBrush().color().name())

    try:
        for dark in (True, False):
            look.wear(qapp, dark=dark)
            QApplication.processEvents()
            assert edge() == look.palette(dark=dark).color(QPalette.ColorRole.Mid).name()
    finally:
        look.wear(qapp, dark=False)


def test_the_text_has_the_keyboard(guide: Guide) -> None:
    """Arrow keys and PgDn read on at once; the button closes it, and so does Esc."""
    assert find(guide, QTextBrowser, "Guide").hasFocus()
    key(guide.text, Qt.Key.Key_PageDown)
    assert guide.text.verticalScrollBar().value() > 0
    press(guide, "Close")
    assert not guide.isVisible()
    guide.show()
    key(guide, Qt.Key.Key_Escape)
    assert not guide.isVisible()


def test_a_page_of_english_is_for_everybody_else(tmp_path: Path) -> None:
    """Its file has no mark of a language, as the README."""
    assert page_file(tmp_path, "technician", "en") == tmp_path / "technician.md"
    assert page_file(tmp_path, "technician", "zh_CN") == tmp_path / "technician.zh.md"
