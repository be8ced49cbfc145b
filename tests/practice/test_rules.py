"""The rules of the practice channel, without a socket."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from bindtool.core.api.codes import MEANINGS
from bindtool.practice import channel
from bindtool.practice.rules import Binding, Bucket, Call, Memory, RecordedRequest, Ruling, judge
from tests.practice.client import BIND_PATH, bind_body

HEADERS = {"authorization": f"Bearer {channel.TOKEN}", "content-type": "application/json"}
LOGID = "20261125120000BC531DC784F1897B0000"
SAMPLE = Path(__file__).parents[2] / "resources" / "sample" / "devices.csv"


def request(
    method: str = "POST",
    path: str = BIND_PATH,
    body: bytes = b"",
    headers: Mapping[str, str] = HEADERS,
    at: float = 0.0,
) -> RecordedRequest:
    """A request, by default an empty one to the bind path with the practice token."""
    return RecordedRequest(method, path, headers, body, at)


def bind(*ids: str, at: float = 0.0) -> RecordedRequest:
    """A good bind request for these ids."""
    return request(body=bind_body(ids), at=at)


def settle(asked: RecordedRequest, memory: Memory) -> Ruling:
    """Judge and keep."""
    ruling = judge(asked, memory, logid=LOGID)
    memory.keep(ruling)
    return ruling


def status_and_code(ruling: Ruling) -> tuple[int, int]:
    """What the sender judges by."""
    return ruling.reply.status, json.loads(ruling.reply.body)["code"]


def test_good_devices_are_bound() -> None:
    """Devices with ordinary ids are bound, and the answer is the vendor's."""
    memory = Memory()

    ruling = settle(request(body=bind_body(["A1", "A2"], user_id="77")), memory)

    assert ruling.reply.status == 200
    assert json.loads(ruling.reply.body) == {"code": 0, "msg": "", "detail": {"logid": LOGID}}
    assert ruling.reply.headers["x-tt-logid"] == LOGID
    assert memory.bound == {
        "A1": Binding("L-A1", channel.KEY, "77"),
        "A2": Binding("L-A2", channel.KEY, "77"),
    }


def test_a_second_label_replaces_the_first() -> None:
    """A device that comes again keeps its last label, key and user."""
    memory = Memory()
    settle(bind("A1"), memory)
    config = {"key": "sn", "enums": [{"label": "new", "value": "A1"}]}

    settle(request(body=json.dumps({"configs": [config]}).encode()), memory)

    assert memory.bound == {"A1": Binding("new", "sn", None)}


def test_a_channel_that_replaces_its_list() -> None:
    """Each request that binds makes a new list; a refused one, and one without devices, leave the list as it is."""
    memory = Memory(replaces=True)
    settle(bind("A1", "A2"), memory)
    settle(bind("B1"), memory)
    assert list(memory.bound) == ["B1"]

    settle(bind("SPK0000"), memory)
    settle(bind(), memory)
    assert list(memory.bound) == ["B1"]


def test_one_bad_device_refuses_the_whole_request() -> None:
    """A request with an id ending in 0000 binds nothing and is answered 4000 without saying which it was."""
    memory = Memory()

    ruling = settle(bind("A1", "SPK0000", "C9999"), memory)

    assert status_and_code(ruling) == (200, 4000)
    assert b"SPK0000" not in ruling.reply.body
    assert memory.bound == {}
    assert not memory.has_lost("C9999")


def test_a_request_with_too_many_devices_is_refused_like_any_other() -> None:
    """Above the limit the answer is the same as for a bad device, and nothing is bound."""
    memory = Memory()

    refused = judge(bind("A1", "A2", "A3"), memory, logid=LOGID, limit=2)
    taken = judge(bind("A1", "A2"), memory, logid=LOGID, limit=2)

    assert status_and_code(refused) == (200, 4000)
    assert refused.bound == {}
    assert set(taken.bound) == {"A1", "A2"}


