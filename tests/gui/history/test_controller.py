"""The history in the window: devices and sheets are found, opened, copied, exported, and deleted when asked."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, Qt
from PySide6.QtGui import QClipboard
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from bindtool.core.model.ledger_entry import SharedEntry
from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.model.row import Row
from bindtool.core.profiles.profile import Profile
from bindtool.core.store import Store
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.history.controller import HistoryController
from bindtool.gui.history.record_model import RecordModel
from bindtool.gui.services import Services
from bindtool.gui.sheet.document import SheetDocument
from bindtool.i18n.catalogue import Texts
from tests.core.store.samples import ANSWER, CHANNEL, KINDS, REFUSAL, START, devices, row, sending, settled, told
from tests.gui.acting import can_see, key, keys, press, said
from tests.gui.clocks import HandClock
from tests.gui.conftest import Show
from tests.gui.loop import PATIENCE, finish
from tests.gui.services import services_on
from tests.gui.whole_window import EquippedWindow, navigation

PROFILE = Profile("Line 2", CHANNEL.connector_id)
LAST_MONTH = START - timedelta(days=31)


@pytest.fixture
def practice() -> bool:
    """Tell whether it is practice mode."""
    return False


@pytest.fixture
def services(store: Store, clock: HandClock, tasks: BackgroundTasks, tmp_path: Path, *, practice: bool) -> Services:
    """Give what a window stands on."""
    return replace(services_on(store, clock, tasks, tmp_path), practice=practice)


class Person:
    """Somebody at a window, whose laptop has sheets of last month and of today."""

    def __init__(
        self, qtbot: QtBot, window: EquippedWindow, document: SheetDocument, services: Services, texts: Texts
    ) -> None:
        self.qtbot = qtbot
        self.window = window
        self.document = document
        self.services = services
        self.history = HistoryController(window, texts, document, window.table, services)
        navigation(window, services.input_mode, lambda: self.history)

    def opens_history(self) -> None:
        """Press its key, and wait until all is found."""
        QTest.keyClick(self.window, Qt.Key.Key_H, Qt.KeyboardModifier.AltModifier)
        self.until(lambda: "Sheets (2)" in self.tabs)

    def searches(self, text: str) -> None:
        """Type what is looked for, with Return, as a scanner does."""
        keys(self.history.page.filter.text, text)
        key(self.history.page.filter.text, Qt.Key.Key_Return)

    def sees_devices(self, *cells: tuple[str, str]) -> None:
        """Wait until these ids and states are found, and no others."""
        self.until(lambda: self.devices == list(cells))

    def finds(self, device_id: str, state: str) -> None:
        """Look for a device in the history, and wait until it alone is found."""
        self.opens_history()
        self.searches(device_id)
        self.sees_devices((device_id, state))

    def opens_sheet(self) -> None:
        """Open the sheet of the device that was found."""
        press(self.window, "Open the sheet")
        self.until(lambda: self.page is self.history.past)

    def until(self, so: Callable[[], bool]) -> None:
        """Wait until something is so."""
        self.qtbot.waitUntil(so, timeout=PATIENCE)

    def meets(self, so: Callable[[], bool]) -> None:
        """Wait as `until` does, but look after each turn of the event loop: what lasts for a step is met, too."""
        deadline = QDeadlineTimer(PATIENCE)
        while not so():
            assert not deadline.hasExpired()
            QCoreApplication.processEvents()

    @property
    def tabs(self) -> list[str]:
        """The names of the two tables."""
        return [self.history.page.tabs.tabText(at) for at in range(2)]

    @property
    def devices(self) -> list[tuple[str, str]]:
        """The ids and states that were found."""
        model = self.history.page.devices.model()
        return [(model.index(at, 1).data(), model.index(at, 3).data()) for at in range(model.rowCount())]

    @property
    def page(self) -> object:
        """The page in front."""
        return self.window.pages.currentWidget()

    def exports_to(self, path: Path, *, leaves: bool = False) -> None:
        """Press its key, name a file in the dialog, and wait for the word; back at the sheet if it `leaves`."""
        # Without a window manager nobody gives the keys back when a dialog has closed.
        self.window.activateWindow()
        self.until(self.window.isActiveWindow)
        QTest.keyClick(self.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        dialog = self.dialog()
        dialog.fileSelected.emit(str(path))
        dialog.close()
        dialog.deleteLater()
        if leaves:
            press(self.window, "Back to scanning")
        self.until(lambda: str(path) in said(self.window))

    def keeps_sheets(self, days: str) -> None:
        """Choose how long sheets are kept."""
        choice = self.history.page.keep.days
        choice.setCurrentText(days)
        choice.activated.emit(choice.currentIndex())

    def dialog(self) -> QFileDialog:
        """Wait for the dialog that asks for a file."""
        self.until(lambda: bool(self.window.findChildren(QFileDialog)))
        (dialog,) = self.window.findChildren(QFileDialog)
        return dialog


def send(store: Store, sheet_id: int, rows: list[Row], state: State, answer: Answer | None, end: str) -> None:
    """Send rows in a run of their own."""
    run_id = store.runs.begin(sheet_id, CHANNEL, devices(*rows), operator="A12", profile="Line 2").result()
    numbers = [one.number for one in rows]
    store.runs.begin_request(run_id, 1, sending(*numbers)).result()
    store.runs.settle(run_id, settled(state, *numbers, answer=answer), 1, KINDS[state]).result()
    store.runs.end(run_id, end).result()


def fill(store: Store, clock: HandClock) -> None:
    """Leave a sheet of last month, closed, with three devices bound and one refused."""
    clock.time = LAST_MONTH
    rows = [replace(row(number), added_at=LAST_MONTH) for number in range(1, 5)]
    old = store.sheets.create(profile="Line 2", job="WO-7", operator="A12", put=rows).result().sheet_id
    send(store, old, rows[:3], State.BOUND, replace(ANSWER, time=LAST_MONTH), "finished")
    send(store, old, rows[3:], State.REFUSED, replace(REFUSAL, time=LAST_MONTH), "stopped")
    store.sheets.save(old, [replace(rows[2], device_id="CORRECTED", outcome=Outcome())]).result()
    store.sheets.close(old).result()
    clock.time = START


@pytest.fixture
def window(texts: Texts, show: Show, *, practice: bool) -> EquippedWindow:
    """Give the window on the screen."""
    window = EquippedWindow(texts, practice=practice)
    show(window)
    return window


@pytest.fixture
def person(
    qtbot: QtBot, window: EquippedWindow, services: Services, store: Store, clock: HandClock, texts: Texts
) -> Person:
    """Give somebody with an old sheet, and today's with a device of then and a new one."""
    document = SheetDocument(window.model, store, clock, services.tasks)
    fill(store, clock)
    store.sheets.create(profile="Line 2", job="WO-8", put=[row(1), row(2, "NEW")]).result()
    finish(qtbot, document.open(PROFILE))
    return Person(qtbot, window, document, services, texts)


