"""The line at the top tells where devices go, and offers what can be changed about it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QWidget

from bindtool.core.profiles.profile import Profile
from bindtool.gui.common.shell.actions import Actions
from bindtool.gui.common.theme import theme
from bindtool.gui.common.widgets.buttons import MenuButton
from bindtool.gui.common.widgets.notices import Notices
from bindtool.gui.main_window.header_bar import HeaderBar
from bindtool.i18n.catalogue import Texts
from bindtool.practice import channel as practice
from tests.gui.acting import find, press
from tests.gui.conftest import Show

LINE_2 = Profile(
    name="Smart speaker, line 2",
    connector_id="7400000000000123456",
    user_id="3400000000007126",
    user_name="Developer A",
    read_only=True,
)
BENCH = Profile(name="R&D bench", connector_id="7400000000000123456")


@pytest.fixture
def window(qapp: QApplication) -> QWidget:
    """Give a window that has the actions."""
    return QWidget()


@pytest.fixture
def actions(texts: Texts, window: QWidget) -> Actions:
    """Give what can be done in it."""
    return Actions(texts, window, Notices())


@pytest.fixture
def head(texts: Texts, actions: Actions, show: Show) -> HeaderBar:
    """Give the line of a small laptop's window."""
    made = HeaderBar(texts, actions)
    made.resize(1024, made.sizeHint().height())
    show(made)
    return made


def channel(head: HeaderBar) -> str:
    """Return what is said of the channel."""
    return find(head, QLabel, "Channel").text()


def choices(head: HeaderBar) -> dict[str, QAction]:
    """Return what the profile's menu offers, by its words; behind a tab stands a key."""
    menu = find(head, QToolButton, "Profile").menu()
    return {action.text().partition("\t")[0]: action for action in menu.actions() if not action.isSeparator()}


def test_without_a_profile_scanning_comes_first(head: HeaderBar) -> None:
    """GIVEN no profile WHEN the line is shown THEN it says that it can wait, and offers the two ways to one."""
    assert find(head, QToolButton, "Profile").text() == "No profile yet"
    assert channel(head) == "Scan now, set up later"
    assert list(choices(head)) == ["New profile…", "Open the file from IT…"]


def test_practice_is_said_beside_the_name_of_the_profile(head: HeaderBar) -> None:
    """GIVEN the line WHEN it is for practice THEN a word says so at the name, on one line with it; else not."""
    chip = next(one for one in head.findChildren(QLabel) if one.text() == "PRACTICE")
    assert chip.isHidden()

    head.set_practice(True)
    QApplication.processEvents()

    name = find(head, QToolButton, "Profile").geometry()
    assert name.right() < chip.x() <= name.right() + 2 * theme.GAP
    assert chip.geometry().center().y() == name.center().y()
    assert chip.height() < theme.TARGET - theme.STEP
    theme.appearance().use_text_size(150)
    QApplication.processEvents()
    needed, larger = chip.sizeHint().height(), chip.height()
    theme.appearance().use_text_size(theme.USUAL_SIZE)
    assert larger >= needed


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        (LINE_2, "coze.cn · channel …3456 · for Developer A (UID …7126)"),
        (BENCH, "coze.cn · channel …3456 · for the token's own account"),
        (
            Profile(name="a", connector_id="12345", user_id="987654321", site="https://api.coze.com"),
            "coze.com · channel 12345 · for UID …4321",
        ),
    ],
)
def test_the_channel_is_named(head: HeaderBar, profile: Profile, words: str) -> None:
    """GIVEN a profile WHEN it is shown THEN site, channel and developer are named by what tells them apart."""
    head.show_profiles([profile], profile, "")

    assert channel(head) == words


@pytest.mark.parametrize(
    ("language", "name", "words"),
    [
        ("en", "Practice", "This computer · channel …0001 · for Practice account (UID …0002)"),
        ("zh_CN", "练习", "本机 · 渠道 …0001 · 绑定给 练习账号（UID …0002）"),
    ],
)
def test_practice_is_called_so_in_each_language(
    actions: Actions, show: Show, language: str, name: str, words: str
) -> None:
    """GIVEN practice's profile THEN button and menu have its name, and nobody reads of IT or an address."""
    texts = Texts(language, practice.NAMES)
    head = HeaderBar(texts, actions)
    profile = replace(practice.practice_profile("http://127.0.0.1:8080"), read_only=True)
    show(head)
    chosen = QSignalSpy(head.profile_chosen)

    head.show_profiles([profile, BENCH], profile, "")

    button, line = find(head, QToolButton, texts("head.profile")), find(head, QLabel, texts("head.channel"))
    assert (button.text(), button.accessibleDescription(), line.text()) == (name, name, words)
    assert [action.text() for action in button.menu().actions()[:2]] == [name, "R&&D bench"]
    button.menu().actions()[0].trigger()
    assert chosen.at(0) == [practice.PROFILE_NAME]


