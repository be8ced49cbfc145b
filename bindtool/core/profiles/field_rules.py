"""Validates the text fields of a profile.

The form calls it during typing, a `Profile` on creation.
"""

from __future__ import annotations

import ipaddress
import re
from pathlib import PurePosixPath, PureWindowsPath
from types import MappingProxyType
from typing import TYPE_CHECKING

from bindtool.core.barcode.patterns import LinearPattern
from bindtool.core.common.errors import BadInput
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.channel import is_loopback
from bindtool.core.model.device import holds_token, label_problem, normalise
from bindtool.core.profiles.ledger_address import LedgerAddress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bindtool.core.common.messages import Message


def problems(values: Mapping[str, str]) -> dict[str, Message]:
    """Return the problems of a form's `values`, by the name of the text field of `Profile`.

    The message is the title of the error that `Profile` would raise, such as "profile.site_unfit.title".
    """
    found = {name: field_problem(name, value) for name, value in values.items()}
    return {name: problem.title for name, problem in found.items() if problem is not None}


def field_problem(name: str, value: str) -> BadInput | None:
    """Return the problem of the value of a field, one of `TEXT_FIELDS`; None for a valid one."""
    if holds_token(value):
        return BadInput("profile.holds_token", field=name)
    return _RULES[name](tidy(name, value))


def tidy(name: str, value: str) -> str:
    """Normalise the value of a field: strip additions of a paste, and a site's trailing slash and default port."""
    if name in {"label_template", "label_pattern"}:
        return value
    if name in _NAMES_FOR_PEOPLE or name == "shared_folder":
        return value.strip()
    bare = normalise(value)
    if name not in {"site", "address"}:
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
_LONGEST_PAGE = 1000
_LONGEST_PATTERN = 500
_PAGE = r"(?i)(https://[^/?#]+)(?:[/?][!$-~]*)?"
_HOST_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_SITE = re.compile(rf"(https?)://({_HOST_LABEL}(?:\.{_HOST_LABEL}){{0,30}}|\[[0-9a-f:.]+\])(?::([0-9]{{1,5}}))?")


def _name_rule(error: str, *, required: bool = False) -> Callable[[str], BadInput | None]:
    """Create the rule for a text that people read: short, without control characters."""

    def rule(value: str) -> BadInput | None:
        fits = len(value) <= _LONGEST_NAME and label_problem(value) is None
        return None if fits or not (value or required) else BadInput(error, limit=_LONGEST_NAME)

    return rule


def _connector_id_rule(value: str) -> BadInput | None:
    return None if _ID.fullmatch(value) else BadInput("profile.connector_id_unfit")


def _user_id_rule(value: str) -> BadInput | None:
    return None if not value or _ID.fullmatch(value) else BadInput("profile.user_id_unfit")


def _key_rule(value: str) -> BadInput | None:
    """Reject obvious mistakes only: the page names no rule for a key (`key`, String)."""
    fits = len(value) <= _LONGEST_KEY and label_problem(value) is None
    return None if fits else BadInput("profile.key_unfit", limit=_LONGEST_KEY)


def _site_rule(value: str) -> BadInput | None:
    match = _SITE.fullmatch(value)
    if match is None or not _is_host(match[2]) or not 0 < int(match[3] or 443) < _PORTS:
        return BadInput("profile.site_unfit")
    if match[1] == "http" and not is_loopback(value):
        return BadInput("profile.site_plain_http")
    return None


def _address_rule(value: str) -> BadInput | None:
    return _site_rule(value) if value else None


def _is_host(host: str) -> bool:
    if not host.startswith("["):
        return len(host) <= _LONGEST_HOST
    try:
        ipaddress.IPv6Address(host[1:-1])
    except ValueError:
        return False
    return True


def _shared_folder_rule(value: str) -> BadInput | None:
    """Accept absolute paths of any system, since one file serves all."""
    whole = PurePosixPath(value).is_absolute() or PureWindowsPath(value).is_absolute()
    fits = whole and len(value) <= _LONGEST_FOLDER and label_problem(value) is None
    return None if fits or not value else BadInput("profile.shared_folder_unfit")


def is_https_page(address: str) -> bool:
    """Return whether a text is the https URL of a page, without a user or a fragment."""
    match = re.fullmatch(_PAGE, address)
    return match is not None and len(address) <= _LONGEST_PAGE and _site_rule(match[1].lower()) is None


def _updates_rule(value: str) -> BadInput | None:
    return None if not value or is_https_page(value) else BadInput("profile.updates_unfit")


def _label_pattern_rule(value: str) -> BadInput | None:
    try:
        if value:
            LinearPattern(value)
    except ValueError as error:
        return BadInput("label_pattern.unfit", field="label_pattern", why=str(error))
    too_long = len(value) > _LONGEST_PATTERN
    return BadInput("scan_rules.text_too_long", field="label_pattern", limit=_LONGEST_PATTERN) if too_long else None


def _parsed_by(parse: Callable[[str], object]) -> Callable[[str], BadInput | None]:
    """Create the rule for a text that has to be parsable."""

    def rule(value: str) -> BadInput | None:
        try:
            parse(value)
        except BadInput as problem:
            return problem
        return None

    return rule


_RULES: Mapping[str, Callable[[str], BadInput | None]] = MappingProxyType(
    {
        "name": _name_rule("profile.name_unfit", required=True),
        "site": _site_rule,
        "address": _address_rule,
        "connector_id": _connector_id_rule,
        "key": _key_rule,
        "user_id": _user_id_rule,
        "user_name": _name_rule("profile.user_name_unfit"),
        "token_name": _name_rule("profile.token_name_unfit"),
        "who_to_ask": _name_rule("profile.who_to_ask_unfit"),
        "label_template": _parsed_by(LabelTemplate.parse),
        "label_pattern": _label_pattern_rule,
        "checked_by": _name_rule("profile.checked_by_unfit"),
        "ledger": _parsed_by(lambda value: value and LedgerAddress.parse(value)),
        "shared_folder": _shared_folder_rule,
        "updates": _updates_rule,
    }
)
TEXT_FIELDS = tuple(_RULES)
"""The text fields of `Profile`, in the order of a form."""
FILE_FIELDS = ("ledger", "shared_folder", "updates")
"""Text fields that IT sets in a file, and no form shows."""
