"""Bound devices as a request body for publishing an agent to them: for a person to copy; nothing sends it.

Path, body and permission are those of the vendor's page ("发布智能体", docs.coze.cn/developer_guides/publish_bot).
It doesn't say whether publishing adds to the agent's devices or replaces them.
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
"""The vendor's page: a custom channel requires the API channel as well."""

BOT_ID = "BOT_ID"
"""The placeholder for the agent's ID in the copied text."""

LONGEST_ARGUMENT = 100_000
"""Bytes of a body passed as an argument: Linux accepts 131,071 (execve(2), MAX_ARG_STRLEN)."""


def connectors_json(channel: Channel, device_ids: Sequence[str]) -> str:
    """Return the `connectors` object of the request.

    Raises:
        ValueError: there are no devices; publishing might remove those that an agent has.
    """
    return _as_json(_connectors(channel, device_ids))


def publish_json(channel: Channel, device_ids: Sequence[str], bot_id: str = BOT_ID) -> str:
    """Return the body of the request. Raises as `connectors_json`."""
    body = {
        "bot_id": bot_id,
        "connector_ids": [_API_CHANNEL, channel.connector_id],
        "connectors": _connectors(channel, device_ids),
    }
    return _as_json(body)


def publish_curl(channel: Channel, device_ids: Sequence[str]) -> str:
    """Return the request as a `curl` command for a POSIX shell, with a long body on standard input.

    Raises as `connectors_json`.
    """
    # Not the address: a person inserts the token, and nothing checks whether the address may receive it.
    url, body = channel.site + _PATH, publish_json(channel, device_ids)
    if len(body.encode()) <= LONGEST_ARGUMENT:
        return curl_command(url, "--data-raw", body)
    # JSON is one line, which begins with a brace.
    return f"{curl_command(url, '--data-binary', '@-')} <<'END'\n{body}\nEND"


def bound_by(requests: Iterable[SentRequest]) -> tuple[str, ...]:
    """Return the IDs bound by a run's requests, in order, without those sent only to keep the whole list."""
    bound = (request for request in requests if request.kind is VerdictKind.BOUND)
    return tuple(dict.fromkeys(sent.device_id for request in bound for sent in request.devices if sent.number > 0))


def _connectors(channel: Channel, device_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    if not device_ids:
        raise ValueError("nothing to publish to")
    return {channel.connector_id: {channel.key: _as_json(list(device_ids))}}


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
