"""Lists: taken at once where they have the program's own names, asked about once where not, and never half."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from openpyxl import Workbook
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from bindtool.core.profiles.profile import ListRules, Profile
from bindtool.core.sheet_view.columns import Column
from bindtool.core.tabular.reader import open_list
from bindtool.gui.sheet.tools.list_import_controller import ListImportController

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from bindtool.core.common.progress import ReadingProgress
    from bindtool.core.tabular.table.result import Choices, Opened
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

UNDER_A_TITLE = (
    "工单 WO-1125,,\r\n,,\r\n序号,设备ID,标签\r\n1,SPK26113F2001,客厅\r\n2,SPK26113F2002,卧室\r\n合计,2,\r\n"
)
OWN_NAMES = "Order 4711\nPos\tMAC\tdevice_id\tlabel\n" + "\n".join(
    f"{n}\tA4:C1:38:20:1F:0{n}\tSPK26113F200{n}\tShelf {n}" for n in (1, 2, 3)
)
TWO_NAMES = "设备编号\t出厂编号\n" + "\n".join(f"ZC2026000{n}\tSPK26113F200{n}" for n in range(1, 6))
"""Either column may have the ids."""
OF_THE_SAME_MAKE = TWO_NAMES.replace("ZC2026", "ZC2027").replace("F200", "F201")
ONE_FITS = "状态\tSerial\n" + "\n".join(
    f"{state}\tSPK26113F200{n}" for n, state in enumerate(["在库"] * 4 + ["已报废"] * 2)
)


def drop(me: Technician, path: Path) -> None:
    """Let a file fall onto the table."""
    me.window.table.files_dropped.emit([path])


def pick(me: Technician, choice: str, words: str) -> None:
    """Pick an entry of a picker with the keys, once it is there."""
    picker = me.window.import_page().pickers[choice]
    me.until(picker.isVisible, f"see the picker of {choice}")
    picker.setFocus()
    QTest.keyClick(picker, Qt.Key.Key_Home)
    for _ in range(picker.findText(words)):
        QTest.keyClick(picker, Qt.Key.Key_Down)


def choose_column(me: Technician, name: str) -> None:
    """Click on the head of the column of that name, and wait until it is marked."""
    me.until(me.window.import_page().isVisible, "be asked about the list")
    rows = me.window.import_page().rows

    def names() -> list[str]:
        heads = (rows.horizontalHeaderItem(at) for at in range(rows.columnCount()))
        return [one.text().split("\n")[0] for one in heads if one is not None]

    place = next(at for at, one in enumerate(names()) if one.endswith(name))
    head = rows.horizontalHeader()
    QTest.mouseClick(
        head.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(head.sectionViewportPosition(place) + 20, 8)
    )
    me.until(lambda: names()[place] == f"Device ID · {name}", "see the column marked")


def save_book(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> None:
    """Save a workbook of these sheets."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(path)


def test_a_clear_list_goes_in_at_once(ready: Technician, tmp_path: Path) -> None:
    """GB18030 under a title: what was taken is said, the sum is held, one undo takes all of it back."""
    path = tmp_path / "清单.csv"
    path.write_bytes(UNDER_A_TITLE.encode("gb18030"))
    drop(ready, path)
    ready.sees("清单.csv · IDs from column B, “设备ID”; labels from C")
    ready.sees("2 added, 1 held")
    assert ready.ids() == ["SPK26113F2001", "SPK26113F2002", "2"]
    ready.sees_states("ready", "ready", "held")
    assert ready.cell(1, Column.LABEL) == "客厅"
    ready.keys("Ctrl+Z")
    ready.until(lambda: not ready.ids(), "see the list gone")
    ready.sees("Undone: 3 rows removed")
    assert "IDs from column" not in ready.said


def test_what_was_taken_is_told_before_older_offers(ready: Technician) -> None:
    """A scan's question stays open while a table comes in: what was taken is seen first, and the question after."""
    ready.scan("SN:SPK26113F2001;MAC:A4-C1-38-20-1F-01")
    ready.sees("Which one is the device ID?")
    ready.paste(OWN_NAMES)
    ready.sees("IDs from column C, “device_id”")
    assert "Which one is" not in ready.said
    ready.window.notices.take_back()
    ready.sees("Which one is the device ID?")


def test_a_list_in_doubt_waits_for_a_press(profile: Profile, open_window: Open) -> None:
    """Nothing of it is there before, and scans are; what was pressed is bound, and next time taken and said."""
    of_the_list = [f"SPK26113F200{n}" for n in range(1, 6)]
    with open_window(profile) as me:
        me.paste(TWO_NAMES)
        me.sees("Pasted list: which column has the device IDs?")
        me.sees("The list is waiting: check the column with the IDs, then add it")
        assert me.buttons().isdisjoint({"Bind", "Change", "Undo"})
        me.scan("SPK26113F2009")
        me.sees("…3F2009\nadded")
        choose_column(me, "B 出厂编号")
        assert me.ids() == ["SPK26113F2009"]
        me.press("Add 5 rows")
        me.sees("5 added")
        me.sees("IDs from column B, “出厂编号”")
        assert me.ids() == ["SPK26113F2009", *of_the_list]
        me.bind()
        me.sees_states(*["bound"] * 6)
    with open_window() as me:
        me.keys("Ctrl+N")
        me.until(lambda: not me.ids(), "see an empty sheet")
        me.paste(OF_THE_SAME_MAKE)
        me.sees("Same as last time: IDs from column B, “出厂编号”")
        me.sees("5 added")


