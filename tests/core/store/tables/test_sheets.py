"""Sheets are made, changed, closed and found again."""

from __future__ import annotations

from dataclasses import replace

from bindtool.core.model.row import SheetHead
from bindtool.core.store import Store
from tests.core.store.samples import START, row


def test_a_head_comes_back(store: Store) -> None:
    """All that was given for a sheet, with the time and an id of its own."""
    head = store.sheets.create(profile="Line 2", job="WO-1125", expected=400, operator="王工").result()
    assert head == SheetHead(head.sheet_id, START, "Line 2", "WO-1125", 400, "王工", "window")
    assert store.sheets.current("Line 2") == head
    assert store.sheets.all() == (head,)


def test_a_sheet_comes_with_its_first_rows(store: Store) -> None:
    """They are written in one step: no crash can leave a sheet of a file without its devices."""
    commits = store.commits
    head = store.sheets.create(origin="devices.csv", put=[row(2), row(5)]).result()
    assert store.commits == commits + 1
    assert [found.number for found in store.sheets.load(head.sheet_id)] == [2, 5]
    assert store.sheets.last_number(head.sheet_id) == 5


def test_a_head_can_be_changed(store: Store) -> None:
    """What a person changes is written; where the sheet came from and when stays."""
    head = store.sheets.create(profile="Line 2", expected=400).result()
    changed = replace(head, profile="", job="WO-1126", expected=None, operator="A13")
    store.sheets.update(replace(changed, origin="elsewhere")).result()
    assert store.sheets.current("") == changed


def test_the_current_sheet_is_the_newest_open_one(store: Store) -> None:
    """A closed sheet is not current, one of a file or of another profile is not either, and all stay listed."""
    assert store.sheets.current("") is None
    first, second = store.sheets.create().result(), store.sheets.create().result()
    of_file = store.sheets.create(origin="\udcff.csv").result()
    other = store.sheets.create(profile="Line 2").result()
    assert store.sheets.current("") == second
    assert store.sheets.current("Line 2") == other
    assert store.sheets.current("", "\udcff.csv") == replace(of_file, origin="\ufffd.csv")
    store.sheets.close(second.sheet_id).result()
    assert store.sheets.current("") == first
    store.sheets.close(first.sheet_id).result()
    assert store.sheets.current("") is None
    newest_first = [other, of_file, second, first]
    assert [head.sheet_id for head in store.sheets.all()] == [head.sheet_id for head in newest_first]


def test_a_sheet_makes_room_for_the_next(store: Store) -> None:
    """The old one is closed and the new one has its profile and operator, in one step."""
    old = store.sheets.create(profile="Line 2", job="WO-1125", expected=400, operator="A12").result()
    new = store.sheets.renew(old).result()
    assert new == SheetHead(old.sheet_id + 1, START, "Line 2", operator="A12")
    assert store.sheets.current("Line 2") == new
    store.sheets.close(new.sheet_id).result()
    assert store.sheets.current("Line 2") is None


def test_a_number_outlives_its_row(store: Store) -> None:
    """The highest number that was ever given is known, so that none is given twice."""
    sheet_id = store.sheets.create().result().sheet_id
    assert store.sheets.last_number(sheet_id) == 0
    store.sheets.save(sheet_id, [row(1), row(7)]).result()
    store.sheets.save(sheet_id, drop=[7]).result()
    store.sheets.save(sheet_id, [row(2)]).result()
    assert store.sheets.last_number(sheet_id) == 7
    assert store.sheets.last_number(sheet_id + 1) == 0
