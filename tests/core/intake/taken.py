"""What the way in has made of a text."""

from __future__ import annotations

from bindtool.core.model.row import Row


def row_of(found: object) -> Row:
    """Return the row; a text that has made none fails the test."""
    assert isinstance(found, Row), found
    return found
