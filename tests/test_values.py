"""Values have what a frozen dataclass has."""

from __future__ import annotations

from dataclasses import asdict, field, replace
from typing import TYPE_CHECKING

import pytest

from bindtool.values import value


@value(frozen=True, slots=True)
class Place:
    """Where something lies."""

    shelf: int
    box: str = "A"


@value(frozen=True, slots=True)
class MarkedPlace(Place):
    """One that has a mark, which nobody is to read."""

    mark: str = field(default="secret", repr=False)
    remark: str = field(default="", compare=False, repr=False)


@value(frozen=True, slots=True)
class Shelf:
    """One that is checked, with what is new for each."""

    boxes: list[str] = field(default_factory=list)
    length: int = 1

    def __post_init__(self) -> None:
        if self.length < 1:
            raise ValueError(self.length)


@value(frozen=True, slots=True)
class Nothing:
    """A value without fields."""


if TYPE_CHECKING:
    # The type checker lets nobody write to a value: it fails where an `ignore` has nothing to ignore.
    Place(3).shelf = 4  # type: ignore[misc]


def test_values_of_one_kind_with_the_same_fields_are_equal() -> None:
    """Equality and hash go by the class and by every field."""
    assert Place(3) == Place(3, "A")
    assert hash(Place(3)) == hash(Place(3, "A"))
    assert Place(3) != Place(3, "B")
    assert Nothing() == Nothing()
    assert len({Place(3), Place(3), Place(4), Nothing(), Nothing()}) == 3


def test_what_is_not_compared_makes_no_other_value() -> None:
    """A field can be left out of equality and hash."""
    assert {MarkedPlace(3, remark="one")} == {MarkedPlace(3, remark="other")}
    assert MarkedPlace(3, mark="one") != MarkedPlace(3, mark="other")


@pytest.mark.parametrize("other", [MarkedPlace(3), (3, "A"), None])
def test_a_value_equals_none_of_another_kind(other: object) -> None:
    """A subclass, a tuple with the same contents and None are others."""
    assert Place(3) != other


def test_a_value_is_shown_with_its_fields_but_for_hidden_ones() -> None:
    """The text names the class and each field that may be seen."""
    assert repr(Place(3)) == "Place(shelf=3, box='A')"
    assert repr(MarkedPlace(3)) == "MarkedPlace(shelf=3, box='A')"
    assert repr(Nothing()) == "Nothing()"


def test_a_value_is_a_dataclass() -> None:
    """What `dataclasses` does with its own works with it, and nothing but its fields can be put on it."""
    assert replace(MarkedPlace(3), shelf=4) == MarkedPlace(4)
    assert asdict(Place(3)) == {"shelf": 3, "box": "A"}
    with pytest.raises(AttributeError):
        Place(3).colour = "red"  # type: ignore[attr-defined]


def test_a_value_is_filled_as_a_dataclass_is() -> None:
    """Fields are given by place or by name or have their default, and the class checks what came of it."""
    assert (Place(3).shelf, Place(box="B", shelf=4).box) == (3, "B")
    assert (Shelf().boxes, Shelf(["A"]).boxes) == ([], ["A"])
    assert Shelf().boxes is not Shelf().boxes
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'shelf'"):
        Place()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        Place(3, colour="red")  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="0"):
        Shelf([], 0)
