"""The first screen: four doors, and what to ask for."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QClipboard
from PySide6.QtWidgets import QPushButton

from bindtool.gui.profiles.setup_request import setup_request
from bindtool.gui.profiles.welcome_page import WelcomePage
from bindtool.i18n.catalogue import LANGUAGES, Texts
from tests.gui.acting import find, press, said
from tests.gui.conftest import Show

DOORS = {
    "Open the file from IT": "open_file_requested",
    "Set up by hand": "by_hand_requested",
    "Practise first": "practice_requested",
    "Scan now, set up later": "scan_requested",
}


@pytest.mark.parametrize(("name", "wish"), DOORS.items())
def test_each_door_says_what_is_wanted(texts: Texts, show: Show, name: str, wish: str) -> None:
    """A click on a door sends its own wish and no other."""
    # GIVEN the first screen
    page = WelcomePage(texts)
    show(page)
    heard: list[str] = []
    for one in DOORS.values():
        getattr(page, one).connect(lambda one=one: heard.append(one))

    # WHEN one door is pressed
    press(page, name)

    # THEN that is what is wanted
    assert heard == [wish]


@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
def test_copying_what_to_ask_for_says_so(texts: Texts, show: Show, clipboard: QClipboard) -> None:
    """The five lines are in the clipboard, and the page says so only then."""
    # GIVEN the first screen
    page = WelcomePage(texts)
    show(page)
    assert texts("setup_request.copied") not in said(page)

    # WHEN the quiet action is pressed
    press(page, texts("setup_request.copy"))

    # THEN the text can be pasted into a chat, and the page says that
    assert clipboard.text() == setup_request(texts)
    assert texts("setup_request.copied") in said(page)


def test_each_door_is_explained_to_a_screen_reader(texts: Texts, show: Show) -> None:
    """The sentence beside a door is its description."""
    page = WelcomePage(texts)
    show(page)

    assert find(page, QPushButton, "Practise first").accessibleDescription().endswith("Nothing goes to Coze.")
    assert all(find(page, QPushButton, name).accessibleDescription() in said(page) for name in DOORS)


def test_return_opens_no_door(texts: Texts, show: Show) -> None:
    """No door is a default button: the Return of a scan that goes astray begins nothing."""
    page = WelcomePage(texts)
    show(page)

    assert not any(button.isDefault() or button.autoDefault() for button in page.findChildren(QPushButton))
