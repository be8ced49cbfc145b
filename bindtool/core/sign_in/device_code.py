"""Signs in with a code that is typed in on any device with a browser, such as a phone (RFC 8628).

The request bodies are in `wire`. The display is up to the window and the command line.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.api.responses import AnswerLost, NeverSent
from bindtool.core.common.errors import SignInFailed
from bindtool.core.model.channel import is_of_site
from bindtool.core.sign_in.wire import Grant, Refusal, Refused, ask_for_code, granted, poll_for_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.core.api.client import SiteClient
    from bindtool.core.common.clock import Clock

_LEEWAY = 1.2
"""Factor on the polling interval: GitHub's own program does so, against clocks that run fast."""

_SLOWER = 5
"""Seconds added to the interval when the server calls it too short (RFC 8628, 3.5)."""

_TOO_OFTEN = 3
"""Such answers after which this computer's clock most likely runs fast."""

_LONGEST_PAUSE = 60.0

_FAULTS = frozenset({Refusal.TROUBLE, Refusal.NOT_COZE})
"""The site has a problem, or a middlebox has answered in its place: the code stays valid meanwhile."""


@dataclass(frozen=True, slots=True)
class CodeShown:
    """A person has `minutes` to type `user_code` in at `address`; `complete` has both, for a picture."""

    user_code: str
    address: str
    complete: str
    minutes: int


@dataclass(frozen=True, slots=True)
class ClockRunsFast:
    """The server reports again and again that it is polled too often."""


async def sign_in_with_code(
    client: SiteClient,
    client_id: str,
    sites: tuple[str, ...],
    show: Callable[[CodeShown | ClockRunsFast], None],
    clock: Clock,
) -> Grant:
    """Show a code and return the token that is granted once a person has typed it in. Cancelled, it ends at once.

    Args:
        client: sends requests to the site.
        client_id: of an app for devices.
        sites: the origins on whose domains the address may be.
        show: shows the code to a person.
        clock: waits.

    Raises:
        SignInFailed: it was refused, or the code expired; "sign_in.not_coze" if something other than the site
            had answered up to then.
    """
    code = granted(await ask_for_code(client, client_id))
    if not any(is_of_site(code.address, site) for site in sites if site):
        raise SignInFailed("sign_in.strange_address", address=code.address)
    begun = clock.monotonic()
    show(CodeShown(code.user_code, code.address, code.complete, max(1, code.expires_in // 60)))
    interval, pause, too_often = code.interval, code.interval * _LEEWAY, 0
    answer: object = None
    while (left := begun + code.expires_in - clock.monotonic()) > 0:
        await clock.wait(asyncio.Event(), min(pause, left))
        answer = await poll_for_token(client, client_id, code)
        if isinstance(answer, (NeverSent, AnswerLost)):
            # It was out of reach, or has a problem: poll less often (RFC 8628, 3.5).
            pause = min(pause * 2, _LONGEST_PAUSE)
        elif isinstance(answer, Grant):
            return answer
        elif answer.why in _FAULTS:
            pause = min(pause * 2, _LONGEST_PAUSE)
        elif answer.why is Refusal.SLOW_DOWN:
            interval += _SLOWER
            pause = interval * _LEEWAY
            too_often += 1
            if too_often == _TOO_OFTEN:
                show(ClockRunsFast())
        elif answer.why is Refusal.PENDING:
            pause = interval * _LEEWAY
        else:
            raise answer.error
    if isinstance(answer, Refused) and answer.why is Refusal.NOT_COZE:
        raise answer.error
    raise SignInFailed("sign_in.code_expired", said="")
