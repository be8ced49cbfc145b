"""Verdicts: each case of `judge`, which of them comes first, and answers that are none."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bindtool.core.api.responses import AnswerLost, HttpReply, NeverSent, NoToken, NotSent
from bindtool.core.api.verdict import StopCause, Verdict, VerdictKind, judge
from bindtool.core.common.errors import SignInFailed
from bindtool.core.model.outcome import Answer

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
NOON_IN_A_HEADER = "Wed, 25 Nov 2026 12:00:00 GMT"

AUTHENTICATION_CODES = [4100, 700012006]
BILLING_CODES = [4011, 4019, 4022, 4027, 4028, 788788103]
STOP_CODES = [*AUTHENTICATION_CODES, 4101, 4102, 4200, *BILLING_CODES]
WAIT_CODES = [4008, 4009, 4013, 4020]
TROUBLE_CODES = [5000, 720701013]
REFUSAL_CODES = [4000, 1, -1, 4001, 9999, 720701012, 2**63 - 1, -(2**63)]
ANY_CODE = [0, *STOP_CODES, *WAIT_CODES, *TROUBLE_CODES, 4000]

NO_PROPER_ANSWER = {
    "nothing": b"",
    "a page for people": b"<!DOCTYPE html><html><title>Log in</title></html>",
    "no JSON": b"{oops",
    "truncated": b'{"code":0,"msg":"","detail":{"log',
    "no text": b"\xff\xfe\xfa",
    "a null": b"null",
    "an array": b"[]",
    "an array with an answer": b'[{"code":0}]',
    "a number": b"0",
    "a text": b'"0"',
    "an empty object": b"{}",
    "no code": b'{"msg":"","detail":{"logid":"L"}}',
    "the code inside": b'{"data":{"code":0}}',
    "the code in capitals": b'{"CODE":0}',
    'code "0"': b'{"code":"0"}',
    'code ""': b'{"code":""}',
    "code false": b'{"code":false}',
    "code true": b'{"code":true}',
    "code null": b'{"code":null}',
    "code 0.0": b'{"code":0.0}',
    "code 0e0": b'{"code":0e0}',
    "code NaN": b'{"code":NaN}',
    "code [0]": b'{"code":[0]}',
    "code {}": b'{"code":{}}',
    "a code that is no Long": b'{"code":9223372036854775808}',
    "a code below every Long": b'{"code":-9223372036854775809}',
    "a code of 5,000 digits": b'{"code":' + b"1" * 5000 + b"}",
    "a code that comes twice": b'{"code":4000,"code":0}',
    "a code that comes twice alike": b'{"code":0,"code":0}',
    "a code that comes twice, spelt otherwise": b'{"code":4000,"c\\u006fde":0}',
    "another name that comes twice": b'{"code":0,"msg":"","msg":"refused"}',
    "a name inside that comes twice": b'{"code":0,"detail":{"logid":"A","logid":"B"}}',
    "NaN beside the code": b'{"code":0,"data":NaN}',
    "nested too deep": b"[" * 200_000,
    "an object nested too deep": b'{"code":' * 200_000,
}

no_proper_answer = pytest.mark.parametrize("body", NO_PROPER_ANSWER.values(), ids=NO_PROPER_ANSWER.keys())


def reply(status: int, body: object, **headers: str) -> HttpReply:
    """Make an answer; `body` is bytes, or a value that is written as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpReply(NOON, status, {name.replace("_", "-"): value for name, value in headers.items()}, raw)


def kind_of(status: int, code: object) -> VerdictKind:
    """Judge an answer with this status and code."""
    return judge(reply(status, {"code": code})).kind


# 1. Never sent


@pytest.mark.parametrize("why", list(NotSent))
def test_never_sent(why: NotSent) -> None:
    """DNS, refused, TLS, proxy: nothing left, so there is nothing to look at but a time and what was in the way."""
    obstacle = NeverSent(NOON, why, "some words")
    assert judge(obstacle) == Verdict(VerdictKind.NEVER_SENT, Answer(NOON), obstacle=obstacle)


# 2. The run stops


