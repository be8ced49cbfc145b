"""Scanners that act as a keyboard: whatever has the focus, a burst of keys is a scan and nothing else.

Watches the keys of the sheet's page, menus included, and passes a person's keys on to the widget that they were
meant for, in order. In a field of another page or of a dialog nothing is touched: a token may be scanned there.
Where a page or a dialog has no field in focus, a burst could only press a button, so it is swallowed; so it is in a
`TypedLine` or a `TypedNumber`. What is a burst is decided by `core.scanner.burst_detector`; what is done with a
scan, by `scanning.controller`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from time import monotonic_ns
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget
from shiboken6 import isValid

from bindtool.core.common.safe_text import has_invisible
from bindtool.core.scanner.burst_detector import (
    BurstDetector,
    Endless,
    Give,
    GoesOn,
    Ignore,
    KeyKind,
    Over,
    Scan,
    Step,
)
from bindtool.core.scanner.scan_rules import ScannerRules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bindtool.core.scanner.burst import Burst
    from bindtool.gui.common.shell.window import Window

K = TypeVar("K")

_MODIFIERS = frozenset(
    {
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_CapsLock,
    }
)
_SEPARATORS = frozenset("\x04\x1c\x1d\x1e\x1f")
_LINE_ENDS = frozenset("\r\n")
"""Characters between the parts of a code, and after it, which some scanners send as a key with Ctrl."""

_CAPS_LOCK: Mapping[str, int] = {"xcb": 0x2, "windows": 0x100, "cocoa": 0x10000}
"""The bit of QKeyEvent.nativeModifiers() that stands for Caps Lock, by the name of Qt's platform."""

_IN_DIALOGS = ScannerRules(shortest=3)


class _Place(Enum):
    """What is done with a burst, by where the focus is."""

    SHEET = auto()
    FIELD = auto()
    TYPED = auto()
    BUTTONS = auto()


@dataclass(frozen=True, slots=True, eq=False)
class _Key:
    """A key that went down or up, and the window that it was meant for."""

    window: QWindow
    event: QKeyEvent

    @property
    def code(self) -> int:
        """What tells the key from others, pressed or released."""
        return self.event.nativeScanCode() or self.event.key()


