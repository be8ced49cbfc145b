"""Bound devices in the form in which Coze publishes an agent to them: for a person to copy; nothing sends it.

Path, body and permission are those of the vendor's page ("发布智能体", docs.coze.cn/developer_guides/publish_bot).
Whether publishing adds to the agent's devices or replaces them is not stated there.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bindtool.core.api.bind_request import curl_command
from bindtool.core.api.verdict import VerdictKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bindtool.core.model.channel import Channel
    from bindtool.core.store import SentRequest

_PATH = "/v1/bot/publish"
_API_CHANNEL = "1024"
"""The vendor's page: the agent has to be published to the API channel with any custom one."""

BOT_ID = "BOT_ID"
"""Stands for the agent's ID in what is copied."""

LONGEST_ARGUMENT = 100_000
"""Bytes of a body that go into an argument: Linux takes 131,071 (execve(2), MAX_ARG_STRLEN)."""


def connectors_json(channel: Channel, device_ids: Sequence[str]) -> str:
    """Return the `connectors` object of the call.

    Raises:
        ValueError: there are no devices; publishing may take away those that an agent has.
    """
    return _as_json(_connectors(channel, device_ids))


def publish_json(channel: Channel, device_ids: Sequence[str], bot_id: str = BOT_ID) -> str:
    """Return the body of the call. Raises as `connectors_json`."""
    body = {
        "bot_id": bot_id,
        "connector_ids": [_API_CHANNEL, channel.connector_id],
        "connectors": _connectors(channel, device_ids),
    }
    return _as_json(body)


def publish_curl(channel: Channel, device_ids: Sequence[str]) -> str:
    """Return the call as a `curl` command for a POSIX shell, a long body as its input.

    Raises as `connectors_json`.
    """
    # Not the address: a token is put in by hand, and nothing asks whether that may have it.
    url, body = channel.site + _PATH, publish_json(channel, device_ids)
    if len(body.encode()) <= LONGEST_ARGUMENT:
        return curl_command(url, "--data-raw", body)
    # JSON is one line, which begins with a brace.
    return f"{curl_command(url, '--data-binary', '@-')} <<'END'\n{body}\nEND"


def bound_by(requests: Iterable[SentRequest]) -> tuple[str, ...]:
    """Return the IDs that a run's requests have bound, in order, without those that a whole list carried along."""
    bound = (request for request in requests if request.kind is VerdictKind.BOUND)
    return tuple(dict.fromkeys(sent.device_id for request in bound for sent in request.devices if sent.number > 0))


def _connectors(channel: Channel, device_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    if not device_ids:
        raise ValueError("nothing to publish to")
    return {channel.connector_id: {channel.key: _as_json(list(device_ids))}}


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
