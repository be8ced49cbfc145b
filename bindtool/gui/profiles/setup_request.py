"""What a technician has to ask other people for, as a text to paste into a chat.

Owns the choice and the order of the lines. The words are in the catalogue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bindtool.texts import Texts

_LINES = ("connector_id", "key", "user_id", "token", "code")


def setup_request(texts: Texts) -> str:
    """Return five lines: channel id, key, developer's UID, token, and which part of the code is the id."""
    return "\n".join(texts(f"setup_request.{line}") for line in _LINES)
