"""The field for a token: dots, and what is said of them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QClipboard
from PySide6.QtWidgets import QLineEdit

from bindtool.gui.tokens.fields import TokenField
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import find, key, keys, paste, said
from tests.gui.conftest import Show
from tests.gui.samples import PERSONAL


@pytest.fixture
def field(texts: Texts, show: Show, clipboard: QClipboard) -> TokenField:
    """Give the field on the screen."""
    made = TokenField(texts, "Paste it here.")
    show(made)
    return made


def test_the_token_is_never_shown(field: TokenField, clipboard: QClipboard) -> None:
    """Neither the eye, nor a screen reader, nor copying gets the text out of the field."""
    # GIVEN a pasted token
    paste(field, "Access token", PERSONAL)
    line = find(field, QLineEdit, "Access token")
    clipboard.setText("nothing")

    # WHEN it is looked at and copied
    key(line, Qt.Key.Key_A, ctrl=True)
    key(line, Qt.Key.Key_C, ctrl=True)

    # THEN there are dots, and nothing to take away
    assert "x" not in line.displayText()
    assert clipboard.text() == "nothing"
    assert QAccessible.queryAccessibleInterface(line).text(QAccessible.Text.Value) != PERSONAL


def test_a_token_that_is_typed_is_not_scolded_at_each_key(field: TokenField) -> None:
    """What is typed is judged once it is a token, or when the field is left."""
    # GIVEN the first letters
    line = find(field, QLineEdit, "Access token")
    changes: list[bool] = []
    field.changed.connect(lambda: changes.append(True))
    keys(line, "pat_")
    assert field.problem == ""
    assert field.reading == ""

    # WHEN the field is left too early
    key(line, Qt.Key.Key_Return)

    # THEN it says what is missing
    assert "4 characters are too few" in field.problem
    assert "Copy it whole" in field.problem

    # WHEN the rest comes
    keys(line, "abcdef")

    # THEN it is a token
    assert field.problem == ""
    assert "personal token, 10 characters" in field.reading
    assert len(changes) == 10


def test_a_bad_paste_is_judged_at_once(field: TokenField) -> None:
    """A paste is whole, so what is wrong with it is said without waiting."""
    paste(field, "Access token", "two words")

    assert "There is a space inside the token" in field.problem
    assert field.token is None


@pytest.mark.parametrize(
    ("pasted", "told"),
    [("sat_" + "y" * 40, "service token, 44 characters"), ("SPK26113F21A0", "Is it the whole token?")],
)
def test_what_kind_of_token_it_is(field: TokenField, pasted: str, told: str) -> None:
    """A service token is named; what begins like no token of Coze's is asked about, not refused."""
    paste(field, "Access token", pasted)

    assert told in said(field)
    assert field.token is not None


def test_putting_away_an_empty_field_leaves_the_clipboard(field: TokenField, clipboard: QClipboard) -> None:
    """Where no token was taken from here, one in the clipboard is none of its business."""
    clipboard.setText(PERSONAL)

    assert not field.take_out()
    assert clipboard.text() == PERSONAL


def test_a_token_that_was_put_away_does_not_come_back(field: TokenField, clipboard: QClipboard) -> None:
    """Neither undoing nor redoing brings it back, and the clipboard has it no more."""
    clipboard.setText(PERSONAL)
    paste(field, "Access token", PERSONAL)
    assert field.take_out()
    line = find(field, QLineEdit, "Access token")
    for wanted in (line.undo, line.redo, line.undo):
        wanted()
        assert line.text() == ""
    assert clipboard.text() == ""
