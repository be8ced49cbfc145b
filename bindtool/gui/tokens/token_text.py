"""What is said of a token and of its check: kind, length and days, never the token itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.api.identity import TokenCheck
from bindtool.core.credentials.access_token import TokenKind
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.widgets.reply_box import Reply

if TYPE_CHECKING:
    from bindtool.core.api.identity import Identity
    from bindtool.core.credentials.access_token import CleanToken
    from bindtool.core.credentials.token_metadata import TokenMetadata
    from bindtool.i18n.catalogue import Texts


def pasted(texts: Texts, clean: CleanToken) -> str:
    """Say what was read from a paste, and what was taken off."""
    token = clean.token
    parts = [texts("token.read", kind=texts(f"token.kind.{token.kind}"), length=token.length)]
    if token.kind is TokenKind.OTHER:
        parts.append(texts("token.unusual"))
    if clean.trimmed:
        names = texts("list.separator").join(texts(f"token.trimmed.{what}") for what in clean.trimmed)
        parts.append(texts("token.taken_off", what=names))
    return "\n".join(parts)


def stored(texts: Texts, note: TokenMetadata, site: str, *, in_memory: bool = False) -> str:
    """Say what is known of a token that is kept under the name of one for `site`."""
    where = "held" if in_memory else "stored"
    said = texts(
        f"token.{where}",
        kind=texts(f"token.kind.{note.kind}"),
        length=note.length,
        day=note.saved_on.isoformat(),
    )
    lines = [said]
    if note.expires_on is not None:
        lines.append(texts("token.ends", day=note.expires_on.isoformat()))
    if note.site not in {"", site}:
        lines.append(texts("token.for_other_site", site=note.site))
    return "\n".join(lines)


def checked(texts: Texts, identity: Identity, site: str) -> Reply:
    """Say what a check found, and what it can't tell; `site` is the host."""
    if identity.check is TokenCheck.ACCEPTED:
        named = texts("token_check.accepted.name", name=identity.name)
        whose = named if identity.name else texts("token_check.accepted.nameless")
        body = f"{whose}\n{texts('token_check.limits')}"
        return Reply(Tone.GOOD, texts("token_check.accepted.title", site=site), body)
    if identity.check is TokenCheck.REFUSED:
        words = (texts(f"advice.site_refuses_token.{part}", site=site) for part in ("title", "body"))
        return Reply(Tone.BAD, *words)
    return Reply(Tone.UNSURE, texts("token_check.unclear.title"), texts("token_check.unclear.body", site=site))