class KeyWatch(QObject, Generic[K]):
    """Gives keys to a burst detector, and tells it of the silence after them.

    What the detector decides is done by `_carry_out`, which returns whether the key that is looked at just now may
    pass.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._detector: BurstDetector[K] = BurstDetector(ScannerRules())
        self._silence = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        # Keys may lie in the system's queue while the window was busy: one more turn of the loop brings them.
        self._last_look = QTimer(self, singleShot=True, interval=0)
        self._silence.timeout.connect(self._last_look.start)
        self._last_look.timeout.connect(self._stop_waiting)

    @property
    def at_rest(self) -> bool:
        """Whether no key is held back."""
        return not self._detector.patience

    def learn(self, gap: int) -> None:
        """Expect keys as slow as that, in milliseconds; a burst that has begun goes on."""
        self._detector.learn(gap)

    def _carry_out(self, steps: Sequence[Step[K]], current: K | None) -> bool:
        raise NotImplementedError

    def _end_silence(self) -> None:
        self._silence.stop()
        self._last_look.stop()

    def _wait(self) -> None:
        if self._detector.patience:
            self._silence.start(self._detector.patience)

    def _stop_waiting(self) -> None:
        self._carry_out(self._detector.silence(), None)
        self._wait()

    def _decide(self) -> None:
        """Decide what the keys so far were: no key can come any more that belongs to them."""
        self._end_silence()
        while self._detector.patience:
            self._carry_out(self._detector.silence(), None)


class KeyboardWedge(KeyWatch[_Key]):
    """Watches the keys of a window and of its dialogs from `begin` on; `field` is where scans are typed.

    Signals:
        scanned(str): a scan came; its text.
        doubted(str, str): a scan came in pieces, or right after other keys; its text, and what came before.
        endless(str): a scan without an end key; its text, which is in no field.
        line_begun(), line(str): one more line of the code before it begins, and has come; its text.
        rejected(str): a scan came where none is taken, and was swallowed; its text.
        burst(Burst): a burst on the sheet's page is over.
    """

    scanned = Signal(str)
    doubted = Signal(str, str)
    endless = Signal(str)
    line_begun = Signal()
    line = Signal(str)
    rejected = Signal(str)
    burst = Signal(object)

    def __init__(self, window: Window, field: QWidget) -> None:
        super().__init__(window)
        self._window, self._field = window, field
        self._rules, self._learnt = ScannerRules(), 0
        self._place = _Place.SHEET
        self._in_field = False
        self._caps_lock: bool | None = None
        self._caps_bit = _CAPS_LOCK.get(QGuiApplication.platformName())
        self._swallowed: set[int] = set()
        self._giving = False
        self._opened: QWidget | None = None
        for menu in window.findChildren(QMenu):
            menu.aboutToShow.connect(self._follow_menu)

    def begin(self) -> None:
        """Watch; whoever keeps keys until there is a sheet is to get them first."""
        cast("QApplication", QApplication.instance()).focusWindowChanged.connect(self._follow)
        self._follow(QGuiApplication.focusWindow())

    def use(self, rules: ScannerRules, learnt: int = 0) -> None:
        """Use the rules of another scanner from now on, and the longest gap that was learned of it."""
        self._decide()
        self._rules, self._learnt = rules, learnt
        self._detector = self._new_detector()

    def learn(self, gap: int) -> None:
        """Expect keys as slow as that from now on, also where another burst detector is made."""
        self._learnt = gap
        super().learn(gap)

    def _new_detector(self) -> BurstDetector[_Key]:
        typed = self._place in {_Place.SHEET, _Place.TYPED}
        return BurstDetector(self._rules if typed else _IN_DIALOGS, self._learnt)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at the keys of a window: each comes here once, before any widget."""
        kind = event.type()
        if kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            if not self._giving and isinstance(event, QKeyEvent) and isinstance(watched, QWindow):
                return self._take(watched, event)
        elif kind == QEvent.Type.MouseButtonPress:
            self._decide()
        return False

    def _follow(self, window: QWindow | None) -> None:
        """Keys go to another window now; what is held was meant for the one before."""
        self._decide()
        if window is not None:
            window.installEventFilter(self)

    def _follow_menu(self) -> None:
        """A menu opens by a key with Alt, and closes by Alt alone: one that is held goes to the window before."""
        self._decide()
        QTimer.singleShot(0, self, self._watch_popup)

    def _watch_popup(self) -> None:
        popup = QApplication.activePopupWidget()
        if popup is not None and popup.windowHandle() is not None:
            popup.windowHandle().installEventFilter(self)

    def _take(self, window: QWindow, event: QKeyEvent) -> bool:
        """Return whether the key goes no further, for now or for good."""
        key = _Key(window, _copy(event))
        if event.type() == QEvent.Type.KeyRelease:
            if key.code in self._swallowed:
                self._swallowed.discard(key.code)
                return True
            return not self._carry_out(self._detector.release(key), key)
        self._swallowed.discard(key.code)
        self._end_silence()
        if not self._detector.patience:
            self._begin(window)
        if self._place is _Place.FIELD:
            return False
        if self._caps_bit is not None:
            self._caps_lock = bool(event.nativeModifiers() & self._caps_bit)
        steps = self._detector.press(
            key,
            _kind(event, in_burst=self._detector.patience > 0),
            event.text(),
            # With a screen reader at work Qt hands keys on anew, without their stamps.
            event.timestamp() or monotonic_ns() // 1_000_000,
            repeat=event.isAutoRepeat(),
        )
        passes = self._carry_out(steps, key)
        self._wait()
        return not passes

    def _begin(self, window: QWindow) -> None:
        """The first key of what may be a burst decides where that goes."""
        place = self._find_place(window)
        if place is not self._place:
            self._place = place
            self._detector = self._new_detector()
        self._in_field = QApplication.focusWidget() is self._field

    def _find_place(self, window: QWindow) -> _Place:
        on_sheet = self._window.pages.currentWidget() is self._window.sheet_page
        ours = window is self._window.windowHandle() or QApplication.activePopupWidget() is not None
        if on_sheet and ours and QApplication.activeModalWidget() is None:
            return _Place.SHEET
        focus = QApplication.focusWidget()
        if focus is None or not focus.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled):
            return _Place.BUTTONS
        # Loaded with the first form or dialog.
        from bindtool.gui.common.widgets.form_field import TypedLine, TypedNumber

        return _Place.TYPED if isinstance(focus, TypedLine | TypedNumber) else _Place.FIELD

    def _carry_out(self, steps: Sequence[Step[_Key]], current: _Key | None) -> bool:
        passes = False
        for step in steps:
            match step:
                case Give(keys):
                    passes = current in keys
                    self._give(key for key in keys if key is not current)
                case Scan() | Endless():
                    self._swallow(step.keys)
                    self._hand_on(step)
                case Ignore(keys):
                    self._swallow(keys)
                case Over(burst):
                    self._emit_burst(burst)
                case GoesOn() if self._place is _Place.SHEET:
                    self.line_begun.emit()
        return passes

    def _give(self, keys: Iterable[_Key]) -> None:
        """Let a person's keys go on from where they were held."""
        self._giving = True
        focus = QApplication.focusWidget()
        try:
            for key in keys:
                if isValid(key.window):
                    QCoreApplication.sendEvent(key.window, key.event)
        finally:
            self._giving = False
        if QApplication.focusWidget() is not focus:
            self._opened = QApplication.focusWidget()

    def _swallow(self, keys: Sequence[_Key]) -> None:
        """Note keys that are still down: their release must not reach a widget that never saw the press."""
        for key in keys:
            if key.event.type() == QEvent.Type.KeyPress:
                self._swallowed.add(key.code)
            else:
                self._swallowed.discard(key.code)

    def _hand_on(self, scan: Scan[_Key] | Endless[_Key]) -> None:
        if scan.lead:
            self._take_back(scan.lead)
        if self._place is not _Place.SHEET:
            self.rejected.emit(scan.text)
            return
        if scan.goes_on:
            self.line.emit(scan.text)
        elif scan.before:
            self.doubted.emit(scan.text, scan.before)
        elif isinstance(scan, Scan):
            self.scanned.emit(scan.text)
        else:
            self.endless.emit(scan.text)
            # Whoever takes it puts it there.
            self._in_field = True

    def _take_back(self, lead: str) -> None:
        """Remove from its field what was taken for a person's; a field that it has opened is closed."""
        from PySide6.QtWidgets import QSpinBox

        focus = QApplication.focusWidget()
        line = focus.lineEdit() if isinstance(focus, QSpinBox) else focus
        if isinstance(line, QLineEdit) and line.text()[: line.cursorPosition()].endswith(lead):
            line.setSelection(line.cursorPosition() - len(lead), len(lead))
            line.del_()
            opened = line is self._opened and line is not self._field
            if opened and not line.text() and self._place is _Place.SHEET:
                escape = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
                QCoreApplication.sendEvent(line, escape)

    def _emit_burst(self, burst: Burst) -> None:
        if self._place is _Place.SHEET:
            self.burst.emit(replace(burst, caps_lock=self._caps_lock, in_field=self._in_field))


