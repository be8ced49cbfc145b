"""What a request came back with, before anybody says what it means: an HTTP answer, none, never sent, no token.

`client` makes these values and `verdict` judges them; neither knows the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bindtool.core.api.certificate import Certificate
    from bindtool.core.common.errors import BindtoolError


class NotSent(StrEnum):
    """Why a request never left. The value ends the ids of the texts that say so.

    UNTRUSTED, EXPIRED and WRONG_NAME are certificates that were refused, TLS is whatever else TLS fails at. A proxy
    wants a log-in (PROXY_LOGIN), has refused a user (PROXY_USER), wants one who is signed in to the company's
    network (PROXY_TICKET), or offers only schemes that can't serve (PROXY_SCHEMES); PROXY is whatever else it does.
    PROXY_SCRIPT is an automatic script that this system can't evaluate.
    """

    DNS = "dns"
    CONNECT = "connect"
    TIMEOUT = "timeout"
    UNTRUSTED = "untrusted"
    EXPIRED = "expired"
    WRONG_NAME = "wrong_name"
    TLS = "tls"
    PROXY = "proxy"
    PROXY_LOGIN = "proxy_login"
    PROXY_USER = "proxy_user"
    PROXY_TICKET = "proxy_ticket"
    PROXY_SCHEMES = "proxy_schemes"
    PROXY_SCRIPT = "proxy_script"


@dataclass(frozen=True, slots=True)
class HttpReply:
    """A whole HTTP answer. Header names are in lower case; no body but that of a sign-in has a token in it."""

    time: datetime
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class NeverSent:
    """The request did not leave: the server can't have taken it.

    `detail` is the system's or a proxy's text, without a token; of PROXY_USER it is the user, of PROXY_SCHEMES they
    are the schemes, of PROXY_SCRIPT it is the script's address. `host`: what the request did not get past, a
    proxy's address or the site's host. `certificate`: the one that was refused, where it could be read.
    """

    time: datetime
    why: NotSent
    detail: str = ""
    host: str = ""
    certificate: Certificate | None = None


@dataclass(frozen=True, slots=True)
class AnswerLost:
    """The request may have left and no whole answer came: the server may have taken it."""

    time: datetime


@dataclass(frozen=True, slots=True)
class NoToken:
    """The request did not leave, or was refused for its token, and there is no other: `error` says why."""

    time: datetime
    error: BindtoolError


Reply = HttpReply | NeverSent | AnswerLost | NoToken