def test_without_a_token_the_run_stops() -> None:
    """Nothing was taken, and why there is none is told."""
    error = SignInFailed("sign_in.over", name="line")
    expected = Verdict(VerdictKind.STOP, Answer(NOON), cause=StopCause.SIGN_IN, error=error)
    assert judge(NoToken(NOON, error)) == expected


@pytest.mark.parametrize("body", [*NO_PROPER_ANSWER.values(), *({"code": code} for code in ANY_CODE)])
@pytest.mark.parametrize("status", [401, 403])
def test_http_401_and_403_stop_whatever_the_body(status: int, body: object) -> None:
    """No body, not even code 0 or one that asks to wait, makes them anything else."""
    assert judge(reply(status, body)).kind is VerdictKind.STOP


@pytest.mark.parametrize(
    ("status", "code", "cause"),
    [
        (401, 0, StopCause.AUTHENTICATION),
        (401, 4101, StopCause.AUTHENTICATION),
        (403, 0, StopCause.PERMISSION),
        (403, 4100, StopCause.AUTHENTICATION),
        (403, 4200, StopCause.PERMISSION),
        (404, 4100, StopCause.AUTHENTICATION),
    ],
)
def test_a_bad_token_explains_more_than_a_missing_permission(status: int, code: int, cause: StopCause) -> None:
    """Where status and code differ, the token comes first, then its permission, then the channel."""
    assert judge(reply(status, {"code": code})).cause is cause


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", {}, {"code": 0}, {"code": 4000}, {"code": 4013}])
def test_http_404_stops(body: object) -> None:
    """An unknown path is an unknown channel, whatever stands in the answer."""
    verdict = judge(reply(404, body))

    assert (verdict.kind, verdict.cause) == (VerdictKind.STOP, StopCause.CHANNEL)


@pytest.mark.parametrize("status", [200, 302, 400, 429, 500])
@pytest.mark.parametrize(
    ("code", "cause"),
    [
        *((code, StopCause.AUTHENTICATION) for code in AUTHENTICATION_CODES),
        (4101, StopCause.PERMISSION),
        (4200, StopCause.CHANNEL),
        *((code, StopCause.BILLING) for code in BILLING_CODES),
        (4102, StopCause.RISK_CONTROL),
    ],
)
def test_these_codes_stop_whatever_the_status(status: int, code: int, cause: StopCause) -> None:
    """HTTP 200 with code 4101 stops as HTTP 403 does, and so does each code of kind 2."""
    verdict = judge(reply(status, {"code": code}))

    assert (verdict.kind, verdict.cause) == (VerdictKind.STOP, cause)


def test_a_stop_keeps_the_answer_to_look_at() -> None:
    """Code, message and log id stay, for the rows and for Coze's support."""
    body = {"code": 4101, "msg": "The token you entered is incorrect", "detail": {"logid": "LOG1"}}

    assert judge(reply(200, body)) == Verdict(
        VerdictKind.STOP,
        Answer(NOON, 4101, "The token you entered is incorrect", "LOG1", 200),
        cause=StopCause.PERMISSION,
    )


# 3. Wait


@pytest.mark.parametrize("body", [b"", b"<html>", {}, {"code": 0}, {"code": 4000}, {"code": 5000}])
def test_http_429_waits(body: object) -> None:
    """Too many requests, whatever else the body says: code 0 under it is no success."""
    assert judge(reply(429, body)).kind is VerdictKind.WAIT


@pytest.mark.parametrize("status", [200, 302, 400, 408, 500, 503])
@pytest.mark.parametrize("code", WAIT_CODES)
def test_these_codes_wait_whatever_the_status(status: int, code: int) -> None:
    """The vendor's limits, under any status that does not stop."""
    assert kind_of(status, code) is VerdictKind.WAIT


