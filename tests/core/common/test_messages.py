"""Messages: equal however they are made, and the same after a stay in a database."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.common.messages import Message

VALUES = st.text() | st.integers() | st.floats(allow_nan=False)
PARAMETERS = st.dictionaries(st.text(min_size=1), VALUES, max_size=5)


def test_a_message_has_an_id_and_named_values() -> None:
    """The parameters are read back by name."""
    message = Message.of("reason.id_too_long", length=300, limit=256)

    assert message.id == "reason.id_too_long"
    assert message.values == {"length": 300, "limit": 256}


def test_a_message_needs_no_parameters() -> None:
    """An id alone is a message."""
    assert Message.of("reason.id_missing") == Message("reason.id_missing")
    assert Message.of("reason.id_missing").values == {}


def test_the_order_of_parameters_does_not_matter() -> None:
    """Two messages with the same parameters are equal and hash alike."""
    one, other = Message.of("a", x=1, y="2"), Message.of("a", y="2", x=1)

    assert one == other
    assert hash(one) == hash(other)
    assert one != Message.of("a", x=1, y="3")


def test_a_parameter_may_be_called_as_the_id_is() -> None:
    """The id is positional, so no parameter's name is taken."""
    assert Message.of("a", id_="x", cls="y").values == {"id_": "x", "cls": "y"}


def test_values_are_a_copy() -> None:
    """Who changes the values changes no message."""
    message = Message.of("a", x=1)

    dict(message.values)["x"] = 2

    assert message == Message.of("a", x=1)


def test_a_message_does_not_change() -> None:
    """A message is a value: its id stays."""
    message = Message.of("a")

    with pytest.raises(FrozenInstanceError):
        message.id = "b"  # type: ignore[misc]  # that is what is tried


def test_chinese_stays_readable_in_json() -> None:
    """The database column can be read by a person."""
    assert Message.of("a", text="设备").to_json() == '["a", {"text": "设备"}]'


@given(st.text(), PARAMETERS)
def test_json_gives_the_same_message_back(id_: str, parameters: dict[str, str | int | float]) -> None:
    """What is written to a column is read from it, whatever the id and the parameters are."""
    message = Message.of(id_, **parameters)

    assert Message.from_json(message.to_json()) == message
