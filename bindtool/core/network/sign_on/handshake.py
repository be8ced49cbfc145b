"""The interface of a log-in by a scheme: Negotiate and NTLM are the system's, Basic is here.

The schemes that a proxy offers are parsed here too.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bindtool.core.network.proxy import ProxyLogin

NEGOTIATE, NTLM, BASIC = "negotiate", "ntlm", "basic"
"""The schemes in lower case: they are case-insensitive (RFC 9110, 11.1)."""

_QUOTED = r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)'
"""An unclosed quote extends to the end: searched from each quote anew, 16,000 of them took 16 seconds."""
_OFFER = r"(?i)([a-z][a-z0-9-]{0,30})(?: +([a-z0-9+/._~-]+=*))?(?: +[^ =]+ *=.*)?"
"""A scheme by itself, with a token, or with its first parameter."""


class Handshake(Protocol):
    """One log-in by one scheme. Its system resources are released with the last reference to it."""

    def answer(self, token: bytes) -> bytes:
        """Return the next token to send; b"" for none. May block for as long as a network can.

        Args:
            token: the proxy's token; b"" at first.

        Raises:
            OSError: there is no ticket, or the proxy's token is invalid.
        """


class SingleSignOn(Protocol):
    """The system's single sign-on. Every call may block for as long as a network can."""

    @property
    def takes_logins(self) -> bool:
        """Whether it accepts a user and password as well as the user who is signed in."""

    def schemes(self) -> Collection[str]:
        """Return the supported schemes; none if its library is missing."""

    def user(self) -> str:
        """Return the user who is signed in, as the system writes it; "" if it does not tell."""

    def start(self, scheme: str, host: str, login: ProxyLogin | None) -> Handshake:
        """Return a log-in to the proxy on `host`. `login`: None for the user who is signed in.

        Raises:
            OSError: it can't be started.
        """


def of_this_system() -> SingleSignOn:
    """Return this system's single sign-on; its library is loaded at the first call."""
    # Most routes have no proxy, and with ctypes these take 2 ms.
    if sys.platform == "win32":
        from bindtool.core.network.sign_on.sspi import Sspi

        return Sspi()
    else:  # noqa: RET505 - what follows is not reached on Windows, as the type checker knows
        from bindtool.core.network.sign_on.gssapi import Gssapi

        return Gssapi()


@dataclass(frozen=True, slots=True)
class Basic:
    """The `Handshake` of Basic: a second challenge of the proxy is a refusal."""

    login: ProxyLogin

    def answer(self, token: bytes) -> bytes:
        """Return user and password, once."""
        return b"" if token else f"{self.login.user}:{self.login.password.reveal()}".encode(errors="replace")


@dataclass(frozen=True, slots=True)
class Offer:
    """A scheme offered by a 407: its spelling there, and the token that continues it; "" for none."""

    written: str
    token: str


def read_offers(challenges: Sequence[str]) -> dict[str, Offer]:
    """Return the offers by scheme; a header may have several, separated by commas as parameters are."""
    offers: dict[str, Offer] = {}
    for piece in re.sub(_QUOTED, '""', ", ".join(challenges)).split(","):
        if found := re.fullmatch(_OFFER, piece.strip()):
            offers.setdefault(found[1].lower(), Offer(found[1], found[2] or ""))
    return offers
