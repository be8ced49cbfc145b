"""A token with the site that it was entered for, and how both are stored in one entry of the password store.

A token is handed out for its own site only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from bindtool.core.common.errors import BadInput, TokenNotForSite, TokenOfNoSite
from bindtool.core.common.untrusted_input import read_object
from bindtool.core.credentials.access_token import AccessToken

_VERSION = 1


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """A token and its site, an origin as `Profile` has it; "" where an earlier bindtool kept the token alone."""

    token: AccessToken
    site: str

    @classmethod
    def parse(cls, text: str) -> TokenRecord:
        """Read an entry: what `text` gives, or a bare token as 0.1.0 has left it.

        Raises:
            BadInput: "token.unreadable", the entry is a record of a later bindtool, or was changed from outside; or
                those of `AccessToken`. None carries the text.
        """
        if not text.startswith("{"):
            return cls(AccessToken(text), "")
        record = read_object(text)
        if record is None:
            raise BadInput("token.unreadable")
        site, token = record.get("site"), record.get("access_token")
        if record.get("version") != _VERSION or not isinstance(site, str) or not site or not isinstance(token, str):
            raise BadInput("token.unreadable")
        return cls(AccessToken(token), site)

    @property
    def text(self) -> str:
        """The entry: one line of JSON in ASCII, with `version`, `site` and `access_token`.

        What else a record has, such as the `client_id` and the `refresh_token` of one who has signed in, is ignored
        by `parse`. JSON's spaces keep bindtool 0.1.0 from sending it as a token: no token has any.
        """
        return json.dumps({"version": _VERSION, "site": self.site, "access_token": self.token.reveal()})

    def token_for(self, site: str, name: str) -> AccessToken:
        """Return the token, kept under `name`, for requests to `site`.

        Raises:
            TokenOfNoSite: "token.no_site" with name and site; `site` may be confirmed.
            TokenNotForSite: "token.other_site" with name, site and kept_for.
        """
        if not self.site:
            raise TokenOfNoSite("token.no_site", name=name, site=site)
        if self.site != site:
            raise TokenNotForSite("token.other_site", name=name, site=site, kept_for=self.site)
        return self.token
