"""The fields for what the ids of a channel look like: pattern, length, case, check digit, what is held.

What the rules do to a scan is in `core.intake.id_rules`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox, QWidget

from bindtool.core.barcode.patterns import check_pattern
from bindtool.core.barcode.scan_rules import BOUNDS, CaseRule, CheckDigit, IdRules
from bindtool.core.common.errors import BadInput
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.form_field import Field, TextField, WheelGuard
from bindtool.gui.common.widgets.labels import line

if TYPE_CHECKING:
    from bindtool.i18n.catalogue import Texts

_CASES = tuple(CaseRule)
_CHECKS = tuple(CheckDigit)
_LONGEST_PATTERN = 500


class IdRuleFields(QWidget):
    """A pattern, a length, a case and a check digit, two side by side, and tick boxes below."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self.pattern = TextField(texts("profile_form.id_pattern"), texts("profile_form.id_pattern.hint"))
        self.pattern.line.setMaxLength(_LONGEST_PATTERN)
        self.length = QSpinBox()
        self.length.setRange(*BOUNDS["length"])
        self.length.setSpecialValueText(texts("profile_form.id_length.any"))
        self.case = _combo([texts(f"profile_form.id_case.{case}") for case in _CASES])
        self.check = _combo([texts(f"profile_form.id_check.{check}") for check in _CHECKS])
        self.odd_one_out = QCheckBox(texts("profile_form.odd_one_out"))
        self.beyond_ascii = QCheckBox(texts("profile_form.beyond_ascii"))
        self.pattern.edited.connect(lambda: self.pattern.show_problem(""))
        self.pattern.left.connect(self._review)
        for entry in (self.length, self.case, self.check):
            entry.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            entry.installEventFilter(WheelGuard(self))
        length = Field(texts("profile_form.id_length"), self.length)
        case = Field(texts("profile_form.id_case"), self.case)
        column = layouts.column(
            layouts.field_row((self.pattern, 2), (length, 1)),
            layouts.field_row(case, Field(texts("profile_form.id_check"), self.check)),
            on=self,
            spacing=4,
        )
        for mark, name in ((self.odd_one_out, "odd_one_out"), (self.beyond_ascii, "beyond_ascii")):
            hint = texts(f"profile_form.{name}.hint")
            mark.setAccessibleName(mark.text())
            mark.setAccessibleDescription(hint)
            column.addSpacing(8)
            column.addWidget(mark, 0, Qt.AlignmentFlag.AlignLeft)
            column.addWidget(line(hint, Tone.QUIET))

    def set_rules(self, rules: IdRules) -> None:
        """Show rules."""
        self.pattern.set_text(rules.pattern)
        self.pattern.show_problem("")
        self.length.setValue(rules.length)
        self.case.setCurrentIndex(_CASES.index(rules.case))
        self.check.setCurrentIndex(_CHECKS.index(rules.check))
        self.odd_one_out.setChecked(rules.odd_one_out)
        self.beyond_ascii.setChecked(rules.beyond_ascii)

    def rules(self) -> IdRules | None:
        """Return the rules as they stand; None where the pattern can't be read, which is then shown."""
        if not self._review():
            return None
        return IdRules(
            self.pattern.text(),
            self.length.value(),
            _CASES[self.case.currentIndex()],
            self.odd_one_out.isChecked(),
            _CHECKS[self.check.currentIndex()],
            self.beyond_ascii.isChecked(),
        )

    def _review(self) -> bool:
        try:
            check_pattern(self.pattern.text())
        except BadInput as problem:
            self.pattern.show_problem(self._texts.say(problem.title))
            return False
        return True


def _combo(words: list[str]) -> QComboBox:
    combo = QComboBox()
    combo.addItems(words)
    return combo
