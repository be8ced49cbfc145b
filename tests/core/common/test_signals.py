"""Which signals may end a process."""

from __future__ import annotations

import signal
import sys
import threading

import pytest

from bindtool.core.common.signals import ENDING, ending_signals

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other signals")


@posix
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_one_that_was_ignored_from_the_start_is_not_heard(name: str) -> None:
    """Whoever has started the program with `nohup` or in the background has decided that."""
    number = getattr(signal, name)
    others = tuple(one for one in ending_signals() if one != number)
    before = signal.signal(number, signal.SIG_DFL)
    try:
        assert set(ending_signals()) == {*others, number}
        signal.signal(number, signal.SIG_IGN)
        assert ending_signals() == others
    finally:
        signal.signal(number, before)


def test_beside_the_main_thread_none_is_heard() -> None:
    """Python lets nobody there say what a signal does."""
    found: list[tuple[int, ...]] = []
    thread = threading.Thread(target=lambda: found.append(ending_signals()))
    thread.start()
    thread.join()
    assert found == [()]
    assert signal.SIGINT in ENDING
