"""The fields for scanning: the part of a code with the device id, the form of ids, and the scanner's timing.

Reads an example by the first of these as they are filled in; `core.barcode` decides which rules are valid, and what
they extract, `core.intake.id_judge` applies the rules for ids to a scan, and `core.scanner.burst_detector` the
scanner's figures. Debounce time and keyboard layout stay as in the profile.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSpinBox, QWidget

from bindtool.core.barcode.code import parse
from bindtool.core.barcode.extract import read_code
from bindtool.core.barcode.gs1 import SERIAL
from bindtool.core.barcode.id_rules import ID_BOUNDS, CaseRule, CheckDigit, IdRules, PartKind, PartRule
from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.core.intake.code_lines import line_with_id
from bindtool.core.model.device import holds_token
from bindtool.core.scanner.scan_rules import SCANNER_BOUNDS, EndKey, ScannerRules
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.util.no_input_method import disable_input_method
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.form_field import (
    Choice,
    Field,
    TextField,
    lock,
    tick_box,
    wheel_guarded,
)
from bindtool.gui.common.widgets.labels import line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bindtool.i18n.catalogue import Texts


_LONGEST_PATTERN = 500
_CASES = {
    CaseRule.AS_SENT: "profile_form.id_case.as_sent",
    CaseRule.UPPER: "profile_form.id_case.upper",
    CaseRule.LOWER: "profile_form.id_case.lower",
}
_CHECKS = {
    CheckDigit.NONE: "profile_form.id_check.none",
    CheckDigit.GTIN: "profile_form.id_check.gtin",
    CheckDigit.LUHN: "profile_form.id_check.luhn",
}


class IdRuleFields(QWidget):
    """Pattern, length, case and check digit, two side by side, and check boxes below."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self.pattern = TextField(texts("profile_form.id_pattern"), texts("profile_form.id_pattern.hint"))
        self.pattern.line.setMaxLength(_LONGEST_PATTERN)
        self.length = wheel_guarded(QSpinBox())
        self.length.setRange(*ID_BOUNDS["length"])
        self.length.setSpecialValueText(texts("profile_form.id_length.any"))
        self.case = wheel_guarded(Choice({case: texts(id_) for case, id_ in _CASES.items()}))
        self.check = wheel_guarded(Choice({check: texts(id_) for check, id_ in _CHECKS.items()}))
        hints = [texts("profile_form.odd_one_out.hint"), texts("profile_form.beyond_ascii.hint")]
        self.odd_one_out = tick_box(texts("profile_form.odd_one_out"), hints[0])
        self.beyond_ascii = tick_box(texts("profile_form.beyond_ascii"), hints[1])
        self.pattern.edited.connect(lambda: self.pattern.show_problem(""))
        self.pattern.left.connect(self.rules)
        length = Field(texts("profile_form.id_length"), self.length)
        self.summed_up: tuple[Field, ...] = (self.pattern, length)
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
        """Show the rules."""
        self.pattern.set_text(rules.pattern)
        self.pattern.show_problem("")
        self.length.setValue(rules.length)
        self.case.choose(rules.case)
        self.check.choose(rules.check)
        self.odd_one_out.setChecked(rules.odd_one_out)
        self.beyond_ascii.setChecked(rules.beyond_ascii)

    def rules(self) -> IdRules | None:
        """Return the rules entered; None with the problem shown if the pattern is invalid."""
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


_LONGEST_PREFIX = 20
_ENDS = {
    EndKey.RETURN_OR_TAB: "profile_form.scanner.end.return_or_tab",
    EndKey.RETURN: "profile_form.scanner.end.return",
    EndKey.TAB: "profile_form.scanner.end.tab",
    EndKey.PAUSE: "profile_form.scanner.end.pause",
}


class _Common(StrEnum):
    """Common kinds of scanner, and any other."""

    USB = "profile_form.scanner.usb"
    BLUETOOTH = "profile_form.scanner.bluetooth"
    OTHER = "profile_form.scanner.other"


_FIGURES: Mapping[_Common, tuple[int, int]] = MappingProxyType({_Common.USB: (6, 30), _Common.BLUETOOTH: (8, 50)})
"""The shortest scan in characters and the longest gap in milliseconds. A slow scanner is no faster than a quick
typist at times, so it takes more of its keys in a row.
"""


