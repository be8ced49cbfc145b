"""The confirmation before devices are bound: developer, channel, count, first and last device as they will be sent.

Only Ctrl+Enter or a click confirms: the Return that ends a scan must not. The panel replaces the footer below the
table and leaves the focus unchanged, so scanning goes on. `run_starter` decides which devices are bound, and
whether they may be.
"""

from __future__ import annotations

from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLayout, QWidget
from shiboken6 import isValid

from bindtool.core.common.safe_text import escaped, evident
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.outcome import State
from bindtool.gui.binding.run_starter import Carried, Confirmation, RunStarter
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkLabel
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.accessibility import announce, tab_stops_in
from bindtool.gui.common.widgets.buttons import BarButton, StepButton
from bindtool.gui.common.widgets.labels import ElidedLabel, Header, headline, line
from bindtool.i18n.row_text import (
    benches_words,
    counts_words,
    developer_words,
    duration_words,
    site_words,
    tail,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bindtool.gui.binding.footer_bar import FooterBar
    from bindtool.gui.sheet.table_view import SheetTableView
    from bindtool.i18n.catalogue import Texts

_WIDEST = 1100
_MARK_SIZE = 20
_SMALL = 0.85
"""The size of the shortcut on the button, relative to its text."""
_TITLES: Mapping[frozenset[State], str] = MappingProxyType({
    frozenset({State.REFUSED}): "confirm.title_refused",
    frozenset({State.UNKNOWN}): "confirm.title_unknown",
    frozenset({State.REFUSED, State.UNKNOWN}): "confirm.title_again",
})  # fmt: skip
"""Titles by the rows' states, if all rows have been sent before; else it is "confirm.title"."""
_RETURNS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class ConfirmPanel(QFrame):
    """Asks before a run. Hidden until `ask`, and again after the answer.

    Args:
        footer: hidden while the panel is shown in its place.
        scan_field: gets the focus afterwards, if the footer had it.
        show_bench: shows the devices bound by the named bench, by all benches for ""; the panel stays.
    """

    def __init__(
        self,
        texts: Texts,
        starter: RunStarter,
        footer: FooterBar,
        table: SheetTableView,
        scan_field: QWidget,
        show_bench: Callable[[str], object],
    ) -> None:
        super().__init__()
        self._texts = texts
        self._starter = starter
        self._footer = footer
        self._scan_field = scan_field
        self._show_bench = show_bench
        self._focus_before: QWidget | None = None
        self._asked: Confirmation | None = None
        self.setAccessibleName(texts("confirm.name"))
        theme.set_style(self, StyleKind.SHEET)
        self._header = Header()
        self._facts = QWidget()
        self._held = _plain_text("")
        self._show = BarButton(
            texts("confirm.show"), StyleKind.LINK, clicked=lambda: table.select(starter.remarked())
        )
        self._off_plan = _Remark("", Mark.WARNING)
        self._forecast = _Remark("")
        self._alone = _Remark(texts("confirm.first_alone"))
        self._may_replace = _Remark(texts("confirm.may_replace"), Mark.WARNING)
        self._replaces = _Remark("", Mark.WARNING)
        self._others = _Remark("", Mark.WARNING)
        self._show_others = BarButton(texts("confirm.show_others"), StyleKind.LINK, clicked=self._look_at_others)
        self._removes = _Remark(texts("confirm.others_removed"), Mark.WARNING)
        self._since = ElidedLabel(tone=Tone.UNSURE, points=theme.BODY_POINTS)
        self._cancel = BarButton(texts("button.cancel"), clicked=self.cancel)
        self._bind = _ConfirmButton(texts("confirm.bind_now"), texts("confirm.key"))
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
            spacing=theme.GAP,
        )
        content = QWidget()
        theme.resize(content, maximum_width=_WIDEST)
        # Beside the title, so that nothing moves when a device is scanned.
        head = layouts.row(self._header, (self._since, 1), spacing=theme.PAGE)
        self._column = layouts.column(head, self._facts, remarks, 1, on=content, spacing=theme.STEP)
        self._content = layouts.ScrollsIfLow(content)
        for filled in (content, self._content.viewport()):
            filled.setAutoFillBackground(False)
        warning = _warning_block(texts("confirm.no_unbind"))
        layouts.column(
            (self._content, 1),
            layouts.row((warning, 1), self._cancel, self._bind, spacing=theme.MARGIN),
            on=self,
            spacing=theme.STEP,
            # The confirming button takes the place of the step button.
            margins=(theme.MARGIN, theme.STEP, theme.MARGIN, theme.STEP),
        )
        cast("QGuiApplication", QGuiApplication.instance()).focusObjectChanged.connect(self._watch)
        starter.withdrawn.connect(self.cancel)
        starter.more_came.connect(self._say_since)
        self.hide()

    def ask(self, asked: Confirmation) -> None:
        """Show the rows to be bound, and wait for the answer."""
        self._asked = asked
        title = self._texts(_TITLES.get(asked.again, "confirm.title"), n=asked.n)
        self._header.show_title(title)
        self.setAccessibleDescription(title)
        self._bind.setText(self._texts("foot.bind_again" if asked.again else "foot.bind", n=asked.n))
        facts = _Facts(self._texts, asked)
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
        self._say_since(self._starter.more)
        self._tab_from_scan_field()
        self._focus_before = self.window().focusWidget()
        self.show()
        announce(self, title, urgent=True)
        if self._footer.isAncestorOf(self.window().focusWidget()):
            # The footer is hidden, so the focus goes to Cancel, which does nothing.
            self._focus_before = self._scan_field
            self._cancel.setFocus()
        self._footer.hide()
        # Drawn at once: the next key, perhaps already queued, must only confirm what is on screen.
        cast("QLayout", cast("QWidget", self.parentWidget()).layout()).activate()
        self.repaint()

    def _say_since(self, n: int) -> None:
        """Show the number of devices scanned since the question: they seem to be included."""
        self._since.setText(self._texts("confirm.since", n=n) if n else "")

    def _tab_from_scan_field(self) -> None:
        """Let Tab from the scan field lead to this panel."""
        stops = (self._scan_field, *tab_stops_in(self))
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def _show_forecast(self, asked: Confirmation) -> None:
        forecast, requests = asked.forecast, asked.requests
        words = []
        if requests is not None:
            words.append(self._texts("confirm.requests", n=requests.n, most=requests.at_most))
        if forecast is not None:
            duration = duration_words(self._texts, forecast.seconds)
            words.append(self._texts("confirm.forecast", duration=duration, count=forecast.per_minute))
        self._forecast.setVisible(bool(words))
        self._forecast.say(self._texts.together(*words))

    def _show_carried(self, asked: Confirmation) -> None:
        """Count devices known from other benches separately: this laptop has not sent them."""
        carried = asked.carried or Carried(0)
        for remark in (self._replaces, self._removes):
            remark.setVisible(asked.carried is not None)
        for widget in (self._others, self._show_others):
            widget.setVisible(bool(carried.others))
        self._replaces.say(self._texts("confirm.whole_list", n=asked.n + carried.n, carried=carried.n))
        benches = benches_words(self._texts, carried.others)
        self._others.say(self._texts("confirm.others", n=sum(carried.others.values()), benches=benches))

    def _look_at_others(self) -> None:
        carried = self._asked.carried if self._asked is not None else None
        if carried is not None:
            self._show_bench(next(iter(carried.others)) if len(carried.others) == 1 else "")

    def confirm(self) -> None:
        """Confirm the open question, if any."""
        if not self.isHidden():
            self._leave()
            self._starter.confirm()

    def cancel(self) -> None:
        """Cancel the open question, if any."""
        if not self.isHidden():
            self._leave()
            self._starter.cancel()

    def _leave(self) -> None:
        before, self._focus_before = self._focus_before, None
        # A cell's editor may have been deleted meanwhile.
        if before is not None and isValid(before) and self._has_focus():
            before.setFocus()
        self.hide()
        self._footer.show()

    def _has_focus(self) -> bool:
        return any(one.hasFocus() for one in (self._bind, self._cancel, self._show, self._show_others))

    def showEvent(self, event: QShowEvent) -> None:
        """Filter the window's keys while the question is shown."""
        self.window().windowHandle().installEventFilter(self)
        self._watch(QGuiApplication.focusObject())
        super().showEvent(event)

    def _watch(self, focus: QObject | None) -> None:
        """Filter the focused widget's keys too, while the question is shown."""
        if focus is not None and self.isVisible():
            focus.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Handle keys before the window's shortcuts do, whichever widget has the focus."""
        if not self.isVisible():
            return False
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
        # On some desktops Return presses the focused button. Other widgets of the window may have it: it may end a
        # scan.
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


