"""What is done for the first time, in the fewest presses that do it; `test_day_by_keyboard.py` runs it.

A press is a click, a key with what is held down, or the scan of a code. A screen is a page, a panel or a dialog; it
counts as often as it comes.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.token_store import FixedStore
from bindtool.core.profiles.profile_toml import to_toml
from bindtool.core.scanner.scan_rules import ScannerRules, ScanRules
from bindtool.gui.profiles.token_dialog import TokenDialog
from bindtool.practice import channel
from tests.stories import key_repeat
from tests.stories.day_by_mouse import Hand
from tests.stories.keyboard import QUICK, Keyboard
from tests.stories.mouse import Mouse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from bindtool.core.profiles.profile import Profile
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

    Begin = Callable[[Technician], "Hands"]

# A busy computer stamps a scanner's keys late.
PATIENT = ScanRules(scanner=ScannerRules(longest_gap=200))
GOOD, OTHER, REFUSED = "SPK26113F2001", "SPK26113F2002", "SPK26113F0000"
NEW_LAYOUT = "设备编号\t出厂编号\n" + "\n".join(f"ZC2026000{n}\tSPK26113F200{n}" for n in range(1, 6))


@dataclass
class Count:
    """The presses, and the screens on which they were made."""

    presses: list[str] = field(default_factory=list)
    screens: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Hands:
    """A technician's hands on mouse, keyboard and scanner, and a count of what they do."""

    me: Technician
    mouse: Mouse
    keyboard: Keyboard
    count: Count

    def click(self, name: str) -> None:
        """Click on the button of that name."""
        button = Hand(self.me, self.mouse).find(name)
        self._count(f"click on {name}")
        self.mouse.click(button)

    def press(self, key: str) -> None:
        """Press a key."""
        self._count(key)
        self.keyboard.press(key, pace=QUICK)

    def next_step(self, words: str) -> None:
        """Press the key of the button that offers the next step, once it begins with these words."""
        self.me.until(lambda: self.me.step_button.startswith(words), f"see {words!r} in the corner")
        self.me.until(lambda: self.me.place.controller.at_rest, "see it at rest")
        self.press("ctrl+Return")

    def scan(self, code: str) -> None:
        """Scan a code."""
        self._count("scan")
        self.keyboard.scan(code)

    def choose_file(self, name: str) -> None:
        """Click on a file in the dialog that asks for one, and on Open."""
        hand = Hand(self.me, self.mouse)
        hand.file_dialog()
        self._count("click on the file")
        hand.click_file(name)
        self.click("Open")

    def paste(self, text: str) -> None:
        """Paste what was copied elsewhere."""
        QGuiApplication.clipboard().setText(text)
        self.press("ctrl+v")

    def choose_column(self, column: int) -> None:
        """Click on a column of the list that is asked about."""
        self._count("click on a column")
        rows = self.me.window.import_page().rows
        self.mouse.click_cell(rows, rows.model().index(1, column))

    def bind(self) -> None:
        """Press the key of the next step twice: to be asked, and to confirm."""
        self.next_step("Bind")
        self.me.until(self.me.place.controller.confirm_panel().isVisible, "be asked")
        self.press("ctrl+Return")
        self.me.sees_the_end()
        self.look()

    def look(self) -> None:
        """Take note of the screen in front."""
        screen = self._screen()
        if self.count.screens[-1:] != [screen]:
            self.count.screens.append(screen)

    def _count(self, press: str) -> None:
        self.look()
        self.count.presses.append(press)

    def _screen(self) -> str:
        front, window, panels = self.me.front(), self.me.window, self.me.place.controller
        if front is not window:
            return type(front).__name__
        made = (one.made for one in (panels.confirm_panel, panels.to_handle, window.import_page))
        shown = next((one for one in made if one is not None and one.isVisible()), window.page)
        return "sheet" if shown is window.sheet_page else type(shown).__name__


