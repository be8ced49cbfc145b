"""A list is asked about while somebody scans on: each scan is a row, and none of its keys answers."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtTest import QSignalSpy

from bindtool.core.scanner.scan_rules import ScannerRules, ScanRules
from tests.stories.keyboard import Keyboard, needs_keyboard
from tests.stories.test_lists import TWO_NAMES, choose_column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bindtool.core.profiles.profile import Profile
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

pytestmark = [needs_keyboard, pytest.mark.long]

SCANNED = "SPK 26 F2"
FAST, SLOWER, SLOW = 1, 90, 300
"""Milliseconds, of which xdotool waits half from key to key."""
USUAL, PATIENT = ScannerRules(), ScannerRules(longest_gap=250)
RETURN, TAB = ("Return",), ("Tab",)


def field(me: Technician) -> None:
    """The keys are where they were."""
    me.window.scan_bar.field.setFocus()


def picker(me: Technician) -> None:
    """Somebody has looked for the column, and let the picker stand."""
    me.window.import_page().pickers["id_column"].setFocus()


def open_picker(me: Technician) -> None:
    """The columns are listed."""
    picker(me)
    me.window.import_page().pickers["id_column"].showPopup()


def table(me: Technician) -> None:
    """A column was clicked on."""
    me.window.import_page().rows.setFocus()


def add(me: Technician) -> None:
    """Somebody was about to answer."""
    me.window.import_page().add.setFocus()


def cancel(me: Technician) -> None:
    """Or about to leave it."""
    me.window.import_page().cancel.setFocus()


PLACES = (field, picker, table, add, cancel)
KEYS = (
    *((place, USUAL, FAST, ends) for place in (*PLACES, open_picker) for ends in (RETURN, TAB, TAB + RETURN)),
    *((place, USUAL, SLOWER, RETURN) for place in PLACES),
    *((place, USUAL, SLOW, RETURN) for place in (*PLACES, open_picker)),
    *((place, PATIENT, SLOW, ends) for place in (field, add) for ends in (TAB, TAB + RETURN)),
)


@contextmanager
def asked(profile: Profile, open_window: Open, rules: ScannerRules) -> Iterator[Technician]:
    """Give a technician who is asked about a list and has chosen its column."""
    with open_window(replace(profile, scan=ScanRules(scanner=rules))) as me:
        me.paste(TWO_NAMES)
        choose_column(me, "B 出厂编号")
        yield me


@pytest.mark.parametrize(
    ("place", "rules", "delay", "ends"),
    KEYS,
    ids=lambda one: getattr(one, "__name__", "+".join(one) if isinstance(one, tuple) else None),
)
def test_a_scan_is_a_row_and_no_answer(
    bench: Bench,
    profile: Profile,
    open_window: Open,
    keyboard: Keyboard,
    place: Callable[[Technician], None],
    rules: ScannerRules,
    delay: int,
    ends: tuple[str, ...],
) -> None:
    """Wherever the keys go, fast and slow, with each end: it is added, the list waits as it was chosen."""
    with asked(profile, open_window, rules) as me:
        page = me.window.import_page()
        chosen = QSignalSpy(page.chosen)
        place(me)

        keyboard.scan(SCANNED, delay=delay, end=ends)

        me.until(lambda: me.ids() == [SCANNED], "see the scan")
        assert page.isVisible()
        assert (chosen.count(), page.pickers["id_column"].currentText()) == (0, "B 出厂编号")
        me.press("Add 5 rows")
        me.until(lambda: len(me.ids()) == 6, "see the list")


def test_a_person_adds_by_the_keys(bench: Bench, profile: Profile, open_window: Open, keyboard: Keyboard) -> None:
    """A second after the last key; too soon after a scan it is no answer."""
    with asked(profile, open_window, USUAL) as me:
        add(me)
        keyboard.scan_lines(SCANNED)
        me.until(lambda: me.ids() == [SCANNED], "see the scan")
        keyboard.press("space")
        assert me.window.import_page().isVisible()
        keyboard.run("sleep", "1.2")
        keyboard.press("space")
        me.until(lambda: len(me.ids()) == 6, "see the list")
