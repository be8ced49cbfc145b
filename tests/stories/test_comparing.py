"""397 of 400: which three are missing, and which are too many."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NoReturn

from PySide6.QtGui import QGuiApplication

from bindtool.gui.sheet.tools.compare_panel import Side
from bindtool.gui.sheet.tools.list_import_controller import ListImportController
from tests.gui.loop import PATIENCE
from tests.stories.test_lists import TWO_NAMES, choose_column

if TYPE_CHECKING:
    from pathlib import Path

    from bindtool.core.common.progress import ReadingProgress
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.tabular.table.result import Choices
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

IDS = [f"SPK26113F20{number:02X}" for number in range(0xA0, 0xB0)]


def copied_elsewhere(*lines: str) -> None:
    """Let somebody copy lines in another program."""
    QGuiApplication.clipboard().setText("\n".join(lines))


def test_which_are_not_scanned(ready: Technician, tmp_path: Path) -> None:
    """The ERP's list is pasted, the missing ones are counted down as they are scanned, and can be handed out."""
    ready.scan("SPK26113F20A1", "SPK26113F20FF", "SPK26113F20A3")
    ready.keys("Ctrl+Shift+O")
    copied_elsewhere("设备ID\t标签", "SPK26113F20A0\ta", " spk26113F20A1\tb", "SPK26113F20A1 \tc", "SPK26113F20A3")
    ready.keys("Ctrl+V")
    ready.sees("Pasted list: 4 devices. Kept until this window is closed.")
    ready.sees("2 not scanned")
    ready.press("Copy")
    assert ready.copied() == "SPK26113F20A0\nspk26113F20A1"
    ready.sees_notice("2 lines copied")

    ready.keys("Esc")
    ready.scan("SPK26113F20A0")
    ready.sees("1 not scanned")

    panel = ready.place.controller.compare()
    panel.look_at(Side.EXTRA)
    ready.press("Select these rows")
    assert ready.window.table.selected_numbers() == [2]
    ready.press("Save as a file")
    ready.choose(tmp_path / "extra.csv")
    ready.sees_notice("extra.csv")
    assert (tmp_path / "extra.csv").read_text(encoding="utf-8-sig") == "device_id\nSPK26113F20FF\n"

    ready.keys("Esc")
    ready.scan("spk26113F20A1")
    ready.sees("All devices in the list have been scanned")
    ready.press("Close the comparison")
    assert ready.window.scan_bar.field.hasFocus()


def test_a_list_from_a_file(ready: Technician, tmp_path: Path) -> None:
    """It is opened as any list is; a repeat is told, what is no device is left out; it belongs to its sheet."""
    listed = tmp_path / "WO-1125.csv"
    listed.write_text("device_id,label\n" + "\n".join([*IDS, IDS[0], "=SPK26"]), encoding="utf-8")
    ready.paste("\n".join(IDS[:-1]))
    ready.sees_step_button(f"Bind {len(IDS) - 1} devices")
    ready.keys("Ctrl+Shift+O")
    ready.press("Open its file")
    ready.choose(listed)
    ready.sees("WO-1125.csv: 16 devices")
    ready.sees("1 not scanned")
    panel = ready.place.controller.compare()
    panel.look_at(Side.REPEATS)
    ready.press("Copy")
    assert ready.copied() == f"{IDS[0]}\t2"
    ready.press("Save as a file")
    ready.choose(tmp_path / "twice.csv")
    ready.sees_notice("twice.csv")
    assert (tmp_path / "twice.csv").read_text(encoding="utf-8-sig") == f"device_id,times\n{IDS[0]},2\n"
    ready.press("Save as a file")
    ready.choose(tmp_path / "none" / "twice.csv")
    ready.sees_notice("none")

    ready.keys("Ctrl+N")
    ready.answer("New sheet")
    ready.sees("paste it, or open its file")


def test_a_list_in_doubt(ready: Technician) -> None:
    """Which column is compared is asked as for any list, and remembered."""
    ready.scan("SPK26113F2001", "SPK26113F2002")
    ready.keys("Ctrl+Shift+O")
    copied_elsewhere(*TWO_NAMES.split("\n"))
    ready.press("Paste the list")
    choose_column(ready, "B 出厂编号")
    ready.press("Compare with 5 rows")
    ready.sees("Pasted list: 5 devices.")
    ready.sees("3 not scanned")
    assert len(ready.states()) == 2
    ready.press("Paste the list")
    ready.until(lambda: "3 not scanned" in ready.said, "see it compared again")


def test_what_is_no_list(ready: Technician, tmp_path: Path) -> None:
    """A picture is refused by name, and a clipboard without an id too; what was there stays."""
    ready.keys("Ctrl+Shift+O")
    (tmp_path / "photo.csv").write_bytes(b"\x89PNG\r\n")
    ready.press("Open its file")
    ready.choose(tmp_path / "photo.csv")
    ready.until(lambda: bool(ready.notice), "be told")
    copied_elsewhere("", "  ")
    ready.press("Paste the list")
    ready.sees_notice("There is no device ID in that list")
    ready.sees("paste it, or open its file")


class Endless:
    """A file that is read for as long as nobody says stop."""

    def __init__(self) -> None:
        self.ended = threading.Event()

    def read(self, path: Path, name: str, choices: Choices, watch: ReadingProgress) -> NoReturn:
        """Read, and say how far it is."""
        try:
            while True:
                watch.at(0.42)
        finally:
            self.ended.set()


def endless(technician: Technician, folder: Path) -> Endless:
    """Let every file that is compared with be one."""
    (folder / "long.xlsx").touch()
    opening = technician.window.findChild(ListImportController)
    assert isinstance(opening, ListImportController)
    made = Endless()
    opening.read_by(made.read)
    return made


def test_a_long_list_holds_no_window(bench: Bench, profile: Profile, open_window: Open, tmp_path: Path) -> None:
    """Who closes the window waits for no list: reading it went on in a thread that kept the program alive."""
    bench.has_profile(profile)
    with open_window() as me:
        me.scan("SPK1")
        file = endless(me, tmp_path)
        me.keys("Ctrl+Shift+O")
        me.press("Open its file")
        me.choose(tmp_path / "long.xlsx")
        me.sees("Reading long.xlsx: 42%")
    assert file.ended.wait(PATIENCE / 1000)