@pytest.mark.parametrize("status", [200, 429])
@pytest.mark.parametrize("code", WAIT_CODES)
def test_one_of_these_codes_is_a_quota(status: int, code: int) -> None:
    """4008 says "tomorrow" on the vendor's page, the others say "later"."""
    assert judge(reply(status, {"code": code})).quota is (code == 4008)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({}, None, id="none named"),
        pytest.param({"retry_after": "7"}, 7.0, id="seconds"),
        pytest.param({"retry_after": " 7 "}, 7.0, id="seconds with spaces"),
        pytest.param({"retry_after": "0"}, 0.0, id="no second"),
        pytest.param({"retry_after": "301"}, 301.0, id="longer than a run waits"),
        pytest.param({"retry_after": "Wed, 25 Nov 2026 12:00:30 GMT"}, 30.0, id="date"),
        pytest.param({"retry_after": "Wednesday, 25-Nov-26 12:00:30 GMT"}, 30.0, id="date of RFC 850"),
        pytest.param({"retry_after": "Wed Nov 25 12:00:30 2026"}, 30.0, id="date of asctime"),
        pytest.param({"retry_after": "Wed, 25 Nov 2026 20:00:30 +0800"}, 30.0, id="date in China"),
        pytest.param({"retry_after": "Wed, 25 Nov 2026 12:00:30 -0000"}, 30.0, id="date without a zone"),
        pytest.param({"retry_after": "Wed, 25 Nov 2026 11:00:00 GMT"}, 0.0, id="date in the past"),
        pytest.param(
            {"retry_after": "Wed, 25 Nov 2026 13:00:30 GMT", "date": "Wed, 25 Nov 2026 13:00:00 GMT"},
            30.0,
            id="date, and the laptop's clock is an hour slow",
        ),
        pytest.param(
            {"retry_after": "Wed, 25 Nov 2026 11:00:30 GMT", "date": "Wed, 25 Nov 2026 11:00:00 GMT"},
            30.0,
            id="date, and the laptop's clock is an hour fast",
        ),
        pytest.param({"retry_after": "7", "date": "Wed, 25 Nov 2026 13:00:00 GMT"}, 7.0, id="seconds need no date"),
        pytest.param(
            {"retry_after": "Wed, 25 Nov 2026 12:00:30 GMT", "date": "today"}, 30.0, id="date, and no proper Date"
        ),
        pytest.param({"retry_after": ""}, None, id="empty"),
        pytest.param({"retry_after": "soon"}, None, id="a word"),
        pytest.param({"retry_after": "-7"}, None, id="less than nothing"),
        pytest.param({"retry_after": "1.5"}, None, id="half a second"),
        pytest.param({"retry_after": "７"}, None, id="a full-width digit"),
        pytest.param({"retry_after": "²"}, None, id="a digit that is no number"),
        pytest.param({"retry_after": "Wed, 99 Nov 2026 12:00:30 GMT"}, None, id="a day that is none"),
        pytest.param({"retry_after": "1 Jan 2030 1:00 +99999999999999"}, None, id="a zone that is none"),
        pytest.param({"retry_after": "9" * 400}, 31_536_000.0, id="longer than any calendar"),
        pytest.param({"retry_after": "Fri, 31 Dec 9999 23:59:59 GMT"}, 31_536_000.0, id="the last date"),
    ],
)
def test_retry_after_is_read_in_both_forms(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds, or a date compared with the server's own clock; anything else is as if it named none."""
    verdict = judge(reply(429, {"code": 4013}, **headers))

    assert (verdict.kind, verdict.retry_after) == (VerdictKind.WAIT, seconds)


@pytest.mark.parametrize(("status", "code"), [(200, 0), (200, 4000), (200, 4101), (503, 5000)])
def test_only_a_wait_has_a_retry_after(status: int, code: int) -> None:
    """A Retry-After beside another meaning changes nothing."""
    assert judge(reply(status, {"code": code}, retry_after="7")).retry_after is None


# 4. Bound


@pytest.mark.parametrize("status", [200, 201, 202, 299])
def test_code_0_under_http_2xx_is_bound(status: int) -> None:
    """The integer 0 in a JSON object, and nothing else in it matters."""
    assert judge(reply(status, {"code": 0})) == Verdict(VerdictKind.BOUND, Answer(NOON, 0, "", "", status))


@pytest.mark.parametrize(
    "body",
    ['{"code": 0}', '\ufeff{"code": 0}', ' \n{"code":0}\n', '{"code":-0}', '{"data":{"code":4000},"code":0}'],
    ids=["plain", "byte order mark", "spaces", "minus 0", "another code inside"],
)
def test_code_0_may_be_written_in_any_json(body: str) -> None:
    """How the object is written makes no difference."""
    assert judge(reply(200, body.encode())).kind is VerdictKind.BOUND


@pytest.mark.parametrize(
    ("detail", "header", "log_id"),
    [
        pytest.param({"logid": "BODY"}, "HEADER", "BODY", id="body before header"),
        pytest.param({"logid": ""}, "HEADER", "HEADER", id="empty in the body"),
        pytest.param({"logid": 7}, "HEADER", "HEADER", id="no text in the body"),
        pytest.param({}, "HEADER", "HEADER", id="not in the body"),
        pytest.param("BODY", "HEADER", "HEADER", id="no object"),
        pytest.param(None, "HEADER", "HEADER", id="null"),
        pytest.param({}, None, "", id="nowhere"),
    ],
)
@pytest.mark.parametrize("code", [0, 4000, 4101, 4013, 5000])
def test_the_log_id_is_the_bodys_or_else_the_headers(
    code: int, detail: object, header: str | None, log_id: str
) -> None:
    """`detail.logid`, else `x-tt-logid`, whatever the answer means."""
    headers = {} if header is None else {"x_tt_logid": header}

    assert judge(reply(200, {"code": code, "detail": detail}, **headers)).answer.log_id == log_id


def test_the_header_has_the_log_id_where_there_is_no_proper_body() -> None:
    """A gateway's page can still be looked up."""
    assert judge(reply(502, b"<html>", x_tt_logid="HEADER")).answer == Answer(NOON, None, "", "HEADER", 502)


# 5. Lost


def test_no_whole_answer_is_lost() -> None:
    """A time-out after sending, a broken connection, a stop: the devices may be bound."""
    assert judge(AnswerLost(NOON)) == Verdict(VerdictKind.LOST, Answer(NOON))


@pytest.mark.parametrize("body", [*NO_PROPER_ANSWER.values(), *({"code": code} for code in ANY_CODE)])
def test_http_407_is_lost_whatever_the_body(body: object) -> None:
    """The request had left: a proxy's word does not say that the site has not taken it."""
    assert judge(reply(407, body)).kind is VerdictKind.LOST


@no_proper_answer
@pytest.mark.parametrize("status", [200, 302, 400, 408, 500])
def test_what_is_no_proper_answer_is_lost(status: int, body: bytes) -> None:
    """No JSON object with an integer code: nobody can say what happened."""
    verdict = judge(reply(status, body))

    assert (verdict.kind, verdict.answer.code) == (VerdictKind.LOST, None)


@pytest.mark.parametrize("status", [500, 501, 502, 503, 504, 599, 408])
@pytest.mark.parametrize("code", [0, 4000, 9999])
def test_trouble_at_the_server_is_lost(status: int, code: int) -> None:
    """HTTP 5xx and 408, HTTP 500 with code 0 among them."""
    assert kind_of(status, code) is VerdictKind.LOST


@pytest.mark.parametrize("status", [200, 302, 400, 500])
@pytest.mark.parametrize("code", TROUBLE_CODES)
def test_codes_for_trouble_are_lost(status: int, code: int) -> None:
    """The vendor's own codes for a trouble that passes."""
    assert kind_of(status, code) is VerdictKind.LOST


@pytest.mark.parametrize("status", [301, 302, 303, 304, 307, 308])
@pytest.mark.parametrize("code", [0, 4000])
def test_a_redirect_is_lost(status: int, code: int) -> None:
    """Whatever a redirect says, it is not the answer to a bind."""
    assert kind_of(status, code) is VerdictKind.LOST


@pytest.mark.parametrize("status", [300, 302, 400, 402, 405, 418, 499, 500])
def test_code_0_without_http_2xx_is_lost(status: int) -> None:
    """A success that the status denies is no success, and no refusal either."""
    verdict = judge(reply(status, {"code": 0}))

    assert (verdict.kind, verdict.answer.code) == (VerdictKind.LOST, 0)


# 6. Refused


@pytest.mark.parametrize("status", [200, 400, 402, 405, 422])
@pytest.mark.parametrize("code", REFUSAL_CODES)
def test_any_other_integer_code_is_a_refusal(status: int, code: int) -> None:
    """4000 and codes that nobody knows, as far as a Long goes."""
    verdict = judge(reply(status, {"code": code}))

    assert (verdict.kind, verdict.answer.code, verdict.cause) == (VerdictKind.REFUSED, code, None)


def test_a_refusal_keeps_the_servers_words() -> None:
    """Code, message, log id and status: what a technician reads and support asks for."""
    body = {"code": 4000, "msg": "参数错误 \ud83d", "detail": {"logid": "LOG1"}}

    assert judge(reply(400, body)) == Verdict(VerdictKind.REFUSED, Answer(NOON, 4000, "参数错误 ?", "LOG1", 400))


@pytest.mark.parametrize("message", [None, 7, ["a"], {"a": "b"}, True], ids=repr)
def test_a_message_that_is_no_text_is_none(message: object) -> None:
    """Only words are shown as the server's words."""
    assert judge(reply(200, {"code": 4000, "msg": message})).answer.message == ""


@pytest.mark.parametrize("code", [0, 4000, 4101, 4009, 5000])
def test_of_a_long_answer_the_beginning_is_kept(code: int) -> None:
    """Each of its rows keeps a copy: 4,096 characters of the message, 256 of the log id, of either place."""
    told = {"code": code, "msg": "限" * 4096 + "more", "detail": {"logid": "L" * 256 + "more"}}
    answers = [
        judge(reply(200, told)).answer,
        judge(reply(200, told | {"detail": None}, x_tt_logid="L" * 256 + "more")).answer,
    ]

    assert [(answer.message, answer.log_id) for answer in answers] == [("限" * 4096, "L" * 256)] * 2


# Whatever comes

CODES: st.SearchStrategy[Any] = st.sampled_from([*ANY_CODE, 0.0, False, True, "0", None]) | st.integers()
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
ANSWERS: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {"code": CODES | JSON},
    optional={"msg": st.text() | JSON, "detail": JSON | st.fixed_dictionaries({"logid": JSON})},
)
BODIES = st.binary() | st.text().map(str.encode) | (ANSWERS | JSON).map(lambda value: json.dumps(value).encode())
DATE_PARTS = ["Wed,", "25", "1", "Nov", "2026", "99999", "0", "-5", "12:00:00", "::", "GMT", "-0000", "+9999999999"]
DATES = st.lists(st.sampled_from(DATE_PARTS), max_size=8).map(" ".join) | st.just(NOON_IN_A_HEADER)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "retry-after": DATES | st.text() | st.integers(min_value=0).map(str),
        "date": DATES | st.text(),
        "x-tt-logid": st.text(),
    },
)


