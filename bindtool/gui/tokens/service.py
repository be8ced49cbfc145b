"""The open profile's token: signed in for, read, stored, forgotten and checked, never on the window's thread.

Owns the calls to the password store, so that a call that waits for the user's password can be abandoned, and the
token kept in memory if there is no store. `core.credentials.access_token` knows the format of tokens.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.common.errors import BadInput, BindtoolError, SignInFailed, TokenMissing, TokenNotForSite
from bindtool.core.credentials.redaction import KnownSecrets
from bindtool.core.credentials.token_metadata import TokenMetadata, TokenMetadataFile, TokenPlace
from bindtool.core.credentials.token_record import TokenRecord
from bindtool.core.credentials.token_store import HeldStore, TokenStore
from bindtool.core.jobs.site_token import FoundToken, check_address, find_token, kept_record
from bindtool.gui.common.util.background_tasks import load_http_stack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from bindtool.core.api.identity import Identity
    from bindtool.core.api.responses import NeverSent
    from bindtool.core.common.clock import Clock
    from bindtool.core.common.messages import Message
    from bindtool.core.credentials.access_token import AccessToken
    from bindtool.core.network.proxies import Proxies
    from bindtool.core.profiles.profile import Profile
    from bindtool.gui.tokens.sign_in_view import SignInMethod, SignInStep

T = TypeVar("T")

PROMPT_AFTER = 0.7
"""Seconds after which a password store that has not answered is probably asking for a password."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The result of a sign-in at `time`, by the account `identity`; not stored yet."""

    record: TokenRecord
    identity: Identity
    time: datetime

    @property
    def note(self) -> TokenMetadata:
        """The metadata to show once it is stored."""
        note = TokenMetadata.of(self.record.token, self.time, site=self.record.site)
        return replace(note, account=self.identity.name, user_id=self.identity.user_id)


