"""The page that shows a list before it is imported: how it was read, its first rows, what can't be taken.

Reading is done by `list_import_controller`; nothing here changes the sheet.
"""

from __future__ import annotations

from dataclasses import fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QListWidget,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from bindtool.core.common.safe_text import escaped
from bindtool.core.tabular.table.grid import column_name
from bindtool.core.tabular.table.result import NO_COLUMN, NO_HEADER, Choices, ListKind
from bindtool.core.tabular.text_encoding import ENCODINGS
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.util.clipboard import SafeCopy
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.form_field import Field, wheel_guarded
from bindtool.gui.common.widgets.labels import Header, line
from bindtool.gui.common.widgets.reply_box import Reply, ReplyBox
from bindtool.gui.common.widgets.tab_order import come_before
from bindtool.gui.sheet.tools.list_imports import Purpose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QHideEvent

    from bindtool.core.common.errors import BindtoolError
    from bindtool.core.tabular.table.grid import Grid
    from bindtool.core.tabular.table.result import Layout, ListRow, ReadList
    from bindtool.i18n.catalogue import Texts


_SHOWN = 30
"""Rows of the file that are shown."""
_HEADERS = 10
"""Rows that may be chosen as the names of the columns."""
_MOST_REASONS = 200
_LEAST_OF_PICKER = 6
"""Letters."""
_NARROWEST, _WIDEST = 120, 260
"""Pixels of a column."""
_NAMES = MappingProxyType({"\t": "tab", ",": "comma", ";": "semicolon", "|": "pipe", "": "none"})
_REASONS_HEIGHT, _LEAST_OF_REASONS = 84, 44
_MOST_BUTTONS, _WIDEST_NAME = 5, 140
"""Columns that are offered as buttons, and the pixels of their names: as many as stand side by side."""


