"""What the tests of scanning share: the window on its sheet page, and somebody who hears the cues."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bindtool.gui.main_window.window import MainWindow
from tests.stories.listener import Listener

if TYPE_CHECKING:
    from datetime import date

    from bindtool.i18n.catalogue import Texts
    from tests.gui.conftest import Show


@pytest.fixture
def window(texts: Texts, day: date, show: Show) -> MainWindow:
    """Give a window that is in front."""
    window = MainWindow(texts, day, practice=False)
    show(window)
    window.show_page(window.sheet_page)
    return window


@pytest.fixture
def listener() -> Listener:
    """Give somebody who hears the cues."""
    return Listener()
