"""Codes that hold more than an id: the message bar asks once, and a profile from IT has it answered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from bindtool.core.barcode.id_rules import PartKind, PartRule
from bindtool.core.scanner.scan_rules import ScanRules
from bindtool.core.sheet_view.columns import Column

if TYPE_CHECKING:
    from bindtool.core.profiles.profile import Profile
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

QUESTION = "This code has several parts. Which one is the device ID?"
SERIALS = [f"SPK26113F200{n}" for n in (1, 2, 3)]
CODES = [f"SN:{serial};MAC:A4:C1:38:00:11:2{n}" for n, serial in enumerate(SERIALS)]
BY_SERIAL = ScanRules(part=PartRule(PartKind.PAIRS, "SN"))


def ids(me: Technician) -> list[str]:
    """Return the ids of all rows, the first one first."""
    return [me.cell(number, Column.DEVICE_ID) for number in range(1, len(me.states()) + 1)]


def test_one_press_makes_devices_of_codes(
    bench: Bench, profile: Profile, open_window: Open, server: PracticeServer
) -> None:
    """Three boxes, one question, three devices bound by their serials; the next day nothing is asked."""
    bench.has_profile(profile)
    bench.has_token()
    with open_window() as me:
        me.scan(*CODES)
        assert me.states() == ["incomplete"] * 3
        assert ids(me) == CODES
        assert QUESTION in me.said
        assert {SERIALS[0], "A4:C1:38:00:11:20"} <= me.buttons()
        me.press(SERIALS[0])
        me.sees_states("ready", "ready", "ready")
        assert ids(me) == SERIALS
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
        assert ids(me)[3] == "SPK26113F2004"
        assert QUESTION not in me.said


def test_an_answer_before_there_is_a_profile(bench: Bench, open_window: Open) -> None:
    """Scan now, set up later: the answer is kept on this bench all the same."""
    with open_window() as me:
        me.press("Scan now, set up later")
        me.scan(CODES[0])
        me.press(SERIALS[0])
        me.sees_states("ready")
    with open_window() as me:
        me.scan(CODES[1])
        me.sees_states("ready", "ready")
        assert ids(me) == SERIALS[:2]


def test_a_profile_from_it_without_the_answer(bench: Bench, profile: Profile, open_window: Open) -> None:
    """IT's file can't be changed; the bench learns the answer, and IT's file stays as it was."""
    bench.has_profile_from_it(profile)
    with open_window() as me:
        me.scan(CODES[0])
        me.press(SERIALS[0])
        me.sees_states("ready")
    with open_window() as me:
        me.scan(CODES[1])
        me.sees_states("ready", "ready")
    assert "[part]" not in (bench.machine / "it.toml").read_text(encoding="utf-8")


def test_a_profile_from_it_with_the_answer(bench: Bench, profile: Profile, open_window: Open) -> None:
    """Nothing is asked; a code without the field says what is missing, a second sticker waits for a tick."""
    bench.has_profile_from_it(replace(profile, scan=BY_SERIAL))
    with open_window() as me:
        me.scan(CODES[0], "MAC:A4:C1:38:00:11:21;FW:1.2", "SPK26113F2009")
        me.sees_states("ready", "incomplete", "held")
        assert QUESTION not in me.said
        assert me.cell(2, Column.MESSAGE) == "no field SN in this code"
        assert "tick it if it is the ID" in me.cell(3, Column.MESSAGE)
        me.do_with_row(3, "Include held rows")
        me.sees_states("ready", "incomplete", "ready")
        me.keys("Esc")
        me.scan(CODES[0])
        me.sees("already in row 1")


def test_a_wrong_answer_is_taken_back(ready: Technician) -> None:
    """Undo brings the codes and the question back."""
    ready.scan(*CODES[:2])
    ready.press("A4:C1:38:00:11:20")
    ready.sees_states("ready", "ready")
    ready.do("Undo")
    ready.sees_states("incomplete", "incomplete")
    ready.sees(QUESTION)
    ready.press(SERIALS[0])
    ready.sees_states("ready", "ready")
    assert ids(ready) == SERIALS[:2]


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
    assert ids(ready) == SERIALS[:2]


def test_a_list_and_a_cell_are_read_by_the_rule(bench: Bench, profile: Profile, open_window: Open) -> None:
    """Codes and plain ids pasted together, and a code scanned over an id."""
    bench.has_profile(replace(profile, scan=BY_SERIAL))
    with open_window() as me:
        me.window.table.setFocus()
        me.paste("\n".join([CODES[0], "SPK26113F2002"]))
        me.sees_states("ready", "ready")
        assert ids(me) == SERIALS[:2]
        me.select(1)
        me.keys("F2")
        me.keys("Ctrl+A")
        me.type(CODES[2])
        me.until(lambda: ids(me)[0] == SERIALS[2], "see the serial")
