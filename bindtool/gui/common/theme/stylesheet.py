"""The Qt style sheet for the kinds and tones of `theme`, with `$name` placeholders for colours.

When a rule sets a border, Qt draws no arrow of its own: `resources/arrows` has arrows for light and dark
backgrounds. `theme` has the colours: light, dark and high contrast.
"""

from __future__ import annotations

from string import Template

# If two rules match, the later wins: the focus ring marks the focus. Texts of labels, tool tips and message boxes
# may come from lists, servers and other benches: as HTML, a picture would make Qt open a file, and a text could
# imitate ours.
KINDS = Template("""
QLabel, QToolTip { qproperty-textFormat: PlainText; }
QLineEdit, QComboBox, QAbstractSpinBox, QListView, QPlainTextEdit, QTextBrowser {
    background: $base; color: $plain; border: 1px solid $rim; border-radius: $small; padding: 0 8px;
}
QLineEdit { padding: 0 6px; placeholder-text-color: $quiet; }
QListView, QPlainTextEdit, QTextBrowser { padding: 4px; }
QLineEdit:hover, QComboBox:hover, QAbstractSpinBox:hover { border-color: $focus; }
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled { background: $window; color: $quiet; }
QComboBox::drop-down, QDateEdit::drop-down, QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    border: 0; width: 24px;
}
QComboBox::down-arrow, QAbstractSpinBox::down-arrow { image: url("$arrows/down.svg"); width: 16px; height: 16px; }
QAbstractSpinBox::up-arrow { image: url("$arrows/up.svg"); width: 16px; height: 16px; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit, QAbstractItemView QLineEdit { border: 0; padding: 0 2px; }
QComboBox { combobox-popup: 0; }
QComboBox QListView { border-radius: 0; outline: 0; }
QComboBox QListView::item { min-height: 32px; padding: 0 8px; border-radius: $small; }
QComboBox QListView::item:selected { background: $selected; color: $plain; }
QCheckBox, QRadioButton { spacing: 8px; min-height: 32px; }
QCheckBox::indicator, QRadioButton::indicator, QTableView::indicator {
    width: 16px; height: 16px; background: $base; border: 1px solid $quiet; border-radius: $small;
}
QRadioButton::indicator { border-radius: 9px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $focus; }
QCheckBox::indicator:checked, QTableView::indicator:checked {
    background: $selected; border-color: $accent; image: url("$arrows/tick.svg");
}
QRadioButton::indicator:checked { border: 5px solid $accent; width: 8px; height: 8px; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { background: $window; }
QPushButton[kind="primary"] {
    background: $accent; color: $on_accent; border: 2px solid $accent; border-radius: $medium;
    padding: 6px 20px; font-weight: bold;
}
QPushButton[kind="primary"]:hover { background: $deeper; }
QPushButton[kind="primary"]:pressed { background: $deepest; }
QPushButton[kind="primary"]:disabled { background: $soft; color: $quiet; border-color: $soft; }
QMessageBox QPushButton { min-height: 28px; }
QPushButton[kind="normal"], QMessageBox QPushButton {
    background: $base; color: $plain; border: 1px solid $rim; border-radius: $medium; padding: 7px 15px;
}
QPushButton[kind="normal"]:hover, QMessageBox QPushButton:hover { background: $soft; }
QPushButton[kind="normal"]:pressed, QMessageBox QPushButton:pressed { background: $edge; }
QPushButton[kind="normal"]:checked { background: $selected; border: 2px solid $accent; padding: 6px 14px; }
QPushButton[kind="normal"]:disabled { background: $window; color: $quiet; }
*[kind="section"] { background: $base; border: 1px solid $edge; border-radius: $large; }
FoldingSection QToolButton { font-weight: bold; text-align: left; }
*[kind="card"] { background: $base; border: 1px solid $rim; border-radius: $large; text-align: left; }
*[kind="card"]:hover { background: $stripe; border-color: $focus; }
*[kind="card"]:pressed { background: $soft; }
*[kind="flat"] {
    background: transparent; color: $plain; border: 2px solid transparent; border-radius: $medium;
    padding: 6px 10px;
}
CountChip[kind="flat"] { padding: 6px 3px; }
*[kind="flat"]:hover { background: $soft; }
*[kind="flat"]:pressed { background: $edge; }
*[kind="flat"]:disabled { color: $quiet; }
*[kind="link"] {
    background: transparent; color: $link; border: 2px solid transparent; border-radius: $small; padding: 0 2px;
}
*[kind="link"]:hover { text-decoration: underline; }
*[kind="link"]:disabled { color: $quiet; }
CardButton[kind="primary"] { background: $selected; border: 2px solid $accent; border-radius: $large; padding: 0; }
CardButton[kind="primary"]:hover { background: $soft; }
*[kind="flat"]::menu-indicator { image: none; width: 0; }
MenuButton[toolButtonStyle="ToolButtonTextOnly"] { padding-left: 4px; padding-right: 30px; }
MenuButton[toolButtonStyle="ToolButtonTextOnly"]::menu-indicator {
    image: url("$arrows/down.svg"); width: 16px; height: 16px;
    subcontrol-origin: padding; subcontrol-position: right center; right: 8px;
}
*:focus { outline: 0; }
QFocusFrame { border: 2px solid $focus; border-radius: $large; }
MarkButton[kind="flat"]:checked { background: $selected; border: 2px solid $accent; }
CountChip[kind="flat"]:checked { background: $selected; border-bottom-color: $accent; border-radius: 0; }
QLineEdit[kind="field"] { border-radius: $medium; padding: 0 10px; }
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
QTableView::item { padding: 0 3px 0 13px; }
QTableView::item:focus { border: 2px solid $focus; padding: 0 1px 0 11px; }
QScrollBar { background: transparent; border: 0; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: $rim; margin: 3px; border-radius: 3px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: $quiet; margin: 2px; border-radius: $small; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; }
QToolTip { background: $base; color: $plain; border: 1px solid $rim; padding: 4px 8px; }
QMenu { background: $base; color: $plain; border: 1px solid $rim; padding: 4px; menu-scrollable: 1; }
QMenu::item { padding: 8px 24px 8px 32px; border-radius: $small; }
QMenu::item:selected { background: $selected; color: $plain; }
QMenu::item:disabled { color: $quiet; }
QMenu::indicator { left: 8px; width: 16px; height: 16px; }
QMenu::indicator:checked { image: url("$arrows/tick.svg"); }
QMenu::separator { height: 1px; background: $edge; margin: 4px 8px; }
QHeaderView, QTableCornerButton::section { background: $window; border: 0; }
QHeaderView::section {
    background: $window; color: $quiet; border: 0; border-bottom: 1px solid $edge; padding: 7px 6px 7px 16px;
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

# With only two colours, a selected row in the table gets a frame, the current cell another, and a link is
# underlined.
HIGH_CONTRAST = Template("""
QTableView::item:selected { border: 2px solid $accent; padding: 0 1px 0 11px; }
QTableView::item:focus { border: 6px double $focus; padding: 0 0 0 7px; }
QLabel[kind="pill"] { border: 1px solid $rim; }
*[kind="link"] { text-decoration: underline; }
""")

TONES = Template("""
QLabel[tone="$tone"] { color: $text_colour; }
Field QLineEdit[tone="$tone"] { border: 2px solid $text_colour; padding: 0 6px; }
*[kind="banner"][tone="$tone"] { background: $tint; border: 0; border-left: 4px solid $text_colour; }
MessageBar[tone="$tone"], SummaryBanner[tone="$tone"] { border-bottom: 1px solid $edge; }
QLabel[kind="pill"][tone="$tone"] {
    background: $tint; border-radius: $small; padding: 2px 8px; font-weight: bold;
}
""")
