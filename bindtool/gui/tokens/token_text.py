"""Texts about a token and its check: kind, length and days, never the token itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bindtool.core.api.identity import Identity, TokenCheck
from bindtool.core.binding.advice import WANTS_PROXY_LOGIN, obstacle_hint
from bindtool.core.common.safe_text import escaped
from bindtool.core.credentials.access_token import KIND_TEXTS, CleanToken, TokenKind
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.widgets.reply_box import Reply, obstacle_reply
from bindtool.i18n.row_text import developer_words, tail

if TYPE_CHECKING:
    from collections.abc import Collection

    from bindtool.core.api.responses import NeverSent
    from bindtool.core.credentials.token_metadata import TokenMetadata
    from bindtool.core.profiles.profile import Profile
    from bindtool.i18n.catalogue import Texts


def sign_in_request(texts: Texts) -> str:
    """Return the request to an administrator: the two apps, one app's three addresses, and the permission."""
    from bindtool.core.sign_in.browser import PORTS, REDIRECT

    addresses = "\n".join(f"   {REDIRECT.format(port=port)}" for port in PORTS)
    return texts("setup_request.sign_in", addresses=addresses)


def pasted(texts: Texts, clean: CleanToken) -> str:
    """Describe a pasted token, and the text removed around it."""
    token = clean.token
    parts = [texts("token.read", kind=texts(KIND_TEXTS[token.kind]), length=token.length)]
    if token.kind is TokenKind.OTHER:
        parts.append(texts("token.unusual"))
    if clean.trimmed:
        names = texts("list.separator").join(texts(what) for what in clean.trimmed)
        parts.append(texts("token.taken_off", what=names))
    return "\n".join(parts)


def stored(texts: Texts, note: TokenMetadata, sites: Collection[str], *, in_memory: bool = False) -> str:
    """Describe a token stored under a name for a site; `sites`: as in its `Channel`."""
    day = note.saved_on.isoformat()
    if note.is_sign_in:
        account = account_words(texts, note.account, note.user_id)
        lines = [texts("sign_in_panel.held" if in_memory else "sign_in_panel.stored", account=account, day=day)]
    else:
        kind = texts(KIND_TEXTS[note.kind])
        lines = [texts("token.held" if in_memory else "token.stored", kind=kind, length=note.length, day=day)]
    if note.expires_on is not None:
        lines.append(texts("token.ends", day=note.expires_on.isoformat()))
    if note.site not in {"", *sites}:
        lines.append(texts("token.for_other_site", site=note.site))
    return "\n".join(lines)


def account_words(texts: Texts, name: str, user_id: str) -> str:
    """Describe an account: "Developer A (UID …7126)", or the known part of that."""
    if name and user_id:
        return texts("sign_in_panel.account", name=escaped(name), uid=tail(user_id))
    return escaped(name or user_id) or texts("sign_in_panel.account.nameless")


def whose(texts: Texts, identity: Identity, profile: Profile, before: tuple[str, str]) -> tuple[str, str]:
    """Describe the account to which a profile's devices would go, and the points to check before storing: title,
    body.

    `before`: name and UID of the previous, different account; "" for both if there was none.
    """
    account = account_words(texts, identity.name, identity.user_id)
    if profile.user_id:
        title = texts("sign_in_panel.list_of_profile", developer=developer_words(texts, profile))
        lines = [texts("sign_in_panel.signed_in_as", account=account)]
    else:
        title = texts("sign_in_panel.list_of", account=account)
        lines = []
    if any(before):
        last = account_words(texts, *before)
        lines.append(texts("sign_in_panel.other_account", before=last, account=account))
    lines.append(texts("sign_in_panel.not_kept_yet"))
    return title, "\n".join(lines)


def not_checked(texts: Texts, obstacle: NeverSent, who: str, site: str) -> Reply:
    """Say why the request did not reach the site; `who`: as for `obstacle_reply`, `site`: the host."""
    reply = obstacle_reply(texts, obstacle, who)
    title = texts("token_check.not_reached.title", site=site)
    if obstacle.why in WANTS_PROXY_LOGIN:
        return replace(reply, body=f"{reply.body}\n{title}")
    why = texts.say(obstacle_hint(obstacle, who))
    return replace(reply, title=title, body=f"{why}\n{texts('token_check.not_reached.hint')}")


def checked(texts: Texts, identity: Identity, site: str) -> Reply:
    """Describe a check's result and its limits; `site` is the host."""
    if identity.check is TokenCheck.ACCEPTED:
        named = texts("token_check.accepted.name", name=identity.name)
        whose = named if identity.name else texts("token_check.accepted.nameless")
        body = f"{whose}\n{texts('token_check.limits')}"
        return Reply(Tone.GOOD, texts("token_check.accepted.title", site=site), body)
    if identity.check is TokenCheck.REFUSED:
        return Reply(Tone.BAD, *texts.pair("advice.site_refuses_token", site=site))
    return Reply(Tone.UNSURE, *texts.pair("token_check.unclear", site=site))
