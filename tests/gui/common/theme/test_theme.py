"""The colours can be read, light and dark, and the program follows the system's scheme."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from bindtool import gui
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.high_contrast import READABLE, VISIBLE, contrast, contrast_palette
from bindtool.gui.common.theme.icons import Mark
from bindtool.gui.common.theme.theme import StyleKind, Tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication

    from tests.gui.conftest import Show

SCHEMES = {
    "light": theme.palette(dark=False),
    "dark": theme.palette(dark=True),
    "black": contrast_palette(QPalette(QColor("#ffff00"), QColor("#000000"))),
    "white": contrast_palette(QPalette(QColor("#000000"), QColor("#ffffff"))),
    "desert": contrast_palette(QPalette(QColor("#3d3d3d"), QColor("#fffaef"))),
}
JUDGING = (Tone.GOOD, Tone.BAD, Tone.UNSURE, Tone.HELD)


@pytest.fixture
def dress_again(qapp: QApplication) -> Iterator[None]:
    """Put the light colours back on after a test."""
    yield
    theme.apply_scheme(qapp, dark=False)


def grounds(colours: QPalette) -> dict[str, QColor]:
    """Return what the window's words and drawings stand on, but for tints and flashes, which belong to a tone."""
    role = QPalette.ColorRole
    roles = (role.Base, role.Window, role.AlternateBase, role.Midlight, role.ToolTipBase)
    return {str(role): colours.color(role) for role in roles} | {"selected": theme.tint(Tone.BUSY, colours)}


@pytest.mark.parametrize("colours", SCHEMES.values(), ids=SCHEMES)
@pytest.mark.parametrize("tone", Tone)
def test_inks_can_be_read_on_every_ground(tone: Tone, colours: QPalette) -> None:
    """Each text colour has 4.5:1 on base, window, stripes, hover and selection, and on its own tint."""
    text_colour = theme.text_colour(tone, colours)
    measured = {name: contrast(text_colour, ground) for name, ground in grounds(colours).items()}

    assert {name: found for name, found in measured.items() if found < READABLE} == {}
    assert contrast(text_colour, theme.tint(tone, colours)) >= READABLE
    assert contrast(theme.text_colour(Tone.PLAIN, colours), theme.tint(tone, colours)) >= READABLE
    assert contrast(theme.text_colour(Tone.QUIET, colours), theme.tint(tone, colours)) >= READABLE


@pytest.mark.parametrize("colours", SCHEMES.values(), ids=SCHEMES)
@pytest.mark.parametrize("mark", Mark)
def test_drawings_can_be_seen_on_every_ground(mark: Mark, colours: QPalette) -> None:
    """Each drawing has 3:1 wherever it may stand, even while the scan bar flashes in any tone."""
    flashes = [theme.flash(tone, colours) for tone in JUDGING]
    text_colour = theme.text_colour(mark.tone, colours)

    assert min(contrast(text_colour, ground) for ground in [*grounds(colours).values(), *flashes]) >= VISIBLE


@pytest.mark.parametrize("colours", SCHEMES.values(), ids=SCHEMES)
def test_the_edges_of_controls_can_be_seen(colours: QPalette) -> None:
    """An edge, a focus ring and the bar of a run have 3:1 on what they stand on."""
    accent = colours.highlight().color()
    for ground in (colours.base().color(), colours.window().color()):
        assert contrast(theme.border_colour(colours), ground) >= VISIBLE
        assert contrast(accent, ground) >= VISIBLE


@pytest.mark.parametrize("colours", SCHEMES.values(), ids=SCHEMES)
@pytest.mark.parametrize("tone", JUDGING)
def test_words_can_be_read_through_a_flash(tone: Tone, colours: QPalette) -> None:
    """While the scan bar is coloured, plain words keep 4.5:1 and its large ones at least 3:1."""
    ground = theme.flash(tone, colours)

    assert contrast(theme.text_colour(Tone.PLAIN, colours), ground) >= READABLE
    assert contrast(theme.text_colour(tone, colours), ground) >= VISIBLE
    assert contrast(theme.text_colour(Tone.GOOD, colours), ground) >= VISIBLE


@pytest.mark.parametrize("colours", SCHEMES.values(), ids=SCHEMES)
def test_buttons_can_be_read_even_disabled(colours: QPalette) -> None:
    """A disabled button says why it is, so its words are as readable as others; so is a selection."""
    group, role = QPalette.ColorGroup, QPalette.ColorRole

    assert contrast(colours.highlightedText().color(), colours.highlight().color()) >= READABLE
    assert contrast(colours.highlightedText().color(), colours.highlight().color().darker(118)) >= READABLE
    assert contrast(theme.text_colour(Tone.QUIET, colours), colours.midlight().color()) >= READABLE
    assert contrast(colours.color(group.Disabled, role.ButtonText), colours.button().color()) >= READABLE


@pytest.mark.parametrize("dark", [False, True])
def test_a_palette_knows_its_side(*, dark: bool) -> None:
    """A palette is told from the other one."""
    assert theme.is_dark(theme.palette(dark=dark)) is dark


def test_the_program_is_dressed_in_fusion_at_the_size_of_the_body(qapp: QApplication) -> None:
    """Fusion looks alike everywhere; the body has 10.5 points."""
    assert qapp.font().pointSizeF() == theme.BODY_POINTS
    assert qapp.palette().base().color() == theme.palette(dark=False).base().color()


def test_it_follows_the_system(qapp: QApplication, dress_again: None) -> None:
    """GIVEN the program WHEN the system's scheme turns dark THEN the program does too."""
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)

    assert theme.is_dark(qapp.palette())


def test_a_primary_button_is_high_enough_for_gloves(show: Show) -> None:
    """GIVEN a button WHEN it is dressed as the primary one THEN it is 44 pixels high and filled."""
    button = QPushButton("Bind")
    theme.set_style(button, StyleKind.PRIMARY)
    show(button)

    assert button.height() >= theme.TARGET
    middle = button.grab().toImage().pixelColor(12, button.height() // 2)
    assert middle == button.palette().highlight().color()


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


def test_another_tone_leaves_the_size_of_a_text(show: Show) -> None:
    """GIVEN a label that was made smaller after it was shown WHEN its tone changes THEN it stays small."""
    label = QLabel("words")
    theme.resize_text(label, theme.STRIP_POINTS, bold=True)
    show(label)

    theme.resize_text(label, theme.FIELD_POINTS, bold=True)
    theme.set_style(label, tone=Tone.GOOD)

    assert label.font().pointSizeF() == theme.FIELD_POINTS


def test_sizes_and_distances_are_those_of_the_theme() -> None:
    """No page has a figure of its own for a distance, a margin or the size of a text: there is one scale."""
    own = [
        f"{path.name}:{node.lineno}"
        for path in sorted(Path(gui.__file__).parent.rglob("*.py"))
        if path.parent.name != "theme" and path.stem != "print_layout"  # paper has sizes of its own
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        for argument in distances(node)
        for part in ast.walk(argument)
        if isinstance(part, ast.Constant) and part.value not in {0, 2}
    ]

    assert own == []


def distances(call: ast.Call) -> list[ast.expr]:
    """Return what a call says of distances and sizes of text."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    named = [each.value for each in call.keywords if each.arg in {"spacing", "margins", "points"}]
    positional = call.args if name in {"Gap", "setContentsMargins", "setSpacing", "setPointSizeF"} else []
    return [*named, *positional]
