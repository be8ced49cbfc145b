"""The fields for what an id looks like."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSpinBox

from bindtool.core.barcode.id_rules import CaseRule, CheckDigit, IdRules
from bindtool.gui.profiles.scan_fields import IdRuleFields
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import find, key, keys, press, said, write
from tests.gui.conftest import Show

RULES = IdRules("SPK.*", 13, CaseRule.UPPER, odd_one_out=False, check=CheckDigit.LUHN, beyond_ascii=True)


@pytest.fixture
def fields(texts: Texts, show: Show) -> IdRuleFields:
    """Give the fields on the screen."""
    made = IdRuleFields(texts)
    made.set_rules(IdRules())
    show(made)
    return made


def test_what_is_shown_comes_back(fields: IdRuleFields) -> None:
    """GIVEN rules WHEN nobody touches them THEN they stay as they are."""
    assert fields.rules() == IdRules()
    fields.set_rules(RULES)
    assert fields.rules() == RULES


def test_each_can_be_changed(fields: IdRuleFields) -> None:
    """GIVEN no rules WHEN each field is filled in THEN each is a rule."""
    write(fields, "Pattern of an ID", "SPK.*")
    length = find(fields, QSpinBox, "Length of an ID")
    length.setFocus()
    length.selectAll()
    keys(length, "13")
    find(fields, QComboBox, "Upper or lower case").setCurrentText("UPPER CASE")
    find(fields, QComboBox, "Check digit of an ID").setCurrentText("as in an IMEI (Luhn)")
    press(fields, "Hold an ID unlike the ten before it, or all others of its list")
    press(fields, "IDs may contain Chinese or other letters beyond A to Z")
    assert not find(fields, QCheckBox, "Hold an ID unlike the ten before it, or all others of its list").isChecked()
    assert fields.rules() == RULES


def test_a_pattern_that_can_not_be_read(fields: IdRuleFields) -> None:
    """GIVEN a broken pattern WHEN it is left THEN it is said why, until it is changed; no rules come of it."""
    write(fields, "Pattern of an ID", "SPK(")
    assert "The pattern for IDs can't be read: missing )" in said(fields)
    assert fields.rules() is None
    line = find(fields, QLineEdit, "Pattern of an ID")
    key(line, Qt.Key.Key_Backspace)
    assert "can't be read" not in said(fields)
    assert fields.rules() == IdRules(pattern="SPK")
