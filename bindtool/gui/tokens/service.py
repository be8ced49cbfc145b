"""The token of the open profile: read, stored, forgotten and checked, never on the window's thread.

Owns the calls to the password store, so that one that waits for the person's password can be given up, and the
token that is held in memory where there is no store. What a token may look like is in
`core.credentials.access_token`.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.common.errors import TokenMissing
from bindtool.core.credentials.token_metadata import TokenMetadata, TokenPlace
from bindtool.core.credentials.token_record import TokenRecord
from bindtool.core.jobs.site_token import FoundToken, find_token
from bindtool.gui.common.util.background_tasks import load_http_stack

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from bindtool.core.api.identity import Identity
    from bindtool.core.common.clock import Clock
    from bindtool.core.common.errors import BindtoolError
    from bindtool.core.credentials.access_token import AccessToken
    from bindtool.core.credentials.token_metadata import TokenMetadataFile
    from bindtool.core.credentials.token_store import TokenStore
    from bindtool.core.jobs.site_token import LastUse
    from bindtool.core.profiles.profile import Profile

T = TypeVar("T")

PROMPT_AFTER = 0.7
"""Seconds after which a password store that has not answered is most likely asking for a password."""


class TokenService(QObject):
    """Named tokens, as the window uses them.

    Signals:
        waiting(): the password store has not answered yet; most likely it shows a prompt.
        answered(): it has answered, or was given up.
        changed(): a token was stored or forgotten.
    """

    waiting = Signal()
    answered = Signal()
    changed = Signal()

    def __init__(
        self,
        open_vault: Callable[[], TokenStore],
        metadata_file: TokenMetadataFile,
        clock: Clock,
        *,
        last_use: LastUse = lambda _: None,
        known: bool = False,
        prompt_after: float = PROMPT_AFTER,
    ) -> None:
        """Take the function that opens the password store, called at its first use.

        `last_use`: says where the token of a name worked last. `known`: the store answers for every name.
        """
        super().__init__()
        self._open_store = open_vault
        self._store: TokenStore | None = None
        self._metadata = metadata_file
        self._clock = clock
        self._last_use = last_use
        self._known = known
        self._prompt_after = prompt_after
        self._memory: dict[str, TokenRecord] = {}
        self._held_since: dict[str, datetime] = {}
        self._opened_at = clock.now()

    def has(self, name: str) -> bool:
        """Tell whether there is a token of that name, by its metadata: the password store is not asked."""
        return self._known or name in self._memory or self._metadata.get(name) is not None

    def note(self, name: str) -> TokenMetadata | None:
        """Return what may be shown of a token; None where there is none."""
        held = self._memory.get(name)
        if held is not None:
            return TokenMetadata.of(held.token, self._held_since[name], site=held.site)
        return self._metadata.get(name)

    def near_end(self, name: str) -> date | None:
        """Return the token's last day where it is time to ask for a new one."""
        note = self.note(name)
        return note.expires_on if note is not None and note.ends_soon(self._clock.now().date()) else None

    def place(self, name: str) -> TokenPlace:
        """Say where the token lies that `read` would return; of one kept nowhere only this start knows."""
        if name in self._memory:
            return TokenPlace(since=self._held_since[name])
        if self._known:
            return TokenPlace(since=self._opened_at)
        return self._metadata.place(name)

    def in_memory(self, name: str) -> bool:
        """Tell whether the token is gone when the program closes."""
        return name in self._memory

    async def read(self, profile: Profile) -> AccessToken:
        """Return the profile's token for the profile's site; raises what `find` does."""
        return (await self.find(profile)).token

    async def find(self, profile: Profile, tell: Callable[[BindtoolError], None] = lambda _: None) -> FoundToken:
        """Return the profile's token for the profile's site, where it lies, and what keeps it from running out.

        `tell`: hears of a new one that can't be stored.

        Raises:
            TokenMissing: there is none; metadata that said otherwise are removed.
            TokenNotForSite: it is for another site; `TokenOfNoSite`: somebody has to say so first, with `settle`.
            PasswordStoreError: the password store can't serve.
        """
        name = profile.token
        # First: while the password store asks, another token may be stored or held.
        place = self.place(name)
        if name in self._memory:
            return FoundToken(self._memory[name].token_for(profile.site, name), place)
        try:
            return await self._in_thread(
                lambda vault: find_token(profile, vault, place, self._last_use, self._clock, tell)
            )
        except TokenMissing:
            self._metadata.drop(name)
            self.changed.emit()
            raise

    async def settle(self, profile: Profile) -> None:
        """Keep the profile's token, which has no site, for the profile's site: a person has said so.

        Raises:
            PasswordStoreError, BadInput: it can't be had, or can't be stored.
        """
        await self._in_thread(lambda vault: vault.settle(profile.token, profile.site))
        note = self._metadata.get(profile.token)
        if note is not None:
            self._metadata.put(profile.token, replace(note, site=profile.site))

    async def describe(self) -> str:
        """Return the name of the password store.

        Raises:
            PasswordStoreError: there is none that can serve.
        """
        return await self._in_thread(lambda vault: vault.describe())

    async def store(self, profile: Profile, token: AccessToken, expires_on: date | None) -> None:
        """Put the token for the profile's site into the password store, and its metadata into their file.

        Raises:
            PasswordStoreError, BadInput: it could not be stored; the old one, if any, is still there.
        """
        name, site = profile.token, profile.site
        await self._in_thread(lambda vault: vault.store(name, token, site))
        self._memory.pop(name, None)
        self._metadata.put(name, TokenMetadata.of(token, self._clock.now(), expires_on, site))
        self.changed.emit()

    def hold(self, profile: Profile, token: AccessToken) -> None:
        """Keep the token for the profile's site in memory until the program closes."""
        name = profile.token
        self._memory[name] = TokenRecord(token, profile.site)
        self._held_since[name] = self._clock.now()
        self.changed.emit()

    async def forget(self, name: str) -> None:
        """Take the token out of the password store and out of memory.

        Raises:
            PasswordStoreError: the password store can't serve.
        """
        if self._memory.pop(name, None) is not None:
            self.changed.emit()
        await self._in_thread(lambda vault: vault.forget(name))
        self._metadata.drop(name)
        self.changed.emit()

    async def check(self, profile: Profile) -> Identity:
        """Ask the profile's site whose token it is; binds nothing. Raises what `find` does, or SignInFailed."""
        await load_http_stack()
        from bindtool.core.api.identity import read_identity
        from bindtool.core.api.responses import NoToken
        from bindtool.core.diagnostics.workstation_request import ask_whose_token

        found = await self.find(profile)
        reply = await ask_whose_token(profile, found.token, self._clock, found.renewal)
        if isinstance(reply, NoToken):
            raise reply.error
        return read_identity(reply)

    async def _in_thread(self, call: Callable[[TokenStore], T]) -> T:
        """Call the password store on a thread of its own: a call that shows a prompt can be given up."""
        late = asyncio.get_running_loop().call_later(self._prompt_after, self.waiting.emit)
        try:
            return await in_daemon_thread(lambda: call(self._opened()), name="password store")
        finally:
            late.cancel()
            self.answered.emit()

    def _opened(self) -> TokenStore:
        """Runs in a thread: finding the password store takes a tenth of a second."""
        if self._store is None:
            self._store = self._open_store()
        return self._store
