"""Values: dataclasses that nobody changes, of which class and objects are made quickly.

For a frozen class `dataclasses` writes six methods and compiles them, 0.4 ms of each start, and its objects write
each field through `object.__setattr__`, a microsecond for a row. Here `__init__` alone is written, and that for the
first object: half of the classes that a start loads have none. The type checker takes `value` for `dataclass` and
lets nobody write to what is frozen; at run time nothing looks.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:
    from dataclasses import MISSING, dataclass, fields

    def value(*, frozen: bool, slots: bool) -> object:  # noqa: ARG001 - the type checker reads it
        """Return what makes a dataclass of a class, with the `==`, hash and `repr` of a frozen one."""
        return lambda cls: _made(cls, slots=slots)

    def _made(cls: type, *, slots: bool) -> type:
        # Where Python leaves docstrings out, `dataclasses` would write one, and take half as long again.
        cls.__doc__ = cls.__doc__ or cls.__name__
        made = dataclass(slots=slots, init=False, eq=False, repr=False)(cls)
        names = [each.name for each in fields(made) if each.compare]
        contents = attrgetter(*names) if names else lambda _: ()

        def fill(one: object, *given: object, **named: object) -> None:
            made.__init__ = _written_init(made)
            made.__init__(one, *given, **named)

        def equals(one: object, other: object) -> bool:
            return contents(one) == contents(other) if other.__class__ is one.__class__ else NotImplemented

        def text(one: object) -> str:
            shown = ", ".join(f"{each.name}={getattr(one, each.name)!r}" for each in fields(one) if each.repr)
            return f"{one.__class__.__qualname__}({shown})"

        for name, method in (
            ("__init__", fill),
            ("__eq__", equals),
            ("__hash__", lambda one: hash(contents(one))),
            ("__repr__", text),
        ):
            if name not in vars(made):
                setattr(made, name, method)
        return made

    def _written_init(made: type) -> object:
        """Return the `__init__` of a class, which does what that of `dataclasses` does."""
        taken, lines, known = ["self"], [], {"_left_out": object()}
        for each in fields(made):
            name = given = each.name
            if each.default is not MISSING:
                known[f"_{name}"] = each.default
                taken.append(f"{name}=_{name}")
            elif each.default_factory is not MISSING:
                known[f"_{name}"] = each.default_factory
                taken.append(f"{name}=_left_out")
                given = f"_{name}() if {name} is _left_out else {name}"
            else:
                taken.append(name)
            lines.append(f"self.{name} = {given}")
        if hasattr(made, "__post_init__"):
            lines.append("self.__post_init__()")
        exec(f"def __init__({', '.join(taken)}): {'; '.join(lines) or 'pass'}", known)  # noqa: S102 - as dataclasses does
        return known["__init__"]


__all__ = ["value"]
