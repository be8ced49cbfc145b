"""What is handed back: the day's report, what has to be handled, and the summary for the chat."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from bindtool.core.sheet_view.columns import Column
from bindtool.gui.common.util.file_dialogs import SaveDialog
from bindtool.i18n.catalogue import Texts
from tests.gui import acting
from tests.session_bus import BusService, needs_bus

if TYPE_CHECKING:
    from pathlib import Path

    from bindtool.core.profiles.profile import Profile
    from tests.stories.conftest import Open
    from tests.stories.technician import Technician

GOOD, REFUSED, FINE = "SPK2001", "SPK0000", "SPK2002"


def hand_over(me: Technician, operator: str, words: Texts) -> None:
    """Let another person go on."""
    me.press(words("head.operator"))
    me.fill_in(words("details.operator"), operator)
    me.press(words("details.done"))


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_day_in_two_presses(profile: Profile, open_window: Open, tmp_path: Path, language: str) -> None:
    """Two people, two sheets: the corner offers the day's report, and its dialog needs nothing but Save."""
    words = Texts(language)
    with open_window(profile, language=language) as me:
        me.scan(GOOD)
        me.press(words("foot.bind_name"))
        me.press(words("confirm.bind_now"))
        me.sees_the_end()
        me.do(words("menu.new_sheet"))
        me.until(lambda: me.states() == [], "see a new sheet")
        hand_over(me, "B07", words)
        me.scan(FINE)
        me.press(words("foot.bind_name"))
        me.press(words("confirm.bind_now"))
        me.sees_the_end()

        me.sees_step_button(words("foot.report"))
        acting.press(me.window.footer, words("foot.report_name"))
        me.until(lambda: isinstance(me.front(), SaveDialog), "be asked where to")
        dialog = me.front()
        assert isinstance(dialog, SaveDialog)
        dialog.setDirectory(str(tmp_path))
        (offered,) = dialog.selectedFiles()
        me.keys("Return")
        me.sees_notice(words("files.saved", file=offered))
    (saved,) = tmp_path.glob("*.xlsx")
    lines, summary = load_workbook(saved).worksheets
    found = list(lines.iter_rows(min_row=2, values_only=True))
    assert [(line[1], line[3]) for line in found] == [(GOOD, "bound"), (FINE, "bound")]
    assert found[1][10] == "B07"
    said = [[cell for cell in line if cell is not None] for line in summary.iter_rows(values_only=True)]
    assert [words("report.total"), 2, 2, 0, 0, 0] in said


def test_a_saved_report_is_opened(profile: Profile, open_window: Open, tmp_path: Path) -> None:
    """The file in its program, or its folder; where no program does, that is said."""
    opened: list[str] = []

    def open_page(address: str) -> bool:
        opened.append(address)
        return len(opened) < 2

    files = (tmp_path / "one.csv", tmp_path / "two.csv")
    with open_window(profile, open_page=open_page) as me:
        me.scan(GOOD)
        for file, button in zip(files, ("Open", "Show in folder"), strict=True):
            me.do("Save this sheet's report…")
            me.choose(file)
            me.press(button)
        me.sees_notice("No program on this computer opens this file")
    assert opened == [files[0].as_uri(), tmp_path.as_uri()]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems' file managers are no services")
@needs_bus
def test_a_saved_report_is_chosen_in_its_folder(ready: Technician, tmp_path: Path) -> None:
    """GIVEN a desktop with a file manager THEN that shows the file, chosen."""
    name = "org.freedesktop.FileManager1"
    manager = BusService(os.environ["DBUS_SESSION_BUS_ADDRESS"], name, lambda *_: ("", ()))
    try:
        ready.scan(GOOD)
        ready.do("Save this sheet's report…")
        ready.choose(tmp_path / "报告 1.csv")
        ready.press("Show in folder")
        ready.until(lambda: bool(manager.calls), "see the file manager asked")
        assert manager.calls == [(name, "ShowItems", ([(tmp_path / "报告 1.csv").as_uri()], ""))]
    finally:
        manager.close()


def test_what_failed_is_put_right_and_opened_again(ready: Technician, tmp_path: Path) -> None:
    """The refused one alone goes into a file; with its id put right there, a new sheet takes it and binds it."""
    ready.scan(GOOD, REFUSED)
    ready.bind()
    ready.sees_states("bound", "refused")
    file = tmp_path / "failed.csv"
    ready.do("Save the rows to handle…")
    ready.choose(file)
    ready.sees_notice("Report saved")
    text = file.read_text(encoding="utf-8-sig")
    assert GOOD not in text
    file.write_text(text.replace(REFUSED, FINE), encoding="utf-8-sig")
    ready.do("New sheet")
    ready.answer("New sheet")
    ready.until(lambda: ready.states() == [], "see a new sheet")
    ready.do("Open a list…")
    ready.choose(file)
    ready.sees_states("ready")
    assert (ready.cell(1, Column.DEVICE_ID), ready.cell(1, Column.LABEL)) == (FINE, "智能音箱-PK0000")


def test_the_summary_for_the_chat(ready: Technician) -> None:
    """One press puts the sheet in four lines on the clipboard."""
    ready.scan(GOOD, REFUSED)
    ready.bind()
    ready.sees_states("bound", "refused")
    ready.press("Copy summary")
    ready.sees_notice("Summary copied")
    day, bound, others, operators = ready.copied().splitlines()
    assert day.endswith(" Line 2")
    assert bound == "Planned 2, bound 1 · channel not checked"
    assert others == "Refused 1, unknown 0, open 0"
    assert operators == "Operators: none"
