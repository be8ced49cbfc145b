"""The token for a profile's site: the one way in which the window and the command line get it.

It decides when a token that 0.1.0 stored without a site may go to one without asking. That a token goes to no other
site is ensured in `core.credentials.token_record`; the stores are in `core.credentials.keyring_store`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.common.errors import TokenOfNoSite

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bindtool.core.credentials.access_token import AccessToken
    from bindtool.core.credentials.token_store import TokenStore
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.store import TokenUse

    LastUse = Callable[[str], TokenUse | None]
    """Returns the last run in which the token of a name got a code of 0."""


def token_for(profile: Profile, store: TokenStore, last_use: LastUse, since: datetime | None) -> AccessToken:
    """Return the profile's token for the profile's site; blocks as the password store does.

    One that was kept without a site is kept with it from now on, where its last run that worked went there and
    began after it was stored; `since`: when that was, None where nobody knows.

    Raises:
        PasswordStoreError: those of `TokenStore.read`; `TokenOfNoSite` where somebody has to say whose the token
        is. StoreFailed: `last_use` can't tell.
    """
    try:
        return store.read(profile.token, profile.site)
    except TokenOfNoSite:
        used = last_use(profile.token)
        if used is None or used.site != profile.site or (since is not None and used.begun_at < since):
            raise
    return store.settle(profile.token, profile.site)
