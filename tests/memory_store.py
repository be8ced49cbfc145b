"""A password store for tests that are not about the system's."""

from __future__ import annotations

from bindtool.core.common.errors import PasswordMissing, TokenMissing
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.secret import Password
from bindtool.core.credentials.token_record import TokenRecord


class MemoryStore:
    """Tokens and passwords kept for the duration of the test."""

    def __init__(self) -> None:
        self._tokens: dict[str, TokenRecord] = {}
        self._passwords: dict[str, Password] = {}

    def read(self, name: str, site: str) -> AccessToken:
        """Return the token for requests to `site`; raise `TokenMissing` or `TokenNotForSite`."""
        return self.record(name, site).token

    def record(self, name: str, site: str) -> TokenRecord:
        """Return the record stored with the token; raises as `read` does."""
        if name not in self._tokens:
            raise TokenMissing("token.missing", name=name)
        self._tokens[name].token_for(site, name)
        return self._tokens[name]

    def store(self, name: str, token: AccessToken, site: str) -> None:
        """Store the token, replacing an earlier one; `site` may be "" here, as another program may have left it."""
        self.keep(name, TokenRecord(token, site))

    def keep(self, name: str, record: TokenRecord) -> None:
        """Store a record, replacing an earlier one, as the text that a real store keeps."""
        self._tokens[name] = TokenRecord.parse(record.text) if record.site else record

    def read_password(self, name: str) -> Password:
        """Return the password; raise `PasswordMissing` if there is none."""
        if name not in self._passwords:
            raise PasswordMissing("password.missing", name=name)
        return self._passwords[name]

    def store_password(self, name: str, password: Password) -> None:
        """Store the password, replacing an earlier one."""
        self._passwords[name] = password

    def forget(self, name: str) -> bool:
        """Remove the token; return whether there was one."""
        return self._tokens.pop(name, None) is not None

    def forget_password(self, name: str) -> bool:
        """Remove the password; return whether there was one."""
        return self._passwords.pop(name, None) is not None

    def describe(self) -> str:
        """Return "memory"."""
        return "memory"
