"""How a command gets a token: from the environment, from the password store, or from nobody in time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from bindtool.core.vault import MemoryVault

if TYPE_CHECKING:
    from tests.cli.desk import Desk


def test_a_prompt_that_waits_is_told(bare_desk: Desk) -> None:
    """A store that has not answered after a second is most likely showing a prompt: the person hears of it."""
    told = threading.Event()

    class Prompts(MemoryVault):
        """A store that answers only after the person has been told."""

        def forget(self, name: str) -> bool:
            """Wait, then answer."""
            return told.wait(10)

    class Listening(type(bare_desk.clock)):  # type: ignore[misc]  # whatever clock the desk has
        """A clock that lets the store answer once the first wait is over."""

        async def wait(self, event: object, seconds: float) -> bool:
            """Wait, then let go."""
            over = await super().wait(event, seconds)
            told.set()
            return bool(over)

    bare_desk.vault = Prompts()
    bare_desk.clock = Listening()
    done = bare_desk.run("token", "forget", "line")
    assert done.err.splitlines() == [
        "Waiting for the system's password prompt; Ctrl+C gives up.",
        "Token line is forgotten.",
    ]
    assert bare_desk.clock.waits == [1.0]


def test_no_word_of_a_prompt_where_there_is_none(bare_desk: Desk) -> None:
    """A store that answers at once is no cause for a word."""
    assert bare_desk.run("token", "forget", "line").err == "There was no token line.\n"
