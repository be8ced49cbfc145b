"""The Qt style sheet for the kinds and tones of `theme`, with a `$name` where a colour goes.

Where a rule sets a border, Qt draws no arrow of its own: those are in `resources/arrows`, for light and dark
backgrounds. The colours, light, dark and of high contrast, are `theme`'s.
"""

from __future__ import annotations

from string import Template

# Where two rules fit, the later one wins: the ring shows where the keyboard is.
# Texts on labels, those of tool tips and message boxes among them, come from lists, servers and other benches too:
# taken for HTML, one with a picture in it would have Qt open a file, and another could look like words of ours.
KINDS = Template("""
QLabel, QToolTip { qproperty-textFormat: PlainText; }
QLineEdit {
    background: $base; color: $plain; border: 1px solid $rim; border-radius: $small; padding: 0 7px;
    placeholder-text-color: $quiet;
}
QLineEdit:disabled { background: $window; color: $quiet; }
QComboBox, QAbstractSpinBox {
    background: $base; color: $plain; border: 1px solid $rim; border-radius: $small; padding: 0 9px;
}
QComboBox::drop-down, QDateEdit::drop-down, QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    border: 0; width: 22px;
}
QComboBox::down-arrow, QAbstractSpinBox::down-arrow { image: url("$arrows/down.svg"); width: 16px; height: 16px; }
QAbstractSpinBox::up-arrow { image: url("$arrows/up.svg"); width: 16px; height: 16px; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit, QAbstractItemView QLineEdit { border: 0; padding: 0 2px; }
QRadioButton::indicator:unchecked {
    width: 14px; height: 14px; background: $base; border: 1px solid $quiet; border-radius: 8px;
}
QListView, QPlainTextEdit, QTextBrowser {
    background: $base; color: $plain; border: 1px solid $rim; border-radius: $small; padding: 2px;
}
QCheckBox::indicator:unchecked {
    width: 14px; height: 14px; background: $base; border: 1px solid $quiet; border-radius: 3px;
}
QPushButton[kind="primary"] {
    background: $accent; color: $on_accent; border: 2px solid $accent; border-radius: $medium;
    padding: 6px 20px; font-weight: bold;
}
QPushButton[kind="primary"]:hover { background: $deeper; border-color: $deeper; }
QPushButton[kind="primary"]:pressed { background: $accent; }
QPushButton[kind="primary"]:disabled { background: $soft; color: $quiet; border-color: $soft; }
QMessageBox QPushButton { min-height: 28px; }
QPushButton[kind="normal"], QMessageBox QPushButton {
    background: $base; color: $plain; border: 1px solid $rim; border-radius: $medium; padding: 7px 15px;
}
QPushButton[kind="normal"]:hover, QMessageBox QPushButton:hover { background: $soft; }
QPushButton[kind="normal"]:checked { background: $selected; border: 2px solid $accent; padding: 6px 14px; }
QPushButton[kind="normal"]:disabled { background: $window; color: $quiet; }
*[kind="section"] { background: $base; border: 1px solid $edge; border-radius: $large; }
FoldingSection QToolButton { font-weight: bold; text-align: left; }
*[kind="card"] { background: $base; border: 1px solid $rim; border-radius: $large; text-align: left; }
*[kind="card"]:hover { background: $stripe; border-color: $accent; }
*[kind="card"]:pressed { background: $soft; }
*[kind="flat"] {
    background: transparent; color: $plain; border: 2px solid transparent; border-radius: $medium;
    padding: 6px 10px;
}
CountChip[kind="flat"] { padding: 6px 6px; }
*[kind="flat"]:hover, *[kind="flat"]:pressed { background: $soft; }
*[kind="link"] {
    background: transparent; color: $link; border: 2px solid transparent; border-radius: $small; padding: 0 2px;
}
*[kind="link"]:hover { text-decoration: underline; }
*[kind="link"]:disabled { color: $quiet; }
CardButton[kind="primary"] { background: $selected; border: 2px solid $accent; border-radius: $large; padding: 0; }
CardButton[kind="primary"]:hover { background: $soft; }
*[kind="flat"]::menu-indicator { image: none; width: 0; }
MenuButton[toolButtonStyle="ToolButtonTextOnly"] { padding-right: 30px; }
MenuButton[toolButtonStyle="ToolButtonTextOnly"]::menu-indicator {
    image: url("$arrows/down.svg"); width: 16px; height: 16px;
    subcontrol-origin: padding; subcontrol-position: right center; right: 8px;
}
*:focus { outline: 0; }
QFocusFrame { border: 2px solid $focus; border-radius: $large; }
MarkButton[kind="flat"]:checked { background: $selected; border: 2px solid $accent; }
CountChip[kind="flat"]:checked { background: $selected; border-bottom-color: $accent; border-radius: 0; }
QLineEdit[kind="field"] {
    background: $base; color: $plain; border: 1px solid $rim; border-radius: $medium; padding: 0 11px;
    placeholder-text-color: $quiet;
}
QLineEdit[kind="field"]:read-only { background: $soft; color: $quiet; }
QTabBar::tab {
    background: transparent; color: $quiet; border: 0; border-bottom: 3px solid transparent;
    padding: 0 14px; min-height: 41px;
}
QTabBar::tab:hover { background: $soft; }
QTabBar::tab:selected { color: $plain; border-bottom-color: $accent; }
QTabBar::tab:focus { border: 2px solid $focus; padding: 0 12px; min-height: 40px; }
QProgressBar[kind="progress"] { background: $soft; border: 0; }
QProgressBar[kind="progress"]::chunk { background: $accent; }
QTableView {
    border: 2px solid $base; border-top-color: $window; border-left: 0; border-right: 0; background: $base;
    alternate-background-color: $stripe; selection-background-color: $selected; selection-color: $plain;
}
QTableView:focus { border-color: $focus; }
QTableView { outline: 0; }
QTableView::item { padding: 0 8px; }
QTableView::item:focus { border: 2px solid $focus; padding: 0 6px; }
QTableView::indicator:unchecked {
    width: 14px; height: 14px; background: $base; border: 1px solid $quiet; border-radius: 3px;
}
QMenu { background: $base; color: $plain; border: 1px solid $rim; padding: 4px; }
QMenu::item { padding: 6px 28px 6px 32px; border-radius: $small; }
QMenu::item:selected { background: $selected; color: $plain; }
QMenu::item:disabled { color: $quiet; }
QMenu::indicator { left: 8px; width: 16px; height: 16px; }
QMenu::separator { height: 1px; background: $edge; margin: 4px 8px; }
QHeaderView, QTableCornerButton::section { background: $window; border: 0; }
QHeaderView::section {
    background: $window; color: $quiet; border: 0; border-bottom: 1px solid $edge; padding: 7px 11px;
}
QHeaderView::up-arrow { image: url("$arrows/up.svg"); width: 14px; height: 14px; }
QHeaderView::down-arrow { image: url("$arrows/down.svg"); width: 14px; height: 14px; }
*[kind="bar"] { background: $base; border: 0; border-bottom: 1px solid $edge; }
*[kind="foot"] { background: $window; border: 0; border-top: 1px solid $edge; }
*[kind="beside"] { background: $window; border: 0; border-left: 1px solid $edge; }
*[kind="beside"] QListView::item { padding: 5px 6px; }
*[kind="side"] { background: $window; border: 0; border-left: 1px solid $edge; }
*[kind="side"] QScrollArea, *[kind="side"] QScrollArea > QWidget > QWidget { background: transparent; }
QListWidget::item { padding: 0 6px; color: $plain; }
QListWidget::item:selected { background: $selected; color: $plain; }
*[kind="practice"] { border: 6px solid $accent; }
*[kind="sheet"] { background: $base; border: 0; border-top: 2px solid $accent; }
""")

# With only two colours, what is selected in the table has a frame, the current cell another one, and a link a line.
HIGH_CONTRAST = Template("""
QTableView::item:selected { border: 2px solid $accent; padding: 0 6px; }
QTableView::item:focus { border: 6px double $focus; padding: 0 2px; }
*[kind="link"] { text-decoration: underline; }
""")

TONES = Template("""
QLabel[tone="$tone"] { color: $text_colour; }
*[kind="banner"][tone="$tone"] { background: $tint; border: 0; border-left: 4px solid $text_colour; }
MessageBar[tone="$tone"], SummaryBanner[tone="$tone"] { border-bottom: 1px solid $edge; }
QLabel[kind="pill"][tone="$tone"] {
    background: $tint; border: 1px solid $text_colour; border-radius: $medium; padding: 2px 10px; font-weight: bold;
}
""")
