"""What the cells of the table show: a row in words, its icon, and its tool tips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.common.safe_text import visible
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.sheet_view.sorting import Column
from bindtool.gui.common.theme.icons import Mark
from bindtool.i18n.row_text import row_message

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.core.model.row import Row
    from bindtool.core.sheet.status import RowStatus
    from bindtool.i18n.catalogue import Texts

_LONGEST = 600
_PICTURES = {code: 0x2400 + code for code in range(0x20) if code != ord("\n")} | {0x7F: 0x2421}
"""Unicode's pictures of the control characters, GS1's separator among them."""


def arrived_tip(texts: Texts, row: Row) -> str:
    """Return the tool tip of a row's id, in which nothing is unseen."""
    tip = row.device_id
    arrived = row.arrived.strip(" \t\r\n")
    if arrived not in {"", row.device_id}:
        shown = arrived if len(arrived) <= _LONGEST else f"{arrived[:_LONGEST]}…"
        tip = "\n".join([tip, texts("cell.arrived", text=visible(shown.translate(_PICTURES)))])
    return visible(tip.translate(_PICTURES))


class RowFormatter:
    """The cells of a sheet's rows.

    Args:
        texts: the words.
    """

    def __init__(self, texts: Texts) -> None:
        self.sheet = Sheet()
        self.sharing: Callable[[int], str] = lambda _: ""
        """Says for a number whose the log id of that row is, or ""."""
        self._texts = texts
        self._words: dict[object, str] = {}

    def speak(self, texts: Texts) -> None:
        """Use other words."""
        self._texts = texts
        self._words.clear()

    def is_held(self, row: Row) -> bool:
        """Tell whether one tick lets a row go."""
        return self.sheet.status(row.number).held

    def mark(self, row: Row) -> Mark:
        """Return the icon of a row's state."""
        status = self.sheet.status(row.number)
        return Mark.of(status.state, held=status.held)

    def state_words(self, row: Row) -> str:
        return self._texts(f"state.{self.mark(row)}")

    def message(self, row: Row, status: RowStatus) -> str:
        """Return the words beside the state. Most rows share theirs with others, and a search asks for all."""
        answer = row.outcome.answer
        answered = (answer.code, answer.message) if answer is not None else None
        about = (status, row.note, answered)
        words = self._words.get(about)
        if words is None:
            words = self._words[about] = row_message(self._texts, row, status)
        return words

    def text(self, row: Row, column: Column) -> str:
        """Return what a cell says."""
        match column:
            case Column.NUMBER:
                return str(row.number)
            case Column.DEVICE_ID:
                return row.device_id
            case Column.LABEL:
                return row.label
            case Column.STATUS:
                return self.state_words(row)
            case Column.MESSAGE:
                return self.message(row, self.sheet.status(row.number))
            case Column.LOG_ID:
                return row.outcome.answer.log_id if row.outcome.answer else ""
            case _:
                return f"{row.outcome.answer.time:%H:%M:%S}" if row.outcome.answer else ""

    def tool_tip(self, row: Row, column: Column) -> str:
        """Return what is said of a cell to whoever points at it."""
        match column:
            case Column.STATUS:
                # The reason of a held row has no room next to it in a small window.
                reason = self.text(row, Column.MESSAGE) if self.is_held(row) else ""
                return "\n".join(filter(None, [reason, self._texts(f"state.{self.mark(row)}.do")]))
            case Column.DEVICE_ID:
                return arrived_tip(self._texts, row)
            case Column.LOG_ID:
                return "\n".join(filter(None, [self.text(row, column), self.sharing(row.number)]))
            case _:
                return self.text(row, column)
