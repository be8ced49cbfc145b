"""Buttons of pages, dialogs and the window: tall enough for gloves, never pressed by a scanner's Return."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, SignalInstance
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkButton, MarkLabel
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.labels import headline, line

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent, QMouseEvent
    from PySide6.QtWidgets import QLayout, QMenu

    Clicked = Callable[..., object] | SignalInstance


class _NamedButton(QPushButton):
    """Uses its text as accessible name; `clicked` is a slot called on each click, in addition to the signal."""

    def __init__(self, text: str, kind: StyleKind = StyleKind.NORMAL, *, clicked: Clicked | None = None) -> None:
        super().__init__()
        self.setAutoDefault(False)
        self.rename(text)
        theme.set_style(self, kind)
        if clicked is not None:
            self.clicked.connect(clicked)

    def rename(self, text: str) -> None:
        """Change the text and the accessible name."""
        self.setText(text)
        self.setAccessibleName(text)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ignore a double-click's second press: it was meant for the button that was here before."""
        event.accept()


class BarButton(_NamedButton):
    """Takes the focus by Tab only: after a click, the focus stays."""

    def __init__(self, text: str, kind: StyleKind = StyleKind.NORMAL, *, clicked: Clicked | None = None) -> None:
        super().__init__(text, kind, clicked=clicked)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)


class ActionButton(_NamedButton):
    """At most one of kind PRIMARY a screen; of kind LINK for a secondary action."""

    def __init__(self, text: str, kind: StyleKind = StyleKind.NORMAL, *, clicked: Clicked | None = None) -> None:
        super().__init__(text, kind, clicked=clicked)
        self.setMinimumHeight(theme.TARGET)

    def allow(self, allowed: bool, why_not: str) -> None:
        """Enable the button; or disable it, with the reason in its tool tip and for a screen reader."""
        self.setEnabled(allowed)
        self.setToolTip("" if allowed else why_not)
        self.setAccessibleDescription(self.toolTip())


class CardButton(_NamedButton):
    """A choice on a page: icon, title, and a line about its use; one of them may be PRIMARY."""

    def __init__(
        self, mark: Mark, text: str, about: str, kind: StyleKind = StyleKind.CARD, *, clicked: Clicked
    ) -> None:
        super().__init__("", kind, clicked=clicked)
        self.setAccessibleName(text)
        self.setAccessibleDescription(about)
        icon = MarkLabel(_CARD_MARK, mark, Tone.BUSY)
        parts = (icon, headline(text, points=theme.LINE_POINTS), line(about, Tone.QUIET))
        for part in parts:
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        words = layouts.column(*parts[1:], 1, spacing=theme.TIGHT)
        self._row = layouts.row(
            (icon, 0, Qt.AlignmentFlag.AlignTop), (words, 1), on=self, spacing=theme.MARGIN, margins=_CARD_MARGINS
        )
        # All cards of a page have the same width, whatever the length of their texts.
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        """Return the size of the texts."""
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the size at which no text is cut."""
        return self._row.minimumSize()

    def hasHeightForWidth(self) -> bool:
        """The line wraps."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the wrapped texts."""
        return self._row.heightForWidth(width)


_CARD_MARK = 32
_CARD_MARGINS = (theme.PAGE,) * 4
_WIDTH = 250


class StepButton(BarButton):
    """A primary button that changes its text but keeps its accessible name."""

    def __init__(self, name: str) -> None:
        super().__init__(name, StyleKind.PRIMARY)
        self.setMinimumSize(_WIDTH, theme.TARGET)


class MenuButton(MarkButton):
    """Opens a menu that its owner sets. Without an icon it shows text and an arrow."""

    def __init__(self, mark: Mark | None = None) -> None:
        super().__init__(mark)
        self.setToolButtonStyle(
            Qt.ToolButtonStyle.ToolButtonTextOnly if mark is None else Qt.ToolButtonStyle.ToolButtonIconOnly
        )
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def setMenu(self, menu: QMenu) -> None:
        """Open the menu on a press; look normal again once the menu is closed."""
        super().setMenu(menu)
        menu.aboutToHide.connect(self._see_mouse)

    def _see_mouse(self) -> None:
        """Reset the hover state: Qt sends no leave event if the mouse has left while a menu was open."""
        inside = self.rect().contains(self.mapFromGlobal(QCursor.pos()))
        self.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, inside)
        self.update()

    def open_menu(self) -> None:
        """Open the menu with its first enabled entry selected, if the button is visible."""
        menu = self.menu()
        if menu is not None and self.isVisible():
            menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
            can_be_chosen = (one for one in menu.actions() if one.isEnabled() and not one.isSeparator())
            menu.setActiveAction(next(can_be_chosen, menu.actions()[0]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the menu on Space, where Qt would block until it is closed."""
        if event.key() == Qt.Key.Key_Space:
            self.open_menu()
        else:
            super().keyPressEvent(event)


def remove_buttons(buttons: list[BarButton], layout: QLayout) -> None:
    """Remove buttons from a layout, delete them, and empty the list."""
    for button in buttons:
        button.hide()
        layout.removeWidget(button)
        button.deleteLater()
    buttons.clear()
