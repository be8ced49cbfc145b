"""Edits of existing rows: cells typed into, pasted over or emptied, labels filled in, codes read again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.core.intake.code_lines import lines_of
from bindtool.core.intake.holds import hold_other_case
from bindtool.core.intake.intake import (
    Arrival,
    Repeat,
    edit_id,
    edit_label,
    judge_of_list,
    judge_of_typed,
    judged_again,
    last_ids,
    read_again,
    rows_waiting_for_rule,
    scan_again,
    take_list,
)  # fmt: skip
from bindtool.core.model.row import Hold, Row, Source
from bindtool.core.sheet.edits import left_behind, with_note
from bindtool.core.sheet_view.columns import Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bindtool.core.intake.id_judge import IdJudge
    from bindtool.core.labels.labeller import Labeller
    from bindtool.gui.sheet.clipboard_blocks import Written
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.table_model import SheetTableModel

    Texts = Mapping[int, Mapping[Column, str]]
    """Texts for cells, by row number and column."""


class EditCommands:
    """Edits of the sheet through its document."""

    def __init__(self, document: SheetDocument) -> None:
        self._document = document

    def listen_to(self, model: SheetTableModel) -> None:
        """Carry out the edits typed and ticked in the cells."""
        model.edited.connect(self.type)
        model.ticked.connect(lambda number: self._document.include([number]))

    def type(self, number: int, column: int, text: str) -> None:
        """Put typed text into a cell."""
        self.write({number: {Column(column): text}}, source=Source.TYPED)

    def paste(self, written: Written) -> None:
        """Put a block into cells and below them, or empty cells; only while scans are taken too."""
        if self._document.takes_scans:
            self.write(written.texts, written.more)

    def hold(self, reasons: Mapping[int, Hold]) -> None:
        """Hold rows back from Bind until the user includes them; ignores deleted rows."""
        sheet = self._document.sheet
        rows = [sheet[number] for number in reasons if number in sheet]
        self._document.change([replace(row, held=reasons[row.number]) for row in rows])

    def write(self, texts: Texts, more: Sequence[Arrival] = (), source: Source = Source.PASTED) -> None:
        """Put texts into cells, and `more` into new rows, as one edit; does nothing if one is an access token."""
        document = self._document
        stamp = document.stamp(source)
        ids = {number: cells for number, cells in texts.items() if Column.DEVICE_ID in cells}
        over = (Arrival(cells[Column.DEVICE_ID], cells.get(Column.LABEL, "")) for cells in ids.values())
        if source is Source.TYPED:
            judge = judge_of_typed(stamp.rules, stamp.signs)
        else:
            judge = judge_of_list(tuple(document.sheet), [*over, *more], stamp, but=ids)
        rows = []
        for number, cells in texts.items():
            row = self._written(document.sheet[number], cells, source, judge)
            if isinstance(row, Message):
                document.rejected.emit(row)
                return
            rows.append(row)
        self._change(rows, take_list(document.sheet, more, stamp, judge) if more else ())

    def fill(self, numbers: Iterable[int], labels: Labeller) -> int:
        """Give rows new labels in the order of arrival, as one edit; return their number."""
        rows = [self._document.sheet[number] for number in sorted(numbers)]
        return len(rows) if self._change(labels.relabel(rows)) else 0

    def read_again(self) -> None:
        """Read the codes that wait for a rule by the current rules, as one edit; signals the last one as added."""
        document = self._document
        recent = last_ids(document.sheet)
        waiting = rows_waiting_for_rule(document.sheet)
        read = [read_again(row, document.labels, document.rules, recent, document.signs) for row in waiting]
        others = document.judged([row for row in read if row != document.sheet[row.number]])
        if others:
            document.change(others, scanned=others[-1].number)

    def split_lines(self, number: int) -> None:
        """Make a row of each line of a code: the scanner has sent its stored codes, or several codes at once."""
        document = self._document
        stamp = document.stamp(Source.SCANNED)
        alone = replace(stamp.rules, part=replace(stamp.rules.part, lines=0, line=0))
        lines = map(Arrival, lines_of(document.sheet[number].arrived))
        document.take_apart(number, lines, replace(stamp, rules=alone))

    def judge_again(self, numbers: Iterable[int]) -> None:
        """Hold rows by the current rules, or release them, as one edit."""
        document = self._document
        held = [document.sheet[number] for number in numbers]
        rows = judged_again(document.sheet, held, document.rules.ids, document.signs)
        # Their previous hold took precedence over doubts about their label, or another row's id.
        rows = document.judged(hold_other_case(document.sheet, rows))
        others = [row for row in rows if row != document.sheet[row.number]]
        if others:
            document.change(others)

    def scan_again(self, number: int, text: str, *, typed: bool = True, before: str = "") -> Row | Repeat | Message:
        """Take a scan as the id of the row `number`; return the new row, the row that has the id, or why not."""
        document = self._document
        if document.sheet.is_taken(number):
            return BadInput("edit.under_way", row=number).title
        stamp = document.stamp(Source.SCANNED, typed=typed)
        taken = scan_again(document.sheet, document.sheet[number], text, stamp, before=before)
        if not isinstance(taken, Repeat | Message):
            (taken,) = document.judged([taken])
            document.change([taken], scanned=number)
        return taken

    def give_label(self, number: int, text: str, *, scanned_as: int | None = None) -> None:
        """Give a row the label scanned for it, and signal it once saved.

        `scanned_as`: as for `SheetDocument.take_label`.
        """
        document = self._document
        row = document.sheet[number]
        (after,) = document.judged([replace(row, label=text)])
        after = with_note(row, after)
        line = left_behind([(row, after)])
        if document.take_label(after, scanned_as=scanned_as) and line is not None:
            document.left_behind.emit(line)

    def _written(self, row: Row, cells: Mapping[Column, str], source: Source, judge: IdJudge) -> Row | Message:
        device_id, label = cells.get(Column.DEVICE_ID), cells.get(Column.LABEL)
        if device_id is not None and device_id != row.device_id:
            edited = edit_id(row, device_id, self._document.labels, self._document.rules, judge, label or "")
            if isinstance(edited, Message):
                return edited
            row = replace(edited, source=source)
        return row if label is None else edit_label(row, label)

    def _change(self, rows: Iterable[Row], new: Sequence[Row] = ()) -> bool:
        """Do an edit; return whether it was done. Omits unchanged rows."""
        sheet = self._document.sheet
        changed = [row for row in rows if row != sheet[row.number]]
        if not changed and not new:
            return False
        judged = self._document.judged([*changed, *new])
        edits = [(sheet[row.number], row) for row in judged[: len(changed)]]
        after = [with_note(*edit) for edit in edits]
        done = self._document.change(after, judged[len(changed) :])
        line = left_behind(edits)
        if done and line is not None:
            self._document.left_behind.emit(line)
        return done
