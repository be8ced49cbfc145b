"""How a command gets a token: from the environment, from the password store, or from nobody in time."""

from __future__ import annotations

import asyncio
import threading

from bindtool.cli.token_access import PROMPT_AFTER
from bindtool.core.common.clock import SystemClock
from tests.cli.desk import Desk
from tests.memory_store import MemoryStore
from tests.patience import PATIENCE


def test_a_prompt_that_waits_is_told(bare_desk: Desk) -> None:
    """A store that has not answered after a second is most likely showing a prompt: the person hears of it."""
    told = threading.Event()

    class Prompts(MemoryStore):
        """A store that answers only after the person has been told."""

        def forget(self, name: str) -> bool:
            """Wait, then answer."""
            return told.wait(PATIENCE)

    class Listening(SystemClock):
        """A clock on which time is up at once; the store answers then."""

        async def wait(self, event: asyncio.Event, seconds: float) -> bool:
            """Let go."""
            assert (event.is_set(), seconds) == (False, PROMPT_AFTER)
            told.set()
            return False

    bare_desk.password_store = Prompts()
    bare_desk.clock = Listening()
    done = bare_desk.run("token", "forget", "line")
    assert done.err.splitlines() == [
        "Waiting for the system's password prompt; Ctrl+C gives up.",
        "Token line was forgotten.",
    ]


def test_no_word_of_a_prompt_where_there_is_none(bare_desk: Desk) -> None:
    """A store that answers at once is no cause for a word."""
    assert bare_desk.run("token", "forget", "line").err == "There was no token line.\n"
