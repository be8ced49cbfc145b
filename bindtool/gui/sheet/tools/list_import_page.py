"""The page that asks how to read a list: its first rows, facts about its columns, and the rows that can't be taken.

Choices only mark and preview; the only answer is the button that shows the number of rows to add. Scans go on
meanwhile, so no key that may be a scanner's presses it, and typed text goes to the scan field.
`list_import_controller` does the reading; this page never changes the sheet.
"""

from __future__ import annotations

from dataclasses import replace
from time import monotonic_ns
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QBrush, QGuiApplication, QHideEvent, QKeyEvent, QShowEvent, QWindow
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QListWidget,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from bindtool.core.common.safe_text import escaped
from bindtool.core.tabular.table.grid import Grid, column_name
from bindtool.core.tabular.table.result import NO_COLUMN, NO_HEADER, Choices, Layout, ListKind, ListRow, ReadList
from bindtool.core.tabular.text_encoding import ENCODINGS
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.util.clipboard import SafeCopy
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.accessibility import tab_stops_in
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.form_field import Field, wheel_guarded
from bindtool.gui.common.widgets.labels import Header, line
from bindtool.gui.common.widgets.reply_box import Reply, ReplyBox
from bindtool.gui.sheet.tools.list_imports import Purpose, unplaced_words
from bindtool.i18n.row_text import counts_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bindtool.core.common.errors import BindtoolError
    from bindtool.core.tabular.columns.facts import ColumnFacts
    from bindtool.i18n.catalogue import Texts


_SHOWN = 30
"""Number of the file's rows shown."""
_HEADERS = 10
"""Number of rows that may be chosen as the header."""
_MOST_REASONS = 200
_LEAST_OF_PICKER = 6
"""Characters."""
_SHARES = {"encoding": 2}
"""Stretch of a picker in its row: encodings have the longest names."""
_NARROWEST, _WIDEST = 120, 260
"""Pixels of a column."""
_CHOICES = {
    "encoding": "import.encoding",
    "delimiter": "import.delimiter",
    "sheet": "import.sheet",
    "header": "import.header",
    "id_column": "import.id_column",
    "label_column": "import.label_column",
}
"""The fields of `Choices`."""
_ENCODINGS = {
    "utf-8": "import.encoding.utf_8",
    "gb18030": "import.encoding.gb18030",
    "cp950": "import.encoding.cp950",
    "cp932": "import.encoding.cp932",
    "cp949": "import.encoding.cp949",
    "cp1252": "import.encoding.cp1252",
    "utf-16": "import.encoding.utf_16",
}
_DELIMITERS = {
    "\t": "import.delimiter.tab",
    ",": "import.delimiter.comma",
    ";": "import.delimiter.semicolon",
    "|": "import.delimiter.pipe",
    "": "import.delimiter.none",
}
_LEAST_OF_ROWS = 190
_REASONS_HEIGHT, _LEAST_OF_REASONS = 84, 44
_BESIDE_HEAD = 26
"""Pixels of a column's header besides its text."""
_CALM = 1000
"""Milliseconds without a key before a key may add the list: a scanner's keys have shorter gaps."""
_HELD_BACK = 100
"""Milliseconds; a key held back arrives again once it is known to be a person's."""
_NO_KEYS = frozenset({Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta})
_RETURNS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_PRESSING = frozenset({QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride})


class AddButton(ActionButton):
    """Pressed by a click, or by Space or the next step's shortcut a second after any other key."""

    def __init__(self) -> None:
        super().__init__("", theme.StyleKind.PRIMARY)
        self._key, self._at = 0, -_CALM
        self._calm = True

    def note(self, event: QKeyEvent) -> None:
        """Record a key of the window, whatever it was meant for."""
        if event.key() in _NO_KEYS or event.isAutoRepeat():
            return
        at = _time_of(event)
        if event.key() != self._key or at - self._at > _HELD_BACK:
            self._calm = at - self._at >= _CALM
        self._key, self._at = event.key(), at

    def click(self) -> None:
        """Press it by the next step's shortcut."""
        if self._calm:
            super().click()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ignore Return: on some desktops it would press the focused button."""
        if event.key() == Qt.Key.Key_Space and self._calm:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Press the button on Space's release, unless another key has come since the press."""
        if not self._calm:
            self.setDown(False)
        super().keyReleaseEvent(event)


