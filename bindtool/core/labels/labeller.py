"""Makes labels by one template, with the running numbers that belong to it.

A label that came from the template follows the id when that is edited. The template language is in `template`;
whether a label is in use already is found out in `core/intake/holds.py`.
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
"""An id is typed over one that was scanned."""


class Labeller:
    """Gives labels.

    Args:
        template: what they look like.
        numbers: where its running numbers come from; from 1 where nobody knows of others.
        label_from: where the label of a scanned device comes from.
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
        """Tell whether a row without a label gets the template's; a scanned one may wait for the next code."""
        return self._label_from is LabelFrom.TEMPLATE or source not in _SCANNED

    @property
    def out_of_numbers(self) -> bool:
        """Whether the template needs a running number and there is none left."""
        return self._numbered and not self.numbers.upcoming(1)

    def label(self, device_id: str, day: date) -> str:
        """Return the label of a device, with a running number of its own if the template has one.

        Where no number is left, the label is "".
        """
        number = self.numbers.take() if self._numbered else 1
        return "" if number is None else self.template.fill(device_id, day, number)

    def preview(self, rows: Sequence[Row], places: Iterable[int]) -> list[str]:
        """Return the labels that the rows at some places would get if all got one now; no number is taken."""
        if not self.template.numbered:
            return [self._filled(rows[place], 1) for place in places]
        numbers = self.numbers.upcoming(len(rows))
        return [self._filled(rows[place], numbers[place]) if place < len(numbers) else "" for place in places]

    def relabel(self, rows: Iterable[Row]) -> list[Row]:
        """Return rows with new labels; `{date}` is the day on which a row came in."""
        return [replace(row, label=self.label(row.device_id, row.added_at.date())) for row in rows]

    def made_label_of(self, row: Row) -> bool:
        """Tell whether a row's label is what the template makes of its id."""
        return self._number_of(row) is not None

    def label_after_edit(self, row: Row, device_id: str) -> str:
        """Return the label of `row` with another id: one that came from the template follows, number and all."""
        number = self._number_of(row)
        if number is not None:
            return self._filled(replace(row, device_id=device_id), number)
        if row.label or not self.gives(row.source):
            return row.label
        return self.label(device_id, row.added_at.date())

    def mark_used(self, rows: Iterable[Row]) -> None:
        """Note the running numbers that rows have, so that none is given again."""
        self.mark_given((row.device_id, row.label) for row in rows)

    def mark_given(self, labels: Iterable[tuple[str, str]]) -> None:
        """Note the running numbers in labels that come along with ids, each behind its id, before any is given."""
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