def read_csv(path: Path) -> list[dict[str, str]]:
    """Return the lines of an export."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def model_of(person: Person) -> RecordModel[object]:
    """Return what the table of devices shows."""
    model: RecordModel[object] = person.history.page.devices.model()  # type: ignore[assignment]
    return model


def test_everything_is_found_at_first(person: Person) -> None:
    """Of today and of earlier days, the newest first; nothing of it blocks the window."""
    person.opens_history()
    assert person.history.page.devices.isColumnHidden(5)
    assert not person.history.page.filter.benches.isVisible()
    person.sees_devices(
        ("NEW", "not sent"), ("SPK0001", "not sent"),
        ("SPK0003", "bound"), ("SPK0002", "bound"), ("SPK0001", "bound"),
        ("SPK0004", "refused"), ("CORRECTED", "not sent"),
    )  # fmt: skip
    assert person.tabs == ["Devices (7)", "Sheets (2)"]
    assert QApplication.activeModalWidget() is None
    assert "row 2 of WO-8" in said(person.window)


def test_a_device_of_then_on_todays_sheet(person: Person) -> None:
    """A scan into the search finds both; the next scan takes its place."""
    person.opens_history()
    person.searches("SPK0001")
    person.sees_devices(("SPK0001", "not sent"), ("SPK0001", "bound"))
    person.searches("SPK0003")
    person.sees_devices(("SPK0003", "bound"))
    assert "Speaker 3 · by A12 · log ID 20261125093005ABCDEF · row 3 of WO-7" in said(person.window)


def test_an_id_is_read_as_a_scan_is(person: Person) -> None:
    """What is looked for is the device's id as the sheet would have it, here out of full-width letters."""
    person.opens_history()
    person.history.page.filter.text.setText("\uff33\uff30\uff2b\uff10\uff10\uff10\uff13")
    person.searches("")
    person.sees_devices(("SPK0003", "bound"))
    assert person.history.page.filter.text.text() == "SPK0003"


