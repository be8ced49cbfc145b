"""What publishing an agent wants, to be copied: all that is known bound first, and nothing is sent."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QClipboard
from PySide6.QtWidgets import QPlainTextEdit, QRadioButton
from pytestqt.qtbot import QtBot

from bindtool.core.model.outcome import State
from bindtool.core.profiles.profile import Profile
from bindtool.core.store import Gap, Store
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.reports.publish_dialog import BoundOnChannel, PublishDialog, PublishText
from bindtool.i18n.catalogue import Texts
from tests.core.store.samples import ANSWER, CHANNEL, KINDS, REFUSAL, START, devices, row, sending, settled, told
from tests.gui.acting import can_see, find, press, said
from tests.gui.clocks import HandClock
from tests.gui.loop import PATIENCE
from tests.gui.services import services_at_rest, services_on

AT = START
PROFILE = Profile("Line 2", CHANNEL.connector_id, user_id=CHANNEL.user_id)


def bind(store: Store, *numbers: int, refused: int) -> int:
    """Bind rows of a new sheet and have one refused; return the sheet's id."""
    rows = [row(number) for number in (*numbers, refused)]
    sheet_id = store.sheets.create(put=rows).result().sheet_id
    run_id = store.runs.begin(sheet_id, CHANNEL, devices(*rows)).result()
    for request, sent, answer, state in ((1, numbers, ANSWER, State.BOUND), (2, [refused], REFUSAL, State.REFUSED)):
        store.runs.begin_request(run_id, request, sending(*sent)).result()
        store.runs.settle(run_id, settled(state, *sent, answer=answer), request, KINDS[state]).result()
    return sheet_id


def ids(text: str) -> list[str]:
    """Return the devices of a `connectors` object."""
    found: list[str] = json.loads(json.loads(text)[CHANNEL.connector_id][CHANNEL.key])
    return found


def seen(dialog: PublishDialog) -> list[str]:
    """Return the texts that may be copied, as they are shown."""
    return [box.toPlainText() for box in dialog.findChildren(QPlainTextEdit)]


@pytest.fixture
def dialog(
    window: MainWindow, texts: Texts, store: Store, clock: HandClock, tasks: BackgroundTasks, tmp_path: Path
) -> PublishDialog:
    """Give the dialog of a laptop whose profile is that of the channel."""
    services = services_on(store, clock, tasks, tmp_path)
    services.repository.add(PROFILE)
    return PublishDialog(window, texts, services)


def test_all_first_and_the_last_run_by_choice(
    qtbot: QtBot, dialog: PublishDialog, store: Store, clipboard: QClipboard
) -> None:
    """Both are copied with what they go along with; by hand comes before either, and the doubt beside them."""
    bind(store, 1, 2, refused=7)
    sheet_id = bind(store, 3, refused=8)
    store.benches.take_in([told(1)]).result()
    dialog.begin(CHANNEL, sheet_id)
    qtbot.waitUntil(lambda: can_see(dialog, "Copy the devices"), timeout=PATIENCE)
    words = said(dialog)
    assert f"4 devices known to be bound on channel {CHANNEL.connector_id} at 09:30" in words
    places = [words.index(each) for each in ("By hand", "选择设备", "By a call", "bindtool sends nothing")]
    assert places == sorted(places)
    assert "It is not known whether publishing adds to an agent's devices or replaces them." in words
    assert "1 of those was bound by another bench" in words
    assert "Not checked on this channel" in words
    press(dialog, "Copy the devices")
    assert ids(clipboard.text()) == ["SPK0001", "SPK0002", "SPK0003", "SPK9001"]
    assert "Copied" in said(dialog)
    find(dialog, QRadioButton, "Only the 1 of the last run").click()
    press(dialog, "Copy the devices")
    assert ids(clipboard.text()) == ["SPK0003"]
    press(dialog, "Copy the call")
    command = clipboard.text()
    assert command.startswith("curl -X POST https://api.coze.cn/v1/bot/publish -H 'Authorization: Bearer ***'")
    assert '"bot_id":"BOT_ID","connector_ids":["1024",' in command
    assert seen(dialog)[1] == command


def test_nothing_is_bound_there(qtbot: QtBot, dialog: PublishDialog, store: Store) -> None:
    """GIVEN a developer who has no device WHEN it opens THEN it says so, and there is nothing to copy."""
    bind(store, 1, refused=2)
    dialog.begin(replace(CHANNEL, user_id="77"))
    qtbot.waitUntil(lambda: "No device is known to be bound" in said(dialog), timeout=PATIENCE)
    assert not can_see(dialog, "Copy the devices")


def test_a_disk_that_can_not_be_read(qtbot: QtBot, dialog: PublishDialog, window: MainWindow, store: Store) -> None:
    """GIVEN a database that went WHEN it opens THEN the window says so and the dialog is gone."""
    store.close()
    dialog.begin(CHANNEL)
    qtbot.waitUntil(lambda: window.message_bar.isVisible() and not dialog.isVisible(), timeout=PATIENCE)


def test_ten_thousand_devices(window: MainWindow, texts: Texts, clipboard: QClipboard) -> None:
    """The beginning is shown, which the text says, and all are copied; where a rebuild lost some, that is said."""
    many = [f"SPK{number:06}" for number in range(10_000)]
    dialog = PublishDialog(window, texts, services_at_rest())
    whole = PublishText.of(CHANNEL, many)
    dialog.show_bound(CHANNEL, BoundOnChannel(whole, whole, {}, False, Gap(None, AT, 1)), AT)
    dialog.show()
    assert all(len(text) < 2000 for text in seen(dialog))
    assert said(dialog).count("Only the beginning is shown; everything is copied.") == 2
    assert "may be missing" in said(dialog)
    assert not can_see(dialog, "Only the 10000 of the last run")
    press(dialog, "Copy the devices")
    assert ids(clipboard.text()) == many


@pytest.mark.parametrize("texts", ["en", "zh_CN"], indirect=True)
def test_practice_says_so(window: MainWindow, texts: Texts) -> None:
    """Nothing of it exists at Coze."""
    for practice in (True, False):
        dialog = PublishDialog(window, texts, replace(services_at_rest(), practice=practice))
        dialog.show()
        assert (texts("publish.practice") in said(dialog)) is practice