def test_a_column_that_was_not_seen_marked_is_not_added(ready: Technician) -> None:
    """A press right after a choice adds what was chosen, and nothing that has to be looked at first."""
    ready.paste(ONE_FITS)
    pick(ready, "label_column", "B Serial")
    ready.press("Add 6 rows")
    ready.sees("no column looks like IDs")
    assert ready.ids() == []
    pick(ready, "label_column", "none")
    ready.sees("only column B “Serial” looks like IDs")
    ready.press("Add 6 rows")
    ready.sees("6 added")


def test_what_the_profile_names_is_taken(bench: Bench, profile: Profile, open_window: Open, tmp_path: Path) -> None:
    """Its column of a paste and of a file, and its sheet of a workbook; one without it is asked about."""
    bench.has_profile(replace(profile, list_rules=ListRules(id_column="Spare", sheet="8月")))
    rows = [("SPK26113F2001", "SPK26113F3001"), ("SPK26113F2002", "SPK26113F3002")]
    text, path = tmp_path / "spare.csv", tmp_path / "erp.xlsx"
    text.write_text("Spare,Serial\nSPK26113F3003,SPK26113F2003\n", encoding="utf-8")
    with open_window() as me:
        me.paste("\n".join(map("\t".join, [("Serial", "Spare"), *rows])))
        me.sees("IDs from column B, “Spare”")
        drop(me, text)
        me.sees("spare.csv · IDs from column A, “Spare”")
        save_book(path, {"7月": [("device_id", "label"), *rows], "8月": [("Spare", "SN"), ("SPK26113F3004", "A1")]})
        drop(me, path)
        me.sees("erp.xlsx · 8月 · IDs from column A, “Spare”")
        assert me.ids() == [f"SPK26113F300{n}" for n in range(1, 5)]
        me.press("Change")
        pick(me, "label_column", "B SN")
        me.press("Add 1 row")
        me.sees("erp.xlsx · 8月 · IDs from column A, “Spare”; labels from B")
        me.paste(TWO_NAMES)
        me.sees("Pasted list: which column has the device IDs?")


def test_what_was_taken_back_is_asked_again(ready: Technician) -> None:
    """Undo may mean that the column was the wrong one. By keys alone; Esc leaves a list that waits, and says so."""
    for _ in range(2):
        ready.paste(TWO_NAMES)
        ready.sees("which column has the device IDs?")
        pick(ready, "id_column", "B 出厂编号")
        ready.sees("Pasted list: is this right?")
        add = ready.window.import_page().add
        while not add.hasFocus():
            ready.keys("Tab")
        ready.keys("Space")
        ready.sees("5 added")
        ready.keys("Ctrl+Z")
        ready.sees("Undone: 5 rows removed")
    ready.paste(TWO_NAMES)
    ready.sees("which column has the device IDs?")
    ready.keys("Esc")
    ready.sees("The list was not added")
    assert ready.ids() == []
    assert ready.window.scan_bar.field.hasFocus()


def test_change_takes_the_place_of_what_was_remembered(ready: Technician) -> None:
    """Who changes the column has it so from then on; the label that was left alone stays as it was."""
    ready.paste(TWO_NAMES)
    choose_column(ready, "B 出厂编号")
    ready.press("Add 5 rows")
    ready.press("Change")
    pick(ready, "id_column", "A 设备编号")
    ready.press("Add 5 rows")
    ready.until(lambda: ready.ids()[:1] == ["ZC20260001"], "see the other column")
    assert len(ready.ids()) == 5
    ready.paste(OF_THE_SAME_MAKE)
    ready.sees("Same as last time: IDs from column A, “设备编号”")
    ready.press("Change")
    pick(ready, "label_column", "B 出厂编号")
    ready.press("Add 5 rows")
    ready.sees("IDs from column A, “设备编号”; labels from B")
    assert ready.ids()[-5:] == [f"ZC2027000{n}" for n in range(1, 6)]


def test_another_page_leaves_a_list_that_waits(ready: Technician) -> None:
    """It is said that it was not added; the list before is no news then, and the next one is not held up."""
    ready.paste("device_id\tlabel\nSPK26113F2008\tShelf 8")
    ready.sees("IDs from column A, “device_id”")
    ready.paste(TWO_NAMES)
    ready.sees("which column has the device IDs?")
    assert ready.buttons().isdisjoint({"Change", "Undo"})
    ready.keys("Alt+H")
    ready.until(
        lambda: ready.window.page not in {ready.window.sheet_page, ready.window.import_page()}, "see history"
    )
    ready.keys("Esc")
    ready.sees("The list was not added")
    ready.paste(OWN_NAMES)
    ready.sees("IDs from column C, “device_id”")
    assert ready.ids() == [f"SPK26113F200{n}" for n in (8, 1, 2, 3)]