def test_what_was_typed_is_looked_for_by_itself(person: Person) -> None:
    """After a moment without keys; a state narrows it down."""
    person.opens_history()
    keys(person.history.page.filter.text, "spk")
    person.until(lambda: person.tabs[0] == "Devices (5)")
    person.history.page.filter.state.setCurrentText("refused")
    person.sees_devices(("SPK0004", "refused"))
    person.until(lambda: person.tabs[1] == "Sheets (1)")


def test_nothing_is_found(person: Person) -> None:
    """It is said in words, and there is nothing to open, copy or export."""
    person.opens_history()
    person.searches("6901234567892")
    person.sees_devices()
    person.until(lambda: person.tabs[1] == "Sheets (0)")
    page = person.history.page
    assert "it was not bound from here" in page.devices.accessibleDescription()
    assert "No sheet contains" in page.sheets.accessibleDescription()
    for button in (page.copy_button, page.open_button, page.export_button):
        assert not button.isEnabled()
        assert button.toolTip()
    page.filter.text.clear()
    page.filter.state.setCurrentText("unknown")
    person.until(lambda: "Nothing of that kind" in page.devices.accessibleDescription())
    assert person.devices == []


def test_a_laptop_on_which_nothing_was_done(
    qtbot: QtBot, window: EquippedWindow, services: Services, store: Store, texts: Texts
) -> None:
    """It says what will be found here."""
    document = SheetDocument(window.model, store, services.clock, services.tasks)
    someone = Person(qtbot, window, document, services, texts)
    window.actions_["history"].trigger()
    page = someone.history.page
    someone.until(lambda: "Nothing has been done on this computer yet" in page.devices.accessibleDescription())


def test_an_old_sheet_is_opened(person: Person, clipboard: QClipboard) -> None:
    """At the row of the device: the rows as they stand, and the requests with their log ids; Esc leads back.

    What publishing wants of it names the last run, with the channel and the sheet of then.
    """
    person.finds("SPK0004", "refused")
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(person.window, Qt.Key.Key_L, modifiers)
    person.until(lambda: clipboard.text() == REFUSAL.log_id)
    clipboard.clear()
    person.opens_sheet()
    past = person.history.past
    assert "WO-7 · Line 2 · A12 · 2026-10-25 09:30" in said(person.window)
    assert "4 rows: 2 bound, 1 refused, 0 unknown. It is read-only." in said(person.window)
    assert past.rows.rows() == [3]
    assert "row 4 · SPK0004 · refused" in said(person.window)
    press(person.window, "Copy log ID")
    assert clipboard.text() == REFUSAL.log_id
    assert "Log ID copied" in said(person.window)
    asked = QSignalSpy(person.history.publish_requested)
    press(person.window, "For publishing…")
    assert [(run.run_id, run.channel) for (run,) in (asked.at(0),)] == [(2, CHANNEL)]

    past.tabs.setCurrentIndex(1)
    assert [past.requests.model().index(at, 3).data() for at in range(2)] == ["1", "3"]
    assert "run 2" in said(person.window)
    past.requests.select([1])
    press(person.window, "Copy log ID")
    assert clipboard.text() == ANSWER.log_id
    press(person.window, "Show its devices")
    assert (past.tabs.currentIndex(), past.rows.rows()) == (0, [0, 1, 2])

    key(past.rows, Qt.Key.Key_Escape)
    assert person.page is person.history.page
    key(person.history.page.devices, Qt.Key.Key_Escape)
    assert person.page is person.window.sheet_page
    assert person.window.scan_bar.field.hasFocus()


def test_an_old_sheet_is_opened_from_the_list(person: Person) -> None:
    """By Return on its line; there is no log id to copy there."""
    person.opens_history()
    page = person.history.page
    page.tabs.setCurrentIndex(1)
    assert not can_see(person.window, "Copy log ID")
    page.sheets.select([1])
    assert "WO-7 · Line 2 · A12" in said(person.window)
    key(page.sheets, Qt.Key.Key_Return)
    person.until(lambda: person.page is person.history.past)
    press(person.window, "Back to history")
    assert person.page is page