class _ConfirmButton(StepButton):
    """The confirming button, with its shortcut in small type at its right."""

    def __init__(self, name: str, key: str) -> None:
        super().__init__(name)
        self._key = line(key, wraps=False)
        self._key.setForegroundRole(QPalette.ColorRole.HighlightedText)
        self._key.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.resize_text(self._key, theme.BODY_POINTS * _SMALL)
        layouts.row(1, self._key, on=self, margins=(0, 0, theme.MARGIN, 0))

    def sizeHint(self) -> QSize:
        """Return a size with space for the shortcut; the text stays centred."""
        return super().sizeHint() + QSize(2 * (self._key.sizeHint().width() + theme.GAP), 0)

    def minimumSizeHint(self) -> QSize:
        """Return the size at which neither text nor shortcut is cut."""
        return self.sizeHint()


class _Facts(QWidget):
    """Developer, channel and key on the left, first and last device beside them: the table keeps its height."""

    def __init__(self, texts: Texts, asked: Confirmation) -> None:
        super().__init__()
        self._texts = texts
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.PAGE)
        self._grid.setVerticalSpacing(theme.GAP)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(4, 1)
        profile = asked.profile
        developer = developer_words(texts, profile)
        for_whom = _plain_text(developer) if profile.user_id else _Remark(developer, Mark.WARNING)
        name, channel = texts.name(profile.name), tail(profile.connector_id)
        where = texts("confirm.where", name=name, channel=channel, site=site_words(profile.site))
        for row, (name, value) in enumerate(
            {
                "confirm.for": for_whom,
                "confirm.channel": _plain_text(where),
                "confirm.as": _plain_text(escaped(profile.key)),
            }.items()
        ):
            self._add(name, row, 0, value)
        several = {"confirm.first": asked.first, "confirm.last": asked.last}
        shown = several if asked.n > 1 else {"confirm.only": asked.first}
        for row, (name, (device_id, label)) in enumerate(shown.items()):
            self._add(name, row, 2, _plain_text(evident(device_id), bold=True), _plain_text(evident(label)))
        for at, (name, counts) in enumerate(asked.fates.items()):
            words = counts_words(counts.items())
            fate = texts("confirm.fate", name=name, counts=words) if name else words
            self._add("" if at else "confirm.fates", self._grid.rowCount(), 0, _plain_text(fate), width=4)

    def _add(self, name: str, row: int, column: int, *values: QWidget, width: int = 1) -> None:
        heading = _plain_text(self._texts(name) if name else "")
        theme.set_style(heading, tone=Tone.QUIET)
        self._grid.addWidget(heading, row, column)
        for at, value in enumerate(values, column + 1):
            self._grid.addWidget(value, row, at, 1, width)


