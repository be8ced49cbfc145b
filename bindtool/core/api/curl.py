"""A bind request as a `curl` command, for a dry run and for Coze's support.

Owns the quoting. The token is never part of it: where it would stand, stands `***`.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from bindtool.core.api.bind_request import bind_json, bind_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.model.channel import Channel
    from bindtool.core.model.device import Device


def as_curl(channel: Channel, devices: Sequence[Device]) -> str:
    """Return the request that binds `devices`, on one line, quoted for a POSIX shell."""
    words = (
        "curl",
        "-X",
        "POST",
        channel.site + bind_path(channel),
        "-H",
        "Authorization: Bearer ***",
        "-H",
        "Content-Type: application/json",
        "--data-raw",
        bind_json(channel, devices),
    )
    return shlex.join(words)