def test_todays_sheet_is_where_it_was(person: Person) -> None:
    """It is not opened a second time: the window goes to its row, if it is there still."""
    person.finds("NEW", "not sent")
    press(person.window, "Open the sheet")
    assert person.page is person.window.sheet_page
    assert person.window.table.selected_numbers() == [2]
    person.window.actions_["history"].trigger()
    person.document.delete([2])
    press(person.window, "Open the sheet")
    assert person.page is person.window.sheet_page


def test_a_sheet_that_went_meanwhile(person: Person, store: Store) -> None:
    """It is said, and the page stays."""
    person.finds("SPK0003", "bound")
    assert store.sheets.delete(1, START).result()
    press(person.window, "Open the sheet")
    person.until(lambda: "its sheet was deleted" in said(person.window))
    assert person.page is person.history.page


def test_no_key_changes_what_is_out_of_sight(person: Person) -> None:
    """Keys of the sheet do nothing here, and are back when it is."""
    person.opens_history()
    actions = person.window.actions_
    assert not any(
        actions[name].isEnabled() for name in ("delete_rows", "next_step", "undo", "look_up", "save_report")
    )
    assert actions["back_to_scanning"].isEnabled()
    press(person.window, "Back to scanning")
    assert all(actions[name].isEnabled() for name in ("delete_rows", "next_step", "undo", "look_up", "save_report"))


def test_the_way_leads_back_to_where_it_began(person: Person) -> None:
    """Also to another page than the sheet's."""
    window = person.window
    window.show_page(window.welcome())
    window.actions_["history"].trigger()
    window.actions_["history"].trigger()
    press(window, "Back to scanning")
    assert person.page is window.welcome()
    assert not person.history.is_open


def test_what_was_found_is_exported(person: Person, tmp_path: Path) -> None:
    """All of it, the oldest first, as a table or as JSON lines."""
    person.opens_history()
    person.searches("SPK000")
    person.until(lambda: person.tabs[0] == "Devices (5)")
    person.exports_to(tmp_path / "history.csv")
    lines = read_csv(tmp_path / "history.csv")
    assert [(line["device_id"], line["status"], line["entry"]) for line in lines] == [
        ("SPK0004", "refused", ""),
        ("SPK0001", "bound", "1"),
        ("SPK0002", "bound", "2"),
        ("SPK0003", "bound", "3"),
        ("SPK0001", "unsent", ""),
    ]
    assert all(line["machine"] for line in lines)
    person.exports_to(tmp_path / "history.jsonl")
    text = (tmp_path / "history.jsonl").read_text(encoding="utf-8")
    assert json.loads(text.splitlines()[0])["device_id"] == "SPK0004"


def test_what_other_benches_have_bound(person: Person, store: Store, tmp_path: Path) -> None:
    """With the bench as a column, by whose name it is searched and exported; it can be left out."""
    page = person.history.page
    store.benches.take_in([told(1, machine="bench-3"), told(2, minutes=-1, machine="bench-7")]).result()
    person.opens_history()
    person.until(lambda: person.tabs[0] == "Devices (9)")
    assert "History of all benches" in said(person.window)
    assert not page.devices.isColumnHidden(5)
    person.searches("BENCH-3")
    person.sees_devices(("SPK9001", "bound"))
    assert "Other 1 · at bench-3 by 李 · log ID LOG9001 · WO-9" in said(person.window)
    assert not page.open_button.isEnabled()
    assert page.open_button.toolTip() == "Its sheet is on the computer of bench-3"

    person.exports_to(tmp_path / "history.csv")
    (line,) = read_csv(tmp_path / "history.csv")
    assert (line["bench"], line["entry"], line["machine"]) == ("bench-3".ljust(32, "0"), "1", "bench-3")

    page.filter.benches.setCurrentText("This bench")
    person.until(lambda: "it was not bound from here" in page.devices.accessibleDescription())
    assert "History of this computer" in said(person.window)
    page.filter.text.clear()
    person.until(lambda: person.tabs[0] == "Devices (7)")
    page.filter.benches.setCurrentText("All benches")
    person.searches("6901234567892")
    person.until(lambda: "no bench has bound it" in page.devices.accessibleDescription())


