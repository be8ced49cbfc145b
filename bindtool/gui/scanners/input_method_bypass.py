"""Scans while an input method is on: its keys are caught before it sees them.

Owns the places where that is needed, the labels in the table and the panel that fills them: everywhere else on the
sheet's page the input method is off. On X the keys are held as the server sends them; a burst goes round the input
method, to the `keyboard_wedge`, and a person's keys go on to it. On other systems nothing can be held so early:
there the table itself takes no input method, and while labels are typed the strip has to say that a scan may be
taken.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, cast

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QInputMethodQueryEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from bindtool.core.barcode.scan_rules import ScannerRules
from bindtool.core.scanner.burst_detector import BurstDetector, Give, Over
from bindtool.gui.common.util.no_input_method import disable_input_method
from bindtool.gui.scanners.x11_keys import KeySender, KeyTap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bindtool.core.scanner.burst_detector import Step
    from bindtool.gui.scanners.x11_keys import RawKey


class Sender(Protocol):
    """Whoever can send keys to a window, in order, behind those that are on their way."""

    def send(self, keys: Iterable[RawKey]) -> None:
        """Send keys."""

    def close(self) -> None:
        """Send no more."""


def key_sender() -> Sender | None:
    """Return what sends keys on this system, None where keys can't be seen early."""
    if QGuiApplication.platformName() != "xcb":
        return None
    try:
        return KeySender()
    except OSError:
        return None


class InputMethodBypass(QObject):
    """Watches `table`, and `others` that take words, for as long as the keys go to them or to what is in them.

    Signals:
        unprotected(bool): an input method may take a scan now, or can no longer do so.
    """

    unprotected = Signal(bool)

    def __init__(self, table: QWidget, sender: Sender | None, *others: QWidget) -> None:
        super().__init__(table)
        self._table = table
        self._watched = (table, *others)
        self._sender = sender
        self._tap = KeyTap(self.take)
        self._tapping = False
        self._unprotected = False
        self._catcher: BurstDetector[RawKey] = BurstDetector(ScannerRules())
        self._under_way = 0
        self._released: RawKey | None = None
        self._keeper: QObject | None = None
        self._quiet = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        # Keys may lie in the system's queue while the window was busy: one more turn of the loop brings them.
        self._last_look = QTimer(self, singleShot=True, interval=0)
        self._quiet.timeout.connect(self._last_look.start)
        self._last_look.timeout.connect(self._wait_no_longer)
        self._all_sent = QTimer(self, singleShot=True, interval=0)
        self._all_sent.timeout.connect(self._let_input_method)
        if sender is None:
            disable_input_method(table)
        else:
            self.destroyed.connect(sender.close)
        cast("QApplication", QApplication.instance()).focusObjectChanged.connect(self._follow)

    @property
    def at_rest(self) -> bool:
        """Whether no key is held back or on its way round the input method."""
        return not (self._catcher.patience or self._under_way)

    def use(self, rules: ScannerRules, learnt: int = 0) -> None:
        """Go by the rules of another scanner and by the longest gap that was learnt of it.

        A prefix can't be told here, where keys have no text yet.
        """
        self._decide()
        self._catcher = BurstDetector(replace(rules, prefix=""), learnt)

    def learn(self, gap: int) -> None:
        """Reckon with keys that come as slowly as that, in milliseconds; what is under way goes on."""
        self._catcher.learn(gap)

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
                self._let_input_method()

    def _warn(self, unprotected: bool) -> None:
        if unprotected is not self._unprotected:
            self._unprotected = unprotected
            self.unprotected.emit(unprotected)

    def take(self, key: RawKey) -> bool:
        """Take a key as the server has sent it; return whether it goes no further, for now."""
        if key.sent:
            self._count_back()
            return False
        waiting = self._under_way or self._catcher.patience
        if key.window != int(self._table.window().winId()) or not (waiting or _input_method_is_on()):
            return False
        if not key.pressed:
            self._released = key
            return not self._carry_out(self._catcher.release(key), key)
        self._quiet.stop()
        self._last_look.stop()
        up = self._released
        repeat = up is not None and (up.code, up.at) == (key.code, key.at)
        passes = self._carry_out(self._catcher.press(key, key.kind, "x", key.at, repeat=repeat), key)
        self._wait()
        return not passes

    def _wait(self) -> None:
        if self._catcher.patience:
            self._quiet.start(self._catcher.patience)

    def _wait_no_longer(self) -> None:
        self._carry_out(self._catcher.silence(), None)
        self._wait()

    def _decide(self) -> None:
        self._quiet.stop()
        self._last_look.stop()
        while self._catcher.patience:
            self._carry_out(self._catcher.silence(), None)

    def _carry_out(self, steps: Sequence[Step[RawKey]], current: RawKey | None) -> bool:
        """Send on what the catcher has decided; return whether the key that is looked at just now may pass."""
        for step in steps:
            if isinstance(step, Over):
                continue
            if not isinstance(step, Give):
                self._keep_input_method_off()
            elif step.keys == (current,) and not self._under_way:
                return True
            self._send(step.keys)
        return False

    def _send(self, keys: Sequence[RawKey]) -> None:
        if self._sender is not None:
            self._under_way += len(keys)
            self._sender.send(keys)

    def _count_back(self) -> None:
        self._under_way = max(0, self._under_way - 1)
        if not self._under_way:
            # The key that has just come is Qt's first.
            self._all_sent.start()

    def _keep_input_method_off(self) -> None:
        focus = QGuiApplication.focusObject()
        if self._keeper is None and isinstance(focus, QWidget):
            self._keeper = disable_input_method(focus)
            _tell_input_method()

    def _let_input_method(self) -> None:
        if self._keeper is not None and not self._under_way:
            if isValid(self._keeper):
                cast("QWidget", self._keeper.parent()).removeEventFilter(self._keeper)
                self._keeper.deleteLater()
            self._keeper = None
            _tell_input_method()


def _input_method_is_on() -> bool:
    """Ask as Qt does; QInputMethod.queryFocusObject passes by whoever keeps input methods out."""
    focus = cast("QObject | None", QGuiApplication.focusObject())
    if focus is None:
        return False
    query = QInputMethodQueryEvent(Qt.InputMethodQuery.ImEnabled)
    QCoreApplication.sendEvent(focus, query)
    return bool(query.value(Qt.InputMethodQuery.ImEnabled))


def _tell_input_method() -> None:
    QGuiApplication.inputMethod().update(Qt.InputMethodQuery.ImEnabled)
