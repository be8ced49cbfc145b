"""The fields for what the ids of a channel look like: pattern, length, case, check digit, what is held.

What the rules do to a scan is in `core.intake.id_rules`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSpinBox, QWidget

from bindtool.core.barcode.scan_rules import BOUNDS, CaseRule, CheckDigit, IdRules
from bindtool.core.common.errors import BadInput
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.form_field import (
    Choice,
    Field,
    TextField,
    tick_box,
    wheel_guarded,
)
from bindtool.gui.common.widgets.labels import line

if TYPE_CHECKING:
    from bindtool.i18n.catalogue import Texts

_LONGEST_PATTERN = 500


class IdRuleFields(QWidget):
    """A pattern, a length, a case and a check digit, two side by side, and tick boxes below."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self.pattern = TextField(texts("profile_form.id_pattern"), texts("profile_form.id_pattern.hint"))
        self.pattern.line.setMaxLength(_LONGEST_PATTERN)
        self.length = wheel_guarded(QSpinBox())
        self.length.setRange(*BOUNDS["length"])
        self.length.setSpecialValueText(texts("profile_form.id_length.any"))
        self.case = wheel_guarded(Choice({case: texts(f"profile_form.id_case.{case}") for case in CaseRule}))
        self.check = wheel_guarded(Choice({one: texts(f"profile_form.id_check.{one}") for one in CheckDigit}))
        hints = [texts(f"profile_form.{name}.hint") for name in ("odd_one_out", "beyond_ascii")]
        self.odd_one_out = tick_box(texts("profile_form.odd_one_out"), hints[0])
        self.beyond_ascii = tick_box(texts("profile_form.beyond_ascii"), hints[1])
        self.pattern.edited.connect(lambda: self.pattern.show_problem(""))
        self.pattern.left.connect(self.rules)
        length = Field(texts("profile_form.id_length"), self.length)
        case = Field(texts("profile_form.id_case"), self.case)
        check = Field(texts("profile_form.id_check"), self.check)
        layouts.column(
            layouts.field_row((self.pattern, 2), length),
            layouts.field_row(case, check),
            layouts.Gap(theme.GAP),
            (self.odd_one_out, 0, Qt.AlignmentFlag.AlignLeft),
            line(hints[0], Tone.QUIET),
            layouts.Gap(theme.GAP),
            (self.beyond_ascii, 0, Qt.AlignmentFlag.AlignLeft),
            line(hints[1], Tone.QUIET),
            on=self,
            spacing=theme.TIGHT,
        )

    def set_rules(self, rules: IdRules) -> None:
        """Show rules."""
        self.pattern.set_text(rules.pattern)
        self.pattern.show_problem("")
        self.length.setValue(rules.length)
        self.case.choose(rules.case)
        self.check.choose(rules.check)
        self.odd_one_out.setChecked(rules.odd_one_out)
        self.beyond_ascii.setChecked(rules.beyond_ascii)

    def rules(self) -> IdRules | None:
        """Return the rules as they stand; None where the pattern can't be read, which is then shown."""
        try:
            return IdRules(
                self.pattern.text(),
                self.length.value(),
                self.case.value,
                self.odd_one_out.isChecked(),
                self.check.value,
                self.beyond_ascii.isChecked(),
            )
        except BadInput as problem:
            self.pattern.show_problem(self._texts.say(problem.title))
            return None
