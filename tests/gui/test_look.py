"""The colours can be read, light and dark, and the program follows the system's scheme."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QPushButton

from bindtool.gui import look
from bindtool.gui.look import Kind, Tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QColor
    from PySide6.QtWidgets import QApplication

    from tests.gui.conftest import Show

READABLE = 4.5  # WCAG 2.2, 1.4.3, for text of the body's size
LARGE_READABLE = 3.0  # the same, for large text
JUDGING = (Tone.GOOD, Tone.BAD, Tone.UNSURE, Tone.HELD)


def luminance(colour: QColor) -> float:
    """Return the relative luminance of WCAG 2.2."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast of WCAG 2.2, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.fixture
def dress_again(qapp: QApplication) -> Iterator[None]:
    """Put the light colours back on after a test."""
    yield
    look.wear(qapp, dark=False)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("tone", Tone)
def test_inks_can_be_read_on_every_ground(tone: Tone, *, dark: bool) -> None:
    """Each ink has 4.5:1 on the base, the window, the alternate rows and its own tint."""
    colours = look.palette(dark=dark)
    ink = look.ink(tone, colours)
    grounds = [colours.base(), colours.window(), colours.alternateBase()]

    assert min(contrast(ink, ground.color()) for ground in grounds) >= READABLE
    assert contrast(ink, look.tint(tone, colours)) >= READABLE


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("tone", JUDGING)
def test_words_can_be_read_through_a_flash(tone: Tone, *, dark: bool) -> None:
    """While the strip is coloured, plain words keep 4.5:1 and its large ones at least 3:1."""
    colours = look.palette(dark=dark)
    ground = look.flash(tone, colours)

    assert contrast(look.ink(Tone.PLAIN, colours), ground) >= READABLE
    assert contrast(look.ink(tone, colours), ground) >= LARGE_READABLE
    assert contrast(look.ink(Tone.GOOD, colours), ground) >= LARGE_READABLE


@pytest.mark.parametrize("dark", [False, True])
def test_buttons_can_be_read_even_disabled(*, dark: bool) -> None:
    """A disabled button says why it is, so its words are as readable as others; so is a selection."""
    colours = look.palette(dark=dark)
    group, role = QPalette.ColorGroup, QPalette.ColorRole

    assert contrast(colours.highlightedText().color(), colours.highlight().color()) >= READABLE
    assert contrast(look.ink(Tone.QUIET, colours), colours.midlight().color()) >= READABLE
    assert contrast(colours.color(group.Disabled, role.ButtonText), colours.button().color()) >= READABLE


@pytest.mark.parametrize("dark", [False, True])
def test_a_palette_knows_its_side(*, dark: bool) -> None:
    """A palette is told from the other one."""
    assert look.is_dark(look.palette(dark=dark)) is dark


def test_the_program_is_dressed_in_fusion_at_the_size_of_the_body(qapp: QApplication) -> None:
    """Fusion looks alike everywhere; the body has 10.5 points."""
    assert qapp.font().pointSizeF() == look.BODY_POINTS
    assert qapp.palette().base().color() == look.palette(dark=False).base().color()


def test_it_follows_the_system(qapp: QApplication, dress_again: None) -> None:
    """GIVEN the program WHEN the system's scheme turns dark THEN the program does too."""
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)

    assert look.is_dark(qapp.palette())


def test_a_primary_button_is_high_enough_for_gloves(show: Show) -> None:
    """GIVEN a button WHEN it is dressed as the primary one THEN it is 44 pixels high and filled."""
    button = QPushButton("Bind")
    look.dress(button, Kind.PRIMARY)
    show(button)

    assert button.height() >= look.TARGET
    middle = button.grab().toImage().pixelColor(12, button.height() // 2)
    assert middle == button.palette().highlight().color()


def test_a_shown_label_changes_its_tone_and_keeps_its_size(show: Show) -> None:
    """GIVEN a label on the screen WHEN its tone changes THEN its colour does, and its font does not."""
    label = QLabel("3")
    look.resize_text(label, look.STRIP_POINTS, bold=True)
    look.dress(label, tone=Tone.GOOD)
    show(label)

    look.dress(label, tone=Tone.BAD)

    assert label.palette().windowText().color() == look.ink(Tone.BAD, label.palette())
    assert label.font().pointSizeF() == look.STRIP_POINTS
    assert label.font().bold()
