"""The guide: every page opens in either language, pictures are whole, links lead on, and what it quotes is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QImage, QPalette, QTextDocument, QTextTable
from PySide6.QtWidgets import QApplication, QListWidget, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from bindtool.gui.common.shell.actions import Actions
from bindtool.gui.common.theme import theme
from bindtool.gui.common.widgets.notices import Notices
from bindtool.gui.support.guide_dialog import PAGES, GuideDialog, page_file
from bindtool.i18n.catalogue import Texts
from bindtool.resource_paths import asset
from tests.gui.acting import find, key, press
from tests.gui.conftest import Show

FOLDER = asset("guide")
LANGUAGES = ("en", "zh_CN")
EVERYWHERE = ("Tab", "Shift+Tab", "F2", "Ctrl+C", "Ctrl+X", "Ctrl+V", "Delete")
OF_THE_WINDOW = ("start", "technician", "report", "trouble", "channel", "network", "care", "domain-laptop")
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
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
def opened() -> list[str]:
    """Give the addresses that were opened in the browser."""
    return []


@pytest.fixture
def guide(texts: Texts, show: Show, opened: list[str]) -> GuideDialog:
    """Give a guide that is on the screen."""
    guide = GuideDialog(texts, FOLDER, opened.append)
    show(guide)
    return guide


def read(guide: GuideDialog) -> str:
    """Return what the page in front says."""
    return guide.text.toPlainText()


@each_page
@in_each_language
def test_each_page_opens(guide: GuideDialog, texts: Texts, name: str) -> None:
    """From the list of pages; it begins with its title, shows its pictures and needs no scrolling sideways."""
    guide.pages.setCurrentRow(PAGES.index(name))
    title = page_file(FOLDER, name, texts.language).read_text(encoding="utf-8").partition("\n")[0]
    assert read(guide).startswith(title.removeprefix("# "))
    # A mark is none where a stop stands before it and a letter behind.
    assert "**" not in read(guide).replace("Bearer ***", "")
    assert guide.pages.currentItem().text() == texts(f"guide.{name.replace('-', '_')}")
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
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 1_500_000


@each_page
def test_both_languages_have_the_same_headings(name: str) -> None:
    """The same number of them, each of the same level."""
    assert len(headings(name, "en")) > 4
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
    assert len(quoted) > 2
    for words in (" ".join(each.split()) for each in quoted):
        pieces = [re.escape(piece.strip()) for piece in re.split(r"…|\d", words)]
        assert any(re.search(".*".join(pieces), sentence) for sentence in said), words


@in_each_language
def test_the_page_of_keys_has_every_key_and_no_other(texts: Texts, qapp: QApplication) -> None:
    """Each of the window's, as it is printed on a keyboard; the rest are the table's and every window's."""
    window = QWidget()
    actions = Actions(texts, window, Notices())
    actions.listen()
    page = page_file(FOLDER, "keys", texts.language).read_text(encoding="utf-8")
    cells = re.findall(r"^\| (\S.*?) \|", page, re.MULTILINE)
    told = [key for cell in cells for key in re.split("、|, ", cell) if cell not in {"Key", "按键"}]
    keys = [
        each.toString().replace("Return", "Enter") for action in window.actions() for each in action.shortcuts()
    ]
    assert actions["keys"] in window.actions()
    assert sorted(told) == sorted([*keys, *EVERYWHERE, "空格" if texts.language == "zh_CN" else "Space"])


@in_each_language
def test_a_link_into_a_page(qtbot: QtBot, guide: GuideDialog, texts: Texts) -> None:
    """The page comes, and the heading that the link names is at the top of the window."""
    link, heading = {
        "en": ("care.md#back-up", "Back up"),
        "zh_CN": ("care.zh.md#备份", "备份"),
    }[texts.language]
    guide.text.anchorClicked.emit(QUrl(link))
    assert guide.pages.currentRow() == PAGES.index("care")
    qtbot.waitUntil(lambda: guide.text.cursorForPosition(QPoint(40, 20)).block().text() == heading)


def test_a_link_within_a_page(qtbot: QtBot, guide: GuideDialog) -> None:
    """The page stays, and the heading comes to the top."""
    guide.turn_to("technician")
    guide.text.anchorClicked.emit(QUrl("#a-result-is-unknown"))
    qtbot.waitUntil(lambda: guide.text.cursorForPosition(QPoint(40, 20)).block().text() == "A result is unknown")
    assert guide.pages.currentRow() == PAGES.index("technician")


@pytest.mark.parametrize("texts", ["zh_CN"], indirect=True)
def test_chinese_has_no_spaces_between_lines(guide: GuideDialog) -> None:
    """Where a line of the file ends between two Chinese characters, the page goes on without a gap."""
    assert not re.search("[\u4e00-\u9fff，。；：] [\u4e00-\u9fff]", read(guide))


def test_a_link_to_another_page(guide: GuideDialog) -> None:
    """It is shown here, and marked in the list; the keyboard is enough."""
    guide.turn_to("rolling-out")
    key(guide.text, Qt.Key.Key_Tab)
    key(guide.text, Qt.Key.Key_Return)
    assert find(guide, QListWidget, "Pages").currentRow() == PAGES.index("technician")
    assert read(guide).startswith("Daily work")


def test_a_link_out_of_the_guide(guide: GuideDialog, opened: list[str]) -> None:
    """It is opened in the browser: the page stays."""
    guide.turn_to("channel")
    for _ in range(2):  # the first link is to another page
        key(guide.text, Qt.Key.Key_Tab)
    key(guide.text, Qt.Key.Key_Return)
    assert opened == ["https://docs.coze.cn/developer_guides/preparation"]
    assert read(guide).startswith("Setting up a channel")


def test_tables_follow_the_colours(guide: GuideDialog, qapp: QApplication) -> None:
    """Their lines are drawn in the colours of the scheme, also when that changes while the guide is open."""
    guide.turn_to("keys")

    def edge() -> str:
        frames = guide.text.document().rootFrame().childFrames()
        table = next(frame for frame in frames if isinstance(frame, QTextTable))
        return str(table.format().borderBrush().color().name())

    try:
        for dark in (True, False):
            theme.apply_scheme(qapp, dark=dark)
            QApplication.processEvents()
            assert edge() == theme.palette(dark=dark).color(QPalette.ColorRole.Mid).name()
    finally:
        theme.apply_scheme(qapp, dark=False)


def test_the_text_has_the_keyboard(guide: GuideDialog) -> None:
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