class _Remark(QWidget):
    """A sentence, with an icon before it if it is a warning."""

    def __init__(self, words: str, mark: Mark | None = None) -> None:
        super().__init__()
        self._label = _plain_text(words)
        row = layouts.row((self._label, 1), on=self, spacing=theme.GAP)
        if mark is not None:
            row.insertWidget(0, MarkLabel(_MARK_SIZE, mark))
            theme.set_style(self._label, tone=mark.tone)

    def say(self, words: str) -> None:
        """Change the sentence."""
        self._label.setText(words)


def _warning_block(words: str) -> QFrame:
    """Return the most prominent line of the panel, beside the confirming button."""
    block = QFrame()
    theme.set_style(block, StyleKind.BANNER, Tone.UNSURE)
    said = headline(words, theme.BODY_POINTS)
    said.setWordWrap(True)
    layouts.row(
        MarkLabel(_MARK_SIZE, Mark.WARNING),
        (said, 1),
        on=block,
        spacing=theme.STEP,
        margins=(theme.STEP, 0, theme.STEP, 0),
    )
    return block


def _plain_text(words: str, *, bold: bool = False) -> ElidedLabel:
    """Return a label of the panel's text size, elided if it does not fit."""
    return ElidedLabel(words, points=theme.BODY_POINTS, bold=bold)
