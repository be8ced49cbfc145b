"""High contrast: when it is wanted, and what becomes of the system's colours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette

from bindtool.gui.common.theme import high_contrast, theme
from bindtool.gui.common.theme.theme import Tone

UNKNOWN, LIGHT, DARK = Qt.ColorScheme.Unknown, Qt.ColorScheme.Light, Qt.ColorScheme.Dark
BLACK = QPalette(QColor("#ffffff"), QColor("#000000"))
USUAL = QPalette(QColor("#000000"), QColor("#efefef"))

KDE_COLOURS = """\
[Colors:Window]
BackgroundNormal={ground}
ForegroundNormal={text_colour}
[Colors:Button]
BackgroundNormal={ground}
ForegroundNormal={text_colour}
[Colors:View]
BackgroundNormal={ground}
ForegroundNormal={text_colour}
"""
ASKED = """\
from bindtool.gui.common.theme import high_contrast, theme
app = theme.application(["x"])
theme.apply(app)
print(high_contrast.is_contrast_palette(app.palette()), app.palette().window().color().name())
"""


def test_the_ends_of_the_scale() -> None:
    """Black on white has 21:1, a colour on itself 1:1, and the order does not matter."""
    black, white = QColor("#000000"), QColor("#ffffff")

    assert high_contrast.contrast(black, white) == high_contrast.contrast(white, black) == pytest.approx(21)
    assert high_contrast.contrast(black, black) == pytest.approx(1)


@pytest.mark.parametrize(
    ("colours", "scheme", "platform", "wanted"),
    [
        (BLACK, DARK, "linux", True),
        (USUAL, LIGHT, "linux", False),
        (USUAL, UNKNOWN, "linux", False),
        (USUAL, LIGHT, "win32", False),
        (USUAL, UNKNOWN, "win32", True),
    ],
)
def test_when_it_is_wanted(colours: QPalette, scheme: Qt.ColorScheme, platform: str, *, wanted: bool) -> None:
    """Colours as far apart as can be want it anywhere; on Windows the scheme says it, whatever the colours are."""
    assert high_contrast.is_wanted(colours, scheme, platform) is wanted


def test_the_mark_for_what_is_chosen_is_the_system_s() -> None:
    """GIVEN a theme of the system THEN its colour for what is chosen is kept if it can be seen, else the ink is."""
    system = QPalette(BLACK)
    for highlight, expected in (("#1aebff", "#1aebff"), ("#101010", "#ffffff")):
        system.setColor(QPalette.ColorRole.Highlight, QColor(highlight))
        system.setColor(QPalette.ColorRole.HighlightedText, QColor("#000000"))

        assert high_contrast.contrast_palette(system).highlight().color().name() == expected


def test_no_colour_of_our_own_is_left() -> None:
    """In high contrast all inks are the system's, and no surface is tinted."""
    made = high_contrast.contrast_palette(BLACK)

    assert {theme.text_colour(tone, made).name() for tone in Tone} == {"#ffffff"}
    assert {paint(tone, made).name() for tone in Tone for paint in (theme.tint, theme.flash)} == {"#000000"}
    assert not high_contrast.is_contrast_palette(theme.palette(dark=True))


@pytest.mark.skipif(sys.platform != "linux", reason="the desktop is KDE")
@pytest.mark.parametrize(
    ("ground", "text_colour", "expected"),
    [("0,0,0", "255,255,255", "True #000000"), ("239,240,241", "35,38,41", "False #f3f4f6")],
)
def test_the_program_wears_what_the_desktop_does(
    tmp_path: Path, ground: str, text_colour: str, expected: str
) -> None:
    """GIVEN a desktop in white on black WHEN the program starts THEN it is too; in usual colours it has its own."""
    (tmp_path / "kdeglobals").write_text(
        KDE_COLOURS.format(ground=ground, text_colour=text_colour), encoding="utf-8"
    )
    environ = {
        **os.environ,
        "XDG_CONFIG_HOME": str(tmp_path),
        "XDG_CURRENT_DESKTOP": "KDE",
        "KDE_SESSION_VERSION": "6",
    }
    done = subprocess.run([sys.executable, "-c", ASKED], env=environ, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == expected
