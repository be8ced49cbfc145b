"""The token for a profile's site: the one way in which the window and the command line get it.

It decides when a token that 0.1.0 stored without a site may go to one without asking, and has one renewed that
somebody has signed in for. That a token goes to no other site is ensured in `core.credentials.token_record`; the
stores are in `core.credentials.keyring_store`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.common.errors import AddressNotConfirmed, TokenNotForSite, TokenOfNoSite

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from bindtool.core.common.clock import Clock
    from bindtool.core.common.errors import BindtoolError
    from bindtool.core.credentials.access_token import AccessToken
    from bindtool.core.credentials.secret import Concealed
    from bindtool.core.credentials.token_metadata import TokenPlace
    from bindtool.core.credentials.token_record import TokenRecord
    from bindtool.core.credentials.token_store import TokenStore
    from bindtool.core.network.proxies import Proxies
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.sign_in.renewal import StoredSignIn
    from bindtool.core.store import TokenUse

    LastUse = Callable[[str], TokenUse | None]
    """Returns the last run in which the token of a name got a code of 0."""


@dataclass(frozen=True, slots=True)
class FoundToken:
    """A token, and where it lies. `renewal`: keeps it from running out; None where it was not signed in for.

    `secrets`: what else is kept with it that must not be seen anywhere.
    """

    token: AccessToken
    place: TokenPlace
    renewal: StoredSignIn | None = None
    secrets: tuple[Concealed, ...] = ()


def find_token(
    profile: Profile,
    store: TokenStore,
    place: TokenPlace,
    last_use: LastUse,
    clock: Clock,
    proxies: Proxies,
    tell: Callable[[BindtoolError], None],
) -> FoundToken:
    """Return the profile's token for the profile's site; blocks as the password store does.

    Whether it may go to the profile's address is asked before, by `check_address`. One that was kept without a site
    is kept with it from now on, where its last run that worked went there and began after it was stored. `proxies`,
    `tell`: as for `StoredSignIn`.

    Raises:
        PasswordStoreError: those of `TokenStore.record`; `TokenOfNoSite` where somebody has to say whose the token
            is. StoreFailed: `last_use` can't tell.
    """
    name, channel = profile.token, profile.channel
    try:
        record = kept_record(profile, store)
    except TokenOfNoSite:
        used = last_use(name)
        if (
            used is None
            or used.site not in channel.sites
            or (place.since is not None and used.begun_at < place.since)
        ):
            raise
        return FoundToken(store.settle(name, channel.site), place)
    if record.sign_in is None:
        return FoundToken(record.token, place)
    # httpx takes 50 ms to load, and no other token needs it here.
    from bindtool.core.api.client import Timeouts
    from bindtool.core.sign_in.renewal import Entry, StoredSignIn

    timeouts = Timeouts(profile.pace.connect_timeout, profile.pace.answer_timeout)
    entry = Entry(store, name, record.site, address=channel.address)
    renewal = StoredSignIn(entry, record, record.sign_in, timeouts, clock, proxies, tell)
    return FoundToken(record.token, place, renewal, record.secrets)


def kept_record(profile: Profile, store: TokenStore) -> TokenRecord:
    """Return what is kept for the profile's site, or by an earlier bindtool for an address in its place.

    Raises:
        PasswordStoreError: those of `TokenStore.record`.
    """
    try:
        return store.record(profile.token, profile.site)
    except TokenNotForSite as error:
        kept_for = str(error.title.values.get("kept_for", ""))
        if kept_for not in profile.channel.sites:
            raise
    return store.record(profile.token, kept_for)


def check_address(profile: Profile, confirmed: Container[tuple[str, str]] = ()) -> None:
    """Look whether a token may go to the profile's address, if it has one.

    `confirmed`: sites with addresses that a person has confirmed for them.

    Raises:
        AddressNotConfirmed: "token.address" with address, site and name.
    """
    if not profile.address_counts and (profile.site, profile.address) not in confirmed:
        raise AddressNotConfirmed("token.address", address=profile.address, site=profile.site, name=profile.name)
