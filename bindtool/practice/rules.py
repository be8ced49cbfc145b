"""The rules of the practice channel: the answer to each request, and the devices it binds.

Also their memory, and the token bucket that counts requests and allows bursts. No socket, no thread, no clock: the
time of a request is part of it. How an answer is sent, or lost, is decided in `wire`.
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
    """`burst` requests at once, and `rate` per second in the long run; both are at least 1.

    Requests come at non-decreasing times in seconds; a second after any of them there is room again. Stored as the
    time at which the bucket will be full again (the generic cell rate algorithm).
    """

    def __init__(self, rate: int, burst: int) -> None:
        self._distance = 1 / rate
        self._depth = burst / rate
        self._full_at = -math.inf

    def has_room(self, now: float) -> bool:
        """Whether another request may be accepted now."""
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
    """The API call of a request."""

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
        """The API call of the request, from any client."""
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
    """The channel's record of one device; `user_id` is None if the request had none."""

    label: str
    key: str
    user_id: str | None


@dataclass(frozen=True, slots=True)
class PracticeReply:
    """An answer: status, headers (Content-Length is added on the wire), bytes, and its log id."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    logid: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """The decision of the rules about a request.

    `bound`: the devices it binds. `lost`: the ids because of which its answer is lost. `counted_at`: its time, None
    if it does not count towards the rate.
    """

    reply: PracticeReply
    bound: Mapping[str, Binding] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()
    counted_at: float | None = None


class Memory:
    """The history of the channel: bound devices, ids that lost an answer, requests counted by the throttle.

    Args:
        throttle: counts the requests; None lets all of them through.
        replaces: each request that binds makes a new list, as a channel might; else it adds to the existing one.
    """

    def __init__(self, throttle: Bucket | None = None, *, replaces: bool = False) -> None:
        self._replaces = replaces
        self._bound: dict[str, Binding] = {}
        self._lost: set[str] = set()
        self._throttle = throttle

    @property
    def bound(self) -> Mapping[str, Binding]:
        """A snapshot of the bound devices, by device id."""
        return MappingProxyType(dict(self._bound))

    def has_lost(self, device_id: str) -> bool:
        """Whether an answer for this device was lost already."""
        return device_id in self._lost

    def has_room(self, now: float) -> bool:
        """Whether the throttle lets another request through."""
        return self._throttle is None or self._throttle.has_room(now)

    def keep(self, ruling: Ruling) -> None:
        """Apply a ruling."""
        if self._replaces and ruling.bound:
            self._bound.clear()
        self._bound.update(ruling.bound)
        self._lost.update(ruling.lost)
        if self._throttle is not None and ruling.counted_at is not None:
            self._throttle.take(ruling.counted_at)


def judge(request: RecordedRequest, memory: Memory, *, logid: str, limit: int = 0) -> Ruling:
    """Return the practice channel's answer; `memory` stays unchanged until it is told to keep the ruling.

    `limit` is in devices per request, 0 for no limit. Statuses and codes are those seen from the vendor's API.
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
    """Return an answer in the vendor's format; `code` is any JSON value, to allow malformed ones as well."""
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
        # As the vendor does: HTTP 200, one code for all, and no hint which device it is.
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
    """Return the Coze code that an id ends with after a "-", as in SPK1-4101; None for other ids."""
    _, dash, ending = device_id.rpartition("-")
    return next((code for code in MEANINGS if dash and ending == str(code)), None)


def _read_bindings(request: RecordedRequest) -> Mapping[str, Binding]:
    """Parse a body in the format of the vendor's page; raises ValueError for any other body."""
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
    """Return a required field of this type that is not empty; raises ValueError for any other."""
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