def test_an_answer_is_lost_once_for_each_id() -> None:
    """An id ending in 9999 is bound at once, its answer is lost the first time only."""
    memory = Memory()

    first, second, other = (settle(bind(*ids), memory) for ids in (["A1", "A9999"], ["A9999"], ["B9999"]))

    assert first.lost == {"A9999"}
    assert second.lost == frozenset()
    assert other.lost == {"B9999"}
    assert set(memory.bound) == {"A1", "A9999", "B9999"}


def test_an_answer_is_lost_every_time() -> None:
    """An id ending in 8888 is bound, and none of its answers comes."""
    memory = Memory()

    rulings = [settle(bind("A8888"), memory) for _ in range(3)]

    assert [ruling.lost for ruling in rulings] == [{"A8888"}] * 3
    assert set(memory.bound) == {"A8888"}


@pytest.mark.parametrize("code", sorted(MEANINGS))
def test_an_id_that_names_a_code(code: int) -> None:
    """The request is answered with that code, with a log id, and binds nothing."""
    memory = Memory()

    ruling = settle(bind("A1", f"SPK-{code}", "C9999"), memory)

    assert status_and_code(ruling) == (200, code)
    assert json.loads(ruling.reply.body)["detail"] == {"logid": LOGID}
    assert memory.bound == {}
    assert not memory.has_lost("C9999")


def test_an_id_that_names_no_code() -> None:
    """A number behind a dash that is no code of Coze, or a code without the dash, is bound as any other."""
    assert status_and_code(settle(bind("SPK-4103", "SPK4101", "4101", "-"), Memory())) == (200, 0)


def test_judging_alone_changes_nothing() -> None:
    """A ruling that is not kept leaves no device, no lost answer and no count behind."""
    memory = Memory(Bucket(5, 5))

    for _ in range(9):
        ruling = judge(bind("A1", "A9999"), memory, logid=LOGID)
        assert status_and_code(ruling) == (200, 0)

    assert memory.bound == {}
    assert not memory.has_lost("A9999")


def test_a_sixth_request_within_a_second_has_to_wait() -> None:
    """Five requests are taken at once; the sixth is told to wait a second, and does not count itself."""
    memory = Memory(Bucket(5, 5))
    for _ in range(5):
        assert status_and_code(settle(bind("A1", at=0.0), memory)) == (200, 0)

    sixth = settle(bind("A6", at=0.1), memory)
    after = settle(bind("A7", at=0.25), memory)
    full_again = settle(bind("A8", at=0.3), memory)

    assert status_and_code(sixth) == (429, 4013)
    assert sixth.reply.headers["Retry-After"] == "1"
    assert status_and_code(after) == (200, 0)
    assert status_and_code(full_again) == (429, 4013)
    assert set(memory.bound) == {"A1", "A7"}


@pytest.mark.parametrize("authorization", ["Bearer pat_other", "pat_practice", "", None])
def test_another_token_is_invalid(authorization: str | None) -> None:
    """Whatever is asked, only the practice token opens the door."""
    headers = {} if authorization is None else {"authorization": authorization}
    memory = Memory()

    for asked in (request(body=bind_body(["A1"]), headers=headers), request("GET", "/", headers=headers)):
        assert status_and_code(settle(asked, memory)) == (401, 700012006)

    assert memory.bound == {}


def test_another_connector_is_not_found() -> None:
    """A connector id that is not the practice channel's is answered 4200."""
    asked = request(path="/v1/connectors/12345/user_configs", body=bind_body(["A1"]))

    assert status_and_code(settle(asked, Memory())) == (404, 4200)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", BIND_PATH),
        ("POST", f"{BIND_PATH}/"),
        ("POST", f"{BIND_PATH}?a=1"),
        ("POST", "/v1/users/me"),
        ("GET", "/v1/users/me/"),
        ("GET", "/"),
    ],
)
def test_any_other_path_is_unknown(method: str, path: str) -> None:
    """A path or method that the API does not have is answered 404 with code 4000."""
    asked = request(method, path, bind_body(["A1"]))

    assert asked.call is Call.OTHER
    assert status_and_code(settle(asked, Memory())) == (404, 4000)