def test_what_is_dropped_is_read_as_what_is_pasted(ready: Technician) -> None:
    """Cells that were marked in a spreadsheet or a browser; Undo of the line takes them back."""
    ready.window.table.dropped.emit(OWN_NAMES, "")
    ready.sees("IDs from column C, “device_id”")
    ready.press("Undo")
    ready.until(lambda: not ready.ids(), "see the list gone")


def test_nothing_to_paste(ready: Technician) -> None:
    """It is said, since a person expects rows."""
    ready.window.table.setFocus()
    ready.paste(" \n\t\n")
    ready.sees_notice("There is no device in what you copied")


def test_a_list_whose_encoding_is_not_clear(ready: Technician, tmp_path: Path) -> None:
    """It is shown with what was made of its letters, and nothing is in the sheet before somebody has looked."""
    path = tmp_path / "werk.csv"
    path.write_bytes("device_id,label\nSPK26113F2001,Gerät 1\n".encode("cp1252"))
    drop(ready, path)
    ready.sees("some characters may be wrong: the file was read as Windows-1252")
    pick(ready, "encoding", "GB18030 (simplified Chinese)")
    rows = ready.window.import_page().rows.model()
    ready.until(lambda: rows.index(1, 1).data() == "Ger鋞 1", "see what GB18030 makes of it")
    ready.until(lambda: "may be wrong" not in ready.said, "see that what was picked is not in doubt")
    pick(ready, "encoding", "Windows-1252 (Western European)")
    ready.until(lambda: rows.index(1, 1).data() == "Gerät 1", "see the letters")
    ready.press("Add 1 row")
    ready.until(lambda: ready.ids() == ["SPK26113F2001"], "see the device")
    assert ready.cell(1, Column.LABEL) == "Gerät 1"


def test_a_workbook_whose_cells_have_lost_digits(ready: Technician, tmp_path: Path) -> None:
    """Zeros of a format stay, a number too long is named by its cell; saved, put right and opened, it is taken."""
    path, left = tmp_path / "erp.xlsx", tmp_path / "left.csv"
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    sheet = workbook.create_sheet(index=0)
    for cells in (("设备ID", "标签"), (123, "客厅"), (123456789012345678, "卧室")):
        sheet.append(cells)
    sheet["A2"].number_format = "000000"
    workbook.save(path)
    drop(ready, path)
    ready.sees("erp.xlsx: is this right?")
    ready.sees("1 can't be added")
    reasons = ready.window.import_page().reasons
    assert [reasons.item(at).text()[:8] for at in range(reasons.count())] == ["A3 is a "]
    ready.press("Save the rows that can't be added")
    ready.choose(left)
    ready.until(left.exists, "see the file")
    ready.press("Add 2 rows")
    ready.sees_states("ready", "incomplete")
    assert ready.ids() == ["000123", ""]
    ready.retype(2, "123456789012345678")
    ready.sees_states("ready", "ready")
    put_right = left.read_text(encoding="utf-8-sig").replace("123456789012345680", "SPK26113F2003")
    left.write_text(put_right, encoding="utf-8")
    drop(ready, left)
    ready.until(lambda: len(ready.ids()) == 3, "see the third device")


def test_a_list_goes_into_the_sheet_that_it_was_meant_for(
    bench: Bench, profile: Profile, open_window: Open, tmp_path: Path
) -> None:
    """Where another profile was chosen while it was read, it is left out: its devices may be of another channel."""
    path, reading, may_end = tmp_path / "list.csv", threading.Event(), threading.Event()
    path.write_text("SPK26113F2001\nSPK26113F2002\n")

    def slow(path: Path, name: str, choices: Choices, watch: ReadingProgress) -> Opened:
        reading.set()
        may_end.wait(10.0)
        return open_list(path, name, choices, watch)

    bench.has_profile(profile)
    bench.has_profile(replace(profile, name="Line 3"))
    with open_window() as me:
        opening = me.window.findChild(ListImportController)
        assert opening is not None
        opening.read_by(slow)
        me.scan("SPK26113F2000")
        drop(me, path)
        me.until(reading.is_set, "see it being read")
        me.choose_profile("Line 3")
        me.sees_states()
        may_end.set()
        me.sees("The list was not added")
        assert me.ids() == []


def test_a_long_list_can_be_stopped(ready: Technician, tmp_path: Path) -> None:
    """How far it is stands under the scan bar, with a button; stopped, nothing has come in."""

    def endless(path: Path, name: str, choices: Choices, watch: ReadingProgress) -> Opened:
        while True:
            watch.at(0.42)

    opening = ready.window.findChild(ListImportController)
    assert opening is not None
    opening.read_by(endless)
    drop(ready, tmp_path / "long.xlsx")
    ready.sees("Reading long.xlsx: 42%")
    ready.press("Stop")
    ready.until(lambda: "Reading" not in ready.said, "see it stopped")
    assert ready.ids() == []
    opening.read_by(open_list)
