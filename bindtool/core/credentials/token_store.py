"""The interfaces of all token and password stores, and the two stores that keep tokens in memory only.

The operating system's password store is in `keyring_store`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bindtool.core.common.errors import BadInput, TokenMissing
from bindtool.core.credentials.token_record import TokenRecord

if TYPE_CHECKING:
    from bindtool.core.credentials.access_token import AccessToken
    from bindtool.core.credentials.redaction import KnownSecrets
    from bindtool.core.credentials.secret import Password


class TokenStore(Protocol):
    """A store of named tokens, each with its single site, an origin as `Profile` has it."""

    def read(self, name: str, site: str) -> AccessToken:
        """Return the token for requests to `site`; raise `TokenMissing` or `TokenNotForSite`."""

    def store(self, name: str, token: AccessToken, site: str) -> None:
        """Store the token, replacing an earlier token."""

    def record(self, name: str, site: str) -> TokenRecord:
        """Return the record of the token for requests to `site`; raises as `read` does."""

    def keep(self, name: str, record: TokenRecord) -> None:
        """Store a record, replacing an earlier record."""

    def forget(self, name: str) -> bool:
        """Remove the token; return whether it existed."""

    def describe(self) -> str:
        """Return the technical name of the store."""


class PasswordStore(TokenStore, Protocol):
    """A store of passwords too: under `LedgerAddress.secret_name` and `ProxyPlace.entry`."""

    def read_password(self, name: str) -> Password:
        """Return the password; raise `PasswordMissing` if there is none."""

    def store_password(self, name: str, password: Password) -> None:
        """Store the password, replacing an earlier password."""

    def forget_password(self, name: str) -> bool:
        """Remove the password; return whether it existed."""


class FixedStore:
    """A single token under every name, from the environment or practice mode, for the site of its first request.

    Raises:
        BadInput: `token.fixed` with source, from `store`, `keep` and `forget`.
    """

    def __init__(self, token: AccessToken, source: str) -> None:
        self._record = TokenRecord(token, "")
        self._source = source

    def read(self, name: str, site: str) -> AccessToken:
        """Return the token; raise `TokenNotForSite`."""
        return self.record(name, site).token

    def store(self, name: str, token: AccessToken, site: str) -> None:  # noqa: ARG002 - nothing is stored
        raise BadInput("token.fixed", source=self._source)

    def record(self, name: str, site: str) -> TokenRecord:  # noqa: ARG002 - every name has the same token
        """Return the token with its site; raise `TokenNotForSite`."""
        if not self._record.site:
            self._record = TokenRecord(self._record.token, site)
        self._record.token_for(site, self._source)
        return self._record

    def keep(self, name: str, record: TokenRecord) -> None:  # noqa: ARG002 - nothing is stored
        raise BadInput("token.fixed", source=self._source)

    def forget(self, name: str) -> bool:  # noqa: ARG002 - nothing is forgotten
        raise BadInput("token.fixed", source=self._source)

    def describe(self) -> str:
        return self._source


class HeldStore:
    """Tokens held in memory until the process ends, if the password store can't be used.

    Args:
        secrets: records each token and refresh token.
    """

    def __init__(self, secrets: KnownSecrets) -> None:
        self._records: dict[str, TokenRecord] = {}
        self._secrets = secrets

    def read(self, name: str, site: str) -> AccessToken:
        """Return the token for requests to `site`; raise `TokenMissing` or `TokenNotForSite`."""
        return self.record(name, site).token

    def store(self, name: str, token: AccessToken, site: str) -> None:
        """Hold the token, replacing an earlier token."""
        self.keep(name, TokenRecord(token, site))

    def record(self, name: str, site: str) -> TokenRecord:
        """Return the record of the token; raises as `read` does."""
        record = self._records.get(name)
        if record is None:
            raise TokenMissing("token.missing", name=name)
        record.token_for(site, name)
        return record

    def keep(self, name: str, record: TokenRecord) -> None:
        """Hold a record, replacing an earlier record."""
        self._secrets.note(*record.secrets)
        self._records[name] = record

    def forget(self, name: str) -> bool:
        """Discard the token; return whether it existed."""
        return self._records.pop(name, None) is not None

    def describe(self) -> str:
        return "memory"
