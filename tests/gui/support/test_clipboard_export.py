"""The texts that a person pastes to somebody else."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace

import pytest

from bindtool import __version__
from bindtool.core.model.channel import Channel
from bindtool.core.model.outcome import Answer, State
from bindtool.core.store import SentRequest, Store
from bindtool.gui.support.clipboard_export import for_support, sharing
from bindtool.gui.support.clipboard_export import note as note_for
from bindtool.i18n.catalogue import Texts
from tests.core.store.samples import CHANNEL, REFUSAL, devices, row, sending, settled

both = pytest.mark.parametrize("texts", ["en", "zh_CN"], indirect=True)


def sent(store: Store, *, answer: Answer | None) -> SentRequest:
    """Write down a request of two devices, and its answer where there is one; return it as the store has it."""
    rows = [row(1), row(2, "0012'3", label="智能音箱")]
    sheet_id = store.sheets.create().result(30).sheet_id
    store.sheets.save(sheet_id, rows)
    run_id = store.runs.begin(sheet_id, CHANNEL, devices(*rows)).result(30)
    store.runs.begin_request(run_id, 1, sending(1, 2)).result(30)
    if answer is not None:
        store.runs.settle(run_id, settled(State.WAITING, 1, 2, answer=answer), 1).result(30)
    (request,) = store.runs.requests(run_id)
    return request


def test_support_gets_all_it_asks_for(texts: Texts, store: Store) -> None:
    """A fact a line, in the order in which Coze asks for them."""
    *facts, blank, curl = for_support(texts, sent(store, answer=REFUSAL)).splitlines()

    assert facts == [
        "Site: https://api.coze.cn",
        "Channel ID: 7412345678901234567",
        "Key: device_id",
        "Developer's UID: 2478774393",
        "Sent: 2026-11-25T09:30:00+08:00",
        "Time: 2026-11-25T09:30:06+08:00",
        "HTTP status: 200",
        "Code: 4000",
        "Message: bad parameter",
        "Log ID: 20261125093006ABCDEF",
        "Log ID shared by 2 devices of request 1",
        "Request 1 of the run, with 2 devices",
        "First device: SPK0001",
        f"bindtool {__version__}",
    ]
    assert blank == ""
    assert curl.startswith("curl ")


def test_the_request_can_be_repeated_and_has_no_token(texts: Texts, store: Store) -> None:
    """The last line is what was sent, quoted for a shell, with stars where the token stood."""
    words = shlex.split(for_support(texts, sent(store, answer=REFUSAL)).splitlines()[-1])

    assert words[3] == "https://api.coze.cn/v1/connectors/7412345678901234567/user_configs"
    assert "Authorization: Bearer ***" in words
    assert json.loads(words[-1])["configs"][0]["enums"] == [
        {"label": "Speaker 1", "value": "SPK0001"},
        {"label": "智能音箱", "value": "0012'3"},
    ]


def test_without_an_answer_there_is_still_the_time(texts: Texts, store: Store) -> None:
    """A request whose answer nobody knows is looked up by when it was sent."""
    text = for_support(texts, sent(store, answer=None))

    assert "Sent: 2026-11-25T09:30:00+08:00\nAnswer: none came\nRequest 1 of the run" in text
    assert "Code:" not in text


def test_what_was_not_told_is_said_to_be_none(texts: Texts, store: Store, clock: object) -> None:
    """A request that was given up has a time and nothing else; an empty line would look like a mistake."""
    request = sent(store, answer=None)
    store.runs.settle(request.run.run_id, settled(State.UNKNOWN, 1, 2, answer=None)).result(30)
    store.runs.settle(request.run.run_id, settled(State.UNKNOWN, 1, 2, answer=None), 1).result(30)
    (request,) = store.runs.requests(request.run.run_id)

    lines = for_support(texts, request).splitlines()

    assert lines[5:10] == [
        "Time: 2026-11-25T09:30:00+08:00",
        "HTTP status: none",
        "Code: none",
        "Message: none",
        "Log ID: none",
    ]


@pytest.mark.parametrize(
    ("texts", "shared", "alone"),
    [
        ("en", "Log ID shared by 50 devices of request 3", "Log ID of this device only"),
        ("zh_CN", "日志 ID 由第 3 个请求的 50 台设备共用", "日志 ID 仅属于这一台设备"),
    ],
    indirect=["texts"],
)
def test_whose_a_log_id_is(texts: Texts, store: Store, shared: str, alone: str) -> None:
    """Fifty devices of one request share it, so nobody reports it fifty times; one that went alone has its own."""
    rows = [row(number) for number in range(1, 52)]
    sheet_id = store.sheets.create().result(30).sheet_id
    store.sheets.save(sheet_id, rows)
    run_id = store.runs.begin(sheet_id, CHANNEL, devices(*rows)).result(30)
    for request, numbers in ((3, range(1, 51)), (4, (51,))):
        store.runs.begin_request(run_id, request, sending(*numbers, request=request))
        store.runs.settle(
            run_id, settled(State.REFUSED, *numbers, answer=REFUSAL, request=request), request
        ).result(30)
    of_fifty, of_one = store.runs.last_requests(sheet_id, [7, 51])

    assert sharing(texts, of_fifty) == shared
    assert sharing(texts, of_one) == alone
    assert f"\n{shared}\n" in for_support(texts, of_fifty)
    assert f"\n{alone}\n" in for_support(texts, of_one)


def test_an_answer_without_a_log_id_shares_none(texts: Texts, store: Store) -> None:
    """A lost answer has none; nothing is said of it."""
    assert sharing(texts, sent(store, answer=None)) == ""
    assert sharing(texts, sent(store, answer=replace(REFUSAL, log_id=""))) == ""


@both
def test_the_manager_is_asked_to_switch_binding_on(texts: Texts) -> None:
    """The note has the channel, its key and the answer that shows the matter; it asks for something at its head."""
    note = note_for(texts, "support.to_manager", CHANNEL, REFUSAL)

    head, blank, *facts = note.splitlines()
    assert head == texts("support.to_manager")
    assert blank == ""
    assert [line for line in facts if "7412345678901234567" in line]
    assert [line for line in facts if line.endswith("device_id")]
    assert [line for line in facts if "20261125093006ABCDEF" in line]
    assert "support." not in note


@both
def test_the_owner_is_asked_for_the_permission_by_its_name(texts: Texts) -> None:
    """Without a developer and an answer the note says so, and still names the site and what is missing."""
    note = note_for(texts, "support.to_owner", Channel("https://api.coze.com", "0073456", "sn"), None)

    assert "bindConnectorConfig" in note.splitlines()[0]
    assert note.splitlines()[2:] == [
        texts("support.site", address="https://api.coze.com"),
        texts("support.channel", connector_id="0073456"),
        texts("support.key", key="sn"),
        texts("support.user_id", user_id=texts("support.none")),
        texts("support.no_answer"),
    ]
