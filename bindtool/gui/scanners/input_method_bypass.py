"""Scans while an input method is on: intercepts a scanner's keys before the input method gets them.

Needed while people type labels and names: in the table, in the panel that fills labels, and in the dialog of the
job; everywhere else on the sheet's page the input method is off. On X11 keys are intercepted as the server sends
them: a burst bypasses the input method to `keyboard_wedge`, and a person's keys are sent on to the input method. On
other systems keys can't be intercepted that early: there the table takes no input method, and while labels are
typed the scan bar warns that the input method may swallow a scan.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol, cast

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QInputMethodQueryEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from bindtool.core.scanner.burst_detector import BurstDetector, Give, GoesOn, Over, Step
from bindtool.gui.common.util.no_input_method import disable_input_method
from bindtool.gui.scanners.keyboard_wedge import KeyWatch
from bindtool.gui.scanners.x11_keys import KeySender, KeyTap, RawKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bindtool.core.scanner.scan_rules import ScannerRules


class Sender(Protocol):
    """Sends keys to a window, in order, behind those in its queue."""

    def send(self, keys: Iterable[RawKey]) -> None:
        """Send keys."""

    def close(self) -> None:
        """Close the connection."""


def key_sender() -> Sender | None:
    """Return this system's key sender; None if keys can't be intercepted early."""
    if QGuiApplication.platformName() != "xcb":
        return None
    try:
        return KeySender()
    except OSError:
        return None


class InputMethodBypass(KeyWatch[RawKey]):
    """Watches `table` and other places for text, while they or their descendants have the focus.

    Signals:
        unprotected(bool): whether an input method may swallow a scan now.
    """

    unprotected = Signal(bool)

    def __init__(self, table: QWidget, sender: Sender | None) -> None:
        super().__init__(table)
        self._table = table
        self._watched = [table]
        self._sender = sender
        self._tap = KeyTap(self.take)
        self._tapping = False
        self._unprotected = False
        self._under_way = 0
        self._released: RawKey | None = None
        self._guard: QObject | None = None
        self._all_sent = QTimer(self, singleShot=True, interval=0)
        self._all_sent.timeout.connect(self._allow_input_method)
        if sender is None:
            disable_input_method(table)
        else:
            self.destroyed.connect(sender.close)
        app = cast("QApplication", QApplication.instance())
        # A dialog outside the table may have the keys; it is closed with the window, after the table is deleted.
        self.destroyed.connect(partial(app.removeNativeEventFilter, self._tap))
        app.focusObjectChanged.connect(self._follow)

    @property
    def at_rest(self) -> bool:
        """Whether no key is held back or on its way around the input method."""
        return super().at_rest and not self._under_way

    def watch(self, place: QWidget) -> None:
        """Watch another place, on the page or in a dialog."""
        self._watched.append(place)

    def use(self, rules: ScannerRules, learnt: int = 0) -> None:
        """Use another scanner's rules, and the longest gap learned from it.

        A prefix can't be recognised here, since keys have no text yet.
        """
        self._decide()
        self._detector = BurstDetector(replace(rules, prefix=""), learnt)

    def _follow(self, focus: QObject | None) -> None:
        in_table = isinstance(focus, QWidget) and any(
            focus is watched or watched.isAncestorOf(focus) for watched in self._watched
        )
        if self._sender is None:
            self._warn(in_table and _input_method_is_on())
            return
        self._decide()
        if in_table is not self._tapping:
            self._tapping = in_table
            app = cast("QCoreApplication", QCoreApplication.instance())
            if in_table:
                app.installNativeEventFilter(self._tap)
            else:
                app.removeNativeEventFilter(self._tap)
                self._under_way = 0
                self._allow_input_method()

    def _warn(self, unprotected: bool) -> None:
        if unprotected is not self._unprotected:
            self._unprotected = unprotected
            self.unprotected.emit(unprotected)

    def take(self, key: RawKey) -> bool:
        """Handle a key as the server sent it; return whether to hold it back for now."""
        if key.sent:
            self._count_returned()
            return False
        waiting = self._under_way or self._detector.patience
        focus = QApplication.focusWidget()
        if focus is None or key.window != int(focus.window().winId()):
            return False
        if not (waiting or _input_method_is_on()):
            return False
        if not key.pressed:
            self._released = key
            return not self._carry_out(self._detector.release(key), key)
        self._end_silence()
        up = self._released
        repeat = up is not None and (up.code, up.at) == (key.code, key.at)
        passes = self._carry_out(self._detector.press(key, key.kind, "x", key.at, repeat=repeat), key)
        self._wait()
        return not passes

    def _carry_out(self, steps: Sequence[Step[RawKey]], current: RawKey | None) -> bool:
        for step in steps:
            if isinstance(step, Over | GoesOn):
                continue
            if not isinstance(step, Give):
                self._disable_input_method()
            elif step.keys == (current,) and not self._under_way:
                return True
            self._send(step.keys)
        return False

    def _send(self, keys: Sequence[RawKey]) -> None:
        if self._sender is not None:
            self._under_way += len(keys)
            self._sender.send(keys)

    def _count_returned(self) -> None:
        self._under_way = max(0, self._under_way - 1)
        if not self._under_way:
            # Let Qt handle the key that has just arrived first.
            self._all_sent.start()

    def _disable_input_method(self) -> None:
        focus = QGuiApplication.focusObject()
        if self._guard is None and isinstance(focus, QWidget):
            self._guard = disable_input_method(focus)
            _update_input_method()

    def _allow_input_method(self) -> None:
        if self._guard is not None and not self._under_way:
            if isValid(self._guard):
                cast("QWidget", self._guard.parent()).removeEventFilter(self._guard)
                self._guard.deleteLater()
            self._guard = None
            _update_input_method()


def _input_method_is_on() -> bool:
    """Query the focus object as Qt does; QInputMethod.queryFocusObject bypasses the filters that disable input
    methods.
    """
    focus = cast("QObject | None", QGuiApplication.focusObject())
    if focus is None:
        return False
    query = QInputMethodQueryEvent(Qt.InputMethodQuery.ImEnabled)
    QCoreApplication.sendEvent(focus, query)
    return bool(query.value(Qt.InputMethodQuery.ImEnabled))


def _update_input_method() -> None:
    QGuiApplication.inputMethod().update(Qt.InputMethodQuery.ImEnabled)
