"""The texts that a person pastes to somebody else: Coze, its support, the business manager, the token's owner.

They carry whatever the other side asks for, and never the token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool import __version__
from bindtool.core.api.bind_request import as_curl
from bindtool.core.model.device import Device

if TYPE_CHECKING:
    from bindtool.core.model.channel import Channel
    from bindtool.core.model.outcome import Answer
    from bindtool.core.store import SentRequest
    from bindtool.i18n.catalogue import Texts


def for_support(texts: Texts, request: SentRequest) -> str:
    """Return what Coze's support asks for about a request, one fact a line, then the request itself."""
    channel = request.run.channel
    devices = [Device(sent.device_id, sent.label) for sent in request.devices]
    lines = [
        *_channel_lines(texts, channel),
        texts("support.sent", time=request.begun_at.isoformat(timespec="seconds")),
        *_answer_lines(texts, request.answer),
        *filter(None, [sharing(texts, request)]),
        texts("support.request", request=request.number, n=len(devices)),
        texts("support.first_device", device_id=devices[0].device_id),
        texts("support.version", version=__version__),
        "",
        as_curl(channel, devices),
    ]
    return "\n".join(lines)


def sharing(texts: Texts, request: SentRequest) -> str:
    """Say whose the log id of a request is, so that nobody reports it fifty times; "" where there is none."""
    if request.answer is None or not request.answer.log_id:
        return ""
    if len(request.devices) == 1:
        return texts("support.alone")
    return texts("support.shared", request=request.number, n=len(request.devices))


def note(texts: Texts, request: str, channel: Channel, answer: Answer | None) -> str:
    """Return a request to somebody who can help a channel, and what it is about.

    `request`: "support.to_manager", Coze's business manager is to switch on binding by API; "support.to_owner", the
    token's owner is to grant the permission.
    """
    return "\n".join([texts(request), "", *_channel_lines(texts, channel), *_answer_lines(texts, answer)])


def for_coze(texts: Texts, channel: Channel) -> str:
    """Return the question whether a channel adds or replaces, for whoever at Coze can tell without trying it."""
    return "\n".join([texts("support.to_coze"), "", *_channel_lines(texts, channel)])


def _channel_lines(texts: Texts, channel: Channel) -> list[str]:
    return [
        texts("support.site", address=channel.site),
        texts("support.channel", connector_id=channel.connector_id),
        texts("support.key", key=channel.key),
        texts("support.user_id", user_id=channel.user_id or texts("support.none")),
    ]


def _answer_lines(texts: Texts, answer: Answer | None) -> list[str]:
    none = texts("support.none")
    if answer is None:
        return [texts("support.no_answer")]
    return [
        texts("support.time", time=answer.time.isoformat(timespec="seconds")),
        texts("support.http_status", http_status=none if answer.http_status is None else answer.http_status),
        texts("support.code", code=none if answer.code is None else answer.code),
        texts("support.message", message=answer.message or none),
        texts("support.log_id", log_id=answer.log_id or none),
    ]
