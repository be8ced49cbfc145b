"""A profile and its token's metadata, for the tests of pages and panels, and the rows' shown states."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bindtool.core.credentials.access_token import TokenKind
from bindtool.core.credentials.token_metadata import TokenMetadata
from bindtool.core.model.outcome import State
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.gui.sheet.document import SheetDocument

PERSONAL = "pat_" + "x" * 64
NOTE = TokenMetadata(TokenKind.PERSONAL, 68, datetime(2026, 10, 9, tzinfo=UTC), date(2026, 11, 8))
SIGNED_IN = TokenMetadata(
    TokenKind.USER,
    68,
    datetime(2026, 10, 9, tzinfo=UTC),
    site="https://api.coze.cn",
    account="Developer A",
    user_id="3400000000007126",
)
PROFILE = Profile(
    name="Smart speaker, line 2",
    connector_id="0073456",
    key="sn",
    user_id="7126",
    user_name="Developer A",
    token_name="shared",
    who_to_ask="Bench 7",
    label_template="智能音箱-{id:-6}",
    pace=RequestSettings(batch_size=20, rate=0.5, resend=7),
    proven=True,
)


def states(document: SheetDocument) -> list[State]:
    """Return the states of the rows as shown."""
    return [document.sheet.status(row.number).state for row in document.sheet]
