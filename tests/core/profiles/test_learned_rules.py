"""What a bench has learned of its scanner."""

from __future__ import annotations

from pathlib import Path

import pytest

from bindtool.core.barcode.id_rules import IdRules, PartKind, PartRule
from bindtool.core.common.errors import BadInput
from bindtool.core.profiles.learned_rules import LearnedRules
from bindtool.core.profiles.profile import Profile
from bindtool.core.scanner.scan_rules import EndKey, ScannerRules, ScanRules

FROM_IT = Profile("IT's", "74", scan=ScanRules(ids=IdRules(length=12)), read_only=True)
PAUSE = ScannerRules(end=EndKey.PAUSE)


def test_a_profile_of_it_keeps_its_rules_but_for_what_was_learnt(tmp_path: Path) -> None:
    """The cure of a scanner lies over IT's file and outlives the program; what IT says of ids stays in force."""
    path = tmp_path / "scanner.toml"
    rules = LearnedRules(path)
    assert rules.rules_for(FROM_IT) == FROM_IT.scan
    rules.keep(FROM_IT, ScanRules(scanner=PAUSE, ids=FROM_IT.scan.ids))
    assert rules.rules_for(FROM_IT).scanner == PAUSE
    longer = Profile("IT's", "74", scan=ScanRules(ids=IdRules(length=13)), read_only=True)
    assert LearnedRules(path).rules_for(longer) == ScanRules(scanner=PAUSE, ids=IdRules(length=13))


def test_what_was_learnt_before_there_was_a_profile_serves_the_first(tmp_path: Path) -> None:
    """Scanning comes before setting up; a profile with rules of its own has these."""
    rules = LearnedRules(tmp_path / "scanner.toml")
    learnt = ScanRules(part=PartRule(PartKind.PAIRS, "SN"))
    assert rules.rules_for(None) == ScanRules()
    rules.keep(None, learnt)
    assert rules.rules_for(None) == learnt
    assert rules.rules_for(Profile("mine", "74")) == learnt
    own = Profile("mine", "74", scan=ScanRules(scanner=PAUSE))
    assert rules.rules_for(own) == own.scan


def test_how_slowly_the_scanner_types(tmp_path: Path) -> None:
    """It is the laptop's, whatever profile is open, and stays beside the rest until it is forgotten."""
    path = tmp_path / "scanner.toml"
    rules = LearnedRules(path)
    assert rules.gap == 0
    rules.keep_gap(55)
    rules.keep(None, ScanRules(scanner=PAUSE))
    again = LearnedRules(path)
    assert (again.gap, again.rules_for(None).scanner) == (55, PAUSE)
    again.keep_gap(0)
    assert (LearnedRules(path).gap, LearnedRules(path).rules_for(None).scanner) == (0, PAUSE)


@pytest.mark.parametrize("value", ["61", "0", "-5", "true", "'55'", "1.5"])
def test_a_gap_that_nobody_has_learnt(tmp_path: Path, value: str) -> None:
    """What somebody has written into the file, and is none, is none."""
    path = tmp_path / "scanner.toml"
    path.write_text(f"longest_gap = {value}", encoding="utf-8")
    assert LearnedRules(path).gap == 0


@pytest.mark.parametrize(
    "text",
    [
        *("a = " + "[" * 5000, "a." * 30_000 + "a = 1", "#" * 70_000),
        *("[", "profile = 1", "[profile]\n'' = 1", "[profile.''.scanner]\nend = 'bell'", "[profile.''.x]"),
    ],
)
def test_a_broken_file_counts_as_empty(tmp_path: Path, text: str) -> None:
    """What it held is asked for again, and the program starts."""
    path = tmp_path / "scanner.toml"
    path.write_text(text, encoding="utf-8")
    assert LearnedRules(path).rules_for(None) == ScanRules()


def test_a_folder_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    """Nothing is kept in memory that the disk does not have."""
    rules = LearnedRules(tmp_path / "gone" / "scanner.toml")
    with pytest.raises(BadInput):
        rules.keep(None, ScanRules(scanner=PAUSE))
    assert rules.rules_for(None) == ScanRules()