def test_the_account_is_told() -> None:
    """The token check is answered with the practice account, and counts as a request."""
    memory = Memory(Bucket(1, 1))
    asked = request("GET", "/v1/users/me")

    account = json.loads(settle(asked, memory).reply.body)

    assert account["code"] == 0
    assert account["detail"] == {"logid": LOGID}
    assert account["data"] == {
        "user_id": channel.USER_ID,
        "user_name": "practice",
        "nick_name": "Practice account",
        "avatar_url": "",
    }
    assert status_and_code(settle(asked, memory)) == (429, 4013)


GOOD_ENUM = {"label": "L", "value": "A1"}
GOOD_CONFIG = {"key": "device_id", "enums": [GOOD_ENUM]}


@pytest.mark.parametrize(
    "body",
    [
        [],
        "text",
        None,
        {},
        {"configs": None},
        {"configs": {}},
        {"configs": []},
        {"configs": ["text"]},
        {"configs": [{"enums": [GOOD_ENUM]}]},
        {"configs": [{**GOOD_CONFIG, "key": ""}]},
        {"configs": [{**GOOD_CONFIG, "key": 1}]},
        {"configs": [{**GOOD_CONFIG, "enums": []}]},
        {"configs": [{**GOOD_CONFIG, "enums": GOOD_ENUM}]},
        {"configs": [{**GOOD_CONFIG, "enums": ["A1"]}]},
        {"configs": [{**GOOD_CONFIG, "enums": [{"value": "A1"}]}]},
        {"configs": [{**GOOD_CONFIG, "enums": [{"label": "L"}]}]},
        {"configs": [{**GOOD_CONFIG, "enums": [{**GOOD_ENUM, "label": ""}]}]},
        {"configs": [{**GOOD_CONFIG, "enums": [GOOD_ENUM, {**GOOD_ENUM, "value": ""}]}]},
        {"configs": [{**GOOD_CONFIG, "enums": [{**GOOD_ENUM, "value": 1}]}]},
        {"configs": [GOOD_CONFIG], "user_id": 77},
        {"configs": [GOOD_CONFIG], "user_id": ""},
        {"configs": [GOOD_CONFIG], "user_id": None},
    ],
)
def test_a_body_unlike_the_vendors_page_is_a_bad_parameter(body: object) -> None:
    """Every field that the vendor's page requires is required here, with its type."""
    memory = Memory()

    ruling = settle(request(body=json.dumps(body).encode()), memory)

    assert status_and_code(ruling) == (400, 4000)
    assert memory.bound == {}


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe{}", b"configs=1"])
def test_a_body_that_is_not_json_is_a_bad_parameter(body: bytes) -> None:
    """Bytes that are no JSON get an answer too."""
    assert status_and_code(settle(request(body=body), Memory())) == (400, 4000)


@pytest.mark.parametrize(
    ("content_type", "code"),
    [("application/json; charset=utf-8", 0), ("Application/JSON", 0), ("text/plain", 4000), (None, 4000)],
)
def test_the_content_type_has_to_be_json(content_type: str | None, code: int) -> None:
    """The content type is required as the vendor's page says, parameters after it are not looked at."""
    headers = {"authorization": HEADERS["authorization"]}
    if content_type is not None:
        headers["content-type"] = content_type

    assert status_and_code(settle(request(body=bind_body(["A1"]), headers=headers), Memory()))[1] == code


def test_the_sample_sheet_meets_each_rule_once() -> None:
    """The sample has one refused device, one whose answer is lost, labels that fit, and no repeats."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    ids = [row["device_id"] for row in rows]

    assert len(set(ids)) == len(ids) == 20
    assert sum(device_id.endswith(channel.REFUSED_ENDING) for device_id in ids) == 1
    assert sum(device_id.endswith(channel.LOST_ENDING) for device_id in ids) == 1
    assert all(row["label"] == f"智能音箱-{row['device_id'][-6:]}" for row in rows)