def test_profiles_are_chosen_from_the_menu(head: HeaderBar) -> None:
    """GIVEN two profiles WHEN one is picked THEN its name is told; the current one is ticked, IT's is marked."""
    head.show_profiles([LINE_2, BENCH], LINE_2, "")
    chosen = QSignalSpy(head.profile_chosen)
    offered = choices(head)
    ticked = [words for words, action in offered.items() if action.isChecked()]

    offered["R&&D bench"].trigger()

    assert ticked == ["Smart speaker, line 2 (set by IT)"]
    assert chosen.at(0) == ["R&D bench"]


@pytest.mark.parametrize(("profile", "words"), [(BENCH, "Edit…"), (LINE_2, "Show…")])
def test_a_profile_can_be_looked_into(head: HeaderBar, actions: Actions, profile: Profile, words: str) -> None:
    """GIVEN a profile WHEN it is IT's THEN it can be shown; one's own can be edited."""
    head.show_profiles([profile], profile, "")
    wanted = QSignalSpy(actions["edit_profile"].triggered)

    choices(head)[words].trigger()

    assert wanted.count() == 1


def test_the_operator_is_named_and_can_be_changed(head: HeaderBar, actions: Actions) -> None:
    """GIVEN an operator WHEN the name is pressed THEN another one is asked for."""
    head.show_profiles([], None, "A12")
    wanted = QSignalSpy(actions["operator"].triggered)

    press(head, "Operator")

    assert find(head, QToolButton, "Operator").text().strip() == "Operator A12"
    assert wanted.count() == 1


def test_a_long_name_is_cut_and_whole_in_the_tool_tip(head: HeaderBar) -> None:
    """GIVEN a name of 80 characters WHEN it is shown THEN the line still fits the window."""
    profile = Profile(name="x" * 80, connector_id="1")

    head.show_profiles([profile], profile, "y" * 80)

    button = find(head, QToolButton, "Profile")
    assert button.text().endswith("…")
    assert button.toolTip() == f"{'x' * 80} (Alt+P)"
    assert head.minimumSizeHint().width() <= 1024


def test_menus_read_from_left_to_right(head: HeaderBar) -> None:
    """GIVEN the line THEN keys and arrows of its menus stand behind the words, ticks in front of them."""
    head.show_profiles([BENCH], BENCH, "")
    for name in ("Profile", "More"):
        button = find(head, MenuButton, name)
        button.open_menu()
        assert button.menu().layoutDirection() is Qt.LayoutDirection.LeftToRight
        button.menu().close()


@pytest.mark.parametrize(("name", "button"), [("open_menu", "More"), ("choose_profile", "Profile")])
def test_a_key_opens_what_a_click_opens(head: HeaderBar, actions: Actions, name: str, button: str) -> None:
    """GIVEN the line WHEN a menu's key is pressed THEN it opens with its first entry chosen; hidden, it doesn't."""
    head.show_profiles([BENCH], BENCH, "")
    menu = find(head, QToolButton, button).menu()

    actions[name].trigger()

    assert menu.isVisible()
    assert menu.activeAction() is menu.actions()[0]
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    head.hide()
    actions[name].trigger()
    assert QApplication.activePopupWidget() is None


def test_what_stands_here_says_its_key(head: HeaderBar, actions: Actions) -> None:
    """GIVEN a profile THEN buttons say their keys in tool tips, menu entries behind their words."""
    head.show_profiles([BENCH], BENCH, "")

    for name, button in {"choose_profile": "Profile", "operator": "Operator", "open_menu": "More"}.items():
        assert find(head, QToolButton, button).toolTip().endswith(f" ({actions.key(name)})")
    menu = find(head, QToolButton, "Profile").menu()
    assert f"Edit…\t{actions.key('edit_profile')}" in [action.text() for action in menu.actions()]
    assert choices(head)["New profile…"] is actions["new_profile"]
    assert choices(head)["Open the file from IT…"] is actions["open_profile"]


def test_looking_up_has_a_button_that_is_down_while_it_lasts(head: HeaderBar, actions: Actions) -> None:
    """GIVEN the mode's action WHEN its button is pressed, or the action ends THEN both say the same."""
    action = actions["look_up"]
    button = find(head, QToolButton, "Look up")
    press(head, "Look up")
    assert action.isChecked()
    action.setChecked(False)
    assert not button.isChecked()
    assert button.toolTip() == "Scan a device to see its status; nothing is added (Ctrl+L)"
