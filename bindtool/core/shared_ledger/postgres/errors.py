"""Errors for a person when PostgreSQL or the connection to it fails: maps error codes to message ids.

The table of codes is from PostgreSQL's manual, appendix A. The texts are in the catalogue; none of them, and no
detail here, contains a password.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.api.network_errors import system_message
from bindtool.core.common.errors import LedgerFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bindtool.core.profiles.ledger_address import LedgerAddress

_IDS = {
    "28000": "ledger.login_refused",  # invalid_authorization_specification: also if no line of pg_hba.conf fits
    "28P01": "ledger.login_refused",  # invalid_password
    "3D000": "ledger.no_database",  # invalid_catalog_name
    "3F000": "ledger.not_made",  # invalid_schema_name
    "42P01": "ledger.not_made",  # undefined_table
    "42883": "ledger.not_made",  # undefined_function
    "42501": "ledger.not_allowed",  # insufficient_privilege
    "53300": "ledger.unreachable",  # too_many_connections
    "55P03": "ledger.unreachable",  # lock_not_available: another session keeps a lock
    "57014": "ledger.unreachable",  # query_canceled: it took too long
    "57P01": "ledger.unreachable",  # admin_shutdown
    "57P02": "ledger.unreachable",  # crash_shutdown
    "57P03": "ledger.unreachable",  # cannot_connect_now: it starts or stops
    "BT001": "ledger.other_login",  # of the ledger's own functions: the bench belongs to another login
}


def refused(fields: Mapping[str, str], address: LedgerAddress) -> LedgerFailed:
    """Return the error for an error response; `fields` by PostgreSQL's letters for them."""
    return failed(_IDS.get(fields.get("C", ""), "ledger.failed"), address, fields.get("M", ""))


def connection_failed(error: BaseException, address: LedgerAddress) -> LedgerFailed:
    """Return the error for a connection to the server that fails, or can't be opened."""
    return failed("ledger.unreachable", address, system_message(error))


def failed(id_: str, address: LedgerAddress, detail: str = "") -> LedgerFailed:
    """Return an error with all parameters of its texts. `detail`: the server's or the system's own words."""
    return LedgerFailed(id_, detail=detail, host=address.host, database=address.database, user=address.user)
