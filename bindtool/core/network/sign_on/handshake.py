"""What a log-in by a scheme is, to whoever has it answered: Negotiate and NTLM are the system's, Basic is here.

Which schemes a proxy offers is read here too.
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
"""The schemes in lower case: they are compared without it (RFC 9110, 11.1)."""

_QUOTED = r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)'
"""One that does not end goes on to the end: looked for from each quote anew, 16,000 of them took 16 seconds."""
_OFFER = r"(?i)([a-z][a-z0-9-]{0,30})(?: +([a-z0-9+/._~-]+=*))?(?: +[^ =]+ *=.*)?"
"""A scheme by itself, with a token, or with its first parameter."""


class Handshake(Protocol):
    """One log-in by one scheme. What it holds of the system's is given back with the last reference to it."""

    def answer(self, token: bytes) -> bytes:
        """Return what to send next; b"" for nothing more. May block for as long as a network can.

        Args:
            token: what the proxy has sent; b"" at first.

        Raises:
            OSError: there is no ticket, or the proxy's token is no good.
        """


class SingleSignOn(Protocol):
    """What the system signs in with. Every call may block for as long as a network can."""

    @property
    def takes_logins(self) -> bool:
        """Whether a user and a password serve as well as the user who is signed in."""

    def schemes(self) -> Collection[str]:
        """Return the schemes that it can serve; none where its library is missing."""

    def user(self) -> str:
        """Return who is signed in, as the system writes it; "" where it does not tell."""

    def start(self, scheme: str, host: str, login: ProxyLogin | None) -> Handshake:
        """Return a log-in to the proxy on `host`. `login`: None for the user who is signed in.

        Raises:
            OSError: there can be none.
        """


def of_this_system() -> SingleSignOn:
    """Return what this system signs in with; its library is loaded when that is first asked."""
    # Most ways have no proxy, and with ctypes these take 2 ms.
    if sys.platform == "win32":
        from bindtool.core.network.sign_on.sspi import Sspi

        return Sspi()
    else:  # noqa: RET505 - what follows is not reached on Windows, as the type checker knows
        from bindtool.core.network.sign_on.gssapi import Gssapi

        return Gssapi()


@dataclass(frozen=True, slots=True)
class Basic:
    """The `Handshake` of Basic: a proxy that asks on has refused it."""

    login: ProxyLogin

    def answer(self, token: bytes) -> bytes:
        """Return user and password, once."""
        return b"" if token else f"{self.login.user}:{self.login.password.reveal()}".encode(errors="replace")


@dataclass(frozen=True, slots=True)
class Offer:
    """A scheme that a 407 offers: as it is written there, and the token that goes on with it; "" for none."""

    written: str
    token: str


def read_offers(challenges: Sequence[str]) -> dict[str, Offer]:
    """Return what is offered, by scheme; a header may have several, divided by commas as parameters are."""
    offers: dict[str, Offer] = {}
    for piece in re.sub(_QUOTED, '""', ", ".join(challenges)).split(","):
        if found := re.fullmatch(_OFFER, piece.strip()):
            offers.setdefault(found[1].lower(), Offer(found[1], found[2] or ""))
    return offers
