"""The rules of the practice channel: which request gets which answer, and which devices are bound by it.

Also the memory that they need, and the bucket that counts requests and lets bursts through. No socket, no thread,
no clock: the time of a request is part of it. How an answer travels, or fails to, is in `wire`.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from bindtool.core.api.codes import MEANINGS
from bindtool.practice import channel

if TYPE_CHECKING:
    from collections.abc import Mapping


_ROUNDING: Final = 1e-9


class Bucket:
    """`burst` requests at once, and `rate` a second in the long run; both are at least 1.

    Requests come at times in seconds that never go back; a second after any of them there is room again. Kept as
    the moment at which the bucket will be full again (the generic cell rate algorithm).
    """

    def __init__(self, rate: int, burst: int) -> None:
        self._distance = 1 / rate
        self._depth = burst / rate
        self._full_at = -math.inf

    def has_room(self, now: float) -> bool:
        """Whether one more may be taken now."""
        return self._full_after(now) - now <= self._depth + _ROUNDING

    def take(self, now: float) -> None:
        self._full_at = self._full_after(now)

    def _full_after(self, now: float) -> float:
        return max(now, self._full_at) + self._distance


_BIND_PATH: Final = re.compile(r"/v1/connectors/([^/?#]+)/user_configs")
_ME_PATH: Final = "/v1/users/me"
_PAGES: Final = ("/api/permission/oauth2/authorize", "/oauth2/")
_TOKEN_PATH: Final = "/api/permission/oauth2/token"  # noqa: S105 - a path
_CODE_PATH: Final = "/api/permission/oauth2/device/code"

_Kind = TypeVar("_Kind", str, list[Any])

OK: Final = 0
BAD_PARAMETER: Final = 4000
RATE_LIMIT: Final = 4013
NOT_FOUND: Final = 4200
TOKEN_INVALID: Final = 700012006


class Call(Enum):
    """What a request asks for."""

    BIND = "bind"
    ME = "me"
    PAGE = "page"
    CODE = "code"
    TOKEN = "token"  # noqa: S105 - a kind of call
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request as it arrived: header names in lower case, `at` in seconds of a monotonic clock."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float

    @property
    def call(self) -> Call:
        """What the request asks for, whoever sent it."""
        if self.method == "POST" and _BIND_PATH.fullmatch(self.path):
            return Call.BIND
        if self.method == "GET" and self.path == _ME_PATH:
            return Call.ME
        if self.method == "GET" and self.path.startswith(_PAGES):
            return Call.PAGE
        if self.method == "POST" and self.path in {_CODE_PATH, _TOKEN_PATH}:
            return Call.TOKEN if self.path == _TOKEN_PATH else Call.CODE
        return Call.OTHER


@dataclass(frozen=True, slots=True)
class Binding:
    """What the channel holds of one device; `user_id` is None where the request had none."""

    label: str
    key: str
    user_id: str | None


@dataclass(frozen=True, slots=True)
class PracticeReply:
    """An answer: status, headers (Content-Length is added on the wire), bytes, and the log id it goes by."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    logid: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rules say to a request.

    `bound`: the devices it binds. `lost`: the ids because of which its answer is lost. `counted_at`: its
    time, None where it does not count towards the rate.
    """

    reply: PracticeReply
    bound: Mapping[str, Binding] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()
    counted_at: float | None = None


class Memory:
    """What happened before: the devices held, the ids that lost an answer, what the throttle has counted.

    Args:
        throttle: counts the requests; None lets all of them through.
        replaces: each request that binds makes a new list, as a channel might; else it adds to the one there is.
    """

    def __init__(self, throttle: Bucket | None = None, *, replaces: bool = False) -> None:
        self._replaces = replaces
        self._bound: dict[str, Binding] = {}
        self._lost: set[str] = set()
        self._throttle = throttle

    @property
    def bound(self) -> Mapping[str, Binding]:
        """A snapshot of the devices held, by device id."""
        return MappingProxyType(dict(self._bound))

    def has_lost(self, device_id: str) -> bool:
        """Whether an answer for this device was lost already."""
        return device_id in self._lost

    def has_room(self, now: float) -> bool:
        """Whether the throttle lets one more request through."""
        return self._throttle is None or self._throttle.has_room(now)

    def keep(self, ruling: Ruling) -> None:
        """Make a ruling true."""
        if self._replaces and ruling.bound:
            self._bound.clear()
        self._bound.update(ruling.bound)
        self._lost.update(ruling.lost)
        if self._throttle is not None and ruling.counted_at is not None:
            self._throttle.take(ruling.counted_at)


def judge(request: RecordedRequest, memory: Memory, *, logid: str, limit: int = 0) -> Ruling:
    """Say what the practice channel answers; `memory` stays as it is until it is told to keep the ruling.

    `limit` is in devices a request, 0 for no limit. Statuses and codes are those seen from the vendor's API.
    """
    if request.headers.get("authorization") != f"Bearer {channel.TOKEN}":
        return Ruling(answer(401, TOKEN_INVALID, logid, "access token invalid"))
    if not memory.has_room(request.at):
        # There is room again one second later at the latest.
        return Ruling(answer(429, RATE_LIMIT, logid, "too many requests", headers={"Retry-After": "1"}))
    if request.call is Call.ME:
        return Ruling(answer(200, OK, logid, data=_account()), counted_at=request.at)
    if request.call is Call.BIND:
        return _judge_bind(request, memory, logid, limit)
    return Ruling(answer(404, BAD_PARAMETER, logid, "unknown path"), counted_at=request.at)


def answer(
    status: int,
    code: object,
    logid: str,
    msg: str = "",
    *,
    headers: Mapping[str, str] | None = None,
    data: Mapping[str, str] | None = None,
) -> PracticeReply:
    """An answer in the vendor's shape; `code` is any JSON value, so that a spoilt one can be made as well."""
    body = {"code": code, "msg": msg, "detail": {"logid": logid}}
    if data is not None:
        body["data"] = data
    return PracticeReply(
        status=status,
        headers={"Content-Type": "application/json; charset=utf-8", "x-tt-logid": logid, **(headers or {})},
        body=json.dumps(body, ensure_ascii=False).encode(),
        logid=logid,
    )


