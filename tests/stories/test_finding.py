"""One row among many: by its state, by a text, by its place, while scans come in and a run goes on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from bindtool.core.sheet_view.columns import Column
from tests.gui import acting
from tests.stories.keyboard import SLOW_PERSON, Keyboard, needs_keyboard

if TYPE_CHECKING:
    from bindtool.core.profiles.profile import Profile
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician


def ids(me: Technician) -> list[str]:
    """Return the ids that are shown, from top to bottom."""
    model = me.window.model
    return [str(model.index(at, Column.DEVICE_ID).data()) for at in range(model.rowCount())]


def test_which_ones_were_refused(ready: Technician) -> None:
    """Press a count and only its rows are there; scans go on, and nothing gets lost that is not seen."""
    ready.scan("SPK26110003", "SPK26110000", "SPK26110002")
    ready.bind()
    ready.press("Refused 1")
    assert ids(ready) == ["SPK26110000"]
    ready.sees("1 of 3 rows")

    ready.keys("Esc")
    ready.scan("SPK26110001")
    ready.sees("1 new row is not shown here")
    assert ids(ready) == ["SPK26110000"]
    ready.bind()
    ready.press("Bound 3 · channel not checked")
    assert ids(ready) == ["SPK26110001", "SPK26110002", "SPK26110003"]

    ready.keys("Alt+W")
    assert len(ids(ready)) == 4


def test_a_search_takes_the_words_of_the_window(bench: Bench, profile: Profile, open_window: Open) -> None:
    """In Chinese a reason is Chinese and is found as it is read; a scan goes to the sheet all the same."""
    bench.has_profile(profile)
    with open_window(language="zh_CN") as me:
        me.paste("SPK2611002\nSPK2611003\nSPK2611002\nSPK2611001")
        me.until(lambda: "待绑定 3" in me.summary, "see three ready")
        me.keys("Ctrl+F")
        acting.find(me.window, QLineEdit, "查找").insert("相同")  # as an input method does
        assert ids(me) == ["SPK2611002"]
        me.window.scan_bar.field.setFocus()
        me.scan("SPK2611009")
        assert ids(me) == ["SPK2611002"]
        me.sees("1 个新行不在当前显示范围内")
        me.keys("Esc")
        assert len(ids(me)) == 5


def test_a_run_in_a_view_that_is_sorted_and_narrowed(ready: Technician) -> None:
    """Rows leave the ready ones as they are bound, and the bound ones stand in the order of their ids."""
    ready.paste("\n".join(f"SPK26{n * 37 % 120:04d}1" for n in range(120)))
    ready.sees_step_button("Bind 120 devices")
    ready.select(60)
    ready.keys("Alt+V")
    ready.press("Ready 120")
    assert ids(ready) == sorted(ids(ready))
    ready.bind()
    ready.until(lambda: ids(ready) == [], "see none ready")
    ready.press("Bound 120 · channel not checked")
    assert ids(ready) == [f"SPK26{n:04d}1" for n in range(120)]


@needs_keyboard
def test_labels_are_typed_down_a_narrowed_table(ready: Technician, keyboard: Keyboard) -> None:
    """Each row leaves the ready ones until the disk has its label; the next row gets the next label even so."""
    ready.scan(*(f"SPK26113F200{number}" for number in range(1, 5)))
    ready.press("Ready 4")
    table = ready.window.table
    table.setCurrentIndex(ready.window.model.index(0, Column.LABEL))
    table.setFocus()

    def labelled(number: int, label: str) -> bool:
        return ready.cell(number, Column.LABEL) == label

    for number, label in ((4, "shelf 1"), (3, "shelf 2"), (2, "shelf 3")):
        keyboard.type(label, "Return", pace=SLOW_PERSON)
        ready.until(partial(labelled, number, label), "see the label")
        assert table.hasFocus()
    assert ready.window.model.filter.text == ""
    keyboard.type("shelf 4", pace=SLOW_PERSON)
    ready.window.scan_bar.field.setFocus()
    ready.until(partial(labelled, 1, "shelf 4"), "see the label")
    assert ready.window.scan_bar.field.hasFocus()
