"""The colours can be read, light and dark, and the program follows the system's scheme."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.high_contrast import READABLE, VISIBLE, contrast, contrast_palette
from bindtool.gui.common.theme.icons import Mark, MarkLabel
from bindtool.gui.common.theme.theme import Scheme, StyleKind, Tone
from bindtool.gui.common.widgets.labels import details_line
from tests.gui.conftest import Show
from tests.gui.loop import PATIENCE

SCHEMES = {
    "light": theme.palette(dark=False),
    "dark": theme.palette(dark=True),
    "black": contrast_palette(QPalette(QColor("#ffff00"), QColor("#000000"))),
    "white": contrast_palette(QPalette(QColor("#000000"), QColor("#ffffff"))),
    "desert": contrast_palette(QPalette(QColor("#3d3d3d"), QColor("#fffaef"))),
}
JUDGING = (Tone.GOOD, Tone.BAD, Tone.UNSURE, Tone.HELD)


def grounds(colours: QPalette) -> dict[str, QColor]:
    """Return what the window's words and drawings stand on, but for tints and flashes, which belong to a tone."""
    role = QPalette.ColorRole
    roles = (role.Base, role.Window, role.AlternateBase, role.Midlight, role.ToolTipBase)
    return {str(role): colours.color(role) for role in roles} | {"selected": theme.tint(Tone.BUSY, colours)}


def demands(colours: QPalette) -> Iterator[tuple[str, QColor, QColor, float]]:
    """Yield what has to be told from what it stands on: its name, both colours, and the least contrast."""
    plain, quiet, good = (theme.text_colour(tone, colours) for tone in (Tone.PLAIN, Tone.QUIET, Tone.GOOD))
    bases, accent = (colours.base().color(), colours.window().color()), colours.highlight().color()
    flashes = {f"flash of {tone}": theme.flash(tone, colours) for tone in JUDGING}
    for tone in Tone:
        ink, tint = theme.text_colour(tone, colours), theme.tint(tone, colours)
        for name, ground in {**grounds(colours), "its tint": tint}.items():
            yield f"{tone} on {name}", ink, ground, READABLE
        yield f"plain on the tint of {tone}", plain, tint, READABLE
        yield f"quiet on the tint of {tone}", quiet, tint, READABLE
    for mark in Mark:
        for name, ground in {**grounds(colours), **flashes}.items():
            yield f"{mark} on {name}", theme.text_colour(mark.tone, colours), ground, VISIBLE
    for name, ground in flashes.items():
        yield f"plain on {name}", plain, ground, READABLE
        yield f"good on {name}", good, ground, VISIBLE
    for ground in bases:
        yield "the edge of a control", theme.border_colour(colours), ground, VISIBLE
        yield "a focus ring, the bar of a run", accent, ground, VISIBLE
    yield "a selection", colours.highlightedText().color(), accent, READABLE
    yield "a pressed selection", colours.highlightedText().color(), accent.darker(118), READABLE
    yield "a quiet button", quiet, colours.midlight().color(), READABLE
    # A disabled button says why it is.
    disabled = colours.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)
    yield "a disabled button", disabled, colours.button().color(), READABLE


@pytest.mark.parametrize("colours", SCHEMES.values(), ids=SCHEMES)
def test_everything_can_be_told_from_its_ground(colours: QPalette) -> None:
    """Words have 4.5:1 on base, window, stripes, hover, selection and tints; drawings and edges have 3:1."""
    measured = {name: (contrast(ink, ground), least) for name, ink, ground, least in demands(colours)}
    assert {name: found for name, (found, least) in measured.items() if found < least} == {}


def test_it_follows_the_system(qapp: QApplication, qtbot: QtBot, dress_again: None) -> None:
    """GIVEN the program WHEN the system's scheme turns dark THEN the program does too."""
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)

    qtbot.waitUntil(lambda: theme.is_dark(qapp.palette()), timeout=PATIENCE)


def test_a_change_has_two_turns(qapp: QApplication, qtbot: QtBot, dress_again: None, show: Show) -> None:
    """GIVEN windows WHEN the colours change THEN they are not drawn halfway; one may go meanwhile."""
    window, gone = QWidget(), QWidget()
    show(window)
    gone.show()
    appearance = theme.appearance()

    appearance.change(lambda: appearance.use_scheme(Scheme.DARK))
    halfway = (qapp.styleSheet(), window.updatesEnabled(), appearance.scheme)
    delete(gone)
    qtbot.waitUntil(window.updatesEnabled, timeout=PATIENCE)

    assert halfway == ("", False, Scheme.SYSTEM)
    assert (qapp.styleSheet() != "", appearance.scheme) == (True, Scheme.DARK)
    assert theme.is_dark(window.palette())
    appearance.use_scheme(Scheme.SYSTEM)


def test_a_change_that_fails_leaves_the_window_drawn(
    qapp: QApplication, qtbot: QtBot, dress_again: None, show: Show
) -> None:
    """And the next one has its two turns again."""
    window = QWidget()
    show(window)

    def fail() -> None:
        raise RuntimeError("a fault")

    with qtbot.capture_exceptions() as caught:
        theme.appearance().change(fail)
        assert not window.updatesEnabled()
        qtbot.waitUntil(window.updatesEnabled, timeout=PATIENCE)
    assert [kind for kind, *_ in caught] == [RuntimeError]
    theme.appearance().change(lambda: None)
    assert not window.updatesEnabled()
    qtbot.waitUntil(window.updatesEnabled, timeout=PATIENCE)


