"""Keys are held before an input method sees them: a person's go on to it, a scanner's go round it."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from bindtool.core.scanner.burst_detector import KeyKind
from bindtool.core.scanner.scan_rules import ScannerRules
from bindtool.gui.common.util.no_input_method import disable_input_method
from bindtool.gui.scanners.input_method_bypass import InputMethodBypass, key_sender
from bindtool.gui.scanners.x11_keys import KeySender, KeyTap, RawKey
from tests.gui.acting import takes_input_method
from tests.gui.conftest import Show

A, RETURN, SHIFT, LEFT, TAB = 38, 36, 50, 113, 23


class Post:
    """Keeps the keys that are sent."""

    def __init__(self) -> None:
        self.sent: list[RawKey] = []
        self.closed = False

    def send(self, keys: Iterable[RawKey]) -> None:
        """Keep them."""
        self.sent += keys

    def close(self) -> None:
        """Remember the end."""
        self.closed = True


class Bench:
    """A table with a field for a label, and one for an id; keys that come with time."""

    def __init__(self, sender: Post | None) -> None:
        self.post = sender or Post()
        self.window = QWidget()
        self.shown_in = self.window
        self.table = QWidget()
        self.column = QVBoxLayout(self.table)
        self.label, self.id, self.elsewhere = QLineEdit(), QLineEdit(), QLineEdit()
        disable_input_method(self.id)
        self.column.addWidget(self.label)
        self.column.addWidget(self.id)
        column = QVBoxLayout(self.window)
        column.addWidget(self.table)
        column.addWidget(self.elsewhere)
        self.keys = InputMethodBypass(self.table, sender)
        self.warnings: list[bool] = []
        self.keys.unprotected.connect(self.warnings.append)
        self.at = 1000

    def key(self, code: int, *, gap: int = 5, up: bool = False, sent: bool = False, state: int = 0) -> RawKey:
        """Return a key that comes now."""
        self.at += gap
        return RawKey(b"", not up, sent, code, self.at, int(self.shown_in.winId()), state)

    def press(self, *codes: int, gap: int = 5) -> list[bool]:
        """Press keys; return for each whether it was held."""
        return [self.keys.take(self.key(code, gap=gap)) for code in codes]

    def come_back(self) -> None:
        """Let what was sent arrive."""
        for key in list(self.post.sent):
            assert not self.keys.take(RawKey(b"", key.pressed, True, key.code, key.at, key.window, key.state))

    @property
    def input_method(self) -> bool:
        """Whether an input method would get the keys."""
        focus = QApplication.focusWidget()
        assert focus is not None
        return takes_input_method(focus)


@pytest.fixture
def bench(show: Show) -> Bench:
    """Give a bench where keys can be sent, with the cursor in the label."""
    bench = Bench(Post())
    show(bench.window)
    bench.label.setFocus()
    return bench


def test_a_person_reaches_the_input_method(bench: Bench, qtbot: QtBot) -> None:
    """A key is held for a moment, then sent on; the next one as well, and the input method stays on."""
    assert bench.press(A) == [True]
    assert bench.post.sent == []
    qtbot.waitUntil(lambda: len(bench.post.sent) == 1)
    bench.come_back()
    assert bench.press(LEFT, gap=100) == [False]
    assert bench.input_method


def test_a_scan_goes_round_it(bench: Bench, qtbot: QtBot) -> None:
    """The keys are sent once it is sure, with the input method off until the last of them has come back."""
    held = bench.press(*[A] * 6, RETURN, RETURN)
    assert held == [True] * 8
    assert [key.code for key in bench.post.sent] == [A] * 6 + [RETURN] * 2
    assert not bench.input_method
    bench.come_back()
    qtbot.waitUntil(lambda: bench.input_method)


def test_keys_behind_those_under_way_wait_their_turn(bench: Bench) -> None:
    """What could pass at once is sent too, as long as others have not come back."""
    bench.press(*[A] * 6, RETURN)
    assert bench.press(LEFT, gap=200) == [True]
    assert [key.code for key in bench.post.sent] == [A] * 6 + [RETURN, LEFT]


def test_a_release_keeps_its_place(bench: Bench, qtbot: QtBot) -> None:
    """A key that goes up is held with those before it, and passes where nothing is held."""
    assert not bench.keys.take(bench.key(A, up=True))
    bench.press(A)
    assert bench.keys.take(bench.key(A, up=True))
    qtbot.waitUntil(lambda: [key.pressed for key in bench.post.sent] == [True, False])


def test_a_key_that_repeats_itself_passes(bench: Bench) -> None:
    """The server says so by a release and a press of the same moment."""
    assert not bench.keys.take(bench.key(A, up=True))
    assert bench.press(A, gap=0) == [False]


def test_where_there_is_no_input_method_nothing_is_held(bench: Bench) -> None:
    """The editor of an id, and another window."""
    bench.id.setFocus()
    assert bench.press(A) == [False]
    bench.label.setFocus()
    key = bench.key(A)
    assert not bench.keys.take(RawKey(b"", True, False, A, key.at, key.window + 1, 0))


def test_leaving_the_table_gives_back_what_is_held(bench: Bench) -> None:
    """It was meant for the label."""
    bench.press(A)
    bench.elsewhere.setFocus()
    assert [key.code for key in bench.post.sent] == [A]


def test_the_editor_is_closed_while_a_scan_is_under_way(bench: Bench, qtbot: QtBot) -> None:
    """Nothing is left behind: the next label has its input method."""
    bench.press(*[A] * 6, RETURN)
    bench.label.deleteLater()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not bench.label)
    other = QLineEdit()
    bench.column.addWidget(other)
    other.show()
    other.setFocus()
    bench.come_back()
    assert bench.input_method


def test_a_dialog_of_its_own(bench: Bench, qtbot: QtBot, show: Show) -> None:
    """Its keys are watched like those of the table, and those of the window behind it are none of its own."""
    dialog = QDialog(bench.window)
    name = QLineEdit(dialog)
    bench.keys.watch(dialog)
    show(dialog)
    name.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is name)
    assert bench.press(A) == [False]
    bench.shown_in = dialog
    assert bench.press(*[A] * 6, RETURN) == [True] * 7
    assert [key.code for key in bench.post.sent] == [*[A] * 6, RETURN]
    assert not bench.input_method
    bench.come_back()
    qtbot.waitUntil(lambda: bench.input_method)


def test_the_rules_of_another_scanner(bench: Bench) -> None:
    """What is held goes on; the gap is another one, and so is what is long enough."""
    bench.press(A)
    bench.keys.use(ScannerRules(shortest=3, longest_gap=100, prefix="~"))
    assert [key.code for key in bench.post.sent] == [A]
    bench.press(A, A, A, RETURN, gap=90)
    assert len(bench.post.sent) == 5


def test_where_keys_can_not_be_sent(show: Show) -> None:
    """The table takes no input method, and whoever listens hears while a label is open."""
    bench = Bench(None)
    show(bench.window)
    bench.table.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    bench.table.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    bench.table.setFocus()
    assert not bench.input_method
    bench.warnings.clear()
    bench.id.setFocus()
    assert bench.warnings == []
    bench.label.setFocus()
    assert bench.warnings == [True]
    bench.elsewhere.setFocus()
    assert bench.warnings == [True, False]
    bench.elsewhere.clearFocus()
    assert bench.warnings == [True, False]


# ---------------------------------------------------------------- the X server


@pytest.mark.parametrize(
    ("code", "state", "kind"),
    [
        (A, 0, KeyKind.CHARACTER),
        (A, 0x1 | 0x2, KeyKind.CHARACTER),
        (A, 0x4, KeyKind.OTHER),
        (RETURN, 0, KeyKind.RETURN),
        (104, 0, KeyKind.RETURN),
        (TAB, 0, KeyKind.TAB),
        (SHIFT, 0, KeyKind.MODIFIER),
        (LEFT, 0, KeyKind.OTHER),
    ],
)
def test_a_raw_event_is_read(code: int, state: int, kind: KeyKind) -> None:
    """Key code, moment, window and state stand where the protocol says; other events pass."""
    seen: list[RawKey] = []

    def take(key: RawKey) -> bool:
        seen.append(key)
        return True

    raw = struct.pack("=BBHIIIIhhhhHBx", 2, code, 7, 1234, 1, 42, 0, 1, 2, 3, 4, state, 1)
    memory = (ctypes.c_uint8 * 32).from_buffer_copy(raw)
    tap = KeyTap(take)

    def come(kind: int) -> tuple[bool, int]:
        memory[0] = kind
        return tap.nativeEventFilter(b"xcb_generic_event_t", ctypes.addressof(memory))

    assert come(2) == (True, 0)
    key = seen[0]
    assert (key.pressed, key.sent, key.at, key.window, key.kind) == (True, False, 1234, 42, kind)
    assert come(3 | 0x80) == (True, 0)
    assert (seen[1].pressed, seen[1].sent) == (False, True)
    assert come(12) == (False, 0)


def test_without_a_server_nothing_can_be_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program goes on without."""
    assert isinstance(key_sender(), KeySender)
    monkeypatch.setitem(os.environ, "DISPLAY", ":9999")
    assert key_sender() is None
