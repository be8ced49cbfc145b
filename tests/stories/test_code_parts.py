"""Codes that hold more than an id: the message bar asks once, or the profile's form has the rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from bindtool.core.sheet_view.columns import Column

if TYPE_CHECKING:
    from bindtool.core.profiles.profile import Profile
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Open
    from tests.stories.technician import Technician

QUESTION = "This code has several parts. Which one is the device ID?"
SERIALS = [f"SPK26113F200{n}" for n in (1, 2, 3)]
CODES = [f"SN:{serial};MAC:A4:C1:38:00:11:2{n}" for n, serial in enumerate(SERIALS)]


def test_one_press_makes_devices_of_codes(profile: Profile, open_window: Open, server: PracticeServer) -> None:
    """Three boxes, one question, three devices bound by their serials; the next day nothing is asked."""
    with open_window(profile) as me:
        me.scan(*CODES)
        assert me.states() == ["incomplete"] * 3
        assert me.ids() == CODES
        assert QUESTION in me.said
        assert {SERIALS[0], "A4:C1:38:00:11:20"} <= me.buttons()
        me.press(SERIALS[0])
        me.sees_states("ready", "ready", "ready")
        assert me.ids() == SERIALS
        assert me.cell(1, Column.LABEL) == "智能音箱-3F2001"
        assert QUESTION not in me.said
        me.sees("added")
        index = me.window.model.index(me.window.model.row_of(1), Column.DEVICE_ID)
        assert CODES[0] in index.data(Qt.ItemDataRole.ToolTipRole)
        me.bind()
        me.sees("All 3 bound")
        assert sorted(server.bound) == SERIALS
    with open_window() as me:
        me.scan("SN:SPK26113F2004;MAC:A4:C1:38:00:11:23")
        me.sees_states("bound", "bound", "bound", "ready")
        assert me.ids()[3] == "SPK26113F2004"
        assert QUESTION not in me.said


def test_a_rule_from_the_form(ready: Technician) -> None:
    """The form tries the rule on the last scan; once it is kept, what has waited is read by it."""
    ready.scan(*CODES[:2])
    ready.press("Not now")
    ready.do("Profile…")
    ready.press("Device IDs")
    ready.choose_in("Device ID in the code", "Pairs: a field (SN:…;MAC:…)")
    ready.write("Field", "SN")
    ready.sees("ID: SPK26113F2002 · label: 智能音箱-3F2002")
    ready.press("Check and save")
    ready.press("Start scanning")
    ready.sees_states("ready", "ready")
    assert ready.ids() == SERIALS[:2]
