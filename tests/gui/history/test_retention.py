"""Sheets are kept for ever, or as long as somebody has said."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from bindtool.core.store import History, Store
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.history.retention import DAYS, Retention, RetentionFields
from bindtool.i18n.catalogue import Texts
from tests.core.store.samples import row
from tests.gui.acting import can_see, press
from tests.gui.clocks import HandClock
from tests.gui.conftest import Show
from tests.gui.loop import finish


@pytest.fixture
def retention(settings: QSettings, store: Store, clock: HandClock) -> Retention:
    """Give the setting of a window."""
    return Retention(settings, store, History(store.path), clock)


def closed_sheets(store: Store, clock: HandClock, *days_ago: int) -> list[int]:
    """Leave sheets that were closed so many days ago."""
    now, ids = clock.time, []
    for days in days_ago:
        clock.time = now - timedelta(days=days)
        ids.append(store.sheets.create(put=[row(1)]).result().sheet_id)
        store.sheets.close(ids[-1]).result()
    clock.time = now
    return ids


def test_nothing_is_old_while_nobody_has_said_so(retention: Retention, store: Store, clock: HandClock) -> None:
    """Sheets are kept for ever."""
    closed_sheets(store, clock, 5000)
    assert (retention.days, retention.old_sheets()) == (0, ())


@pytest.mark.parametrize("days", DAYS)
def test_the_setting_stays(retention: Retention, settings: QSettings, days: int) -> None:
    """Whoever opens the window the next day finds it."""
    retention.keep_for(days)
    assert retention.days == days
    assert f"keep_sheets_days={days}\n" in Path(settings.fileName()).read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["-1", "7", "soon", ""])
def test_a_setting_that_is_none_of_ours(retention: Retention, settings: QSettings, text: str) -> None:
    """It deletes nothing."""
    settings.setValue("keep_sheets_days", text)
    assert retention.days == 0


def test_old_sheets_go(
    retention: Retention, store: Store, clock: HandClock, tasks: BackgroundTasks, qtbot: QtBot
) -> None:
    """Those that were closed longer ago, and no others."""
    young, old, older = closed_sheets(store, clock, 89, 91, 400)
    retention.keep_for(90)
    assert retention.old_sheets() == (old, older)
    assert finish(qtbot, retention.delete_old()) == 2
    assert [head.sheet_id for head in store.sheets.all()] == [young]
    assert retention.old_sheets() == ()


@pytest.mark.usefixtures("tasks")
def test_no_copy_has_them(
    settings: QSettings, database: Path, clock: HandClock, qtbot: QtBot, tmp_path: Path
) -> None:
    """A copy without them takes the place of those that have; while nothing is deleted, they stay."""
    with Store(database, clock, copies=tmp_path / "copies") as store:
        retention = Retention(settings, store, History(database), clock)
        retention.keep_for(90)
        closed_sheets(store, clock, 91)
        for _ in range(2):
            store.copies.make()
        assert finish(qtbot, retention.delete_old()) == 1
        (copy,) = store.copies.files
        assert finish(qtbot, retention.delete_old()) == 0
        assert store.copies.files == (copy,)
    assert History(copy.path).old_sheets(clock.time) == ()


def test_the_fields(texts: Texts, show: Show) -> None:
    """A choice by a person is told; the button is there while there is something to delete."""
    fields = RetentionFields(texts)
    show(fields)
    chosen: list[int] = []
    wanted: list[bool] = []
    fields.days_chosen.connect(chosen.append)
    fields.delete_requested.connect(lambda: wanted.append(True))
    fields.show_days(365)
    assert fields.days.currentText() == "365 days"
    assert chosen == []
    fields.days.setCurrentIndex(fields.days.findText("30 days"))
    fields.days.activated.emit(fields.days.currentIndex())
    assert chosen == [30]
    fields.show_old(1)
    press(fields, "Delete 1 old sheet…")
    assert wanted == [True]
    fields.show_old(0)
    assert not can_see(fields, "Delete 0 old sheets…")
    fields.show_days(7)
    assert fields.days.currentText() == "forever"
