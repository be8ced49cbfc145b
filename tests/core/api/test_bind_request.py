"""The call as text: the path and the body that the vendor's page asks for.

That a whole request is the same as the vendor's SDK sends is shown in `test_client`, over HTTP.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.api.bind_request import bind_body, bind_json, bind_path
from bindtool.core.model.channel import Channel
from bindtool.core.model.device import Device, id_problem, label_problem

CHANNEL = Channel("https://coze.example", "1", "sn")
DEVICES = [Device("0001", "一"), Device("0002", '"二"')]
CONFIGS = [{"key": "sn", "enums": [{"label": "一", "value": "0001"}, {"label": '"二"', "value": "0002"}]}]

IDS = st.text().filter(lambda text: id_problem(text) is None)
LABELS = st.text().filter(lambda text: label_problem(text) is None)


@pytest.mark.parametrize(
    ("connector_id", "path"),
    [
        ("7452643920000001", "/v1/connectors/7452643920000001/user_configs"),
        ("0012345", "/v1/connectors/0012345/user_configs"),
        ("a/b?c#d e", "/v1/connectors/a%2Fb%3Fc%23d%20e/user_configs"),
    ],
)
def test_the_connector_id_is_one_part_of_the_path(connector_id: str, path: str) -> None:
    """It is text: zeros stay, and no character of it can lead elsewhere."""
    assert bind_path(Channel("https://coze.example", connector_id, "sn")) == path


def test_the_body_is_what_the_page_asks_for() -> None:
    """One config with the channel's key, and an entry for each device in their order."""
    assert bind_body(CHANNEL, DEVICES) == {"configs": CONFIGS}


def test_the_user_is_there_only_where_there_is_one() -> None:
    """An empty `user_id` is left out, as the vendor's SDK does."""
    body = bind_body(Channel("https://coze.example", "1", "sn", user_id="77"), DEVICES)

    assert body == {"configs": CONFIGS, "user_id": "77"}


def test_there_is_no_request_without_devices() -> None:
    """On a channel that replaces its list it would empty it, so it can't even be made."""
    with pytest.raises(ValueError, match="without devices"):
        bind_json(CHANNEL, [])


def test_the_json_is_short_and_readable() -> None:
    """Chinese is sent as it is, and no space is wasted."""
    assert bind_json(CHANNEL, DEVICES[:1]) == ('{"configs":[{"key":"sn","enums":[{"label":"一","value":"0001"}]}]}')


@pytest.mark.long
@given(device_id=IDS, label=LABELS)
def test_every_device_can_be_sent(device_id: str, label: str) -> None:
    """Whatever id and label a device may have, they arrive as they are."""
    raw = bind_json(CHANNEL, [Device(device_id, label)]).encode()

    (config,) = json.loads(raw)["configs"]
    assert config["enums"] == [{"label": label, "value": device_id}]
