"""A channel as a person sets it up, with the two apps by which people sign in. A profile never holds a token.

The rules of its text fields are in `field_rules`, its file format in `profile_toml`, the folders in `repository`;
the sign-in is in `core.sign_in`. The result of a channel check is added here, and the sign-in page is checked to be
one of Coze's: a profile from a colleague must not send anyone to a page that only looks like it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BadInput
from bindtool.core.labels.template import DEFAULT_TEMPLATE, LabelFrom
from bindtool.core.model.channel import Behaviour, Channel, is_of_site, vendor_site
from bindtool.core.model.channel_check import ChannelCheck, CheckStep
from bindtool.core.model.device import holds_token, normalise
from bindtool.core.model.handoff import Handoff, HandoffFormat
from bindtool.core.profiles.field_rules import TEXT_FIELDS, field_problem, tidy
from bindtool.core.scanner.scan_rules import ScanRules

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


_CLIENT = r"[A-Za-z0-9._-]{1,128}"

_PAGES: Mapping[str, str] = MappingProxyType(
    {"https://api.coze.cn": "https://www.coze.cn", "https://api.coze.com": "https://www.coze.com"}
)
"""The pages of Coze's own sites (`coze-dev/coze-py`)."""


@dataclass(frozen=True, slots=True)
class SignInApps:
    """Client ids of two OAuth apps, which are no secrets, and the origin of their sign-in page; "" for none.

    Two, since an app of Coze is for browsers or for devices. `page`: "" for the site's own.

    Raises:
        BadInput: "profile.client_unfit" and "profile.holds_token" with `field`; "profile.page_unfit" with `field`:
            no origin, or a plain http one.
    """

    browser_client: str = ""
    device_client: str = ""
    page: str = ""

    def __post_init__(self) -> None:
        for name in (one.name for one in fields(self)):
            value = getattr(self, name)
            if not isinstance(value, str):
                raise BadInput("profile.must_be_text", field=name)
            problem = field_problem("site", value) if value else None
            if problem is not None and problem.id == "profile.holds_token":
                raise BadInput("profile.holds_token", field=name)
            if name == "page":
                if problem is not None:
                    raise BadInput("profile.page_unfit", field=name)
                object.__setattr__(self, name, tidy("site", value))
            else:
                client = normalise(value)
                if client and not re.fullmatch(_CLIENT, client):
                    raise BadInput("profile.client_unfit", field=name)
                object.__setattr__(self, name, client)

    def page_of(self, site: str) -> str:
        """Return the origin of a site's sign-in page; "" if unknown."""
        return self.page or _PAGES.get(site, "")

    def is_stranger(self, site: str) -> bool:
        """Return whether the page is neither on the site's own domain nor the known one of the site."""
        page = self.page_of(site)
        return page not in {"", _PAGES.get(site)} and not is_of_site(page, site)


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
"""The lowest and the highest value of each field of `RequestSettings`: a whole number if the bounds are."""


@dataclass(frozen=True, slots=True)
class RequestSettings:
    """How requests are sent.

    `batch_size`: devices per request. `concurrency`: parallel requests. `rate`: requests per second, 0 for no
    limit. Timeouts in seconds. `resend`: how often a request whose answer was lost is sent again. `search`: a
    refused request is split until each of its devices has an answer of its own.

    Raises:
        BadInput: "profile.pace_unfit" with `field`, `low` and `high`; "profile.must_be_true_or_false" with `field`.
    """

    batch_size: int = 50
    concurrency: int = 1
    rate: float = 2.0
    connect_timeout: float = 10.0
    answer_timeout: float = 30.0
    resend: int = 2
    search: bool = True

    def __post_init__(self) -> None:
        if not isinstance(self.search, bool):
            raise BadInput("profile.must_be_true_or_false", field="search")
        for name, (low, high) in PACE_BOUNDS.items():
            value = getattr(self, name)
            is_number = isinstance(value, (int, type(low))) and not isinstance(value, bool)
            is_no_limit = name == "rate" and value == 0
            if not is_number or not (is_no_limit or low <= value <= high):
                raise BadInput("profile.pace_unfit", field=name, low=low, high=high)


_LONGEST_NAME = 255
"""Characters of a column's or a sheet's name."""


@dataclass(frozen=True, slots=True)
class ListRules:
    """The columns of a channel's lists: the table `[list]`.

    Columns are written as on the command line, by letter, number or name; `id_column` and `sheet` are "" if not
    set, and `label_column` None, since "" means that no column has the labels.

    Raises:
        BadInput: "profile.must_be_text", "profile.holds_token" or "scan_rules.text_too_long" with `field`.
    """

    id_column: str = ""
    label_column: str | None = None
    sheet: str = ""

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if value == one.default:
                continue
            if not isinstance(value, str):
                raise BadInput("profile.must_be_text", field=one.name)
            if holds_token(value):
                raise BadInput("profile.holds_token", field=one.name)
            if len(value) > _LONGEST_NAME:
                raise BadInput("scan_rules.text_too_long", field=one.name, limit=_LONGEST_NAME)


