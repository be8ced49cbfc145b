"""Checks whether this bench can reach its shared ledger: derives a result for each item from one login.

The command line queries the server.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BindtoolError, PasswordStoreError
from bindtool.core.common.messages import Message
from bindtool.core.diagnostics.workstation_check import CheckResult, Grade

if TYPE_CHECKING:
    from bindtool.core.profiles.ledger_address import LedgerAddress
    from bindtool.core.shared_ledger.postgres.client import ServerInfo

_OF_TLS = frozenset({"ledger.no_tls", "ledger.untrusted"})
_OF_VERSION = frozenset(
    {"ledger.not_made", "ledger.older", "ledger.unreleased", "ledger.newer", "ledger.not_allowed"}
)
_OF_LOGIN = frozenset({"ledger.login_refused", "ledger.no_database"})


class LedgerItem(StrEnum):
    """The items checked, in this order; the values are part of the output in every language."""

    SITE = "site"
    TLS = "tls"
    LOGIN = "login"
    VERSION = "version"
    LAG = "lag"


@dataclass(frozen=True, slots=True)
class Lag:
    """The entries not yet synchronised between this bench and the server: `to_send`, and `to_read`."""

    to_send: int
    to_read: int


def examine_ledger(
    address: LedgerAddress, found: ServerInfo | BindtoolError, lag: Lag | None = None
) -> tuple[CheckResult, ...]:
    """Return the results of all items.

    Args:
        address: the ledger's address.
        found: the server's information, or the error that prevented the query.
        lag: the entries not yet synchronised; None: this bench has never read this ledger.
    """
    if isinstance(found, BindtoolError):
        return _broken(address, found)
    return (
        _site(address),
        _tls(address, found.tls),
        CheckResult.of(LedgerItem.LOGIN, Grade.OK, "ledger_check.login_accepted", user=address.user),
        CheckResult.of(LedgerItem.VERSION, Grade.OK, _version(found), postgres=found.postgres, tables=found.schema),
        _lag(lag, found.entries),
        *(
            [CheckResult.of(LedgerItem.LAG, Grade.OK, "ledger_check.lag_left_out", n=found.left_out)]
            if found.left_out
            else []
        ),
    )


def _broken(address: LedgerAddress, failure: BindtoolError) -> tuple[CheckResult, ...]:
    """Return the results of a failure: earlier items are OK, later ones unclear; without a password, all others."""
    asked = not isinstance(failure, PasswordStoreError)
    items = tuple(LedgerItem)
    at = items.index(_item_of(failure.id) if asked else LedgerItem.LOGIN)
    well = (
        _site(address),
        _tls(address, "TLS"),
        CheckResult.of(LedgerItem.LOGIN, Grade.OK, "ledger_check.login_accepted", user=address.user),
    )
    return (
        *(well[:at] if asked else map(_not_reached, items[:at])),
        CheckResult(items[at], Grade.PROBLEM, failure.title),
        *map(_not_reached, items[at + 1 :]),
    )


def _item_of(id_: str) -> LedgerItem:
    if id_ in _OF_TLS:
        return LedgerItem.TLS
    if id_ in _OF_LOGIN:
        return LedgerItem.LOGIN
    return LedgerItem.VERSION if id_ in _OF_VERSION else LedgerItem.SITE


def _not_reached(item: LedgerItem) -> CheckResult:
    return CheckResult(item, Grade.UNCLEAR, Message.of("ledger_check.not_reached"))


def _site(address: LedgerAddress) -> CheckResult:
    return CheckResult.of(
        LedgerItem.SITE,
        Grade.OK,
        "ledger_check.site_reached",
        host=address.host,
        port=str(address.port),
        database=address.database,
    )


def _tls(address: LedgerAddress, version: str) -> CheckResult:
    if address.is_local:
        return CheckResult.of(LedgerItem.TLS, Grade.OK, "ledger_check.tls_local")
    return CheckResult.of(LedgerItem.TLS, Grade.OK, "ledger_check.tls_trusted", version=version)


def _version(found: ServerInfo) -> str:
    """Return the id of the text; benches use due tables as they are until the owner has migrated them."""
    return "ledger_check.version_due" if found.due else "ledger_check.version_known"


def _lag(lag: Lag | None, entries: int) -> CheckResult:
    if lag is None:
        return CheckResult.of(LedgerItem.LAG, Grade.OK, "ledger_check.lag_new", entries=entries)
    return CheckResult.of(
        LedgerItem.LAG,
        Grade.OK,
        "ledger_check.lag_known",
        entries=entries,
        to_send=lag.to_send,
        to_read=lag.to_read,
    )
