"""Stays signed in: renews a token before a request that could outlive it, and once after a refusal.

One renewal at a time for each entry of the password store; a new token is stored and read back before it is used. A
value that was changed meanwhile is never overwritten, and nothing is ever deleted: an app that was switched off has
its tokens back when it is on again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bindtool.core.api.client import SiteClient, Timeouts
from bindtool.core.api.responses import AnswerLost, NeverSent, NoToken, NotSent
from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.common.errors import BadInput, BindtoolError, PasswordStoreError, SignInFailed, TokenMissing
from bindtool.core.credentials.token_record import SignIn, TokenRecord
from bindtool.core.sign_in.entry_lock import entry_lock
from bindtool.core.sign_in.wire import PASSING, Grant, Refusal, Refused, ask_for_renewal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bindtool.core.common.clock import Clock
    from bindtool.core.credentials.access_token import AccessToken
    from bindtool.core.credentials.token_store import TokenStore
    from bindtool.core.network.proxies import Proxies

_MARGIN = 60.0
"""Minimum seconds left of a token after the longest possible request."""

_CLOSING = 5.0
"""Seconds that the end of a run waits for a pending renewal: its answer invalidates the old token."""

_TOLD = frozenset(
    {
        Refusal.DEACTIVATED,
        Refusal.WRONG_APP,
        Refusal.WEB_APP,
        Refusal.CLIENT,
        Refusal.NOT_COZE,
    }
)
"""Refusals with a known cause. The vendor does not document the answer to a spent or revoked refresh token: any
other refusal is taken for that."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the password store: its key there, and its site.

    `locks`: as for `entry_lock`. `address`: the origin to connect to, "" for the site itself.
    """

    store: TokenStore
    name: str
    site: str
    locks: Path | None = None
    address: str = ""

    @property
    def origin(self) -> str:
        """The origin that renewal requests go to."""
        return self.address or self.site

    async def read(self) -> TokenRecord:
        """Return the stored record; raises as `TokenStore.record`."""
        return await in_daemon_thread(lambda: self.store.record(self.name, self.site), name="password store")

    async def keep(self, record: TokenRecord) -> None:
        """Store a record; raises as `TokenStore.keep`."""
        await in_daemon_thread(lambda: self.store.keep(self.name, record), name="password store")


class StoredSignIn:
    """Renews the token of an entry before it expires. The caller that has asked it for one closes it.

    Args:
        entry: its place in the password store.
        record, sign_in: the record read there, and the part of it that is renewed.
        timeouts: how long a request may take, this one and those that are sent with the token.
        clock: this computer's.
        proxies: as for `SiteClient`.
        warn: called with a warning for a person: a new token could not be stored.
    """

    def __init__(
        self,
        entry: Entry,
        record: TokenRecord,
        sign_in: SignIn,
        timeouts: Timeouts,
        clock: Clock,
        proxies: Proxies,
        warn: Callable[[BindtoolError], None],
    ) -> None:
        self._entry = entry
        self._timeouts = timeouts
        self._clock = clock
        self._proxies = proxies
        self._warn = warn
        self._seen = record
        self._use(record, sign_in)
        self.unstored = False
        """Whether the newest token could not be stored: it exists only in memory."""
        self._renewing: asyncio.Task[AccessToken | NeverSent | NoToken] | None = None

    async def token(self, refused: AccessToken | None = None) -> AccessToken | NeverSent | NoToken:
        """Return a token that lasts for a request, another one than `refused`; or why there is none."""
        if self._lasts(refused):
            return self._token
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.ensure_future(self._renew(refused))
        # A cancelled caller leaves it running: its answer invalidates the old token.
        return await asyncio.shield(self._renewing)

    async def close(self) -> None:
        """Wait for a pending renewal, for a few seconds."""
        if self._renewing is not None:
            await asyncio.wait((self._renewing,), timeout=_CLOSING)

    def _use(self, record: TokenRecord, sign_in: SignIn) -> None:
        self._token = record.token
        self._sign_in = sign_in
        left = sign_in.expires_at - self._clock.now().timestamp()
        # In monotonic seconds, too: the wall clock may be set while the token lives.
        self._ends = self._clock.monotonic() + min(left, sign_in.lives)

    def _lasts(self, refused: AccessToken | None) -> bool:
        """Return whether the token outlives a request; a short-lived one is used for half of its life."""
        margin = min(self._timeouts.connect + self._timeouts.answer + _MARGIN, self._sign_in.lives / 2)
        left = min(self._ends - self._clock.monotonic(), self._sign_in.expires_at - self._clock.now().timestamp())
        return left > margin and self._token != refused

    async def _renew(self, refused: AccessToken | None) -> AccessToken | NeverSent | NoToken:
        try:
            async with entry_lock(self._entry.name, self._clock, self._entry.locks):
                await self._look()
                return self._token if self._lasts(refused) else await self._ask()
        except BindtoolError as error:
            return NoToken(self._clock.now(), error)

    async def _look(self) -> None:
        """Take a value that another program has stored since.

        Raises:
            SignInFailed: "sign_in.changed", it belongs to another account.
            PasswordStoreError: there is none any more, or it can't be read.
        """
        try:
            stored = await self._entry.read()
        except BindtoolError:
            if self.unstored:
                return
            raise
        if stored == self._seen:
            return
        if stored.sign_in is None or stored.sign_in.user_id != self._sign_in.user_id:
            raise SignInFailed("sign_in.changed", name=self._entry.name)
        self._seen = stored
        self.unstored = False
        self._use(stored, stored.sign_in)

    async def _ask(self) -> AccessToken | NeverSent | NoToken:
        """Have the token renewed, holding the lock.

        Raises:
            BindtoolError: it is not granted, and why.
        """
        sent = self._sign_in
        answer = await self._answer(sent)
        if isinstance(answer, AnswerLost):
            # Once more: the site may never have received the request.
            answer = await self._answer(sent)
        if isinstance(answer, NeverSent):
            return answer
        if isinstance(answer, Grant):
            await self._take(answer)
            return self._token
        if isinstance(answer, AnswerLost) or answer.why in PASSING:
            return NeverSent(self._clock.now(), NotSent.TIMEOUT, host=urlsplit(self._entry.origin).netloc)
        await self._look()
        if self._sign_in != sent:
            return self._token
        raise answer.error if answer.why in _TOLD else SignInFailed("sign_in.over", name=self._entry.name)

    async def _answer(self, sent: SignIn) -> Grant | Refused | NeverSent | AnswerLost:
        async with SiteClient(self._entry.origin, self._timeouts, self._clock, self._proxies) as client:
            return await ask_for_renewal(client, sent.client_id, sent.refresh_token)

    async def _take(self, grant: Grant) -> None:
        """Use the granted token from now on, and store it, unless the entry was changed meanwhile."""
        refresh_token, now = grant.refresh_token or self._sign_in.refresh_token, self._clock.now()
        sign_in = replace(
            self._sign_in,
            refresh_token=refresh_token,
            expires_at=int(now.timestamp()) + grant.lives,
            lives=grant.lives,
        )
        record = TokenRecord(grant.token, self._entry.site, sign_in)
        sent = self._sign_in
        try:
            await self._look()
            if self._sign_in != sent:
                return
            await self._entry.keep(record)
        except (PasswordStoreError, BadInput) as error:
            if isinstance(error, TokenMissing):
                raise
            # The stored token is dead: the new one is used until the program ends.
            self.unstored = True
            self._warn(SignInFailed("sign_in.not_kept"))
        else:
            self.unstored = False
            self._seen = record
        self._use(record, sign_in)
