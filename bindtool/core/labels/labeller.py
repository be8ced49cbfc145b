"""Makes labels from a template, with its running numbers.

The template language is in `template`; `core/intake/holds.py` finds labels already in use. A label from the
template is updated when the id is edited.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bindtool.core.labels.numbers import Counter, NumberSource
from bindtool.core.labels.template import LabelFrom
from bindtool.core.model.row import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from bindtool.core.labels.template import LabelTemplate
    from bindtool.core.model.row import Row


_SCANNED = frozenset({Source.SCANNED, Source.TYPED})
"""Typing usually replaces a scanned id."""


class Labeller:
    """Makes the labels of a sheet.

    Args:
        template: the labels' template.
        numbers: the source of its running numbers; by default they start from 1.
        label_from: the source of a scanned device's label.
    """

    def __init__(
        self,
        template: LabelTemplate,
        numbers: NumberSource | None = None,
        label_from: LabelFrom = LabelFrom.TEMPLATE,
    ) -> None:
        self.template = template
        self._label_from = label_from
        self._numbered = template.numbered
        self.numbers = numbers if numbers is not None else Counter()

    def gives(self, source: Source) -> bool:
        """Return whether a row without a label gets the template's; a scanned row may wait for the next code."""
        return self._label_from is LabelFrom.TEMPLATE or source not in _SCANNED

    @property
    def out_of_numbers(self) -> bool:
        """Whether the template needs a running number and none is left."""
        return self._numbered and not self.numbers.upcoming(1)

    def label(self, device_id: str, day: date) -> str:
        """Return the label of a device, with its own running number if the template has one; "" if none is left."""
        number = self.numbers.take() if self._numbered else 1
        return "" if number is None else self.template.fill(device_id, day, number)

    def preview(self, rows: Sequence[Row], places: Iterable[int]) -> list[str]:
        """Return the labels for the rows at `places` if all rows were labelled now; takes no number."""
        if not self.template.numbered:
            return [self._filled(rows[place], 1) for place in places]
        numbers = self.numbers.upcoming(len(rows))
        return [self._filled(rows[place], numbers[place]) if place < len(numbers) else "" for place in places]

    def relabel(self, rows: Iterable[Row]) -> list[Row]:
        """Return rows with new labels; `{date}` is the day on which a row was added."""
        return [replace(row, label=self.label(row.device_id, row.added_at.date())) for row in rows]

    def made_label_of(self, row: Row) -> bool:
        """Return whether a row's label is the template's for its id."""
        return self._number_of(row) is not None

    def label_after_edit(self, row: Row, device_id: str) -> str:
        """Return the label of `row` with another id: a label from the template is updated and keeps its number."""
        number = self._number_of(row)
        if number is not None:
            return self._filled(replace(row, device_id=device_id), number)
        if row.label or not self.gives(row.source):
            return row.label
        return self.label(device_id, row.added_at.date())

    def mark_used(self, rows: Iterable[Row]) -> None:
        """Mark the running numbers of rows as used, so that none is given again."""
        self.mark_given((row.device_id, row.label) for row in rows)

    def mark_given(self, labels: Iterable[tuple[str, str]]) -> None:
        """Mark the running numbers in (id, label) pairs as used, before any is given."""
        if not self._numbered:
            return
        for device_id, label in labels:
            number = self.template.number_in(label, device_id)
            if number:
                self.numbers.mark_used(number)

    def _number_of(self, row: Row) -> int | None:
        """Return the running number in a row's label, 1 for a template without one; None: not the template's."""
        if self.template.numbered:
            return self.template.number_in(row.label, row.device_id)
        return 1 if row.label == self._filled(row, 1) else None

    def _filled(self, row: Row, number: int) -> str:
        return self.template.fill(row.device_id, row.added_at.date(), number)
