"""How a scanner types is chosen by its kind, or by figures; the rest of the rules stays."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtWidgets import QComboBox

from bindtool.core.scanner.scan_rules import EndKey, Keyboard, ScannerRules
from bindtool.gui.profiles.profile_fields import ProfileFields
from bindtool.gui.profiles.scan_fields import ScannerFields
from bindtool.i18n.catalogue import Texts
from tests.gui.conftest import Show
from tests.gui.samples import PROFILE

FRENCH = ScannerRules(shortest=9, longest_gap=45, end=EndKey.TAB, prefix="~", bounce=300, keyboard=Keyboard.FRENCH)


@pytest.fixture
def fields(texts: Texts, show: Show) -> ScannerFields:
    """Give the fields on a screen."""
    fields = ScannerFields(texts)
    show(fields)
    return fields


def choose(combo: QComboBox, words: str) -> None:
    """Choose an entry as a person does."""
    combo.setCurrentIndex(combo.findText(words))
    combo.activated.emit(combo.currentIndex())


def test_begins_as_a_common_scanner(fields: ScannerFields) -> None:
    """The rules that a profile begins with are those of a common scanner."""
    assert fields.rules() == ScannerRules()
    assert fields.common.currentText() == "common, by cable"


@pytest.mark.parametrize(
    ("words", "shortest", "gap"), [("slow, by Bluetooth", 8, 50), ("common, by cable", 6, 30), ("other", 9, 45)]
)
def test_a_kind_of_scanner_sets_the_figures(fields: ScannerFields, words: str, shortest: int, gap: int) -> None:
    """Only the two figures: end, prefix and what has no field stay. "Other" leaves all as it is."""
    fields.set_rules(FRENCH)
    choose(fields.common, words)
    expected = ScannerRules(shortest, gap, EndKey.TAB, "~", 300, Keyboard.FRENCH)
    assert fields.rules() == expected
    assert fields.common.currentText() == words


def test_a_figure_names_its_scanner(fields: ScannerFields) -> None:
    """A figure that is changed makes it another scanner, or a common one again."""
    fields.longest_gap.setValue(31)
    assert fields.common.currentText() == "other"
    fields.longest_gap.setValue(30)
    assert fields.common.currentText() == "common, by cable"


def test_what_is_filled_in_comes_out(fields: ScannerFields) -> None:
    """Rules come back as they were, and each end can be chosen."""
    fields.set_rules(FRENCH)
    assert fields.rules() == FRENCH
    for words, end in (
        ("Return or Tab", EndKey.RETURN_OR_TAB),
        ("Return only", EndKey.RETURN),
        ("Tab only", EndKey.TAB),
        ("a pause", EndKey.PAUSE),
    ):
        choose(fields.end, words)
        assert fields.rules().end is end


def test_the_form_of_a_profile_keeps_them(texts: Texts, day: date, show: Show) -> None:
    """GIVEN a profile in the form WHEN the end is changed THEN the profile that is read has it."""
    form = ProfileFields(texts, day)
    show(form)
    form.fill(PROFILE)
    choose(form.scanner_fields.end, "a pause")
    read = form.read(PROFILE)
    assert read is not None
    assert read.scan.scanner == ScannerRules(end=EndKey.PAUSE)
    form.lock("Set by IT", named=True)
    assert not form.scanner_fields.isEnabled()
