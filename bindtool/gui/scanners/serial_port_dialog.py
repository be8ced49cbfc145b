"""The dialog for the serial port of this laptop's scanner: chosen from a list or typed, and opened at once to test
it.

`serial_scanner` reads the port, `serial_reader` provides the list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkLabel
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.dialogs import FittingDialog
from bindtool.gui.common.widgets.form_field import Choice, Field
from bindtool.gui.common.widgets.labels import Header, line
from bindtool.gui.scanners.serial_reader import FoundPort, PortState, found_ports

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bindtool.gui.scanners.serial_scanner import SerialScanner
    from bindtool.i18n.catalogue import Texts

BAUDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)

_WIDE = 560
_MARK_SIZE = 20
_MARKS = {
    PortState.TRYING: Mark.WAITING,
    PortState.CONNECTED: Mark.BOUND,
    PortState.ABSENT: Mark.WARNING,
    PortState.BUSY: Mark.WARNING,
    PortState.NO_END: Mark.WARNING,
}


class SerialPortDialog(FittingDialog):
    """Open it with `begin`, never with `exec()`.

    `find`: returns the system's serial ports.
    """

    def __init__(
        self,
        parent: QWidget,
        texts: Texts,
        scanner: SerialScanner,
        find: Callable[[], Sequence[FoundPort]] = found_ports,
    ) -> None:
        super().__init__(parent)
        self._texts = texts
        self._scanner = scanner
        self._find = find
        self.setWindowTitle(texts("serial.title"))
        self.setAccessibleName(texts("serial.title"))
        theme.resize(self, minimum_width=_WIDE)
        self._ports = QComboBox(editable=True)
        self._ports.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._port_field = Field(texts("serial.port"), self._ports, texts("serial.port_hint"))
        self._bauds = Choice({baud: str(baud) for baud in BAUDS})
        self._baud_field = Field(texts("serial.baud"), self._bauds, texts("serial.baud_hint"))
        self._mark = MarkLabel(_MARK_SIZE)
        self._state = line()
        self._last = line(tone=Tone.QUIET)
        self._off = ActionButton(texts("serial.turn_off"), clicked=scanner.turn_off)
        self._use = ActionButton(texts("serial.use"), StyleKind.PRIMARY, clicked=self._use_port)
        look_again = ActionButton(texts("serial.look_again"), clicked=self._list_ports)
        close = ActionButton(texts("button.close"), clicked=self.reject)
        self._column = layouts.column(
            Header(texts("serial.title"), texts("serial.about")),
            self._port_field,
            self._baud_field,
            layouts.row((self._mark, 0, Qt.AlignmentFlag.AlignTop), (self._state, 1), spacing=theme.STEP),
            self._last,
            1,
            layouts.row(close, look_again, 1, self._off, self._use, spacing=theme.STEP),
            on=self.content,
            spacing=theme.MARGIN,
            margins=(theme.PAGE, theme.PAGE, theme.PAGE, theme.PAGE),
        )
        self._ports.editTextChanged.connect(self._allow)
        scanner.changed.connect(self._show_state)
        scanner.scanned.connect(self._show_scan)
        scanner.paused.connect(self._show_scan)

    def begin(self) -> None:
        """Show the chosen port and the list, and open the dialog."""
        self._list_ports()
        self._name(self._scanner.port or self._ports.itemData(0) or "")
        self._bauds.choose(self._scanner.baud)
        self._last.setText("")
        self._show_state()
        self.open()
        self._ports.setFocus()

    def _list_ports(self) -> None:
        chosen = self._chosen()
        self._ports.clear()
        for port in self._find():
            self._ports.addItem(f"{port.name} – {port.what}" if port.what else port.name, port.name)
        self._name(chosen)
        found = bool(self._ports.count())
        # Either the problem or the hint, so that nothing below moves.
        self._port_field.show_problem("" if found else self._texts("serial.none_found"))
        self._port_field.set_hint(self._texts("serial.port_hint") if found else "")

    def _name(self, port: str) -> None:
        """Show a port in the field, with its text from the list if it is there."""
        place = self._ports.findData(port)
        self._ports.setCurrentIndex(place)
        if place < 0:
            self._ports.setEditText(port)

    def _chosen(self) -> str:
        """Return the port picked or typed."""
        text = self._ports.currentText().strip()
        place = self._ports.findText(text)
        return text if place < 0 else str(self._ports.itemData(place))

    def _allow(self) -> None:
        self._use.allow(bool(self._chosen()), self._texts("serial.name_a_port"))

    def _use_port(self) -> None:
        self._scanner.use(self._chosen(), self._bauds.value)

    def _show_state(self) -> None:
        state = self._scanner.state
        self._off.allow(state is not None, self._texts("serial.off"))
        self._mark.show_mark(_MARKS[state] if state is not None else Mark.INFO)
        words = self._texts(state or "serial.off", port=self._scanner.port)
        self._state.setText(f"{words[0].upper()}{words[1:]}")
        self._allow()

    def _show_scan(self, text: str) -> None:
        if self.isVisible():
            self._last.setText(self._texts("serial.last", text=text))
