"""Gets the token for a profile's site, for both the window and the command line.

`core.credentials.token_record` ensures that a token is sent to no other site; `core.credentials.keyring_store` has
the store. This module decides whether an address may replace a site, and sets up the renewal of a sign-in's token.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.common.errors import AddressNotConfirmed, BindtoolError, TokenNotForSite

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from bindtool.core.common.clock import Clock
    from bindtool.core.credentials.access_token import AccessToken
    from bindtool.core.credentials.secret import Concealed
    from bindtool.core.credentials.token_metadata import TokenPlace
    from bindtool.core.credentials.token_record import TokenRecord
    from bindtool.core.credentials.token_store import TokenStore
    from bindtool.core.network.proxies import Proxies
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.sign_in.renewal import StoredSignIn


@dataclass(frozen=True, slots=True)
class FoundToken:
    """A token and its place. `renewal`: renews it before it expires; None if it is not from a sign-in.

    `secrets`: other secrets stored with it, which must not be displayed anywhere.
    """

    token: AccessToken
    place: TokenPlace
    renewal: StoredSignIn | None = None
    secrets: tuple[Concealed, ...] = ()


def find_token(
    profile: Profile,
    store: TokenStore,
    place: TokenPlace,
    clock: Clock,
    proxies: Proxies,
    warn: Callable[[BindtoolError], None],
) -> FoundToken:
    """Return the profile's token for the profile's site; blocks as the password store does.

    Call `check_address` before: it checks that the token may be sent to the profile's address. `proxies`, `warn`:
    as for `StoredSignIn`.

    Raises:
        PasswordStoreError: as in `TokenStore.record`.
    """
    record = kept_record(profile, store)
    if record.sign_in is None:
        return FoundToken(record.token, place)
    # httpx takes 50 ms to load, and no other token needs it here.
    from bindtool.core.api.client import Timeouts
    from bindtool.core.sign_in.renewal import Entry, StoredSignIn

    timeouts = Timeouts(profile.pace.connect_timeout, profile.pace.answer_timeout)
    entry = Entry(store, profile.token, record.site, address=profile.channel.address)
    renewal = StoredSignIn(entry, record, record.sign_in, timeouts, clock, proxies, warn)
    return FoundToken(record.token, place, renewal, record.secrets)


def kept_record(profile: Profile, store: TokenStore) -> TokenRecord:
    """Return the record stored for the profile's site, or by an earlier bindtool for an address in its place.

    Raises:
        PasswordStoreError: as in `TokenStore.record`.
    """
    try:
        return store.record(profile.token, profile.site)
    except TokenNotForSite as error:
        kept_for = str(error.title.values.get("kept_for", ""))
        if kept_for not in profile.channel.sites:
            raise
    return store.record(profile.token, kept_for)


def check_address(profile: Profile, confirmed: Container[tuple[str, str]] = ()) -> None:
    """Check that a token may be sent to the profile's address, if it has one.

    `confirmed`: pairs of a site and an address that the user has confirmed for it.

    Raises:
        AddressNotConfirmed: "token.address" with address, site and name.
    """
    if not profile.address_counts and (profile.site, profile.address) not in confirmed:
        raise AddressNotConfirmed("token.address", address=profile.address, site=profile.site, name=profile.name)
