"""The lock of an entry of the password store: one holder, in whichever process; the others wait, then say who."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from bindtool.core.common.clock import SystemClock
from bindtool.core.common.errors import SignInFailed
from bindtool.core.sign_in.entry_lock import entry_lock
from tests.core.sign_in.bench import ShortWaits


def test_one_at_a_time(tmp_path: Path) -> None:
    """Of several that change an entry at once, each sees what the one before has left; other entries don't wait."""
    inside: list[str] = []

    async def change(name: str) -> None:
        async with entry_lock(name, SystemClock(), tmp_path):
            assert name not in inside
            inside.append(name)
            await asyncio.sleep(0)
            inside.remove(name)

    async def play() -> None:
        await asyncio.gather(*(change(name) for name in ("line", "line", "line", "other")))

    asyncio.run(play())


def test_a_lock_that_is_not_let_go_is_told(tmp_path: Path) -> None:
    """Nobody changes the entry then; the process that holds it is named, where that can be read."""
    clock = ShortWaits()

    def unname() -> None:
        for holder in tmp_path.glob("*.holder"):
            holder.unlink()

    async def play() -> list[object]:
        said: list[object] = []
        async with entry_lock("line", clock, tmp_path):
            for _ in range(2):
                with pytest.raises(SignInFailed) as caught:
                    async with entry_lock("line", clock, tmp_path):
                        raise AssertionError
                assert caught.value.id == "sign_in.entry_in_use"
                said.append(caught.value.title.values["process"])
                unname()
        async with entry_lock("line", clock, tmp_path):
            return said

    assert asyncio.run(play()) == [str(os.getpid()), ""]
    assert sum(clock.waits) > 150


def test_a_place_where_no_lock_can_be(tmp_path: Path) -> None:
    """Without a lock nobody changes anything."""
    (tmp_path / "file").write_text("", encoding="utf-8")

    async def play() -> None:
        async with entry_lock("line", SystemClock(), tmp_path / "file" / "locks"):
            raise AssertionError

    with pytest.raises(SignInFailed) as caught:
        asyncio.run(play())
    assert caught.value.id == "sign_in.no_lock"
    assert caught.value.title.values["path"] == str(tmp_path / "file" / "locks")
