"""The fields for what the ids of a channel look like: pattern, length, case, and whether the odd one is held.

Owns the four and what is wrong with a pattern. What they do to a scan is for `core.id_rules`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from bindtool.core.errors import BadInput
from bindtool.core.id_pattern import check_pattern
from bindtool.core.scan_rules import BOUNDS, CaseRule, IdRules
from bindtool.gui.look import Tone
from bindtool.gui.parts.field import Field, TextField, WheelGuard
from bindtool.gui.parts.labels import line

if TYPE_CHECKING:
    from bindtool.texts import Texts

_ORDER = tuple(CaseRule)
_LONGEST_PATTERN = 500


class IdRuleFields(QWidget):
    """A pattern, a length and a case side by side, and a mark below."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self.pattern = TextField(texts("profile_form.id_pattern"), texts("profile_form.id_pattern.hint"))
        self.pattern.line.setMaxLength(_LONGEST_PATTERN)
        self.length = QSpinBox()
        self.length.setRange(*BOUNDS["length"])
        self.length.setSpecialValueText(texts("profile_form.id_length.any"))
        self.case = QComboBox()
        for case in _ORDER:
            self.case.addItem(texts(f"profile_form.id_case.{case}"), case)
        self.odd_one_out = QCheckBox(texts("profile_form.odd_one_out"))
        self.odd_one_out.setAccessibleName(texts("profile_form.odd_one_out"))
        hint = texts("profile_form.odd_one_out.hint")
        self.odd_one_out.setAccessibleDescription(hint)
        self.pattern.edited.connect(lambda: self.pattern.show_problem(""))
        self.pattern.left.connect(self._review)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.pattern, 2, Qt.AlignmentFlag.AlignTop)
        for name, entry in (("id_length", self.length), ("id_case", self.case)):
            entry.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            entry.installEventFilter(WheelGuard(self))
            row.addWidget(Field(texts(f"profile_form.{name}"), entry), 1, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addSpacing(8)
        column.addWidget(self.odd_one_out, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(line(hint, Tone.QUIET))

    def set_rules(self, rules: IdRules) -> None:
        """Show rules."""
        self.pattern.set_text(rules.pattern)
        self.pattern.show_problem("")
        self.length.setValue(rules.length)
        self.case.setCurrentIndex(_ORDER.index(rules.case))
        self.odd_one_out.setChecked(rules.odd_one_out)

    def rules(self) -> IdRules | None:
        """Return the rules as they stand; None where the pattern can't be read, which is then shown."""
        if not self._review():
            return None
        return IdRules(
            self.pattern.text(),
            self.length.value(),
            _ORDER[self.case.currentIndex()],
            self.odd_one_out.isChecked(),
        )

    def _review(self) -> bool:
        try:
            check_pattern(self.pattern.text())
        except BadInput as problem:
            self.pattern.show_problem(self._texts.say(problem.title))
            return False
        return True
