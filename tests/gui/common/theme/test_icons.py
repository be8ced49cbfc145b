"""Every state has a drawing in the colour of its tone, light and dark."""

from __future__ import annotations

import os
import subprocess
import sys
from math import ceil

import pytest
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from bindtool.core.model.outcome import State
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkButton, MarkLabel, app_icon
from bindtool.gui.common.theme.theme import Tone
from bindtool.i18n.catalogue import Texts
from bindtool.resource_paths import asset
from tests.gui.conftest import Show

RATIOS = (1.0, 1.25, 1.5, 1.75, 2.0)

SHOWN = """\
from PySide6.QtWidgets import QApplication
from bindtool.gui.common.theme.icons import Mark, MarkLabel
app = QApplication([])
label = MarkLabel(24)
label.show_mark(Mark.BOUND)
print(label.pixmap().devicePixelRatio(), label.pixmap().width())
"""


def inks(icon: QIcon) -> set[str]:
    """Return the names of the colours that a drawing is fully covered with."""
    image = icon.pixmap(QSize(64, 64)).toImage()
    points = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return {point.name() for point in points if point.alpha() == 255}


def names(*colours: QColor) -> set[str]:
    """Return the names of colours."""
    return {colour.name() for colour in colours}


@pytest.mark.parametrize("night", [False, True])
@pytest.mark.parametrize("mark", Mark)
def test_a_drawing_has_the_ink_of_its_tone(qapp: QApplication, mark: Mark, *, night: bool) -> None:
    """Each drawing exists and is drawn in the one colour that its tone has in the palette."""
    palette = theme.palette(dark=night)

    assert inks(mark.icon(palette)) == names(theme.text_colour(mark.tone, palette))


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("size", [16, 20, 22, 24, 32])
def test_a_drawing_is_sharp_at_every_scale(qapp: QApplication, size: int, ratio: float) -> None:
    """At any scale each drawing has the pixels that are shown, rendered for them and not scaled."""
    palette = theme.palette(dark=False)
    for mark in Mark:
        pixmap = mark.icon(palette).pixmap(QSize(size, size), ratio)

        assert pixmap.devicePixelRatio() == ratio
        assert pixmap.width() == pixmap.height() == ceil(size * ratio)
        text = asset("icons", f"{mark}.svg").read_text(encoding="utf-8")
        drawing = QImage(pixmap.size(), QImage.Format.Format_ARGB32_Premultiplied)
        drawing.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawing)
        colour = theme.text_colour(mark.tone, palette).name()
        QSvgRenderer(text.replace("currentColor", colour).encode()).render(painter)
        painter.end()
        shown = pixmap.toImage().convertToFormat(drawing.format())
        shown.setDevicePixelRatio(1)
        assert shown == drawing


@pytest.mark.parametrize("ratio", RATIOS)
def test_a_label_has_the_pixels_of_its_display(ratio: float) -> None:
    """GIVEN a display of that scale WHEN the program draws THEN its drawings have as many pixels as are there."""
    environ = {**os.environ, "QT_SCALE_FACTOR": str(ratio)}
    done = subprocess.run([sys.executable, "-c", SHOWN], env=environ, capture_output=True, text=True, check=True)

    assert done.stdout.split() == [str(ratio), str(ceil(24 * ratio))]


def test_a_label_draws_again_for_another_display(show: Show) -> None:
    """GIVEN a drawing on one display WHEN the window comes to another scale THEN it is drawn anew."""
    label = MarkLabel(24)
    label.show_mark(Mark.BOUND)
    show(label)
    label.setPixmap(QPixmap(1, 1))

    QApplication.sendEvent(label, QEvent(QEvent.Type.DevicePixelRatioChange))

    assert label.pixmap().size() == QSize(24, 24)


def test_a_drawing_can_be_had_in_another_tone(qapp: QApplication) -> None:
    """A control's drawing takes the colour of the words beside it."""
    palette = theme.palette(dark=False)

    assert inks(Mark.MORE.icon(palette, Tone.PLAIN)) == names(theme.text_colour(Tone.PLAIN, palette))


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_drawing_and_a_word(texts: Texts, state: State) -> None:
    """A state is found by its name, and its word stands in the catalogue."""
    mark = Mark.of(state)

    assert mark.value == state.value
    assert texts(f"state.{mark}") != f"state.{mark}"


def test_held_rows_have_a_drawing_of_their_own() -> None:
    """An incomplete row that one tick frees shows as held; another state is not changed by it."""
    assert Mark.of(State.INCOMPLETE, held=True) is Mark.HELD
    assert Mark.of(State.BOUND, held=True) is Mark.BOUND


def test_a_label_draws_again_in_the_dark(qapp: QApplication, dress_again: None, show: Show) -> None:
    """GIVEN a drawing on the screen WHEN the colours turn dark THEN it is drawn in the dark palette's colour."""
    label = MarkLabel(32)
    label.show_mark(Mark.BOUND)
    show(label)
    assert label.mark is Mark.BOUND

    theme.apply_scheme(qapp, dark=True)

    text_colour = theme.text_colour(Tone.GOOD, theme.palette(dark=True))
    image = label.pixmap().toImage()
    assert any(image.pixelColor(x, y) == text_colour for x in range(image.width()) for y in range(image.height()))


def test_a_label_can_be_emptied(show: Show) -> None:
    """GIVEN a drawing WHEN none is to be shown THEN nothing is left of it."""
    label = MarkLabel(32)
    label.show_mark(Mark.BOUND)
    show(label)

    label.show_mark(None)

    assert label.pixmap().isNull()


def test_a_button_draws_again_in_the_dark(qapp: QApplication, dress_again: None, show: Show) -> None:
    """GIVEN a button with a drawing WHEN the colours turn dark THEN the drawing does too."""
    button = MarkButton(Mark.CLOSE)
    show(button)

    theme.apply_scheme(qapp, dark=True)

    assert inks(button.icon()) == names(theme.text_colour(Tone.PLAIN, theme.palette(dark=True)))


def test_the_program_has_an_icon_in_every_usual_size(qapp: QApplication) -> None:
    """The window's icon is sharp from the title bar to the task switcher."""
    sizes = {size.width() for size in app_icon().availableSizes()}

    assert {16, 32, 48, 256} <= sizes
