"""The table `[sign_in]` of a profile: the two apps by which people sign in, and the page where they do.

Here is whom the page may belong to: a profile that a colleague passes on must not send anybody to a page that only
looks like Coze's. How signing in goes is in `core.sign_in`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BadInput
from bindtool.core.model.channel import is_of_site
from bindtool.core.model.device import normalise
from bindtool.core.profiles.field_rules import field_problem, tidy

if TYPE_CHECKING:
    from collections.abc import Mapping

_CLIENT = r"[A-Za-z0-9._-]{1,128}"

_PAGES: Mapping[str, str] = MappingProxyType(
    {"https://api.coze.cn": "https://www.coze.cn", "https://api.coze.com": "https://www.coze.com"}
)
"""The pages of Coze's own sites (`coze-dev/coze-py`)."""


@dataclass(frozen=True, slots=True)
class SignInApps:
    """Client ids of two OAuth apps, which are no secrets, and the origin of their sign-in page; "" for none.

    Two, since an app of Coze is for browsers or for devices. `page`: "" for the one that belongs to the site.

    Raises:
        BadInput: "profile.client_unfit" and "profile.holds_token" with `field`; "profile.page_unfit" with `field`:
            no origin, or one of plain http.
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
        """Return the origin of the sign-in page that goes with a site; "" where nobody has said."""
        return self.page or _PAGES.get(site, "")

    def is_stranger(self, site: str) -> bool:
        """Tell whether the page is neither of the site's own domain nor the one that belongs to it."""
        page = self.page_of(site)
        return page not in {"", _PAGES.get(site)} and not is_of_site(page, site)
