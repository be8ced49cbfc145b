"""A scanner that is not set up for this computer: the window notices it in normal work, and one press cures it.

The bursts are a stand-in for those that the window catches itself: how its keys came, told beside the keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from bindtool.core.profiles.repository import ProfileRepository
from bindtool.core.scanner.keyboard_layouts import mangled
from bindtool.core.scanner.scan_rules import Keyboard, ScannerRules
from bindtool.core.scanner.self_test import SHOWN
from bindtool.core.sheet_view.columns import Column
from tests.gui import acting
from tests.gui.reading import read_codes
from tests.gui.scanner import RETURN, burst, press_keys

if TYPE_CHECKING:
    from bindtool.core.profiles.profile import Profile
    from bindtool.gui.scanning.setup.fault_watch import ScannerFaultWatch
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

SERIALS = tuple(f"SPK26113F{number:04X}" for number in range(0x21A0, 0x21B0))


def watch(me: Technician) -> ScannerFaultWatch:
    """Return who watches the scanner in this window."""
    return me.place.controller.workspace.fault_watch


def scan(me: Technician, *texts: str, caps_lock: bool | None = None) -> None:
    """Scan codes with their Return, and wait for the disk."""
    for text in texts:
        watch(me).watch_burst(burst(text, RETURN, caps_lock=caps_lock))
        press_keys(me.window.scan_bar.field, text)
        acting.key(me.window.scan_bar.field, Qt.Key.Key_Return)
    me.scan()


def rules(bench: Bench, profile: Profile) -> ScannerRules:
    """Return what the profile says of its scanner, as the disk has it."""
    return ProfileRepository(bench.data.profiles, bench.machine).get(profile.name).scan.scanner


def test_two_ends(ready: Technician) -> None:
    """The second line end makes no row; it is told once, and never again."""
    watch(ready).watch_burst(burst(SERIALS[0], RETURN, RETURN))
    ready.scan(SERIALS[0])
    ready.keys("Return")
    ready.sees("two line ends")
    assert ready.states() == ["ready"]
    ready.press("All right")
    watch(ready).watch_burst(burst(SERIALS[1], RETURN, RETURN))
    assert not ready.window.message_bar.isVisible()


@pytest.mark.parametrize("before", [(), SERIALS[:3]])
def test_two_codes_in_one(ready: Technician, server: PracticeServer, before: tuple[str, ...]) -> None:
    """Joined codes never become ready, not even as the very first scan; split, both are bound."""
    scan(ready, *before, SERIALS[3] + SERIALS[4])
    ready.sees_states(*["ready"] * len(before), "held")
    ready.sees("Two codes came as one")
    assert ready.step_button == ("Bind 3 devices" if before else "Decide 1 held")
    ready.press("Make 2 rows")
    ready.sees_states(*["ready"] * len(before), "ready", "ready")
    ready.bind()
    assert set(server.bound) == {*before, *SERIALS[3:5]}


def test_the_keyboard_of_another_country(ready: Technician, bench: Bench, profile: Profile) -> None:
    """On a French computer the first scan is held; the country is chosen, and all that follow are right."""
    french = [mangled(text, Keyboard.FRENCH) for text in SERIALS[:3]]
    scan(ready, french[0])
    ready.sees_states("held")
    ready.sees(f"probably {SERIALS[0]}")
    ready.press("French (AZERTY)")
    ready.sees_states("ready")
    scan(ready, *french[1:])
    ready.sees_states("ready", "ready", "ready")
    assert [ready.cell(number, Column.DEVICE_ID) for number in (2, 3, 4)] == list(SERIALS[:3])
    ready.sees(f"corrected for the keyboard's country; received {french[2]}")
    assert rules(bench, profile).keyboard is Keyboard.FRENCH


@pytest.mark.parametrize(
    ("country", "keyboard", "code"),
    [
        ("British", Keyboard.BRITISH, '{"sn":"SPK26113F21A0"}'),
        ("Italian", Keyboard.ITALIAN, "https://coze.example/d?sn=SPK26113F21A0"),
        ("German (QWERTZ)", Keyboard.GERMAN, "SN:SPK26113F21A0;MAC:00-11"),
    ],
)
def test_codes_with_parts_through_another_keyboard(
    ready: Technician, country: str, keyboard: Keyboard, code: str
) -> None:
    """JSON, an address or pairs that arrive mangled are never ready; the country chosen, they are as they were."""
    scan(ready, mangled(code, keyboard))
    assert ready.states() in (["held"], ["incomplete"])
    ready.press(country)
    ready.until(lambda: ready.cell(2, Column.DEVICE_ID) == code, "see the code as it was sent")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_scanner_is_tested(bench: Bench, profile: Profile, open_window: Open, language: str) -> None:
    """From the menu to the page: the code is read off the screen, typed as a French scan, cured with one press."""
    bench.has_profile(profile)
    words = {"en": ("Test my scanner", "Set it", "Back to scanning"), "zh_CN": ("测试扫码枪", "设置", "回到扫码")}
    menu, set_it, back = words[language]
    with open_window(language=language) as me:
        me.do(menu)
        page = me.place.controller.scanner_test()
        me.until(lambda: SHOWN in read_codes(page.grab()).values(), "see the code")
        for _ in range(2):
            press_keys(page.field, mangled(SHOWN, Keyboard.FRENCH))
            acting.key(page.field, Qt.Key.Key_Return)
            me.until(page.reply.isVisible, "read the answer")
            if page.set_it.isVisible():
                assert "AZERTY" in page.reply.accessibleDescription()
                me.press(set_it)
                me.until(lambda: not page.set_it.isVisible())
                page.reply.clear()
        assert page.set_it.isHidden()
        assert rules(bench, profile).keyboard is Keyboard.FRENCH
        me.press(back)
        assert me.window.pages.currentWidget() is me.window.sheet_page
        assert me.window.scan_bar.field.hasFocus()
        assert me.states() == []


def test_a_rule_that_can_not_be_kept(bench: Bench, open_window: Open) -> None:
    """Where the disk takes no rule the page goes back to the sheet, which says why."""
    (bench.data.path / "scanner.toml").mkdir()
    with open_window() as me:
        me.press("Scan now, set up later")
        me.do("Test my scanner")
        me.place.controller.scanner_test().field.came.emit(burst(SHOWN))
        me.press("Set it")
        assert me.window.pages.currentWidget() is me.window.sheet_page
        assert me.notice