@dataclass(frozen=True, slots=True)
class HandoffRules:
    """The folder and format in which each run is handed off to an ERP or MES: the table `[handoff]`.

    `folder`: an absolute path, "" for none.

    Raises:
        BadInput: "profile.handoff_unfit" or "profile.holds_token" with `field`.
    """

    folder: str = ""
    format: HandoffFormat = HandoffFormat.CSV

    def __post_init__(self) -> None:
        if not isinstance(self.folder, str):
            raise BadInput("profile.handoff_unfit", field="folder")
        if holds_token(self.folder):
            raise BadInput("profile.holds_token", field="folder")
        if field_problem("shared_folder", self.folder) is not None:
            raise BadInput("profile.handoff_unfit", field="folder")
        if self.format not in list(HandoffFormat):
            raise BadInput("profile.handoff_unfit", field="format")
        object.__setattr__(self, "folder", tidy("shared_folder", self.folder))
        object.__setattr__(self, "format", HandoffFormat(self.format))

    def of_run(self, *, checking: bool) -> Handoff | None:
        """Return the hand-off of a run; None if the profile has none. `checking`: as in `Handoff`."""
        return Handoff(self.folder, self.format, checking) if self.folder else None


@dataclass(frozen=True, slots=True)
class Profile:
    """A channel, with its settings on this bench.

    `address`: the origin to connect to, "" for the site itself. `user_name` is a name for the developer behind
    `user_id`; `token_name` the key of the token in the password store, "" for the profile's own; `who_to_ask` a
    person. `label_from`: the source of a scanned device's label; `label_pattern`: the pattern of scanned labels, ""
    if every code that is no id is a label. `proven`: the channel has accepted a device. `behaviour`: how the
    channel treats its earlier devices; `checked_by` and `checked_on`: who established it, and when. `sender`: on a
    channel that replaces its list, only this laptop sends. `scan`: the rules of its scanner and its ids. `ledger`:
    the address of the ledger that benches share, `shared_folder` a folder in its place, "" for neither. `updates`:
    the URL that serves bindtool's newest version. `sign_in`: the apps by which people sign in to Coze.
    `list_rules`: the columns of ids and labels in lists. `handoff`: the target of hand-offs. `read_only`: set by
    IT, in the machine's folder; `in_open_folder`: users other than an administrator may write there. No file
    contains these two. Values are tidied as by `tidy`.

    Raises:
        BadInput: the first of the problems that `problems` would tell; or "profile.label_pattern_missing" with
            `field`.
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
    label_from: LabelFrom = LabelFrom.TEMPLATE
    label_pattern: str = ""
    pace: RequestSettings = field(default=RequestSettings())
    proven: bool = False
    behaviour: Behaviour = Behaviour.NOT_CHECKED
    checked_by: str = ""
    checked_on: date | None = None
    sender: bool = False
    scan: ScanRules = field(default=ScanRules())
    ledger: str = ""
    shared_folder: str = ""
    updates: str = ""
    address: str = ""
    sign_in: SignInApps = field(default=SignInApps())
    list_rules: ListRules = field(default=ListRules())
    handoff: HandoffRules = field(default=HandoffRules())
    read_only: bool = False
    in_open_folder: bool = False

    def __post_init__(self) -> None:
        for name in TEXT_FIELDS:
            value = getattr(self, name)
            problem = field_problem(name, value)
            if problem is not None:
                raise problem
            object.__setattr__(self, name, tidy(name, value))
        site = vendor_site(self.site)
        if site != self.site:
            # As written by an earlier bindtool, which took each address of a site for a site.
            object.__setattr__(self, "address", self.address or self.site)
            object.__setattr__(self, "site", site)
        if self.address == site:
            object.__setattr__(self, "address", "")
        if self.label_from is LabelFrom.NEXT_CODE and not (self.label_pattern or self.scan.ids.pattern):
            # Nothing would distinguish a label from a device.
            raise BadInput("profile.label_pattern_missing", field="label_from")

    @property
    def channel(self) -> Channel:
        """The channel that devices are bound to."""
        return Channel(self.site, self.connector_id, self.key, self.user_id, self.address)

    @property
    def address_counts(self) -> bool:
        """Whether a token may be sent to the address unasked: it is the vendor's own, or set by an administrator.

        A profile that came by mail could have tokens sent to a stranger.
        """
        return self.read_only or not self.address or vendor_site(self.address) == self.site

    @property
    def is_by_administrator(self) -> bool:
        """Whether only an administrator can have put the file there."""
        return self.read_only and not self.in_open_folder

    @property
    def page_is_strange(self) -> bool:
        """Whether the sign-in page is outside the site's domain, and not set by an administrator."""
        return not self.is_by_administrator and self.sign_in.is_stranger(self.site)

    @property
    def updates_address(self) -> str:
        """The URL of bindtool's newest version, "" for no check: only an administrator can set it.

        A profile that came by mail could have laptops call a stranger, and offer his software as a newer version.
        """
        return self.updates if self.is_by_administrator else ""

    @property
    def known_to_accept(self) -> bool:
        """Whether the channel has accepted devices, as far as the profile knows; its check takes two."""
        return self.proven or self.behaviour is not Behaviour.NOT_CHECKED

    @property
    def token(self) -> str:
        """The key of the token in the password store."""
        return self.token_name or self.name


def with_answer(profile: Profile, check: ChannelCheck) -> Profile:
    """Return the profile with the result of a finished check, during which the channel accepted two devices."""
    return replace(
        profile, behaviour=check.behaviour, checked_by=check.checked_by, checked_on=check.checked_on, proven=True
    )


def as_known(profile: Profile, check: ChannelCheck | None) -> Profile:
    """Return the profile with the results known on this laptop.

    A read-only profile can't be changed, so the result of a check is kept elsewhere and counts until IT's file has
    a result of its own.
    """
    done = check is not None and check.step is CheckStep.DONE
    if check is None or not done or not profile.read_only or profile.behaviour is not Behaviour.NOT_CHECKED:
        return profile
    return with_answer(profile, check)
