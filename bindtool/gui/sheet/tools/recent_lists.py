"""The menu of recent lists: their files by name, newest first, and its storage in the settings.

It never checks whether a file exists, since a share may not respond: a missing file is reported when it is read.
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
"""Files; each has a digit as its mnemonic."""
_LISTS = "recent_lists"
_WIDEST = 320
"""Maximum width in pixels of a name and of a folder; a longer one is elided, and whole in the tool tip."""


class RecentLists(QObject):
    """Fills the menu each time it opens, and remembers the files opened.

    Signals:
        chosen(Path): asks to open a file again.
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
        """Put an opened file on top."""
        path = path.absolute()
        self._save([path, *(other for other in self._read() if other != path)])

    def remove(self, path: Path) -> None:
        """Remove a file that no longer exists."""
        path = path.absolute()
        self._save([other for other in self._read() if other != path])

    def _read(self) -> list[Path]:
        # Another window may have added files.
        self._settings.sync()
        found = self._settings.value(_LISTS)
        # Qt returns a list of one item as the item itself.
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
            # Where other entries have their shortcut.
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
