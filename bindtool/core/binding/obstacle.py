"""What keeps requests from leaving, in words for the person who waits: what is so, and what there is to do.

Owns the choice of the texts, `obstacle.<why>.title` and `obstacle.<why>.hint`. How it was found out is for
`client`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.api.responses import NotSent
from bindtool.core.common.messages import Message

if TYPE_CHECKING:
    from datetime import datetime

    from bindtool.core.api.responses import NeverSent
    from bindtool.core.common.messages import Parameter


def obstacle_title(obstacle: NeverSent) -> Message:
    """Return what is so, in one sentence."""
    return Message.of(f"obstacle.{_name(obstacle)}.title", **_values(obstacle))


def obstacle_hint(obstacle: NeverSent, who: str) -> Message:
    """Return what it means and what to do; `who` is the person to ask, "" for nobody named."""
    return Message.of(f"obstacle.{_name(obstacle)}.hint", who=who, **_values(obstacle))


def _name(obstacle: NeverSent) -> str:
    if obstacle.certificate is None and obstacle.why in {NotSent.UNTRUSTED, NotSent.EXPIRED, NotSent.WRONG_NAME}:
        # Refused, and not to be had a second time: nobody can be named.
        return str(NotSent.TLS)
    return str(obstacle.why)


def _values(obstacle: NeverSent) -> dict[str, Parameter]:
    values: dict[str, Parameter] = {"host": obstacle.host, "detail": obstacle.detail}
    if obstacle.certificate is not None:
        zone = obstacle.time.tzinfo
        values["issuer"] = obstacle.certificate.issuer
        values["begins"] = _day(obstacle.certificate.begins.astimezone(zone))
        values["ends"] = _day(obstacle.certificate.ends.astimezone(zone))
        values["today"] = _day(obstacle.time)
    return values


def _day(time: datetime) -> str:
    return f"{time:%Y-%m-%d}"
