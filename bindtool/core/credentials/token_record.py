"""A token with its site, and the format of both in one entry of the password store.

`core.sign_in` renews a token from a sign-in, whose record contains the refresh token. A token is returned for its
own site only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from bindtool.core.common.errors import BadInput, TokenNotForSite
from bindtool.core.common.untrusted_input import read_object
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.secret import Concealed, Secret

_VERSION = 1


@dataclass(frozen=True, slots=True)
class SignIn:
    """The data stored with a token from a sign-in.

    `client_id`: the app's. `user_id`: the Coze UID of the signed-in user, "" if the site did not return it.
    `expires_at`: the token's expiry in Unix seconds by this computer's clock; `lives`: its initial lifetime.
    """

    client_id: str
    refresh_token: Secret
    user_id: str
    expires_at: int
    lives: int

    @classmethod
    def read(cls, record: dict[str, object]) -> SignIn | None:
        """Return the sign-in of a record; None if it is missing or incomplete."""
        client_id, user_id = record.get("client_id"), record.get("user_id")
        refresh_token = Secret.read(record.get("refresh_token"))
        expires_at, lives = record.get("expires_at"), record.get("lives")
        if refresh_token is None or not isinstance(client_id, str) or not isinstance(user_id, str):
            return None
        if not isinstance(expires_at, int) or not isinstance(lives, int):
            return None
        return cls(client_id, refresh_token, user_id, expires_at, lives)


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """A token and its site, an origin as `Profile` has it; "" if the token was stored alone.

    `sign_in`: None for a pasted token, and for a token that can't be renewed.
    """

    token: AccessToken
    site: str
    sign_in: SignIn | None = None

    @classmethod
    def parse(cls, text: str) -> TokenRecord:
        """Parse an entry: the format of `text`, or a bare token, which has no site.

        Raises:
            BadInput: "token.unreadable", the entry is a record of a later bindtool, or was changed externally; or
                as in `AccessToken`. None carries the text.
        """
        if not text.startswith("{"):
            return cls(AccessToken(text), "")
        record = read_object(text)
        if record is None:
            raise BadInput("token.unreadable")
        site, token = record.get("site"), record.get("access_token")
        if record.get("version") != _VERSION or not isinstance(site, str) or not site or not isinstance(token, str):
            raise BadInput("token.unreadable")
        return cls(AccessToken(token), site, SignIn.read(record))

    @property
    def text(self) -> str:
        """The entry: one line of JSON in ASCII with `version`, `site`, `access_token` and the fields of `sign_in`.

        `parse` ignores additional fields.
        """
        record: dict[str, object] = {
            "version": _VERSION,
            "site": self.site,
            "access_token": self.token.reveal(),
        }
        if self.sign_in is not None:
            record |= {
                "client_id": self.sign_in.client_id,
                "refresh_token": self.sign_in.refresh_token.reveal(),
                "user_id": self.sign_in.user_id,
                "expires_at": self.sign_in.expires_at,
                "lives": self.sign_in.lives,
            }
        return json.dumps(record)

    @property
    def secrets(self) -> tuple[Concealed, ...]:
        """The secrets in the record, which must not be displayed anywhere."""
        return (self.token,) if self.sign_in is None else (self.token, self.sign_in.refresh_token)

    def token_for(self, site: str, name: str) -> AccessToken:
        """Return the token, stored under `name`, for requests to `site`.

        Raises:
            TokenNotForSite: "token.other_site" with name, site and kept_for; "token.no_site" with name and site.
        """
        if not self.site:
            raise TokenNotForSite("token.no_site", name=name, site=site)
        if self.site != site:
            raise TokenNotForSite("token.other_site", name=name, site=site, kept_for=self.site)
        return self.token
