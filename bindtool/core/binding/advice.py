"""Chooses the message and the next action for the user when a run ends early, waits, or leaves work to do.

`core.api.verdict` interprets an answer. tests/test_advice_table.py has the whole table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from bindtool.core.api.codes import meaning
from bindtool.core.api.identity import TokenCheck
from bindtool.core.api.responses import NeverSent, NotSent
from bindtool.core.binding.events import Ended, Ending
from bindtool.core.common.messages import Message, Parameter
from bindtool.core.model.channel import Behaviour

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


def obstacle_title(obstacle: NeverSent) -> Message:
    return Message.pair(_stem(obstacle), **_values(obstacle))[0]


def obstacle_hint(obstacle: NeverSent, who: str) -> Message:
    """Return the obstacle's explanation and remedy; `who` is the contact, "" if none is set."""
    return Message.pair(_stem(obstacle), who=who, **_values(obstacle))[1]


def _stem(obstacle: NeverSent) -> str:
    if obstacle.certificate is None and obstacle.why in {NotSent.UNTRUSTED, NotSent.EXPIRED, NotSent.WRONG_NAME}:
        # Rejected and not fetched again: the issuer is unknown.
        return NotSent.TLS.value
    return obstacle.why.value


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


class Action(StrEnum):
    """An action that a message offers. The value is the message id of its button."""

    ENTER_PROXY_LOGIN = "action.enter_proxy_login"
    ENTER_TOKEN = "action.enter_token"  # noqa: S105 - an action, not a token
    HOLD_TOKEN = "action.hold_token"  # noqa: S105 - an action, not a token
    CONFIRM_ADDRESS = "action.confirm_address"
    REPLACE_TOKEN = "action.replace_token"  # noqa: S105 - an action, not a token
    SIGN_IN = "action.sign_in"
    EDIT_PROFILE = "action.edit_profile"
    CHANGE_SITE = "action.change_site"
    CONTINUE = "action.continue"
    SEND_UNKNOWN_AGAIN = "action.send_unknown_again"
    COPY_NOTE_FOR_MANAGER = "action.copy_note_for_manager"
    COPY_NOTE_FOR_OWNER = "action.copy_note_for_owner"
    COPY_FOR_SUPPORT = "action.copy_for_support"
    TRY_AGAIN = "action.try_again"
    STOP_WAITING = "action.stop_waiting"
    RESUME = "action.resume"
    SAVE_AGAIN = "action.save_again"
    TRY_NOW = "action.try_now"
    RECOVER = "action.recover"


@dataclass(frozen=True, slots=True)
class Advice:
    """A message with a primary action and at most one quiet one; without one, the step button has it.

    `more`: the text below, if any. `n`: the number of devices shown on the primary action; None for none. `calm`:
    nothing is wrong, this is only the next step. `code`: the meaning of the answer's code.
    """

    title: Message
    body: Message
    primary: Action | None
    quiet: Action | None = None
    more: Message | None = None
    n: int | None = None
    calm: bool = False
    code: Message | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Inputs of a message: counts of the run's rows, the site's host, the contact ("" if none is set).

    `worked_before`: this token has received a code 0 on this channel. `proven`: any token has. `check`: result of
    the identity check, made once after an answer that stopped the run, on the same site. `behaviour`: the known
    behaviour of the channel, which decides the effect of a resend. `left_refused`: rows whose refused request was
    not bisected.
    """

    site: str
    who: str
    bound: int
    left: int
    unknown: int
    worked_before: bool
    proven: bool
    check: TokenCheck
    behaviour: Behaviour = Behaviour.NOT_CHECKED
    left_refused: int = 0


_UNAUTHENTIC = frozenset({Ending.AUTHENTICATION, Ending.PERMISSION})

ASK_WHOSE_TOKEN = _UNAUTHENTIC | {Ending.NOT_ACCEPTED}
"""Endings after which the site is asked for the token's account: the answer alone does not show the fault."""


WANTS_A_TOKEN = _UNAUTHENTIC | {Ending.SIGN_IN}
"""Endings after which another token is enough to continue."""

WANTS_PROXY_LOGIN = frozenset(
    {NotSent.PROXY_LOGIN, NotSent.PROXY_USER, NotSent.PROXY_TICKET, NotSent.PROXY_SCHEMES}
)
"""Obstacles that a login for the proxy may remove."""

_LOGIN_HELPS = frozenset({NotSent.PROXY_LOGIN, NotSent.PROXY_USER})

_SIGN_IN_ANEW = frozenset({"sign_in.over", "sign_in.changed", "sign_in.session", "token.missing"})
"""Errors after which only a new sign-in helps; after other errors the same sign-in may work again."""

_BY_ENDING: Mapping[Ending, tuple[str, Action, Action | None]] = MappingProxyType(
    {
        Ending.CHANNEL: ("advice.unknown_channel", Action.EDIT_PROFILE, Action.COPY_FOR_SUPPORT),
        Ending.BILLING: ("advice.billing", Action.COPY_FOR_SUPPORT, None),
        Ending.RISK_CONTROL: ("advice.risk_control", Action.CONTINUE, Action.COPY_FOR_SUPPORT),
        Ending.WAIT_TOO_LONG: ("advice.come_back", Action.CONTINUE, None),
        Ending.QUOTA: ("advice.quota", Action.CONTINUE, Action.COPY_FOR_SUPPORT),
        Ending.UNREACHABLE: ("advice.unreachable", Action.TRY_AGAIN, None),
        Ending.PROXY_LOGIN: ("advice.unreachable", Action.TRY_AGAIN, None),
        Ending.TROUBLE: ("advice.trouble", Action.SEND_UNKNOWN_AGAIN, None),
        Ending.UNANSWERED: ("advice.unanswered", Action.SEND_UNKNOWN_AGAIN, None),
    }
)


