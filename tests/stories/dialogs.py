"""Where each kind of dialog opens; `test_dialogs.py` runs it on screens of two sizes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QDialog

from tests.stories.technician import Technician

KINDS = (
    "token", "job", "for_publishing", "serial_scanner", "guide", "about", "licences", "check_laptop",
    "open_list", "save_report", "open_profile", "print_sheet",
)  # fmt: skip
"""The actions that open one of each kind."""
_GROWS = "check_laptop"
"""Gets longer, downwards, by what it finds."""
_DOWN = 24
"""Pixels below the middle, at the most: on a low screen a title has to be seen."""


def opened() -> list[QDialog]:
    """Return the dialogs that are seen."""
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()]


def place_of(me: Technician, kind: str) -> QRect:
    """Open a dialog, wait until it has all it says, see that it is on the screen, and return where it was."""
    me.window.actions_[kind].trigger()
    me.until(lambda: len(opened()) == 1, f"see a dialog of {kind}")
    (dialog,) = opened()
    me.until(lambda: me.place.controller.at_rest and dialog.isActiveWindow(), "see it at rest")
    # A window manager may be late to say what frame it has made.
    assert me.window.screen().availableGeometry().contains(dialog.frameGeometry())
    place = dialog.geometry()
    dialog.close()
    me.until(lambda: not opened(), "see it close")
    return place


@pytest.mark.parametrize("kind", KINDS)
def test_a_dialog_opens_in_its_place(ready: Technician, kind: str) -> None:
    """Over the middle of the window, with all of it on the screen, and in the same place the next time."""
    place, again = place_of(ready, kind), place_of(ready, kind)
    middle = ready.window.geometry().center()
    assert abs(place.center().x() - middle.x()) <= 1
    if kind != _GROWS:
        assert abs(place.center().y() - middle.y()) <= _DOWN
        assert place.topLeft() == again.topLeft()
