"""The confirmation before devices are bound: for whom, where, how many, the first and the last as they are sent.

Only Ctrl+Enter or a click confirms: the Return that ends a scan must not. The panel covers the lower half of its
parent and leaves the focus where it was, so scanning goes on. What is bound, and whether it may be, is decided by
`run_starter`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget
from shiboken6 import isValid

from bindtool.core.model.channel import Behaviour
from bindtool.gui.binding.confirm_facts import Carried, ConfirmFacts, Remark, plain_text
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark
from bindtool.gui.common.theme.theme import StyleKind
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import BarButton, StepButton
from bindtool.gui.common.widgets.labels import Header
from bindtool.i18n.row_text import benches_words, duration_words

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QShowEvent

    from bindtool.gui.binding.confirm_facts import Confirmation
    from bindtool.i18n.catalogue import Texts

_WIDEST = 760
_RETURNS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class ConfirmPanel(QFrame):
    """Asks before a run. Hidden until `ask`; hides itself when it has its answer.

    Signals:
        confirmed(): bind what was asked about.
        cancelled(): don't.
        show_requested(): the rows that are held or typed are to be seen; the panel stays.
        others_requested(str): what the bench of that name has bound is to be seen, "" for any; the panel stays.
        announced(str): what is asked, in words.
    """

    confirmed = Signal()
    cancelled = Signal()
    show_requested = Signal()
    others_requested = Signal(str)
    announced = Signal(str)

    def __init__(self, texts: Texts, parent: QWidget) -> None:
        super().__init__(parent)
        self._texts = texts
        self._focus_before: QWidget | None = None
        self._asked: Confirmation | None = None
        self.setAccessibleName(texts("confirm.name"))
        theme.set_style(self, StyleKind.SHEET)
        self._header = Header()
        self._facts = QWidget()
        self._held = plain_text("")
        self._show = BarButton(texts("confirm.show"), StyleKind.LINK, clicked=self.show_requested)
        self._off_plan = Remark("", Mark.WARNING)
        self._forecast = Remark("")
        self._alone = Remark(texts("confirm.first_alone"))
        self._may_replace = Remark(texts("confirm.may_replace"), Mark.WARNING)
        self._replaces = Remark("", Mark.WARNING)
        self._others = Remark("", Mark.WARNING)
        self._show_others = BarButton(texts("confirm.show_others"), StyleKind.LINK, clicked=self._ask_for_others)
        self._removes = Remark(texts("confirm.others_removed"), Mark.WARNING)
        self._no_unbind = Remark(texts("confirm.no_unbind"))
        self._cancel = BarButton(texts("button.cancel"), clicked=self.cancel)
        self._bind = StepButton(texts("confirm.bind_now"))
        self._bind.setToolTip(texts("confirm.keys"))
        self._bind.clicked.connect(self.confirm)
        remarks = layouts.column(
            layouts.row(self._held, self._show, 1, spacing=theme.STEP),
            self._off_plan,
            self._forecast,
            self._alone,
            self._may_replace,
            self._replaces,
            layouts.row(self._others, self._show_others, 1, spacing=theme.STEP),
            self._removes,
            self._no_unbind,
            spacing=theme.GAP,
        )
        content = QWidget()
        theme.resize(content, maximum_width=_WIDEST)
        self._column = layouts.column(self._header, self._facts, remarks, 1, on=content, spacing=theme.STEP)
        layouts.column(
            (layouts.row(content), 1),
            layouts.row(1, self._cancel, self._bind, spacing=theme.MARGIN),
            on=self,
            # The button that confirms is where the step button is.
            margins=(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.STEP),
        )
        parent.installEventFilter(self)
        cast("QGuiApplication", QGuiApplication.instance()).focusObjectChanged.connect(self._watch)
        self.hide()

    def ask(self, asked: Confirmation) -> None:
        """Show what would be bound, and wait for a person."""
        self._asked = asked
        title = self._texts("confirm.title", n=asked.n)
        self._header.show_title(title)
        self.setAccessibleDescription(title)
        self._bind.setText(self._texts("foot.bind", n=asked.n))
        facts = ConfirmFacts(self._texts, asked)
        self._column.replaceWidget(self._facts, facts)
        self._facts.hide()
        self._facts.deleteLater()
        self._facts = facts
        counts = (("confirm.held", asked.held), ("confirm.typed", asked.typed))
        self._held.setText(" · ".join(self._texts(words, n=n) for words, n in counts if n))
        for widget in (self._held, self._show):
            widget.setVisible(bool(asked.held or asked.typed))
        self._off_plan.setVisible(asked.off_plan is not None)
        if asked.off_plan is not None:
            self._off_plan.say(self._texts.say(asked.off_plan))
        self._show_forecast(asked)
        self._alone.setVisible(asked.first_alone and asked.n > 1)
        self._may_replace.setVisible(asked.profile.behaviour is Behaviour.NOT_CHECKED)
        self._show_carried(asked)
        self._focus_before = self.window().focusWidget()
        self._place()
        self.show()
        self.raise_()
        self.announced.emit(title)

    def _show_forecast(self, asked: Confirmation) -> None:
        forecast = asked.forecast
        self._forecast.setVisible(forecast is not None)
        if forecast is not None:
            duration = duration_words(self._texts, forecast.seconds)
            self._forecast.say(self._texts("confirm.forecast", duration=duration, count=forecast.per_minute))

    def _show_carried(self, asked: Confirmation) -> None:
        """Devices known from other benches are counted apart: this laptop has not sent them."""
        carried = asked.carried or Carried(0)
        for remark in (self._replaces, self._removes):
            remark.setVisible(asked.carried is not None)
        for widget in (self._others, self._show_others):
            widget.setVisible(bool(carried.others))
        self._replaces.say(self._texts("confirm.whole_list", n=asked.n + carried.n, carried=carried.n))
        benches = benches_words(carried.others)
        self._others.say(self._texts("confirm.others", n=sum(carried.others.values()), benches=benches))

    def _ask_for_others(self) -> None:
        carried = self._asked.carried if self._asked is not None else None
        if carried is not None:
            self.others_requested.emit(next(iter(carried.others)) if len(carried.others) == 1 else "")

    def take_focus(self, afterwards: QWidget) -> None:
        """Move the focus to the answer that does nothing; `afterwards` gets it once there is an answer."""
        self._focus_before = afterwards
        self._cancel.setFocus()

    def confirm(self) -> None:
        """Confirm, where something is asked."""
        if not self.isHidden():
            self._leave()
            self.confirmed.emit()

    def cancel(self) -> None:
        """Cancel, where something is asked."""
        if not self.isHidden():
            self._leave()
            self.cancelled.emit()

    def _leave(self) -> None:
        before, self._focus_before = self._focus_before, None
        # The editor of a cell may have ended meanwhile.
        if before is not None and isValid(before) and self._has_focus():
            before.setFocus()
        self.hide()

    def _has_focus(self) -> bool:
        return any(one.hasFocus() for one in (self._bind, self._cancel, self._show, self._show_others))

    @property
    def _host(self) -> QWidget:
        """The widget that it covers; not kept, or a closed window would live until garbage is collected."""
        return cast("QWidget", self.parent())

    def _place(self) -> None:
        whole = self._host.size()
        height = max(self.sizeHint().height(), whole.height() // 2)
        self.setGeometry(0, whole.height() - height, whole.width(), height)

    def showEvent(self, event: QShowEvent) -> None:
        """Filter the window's key events while the question is shown."""
        self.window().windowHandle().installEventFilter(self)
        self._watch(QGuiApplication.focusObject())
        super().showEvent(event)

    def _watch(self, focus: QObject | None) -> None:
        """Filter the keys of what has the focus too, where the question is shown."""
        if focus is not None and self.isVisible():
            focus.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the window's lower half; take keys before its shortcuts do, wherever the focus is."""
        if not self.isVisible():
            return False
        if event.type() is QEvent.Type.Resize and watched is self._host:
            self._place()
        pressing = event.type() in {QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride}
        if pressing and isinstance(event, QKeyEvent) and self._is_of_this_window(watched):
            return self._takes(event, on_button=isinstance(watched, QWidget) and self._has_focus())
        return False

    def _is_of_this_window(self, watched: QObject) -> bool:
        window = self.window()
        return watched is window.windowHandle() or (isinstance(watched, QWidget) and watched.window() is window)

    def _takes(self, event: QKeyEvent, *, on_button: bool) -> bool:
        returning = event.key() in _RETURNS
        confirming = returning and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        cancelling = event.key() == Qt.Key.Key_Escape
        # On some desktops Return presses the button that has the focus. The window may have it: it may end a scan.
        harmless = returning and on_button
        if not (confirming or cancelling or harmless):
            return False
        event.accept()
        if event.type() is QEvent.Type.KeyPress and not event.isAutoRepeat():
            if confirming:
                self.confirm()
            elif cancelling:
                self.cancel()
        return True
