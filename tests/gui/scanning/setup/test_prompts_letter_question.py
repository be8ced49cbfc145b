"""The message bar asks whether a channel has ids beyond ASCII, and one press takes a whole list in."""

from __future__ import annotations

from pathlib import Path

import pytest

from bindtool.core.barcode.id_rules import IdRules
from bindtool.core.intake.intake import Arrival
from bindtool.core.model.outcome import State
from bindtool.core.model.row import HoldReason, Source
from bindtool.core.profiles.learned_rules import LearnedRules
from bindtool.core.profiles.profile import Profile
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.core.scanner.scan_rules import ScanRules
from bindtool.gui.scanning.setup.prompts import LetterPrompt
from bindtool.gui.sheet.edit_commands import EditCommands
from tests.gui.acting import press, said
from tests.gui.loop import PATIENCE
from tests.gui.scanning.setup.conftest import Bench

IDS = ["设备0001", "设备0002", "设备0003"]
YES = "Yes, accept them"
ALLOWED = ScanRules(ids=IdRules(beyond_ascii=True))


@pytest.fixture(autouse=True)
def prompt(bench: Bench) -> LetterPrompt:
    """Give what asks for letters."""
    return LetterPrompt(*bench.asking)


def take(bench: Bench, *texts: str) -> None:
    """Take a list in and wait for the question."""
    bench.document.take([Arrival(text) for text in texts], Source.PASTED)
    bench.qtbot.waitUntil(lambda: bench.bar.isVisible() and not bench.document.saving, timeout=PATIENCE)


@pytest.mark.parametrize("name", ["mine", "IT's"])
def test_one_press_takes_a_whole_list_in(
    bench: Bench, repository: ProfileRepository, tmp_path: Path, name: str
) -> None:
    """GIVEN a list of Chinese ids, held WHEN yes is pressed THEN all go, and it is remembered for the profile.

    IT's file stays as it is: this laptop remembers.
    """
    bench.open(repository.get(name))
    take(bench, *IDS)
    assert bench.states == [State.INCOMPLETE] * 3
    assert "such as 设备0001" in said(bench.bar)
    press(bench.bar, YES)
    bench.settle()
    assert bench.states == [State.READY] * 3
    assert not bench.bar.isVisible()
    again = LearnedRules(tmp_path / "scanner.toml")
    assert again.rules_for(repository.get(name)) == ALLOWED
    assert repository.get("IT's").scan == ScanRules()
    bench.document.take([Arrival("设备0004")], Source.PASTED)
    bench.settle()
    assert bench.states == [State.READY] * 4
    bench.document.undo()
    bench.document.undo()
    assert bench.states == [State.INCOMPLETE] * 3


def test_what_is_held_for_more_than_its_letters_stays_held(bench: Bench, repository: ProfileRepository) -> None:
    """GIVEN ids with what nobody can see, or of another length WHEN yes is pressed THEN those are not taken in."""
    profile = Profile("mine", "75", scan=ScanRules(ids=IdRules(length=6)))
    repository.replace(profile)
    bench.open(profile)
    take(bench, "设备0001", "设备\u200b001", "设备02")
    press(bench.bar, YES)
    held = [row.held.reason if row.held is not None else "" for row in bench.document.sheet]
    assert held == ["", HoldReason.ID_UNSEEN, HoldReason.OTHER_LENGTH]


def test_another_doubt_about_a_row_stays_to_be_looked_at(bench: Bench, repository: ProfileRepository) -> None:
    """GIVEN ids in two cases, and a label that is turned around WHEN yes is pressed THEN they are held for that."""
    bench.open(repository.get("mine"))
    arrivals = [Arrival("设备A1"), Arrival("设备a1"), Arrival("设备A2", "Room \u202e210")]
    bench.document.take(arrivals, Source.PASTED)
    bench.qtbot.waitUntil(lambda: bench.bar.isVisible() and not bench.document.saving, timeout=PATIENCE)
    press(bench.bar, YES)
    held = [row.held_for for row in bench.document.sheet]
    assert held == [None, HoldReason.OTHER_CASE, HoldReason.LABEL_UNSEEN]


def test_closed_it_comes_back_with_one_more(bench: Bench, repository: ProfileRepository) -> None:
    """GIVEN a question that was closed WHEN another such id comes THEN it is asked again, and not before."""
    bench.open(repository.get("mine"))
    take(bench, IDS[0])
    press(bench.bar, "Not now")
    bench.document.take([Arrival("SPK-1")], Source.PASTED)
    EditCommands(bench.document).hold({2: bench.document.sheet[1].held} if bench.document.sheet[1].held else {})
    bench.qtbot.waitUntil(bench.bar.isVisible, timeout=PATIENCE)
    bench.document.delete([1, 2])
    bench.qtbot.waitUntil(lambda: not bench.bar.isVisible(), timeout=PATIENCE)