def _judge_bind(request: RecordedRequest, memory: Memory, logid: str, limit: int) -> Ruling:
    path = _BIND_PATH.fullmatch(request.path)
    if path is None or path[1] != channel.CONNECTOR_ID:
        return Ruling(answer(404, NOT_FOUND, logid, "connector not found"), counted_at=request.at)
    try:
        bindings = _read_bindings(request)
    except ValueError:
        return Ruling(answer(400, BAD_PARAMETER, logid, "invalid request parameter"), counted_at=request.at)
    too_many = 0 < limit < len(bindings)
    if too_many or any(device_id.endswith(channel.REFUSED_ENDING) for device_id in bindings):
        # As the vendor does: HTTP 200, one code for all, and not a word about which device.
        return Ruling(answer(200, BAD_PARAMETER, logid, "invalid request parameter"), counted_at=request.at)
    named = next(filter(None, map(_named_code, bindings)), None)
    if named is not None:
        return Ruling(answer(200, named, logid, "the code that the device ID names"), counted_at=request.at)
    lost = frozenset(
        device_id
        for device_id in bindings
        if device_id.endswith(channel.ALWAYS_LOST_ENDING)
        or (device_id.endswith(channel.LOST_ENDING) and not memory.has_lost(device_id))
    )
    return Ruling(answer(200, OK, logid), bound=bindings, lost=lost, counted_at=request.at)


def _named_code(device_id: str) -> int | None:
    """Return the code of Coze that the id ends in after a "-", as in SPK1-4101; None where it ends in none."""
    _, dash, ending = device_id.rpartition("-")
    return next((code for code in MEANINGS if dash and ending == str(code)), None)


def _read_bindings(request: RecordedRequest) -> Mapping[str, Binding]:
    """The devices of a body that is as the vendor's page asks; raises ValueError for any other body."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise ValueError("content-type")
    body = json.loads(request.body)
    configs = _field(body, "configs", list)
    user_id = _field(body, "user_id", str) if "user_id" in body else None
    bindings: dict[str, Binding] = {}
    for config in configs:
        key = _field(config, "key", str)
        for enum in _field(config, "enums", list):
            bindings[_field(enum, "value", str)] = Binding(_field(enum, "label", str), key, user_id)
    return bindings


def _field(holder: object, name: str, kind: type[_Kind]) -> _Kind:
    """A field that has to be there, of this kind and not empty; raises ValueError where it is not."""
    value = holder.get(name) if isinstance(holder, dict) else None
    if not (isinstance(value, kind) and value):
        raise ValueError(name)
    return value


def _account() -> Mapping[str, str]:
    return {
        "user_id": channel.USER_ID,
        "user_name": channel.USER_NAME,
        "nick_name": channel.NICK_NAME,
        "avatar_url": "",
    }
