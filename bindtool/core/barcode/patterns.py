"""A regular expression that no text can make slow: RE2, whose time grows with the text and never faster.

Owns the engine. It has neither look-around nor references back, so a pattern with them is refused when it is made;
no pattern that it takes is a catastrophic one. Sole importer of re2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class LinearPattern:
    """A pattern in RE2's syntax, which is Perl's but for what can't be matched in linear time.

    Raises:
        ValueError: it is no pattern, or one that can't be matched in linear time; the engine says why.
    """

    def __init__(self, pattern: str) -> None:
        # Most profiles have no pattern, and the engine takes its time to load.
        import re2

        options = re2.Options()
        options.log_errors = False
        try:
            self._engine = re2.compile(_encodable(pattern), options)
        except re2.error as error:
            raise ValueError(_words(error)) from error

    @property
    def groups(self) -> frozenset[str]:
        """The names of its groups."""
        return frozenset(self._engine.groupindex)

    def search(self, text: str) -> Mapping[str, str] | None:
        """Return what the named groups hold where the pattern is found first, "" for those that took no part."""
        found = self._engine.search(_encodable(text))
        return None if found is None else {name: value or "" for name, value in found.groupdict().items()}

    def fits(self, text: str) -> bool:
        """Tell whether the pattern describes the whole text."""
        return self._engine.fullmatch(_encodable(text)) is not None


def _words(error: Exception) -> str:
    why = error.args[0]
    return why.decode(errors="replace") if isinstance(why, bytes) else str(why)


def _encodable(text: str) -> str:
    """RE2 reads UTF-8, which has no half characters; they are no part of any id."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
