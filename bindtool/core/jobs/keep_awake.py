"""Keeps the computer awake during a run: asleep, it would lose the answers in flight.

`channel_run` enters it. Each system has an API of its own, and drops the request when the process ends, however it
does. Closing the lid, or choosing sleep, still puts the computer to sleep.
"""

from __future__ import annotations

import logging
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bindtool.core.common.concurrency import start_daemon_thread

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

_SHORT_RUN = 10.0
"""Seconds of a run without a request: no computer sleeps so soon, and a short run loads nothing for it."""

_WHO, _WHY = "bindtool", "devices are being bound"
"""Name and reason displayed by a desktop in its battery menu."""

_TIMEOUT = 2.0
"""Seconds to wait for the answer of a desktop's service."""

_SUSPENDING = 4
"""GNOME's flag for inhibiting suspend."""

_SERVICES = (
    ("org.gnome.SessionManager", "/org/gnome/SessionManager", "", "susu", (_WHO, 0, _WHY, _SUSPENDING)),
    ("org.freedesktop.PowerManagement", "/org/freedesktop/PowerManagement/Inhibit", ".Inhibit", "ss", (_WHO, _WHY)),
    ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", "", "ss", (_WHO, _WHY)),
)
"""D-Bus services of Linux desktops; the first available is used. Name, path, suffix of the interface's name, and
signature and arguments of `Inhibit`. GNOME, MATE and Cinnamon have the first, KDE and Xfce the second. The third,
of other desktops, keeps the screen on too."""


@contextmanager
def kept_awake(after: float = _SHORT_RUN) -> Iterator[None]:
    """Keep the computer awake until the context ends, from `after` seconds on. A failure is only logged."""
    over = threading.Event()
    # Windows tracks requests by thread, and a desktop may be slow to answer.
    start_daemon_thread(lambda: _ask(over, after), name="keep awake")
    try:
        yield
    finally:
        over.set()


def _ask(over: threading.Event, after: float) -> None:
    if over.wait(after):
        return
    try:
        _hold(over)
    except Exception:  # a failing system service must not stop a run
        logger.info("the computer can't be kept awake", exc_info=True)


if sys.platform == "win32":

    def _hold(over: threading.Event) -> None:
        from ctypes import windll

        continuous, system_required = 0x80000000, 0x00000001
        if not windll.kernel32.SetThreadExecutionState(continuous | system_required):
            raise OSError("SetThreadExecutionState")
        logger.info("the computer is kept awake")
        # The request ends with its thread.
        over.wait()

elif sys.platform == "darwin":

    def _hold(over: threading.Event) -> None:
        import os
        from subprocess import Popen

        command = ["/usr/bin/caffeinate", "-i", "-w", str(os.getpid())]
        with Popen(command) as caffeinate:  # noqa: S603 - it is the system's own
            logger.info("the computer is kept awake")
            over.wait()
            caffeinate.terminate()

else:

    def _hold(over: threading.Event) -> None:
        from jeepney import DBusAddress, MessageType, new_method_call
        from jeepney.io.blocking import open_dbus_connection

        # The request ends with its connection.
        with open_dbus_connection("SESSION") as bus:
            for name, path, part, signature, arguments in _SERVICES:
                address = DBusAddress(path, name, name + part)
                inhibit = new_method_call(address, "Inhibit", signature, arguments)
                answer = bus.send_and_get_reply(inhibit, timeout=_TIMEOUT)
                if answer.header.message_type is MessageType.method_return:
                    logger.info("the computer is kept awake by %s", name)
                    over.wait()
                    return
                logger.info("%s does not keep the computer awake: %s", name, answer.body)
