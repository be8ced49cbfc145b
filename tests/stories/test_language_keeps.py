"""What a change of language keeps: in each state of the window the same is there, in other words, and goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from bindtool.core.sheet_view.columns import Column
from bindtool.core.sheet_view.filters import RowFilter
from bindtool.gui.common.shell.session_state import InputMode
from bindtool.practice.server import PracticeServer
from tests.gui import acting
from tests.gui.scanner import burst
from tests.practice.faults import ScriptedAnswer
from tests.stories.technician import Technician
from tests.stories.test_laptop_life import answer_at
from tests.stories.test_lists import UNDER_A_TITLE, drop
from tests.stories.test_scanner_troubles import SERIALS, scan, watch

State = Callable[[Technician, PracticeServer, Path], Iterator[None]]

ENGLISH_WORDS = re.compile(r"[a-z]{3,} [a-z]{3,}")
QUOTED = re.compile("“[^”]*”")
"""Words of the server and of files."""


def shown(me: Technician) -> list[str]:
    """Return the ids in the table from top to bottom."""
    model = me.window.model
    return [model.row(at).device_id for at in range(model.rowCount())]


@dataclass(frozen=True)
class Kept:
    """What is there in any language."""

    rows: list[str]
    standing: list[object]
    sorted_by: int
    sought: str
    half_scanned: str
    mode: InputMode
    page: str
    panels: list[bool]
    asks: bool
    buttons: int

    @classmethod
    def of(cls, me: Technician) -> Kept:
        """Read it off the window."""
        window, controller = me.window, me.place.controller
        handled, asked = controller.to_handle.made, controller.confirm_panel.made
        summary = window.summary
        return cls(
            shown(me),
            [window.model.sheet.status(row.number).state for row in window.model.sheet],
            window.table.horizontalHeader().sortIndicatorSection(),
            controller.search.field.text(),
            window.scan_bar.field.text(),
            me.place.services.input_mode.mode,
            type(window.page).__name__,
            [one is not None and one.isVisible() for one in (handled, asked, summary)],
            window.notices.asks,
            len(me.buttons()),
        )


def rows_that_are_narrowed_and_sorted(me: Technician, _: PracticeServer, __: Path) -> Iterator[None]:
    """A click gives all of them back."""
    me.scan("SPK2", "SPK1", "SPK3", "OTHER")
    me.keys("Ctrl+F")
    me.type("spk")
    me.window.model.sort(Column.DEVICE_ID)
    assert shown(me) == ["SPK1", "SPK2", "SPK3"]
    yield
    me.press("Show all")
    assert shown(me) == ["OTHER", "SPK3", "SPK1", "SPK2"]


def a_look_up(me: Technician, _: PracticeServer, __: Path) -> Iterator[None]:
    """The next scan is looked up and adds nothing, and Esc ends it."""
    me.scan("SPK26113F2001")
    me.keys("Ctrl+L")
    me.type("SPK26113F2001")
    me.sees("ready · ")
    yield
    assert me.window.actions_["look_up"].isChecked()
    me.type("SPK26113F2002")
    me.sees("No record of this device")
    assert len(me.states()) == 1
    me.keys("Esc")
    me.sees("READY TO SCAN")


def a_row_that_awaits_its_scan(me: Technician, _: PracticeServer, __: Path) -> Iterator[None]:
    """The next scan is for that row, and the one after it is a new row."""
    me.scan("SPK1")
    me.select(1)
    me.keys("Ctrl+R")
    me.sees("SCAN AGAIN")
    yield
    me.type("SPK2")
    me.until(lambda: shown(me) == ["SPK2"], "see the row's new id")
    me.type("SPK3")
    me.until(lambda: shown(me) == ["SPK3", "SPK2"], "see a new row")


def half_a_code(me: Technician, _: PracticeServer, __: Path) -> Iterator[None]:
    """The rest comes behind what stands there."""
    acting.keys(me.window.scan_bar.field, "SPK26")
    yield
    me.type("113F2001")
    me.sees_states("ready")
    assert shown(me) == ["SPK26113F2001"]


def an_offer_of_a_rule(me: Technician, _: PracticeServer, __: Path) -> Iterator[None]:
    """What waits in the field for an end becomes rows."""
    for text in SERIALS[:2]:
        acting.keys(me.window.scan_bar.field, text)
        watch(me).watch_burst(burst(text))
    me.sees("Your scanner sends no Enter. End each scan after a pause?")
    yield
    me.press("Do it")
    me.sees_states("ready", "ready")
    assert shown(me) == [SERIALS[1], SERIALS[0]]


def scans_that_were_spoilt(me: Technician, _: PracticeServer, __: Path) -> Iterator[None]:
    """The row that was held for its case is put right."""
    scan(me, *SERIALS[:3], SERIALS[3].lower())
    me.sees_states("ready", "ready", "ready", "held")
    me.sees("Is Caps Lock on?")
    assert "upper and lower case look swapped" in me.cell(4, Column.MESSAGE)
    yield
    me.press(f"Change it to {SERIALS[3]}")
    me.sees_states("ready", "ready", "ready", "ready")
    me.until(lambda: SERIALS[3] in shown(me), "see the id put right")
    me.sees(f"corrected; received {SERIALS[3].lower()}")


def a_list_that_was_opened(me: Technician, _: PracticeServer, folder: Path) -> Iterator[None]:
    """It can be read otherwise."""
    path = folder / "清单.csv"
    path.write_bytes(UNDER_A_TITLE.encode("gb18030"))
    drop(me, path)
    me.sees("清单.csv · IDs from column B, “设备ID”; labels from C")
    yield
    me.press("Change")
    me.until(lambda: me.window.page is me.window.import_page(), "see the page")


def a_list_to_compare_with(me: Technician, _: PracticeServer, __: Path) -> Iterator[None]:
    """It is kept until the window is closed, as its panel says."""
    me.scan("SPK26113F20A1")
    me.keys("Ctrl+Shift+O")
    QGuiApplication.clipboard().setText("SPK26113F20A0\nSPK26113F20A1")
    me.keys("Ctrl+V")
    me.sees("1 not scanned")
    me.press("Close the comparison")
    yield
    me.keys("Ctrl+Shift+O")
    me.sees("1 not scanned")


def a_question_about_what_was_wanted(me: Technician, _: PracticeServer, __: Path) -> Iterator[None]:
    """The answer does what was wanted."""
    me.scan("SPK1")
    me.keys("Ctrl+N")
    me.until(lambda: bool(me.asked), "be asked")
    yield
    me.press("New sheet")
    me.until(lambda: not me.states(), "see an empty sheet")


def a_confirmation(me: Technician, server: PracticeServer, _: Path) -> Iterator[None]:
    """What was asked about is bound, and nothing else."""
    me.scan("SPK1")
    me.press("Bind")
    me.sees("Bind 1 device?")
    me.window.scan_bar.field.setFocus()
    me.scan("SPK2")
    yield
    me.press("Bind now")
    me.sees_states("bound", "ready")
    assert set(server.bound) == {"SPK1"}


def the_sum_of_a_run(me: Technician, _: PracticeServer, __: Path) -> Iterator[None]:
    """It leads to the row to handle."""
    me.scan("SPK1", "SPK0000")
    me.bind()
    me.sees("1 refused")
    yield
    me.press("Show")
    assert me.window.table.selected_numbers() == [2]


def a_run_that_was_stopped(me: Technician, server: PracticeServer, _: Path) -> Iterator[None]:
    """The banner goes on with its action, and with the rows that were confirmed."""
    server.script([ScriptedAnswer(4102, msg="unusual activity")])
    me.scan("SPK1", "SPK2")
    me.bind()
    me.sees_notice("“unusual activity” (code 4102)")
    me.scan("SPK3")
    yield
    me.press("Continue")
    me.sees_states("bound", "bound", "ready")


def the_rows_to_handle(me: Technician, _: PracticeServer, __: Path) -> Iterator[None]:
    """Esc closes their view."""
    me.scan("SPK1", "SPK0000")
    me.bind()
    me.keys("Ctrl+E")
    me.sees("Coze refused this device")
    yield
    assert shown(me) == ["SPK0000"]
    me.keys("Esc")
    assert not me.place.controller.to_handle().isVisible()
    assert shown(me) == ["SPK0000", "SPK1"]


def a_clock_that_is_wrong(me: Technician, server: PracticeServer, _: Path) -> Iterator[None]:
    """Its warning stays in the status line."""
    server.script([answer_at(-12)])
    me.scan("SPK1")
    me.bind()
    me.sees("This computer's clock is 12 minutes off; set it")
    me.sees("The device is bound")
    yield


STATES: list[State] = [
    rows_that_are_narrowed_and_sorted,
    a_look_up,
    a_row_that_awaits_its_scan,
    half_a_code,
    an_offer_of_a_rule,
    scans_that_were_spoilt,
    a_list_that_was_opened,
    a_list_to_compare_with,
    a_question_about_what_was_wanted,
    a_confirmation,
    the_sum_of_a_run,
    a_run_that_was_stopped,
    the_rows_to_handle,
    a_clock_that_is_wrong,
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_each_state_is_kept(ready: Technician, server: PracticeServer, tmp_path: Path, state: State) -> None:
    """The same is there in Chinese, with no English left, and after English every word is as before; it goes on."""
    reached = state(ready, server, tmp_path)
    next(reached)
    ready.until(lambda: ready.place.controller.at_rest, "see it at rest")
    ready.scan()
    kept, said = Kept.of(ready), sorted(ready.said.splitlines())

    ready.speak("中文")
    ready.until(lambda: Kept.of(ready) == kept, f"see {kept}")
    assert not ENGLISH_WORDS.search(QUOTED.sub("", ready.said))

    ready.speak("English")
    ready.until(lambda: Kept.of(ready) == kept and sorted(ready.said.splitlines()) == said, f"see {kept}, {said}")
    assert next(reached, None) is None


def test_words_that_are_sought(ready: Technician) -> None:
    """Rows are found by the words of the language that is spoken, and found again by those of the first."""
    scan(ready, *SERIALS[:3], SERIALS[3].lower())
    ready.sees_states("ready", "ready", "ready", "held")
    ready.window.model.narrow(RowFilter(text="swapped"))
    assert shown(ready) == [SERIALS[3].lower()]
    ready.speak("中文")
    assert shown(ready) == []
    ready.speak("English")
    assert shown(ready) == [SERIALS[3].lower()]


def test_nothing_is_done_twice(ready: Technician) -> None:
    """After some changes, what is typed into a cell is one edit, a scan one row, and each mode is entered once."""
    entered: list[InputMode] = []
    ready.place.controller.scanning.input_mode.entered.connect(entered.append)
    for language in ("中文", "English", "中文", "English"):
        ready.speak(language)
    ready.scan("SPK1")
    ready.retype(1, "SPK2")
    assert shown(ready) == ["SPK2"]
    ready.keys("Ctrl+Z")
    ready.until(lambda: shown(ready) == ["SPK1"], "see the edit taken back")
    ready.keys("Ctrl+L")
    assert entered == [InputMode.LOOK_UP]
