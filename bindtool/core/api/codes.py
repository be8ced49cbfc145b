"""Coze's error codes for the bind call: the group of each, and the id of the text with its remedy.

`verdict` interprets a whole reply. Sources: Coze's table of codes (docs.coze.cn,
`developer_guides/coze_error_codes`, as of 2025-12-12), its page of voice events for 4027 and 4028, its SDKs for
700012006 and 788788103. 720701013 was only seen in an answer. The grouping below is our interpretation.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bindtool.core.common.messages import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

AUTHENTICATION = frozenset({4100, 700012006})
PERMISSION = frozenset({4101})
CHANNEL = frozenset({4200})
BILLING = frozenset({4011, 4019, 4022, 4027, 4028, 788788103})
RISK_CONTROL = frozenset({4102})
QUOTA = frozenset({4008})
WAIT = QUOTA | {4009, 4013, 4020}
TROUBLE = frozenset({5000, 720701013})

WAITED_OUT = WAIT | TROUBLE
"""A run waits and retries the same request automatically."""

MEANINGS: Mapping[int, str] = MappingProxyType({
    4000: "code.4000",
    4008: "code.4008",
    4009: "code.4009",
    4011: "code.4011",
    4013: "code.4013",
    4019: "code.4019",
    4020: "code.4020",
    4022: "code.4022",
    4027: "code.4027",
    4028: "code.4028",
    4100: "code.4100",
    4101: "code.4101",
    4102: "code.4102",
    4200: "code.4200",
    5000: "code.5000",
    700012006: "code.700012006",
    720701013: "code.720701013",
    788788103: "code.788788103",
})  # fmt: skip
"""Message ids by code: meaning, remedy and who carries it out, with a placeholder `who` for the contact."""


def meaning(code: int | None, who: str) -> Message | None:
    """Return the message with a code's meaning and remedy; None if unknown. `who`: the contact, "" for none."""
    if code is None or code not in MEANINGS:
        return None
    return Message.of(MEANINGS[code], who=who)
