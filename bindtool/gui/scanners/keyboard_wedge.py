"""Keyboard scanners: whichever widget has the focus, a burst of keys is a scan and nothing else.

Intercepts the keys of the sheet's page, menus included, and passes a person's keys on to the intended widget, in
order. Leaves keys in a field of another page or of a dialog alone: a token may be scanned there. If a page or a
dialog has no field in focus, a burst could only press a button, so it is swallowed; likewise in a `TypedLine` or a
`TypedNumber`. `core.scanner.burst_detector` decides what is a burst; `scanning.controller` handles the scan.
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
"""Characters between the lines of a code, and after it, that some scanners send as a key with Ctrl."""

_CAPS_LOCK: Mapping[str, int] = {"xcb": 0x2, "windows": 0x100, "cocoa": 0x10000}
"""The bit of QKeyEvent.nativeModifiers() for Caps Lock, by the name of Qt's platform."""

_IN_DIALOGS = ScannerRules(shortest=3)


class _Place(Enum):
    """Location of the focus, which decides how a burst is handled."""

    SHEET = auto()
    FIELD = auto()
    TYPED = auto()
    BUTTONS = auto()


@dataclass(frozen=True, slots=True, eq=False)
class _Key:
    """A key press or release, and the window it was meant for."""

    window: QWindow
    event: QKeyEvent

    @property
    def code(self) -> int:
        """Identifies the key, the same for press and release."""
        return self.event.nativeScanCode() or self.event.key()


class KeyWatch(QObject, Generic[K]):
    """Feeds keys to a burst detector, and notifies it of the silence after them.

    Subclasses carry out the detector's steps in `_carry_out`, which returns whether to let the current key pass.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._detector: BurstDetector[K] = BurstDetector(ScannerRules())
        self._silence = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        # A busy window may have left keys in the system's queue: one more iteration of the event loop fetches them.
        self._last_look = QTimer(self, singleShot=True, interval=0)
        self._silence.timeout.connect(self._last_look.start)
        self._last_look.timeout.connect(self._stop_waiting)

    @property
    def at_rest(self) -> bool:
        """Whether no key is held back."""
        return not self._detector.patience

    def learn(self, gap: int) -> None:
        """Expect keys with gaps of up to `gap` milliseconds; a burst that has begun goes on."""
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
        """Judge the keys held back now: no further key can belong to them."""
        self._end_silence()
        while self._detector.patience:
            self._carry_out(self._detector.silence(), None)


class KeyboardWedge(KeyWatch[_Key]):
    """Watches the keys of a window and of its dialogs from `begin` on; `field` is the scan field.

    Signals:
        scanned(str): a scan arrived; its text.
        doubted(str, str): a scan arrived in pieces, or right after other keys; its text, and the text before it.
        endless(str): a scan without an end key arrived; its text, which is in no field.
        line_begun(), line(str): another line of the previous code begins, and has arrived; its text.
        rejected(str): a scan arrived at a place that takes none, and was swallowed; its text.
        burst(Burst): a burst on the sheet's page has ended.
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
        """Start watching; not before the sheet is open: until then another filter buffers the keys, and the newest
        runs first.
        """
        cast("QApplication", QApplication.instance()).focusWindowChanged.connect(self._follow)
        self._follow(QGuiApplication.focusWindow())

    def use(self, rules: ScannerRules, learnt: int = 0) -> None:
        """Use another scanner's rules from now on, and the longest gap learned from it."""
        self._decide()
        self._rules, self._learnt = rules, learnt
        self._detector = self._new_detector()

    def learn(self, gap: int) -> None:
        """Expect keys with gaps of up to `gap` milliseconds from now on, in later burst detectors too."""
        self._learnt = gap
        super().learn(gap)

    def _new_detector(self) -> BurstDetector[_Key]:
        typed = self._place in {_Place.SHEET, _Place.TYPED}
        return BurstDetector(self._rules if typed else _IN_DIALOGS, self._learnt)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Intercept the keys of a window: each arrives here once, before any widget."""
        kind = event.type()
        if kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            if not self._giving and isinstance(event, QKeyEvent) and isinstance(watched, QWindow):
                return self._take(watched, event)
        elif kind == QEvent.Type.MouseButtonPress:
            self._decide()
        return False

    def _follow(self, window: QWindow | None) -> None:
        """Watch the window that gets the keys now; keys held back were meant for the previous one."""
        self._decide()
        if window is not None:
            window.installEventFilter(self)

    def _follow_menu(self) -> None:
        """Release held keys: Alt with a letter opens a menu and Alt alone closes it; the keys belong to the window
        before.
        """
        self._decide()
        QTimer.singleShot(0, self, self._watch_popup)

    def _watch_popup(self) -> None:
        popup = QApplication.activePopupWidget()
        if popup is not None and popup.windowHandle() is not None:
            popup.windowHandle().installEventFilter(self)

    def _take(self, window: QWindow, event: QKeyEvent) -> bool:
        """Return whether to withhold the key, for now or for good."""
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
            # With a screen reader active Qt passes keys on as new events, without their timestamps.
            event.timestamp() or monotonic_ns() // 1_000_000,
            repeat=event.isAutoRepeat(),
        )
        passes = self._carry_out(steps, key)
        self._wait()
        return not passes

    def _begin(self, window: QWindow) -> None:
        """At a burst's possible first key, determine where the burst goes."""
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
        """Pass a person's keys on to the windows they were meant for."""
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
        """Remember keys that are still down: their release must not reach a widget that never got the press."""
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
            # The signal's receiver puts the text into the field.
            self._in_field = True

    def _take_back(self, lead: str) -> None:
        """Remove a burst's first characters from the field that took them as typed; close an editor they opened."""
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
    """Return a copy of the event, since Qt deletes its own."""
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
    """Return a key's role in a scan; with Ctrl or Alt it is a command, except where scanners send it."""
    key, text, modifiers = event.key(), event.text(), event.modifiers()
    ctrl = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
    # AltGr is reported as both modifiers.
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
    # An invisible character is part of a code too: as a command it would end the scan and leave half an ID.
    return KeyKind.CHARACTER if text and (text.isprintable() or has_invisible(text)) else KeyKind.OTHER
