"""Values that are made by the hundred thousand: dataclasses that nobody changes, made in a fifth of the time.

A frozen dataclass writes each of its fields through `object.__setattr__`, which makes a microsecond for a row. The
type checker takes `value` for `dataclass` and lets nobody write to one that is frozen; at run time nothing looks.
A module of its own: the values of several packages are made so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:
    from dataclasses import dataclass

    def value(*, frozen: bool, slots: bool) -> object:
        """Return what makes a dataclass of a class; one that is `frozen` has a hash."""
        return dataclass(slots=slots, unsafe_hash=frozen)


__all__ = ["value"]
