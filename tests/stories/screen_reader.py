"""A screen reader for the window: queries the accessibility bus through a client that runs beside the tests.

The client is `parts/atspi_client.py`, run by the system's own python3: the bus's library is a Debian package.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PYTHON = "/usr/bin/python3"
CLIENT = Path(__file__).parent / "parts" / "atspi_client.py"
POLITE, ASSERTIVE = 1, 2


def _has_library() -> bool:
    if not Path(PYTHON).is_file():
        return False
    return subprocess.run([PYTHON, "-c", "import pyatspi"], check=False, capture_output=True).returncode == 0


needs_bus = pytest.mark.skipif(not _has_library(), reason="python3-pyatspi is not installed for /usr/bin/python3")


@dataclass(frozen=True)
class Heard:
    """An object of the window as a screen reader knows it."""

    role: str
    name: str
    description: str
    states: list[str]
    text: str | None
    value: float | None


class ScreenReader:
    """A screen reader for one program."""

    def __init__(self, client: subprocess.Popen[str]) -> None:
        self._client = client

    def ask(self, *question: str) -> Any:
        """Ask the client; return its answer."""
        assert self._client.stdin is not None
        self._client.stdin.write(json.dumps(question) + "\n")
        self._client.stdin.flush()
        return self.answer()

    def answer(self) -> Any:
        """Wait for the client's next line."""
        assert self._client.stdout is not None
        line = self._client.stdout.readline()
        assert line, "the client of the accessibility bus has ended"
        return json.loads(line)

    def find(self, role: str, name: str) -> Heard | None:
        """Return the visible object with a role and a name."""
        found = self.ask("find", role, name)
        return Heard(**found) if found is not None else None

    def all(self) -> list[Heard]:
        """Return all visible objects."""
        return [Heard(**one) for one in self.ask("tree")]

    def announced(self) -> list[tuple[int, str]]:
        """Return the program's announcements so far: politeness and words."""
        return [(urgency, words) for urgency, words in self.ask("heard")]

    def press(self, name: str) -> bool:
        """Press a button; return whether there was one."""
        return bool(self.ask("press", "button", name))


@contextmanager
def hearing(process: int) -> Iterator[ScreenReader]:
    """Listen to the program with this process id for a while."""
    client = subprocess.Popen(
        [PYTHON, str(CLIENT), str(process)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        reader = ScreenReader(client)
        reader.answer()
        yield reader
    finally:
        client.terminate()
        client.communicate()
