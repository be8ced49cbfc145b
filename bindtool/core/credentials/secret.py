"""A text that is kept from being shown, whatever kind of secret it is.

Owns that nothing but `reveal` has it. What such a text may look like is for `access_token` and `secret`.
"""

from __future__ import annotations

from typing import NoReturn


class Concealed:
    """A text that comes out by `reveal` alone: no repr, format or pickle has it.

    That is why it is no dataclass, whose `asdict` would hand the text out. Two are equal if they are of one kind
    and have the same text.
    """

    __slots__ = ("_text",)
    _text: str

    def __init__(self, text: str) -> None:
        object.__setattr__(self, "_text", text)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a secret does not change")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a secret does not change")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Concealed) and type(other) is type(self) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is not pickled or copied")

    def reveal(self) -> str:
        """Return the text itself: for the server, for the password store, and to take it out of other texts."""
        return self._text