def has_code_0(body: bytes) -> bool:
    """Say, with Python's own reader, whether a body is an object whose code is the integer 0."""
    try:
        value = json.loads(body)
    except ValueError:
        return False
    return isinstance(value, dict) and type(value.get("code")) is int and value["code"] == 0


@given(status=st.integers(100, 599) | st.sampled_from([200, 429]), headers=HEADERS, body=BODIES)
@example(status=429, headers={"retry-after": "-5 Jan  00 +99999999999999:1 Jan"}, body=b"")
@example(status=200, headers={}, body=b'{"code":false}')
def test_any_answer_can_be_judged(status: int, headers: dict[str, str], body: bytes) -> None:
    """No bytes, header or status are an error, and bound is exactly HTTP 2xx with the integer 0."""
    verdict = judge(HttpReply(NOON, status, headers, body))

    assert (verdict.kind is VerdictKind.BOUND) == (200 <= status < 300 and has_code_0(body))
    assert (verdict.cause is not None) == (verdict.kind is VerdictKind.STOP)
    assert verdict.answer.http_status == status
    assert verdict.answer.message.encode().decode() == verdict.answer.message


@given(headers=HEADERS)
def test_any_retry_after_can_be_waited_for(headers: dict[str, str]) -> None:
    """It is never below nothing, and the time to come back can be told."""
    seconds = judge(HttpReply(NOON, 429, headers)).retry_after

    assert seconds is None or NOON + timedelta(seconds=seconds) >= NOON
