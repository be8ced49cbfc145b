"""What was changed in a text on its way to an id, said so that a person can see it, hidden characters too.

Owns the choice of the words. What is changed is for `device` and `id_rules`.
"""

from __future__ import annotations

from bindtool.core.common.messages import Message
from bindtool.core.common.safe_text import code_of, is_unseen, visible
from bindtool.core.model.device import Change, normalise

_MOST_SHOWN = 60
"""Characters of a text before and after: enough for any id, and a row is one line."""

_MOST_NAMED = 4


def note_of(arrived: str, device_id: str) -> Message | None:
    """Return the note for a row that arrived as one text and has another as its id; None where nothing was changed.

    A part that a rule takes out of the text is not changed. Outer spaces are not worth a word beside other changes.
    """
    if arrived == device_id:
        return None
    whole = normalise(arrived)
    another_case = device_id not in whole.text
    telling = set(whole.changes) - {Change.SPACES}
    if not telling and not another_case:
        return Message.of("note.changed_spaces") if whole.changes else None
    if telling == {Change.HIDDEN} and not another_case:
        return Message.of("note.hidden_removed", codes=_codes(arrived.replace(whole.text, "", 1)))
    before, after = _cut(visible(arrived.strip())), _cut(visible(device_id))
    if telling == {Change.FULL_WIDTH} and not another_case:
        return Message.of("note.put_back", before=before, after=after)
    return Message.of("note.changed", before=before, after=after)


def _codes(text: str) -> str:
    """Name the hidden characters of a text, each once, in the order of their first appearance."""
    named = list(dict.fromkeys(code_of(sign) for sign in text if is_unseen(sign)))
    return ", ".join(named[:_MOST_NAMED]) + (", …" if len(named) > _MOST_NAMED else "")


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"
