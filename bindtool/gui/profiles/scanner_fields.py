"""The fields for how a scanner types: a choice of common ones, and the figures behind it.

What the figures do is in `core.scanner.burst_detector`; debounce time and country of the keyboard stay as the
profile has them.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QSpinBox, QWidget

from bindtool.core.barcode.scan_rules import BOUNDS, EndKey, ScannerRules
from bindtool.gui.common.theme import theme
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.form_field import Choice, Field, TextField, wheel_guarded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bindtool.i18n.catalogue import Texts

_LONGEST_PREFIX = 20


class _Common(StrEnum):
    """Scanners as they are sold, and any other."""

    USB = "usb"
    BLUETOOTH = "bluetooth"
    OTHER = "other"


_FIGURES: Mapping[_Common, tuple[int, int]] = MappingProxyType({_Common.USB: (6, 30), _Common.BLUETOOTH: (8, 50)})
"""The shortest scan in characters and the longest gap in milliseconds. A slow scanner is as fast as a quick person
now and then, so more of its keys have to come in a row."""


class ScannerFields(QWidget):
    """The choice above, the figures below it, side by side."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._rules = ScannerRules()
        self.common = wheel_guarded(Choice({one: texts(f"profile_form.scanner.{one}") for one in _Common}))
        self.end = wheel_guarded(Choice({end: texts(f"profile_form.scanner.end.{end}") for end in EndKey}))
        self.shortest = _number("shortest", texts("profile_form.scanner.characters"))
        self.longest_gap = _number("longest_gap", texts("profile_form.scanner.milliseconds"))
        self.prefix = TextField(texts("profile_form.scanner.prefix"), texts("profile_form.scanner.prefix.hint"))
        self.prefix.line.setMaxLength(_LONGEST_PREFIX)

        def field(name: str, entry: QWidget) -> Field:
            return Field(texts(f"profile_form.scanner.{name}"), entry, texts(f"profile_form.scanner.{name}.hint"))

        common = Field(texts("profile_form.scanner"), self.common, texts("profile_form.scanner.hint"))
        layouts.column(
            layouts.field_row(common, field("end", self.end)),
            layouts.field_row(field("shortest", self.shortest), field("gap", self.longest_gap)),
            self.prefix,
            on=self,
            spacing=theme.MARGIN,
        )
        self.common.activated.connect(self._use_common)
        self.shortest.valueChanged.connect(self._name_figures)
        self.longest_gap.valueChanged.connect(self._name_figures)
        self.set_rules(self._rules)

    def rules(self) -> ScannerRules:
        return replace(
            self._rules,
            shortest=self.shortest.value(),
            longest_gap=self.longest_gap.value(),
            end=self.end.value,
            prefix=self.prefix.text().strip(),
        )

    def set_rules(self, rules: ScannerRules) -> None:
        """Show rules."""
        self._rules = rules
        self.shortest.setValue(rules.shortest)
        self.longest_gap.setValue(rules.longest_gap)
        self.end.choose(rules.end)
        self.prefix.set_text(rules.prefix)
        self._name_figures()

    def _use_common(self) -> None:
        """Take the figures of a common scanner; "other" leaves them."""
        figures = _FIGURES.get(self.common.value)
        if figures is not None:
            self.shortest.setValue(figures[0])
            self.longest_gap.setValue(figures[1])

    def _name_figures(self) -> None:
        figures = self.shortest.value(), self.longest_gap.value()
        self.common.choose(next((one for one, its in _FIGURES.items() if its == figures), _Common.OTHER))


def _number(name: str, unit: str) -> QSpinBox:
    number = wheel_guarded(QSpinBox())
    number.setRange(*BOUNDS[name])
    number.setSuffix(f" {unit}")
    return number