class ListImportPage(QWidget):
    """Pickers, the first rows, and the rows that can't be taken.

    Signals:
        chosen(Choices): somebody picked something; the list is to be shown anew.
        column_taken(Choices): somebody pressed a column that may be the ids; the list is to go in by it.
        add_requested(): it is to go in as it is shown.
        save_requested(): the rows that can't be taken are to be saved.
        left(): nothing is to go in.
        closed(): another page is in front.
    """

    chosen = Signal(object)
    column_taken = Signal(object)
    add_requested = Signal()
    save_requested = Signal()
    left = Signal()
    closed = Signal()

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._choices = Choices()
        self._file, self._purpose = "", Purpose.ADD
        self._columns: tuple[int, ...] = ()
        self.setAccessibleName(texts("import.title"))
        self._header = Header()
        self.candidates: list[ActionButton] = []
        self._candidates = layouts.row(spacing=theme.GAP)
        self.pickers = {choice.name: self._picker(choice.name) for choice in fields(Choices)}
        self.pickers["id_column"].setPlaceholderText(texts("import.choose"))
        self._fields = {name: Field(picker.accessibleName(), picker) for name, picker in self.pickers.items()}
        self.reply = ReplyBox(texts("reply.name"))
        self.rows = QTableWidget()
        self.rows.setAccessibleName(texts("import.rows"))
        self.rows.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.rows.setTabKeyNavigation(False)
        self.rows.setShowGrid(False)
        self.rows.setAlternatingRowColors(True)
        self.rows.setCornerButtonEnabled(False)
        self.rows.horizontalHeader().setStretchLastSection(True)
        self.rows.horizontalHeader().sectionClicked.connect(self._press_column)
        self.rows.cellClicked.connect(lambda _row, column: self._press_column(column))
        self.rows.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.reasons = QListWidget()
        self.reasons.setAccessibleName(texts("import.reasons"))
        self.reasons.setWordWrap(True)
        for view in (self.rows, self.reasons):
            SafeCopy(view)
        theme.resize(self.reasons, minimum_height=_LEAST_OF_REASONS, maximum_height=_REASONS_HEIGHT)
        self._reasons_head = line(wraps=False)
        self.save = ActionButton(texts("import.save_refused"), theme.StyleKind.LINK, clicked=self.save_requested)
        self.cancel = ActionButton(texts("button.cancel"), clicked=self.left)
        self.add = ActionButton("", theme.StyleKind.PRIMARY, clicked=self.add_requested)
        self._lay_out()

    def begin(self, file: str, read: ReadList, choices: Choices, purpose: Purpose = Purpose.ADD) -> None:
        """Show a list that was just read, and wait for a person; in doubt, scans keep the keyboard."""
        self._file, self._purpose = file, purpose
        self.show_list(read, choices)
        if read.layout.doubt is None:
            self.pickers["id_column"].setFocus()

    def leave(self) -> None:
        """Add nothing, as by the button."""
        self.cancel.click()

    def show_reading(self, words: str) -> None:
        """Say how far reading is."""
        self._header.show_about(words)

    def show_problem(self, error: BindtoolError) -> None:
        """Say why the list can't be read as it was chosen."""
        self.reply.say(Reply(Tone.BAD, self._texts.say(error.title), self._texts.say(error.hint)))

    def show_list(self, read: ReadList, choices: Choices) -> None:
        """Show a list as it is read by `choices`."""
        self._choices = choices
        self.reply.clear()
        doubt = read.layout.doubt
        of_sheets = _is_of_sheets(read.layout)
        self._columns = read.layout.candidates if doubt is not None and not of_sheets else ()
        self._offer_columns(read)
        self._fill_pickers(read)
        self._fill_rows(read)
        texts, taken = self._texts, len(read.rows) - len(read.refused)
        asked = "import.headline" if doubt is None else "import.which_sheet" if of_sheets else "import.which_column"
        self._header.show_title(texts(asked, file=self._file))
        how = filter(None, (doubt or read.layout.why, read.unclear_encoding))
        words = texts("import.separator").join(map(texts.say, how))
        self._header.show_about(words, Tone.QUIET if doubt is None else Tone.HELD)
        self.reasons.clear()
        self.reasons.addItems([self._reason(row) for row in [*read.refused, *read.held][:_MOST_REASONS]])
        counts = {"import.refused": len(read.refused), "import.held": len(read.held)}
        told = [texts(words, n=n) for words, n in counts.items() if n and doubt is None]
        self._reasons_head.setText(texts("import.separator").join(told))
        for widget in (self.reasons, self._reasons_head):
            widget.setVisible(bool(told))
        self.save.setVisible(bool(told and read.refused))
        self.add.rename(texts(self._purpose.step, n=len(read.rows)))
        self.add.allow(taken > 0 and doubt is None, texts("import.nothing") if doubt is None else texts.say(doubt))

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell that another page is in front; a window that is minimised shows this one again."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.closed.emit()

    def _offer_columns(self, read: ReadList) -> None:
        """Offer each column that may be the ids as a button: the keyboard can't press the head of a table."""
        for button in self.candidates:
            button.hide()
            button.deleteLater()
        self.candidates.clear()
        while self._candidates.count():
            self._candidates.takeAt(0)
        names = dict(_columns(read.opened.grid, read.layout.header))
        for column in self._columns[:_MOST_BUTTONS]:
            name = escaped(names[column])
            button = ActionButton(self._texts("import.take_column", column=name))
            cut = button.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, theme.scaled(_WIDEST_NAME))
            button.setText(cut.replace("&", "&&"))
            button.setToolTip(button.accessibleName())
            button.clicked.connect(lambda _=False, column=column: self._press_column(column))
            self.candidates.append(button)
            self._candidates.addWidget(button)
            # A layout would show it only with the next event, and the focus is to come to it.
            button.show()
        self._candidates.addStretch(1)
        come_before(self.pickers["encoding"], self.candidates)

    def _press_column(self, column: int) -> None:
        if column in self._columns:
            self.column_taken.emit(replace(self._choices, id_column=column))

    def _reason(self, row: ListRow) -> str:
        """Say what is the matter with a row; the reason of a workbook's cell names the cell itself."""
        reason = row.refused or row.held
        words = self._texts.say(reason.message) if reason is not None else ""
        return words if row.place else self._texts("import.reason", row=row.number, reason=words)

    def _picker(self, choice: str) -> QComboBox:
        """Return a picker for one of the fields of `Choices`."""
        picker = wheel_guarded(QComboBox())
        # By itself it would be as wide as the longest of its words, once texts have another size.
        picker.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        picker.setMinimumContentsLength(_LEAST_OF_PICKER)
        picker.setAccessibleName(self._texts(f"import.{choice}"))
        # What nobody touches stays a guess.
        picker.activated.connect(
            lambda _: self.chosen.emit(replace(self._choices, **{choice: picker.currentData()}))
        )
        return picker

    def _fill_pickers(self, read: ReadList) -> None:
        texts, opened, layout = self._texts, read.opened, read.layout
        of_text = opened.kind is ListKind.TEXT
        shown = {"encoding": bool(opened.encoding), "delimiter": of_text, "sheet": len(opened.sheets) > 1}
        for choice, field in self._fields.items():
            field.setVisible(shown.get(choice, True))
        rows = [(row.number, texts("import.row", row=row.number)) for row in opened.grid.rows[:_HEADERS]]
        columns = _columns(opened.grid, layout.header)
        encodings = [(name, texts(f"import.encoding.{name.replace('-', '_')}")) for name in ENCODINGS]
        delimiters = [(sign, texts(f"import.delimiter.{name}")) for sign, name in _NAMES.items()]
        offered: Mapping[str, tuple[Sequence[tuple[object, str]], object]] = {
            "encoding": (encodings, opened.encoding),
            "delimiter": (delimiters, opened.delimiter),
            "sheet": (
                [(sheet.name, sheet.name) for sheet in opened.sheets],
                None if _is_of_sheets(layout) else opened.sheet,
            ),
            "header": ([(NO_HEADER, texts("import.no_header")), *rows], layout.header),
            "id_column": (columns, layout.id_column if layout.doubt is None else None),
            "label_column": ([(NO_COLUMN, texts("import.no_label")), *columns], layout.label_column),
        }
        for choice, (entries, chosen) in offered.items():
            _fill(self.pickers[choice], entries, chosen)

    def _fill_rows(self, read: ReadList) -> None:
        grid, layout = read.opened.grid, read.layout
        taken = (layout.id_column, layout.label_column) if layout.doubt is None else self._columns
        shown = grid.rows[:_SHOWN]
        self.rows.setColumnCount(grid.width)
        self.rows.setRowCount(len(shown))
        self.rows.setHorizontalHeaderLabels([self._column_head(column, read) for column in range(grid.width)])
        self.rows.setVerticalHeaderLabels([str(row.number) for row in shown])
        quiet = QBrush(theme.text_colour(Tone.QUIET, self.palette()))
        marked = QBrush(theme.tint(Tone.HELD, self.palette()))
        for at, row in enumerate(shown):
            for column, text in enumerate(row.cells):
                item = QTableWidgetItem(escaped(text, keep="\n"))
                if column in self._columns:
                    item.setBackground(marked)
                if row.number <= layout.header or column not in taken:
                    item.setForeground(quiet)
                self.rows.setItem(at, column, item)
        for column in range(grid.width):
            self.rows.setColumnWidth(
                column, max(_NARROWEST, min(_WIDEST, self.rows.sizeHintForColumn(column) + 24))
            )

    def _column_head(self, column: int, read: ReadList) -> str:
        name = column_name(column)
        if read.layout.doubt is not None:
            return self._texts("import.may_be_id", column=name) if column in self._columns else name
        if column == read.layout.id_column:
            return self._texts("import.is_id", column=name)
        return self._texts("import.is_label", column=name) if column == read.layout.label_column else name

    def _lay_out(self) -> None:
        # On a low screen all but the buttons scrolls.
        content = QWidget()
        layouts.column(
            self._header,
            self._candidates,
            layouts.row(*((field, 1) for field in self._fields.values()), spacing=theme.GAP),
            self.reply,
            (self.rows, 1),
            layouts.row(self._reasons_head, 1, self.save),
            self.reasons,
            on=content,
            spacing=theme.GAP,
            margins=(theme.PAGE, theme.GAP, theme.PAGE, theme.GAP),
        )
        buttons = layouts.row(
            1, self.cancel, self.add, spacing=theme.MARGIN, margins=(theme.PAGE, 0, theme.PAGE, theme.GAP)
        )
        self._scroll = layouts.ScrollsIfLow(content)
        layouts.column((self._scroll, 1), buttons, on=self, spacing=0)


def _is_of_sheets(layout: Layout) -> bool:
    """Tell whether it is in doubt which sheet of a workbook is the list."""
    return layout.doubt is not None and layout.doubt.id == "doubt.sheets"


def _fill(picker: QComboBox, entries: Sequence[tuple[object, str]], chosen: object) -> None:
    picker.clear()
    for value, words in entries:
        picker.addItem(escaped(words), value)
    picker.setCurrentIndex(next((at for at, (value, _) in enumerate(entries) if value == chosen), -1))


def _columns(grid: Grid, header: int) -> list[tuple[int, str]]:
    names = next((row for row in grid.rows if row.number == header), None)
    found = []
    for column in range(grid.width):
        name = names.cell(column).strip() if names is not None else ""
        found.append((column, f"{column_name(column)} {name}".strip()))
    return found
