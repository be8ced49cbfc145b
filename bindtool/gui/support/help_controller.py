"""The entries of the help menu: guide, folders, licences, about. What they show is loaded with them."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bindtool.core.common.errors import BadInput
from bindtool.display_check import other_programs_libraries
from bindtool.resource_paths import asset

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtCore import QUrl
    from PySide6.QtWidgets import QDialog

    from bindtool.core.common.data_folder import DataFolder
    from bindtool.core.diagnostics.version import Version
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.common.util.background_tasks import BackgroundTasks
    from bindtool.gui.support.about_dialog import AboutDialog
    from bindtool.gui.support.guide_dialog import GuideDialog
    from bindtool.gui.support.licences_dialog import LicencesDialog
    from bindtool.i18n.catalogue import Texts


class HelpController(QObject):
    """Opens what is asked for."""

    def __init__(
        self,
        window: Window,
        texts: Texts,
        version: Version,
        tasks: BackgroundTasks,
        folder: DataFolder,
        open_page: Callable[[str], bool],
    ) -> None:
        """`open_page`: as in `Services`."""
        super().__init__(window)
        self._window = window
        self._texts = texts
        self._version = version
        self._tasks = tasks
        self._open_page = open_page
        self._finding_licences = False
        self._open_guide: GuideDialog | None = None
        self._open_licences: LicencesDialog | None = None
        self._open_about: AboutDialog | None = None
        window.actions_["guide"].triggered.connect(self._guide)
        window.actions_["keys"].triggered.connect(self._keys)
        window.actions_["open_logs"].triggered.connect(lambda: self._open_folder(folder.logs))
        window.actions_["open_data"].triggered.connect(lambda: self._open_folder(folder.path))
        window.actions_["licences"].triggered.connect(self._licences)
        window.actions_["about"].triggered.connect(self._about)
        window.closed.connect(self._close)

    def _keys(self) -> None:
        self._guide().turn_to("keys")

    def _guide(self) -> GuideDialog:
        """The page that was read last comes back as it was left."""
        if self._open_guide is None:
            from bindtool.gui.support.guide_dialog import GuideDialog

            self._open_guide = GuideDialog(self._texts, asset("guide"), self._window)
            self._open_guide.outside_requested.connect(_open_in_browser)
        self._bring(self._open_guide)
        return self._open_guide

    def _close(self) -> None:
        for page in (self._open_guide, self._open_licences, self._open_about):
            if page is not None:
                page.close()

    def _open_folder(self, path: Path) -> None:
        with suppress(OSError):
            # That of the log comes with its first line, and somebody may have deleted it since.
            path.mkdir(exist_ok=True)
        if not self._open_page(path.as_uri()):
            self._window.notices.show_error(BadInput("files.folder_unopened", path=str(path)))

    def _licences(self) -> None:
        if self._open_licences is not None:
            self._bring(self._open_licences)
        elif not self._finding_licences:
            self._finding_licences = True
            self._tasks.start(self._find_licences())

    async def _find_licences(self) -> None:
        from bindtool.core.diagnostics.licences import all_parts
        from bindtool.gui.support.licences_dialog import LicencesDialog

        # Where pip has installed bindtool a hundred small files are read.
        parts = await asyncio.to_thread(all_parts, asset("parts.json"))
        self._open_licences = LicencesDialog(self._texts, parts, self._window)
        self._bring(self._open_licences)

    def _bring(self, page: QDialog) -> None:
        page.show()
        page.raise_()
        page.activateWindow()

    def _about(self) -> None:
        if self._open_about is None:
            from bindtool.gui.support.about_dialog import AboutDialog

            self._open_about = AboutDialog(self._texts, self._version, self._window)
            self._open_about.licences_requested.connect(self._licences)
        self._bring(self._open_about)


def _open_in_browser(link: QUrl) -> None:
    from PySide6.QtGui import QDesktopServices

    with other_programs_libraries():
        QDesktopServices.openUrl(link)