class ScannerFields(QWidget):
    """The kind of scanner above, the figures below it, side by side."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._rules = ScannerRules()
        self.common = wheel_guarded(Choice({one: texts(one) for one in _Common}))
        self.end = wheel_guarded(Choice({end: texts(id_) for end, id_ in _ENDS.items()}))
        self.shortest = _number("shortest", texts("profile_form.scanner.characters"))
        self.longest_gap = _number("longest_gap", texts("profile_form.scanner.milliseconds"))
        self.prefix = TextField(texts("profile_form.scanner.prefix"), texts("profile_form.scanner.prefix.hint"))
        self.prefix.line.setMaxLength(_LONGEST_PREFIX)

        def field(stem: str, entry: QWidget) -> Field:
            title, hint = texts.pair(stem)
            return Field(title, entry, hint)

        common = Field(texts("profile_form.scanner"), self.common, texts("profile_form.scanner.hint"))
        end = field("profile_form.scanner.end", self.end)
        shortest = field("profile_form.scanner.shortest", self.shortest)
        self.summed_up: tuple[Field, ...] = (end, shortest, self.prefix)
        layouts.column(
            layouts.field_row(common, end),
            layouts.field_row(shortest, field("profile_form.scanner.gap", self.longest_gap)),
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
        """Show the rules."""
        self._rules = rules
        self.shortest.setValue(rules.shortest)
        self.longest_gap.setValue(rules.longest_gap)
        self.end.choose(rules.end)
        self.prefix.set_text(rules.prefix)
        self._name_figures()

    def _use_common(self) -> None:
        """Set the figures of a common scanner; "other" keeps them."""
        figures = _FIGURES.get(self.common.value)
        if figures is not None:
            self.shortest.setValue(figures[0])
            self.longest_gap.setValue(figures[1])

    def _name_figures(self) -> None:
        figures = self.shortest.value(), self.longest_gap.value()
        self.common.choose(next((one for one, its in _FIGURES.items() if its == figures), _Common.OTHER))


def _number(name: str, unit: str) -> QSpinBox:
    number = wheel_guarded(QSpinBox())
    number.setRange(*SCANNER_BOUNDS[name])
    number.setSuffix(f" {unit}")
    return number


_KINDS = {
    PartKind.WHOLE: "part_rule.whole",
    PartKind.URL_QUERY: "part_rule.url_query",
    PartKind.URL_PATH: "part_rule.url_path",
    PartKind.JSON: "part_rule.json",
    PartKind.PAIRS: "part_rule.pairs",
    PartKind.GS1: "part_rule.gs1",
    PartKind.LIST: "part_rule.list",
    PartKind.PATTERN: "part_rule.pattern",
}
_NAMED = {
    PartKind.URL_QUERY: "part_rule.name.url_query",
    PartKind.JSON: "part_rule.name.json",
    PartKind.PAIRS: "part_rule.name.pairs",
    PartKind.GS1: "part_rule.name.gs1",
    PartKind.PATTERN: "part_rule.name.pattern",
}
"""The kinds that need a name, with the stem of its title and hint."""


class PartRuleFields(QWidget):
    """The kind of rule, its parameters, affixes to remove, and an example.

    Args:
        texts: the catalogue.
        label_of: returns an id's label by the form's template; "" if there is none.
    """

    def __init__(self, texts: Texts, label_of: Callable[[str], str]) -> None:
        super().__init__()
        self._texts = texts
        self._label_of = label_of
        self.kind = wheel_guarded(Choice({kind: texts(id_) for kind, id_ in _KINDS.items()}))
        self._kind_field = Field(texts("part_rule.kind"), self.kind, texts("part_rule.kind.hint"))
        self.name = TextField(texts("part_rule.name"))
        self.summed_up: tuple[Field, ...] = (self._kind_field, self.name)
        self.place = wheel_guarded(QSpinBox())
        low, high = ID_BOUNDS["place"]
        # Users count from one.
        self.place.setRange(low + 1, high + 1)
        self._place_field = Field(texts("part_rule.place"), self.place, texts("part_rule.place.hint"))
        self.lines, self.line = wheel_guarded(QSpinBox()), wheel_guarded(QSpinBox())
        self.lines.setRange(*ID_BOUNDS["lines"])
        self._lines_field = Field(texts("part_rule.lines"), self.lines, texts("part_rule.lines.hint"))
        self._line_field = Field(texts("part_rule.line"), self.line, texts("part_rule.line.hint"))
        self.strip_prefix = TextField(texts("part_rule.strip_prefix"), texts("part_rule.strip.hint"))
        self.strip_suffix = TextField(texts("part_rule.strip_suffix"))
        self.strip_marks = tick_box(texts("part_rule.strip_marks"))
        self.example = TextField(texts("part_rule.example"), texts("part_rule.example.hint"))
        self.preview = line()
        for field in (self.name, self.strip_prefix, self.strip_suffix, self.example):
            disable_input_method(field.line)
            field.edited.connect(self._on_edited)
        self.kind.currentIndexChanged.connect(self._on_edited)
        for number in (self.place, self.lines, self.line):
            number.valueChanged.connect(self._on_edited)
        self.strip_marks.toggled.connect(self._on_edited)
        self.example.column.insertWidget(self.example.column.indexOf(self.example.line) + 1, self.preview)
        layouts.column(
            layouts.field_row(self._lines_field, self._line_field),
            self._kind_field,
            self.name,
            self._place_field,
            layouts.field_row(self.strip_prefix, self.strip_suffix),
            (self.strip_marks, 0, Qt.AlignmentFlag.AlignLeft),
            self.example,
            on=self,
            spacing=theme.MARGIN,
        )
        self.set_rule(PartRule())

    def set_rule(self, rule: PartRule) -> None:
        """Show the rule."""
        self.kind.choose(rule.kind)
        self.name.set_text(rule.name)
        self.place.setValue(rule.place + 1)
        self.lines.setValue(rule.lines)
        self.line.setValue(rule.line)
        self.strip_prefix.set_text(rule.strip_prefix)
        self.strip_suffix.set_text(rule.strip_suffix)
        self.strip_marks.setChecked(rule.strip_marks)
        self._on_edited()

    def set_example(self, code: str) -> None:
        """Show how a code is read, "" for none; a line can't hold GS1's separator, but its symbol."""
        code = line_with_id(code, PartRule(lines=self._line_count, line=self._line_number))
        self.example.set_text(code.strip().replace("\x1d", "\u241d"))
        self.draw_preview()

    def lock(self, why: str) -> None:
        """Make the rule read-only, or editable for ""; an example can be tried in any case."""
        numbers = self._lines_field, self._line_field, self._place_field
        for field in (*numbers, self._kind_field, self.name, self.strip_prefix, self.strip_suffix):
            field.lock(why)
        lock(self.strip_marks, why)

    def review(self) -> PartRule | None:
        """Return the rule entered; None with the problem shown."""
        named = (self.name,) if self.kind.value in _NAMED else ()
        for field in (*named, self.strip_prefix, self.strip_suffix):
            if holds_token(field.text()):
                field.set_text("")
                self._refuse(field, Message.of("profile.holds_token.title"))
                return None
        try:
            return self._rule()
        except BadInput as problem:
            values = {**problem.title.values, "field": self.name.label.text()}
            self._refuse(self.name, Message.of(problem.title.id, **values))
            return None

    def _refuse(self, field: TextField, why: Message) -> None:
        field.show_problem(self._texts.say(why))

    def draw_preview(self) -> None:
        """Show how the example is read."""
        code = self.example.text()
        tone, words = Tone.QUIET, self._texts("part_rule.preview.none")
        if code:
            try:
                tone, words = self._read(code, self._rule())
            except BadInput:
                words = self._texts("part_rule.preview.unfinished")
        self.preview.setText(words)
        theme.set_style(self.preview, tone=tone)

    def _read(self, code: str, rule: PartRule) -> tuple[Tone, str]:
        found = read_code(parse(code), rule, scanned=True)
        why = found.device.parts_problem(found.code) if found.held is None else found.held.message
        if why is not None:
            return Tone.UNSURE, self._texts("part_rule.preview.not", why=self._texts.say(why))
        label = found.label or self._label_of(found.device_id)
        return Tone.GOOD, self._texts("part_rule.preview", id=found.device_id, label=label)

    def _rule(self) -> PartRule:
        kind = self.kind.value
        return PartRule(
            kind,
            self.name.text().strip() if kind in _NAMED else "",
            self.place.value() - 1 if kind is PartKind.LIST else 0,
            self.strip_prefix.text(),
            self.strip_suffix.text(),
            self.strip_marks.isChecked(),
            self._line_count,
            self._line_number,
        )

    @property
    def _line_count(self) -> int:
        """The number of lines in a code, 0 for one line."""
        return self.lines.value() if self.lines.value() > 1 else 0

    @property
    def _line_number(self) -> int:
        """The line with the id, 0 if there is one line."""
        return self.line.value() if self._line_count else 0

    def _on_edited(self) -> None:
        kind = self.kind.value
        for field in (self.name, self.strip_prefix, self.strip_suffix):
            field.show_problem("")
        self.name.setVisible(kind in _NAMED)
        self._place_field.setVisible(kind is PartKind.LIST)
        self._line_field.setVisible(self._line_count > 0)
        self.line.setRange(1, max(1, self._line_count))
        if kind in _NAMED:
            title, hint = self._texts.pair(_NAMED[kind])
            self.name.label.setText(title)
            self.name.line.setAccessibleName(title)
            self.name.set_hint(hint)
            self.name.line.setPlaceholderText(SERIAL if kind is PartKind.GS1 else "")
        self.draw_preview()
