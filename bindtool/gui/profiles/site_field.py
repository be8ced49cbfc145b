"""The field for a site: one of Coze's own, or another address.

Owns the choice and the line for the address. Which addresses will do is for core.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from bindtool.core.profiles.profile import Site
from bindtool.gui.common.widgets.form_field import TextField, WheelGuard

if TYPE_CHECKING:
    from bindtool.texts import Texts


class SiteField(TextField):
    """A list of sites; the last entry opens a line for an address."""

    def __init__(self, texts: Texts) -> None:
        super().__init__(texts("profile_form.site"), texts("profile_form.site.hint"))
        self.choice = QComboBox()
        self.choice.setMinimumHeight(self.line.minimumHeight())
        self.choice.setAccessibleName(texts("profile_form.site"))
        self.choice.setAccessibleDescription(self.hint)
        self.choice.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.choice.installEventFilter(WheelGuard(self))
        for site in Site:
            self.choice.addItem(texts(f"profile_form.site.{site.name.lower()}"), str(site))
        self.choice.addItem(texts("profile_form.site.other"))
        self.label.setBuddy(self.choice)
        self.line.setAccessibleName(texts("profile_form.site.address"))
        self.line.setPlaceholderText("https://")
        self.column.insertWidget(self.column.indexOf(self.line), self.choice)
        self.line.hide()
        self.choice.currentIndexChanged.connect(self._choose)

    def text(self) -> str:
        """Return the origin that is chosen or typed."""
        chosen = self.choice.currentData()
        return str(chosen) if chosen is not None else super().text()

    def set_text(self, text: str) -> None:
        """Choose a site; an address that is none of Coze's goes into the line."""
        known = self.choice.findData(text)
        self.choice.setCurrentIndex(known if known >= 0 else self.choice.count() - 1)
        super().set_text("" if known >= 0 else text)

    def lock(self, *, locked: bool, reason: str = "") -> None:
        """Keep the site from being changed."""
        super().lock(locked=locked, reason=reason)
        self.choice.setEnabled(not locked)
        self.choice.setToolTip(self.entry.toolTip())
        self.choice.setAccessibleDescription(self.entry.accessibleDescription())

    def take_focus(self) -> None:
        """Put the cursor where the value is."""
        (self.choice if self.choice.currentData() is not None else self.line).setFocus()

    def _choose(self) -> None:
        self.line.setHidden(self.choice.currentData() is not None)
        self.show_problem("")
        self.edited.emit()
