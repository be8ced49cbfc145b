"""The bind request as it goes over the wire, and the same as a `curl` command for a dry run and for Coze's support.

Path and body follow the vendor's page ("绑定设备", https://docs.coze.cn/developer_guides/bind_connector_config).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.model.channel import Channel
    from bindtool.core.model.device import Device


def bind_path(channel: Channel) -> str:
    """Return the URL path: POST /v1/connectors/:connector_id/user_configs."""
    return f"/v1/connectors/{quote(channel.connector_id, safe='')}/user_configs"


def bind_body(channel: Channel, devices: Sequence[Device]) -> dict[str, object]:
    """Return the JSON body. Omits an empty `user_id`, as the vendor's SDK does.

    Raises:
        ValueError: no devices were given; on a channel that replaces its list, the request would empty it.
    """
    if not devices:
        raise ValueError("a request without devices")
    enums = [{"label": device.label, "value": device.device_id} for device in devices]
    body: dict[str, object] = {"configs": [{"key": channel.key, "enums": enums}]}
    if channel.user_id:
        body["user_id"] = channel.user_id
    return body


def bind_json(channel: Channel, devices: Sequence[Device]) -> str:
    """Return the body serialized as compact JSON, to be sent as UTF-8."""
    return json.dumps(bind_body(channel, devices), ensure_ascii=False, separators=(",", ":"))


def as_curl(channel: Channel, devices: Sequence[Device]) -> str:
    """Return the request that binds `devices`, on one line, quoted for a POSIX shell."""
    return curl_command(channel.origin + bind_path(channel), "--data-raw", bind_json(channel, devices))


def curl_command(url: str, *data: str) -> str:
    """Return a POST of JSON as a `curl` command, quoted for a POSIX shell, with the token masked by stars.

    `data`: curl's arguments for the body.
    """
    # Only a printed command needs quoting; sending does not.
    import shlex

    words = (
        "curl",
        "-X",
        "POST",
        url,
        "-H",
        "Authorization: Bearer ***",
        "-H",
        "Content-Type: application/json",
        *data,
    )
    return shlex.join(words)
