"""The fields for which part of a code is the device id, with an example that is read as they are filled in.

Which rules are allowed, and what they extract, is decided in `core.barcode`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSpinBox, QWidget

from bindtool.core.barcode.code import parse
from bindtool.core.barcode.extract import read_code
from bindtool.core.barcode.gs1 import SERIAL
from bindtool.core.barcode.scan_rules import BOUNDS, PartKind, PartRule
from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.core.intake.code_lines import line_with_id
from bindtool.core.model.device import holds_token
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
    from collections.abc import Callable

    from bindtool.i18n.catalogue import Texts

_NAMED = frozenset({PartKind.URL_QUERY, PartKind.JSON, PartKind.PAIRS, PartKind.GS1, PartKind.PATTERN})


class PartRuleFields(QWidget):
    """A kind, what it needs, what is taken off, and an example.

    Args:
        texts: the words.
        label_of: the label that the form's template gives an id, "" where it gives none.
    """

    def __init__(self, texts: Texts, label_of: Callable[[str], str]) -> None:
        super().__init__()
        self._texts = texts
        self._label_of = label_of
        self.kind = wheel_guarded(Choice({kind: texts(f"part_rule.{kind}") for kind in PartKind}))
        self._kind_field = Field(texts("part_rule.kind"), self.kind, texts("part_rule.kind.hint"))
        self.name = TextField(texts("part_rule.name"))
        self.place = wheel_guarded(QSpinBox())
        low, high = BOUNDS["place"]
        # People count from one.
        self.place.setRange(low + 1, high + 1)
        self._place_field = Field(texts("part_rule.place"), self.place, texts("part_rule.place.hint"))
        self.lines, self.line = wheel_guarded(QSpinBox()), wheel_guarded(QSpinBox())
        self.lines.setRange(*BOUNDS["lines"])
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
        self._wrong = self.name
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
        """Show a rule."""
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
        """Show how a code is read, "" for none yet; a line can't hold GS1's separator, but its picture."""
        code = line_with_id(code, PartRule(lines=self._line_count, line=self._line_number))
        self.example.set_text(code.strip().replace("\x1d", "\u241d"))
        self.draw_preview()

    def lock(self, why: str) -> None:
        """Keep the rule from being changed, "" for no longer; an example can be tried all the same."""
        numbers = self._lines_field, self._line_field, self._place_field
        for field in (*numbers, self._kind_field, self.name, self.strip_prefix, self.strip_suffix):
            field.lock(why)
        lock(self.strip_marks, why)

    def review(self) -> PartRule | None:
        """Return the rule of the fields, or say what is wrong and return None; `take_focus` points there."""
        for field in (self.name, self.strip_prefix, self.strip_suffix):
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

    def take_focus(self) -> None:
        """Put the cursor where something is wrong."""
        self._wrong.take_focus()

    def _refuse(self, field: TextField, why: Message) -> None:
        self._wrong = field
        field.show_problem(self._texts.say(why))

    def draw_preview(self) -> None:
        """Say how the example is read."""
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
        """How many lines a code has, 0 for one."""
        return self.lines.value() if self.lines.value() > 1 else 0

    @property
    def _line_number(self) -> int:
        """In which of them the id stands, 0 where there is one."""
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
            self.name.label.setText(self._texts(f"part_rule.name.{kind}"))
            self.name.line.setAccessibleName(self._texts(f"part_rule.name.{kind}"))
            self.name.set_hint(self._texts(f"part_rule.name.{kind}.hint"))
            self.name.line.setPlaceholderText(SERIAL if kind is PartKind.GS1 else "")
        self.draw_preview()