@pytest.mark.parametrize(("practice", "name"), [(False, "bindtool history"), (True, "bindtool history PRACTICE")])
def test_the_name_of_the_file(person: Person, name: str, *, practice: bool) -> None:
    """It says what it is and the day; practice says so, on the page too. The ending follows the kind."""
    person.opens_history()
    words = "Practice history (nothing was sent to Coze)" if practice else "History of this computer"
    assert words in said(person.window)
    press(person.window, "Export results…")
    dialog = person.dialog()
    assert [path.rsplit("/", 1)[-1] for path in dialog.selectedFiles()] == [f"{name} 2026-11-25.csv"]
    dialog.filterSelected.emit("JSON lines (*.jsonl)")
    assert dialog.defaultSuffix() == "jsonl"
    dialog.close()
    dialog.deleteLater()


def test_a_file_that_can_not_be_written(person: Person, tmp_path: Path) -> None:
    """It is said on the page."""
    person.opens_history()
    person.exports_to(tmp_path / "none" / "history.csv")
    assert "can't be written" in said(person.window)


@pytest.mark.parametrize("name", ["history.csv", "none/history.csv"])
def test_who_has_left_hears_what_came_of_the_export(person: Person, tmp_path: Path, name: str) -> None:
    """A slow disk had the word, that it failed too, come to the page when nobody looked at it any more."""
    person.opens_history()
    person.exports_to(tmp_path / name, leaves=True)
    assert person.page is person.window.sheet_page
    assert ("can't be written" in said(person.window)) == ("none" in name)


def test_a_page_that_stays_open_over_midnight(person: Person, clock: HandClock) -> None:
    """What was found for today, and exported, had what was bound on the day on which the page was opened."""
    person.opens_history()
    person.history.page.filter.period.choose("today")
    person.until(lambda: ("NEW", "not sent") in person.devices)
    clock.time = START + timedelta(days=1)
    person.searches("N")
    person.until(lambda: person.devices == [])


def test_more_than_one_looks_through(person: Person, store: Store) -> None:
    """It is said that there are others, and what to do to see them."""
    many = [row(number) for number in range(1, 600)]
    store.sheets.create(put=many).result()
    person.window.actions_["history"].trigger()
    person.until(lambda: person.tabs[0] == "Devices (500+)")
    assert "500 are shown, and there are more." in said(person.window)
    assert len(model_of(person).records) == 500


def test_old_sheets_are_deleted_when_asked(person: Person, store: Store) -> None:
    """Not before somebody has said how long they are kept, and has agreed; what was bound stays known."""
    person.opens_history()
    keep = person.history.page.keep
    assert not keep.delete.isVisible()
    person.keeps_sheets("30 days")
    person.until(keep.delete.isVisible)

    press(person.window, "Delete 1 old sheet…")
    bar = person.window.message_bar
    assert "stays on record" in bar.accessibleDescription()
    press(person.window, "Keep")
    assert not bar.isVisible()
    assert len(store.sheets.all()) == 2

    press(person.window, "Delete 1 old sheet…")
    press(person.window, "Delete")
    person.until(lambda: "1 sheet deleted" in said(person.window))
    assert [head.job for head in store.sheets.all()] == ["WO-8"]
    assert ("SPK0003", "bound") in person.devices
    assert person.tabs[1] == "Sheets (1)"
    assert not keep.delete.isVisible()
    person.searches("SPK0003")
    person.sees_devices(("SPK0003", "bound"))
    assert not person.history.page.open_button.isEnabled()


def test_a_question_goes_with_the_days_that_it_was_asked_for(person: Person, store: Store) -> None:
    """Whoever chooses fewer days while it stands has agreed to the sheets of before, not to those of now."""
    person.opens_history()
    person.keeps_sheets("30 days")
    person.until(person.history.page.keep.delete.isVisible)
    press(person.window, "Delete 1 old sheet…")

    person.keeps_sheets("90 days")

    assert not person.window.message_bar.isVisible()
    assert len(store.sheets.all()) == 2


