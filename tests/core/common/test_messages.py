"""Messages: equal however they are made."""

from __future__ import annotations

from bindtool.core.common.messages import Message


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