def test_a_choice_goes_before_the_system(qapp: QApplication, dress_again: None) -> None:
    """GIVEN chosen colours WHEN the system changes its own THEN they stay, until the system's are chosen again."""
    appearance = theme.appearance()
    appearance.use_scheme(Scheme.LIGHT)
    appearance.set_system_scheme(Qt.ColorScheme.Dark)
    assert not theme.is_dark(qapp.palette())

    appearance.use_scheme(Scheme.DARK)
    appearance.set_system_scheme(Qt.ColorScheme.Light)
    assert theme.is_dark(qapp.palette())

    appearance.use_scheme(Scheme.SYSTEM)
    assert not theme.is_dark(qapp.palette())


def test_a_change_styles_each_widget_a_few_times_at_most(qapp: QApplication, dress_again: None, show: Show) -> None:
    """GIVEN widgets in widgets WHEN the colours change THEN how often one is styled is no matter of its depth."""
    outer = inner = QWidget()
    for _ in range(20):
        inner = QWidget(inner)
    label = QLabel("words", inner)
    show(outer)
    seen = [0]

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            seen[0] += event.type() is QEvent.Type.StyleChange
            return False

    watch = Watch()
    label.installEventFilter(watch)

    theme.apply_scheme(qapp, dark=True)

    assert 1 <= seen[0] <= 3


def test_a_change_of_colours_leaves_nothing_of_those_before(
    qapp: QApplication, dress_again: None, show: Show
) -> None:
    """GIVEN widgets of each kind WHEN the colours change there and back THEN each looks as it did, fonts too."""
    page = QWidget()
    column = QVBoxLayout(page)
    for kind in StyleKind:
        button = QPushButton(kind.value)
        theme.set_style(button, kind)
        column.addWidget(button)
    for tone in Tone:
        label = QLabel(tone.value)
        theme.resize_text(label, theme.LINE_POINTS, bold=True)
        theme.set_style(label, tone=tone)
        column.addWidget(label)
    show(page)
    # Not on a button, which would get its ring once the window is active.
    page.setFocus()
    QApplication.processEvents()
    before = page.grab().toImage()

    theme.apply_scheme(qapp, dark=True)
    assert page.grab().toImage() != before
    theme.apply_scheme(qapp, dark=False)

    assert page.grab().toImage() == before


@pytest.mark.parametrize("dark", [False, True])
def test_what_an_empty_field_says_can_be_read(
    qapp: QApplication, dress_again: None, show: Show, *, dark: bool
) -> None:
    """GIVEN a field with a hint in it WHEN it is empty THEN the hint has 4.5:1, not the half colour of Qt."""
    theme.apply_scheme(qapp, dark=dark)
    field = QLineEdit(placeholderText="for example WO-1125")
    show(field)

    hint = field.palette().placeholderText().color()
    assert hint.alpha() == 255
    assert contrast(hint, qapp.palette().base().color()) >= READABLE


def test_a_shown_label_changes_its_tone_and_keeps_its_size(show: Show) -> None:
    """GIVEN a label on the screen WHEN its tone changes THEN its colour does, and its font does not."""
    label = QLabel("3")
    theme.resize_text(label, theme.STRIP_POINTS, bold=True)
    theme.set_style(label, tone=Tone.GOOD)
    show(label)

    theme.set_style(label, tone=Tone.BAD)

    assert label.palette().windowText().color() == theme.text_colour(Tone.BAD, label.palette())
    assert label.font().pointSizeF() == theme.STRIP_POINTS
    assert label.font().bold()


def test_all_that_is_shown_follows_the_size_of_texts(usual_text: None, dress_again: None, show: Show) -> None:
    """GIVEN texts and lengths of their own WHEN size of texts, colours and tones change THEN each is so large."""
    page, plain, large, two_lines = QWidget(), QLabel("plain"), QLabel("large"), details_line("Details")
    field = QLineEdit()
    theme.resize_text(large, theme.LINE_POINTS, bold=True)
    theme.resize(field, fixed_height=40)
    theme.resize(field, maximum_width=200)
    mark = MarkLabel(20, Mark.BOUND)
    column = QVBoxLayout(page)
    for part in (plain, large, two_lines, field, mark):
        column.addWidget(part)
    show(page)
    appearance = theme.appearance()

    for percent in (150, 85, 125):
        appearance.use_text_size(percent)
        appearance.use_scheme(Scheme.DARK)
        theme.set_style(large, tone=Tone.BAD)
        appearance.use_scheme(Scheme.SYSTEM)

        assert appearance.text_size == percent
        assert plain.font().pointSizeF() == pytest.approx(theme.BODY_POINTS * percent / 100)
        assert large.font().pointSizeF() == pytest.approx(theme.LINE_POINTS * percent / 100)
        assert large.font().bold()
        assert (field.height(), field.maximumWidth()) == (40 * percent // 100, 200 * percent // 100)
        assert two_lines.minimumHeight() == 2 * two_lines.fontMetrics().lineSpacing() + 2
        assert mark.pixmap().height() == mark.height() == 20 * percent // 100

    late = QLabel("late")
    theme.resize_text(late, theme.FIELD_POINTS)
    assert late.font().pointSizeF() == theme.FIELD_POINTS * 1.25


def test_no_length_is_wider_than_the_screen(usual_text: None, show: Show) -> None:
    """GIVEN a dialog that is as wide as the screen WHEN texts grow THEN it is no wider."""
    dialog = QWidget()
    width = dialog.screen().availableSize().width()
    theme.resize(dialog, minimum_width=width - 10)
    show(dialog)

    theme.appearance().use_text_size(150)

    assert dialog.minimumWidth() == width