def test_who_has_gone_back_to_scanning_stays_there(person: Person) -> None:
    """An old sheet that is still being read then does not come in between."""
    person.finds("SPK0003", "bound")
    press(person.window, "Open the sheet")
    press(person.window, "Back to scanning")
    person.until(lambda: not person.services.tasks.busy)
    assert person.page is person.window.sheet_page


def test_a_database_that_can_not_be_read(person: Person, store: Store) -> None:
    """It is said on the page, and the window goes on."""
    person.opens_history()
    store.close()
    store.path.write_bytes(b"\xff no database" * 500)
    person.searches("X")
    person.until(lambda: "is damaged" in said(person.window))


def others_bind(person: Person, services: Services, *entries: SharedEntry) -> None:
    """Let other benches tell of these devices, as the shared ledger does."""
    news = services.store.benches.take_in(list(entries)).result()
    services.ledger.announced.emit(news)


def shown(person: Person) -> list[str]:
    """Return the ids that are seen now, from the top."""
    table = person.history.page.devices
    seen = range(table.viewport().height())
    return [device for row, (device, _) in enumerate(person.devices) if table.rowViewportPosition(row) in seen]


def chosen(person: Person) -> list[str]:
    """Return the ids of the lines that are chosen."""
    return [person.devices[row][0] for row in person.history.page.devices.rows()]


def test_what_others_bind_comes_in(person: Person, services: Services) -> None:
    """GIVEN the history is open THEN it appears by itself; what was chosen stays so, and the remark stays."""
    person.opens_history()
    page = person.history.page
    page.devices.select([2])
    press(person.window, "Copy log ID")
    others_bind(person, services, told(1, minutes=5), told(2, minutes=6))
    person.until(lambda: person.tabs[0] == "Devices (9)")
    assert shown(person)[:3] == ["SPK9002", "SPK9001", "NEW"]
    assert chosen(person) == ["SPK0003"]
    assert "Log ID copied" in said(person.window)


def test_the_place_in_a_long_history_stays(person: Person, services: Services) -> None:
    """GIVEN somebody has scrolled down WHEN others bind THEN the same lines are seen, the same one is chosen."""
    others_bind(person, services, *(told(at, minutes=-at) for at in range(1, 101)))
    person.opens_history()
    person.until(lambda: person.tabs[0] == "Devices (107)")
    table = person.history.page.devices
    table.select([40])
    table.verticalScrollBar().setValue(38)
    before = shown(person)
    assert before[2] == chosen(person)[0]
    others_bind(person, services, *(told(at, minutes=at) for at in range(201, 204)))
    person.until(lambda: person.tabs[0] == "Devices (110)")
    assert shown(person) == before
    assert chosen(person) == [before[2]]
    assert table.currentIndex().row() == 43


def test_what_is_chosen_is_not_looked_for_any_more(person: Person, services: Services) -> None:
    """GIVEN all that is shown WHEN others bind THEN the oldest go; where the chosen one does, the first is."""
    others_bind(person, services, *(told(at, minutes=-at) for at in range(1, 501)))
    person.opens_history()
    person.until(lambda: person.tabs[0] == "Devices (500+)")
    table = person.history.page.devices
    table.select([499])
    others_bind(person, services, told(501, minutes=1))
    person.until(lambda: "SPK9501" in [device for device, _ in person.devices])
    assert table.rows() == [0]


def test_news_of_the_same_are_none(person: Person, services: Services) -> None:
    """GIVEN a search that the news do not touch THEN nothing is drawn anew; closed, nobody looks."""
    person.finds("SPK0004", "refused")
    resets = QSignalSpy(model_of(person).modelReset)
    looked = services.tasks
    others_bind(person, services, told(1))
    person.meets(lambda: looked.busy)
    person.until(lambda: not looked.busy)
    assert resets.count() == 0
    key(person.history.page, Qt.Key.Key_Escape)
    others_bind(person, services, told(2))
    assert not looked.busy


def test_news_while_a_sheet_is_looked_at(person: Person, services: Services) -> None:
    """They are there when somebody comes back to the search."""
    person.opens_history()
    person.searches("SPK")
    person.until(lambda: person.tabs[0] == "Devices (5)")
    person.history.page.devices.select([1])
    person.opens_sheet()
    others_bind(person, services, told(1, minutes=5))
    key(person.history.past.rows, Qt.Key.Key_Escape)
    person.until(lambda: person.tabs[0] == "Devices (6)")