class TokenService(QObject):
    """Named tokens, as the window uses them.

    Signals:
        waiting(): the password store has not answered yet; it probably shows a prompt.
        answered(): it has answered, or the call was abandoned.
        changed(): a token was stored or forgotten, here or by another program.
    """

    waiting = Signal()
    answered = Signal()
    changed = Signal()

    def __init__(
        self,
        open_store: Callable[[], TokenStore],
        metadata_file: TokenMetadataFile,
        clock: Clock,
        proxies: Proxies,
        *,
        secrets: KnownSecrets | None = None,
        known: bool = False,
        prompt_after: float = PROMPT_AFTER,
    ) -> None:
        """Take the function that opens the password store, called at its first use.

        `proxies`: finds the proxies for a site. `secrets`: registers tokens that never were in the password store.
        `known`: the store answers for every name.
        """
        super().__init__()
        self._open_store = open_store
        self._store: TokenStore | None = None
        self._metadata = metadata_file
        self._notes = metadata_file.all()
        self._notes_lock = asyncio.Lock()
        self._clock = clock
        self._proxies = proxies
        self._secrets = secrets or KnownSecrets()
        self._known = known
        self._prompt_after = prompt_after
        self._held = HeldStore(self._secrets)
        self._held_notes: dict[str, TokenMetadata] = {}
        self._found: dict[tuple[str, str], FoundToken] = {}
        """The tokens found last, by name and site."""
        self._confirmed: set[tuple[str, str]] = set()
        """Pairs of site and address confirmed by the user, until the program closes."""
        self._opened_at = clock.now()

    def has(self, name: str) -> bool:
        """Return whether there is a token of that name, by its metadata: the password store is not queried."""
        return self._known or name in self._held_notes or name in self._notes

    def note(self, name: str) -> TokenMetadata | None:
        """Return the metadata of a token; None if there is none."""
        return self._held_notes.get(name) or self._notes.get(name)

    def near_end(self, name: str) -> date | None:
        """Return the token's expiry date if it is time to request a new one."""
        note = self.note(name)
        return note.expires_on if note is not None and note.ends_soon(self._clock.now().date()) else None

    def place(self, name: str) -> TokenPlace:
        """Return where the token that `read` returns is stored; for a token in memory only this start knows."""
        if name in self._held_notes:
            return TokenPlace(since=self._held_notes[name].saved_at)
        if self._known:
            return TokenPlace(since=self._opened_at)
        return TokenPlace.of(name, self._notes.get(name))

    def in_memory(self, name: str) -> bool:
        """Return whether the token is lost when the program closes."""
        return name in self._held_notes

    async def reread(self) -> None:
        """Reload the metadata, which other programs may have changed; emits `changed` if they have."""
        if await self._with_notes(TokenMetadataFile.all):
            self.changed.emit()

    async def read(self, profile: Profile) -> AccessToken:
        """Return the profile's token for the profile's site; raises as `find` does."""
        return (await self.find(profile)).token

    async def find(self, profile: Profile, warn: Callable[[BindtoolError], None] = lambda _: None) -> FoundToken:
        """Return the profile's token for the profile's site, its place, and its renewal.

        `warn`: called with the error if a renewed token can't be stored.

        Raises:
            AddressNotConfirmed: the profile's address must be confirmed first, with `confirm_address`.
            TokenMissing: there is none; metadata saying otherwise are removed.
            TokenNotForSite: it is for another site, or its site is unknown.
            PasswordStoreError: the password store can't be used.
        """
        check_address(profile, self._confirmed)
        name = profile.token
        await self.reread()
        # Before the call of the password store: meanwhile another token may be stored or kept in memory.
        place = self.place(name)
        if name in self._held_notes:
            return find_token(profile, self._held, place, self._clock, self._proxies, warn)
        # A renewed token that could not be stored has made the stored one invalid.
        last = self._found.get((name, profile.site))
        if last is not None and last.place == place and last.renewal is not None and last.renewal.unstored:
            return last
        try:
            found = await self._in_thread(
                lambda store: find_token(profile, store, place, self._clock, self._proxies, warn)
            )
        except TokenMissing:
            await self._with_notes(lambda file: file.drop(name))
            self.changed.emit()
            raise
        self._found[name, profile.site] = found
        return found

    def confirm_address(self, profile: Profile, address: str) -> None:
        """Let tokens of the profile's site be sent to an address until the program closes: the user has confirmed
        it.
        """
        self._confirmed.add((profile.site, address))

    async def describe(self) -> str:
        """Return the name of the password store.

        Raises:
            PasswordStoreError: no usable store was found.
        """
        return await self._in_thread(lambda store: store.describe())

    async def store(self, profile: Profile, token: AccessToken, expires_on: date | None) -> None:
        """Save the token for the profile's site in the password store, and its metadata in their file.

        Raises:
            PasswordStoreError, BadInput: it could not be stored; the old one, if any, is still there.
            SignInFailed: another program is renewing the old one.
        """
        name, site = profile.token, profile.site
        async with await self._unless_pasted(name):
            await self._in_thread(lambda store: store.store(name, token, site))
        self._let_go(name)
        note = TokenMetadata.of(token, self._clock.now(), expires_on, site)
        await self._with_notes(lambda file: file.put(name, note))
        self.changed.emit()

    def hold(self, profile: Profile, token: AccessToken) -> None:
        """Keep the token for the profile's site in memory until the program closes."""
        self._hold(
            profile.token,
            TokenRecord(token, profile.site),
            TokenMetadata.of(token, self._clock.now(), site=profile.site),
        )

    async def sign_in(
        self,
        profile: Profile,
        method: SignInMethod,
        show: Callable[[SignInStep], None],
        say: Callable[[Message], str],
    ) -> SignedIn:
        """Sign the user in, and ask the site for the account; stores nothing. Cancelling ends it at once.

        Args:
            profile: has the app and the site.
            method: with the browser or with a code.
            show: opens a page, shows a code and the progress.
            say: renders a message for the page to which the browser returns.

        Raises:
            AddressNotConfirmed: as for `find`.
            SignInFailed: the user did not sign in, or the site does not name the account.
        """
        check_address(profile, self._confirmed)
        await load_http_stack()
        from bindtool.core.api.client import SiteClient, Timeouts
        from bindtool.core.diagnostics.workstation_request import ask_who_signed_in
        from bindtool.core.sign_in.browser import sign_in_with_browser
        from bindtool.core.sign_in.device_code import sign_in_with_code
        from bindtool.gui.tokens.sign_in_view import SignInMethod

        apps, site, clock = profile.sign_in, profile.site, self._clock
        timeouts = Timeouts(profile.pace.connect_timeout, profile.pace.answer_timeout)
        async with SiteClient(profile.channel.origin, timeouts, clock, self._proxies) as client:
            if method is SignInMethod.BROWSER:
                client_id, page = apps.browser_client, apps.page_of(site)
                grant = await sign_in_with_browser(client, client_id, page, show, say, clock)
            else:
                client_id = apps.device_client
                grant = await sign_in_with_code(client, client_id, (site, apps.page), show, clock)
        time = clock.now()
        self._secrets.note(*grant.secrets)
        identity = await ask_who_signed_in(profile, grant.token, clock, self._proxies)
        return SignedIn(grant.record(site, client_id, identity.user_id, time), identity, time)

    async def account_before(self, profile: Profile) -> tuple[str, str]:
        """Return name and UID of the account that signed in for the current token; "" for each if unknown.

        All data folders share one password store, so its entry takes precedence over this folder's metadata.
        """
        await self.reread()
        name, note = profile.token, self.note(profile.token)
        noted = (note.account, note.user_id) if note is not None else ("", "")
        if name in self._held_notes:
            return noted
        try:
            kept = await self._in_thread(lambda store: kept_record(profile, store))
        except BindtoolError:
            return noted
        stored = kept.sign_in.user_id if kept.sign_in is not None else ""
        return noted if stored in {"", noted[1]} else ("", stored)

    async def keep(self, profile: Profile, signed_in: SignedIn, before: str = "") -> None:
        """Store the result of a sign-in, replacing an earlier token. `before`: the UID of `account_before`.

        Raises:
            PasswordStoreError, BadInput: it could not be stored.
            SignInFailed: another program is renewing the old one, or "sign_in.changed": another account has signed
                in since, and its replacement was not confirmed.
        """
        name, expected = profile.token, {before, signed_in.identity.user_id}
        # A token in memory is newer than the stored one, whichever account each belongs to.
        is_held = name in self._held_notes

        def keep(store: TokenStore) -> None:
            with suppress(TokenMissing, TokenNotForSite, BadInput):
                kept = kept_record(profile, store)
                if not is_held and kept.sign_in is not None and kept.sign_in.user_id not in expected:
                    raise SignInFailed("sign_in.changed", name=name)
            store.keep(name, signed_in.record)

        async with self._locked(name):
            await self._in_thread(keep)
        self._let_go(name)
        await self._with_notes(lambda file: file.put(name, signed_in.note))
        self.changed.emit()

    def hold_sign_in(self, profile: Profile, signed_in: SignedIn) -> None:
        """Stay signed in until the program closes, if the sign-in can't be stored."""
        self._hold(profile.token, signed_in.record, signed_in.note)

    async def forget(self, name: str) -> None:
        """Remove the token from the password store and from memory.

        Raises:
            PasswordStoreError: the password store can't be used.
            SignInFailed: another program is renewing the sign-in.
        """
        if self._let_go(name):
            self.changed.emit()
        async with await self._unless_pasted(name):
            await self._in_thread(lambda store: store.forget(name))
        await self._with_notes(lambda file: file.drop(name))
        self.changed.emit()

    async def check(
        self, profile: Profile, warn: Callable[[BindtoolError], None] = lambda _: None
    ) -> Identity | NeverSent:
        """Ask the profile's site for the token's account; binds nothing. `warn`: as for `find`.

        Returns:
            The account, or the obstacle that prevented the request.

        Raises:
            PasswordStoreError: those of `find`.
            SignInFailed: the token can't be renewed.
        """
        await load_http_stack()
        from bindtool.core.api.identity import read_identity
        from bindtool.core.api.responses import NeverSent, NoToken
        from bindtool.core.diagnostics.workstation_request import ask_whose_token

        found = await self.find(profile, warn)
        reply = await ask_whose_token(profile, found.token, self._clock, self._proxies, found.renewal)
        if isinstance(reply, NoToken):
            raise reply.error
        return reply if isinstance(reply, NeverSent) else read_identity(reply)

    def _hold(self, name: str, record: TokenRecord, note: TokenMetadata) -> None:
        self._held.keep(name, record)
        self._held_notes[name] = note
        self.changed.emit()

    def _let_go(self, name: str) -> bool:
        self._held_notes.pop(name, None)
        return self._held.forget(name)

    async def _unless_pasted(self, name: str) -> AbstractAsyncContextManager[None]:
        """Lock the sign-in as `_locked` does, if the stored token comes from one; others are never renewed."""
        await self.reread()
        note = self._notes.get(name)
        return self._locked(name) if note is not None and note.is_sign_in else nullcontext()

    def _locked(self, name: str) -> AbstractAsyncContextManager[None]:
        """Keep other programs from renewing the sign-in of that name while the lock is held."""
        from bindtool.core.sign_in.entry_lock import entry_lock

        return entry_lock(name, self._clock)

    async def _with_notes(self, call: Callable[[TokenMetadataFile], Mapping[str, TokenMetadata]]) -> bool:
        """Have `call` read or change the file on a thread of its own; return whether its entries changed.

        The data folder may be on a share that hangs.
        """
        async with self._notes_lock:
            notes = await in_daemon_thread(lambda: call(self._metadata), name="notes of tokens")
        before, self._notes = self._notes, notes
        return notes != before

    async def _in_thread(self, call: Callable[[TokenStore], T]) -> T:
        """Call the password store on a thread of its own: a call that shows a prompt can be abandoned."""
        late = asyncio.get_running_loop().call_later(self._prompt_after, self.waiting.emit)
        try:
            return await in_daemon_thread(lambda: call(self._opened()), name="password store")
        finally:
            late.cancel()
            self.answered.emit()

    def _opened(self) -> TokenStore:
        """Open the store, in a thread: finding it takes a tenth of a second."""
        if self._store is None:
            self._store = self._open_store()
        return self._store