def _copy(event: QKeyEvent) -> QKeyEvent:
    """Return an event that outlives Qt's own."""
    copy = QKeyEvent(
        event.type(),
        event.key(),
        event.modifiers(),
        event.nativeScanCode(),
        event.nativeVirtualKey(),
        event.nativeModifiers(),
        event.text(),
        event.isAutoRepeat(),
        event.count(),
    )
    copy.setTimestamp(event.timestamp())
    return copy


def _kind(event: QKeyEvent, *, in_burst: bool) -> KeyKind:
    """Return what a key is to a scan; with Ctrl or Alt it is a command, but for what scanners send so."""
    key, text, modifiers = event.key(), event.text(), event.modifiers()
    ctrl = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
    # AltGr is reported as both.
    commanding = ctrl != bool(modifiers & Qt.KeyboardModifier.AltModifier)
    if key in _MODIFIERS:
        return KeyKind.MODIFIER
    if in_burst and text in _SEPARATORS:
        return KeyKind.CHARACTER
    if in_burst and text in _LINE_ENDS:
        return KeyKind.RETURN
    if commanding or modifiers & Qt.KeyboardModifier.MetaModifier:
        return KeyKind.OTHER
    if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return KeyKind.RETURN
    if key == Qt.Key.Key_Tab:
        return KeyKind.TAB
    # What nobody can see is a character of a code, too: a command would end the scan there, and half an ID be left.
    return KeyKind.CHARACTER if text and (text.isprintable() or has_invisible(text)) else KeyKind.OTHER
