"""What a change of language keeps: what is narrowed, sorted, asked, looked up, awaited and warned of."""

from __future__ import annotations

from pathlib import Path

from bindtool.core.sheet_view.columns import Column
from bindtool.core.sheet_view.filters import RowFilter
from bindtool.gui.common.shell.session_state import InputMode
from bindtool.practice.server import PracticeServer
from tests.gui import acting
from tests.gui.scanner import burst
from tests.stories.technician import Technician
from tests.stories.test_laptop_life import answer_at
from tests.stories.test_lists import UNDER_A_TITLE, drop, ids
from tests.stories.test_scanner_troubles import SERIALS, scan, watch

CLOCK_OFF = "电脑时间相差 12 分钟，请校准"


def shown(me: Technician) -> list[str]:
    """Return the ids in the table from top to bottom."""
    model = me.window.model
    return [model.row(at).device_id for at in range(model.rowCount())]


def test_what_is_narrowed_and_sorted(ready: Technician) -> None:
    """The same rows stand in the same order, the find bar says so, and a click gives everything back."""
    ready.scan("SPK2", "SPK1", "SPK3", "OTHER")
    ready.keys("Ctrl+F")
    ready.type("spk")
    ready.window.model.sort(Column.DEVICE_ID)
    assert shown(ready) == ["SPK1", "SPK2", "SPK3"]

    ready.speak("中文")

    assert shown(ready) == ["SPK1", "SPK2", "SPK3"]
    assert ready.place.controller.search.field.text() == "spk"
    assert ready.window.table.horizontalHeader().sortIndicatorSection() == Column.DEVICE_ID
    ready.sees("4 行中的 3 行")
    ready.press("显示全部")
    assert shown(ready) == ["OTHER", "SPK3", "SPK1", "SPK2"]


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


def test_a_look_up(ready: Technician) -> None:
    """It goes on with the device that was looked up, adds nothing, and ends with Esc."""
    ready.scan("SPK26113F2001")
    ready.keys("Ctrl+L")
    ready.type("SPK26113F2001")
    ready.sees("ready · ")

    ready.speak("中文")

    ready.sees("查询设备")
    ready.sees("待绑定 · ")
    assert ready.window.actions_["look_up"].isChecked()
    ready.type("SPK26113F2002")
    ready.sees("没有这台设备的记录")
    assert len(ready.states()) == 1
    ready.keys("Esc")
    ready.sees("可以扫码")


def test_a_row_that_awaits_its_scan(ready: Technician) -> None:
    """The next scan is still for that row, and the one after it is a new row."""
    ready.scan("SPK1")
    ready.select(1)
    ready.keys("Ctrl+R")
    ready.sees("SCAN AGAIN")
    ready.speak("中文")
    ready.sees("重新扫码")
    ready.type("SPK2")
    ready.until(lambda: shown(ready) == ["SPK2"], "see the row's new id")
    ready.type("SPK3")
    ready.until(lambda: shown(ready) == ["SPK3", "SPK2"], "see a new row")


def test_an_offer_and_what_it_is_about(ready: Technician) -> None:
    """What waits in the field for an end becomes rows, by the answer in the other language."""
    for text in SERIALS[:2]:
        acting.keys(ready.window.scan_bar.field, text)
        watch(ready).watch_burst(burst(text))
    ready.sees("Your scanner sends no Enter. End each scan after a pause?")

    ready.speak("中文")

    ready.press("改")
    ready.sees_states("待绑定", "待绑定")
    assert shown(ready) == [SERIALS[1], SERIALS[0]]


def test_scans_that_were_spoilt(ready: Technician) -> None:
    """A row that was held for its case is put right, and the rule that follows from it is offered."""
    scan(ready, *SERIALS[:3], SERIALS[3].lower())
    ready.sees_states("ready", "ready", "ready", "held")
    ready.sees("Is Caps Lock on?")

    ready.speak("中文")

    ready.sees("大写锁定是不是开着？")
    ready.press(f"改为 {SERIALS[3]}")
    ready.sees_states("待绑定", "待绑定", "待绑定", "待绑定")
    ready.until(lambda: SERIALS[3] in shown(ready), "see the id put right")


def test_a_list_that_was_opened(ready: Technician, tmp_path: Path) -> None:
    """It is told of in the other language, and can be changed there, on the page that speaks it."""
    path = tmp_path / "清单.csv"
    path.write_bytes(UNDER_A_TITLE.encode("gb18030"))
    drop(ready, path)
    ready.sees("清单.csv · IDs from column B, “设备ID”; labels from C")

    ready.speak("中文")

    ready.sees("清单.csv · ID 取自 B 列“设备ID”；标签取自 C 列")
    ready.press("更改")
    ready.until(lambda: ready.window.page is ready.window.import_page(), "see the page")
    assert len(ids(ready)) == 3


def test_a_question_about_what_was_wanted(ready: Technician) -> None:
    """It is asked again, and does what was wanted."""
    ready.scan("SPK1")
    ready.keys("Ctrl+N")
    ready.until(lambda: bool(ready.asked), "be asked")
    ready.speak("中文")
    assert "清单" in ready.asked
    ready.press("新建清单")
    ready.until(lambda: not ready.states(), "see an empty sheet")


def test_the_rows_to_handle(ready: Technician) -> None:
    """Their view stays open, with what is known of the first one in the other language."""
    ready.scan("SPK1", "SPK0000")
    ready.bind()
    ready.keys("Ctrl+E")
    ready.sees("Coze refused this device")

    ready.speak("中文")

    assert ready.place.controller.to_handle().isVisible()
    assert shown(ready) == ["SPK0000"]
    ready.sees("扣子拒绝了这台设备")
    ready.keys("Esc")
    assert not ready.place.controller.to_handle().isVisible()
    assert shown(ready) == ["SPK0000", "SPK1"]


def test_a_clock_that_is_wrong(ready: Technician, server: PracticeServer) -> None:
    """Its warning stays in the status line."""
    server.script([answer_at(-12)])
    ready.scan("SPK1")
    ready.bind()
    ready.sees("This computer's clock is 12 minutes off; set it")
    ready.speak("中文")
    ready.sees(CLOCK_OFF)


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
