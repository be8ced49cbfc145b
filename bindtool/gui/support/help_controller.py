"""The entries of the help menu: guide, folders, licences, about. Their dialogs are loaded on first use."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bindtool.core.common.errors import BadInput
from bindtool.gui.common.widgets.on_demand import OnDemand
from bindtool.resource_paths import asset

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QDialog

    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.services import Services
    from bindtool.gui.support.about import AboutDialog, LicencesDialog
    from bindtool.gui.support.guide_dialog import GuideDialog
    from bindtool.i18n.catalogue import Texts


class HelpController(QObject):
    """Carries out the actions of the help menu."""

    def __init__(self, window: Window, texts: Texts, services: Services) -> None:
        super().__init__(window)
        self._window = window
        self._texts = texts
        self._services = services
        # The guide reopens at the page read last.
        self._guide = OnDemand(self._make_guide)
        self._about = OnDemand(self._make_about)
        self._finding_licences = False
        self._open_licences: LicencesDialog | None = None
        actions, folder = window.actions_, services.folder
        actions["guide"].triggered.connect(lambda: self._bring(self._guide()))
        actions["keys"].triggered.connect(self._keys)
        actions["open_logs"].triggered.connect(lambda: self._open_folder(folder.logs))
        actions["open_data"].triggered.connect(lambda: self._open_folder(folder.path))
        actions["licences"].triggered.connect(self._licences)
        actions["about"].triggered.connect(lambda: self._bring(self._about()))
        window.closed.connect(self._close)

    def _make_guide(self) -> GuideDialog:
        from bindtool.gui.support.guide_dialog import GuideDialog

        return GuideDialog(self._texts, asset("guide"), self._services.open_page, self._window)

    def _make_about(self) -> AboutDialog:
        from bindtool.gui.support.about import AboutDialog

        return AboutDialog(self._window, self._texts, self._services.version)

    def _keys(self) -> None:
        self._bring(self._guide())
        self._guide().turn_to("keys")

    def _close(self) -> None:
        for page in (self._guide.made, self._open_licences, self._about.made):
            if page is not None:
                page.close()

    def _open_folder(self, path: Path) -> None:
        with suppress(OSError):
            # The log folder is created with the log's first line, and may have been deleted since.
            path.mkdir(exist_ok=True)
        if not self._services.open_page(path.as_uri()):
            self._window.notices.show_error(BadInput("files.folder_unopened", path=str(path)))

    def _licences(self) -> None:
        if self._open_licences is not None:
            self._bring(self._open_licences)
        elif not self._finding_licences:
            self._finding_licences = True
            self._services.tasks.start(self._find_licences())

    async def _find_licences(self) -> None:
        from bindtool.core.diagnostics.licences import all_parts
        from bindtool.gui.support.about import LicencesDialog

        # A pip installation requires reading a hundred small files.
        parts = await asyncio.to_thread(all_parts, asset("parts.json"))
        self._open_licences = LicencesDialog(self._texts, parts, self._window)
        self._bring(self._open_licences)

    def _bring(self, page: QDialog) -> None:
        page.show()
        page.raise_()
        page.activateWindow()
