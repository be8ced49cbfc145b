"""A password store with any failure a test sets, and a site with the test's answers."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bindtool.core.api.identity import Identity, TokenCheck
from bindtool.core.api.responses import NeverSent, NotSent
from bindtool.core.common.errors import BindtoolError
from bindtool.core.credentials.token_metadata import TokenMetadataFile
from bindtool.core.network.proxies import Proxies
from bindtool.gui.tokens.service import SignedIn, TokenService
from tests.gui.loop import PATIENCE
from tests.memory_store import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bindtool.core.common.clock import Clock
    from bindtool.core.common.messages import Message
    from bindtool.core.credentials.token_record import TokenRecord
    from bindtool.core.profiles.profile import Profile
    from bindtool.gui.tokens.sign_in_view import SignInMethod, SignInStep

OBSTACLE = NeverSent(datetime(2026, 10, 9, tzinfo=UTC), NotSent.PROXY_LOGIN, "407", "http://proxy.example:8080")


class FaultyPasswordStore(MemoryStore):
    """A password store with any failure a test sets."""

    def __init__(self) -> None:
        super().__init__()
        self.failure: BindtoolError | None = None
        self.prompts = threading.Event()
        self.prompts.set()

    def record(self, name: str, site: str) -> TokenRecord:
        """Return the record, unless the store fails."""
        self._serve()
        return super().record(name, site)

    def keep(self, name: str, record: TokenRecord) -> None:
        """Store a record, unless the store fails."""
        self._serve()
        super().keep(name, record)

    def forget(self, name: str) -> bool:
        """Remove a token, unless the store fails."""
        self._serve()
        return super().forget(name)

    def _serve(self) -> None:
        assert self.prompts.wait(PATIENCE / 1000)
        if self.failure is not None:
            raise self.failure


class Tokens(TokenService):
    """Tokens for a site with the test's answers.

    `answer`: to a check. `steps`, `came`: of a sign-in, which goes on for ever with None. `asked`: the arguments.
    """

    def __init__(self, password_store: FaultyPasswordStore, folder: Path, clock: Clock) -> None:
        notes = TokenMetadataFile(folder / "tokens.toml")
        super().__init__(lambda: password_store, notes, clock, Proxies.of_this_system(), prompt_after=0.2)
        self.answer: Identity | NeverSent = Identity(TokenCheck.ACCEPTED, "Developer A")
        self.steps: list[SignInStep] = []
        self.came: SignedIn | BindtoolError | None = None
        self.asked: list[str] = []

    async def check(
        self, profile: Profile, tell: Callable[[BindtoolError], None] = lambda _: None
    ) -> Identity | NeverSent:
        """Answer, if there is a token to check."""
        await self.find(profile, tell)
        self.asked.append("check")
        return self.answer

    def confirm_address(self, profile: Profile, address: str) -> None:
        """Record it."""
        self.asked.append(address)
        super().confirm_address(profile, address)

    async def sign_in(
        self, profile: Profile, way: SignInMethod, show: Callable[[SignInStep], None], say: Callable[[Message], str]
    ) -> SignedIn:
        """Go through the steps."""
        self.asked.append(way)
        for step in self.steps:
            show(step)
        if self.came is None:
            await asyncio.Event().wait()
        if isinstance(self.came, SignedIn):
            return self.came
        assert self.came is not None
        raise self.came