_UNKNOWN: Mapping[Behaviour, str] = MappingProxyType(
    {
        Behaviour.NOT_CHECKED: "advice.unknown",
        Behaviour.ADDS: "advice.unknown_adds",
        Behaviour.REPLACES: "advice.unknown_replaces",
    }
)


def advise(ended: Ended, found: Circumstances) -> Advice | None:
    """Return the message about the end of a run; None if the counts say everything.

    If an answer ended the run, `code` explains its code.
    """
    advice = _advise(ended, found)
    if advice is None or ended.answer is None:
        return advice
    return replace(advice, code=meaning(ended.answer.code, found.who))


def _advise(ended: Ended, found: Circumstances) -> Advice | None:
    if ended.ending in _UNAUTHENTIC or (ended.ending in ASK_WHOSE_TOKEN and found.check is TokenCheck.REFUSED):
        return _about_token(ended, found)
    if ended.error is not None:
        kept = Message.of("advice.waiting.hint", n=found.left)
        if ended.error.id in _SIGN_IN_ANEW:
            return Advice(ended.error.title, kept, Action.SIGN_IN, more=ended.error.hint)
        again = Action.CONTINUE
        return Advice(ended.error.title, kept, again, Action.SIGN_IN, more=ended.error.hint, n=found.left)
    if ended.ending is Ending.NOT_ACCEPTED:
        stem = "advice.not_accepted_any_more" if found.proven else "advice.not_accepted"
        return _advice(stem, Action.COPY_NOTE_FOR_MANAGER, Action.TRY_AGAIN, found)
    if ended.ending in _BY_ENDING:
        advice = _advice(*_BY_ENDING[ended.ending], found, until=_until(ended))
        if ended.obstacle is None:
            return advice
        title = obstacle_title(ended.obstacle) if ended.ending is Ending.PROXY_LOGIN else advice.title
        return replace(advice, title=title, more=obstacle_hint(ended.obstacle, found.who))
    return _about_rows(ended, found)


def _about_rows(ended: Ended, found: Circumstances) -> Advice | None:
    """Return the message on the remaining rows after a complete run; None if nothing is left to do."""
    if ended.list_refused:
        return _advice("advice.list_refused", Action.COPY_FOR_SUPPORT, None, found)
    if found.unknown:
        return _advice(_UNKNOWN[found.behaviour], Action.SEND_UNKNOWN_AGAIN, None, found)
    if ended.maybe_channel:
        return _advice("advice.maybe_channel", Action.COPY_NOTE_FOR_MANAGER, Action.TRY_AGAIN, found)
    if found.left_refused:
        return _advice("advice.left_refused", Action.EDIT_PROFILE, None, found)
    return None


def _until(ended: Ended) -> str:
    """Return the time to come back, with the date if it is not the answer's."""
    if ended.until is None:
        return ""
    same_day = ended.answer is None or ended.answer.time.date() == ended.until.date()
    return f"{ended.until:%H:%M}" if same_day else f"{ended.until:%Y-%m-%d %H:%M}"


def advise_waiting(obstacle: NeverSent, who: str, left: int) -> Advice:
    """Return the message shown while `left` rows wait for the network; `who`: as in `Circumstances`."""
    kept, more = Message.of("advice.waiting.hint", n=left), obstacle_hint(obstacle, who)
    if login_helps(obstacle):
        return Advice(obstacle_title(obstacle), kept, Action.ENTER_PROXY_LOGIN, Action.TRY_NOW, more)
    return Advice(obstacle_title(obstacle), kept, Action.TRY_NOW, more=more)


def obstacle_sentences(obstacle: NeverSent, who: str) -> tuple[Message, ...]:
    """Return an obstacle's state and remedy when no run is waiting; `who`: as in `Circumstances`."""
    hint = obstacle_hint(obstacle, who)
    # Other titles say that binding continues automatically, and their hints name host and reason.
    return (obstacle_title(obstacle), hint) if obstacle.why in WANTS_PROXY_LOGIN else (hint,)


def login_helps(obstacle: NeverSent) -> bool:
    """Return whether a user and a password for the proxy may remove the obstacle."""
    return obstacle.why in _LOGIN_HELPS


def _about_token(ended: Ended, found: Circumstances) -> Advice:
    """Return the message on a refused token. The code alone is ambiguous: 4101 may be a missing permission, too."""
    authentication = ended.ending is Ending.AUTHENTICATION
    if found.worked_before and (authentication or found.check is TokenCheck.REFUSED):
        return _advice("advice.token_stopped", Action.REPLACE_TOKEN, None, found)
    if found.check is TokenCheck.ACCEPTED:
        return _advice("advice.permission", Action.COPY_NOTE_FOR_OWNER, Action.REPLACE_TOKEN, found)
    if authentication or found.check is TokenCheck.REFUSED:
        return _advice("advice.site_refuses_token", Action.REPLACE_TOKEN, Action.CHANGE_SITE, found)
    return _advice("advice.permission_or_site", Action.COPY_NOTE_FOR_OWNER, Action.REPLACE_TOKEN, found)


def _advice(stem: str, primary: Action, quiet: Action | None, found: Circumstances, **more: Parameter) -> Advice:
    title, body = Message.pair(
        stem,
        site=found.site,
        who=found.who,
        bound=found.bound,
        left=found.left,
        n=found.unknown or found.left_refused or found.left,
        **more,
    )
    again = found.unknown if primary is Action.SEND_UNKNOWN_AGAIN else 0
    return Advice(title, body, primary, quiet, n=again or None)
