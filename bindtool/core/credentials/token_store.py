"""What every store of tokens and passwords can do, and the two that have tokens without storing them.

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
    """Where named tokens are kept, each with the one site that it is for, an origin as `Profile` has it."""

    def read(self, name: str, site: str) -> AccessToken:
        """Return the token for requests to `site`; raise `TokenMissing` or `TokenNotForSite`."""

    def store(self, name: str, token: AccessToken, site: str) -> None:
        """Keep the token in place of an earlier one."""

    def record(self, name: str, site: str) -> TokenRecord:
        """Return what is kept with the token for requests to `site`; raises what `read` does."""

    def keep(self, name: str, record: TokenRecord) -> None:
        """Keep a record in place of an earlier one."""

    def forget(self, name: str) -> bool:
        """Remove the token; return whether there was one."""

    def describe(self) -> str:
        """Return the technical name of the store."""


class PasswordStore(TokenStore, Protocol):
    """Where passwords are kept too: by `LedgerAddress.secret_name` and `ProxyPlace.entry`."""

    def read_password(self, name: str) -> Password:
        """Return the password; raise `PasswordMissing` where there is none."""

    def store_password(self, name: str, password: Password) -> None:
        """Keep the password in place of an earlier one."""

    def forget_password(self, name: str) -> bool:
        """Remove the password; return whether there was one."""


class FixedStore:
    """One token under every name, for the site that it is first asked for: that of the environment, or of practice.

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
        """Return where the token came from."""
        return self._source


class HeldStore:
    """Tokens that are held in memory, where the password store can't serve; they are gone with the process.

    Args:
        secrets: takes note of each token and refresh token.
    """

    def __init__(self, secrets: KnownSecrets) -> None:
        self._records: dict[str, TokenRecord] = {}
        self._secrets = secrets

    def read(self, name: str, site: str) -> AccessToken:
        """Return the token for requests to `site`; raise `TokenMissing` or `TokenNotForSite`."""
        return self.record(name, site).token

    def store(self, name: str, token: AccessToken, site: str) -> None:
        """Hold the token in place of an earlier one."""
        self.keep(name, TokenRecord(token, site))

    def record(self, name: str, site: str) -> TokenRecord:
        """Return what is held with the token; raises what `read` does."""
        record = self._records.get(name)
        if record is None:
            raise TokenMissing("token.missing", name=name)
        record.token_for(site, name)
        return record

    def keep(self, name: str, record: TokenRecord) -> None:
        """Hold a record in place of an earlier one."""
        self._secrets.note(*record.secrets)
        self._records[name] = record

    def forget(self, name: str) -> bool:
        """Let go of the token; return whether there was one."""
        return self._records.pop(name, None) is not None

    def describe(self) -> str:
        return "memory"
