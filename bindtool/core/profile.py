"""A channel as a person sets it up: the profile and the rules for its values.

Owns what a profile may hold; it never holds a token. Its form as a file is for `profile_file`, the folders for
`profile_book`, the token for `vault`.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath, PureWindowsPath
from types import MappingProxyType
from typing import TYPE_CHECKING

from bindtool.core.channel import Behaviour, Channel, is_loopback
from bindtool.core.device import holds_token, label_problem, normalise
from bindtool.core.errors import BadInput
from bindtool.core.labels import DEFAULT_TEMPLATE, LabelTemplate
from bindtool.core.ledger_address import LedgerAddress
from bindtool.core.scan_rules import ScanRules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from bindtool.core.message import Message


class Site(StrEnum):
    """The sites of Coze itself; a token of one is refused by the other, like a bad one."""

    COZE_CN = "https://api.coze.cn"
    COZE_COM = "https://api.coze.com"


PACE_BOUNDS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "batch_size": (1, 10_000),
        "concurrency": (1, 64),
        "rate": (0.01, 100.0),
        "connect_timeout": (0.1, 600.0),
        "answer_timeout": (0.1, 600.0),
        "resend": (0, 100),
    }
)
"""The lowest and the highest value of each field of `Pace`: a whole number where the bounds are."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How requests are sent.

    `batch_size`: devices a request. `concurrency`: requests at a time. `rate`: requests a second, 0 for no limit.
    Time-outs in seconds. `resend`: how often a request whose answer was lost is sent again.

    Raises:
        BadInput: "profile.pace_unfit" with `field`, `low` and `high`.
    """

    batch_size: int = 50
    concurrency: int = 1
    rate: float = 2.0
    connect_timeout: float = 10.0
    answer_timeout: float = 30.0
    resend: int = 2

    def __post_init__(self) -> None:
        for name, (low, high) in PACE_BOUNDS.items():
            value = getattr(self, name)
            is_number = isinstance(value, (int, type(low))) and not isinstance(value, bool)
            is_no_limit = name == "rate" and value == 0
            if not is_number or not (is_no_limit or low <= value <= high):
                raise BadInput("profile.pace_unfit", field=name, low=low, high=high)


@dataclass(frozen=True, slots=True)
class Profile:
    """A channel, with what goes along with it on this bench.

    `user_name` is a name for the developer behind `user_id`; `token_name` the name that the token is kept under,
    "" for the profile's own; `who_to_ask` a person. `proven`: the channel has accepted a device before.
    `behaviour`: what the channel does with its earlier devices; `checked_by` and `checked_on`: who said so, and
    when. `sender`: on a channel that replaces its list, this laptop and no other sends. `scan`: what is known of
    its scanner and its ids. `ledger`: the address of the ledger that benches share, `shared_folder` a folder in
    its place, "" for neither.
    `read_only`: set by IT, in the machine's folder; no file says this. Values are tidied as by `tidy`.

    Raises:
        BadInput: the first of the problems that `problems` would tell.
    """

    name: str
    connector_id: str
    site: str = Site.COZE_CN
    key: str = "device_id"
    user_id: str = ""
    user_name: str = ""
    token_name: str = ""
    who_to_ask: str = ""
    label_template: str = DEFAULT_TEMPLATE
    pace: Pace = field(default=Pace())
    proven: bool = False
    behaviour: Behaviour = Behaviour.NOT_CHECKED
    checked_by: str = ""
    checked_on: date | None = None
    sender: bool = False
    scan: ScanRules = field(default=ScanRules())
    ledger: str = ""
    shared_folder: str = ""
    read_only: bool = False

    def __post_init__(self) -> None:
        for name in TEXT_FIELDS:
            value = getattr(self, name)
            problem = field_problem(name, value)
            if problem is not None:
                raise problem
            object.__setattr__(self, name, tidy(name, value))

    @property
    def channel(self) -> Channel:
        """Where the devices are bound to."""
        return Channel(self.site, self.connector_id, self.key, self.user_id)

    @property
    def known_to_accept(self) -> bool:
        """Whether the channel has accepted devices, as far as the profile knows; its check takes two."""
        return self.proven or self.behaviour is not Behaviour.NOT_CHECKED

    @property
    def token(self) -> str:
        """The name that the token is kept under."""
        return self.token_name or self.name


def problems(values: Mapping[str, str]) -> dict[str, Message]:
    """Say what is wrong with each of a form's `values`, by the name of the text field of `Profile`.

    The message is the title of what `Profile` would raise, such as "profile.site_unfit.title".
    """
    found = {name: field_problem(name, value) for name, value in values.items()}
    return {name: problem.title for name, problem in found.items() if problem is not None}


def field_problem(name: str, value: str) -> BadInput | None:
    """Return what is wrong with the value of a field, one of `TEXT_FIELDS`; None where nothing is."""
    if holds_token(value):
        return BadInput("profile.holds_token", field=name)
    return _RULES[name](tidy(name, value))


def tidy(name: str, value: str) -> str:
    """Take off what a paste adds to the value of a field and what does not tell two sites apart."""
    if name == "label_template":
        return value
    if name in _NAMES_FOR_PEOPLE or name == "shared_folder":
        return value.strip()
    bare = normalise(value).text
    if name != "site":
        return bare
    site = bare.lower().removesuffix("/")
    return site.removesuffix(":443") if site.startswith("https:") else site.removesuffix(":80")


_NAMES_FOR_PEOPLE = frozenset({"name", "user_name", "token_name", "who_to_ask", "checked_by"})
_LONGEST_NAME = 80
_LONGEST_KEY = 128
_LONGEST_HOST = 253  # RFC 1035, 2.3.4, as text
_LONGEST_FOLDER = 1000
_PORTS = 2**16
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_HOST_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_SITE = re.compile(rf"(https?)://({_HOST_LABEL}(?:\.{_HOST_LABEL}){{0,30}}|\[[0-9a-f:.]+\])(?::([0-9]{{1,5}}))?")


def _name_rule(error: str, *, required: bool = False) -> Callable[[str], BadInput | None]:
    """Make the rule for a text that people read: short, without control characters."""

    def rule(value: str) -> BadInput | None:
        fits = len(value) <= _LONGEST_NAME and label_problem(value) is None
        return None if fits or not (value or required) else BadInput(error, limit=_LONGEST_NAME)

    return rule


def _connector_id_rule(value: str) -> BadInput | None:
    return None if _ID.fullmatch(value) else BadInput("profile.connector_id_unfit")


def _user_id_rule(value: str) -> BadInput | None:
    return None if not value or _ID.fullmatch(value) else BadInput("profile.user_id_unfit")


def _key_rule(value: str) -> BadInput | None:
    """The page names no rule for a key (`key`, String); this one refuses what cannot have been meant."""
    fits = len(value) <= _LONGEST_KEY and label_problem(value) is None
    return None if fits else BadInput("profile.key_unfit", limit=_LONGEST_KEY)


def _site_rule(value: str) -> BadInput | None:
    match = _SITE.fullmatch(value)
    if match is None or not _is_host(match[2]) or not 0 < int(match[3] or 443) < _PORTS:
        return BadInput("profile.site_unfit")
    if match[1] == "http" and not is_loopback(value):
        return BadInput("profile.site_plain_http")
    return None


def _is_host(host: str) -> bool:
    if not host.startswith("["):
        return len(host) <= _LONGEST_HOST
    try:
        ipaddress.IPv6Address(host[1:-1])
    except ValueError:
        return False
    return True


def _ledger_rule(value: str) -> BadInput | None:
    try:
        if value:
            LedgerAddress.parse(value)
    except BadInput as problem:
        return problem
    return None


def _shared_folder_rule(value: str) -> BadInput | None:
    """One file serves all systems: a path is whole if it is for one of them."""
    whole = PurePosixPath(value).is_absolute() or PureWindowsPath(value).is_absolute()
    fits = whole and len(value) <= _LONGEST_FOLDER and label_problem(value) is None
    return None if fits or not value else BadInput("profile.shared_folder_unfit")


def _label_template_rule(value: str) -> BadInput | None:
    try:
        LabelTemplate.parse(value)
    except BadInput as problem:
        return problem
    return None


_RULES: Mapping[str, Callable[[str], BadInput | None]] = MappingProxyType(
    {
        "name": _name_rule("profile.name_unfit", required=True),
        "site": _site_rule,
        "connector_id": _connector_id_rule,
        "key": _key_rule,
        "user_id": _user_id_rule,
        "user_name": _name_rule("profile.user_name_unfit"),
        "token_name": _name_rule("profile.token_name_unfit"),
        "who_to_ask": _name_rule("profile.who_to_ask_unfit"),
        "label_template": _label_template_rule,
        "checked_by": _name_rule("profile.checked_by_unfit"),
        "ledger": _ledger_rule,
        "shared_folder": _shared_folder_rule,
    }
)

TEXT_FIELDS = tuple(_RULES)
"""The fields of `Profile` that are text, in the order of a form."""

FILE_FIELDS = ("ledger", "shared_folder")
"""Those that IT sets in a file, and no form shows."""
