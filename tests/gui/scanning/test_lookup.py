"""The mode in which a scan adds nothing, in a real window over a real database."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from bindtool.core.profiles.profile import Profile
from bindtool.core.store import Store
from bindtool.gui.common.audio.cues import Cue
from bindtool.gui.common.shell.session_state import InputMode, InputModeService
from bindtool.gui.common.theme.icons import Mark, MarkLabel
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.scanning.code_lines import CodeLines
from bindtool.gui.scanning.lookup import LookupMode
from bindtool.gui.scanning.next_label import NextLabel
from bindtool.gui.scanning.scan_session import ScanSession
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.sheet.edit_commands import EditCommands
from bindtool.i18n.catalogue import Texts
from tests.core.store.samples import CHANNEL, told
from tests.gui.acting import said
from tests.gui.clocks import HandClock
from tests.gui.loop import PATIENCE, finish
from tests.stories.listener import Listener

PROFILE = Profile(name="Line 2", connector_id=CHANNEL.connector_id, user_id=CHANNEL.user_id)


@pytest.fixture
def document(
    window: MainWindow, store: Store, clock: HandClock, tasks: BackgroundTasks, qtbot: QtBot
) -> SheetDocument:
    """Give a document with two rows on it."""
    document = SheetDocument(window.model, store, clock, tasks)
    finish(qtbot, document.open(PROFILE))
    document.scan("SPK26113F2001")
    document.scan("SN:1;MAC:2")
    qtbot.waitUntil(lambda: not document.saving, timeout=PATIENCE)
    return document


@pytest.fixture
def look_up(
    window: MainWindow,
    texts: Texts,
    document: SheetDocument,
    input_mode: InputModeService,
    clock: HandClock,
    listener: Listener,
) -> LookupMode:
    """Give the mode, begun."""
    scan_bar, scans = (
        window.scan_bar,
        ScanSession(
            clock,
            listener,
            input_mode,
            CodeLines(document),
            NextLabel(window.notices, document, EditCommands(document)),
        ),
    )
    made = LookupMode(window, texts, document, scan_bar.lookup_view, scan_bar.field, window.table, scans)
    made.found.connect(lambda _, taken: listener.play(taken.cue))
    input_mode.entered.connect(
        lambda mode: scan_bar.set_looking_up() if mode is InputMode.LOOK_UP else scan_bar.set_ready()
    )
    window.actions_["look_up"].setChecked(True)
    return made


def test_a_row_of_the_sheet(look_up: LookupMode, window: MainWindow, listener: Listener) -> None:
    """Its state, time and label are shown big, and the row is pointed at."""
    look_up.scan(" SPK26113F2001\r")
    assert "ready · 09:30 · 3F2001\nrow 1 · spaces" not in said(window)
    assert "ready · 09:30 · 3F2001" in said(window)
    assert window.table.highlighted == 1
    assert listener.heard == [Cue.REPEATED]


def test_a_row_that_has_no_label(look_up: LookupMode, window: MainWindow) -> None:
    """It is shown with its reason."""
    look_up.scan("SN:1;MAC:2")
    assert "incomplete · 09:30\n" in said(window) + "\n"
    assert "row 2 · several values in one code" in said(window)


def test_a_device_of_another_bench(look_up: LookupMode, window: MainWindow, store: Store) -> None:
    """Where, through whom and when it was bound; it was not from here."""
    store.benches.take_in([told(1, machine="bench-3")]).result()
    look_up.scan("SPK9001")
    assert "bound · 09:30 · Other 1" in said(window)
    assert "at bench-3 by 李 · Line 9 · log ID LOG9001" in said(window)
    assert "from this computer" not in said(window)


def test_a_row_that_another_bench_has_bound_since(look_up: LookupMode, window: MainWindow, store: Store) -> None:
    """The row is ready, and the device is bound: both are said."""
    bound = replace(told(1, "SPK26113F2001", minutes=-24 * 60, machine="bench-3"), operator="")
    store.benches.take_in([bound]).result()
    look_up.scan("SPK26113F2001")
    assert "ready · 09:30 · 3F2001" in said(window)
    assert "row 1 · bound 11-24 at bench-3" in said(window)


def test_a_device_that_nobody_knows(look_up: LookupMode, window: MainWindow, listener: Listener) -> None:
    """Nothing was refused: neither sign nor sound say so."""
    look_up.scan("SPK26113F9999")
    assert "No record of this device" in said(window)
    assert [one.mark for one in window.scan_bar.lookup_view.findChildren(MarkLabel)] == [Mark.FIND]
    assert listener.heard == [Cue.BOUNCE]


def test_what_is_half_typed_stands_beside_no_answer(
    look_up: LookupMode, window: MainWindow, input_mode: InputModeService
) -> None:
    """What was typed in the mode goes with the answer; what stood there before is back afterwards."""
    field = window.scan_bar.field
    input_mode.leave()
    field.setText("SPK26113")
    input_mode.enter(InputMode.LOOK_UP)
    assert field.text() == ""
    field.setText("SPK9")
    look_up.scan("SPK26113F2001")
    assert field.text() == ""
    field.setText("SPK8")
    input_mode.leave()
    assert field.text() == "SPK26113"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pat_0123456789abcdef0123", "this is an access token, not a device ID; it was not kept"),
        ("\u200b", "no device ID yet"),
    ],
)
def test_what_is_no_device(
    look_up: LookupMode, window: MainWindow, listener: Listener, text: str, words: str
) -> None:
    """A token is not shown, not even its end."""
    look_up.scan(text)
    assert words in said(window)
    assert "0123" not in said(window)
    assert listener.heard == [Cue.REFUSED]


def test_the_action_enters_and_leaves_it(
    look_up: LookupMode, window: MainWindow, input_mode: InputModeService
) -> None:
    """It is ticked as long as the mode lasts, whoever ends it."""
    action = window.actions_["look_up"]
    seen = [input_mode.mode]
    input_mode.entered.connect(seen.append)
    action.trigger()
    assert "READY TO SCAN" in said(window)
    action.trigger()
    input_mode.leave()
    assert not action.isChecked()
    assert seen == [InputMode.LOOK_UP, InputMode.SCAN, InputMode.LOOK_UP, InputMode.SCAN]
