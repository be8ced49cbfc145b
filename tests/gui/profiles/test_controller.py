"""Profiles that are read from a file, and what a person does meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from bindtool.core.profiles.profile import Profile
from bindtool.core.profiles.profile_toml import from_toml, to_toml
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.profiles.controller import ProfileController
from bindtool.gui.services import Services
from bindtool.gui.sheet.document import SheetDocument
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import said
from tests.gui.loop import PATIENCE
from tests.gui.samples import PROFILE

LINE_3 = replace(PROFILE, name="Line 3")


class Bench:
    """A window in which profiles are opened, and a share that hands out files when a test says so."""

    def __init__(self, window: MainWindow, texts: Texts, document: SheetDocument, services: Services) -> None:
        root = services.folder.path
        self.answers = threading.Event()
        self.repository = ProfileRepository(root / "profiles", root / "machine", self._read)
        self.window = window
        self.state = services.state
        self.run_is_on = False
        self.opened: list[Profile] = []
        self.controller = ProfileController(
            window, texts, document, replace(services, repository=self.repository), window.welcome,
            lambda: self.run_is_on, self.opened.append, print,
        )  # fmt: skip

    def _read(self, text: str, file: str) -> Profile:
        assert self.answers.wait(PATIENCE / 1000)
        return from_toml(text, file)


@pytest.fixture
def bench(window: MainWindow, texts: Texts, document: SheetDocument, services: Services) -> Iterator[Bench]:
    """Give one; its share answers at the end in any case."""
    made = Bench(window, texts, document, services)
    yield made
    made.answers.set()


@pytest.mark.parametrize(
    ("does", "told"),
    [
        (lambda _: None, ""),
        (lambda bench: setattr(bench, "run_is_on", True), "A run is under way"),
        (lambda bench: bench.state.open_profile(replace(PROFILE, name="Line 4")), "was not opened"),
        (lambda bench: bench.window.show_page(bench.window.welcome()), "was not opened"),
    ],
    ids=["nothing", "run", "another profile", "another page"],
)
def test_what_is_done_while_a_file_is_read(
    bench: Bench, tasks: BackgroundTasks, tmp_path: Path, qtbot: QtBot, does: Callable[[Bench], None], told: str
) -> None:
    """GIVEN a profile that is opened WHEN its file comes late THEN it takes nobody from what they have begun."""
    file = tmp_path / "line3.toml"
    file.write_text(to_toml(LINE_3), encoding="utf-8")
    bench.controller.import_profile()
    (dialog,) = bench.window.findChildren(QFileDialog)
    dialog.close()
    dialog.filesSelected.emit([str(file)])
    assert bench.opened == []

    does(bench)
    bench.answers.set()

    qtbot.waitUntil(lambda: not tasks.busy, timeout=PATIENCE)
    kept = [] if told else [LINE_3]
    assert (bench.opened, list(bench.repository.profiles)) == (kept, kept)
    assert told in said(bench.window)