@pytest.fixture
def count() -> Count:
    """Give a count that begins."""
    return Count()


@pytest.fixture
def begin(qtbot: QtBot, count: Count) -> Begin:
    """Give hands to a technician."""
    key_repeat.turn_off()
    return lambda me: Hands(me, Mouse(qtbot), Keyboard(qtbot), count)


def test_to_the_first_practice_device(
    bench: Bench, server: PracticeServer, open_window: Open, begin: Begin, count: Count
) -> None:
    """Practise first, samples, Bind, confirmed."""
    started: list[bool] = []
    with open_window(start_practice=lambda: started.append(True)) as me:
        hands = begin(me)
        hands.click("Practise first")
        assert started == [True]
    bench.has_profile_from_it(replace(channel.practice_profile(server.site), scan=PATIENT))
    store = FixedStore(AccessToken(channel.TOKEN), "practice")
    with open_window(open_store=lambda: store, practice=True) as me:
        hands = begin(me)
        hands.click(me.says("empty.samples"))
        hands.bind()
        assert me.states().count("bound") == 19
    assert count == Count(
        ["click on Practise first", f"click on {me.says('empty.samples')}", "ctrl+Return", "ctrl+Return"],
        ["WelcomePage", "sheet", "ConfirmPanel", "sheet"],
    )


def test_from_the_file_of_it(
    server: PracticeServer,
    profile: Profile,
    open_window: Open,
    begin: Begin,
    count: Count,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The file, a scan, the token by the next step, Bind, confirmed."""
    file = tmp_path / "sent" / "line2.toml"
    file.parent.mkdir()
    file.write_text(to_toml(replace(profile, scan=PATIENT)), encoding="utf-8")
    monkeypatch.chdir(file.parent)
    with open_window() as me:
        hands = begin(me)
        hands.click("Open the file from IT")
        hands.choose_file(file.name)
        me.sees("READY TO SCAN")
        hands.scan(GOOD)
        me.sees_states("ready")
        hands.next_step("Enter token")
        me.until(lambda: isinstance(QApplication.activeWindow(), TokenDialog), "be asked for the token")
        hands.paste(channel.TOKEN)
        hands.press("Return")
        me.sees("accepts the token")
        hands.click("Done")
        me.until(lambda: me.front() is me.window, "see the dialog close")
        hands.bind()
        me.sees_states("bound")
    assert (len(count.presses), count.screens) == (
        10,
        ["WelcomePage", "QFileDialog", "sheet", "TokenDialog", "sheet", "ConfirmPanel", "sheet"],
    )


def test_a_list_of_a_new_layout(profile: Profile, open_window: Open, begin: Begin, count: Count) -> None:
    """Pasted, its column chosen, added."""
    with open_window(profile) as me:
        hands = begin(me)
        hands.paste(NEW_LAYOUT)
        me.sees("which column has the device IDs?")
        hands.choose_column(1)
        me.until(lambda: "Add 5 rows" in me.buttons(), "see the column taken")
        hands.click("Add 5 rows")
        me.sees_states(*["ready"] * 5)
        hands.look()
    assert (len(count.presses), count.screens) == (3, ["sheet", "ListImportPage", "sheet"])


def test_a_refused_device(profile: Profile, open_window: Open, begin: Begin, count: Count) -> None:
    """From the summary to it, scanned again, Bind, confirmed: nothing is left."""
    with open_window(replace(profile, scan=PATIENT, proven=True)) as me:
        me.scan(GOOD, REFUSED)
        me.bind()
        hands = begin(me)
        hands.next_step("Show 1 to handle")
        hands.next_step("Scan row 2 again")
        me.sees("SCAN AGAIN")
        hands.scan(OTHER)
        me.sees("row 2 has this ID now")
        hands.bind()
        me.sees("Nothing left to handle.")
    assert (len(count.presses), count.screens) == (5, ["sheet", "ToHandlePanel", "ConfirmPanel", "ToHandlePanel"])
