"""A request as curl: what a shell makes of it is what the program sends."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys

import pytest

from bindtool.core.api.bind_request import as_curl, bind_json
from bindtool.core.model.channel import Channel
from bindtool.core.model.device import Device

CHANNEL = Channel("https://api.coze.cn", "0012", "device_id", "7126")


def test_the_words() -> None:
    """Method, address, both headers and the body, with the token's place."""
    devices = [Device("A1", "音箱 \"1\"; 'x' $HOME `id`"), Device("A2", "\\n{}")]
    words = shlex.split(as_curl(CHANNEL, devices))
    assert words == [
        "curl",
        "-X",
        "POST",
        "https://api.coze.cn/v1/connectors/0012/user_configs",
        "-H",
        "Authorization: Bearer ***",
        "-H",
        "Content-Type: application/json",
        "--data-raw",
        bind_json(CHANNEL, devices),
    ]
    assert json.loads(words[-1])["user_id"] == "7126"


@pytest.mark.skipif(sys.platform == "win32", reason="it is quoted for a POSIX shell")
def test_a_real_shell() -> None:
    """The shell hands the body on as it is, whatever is in a label."""
    devices = [Device("A1", "$(id) '\"' * ! ~ 音箱")]
    command = as_curl(CHANNEL, devices).replace("curl", "printf '%s\\n'", 1)
    done = subprocess.run(["sh", "-c", command], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[-1] == bind_json(CHANNEL, devices)


def test_one_line() -> None:
    """Line breaks in a key do not break the line."""
    assert len(as_curl(Channel("https://api.coze.cn", "1", "a\nb"), [Device("A1", "L")]).splitlines()) == 1
