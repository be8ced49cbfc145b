"""The fields for how fast requests are sent to a channel: devices a request, requests a second.

Shows what runs have found out about the first of them; other request settings stay as the profile has them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox, QWidget

from bindtool.core.profiles.profile import PACE_BOUNDS, RequestSettings
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.form_field import Field, wheel_guarded

if TYPE_CHECKING:
    from datetime import date

    from bindtool.i18n.catalogue import Texts


class _Rate(QDoubleSpinBox):
    """A number that shows no more digits than it has."""

    def textFromValue(self, value: float) -> str:
        """Return "2", not "2.00"."""
        return f"{value:g}"


class PaceFields(QWidget):
    """Two numbers side by side."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._pace = RequestSettings()
        self.batch_size = wheel_guarded(QSpinBox())
        low, high = PACE_BOUNDS["batch_size"]
        self.batch_size.setRange(int(low), int(high))
        self.rate = wheel_guarded(_Rate())
        # Zero is no limit.
        self.rate.setRange(0, PACE_BOUNDS["rate"][1])
        self.rate.setSpecialValueText(texts("profile_form.rate.no_limit"))
        self._batch_size_field = Field(
            texts("profile_form.batch_size"), self.batch_size, texts("profile_form.batch_size.hint")
        )
        rate_field = Field(texts("profile_form.rate"), self.rate, texts("profile_form.rate.hint"))
        layouts.field_row(self._batch_size_field, rate_field, on=self)

    def pace(self) -> RequestSettings:
        """Return the pace with the two numbers as they stand."""
        return replace(self._pace, batch_size=self.batch_size.value(), rate=self.rate.value())

    def set_pace(self, pace: RequestSettings) -> None:
        """Show a pace."""
        self._pace = pace
        self.batch_size.setValue(pace.batch_size)
        self.rate.setValue(pace.rate)
        self._batch_size_field.set_hint(self._texts("profile_form.batch_size.hint"))

    def show_found(self, size: int, day: date) -> None:
        """Say that requests carry fewer devices than the number says, and since when that is known."""
        self._batch_size_field.set_hint(
            self._texts("profile_form.batch_size.found", size=size, day=day.isoformat())
        )