class ListImportPage(QWidget):
    """Combo boxes, the first rows below facts about their columns, and the rows that can't be taken.

    `field` takes text typed anywhere on the page.

    Signals:
        chosen(Choices): the user made a choice; asks to show the list anew.
        add_requested(): asks to add the list as shown.
        save_requested(): asks to save the rows that can't be taken.
        left(): the user has declined the list.
        closed(): another page is current.
    """

    chosen = Signal(object)
    add_requested = Signal()
    save_requested = Signal()
    left = Signal()
    closed = Signal()

    def __init__(self, texts: Texts, field: QWidget) -> None:
        super().__init__()
        self._texts, self._field = texts, field
        self._choices = Choices()
        self._file, self._purpose = "", Purpose.ADD
        self._heads: list[list[str]] = []
        self._typed_at = -_CALM
        self.setAccessibleName(texts("import.title"))
        self._header = Header()
        self.pickers = {choice: self._picker(choice, texts(id_)) for choice, id_ in _CHOICES.items()}
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
        # The header of a focused cell would be bold, and wider than its column.
        self.rows.horizontalHeader().setHighlightSections(False)
        head = self.rows.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        head.installEventFilter(self)
        head.sectionClicked.connect(self._choose_column)
        head.sectionResized.connect(lambda column, _before, _now: self._cut_head(column))
        self.rows.cellClicked.connect(lambda _row, column: self._choose_column(column))
        self.reasons = QListWidget()
        self.reasons.setAccessibleName(texts("import.reasons"))
        self.reasons.setWordWrap(True)
        for view in (self.rows, self.reasons):
            SafeCopy(view)
        theme.resize(self.rows, minimum_height=_LEAST_OF_ROWS)
        theme.resize(self.reasons, minimum_height=_LEAST_OF_REASONS)
        self._reasons_head = line(wraps=False)
        self.save = ActionButton(texts("import.save_refused"), theme.StyleKind.LINK, clicked=self.save_requested)
        self.cancel = ActionButton(texts("button.cancel"), clicked=self.left)
        self.add = AddButton()
        self.add.clicked.connect(self.add_requested)
        self._lay_out()
        for one in (*tab_stops_in(self), *(picker.view() for picker in self.pickers.values())):
            one.installEventFilter(self)
        cast("QGuiApplication", QGuiApplication.instance()).focusWindowChanged.connect(self._watch)

    def begin(
        self,
        file: str,
        read: ReadList,
        choices: Choices,
        purpose: Purpose = Purpose.ADD,
        facts: Sequence[ColumnFacts] = (),
    ) -> None:
        """Show a list just read, and wait for the user; in doubt, scans keep the focus."""
        self._file, self._purpose = file, purpose
        self.show_list(read, choices, facts)
        if read.layout.doubt is None:
            self.pickers["id_column"].setFocus()

    def leave(self) -> None:
        """Decline the list, as the button does."""
        self.cancel.click()

    def show_reading(self, words: str) -> None:
        self._header.show_about(words)

    def show_problem(self, error: BindtoolError) -> None:
        """Show why the list can't be read as chosen."""
        self.reply.say(Reply(Tone.BAD, self._texts.say(error.title), self._texts.say(error.hint)))

    def show_list(self, read: ReadList, choices: Choices, facts: Sequence[ColumnFacts] = ()) -> None:
        """Show a list as read by `choices`; `facts`: about its columns."""
        self._choices = choices
        self.reply.clear()
        texts, doubt = self._texts, read.layout.doubt
        self._fill_pickers(read)
        self._fill_rows(read, facts)
        asked = "import.which_sheet" if _is_of_sheets(read.layout) else "import.which_column"
        self._header.show_title(texts("import.headline" if doubt is None else asked, file=self._file))
        how = filter(None, (doubt or read.layout.why, read.unclear_encoding))
        words = texts("import.separator").join(map(texts.say, how))
        self._header.show_about(words, Tone.QUIET if doubt is None else Tone.HELD)
        unplaced = [unplaced_words(texts, read.unplaced)] if read.unplaced else []
        self.reasons.clear()
        self.reasons.addItems([*unplaced, *map(self._reason, [*read.refused, *read.held][:_MOST_REASONS])])
        counts = {"import.refused": len(read.refused), "import.held": len(read.held)}
        self._reasons_head.setText(
            texts("import.separator").join(texts(words, n=n) for words, n in counts.items() if n)
        )
        alone = self.reasons.count() == 1
        theme.resize(self.reasons, maximum_height=_LEAST_OF_REASONS if alone else _REASONS_HEIGHT)
        for widget in (self.reasons, self._reasons_head):
            widget.setVisible(self.reasons.count() > 0)
        self.save.setVisible(bool(read.refused))
        self.add.rename(texts(self._purpose.step, n=len(read.rows)))
        why_not = texts("import.nothing") if doubt is None else texts.say(doubt)
        self.add.allow(len(read.rows) > len(read.refused) and read.layout.id_column != NO_COLUMN, why_not)
        if self.add.isEnabled():
            self.add.setToolTip(texts("import.by_key"))
            self.add.setAccessibleDescription(self.add.toolTip())

    def showEvent(self, event: QShowEvent) -> None:
        """Watch the window's keys while the page is visible."""
        super().showEvent(event)
        self._watch(QGuiApplication.focusWindow())

    def _watch(self, window: QWindow | None) -> None:
        """Filter a window's keys before the scan watcher, which holds keys back."""
        if window is not None and self.isVisible():
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Record each key; text typed on the page goes to its field, since it may be from a slow scanner.

        Columns follow the font of the header.
        """
        if event.type() is QEvent.Type.FontChange and watched is self.rows.horizontalHeader():
            self._fit_columns()
        if event.type() in _PRESSING and isinstance(event, QKeyEvent) and self.isVisible():
            typed, at = _is_typed(event), _time_of(event)
            if isinstance(watched, QWindow):
                self.add.note(event)
                self._typed_at = at if typed else self._typed_at
            elif event.key() in _RETURNS and at - self._typed_at < _CALM:
                # It ends a scan, and would make a choice in an open combo box.
                return True
            elif typed and event.type() is QEvent.Type.KeyPress:
                for picker in self.pickers.values():
                    picker.hidePopup()
                self._field.setFocus()
                QCoreApplication.sendEvent(self._field, event.clone())
                return True
        return False

    def hideEvent(self, event: QHideEvent) -> None:
        """Signal that another page is current; but not when the window is minimised, which will show this page
        again.
        """
        super().hideEvent(event)
        if not event.spontaneous():
            self.closed.emit()

    def _choose_column(self, column: int) -> None:
        """Choose the ids' column, which can't hold the labels too."""
        label = None if self._choices.label_column == column else self._choices.label_column
        self.chosen.emit(replace(self._choices, id_column=column, label_column=label))

    def _reason(self, row: ListRow) -> str:
        """Return a row's problem; that of a workbook's cell names the cell itself."""
        reason = row.refused or row.held
        words = self._texts.say(reason.message) if reason is not None else ""
        return words if row.place else self._texts("import.reason", row=row.number, reason=words)

    def _picker(self, choice: str, name: str) -> QComboBox:
        """Return a combo box for one of the fields of `Choices`."""
        picker = wheel_guarded(QComboBox())
        # By default it would be as wide as its longest text once the text size changes.
        picker.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        picker.setMinimumContentsLength(_LEAST_OF_PICKER)
        picker.setAccessibleName(name)
        # A file's names of columns and sheets may be of any length.
        picker.currentTextChanged.connect(picker.setToolTip)
        # A value the user never chose stays a guess.
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
        encodings = [(name, texts(_ENCODINGS[name])) for name in ENCODINGS]
        delimiters = [(sign, texts(id_)) for sign, id_ in _DELIMITERS.items()]
        offered: Mapping[str, tuple[Sequence[tuple[object, str]], object]] = {
            "encoding": (encodings, opened.encoding),
            "delimiter": (delimiters, opened.delimiter),
            "sheet": (
                [(sheet.name, sheet.name) for sheet in opened.sheets],
                None if _is_of_sheets(layout) else opened.sheet,
            ),
            "header": ([(NO_HEADER, texts("import.no_header")), *rows], layout.header),
            "id_column": (columns, layout.id_column),
            "label_column": ([(NO_COLUMN, texts("import.no_label")), *columns], layout.label_column),
        }
        for choice, (entries, chosen) in offered.items():
            _fill(self.pickers[choice], entries, chosen)

    def _fill_rows(self, read: ReadList, facts: Sequence[ColumnFacts]) -> None:
        grid, layout = read.opened.grid, read.layout
        taken = {layout.id_column, layout.label_column}
        shown = grid.rows[:_SHOWN]
        self.rows.setColumnCount(grid.width)
        self.rows.setRowCount(len(shown))
        self.rows.setVerticalHeaderLabels([str(row.number) for row in shown])
        quiet = QBrush(theme.text_colour(Tone.QUIET, self.palette()))
        marked = QBrush(theme.tint(Tone.GOOD if layout.doubt is None else Tone.HELD, self.palette()))
        for at, row in enumerate(shown):
            for column, text in enumerate(row.cells):
                item = QTableWidgetItem(escaped(text, keep="\n"))
                if column == layout.id_column:
                    item.setBackground(marked)
                if row.number <= layout.header or column not in taken:
                    item.setForeground(quiet)
                self.rows.setItem(at, column, item)
        known = {one.index: one for one in facts}
        self._heads = []
        for column, name in _columns(grid, layout.header):
            lines = [self._marked(layout, column, name), *self._facts(known.get(column))]
            self._heads.append(lines)
            examples = known[column].examples if column in known else ()
            item = QTableWidgetItem("\n".join(lines))
            item.setToolTip("\n".join([*lines, *map(escaped, examples)]))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, item.toolTip())
            self.rows.setHorizontalHeaderItem(column, item)
        self._fit_columns()

    def _fit_columns(self) -> None:
        metrics = self.rows.horizontalHeader().fontMetrics()
        for column, lines in enumerate(self._heads):
            # Scaling may lose a pixel or two.
            wide = max(map(metrics.horizontalAdvance, lines)) + _BESIDE_HEAD + 2
            wide = max(_NARROWEST, self.rows.sizeHintForColumn(column) + 24, wide)
            self.rows.setColumnWidth(column, min(theme.scaled(_WIDEST), wide))
            self._cut_head(column)

    def _cut_head(self, column: int) -> None:
        """Elide each line of a column's header at the column's width."""
        item = self.rows.horizontalHeaderItem(column)
        if item is not None and column < len(self._heads):
            head = self.rows.horizontalHeader()
            room, metrics = head.sectionSize(column) - _BESIDE_HEAD, head.fontMetrics()
            cut = (metrics.elidedText(words, Qt.TextElideMode.ElideRight, room) for words in self._heads[column])
            item.setText("\n".join(cut))

    def _marked(self, layout: Layout, column: int, name: str) -> str:
        """Return a column's name, preceded by the mark of its use."""
        texts, name = self._texts, escaped(name)
        if column == layout.id_column:
            return texts("import.is_id" if layout.doubt is None else "import.may_be_id", column=name)
        if column == layout.label_column:
            return texts("import.is_label", column=name)
        may_be = layout.id_column == NO_COLUMN and column in layout.candidates
        return texts("import.may_be_id", column=name) if may_be else name

    def _facts(self, facts: ColumnFacts | None) -> list[str]:
        """Describe a column's content in two lines: its values if few, else how many look like the ids."""
        if facts is None:
            return []
        texts = self._texts
        counts = {"import.distinct": facts.distinct, "import.empty": facts.empty}
        sums = texts("import.separator").join(texts(words, n=n) for words, n in counts.items() if n)
        alike = texts("import.alike", n=facts.alike) if facts.alike else ""
        return list(filter(None, (sums, counts_words(facts.counts) or alike)))

    def _lay_out(self) -> None:
        # On a low screen everything but the buttons scrolls.
        content = QWidget()
        layouts.column(
            self._header,
            layouts.row(
                *((field, _SHARES.get(name, 1)) for name, field in self._fields.items()), spacing=theme.GAP
            ),
            self.reply,
            (self.rows, 1),
            layouts.row(self._reasons_head, 1, self.save),
            self.reasons,
            on=content,
            spacing=theme.GAP,
            margins=(theme.PAGE, theme.GAP, theme.PAGE, theme.GAP),
        )
        buttons = layouts.row(
            1, self.cancel, self.add, spacing=theme.MARGIN, margins=(theme.PAGE, theme.GAP, theme.PAGE, theme.GAP)
        )
        self._scroll = layouts.ScrollsIfLow(content)
        layouts.column((self._scroll, 1), buttons, on=self, spacing=0)


def _is_of_sheets(layout: Layout) -> bool:
    """Return whether it is in doubt which sheet of a workbook is the list."""
    return layout.doubt is not None and layout.doubt.id == "doubt.sheets"


def _time_of(event: QKeyEvent) -> int:
    """Return the time of a key press in milliseconds; with a screen reader active keys have no timestamps."""
    return event.timestamp() or monotonic_ns() // 1_000_000


def _is_typed(event: QKeyEvent) -> bool:
    """Return whether a key types a visible character, and is no command."""
    ctrl, alt, meta = (
        bool(event.modifiers() & held)
        for held in (
            Qt.KeyboardModifier.ControlModifier,
            Qt.KeyboardModifier.AltModifier,
            Qt.KeyboardModifier.MetaModifier,
        )
    )
    # AltGr is reported as both modifiers.
    return event.text().isprintable() and bool(event.text().strip()) and ctrl == alt and not meta


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
