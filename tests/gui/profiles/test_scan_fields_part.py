"""The rule for the part that is the id, filled in by hand, with an example."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSpinBox

from bindtool.core.barcode.id_rules import PartKind, PartRule
from bindtool.gui.profiles.scan_fields import PartRuleFields
from bindtool.i18n.catalogue import LANGUAGES, Texts
from tests.gui.acting import find, said, write
from tests.gui.conftest import Show

CODE = "SN:SPK26113F2001;MAC:A4:C1:38:00:11:22"
GS1 = "010690123456789221SPK26113F2001\x1d10LOT5"


@pytest.fixture
def fields(texts: Texts, show: Show) -> PartRuleFields:
    """Give the fields, without a rule, on the screen."""
    made = PartRuleFields(texts, lambda device_id: f"speaker {device_id[-4:]}")
    show(made)
    return made


def choose(fields: PartRuleFields, kind: str) -> None:
    """Choose where in the code the id is."""
    choice = find(fields, QComboBox, "Device ID in the code")
    choice.setCurrentText(kind)
    assert choice.currentText() == kind


def test_an_example_is_read_as_the_rule_is_filled_in(fields: PartRuleFields) -> None:
    """GIVEN the last scan WHEN a rule is chosen and typed THEN id and label are seen, or why there is none."""
    assert "Scan or type a code" in said(fields)
    fields.set_example(CODE)
    assert "Not taken as it is: several values in one code" in said(fields)
    choose(fields, "Pairs: a field (SN:…;MAC:…)")
    assert "The rule is not complete yet" in said(fields)
    write(fields, "Field", "SNR")
    assert "Not taken as it is: no field SNR in this code" in said(fields)
    write(fields, "Field", "SN")
    assert "ID: SPK26113F2001 · label: speaker 2001" in said(fields)
    write(fields, "Remove at the start", "SPK")
    assert "ID: 26113F2001" in said(fields)
    write(fields, "Try a code", "SN:SPK9")
    assert "ID: 9 · label: speaker 9" in said(fields)
    assert fields.review() == PartRule(PartKind.PAIRS, "SN", strip_prefix="SPK")


def test_a_label_that_the_pattern_takes(fields: PartRuleFields) -> None:
    """GIVEN a pattern with a label THEN the example shows that one."""
    fields.set_example("SPK1/Hall")
    choose(fields, "A pattern (regular expression)")
    write(fields, "Pattern of the code", r"(?P<id>\w+)/(?P<label>\w+)")
    assert "ID: SPK1 · label: Hall" in said(fields)


def test_a_pattern_that_will_not_do(fields: PartRuleFields) -> None:
    """GIVEN a pattern without the group WHEN it is kept THEN the field says why not, until there is one."""
    problem = "Pattern of the code: the pattern has no group (?P<id>…) for the ID"
    choose(fields, "A pattern (regular expression)")
    write(fields, "Pattern of the code", "SN:(.*)")
    assert fields.review() is None
    assert problem in said(fields)
    write(fields, "Pattern of the code", "(?P<id>.+)")
    assert problem not in said(fields)


def test_a_place_is_counted_from_one(fields: PartRuleFields) -> None:
    """GIVEN a list WHEN its second part is chosen THEN the rule counts from nought, as programs do."""
    fields.set_example("x,SPK1")
    choose(fields, "List: by its place (…;…;…)")
    find(fields, QSpinBox, "Part number").setValue(2)
    assert "ID: SPK1" in said(fields)
    assert fields.review() == PartRule(PartKind.LIST, place=1)


def test_a_code_of_several_lines(fields: PartRuleFields) -> None:
    """GIVEN a code of two lines WHEN its second one is chosen THEN that is read; one line leaves no choice."""
    lines = find(fields, QSpinBox, "Lines in a code")
    lines.setValue(1)
    assert fields.review() == PartRule()
    lines.setValue(2)
    find(fields, QSpinBox, "Line with the ID").setValue(2)
    fields.set_example("V2\rSPK1")
    assert "ID: SPK1" in said(fields)
    assert fields.review() == PartRule(lines=2, line=2)
    fields.set_rule(PartRule())
    fields.set_example("")
    assert fields.example.text() == ""


def test_a_separator_that_can_not_be_seen(fields: PartRuleFields) -> None:
    """GIVEN a GS1 code from the sheet THEN its separator has a picture in the line, and the serial is found."""
    choose(fields, "GS1 code: an element (the serial)")
    fields.set_example(GS1)
    assert "␝" in fields.example.text()
    assert "ID: SPK26113F2001" in said(fields)
    find(fields, QCheckBox, "Remove what the scanner puts in front (]C1, \\000026)").setChecked(False)
    assert fields.review() == PartRule(PartKind.GS1, strip_marks=False)


def test_a_token_stays_in_no_field(fields: PartRuleFields) -> None:
    """GIVEN a token pasted where a name belongs WHEN the rule is kept THEN it is refused and gone."""
    choose(fields, "JSON: a field")
    write(fields, "Field", "sn")
    write(fields, "Remove at the end", "pat_0123456789abcdef")
    assert fields.review() is None
    assert fields.strip_suffix.text() == ""
    assert "An access token does not belong in a profile" in said(fields)


@pytest.mark.parametrize(
    "rule",
    [
        PartRule(PartKind.JSON, "device.sn", strip_suffix="#"),
        PartRule(PartKind.LIST, place=3, strip_marks=False),
        PartRule(PartKind.GS1, "8004"),
        PartRule(PartKind.URL_PATH),
        PartRule(strip_prefix="SN "),
        PartRule(PartKind.PAIRS, "SN", lines=4, line=2),
    ],
)
def test_a_rule_comes_back_as_it_was(fields: PartRuleFields, rule: PartRule) -> None:
    """GIVEN a profile's rule WHEN nothing is changed THEN it stays."""
    fields.set_rule(rule)
    assert fields.review() == rule


def test_what_it_has_set_can_be_tried_not_changed(fields: PartRuleFields) -> None:
    """GIVEN a rule from IT THEN its fields are locked, and an example is still read."""
    fields.set_rule(PartRule(PartKind.PAIRS, "SN"))
    fields.lock("Set by IT")
    assert not find(fields, QLineEdit, "Field").isEnabled()
    assert not find(fields, QComboBox, "Device ID in the code").isEnabled()
    write(fields, "Try a code", CODE)
    assert "ID: SPK26113F2001" in said(fields)


@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
def test_every_kind_has_its_words(fields: PartRuleFields) -> None:
    """GIVEN any kind THEN nothing of it is left without words."""
    for place in range(fields.kind.count()):
        fields.kind.setCurrentIndex(place)
        assert "part_rule" not in said(fields) + fields.kind.currentText()
