"""Bound devices as the vendor's page on publishing has them."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from dataclasses import replace

import pytest

from bindtool.core.model.channel import Channel
from bindtool.core.model.outcome import State
from bindtool.core.reports.publish_export import (
    LONGEST_ARGUMENT,
    bound_by,
    connectors_json,
    publish_curl,
    publish_json,
)
from bindtool.core.store import Store
from tests.core.store.samples import ANSWER, CHANNEL, KINDS, REFUSAL, devices, row, sending, settled

VENDORS = Channel("https://api.coze.cn", "74708495147488***", "device_id", "2478774393")
VENDORS_BODY = (
    '{"bot_id":"73428668*****","connector_ids":["1024","74708495147488***"],'
    r'"connectors":{"74708495147488***":{"device_id":"[\"51237825***\"]"}}}'
)
"""The example of docs.coze.cn/developer_guides/publish_bot."""


def test_the_body_is_the_vendor_s_example() -> None:
    """For the same agent, channel and device it is the same text, byte for byte; the object is a part of it."""
    assert publish_json(VENDORS, ["51237825***"], "73428668*****").encode() == VENDORS_BODY.encode()
    assert VENDORS_BODY.endswith(f'"connectors":{connectors_json(VENDORS, ["51237825***"])}}}')


def test_the_devices_are_a_list_in_a_string() -> None:
    """Under the channel's own key, in their order, and no character of an ID can break out of it."""
    ids = ["0002", "0001", '"\\]', "音箱"]
    found = json.loads(connectors_json(replace(CHANNEL, key="sn"), ids))
    assert list(found) == [CHANNEL.connector_id]
    assert {key: json.loads(value) for key, value in found[CHANNEL.connector_id].items()} == {"sn": ids}


def test_there_is_nothing_without_devices() -> None:
    """Publishing might take away those that the agent has, so it can't even be made."""
    with pytest.raises(ValueError, match="nothing to publish to"):
        publish_curl(CHANNEL, [])


def test_the_command_has_places_for_agent_and_token() -> None:
    """It goes to the site: a token is put in by hand, and nothing asks whether a profile's address may have it."""
    words = shlex.split(publish_curl(replace(CHANNEL, address="https://elsewhere.example"), ["SPK1"]))
    assert words[3] == "https://api.coze.cn/v1/bot/publish"
    assert "Authorization: Bearer ***" in words
    assert json.loads(words[-1])["bot_id"] == "BOT_ID"
    assert words[-1] == publish_json(CHANNEL, ["SPK1"])


@pytest.mark.skipif(sys.platform == "win32", reason="it is quoted for a POSIX shell")
@pytest.mark.parametrize("count", [1, LONGEST_ARGUMENT // 4], ids=["in an argument", "as its input"])
def test_a_real_shell(count: int) -> None:
    """The shell hands the body on as it is, also where it is longer than an argument may be."""
    ids = ["$(id)'", *map(str, range(count))]
    show = 'curl() { case "$*" in *@-) cat;; *) for it; do :; done; printf "%s\\n" "$it";; esac; }\n'
    script = show + publish_curl(CHANNEL, ids)
    done = subprocess.run(["sh"], input=script, capture_output=True, encoding="utf-8", check=True)
    assert (done.stdout, done.stderr) == (publish_json(CHANNEL, ids) + "\n", "")


def test_what_a_run_has_bound(store: Store) -> None:
    """Only what an answer with code 0 names, and not what a whole list carried along."""
    rows = [row(1), row(2), row(3)]
    sheet_id = store.sheets.create(put=rows).result(30).sheet_id
    along = {-1: devices(row(9))[9]}
    run_id = store.runs.begin(sheet_id, CHANNEL, {**along, **devices(*rows)}).result(30)
    for number, request, answer, state in ((1, 1, ANSWER, State.BOUND), (2, 2, REFUSAL, State.REFUSED)):
        store.runs.begin_request(run_id, request, sending(number), along if number == 1 else ()).result(30)
        store.runs.settle(run_id, settled(state, number, answer=answer), request, KINDS[state]).result(30)
    store.runs.begin_request(run_id, 3, sending(3)).result(30)
    assert bound_by(store.runs.requests(run_id)) == (row(1).device_id,)
