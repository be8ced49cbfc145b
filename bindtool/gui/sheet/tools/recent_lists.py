"""The menu of the lists that were opened last: their files by name, newest first, and what the settings keep of it.

Nothing here looks whether a file is there, since a share may not answer: that is told once one is read.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Qt, Signal

from bindtool.core.common.safe_text import escaped
from bindtool.gui.common.theme import theme

if TYPE_CHECKING:
    from bindtool.gui.common.shell.window import Window
    from bindtool.i18n.catalogue import Texts

_MOST = 8
"""Files; each has a digit as its letter to press."""
_LISTS = "recent_lists"
_WIDEST = 320
"""Pixels of a name and of a folder; a longer one is cut, and the tool tip has all of it."""


class RecentLists(QObject):
    """Fills the menu each time that it opens, and remembers what was opened.

    Signals:
        chosen(Path): a file is to be opened again.
    """

    chosen = Signal(object)

    def __init__(self, window: Window, texts: Texts, settings: QSettings) -> None:
        super().__init__(window)
        self._texts = texts
        self._settings = settings
        self._menu = window.actions_.menus["open_recent"]
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._fill)

    def add(self, path: Path) -> None:
        """Put a file that was opened on top."""
        path = path.absolute()
        self._save([path, *(other for other in self._read() if other != path)])

    def remove(self, path: Path) -> None:
        """Take out a file that is not there any more."""
        path = path.absolute()
        self._save([other for other in self._read() if other != path])

    def _read(self) -> list[Path]:
        # Another window may have added some.
        self._settings.sync()
        found = self._settings.value(_LISTS)
        # Qt gives the only one of a list as if there were no list.
        several = found if isinstance(found, list) else [found]
        return [Path(path) for path in several if isinstance(path, str) and path]

    def _save(self, paths: list[Path]) -> None:
        self._settings.setValue(_LISTS, [str(path) for path in paths[:_MOST]])
        self._settings.sync()

    def _fill(self) -> None:
        menu, texts, paths = self._menu, self._texts, self._read()[:_MOST]
        menu.clear()
        for place, path in enumerate(paths, start=1):
            name = self._shown(path.name, Qt.TextElideMode.ElideMiddle)
            # Where a key would be in another entry.
            folder = self._shown(str(path.parent), Qt.TextElideMode.ElideLeft)
            action = menu.addAction(f"&{place}  {name}\t{folder}")
            action.setToolTip(escaped(str(path)))
            action.triggered.connect(partial(self.chosen.emit, path))
        if paths:
            menu.addSeparator()
            menu.addAction(texts("recent.clear")).triggered.connect(partial(self._save, []))
        else:
            menu.addAction(texts("recent.none")).setEnabled(False)

    def _shown(self, words: str, cut: Qt.TextElideMode) -> str:
        return self._menu.fontMetrics().elidedText(escaped(words), cut, theme.scaled(_WIDEST)).replace("&", "&&")
