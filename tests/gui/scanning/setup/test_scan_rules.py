"""A change of the scan rules is kept where it belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bindtool.core.barcode.scan_rules import EndKey, ScannerRules, ScanRules
from bindtool.core.profiles.learned_rules import LearnedRules
from bindtool.core.profiles.profile import Profile
from bindtool.core.profiles.profile_toml import to_toml
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.gui.scanning.setup.scan_rules import ScanRulesService

if TYPE_CHECKING:
    from pathlib import Path

    from bindtool.core.common.errors import BindtoolError

PAUSE = ScanRules(scanner=ScannerRules(end=EndKey.PAUSE))


@pytest.fixture
def book(tmp_path: Path) -> ProfileRepository:
    """Give a book with a profile of one's own and one from IT."""
    machine = tmp_path / "machine"
    machine.mkdir()
    (machine / "it.toml").write_text(to_toml(Profile("IT's", "74")), encoding="utf-8")
    book = ProfileRepository(tmp_path / "profiles", machine)
    book.add(Profile("mine", "75"))
    return book


@pytest.fixture
def desk(book: ProfileRepository, tmp_path: Path) -> ScanRulesService:
    """Give a desk with nothing learnt yet."""
    return ScanRulesService(book, LearnedRules(tmp_path / "scanner.toml"))


def test_ones_own_profile_keeps_its_rules(desk: ScanRulesService, book: ProfileRepository) -> None:
    """GIVEN a profile of one's own WHEN a cure is taken THEN the profile has it, and the window hears so."""
    kept: list[Profile] = []
    desk.kept.connect(kept.append)
    desk.follow(book.get("mine"))
    assert desk.change(PAUSE)
    assert desk.rules == PAUSE
    assert book.get("mine").scan == PAUSE
    assert kept == [book.get("mine")]


@pytest.mark.parametrize("name", ["IT's", None])
def test_what_can_not_be_kept_in_a_profile_is_learnt(
    desk: ScanRulesService, book: ProfileRepository, tmp_path: Path, name: str | None
) -> None:
    """GIVEN IT's profile, or none WHEN a cure is taken THEN this bench keeps it and IT's file stays as it is."""
    profile = book.get(name) if name else None
    desk.follow(profile)
    assert desk.change(PAUSE)
    assert desk.rules == PAUSE
    again = ScanRulesService(book, LearnedRules(tmp_path / "scanner.toml"))
    again.follow(profile)
    assert again.rules == PAUSE
    assert book.get("IT's").scan == ScanRules()


def test_a_change_that_can_not_be_kept_is_told(book: ProfileRepository, tmp_path: Path) -> None:
    """GIVEN a folder that is gone WHEN a cure is taken THEN the rules of before stay and the reason is told."""
    desk = ScanRulesService(book, LearnedRules(tmp_path / "gone" / "scanner.toml"))
    errors: list[BindtoolError] = []
    desk.failed.connect(errors.append)
    desk.follow(None)
    assert not desk.change(PAUSE)
    assert desk.rules == ScanRules()
    assert [error.id for error in errors] == ["file.unwritable"]


def test_a_gap_that_can_not_be_kept_is_told(book: ProfileRepository, tmp_path: Path) -> None:
    """GIVEN a folder that is gone WHEN the learnt gap is forgotten THEN it stays, and the reason is told."""
    desk = ScanRulesService(book, LearnedRules(tmp_path / "gone" / "scanner.toml"))
    errors: list[BindtoolError] = []
    desk.failed.connect(errors.append)
    desk.forget_gap()
    assert [error.id for error in errors] == ["file.unwritable"]
    assert desk.gap == 0
