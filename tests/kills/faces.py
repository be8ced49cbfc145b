"""The two faces of the program, as started and read by `laptop`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from bindtool.core.model.outcome import State
from bindtool.i18n.catalogue import Texts
from tests.kills.laptop import DEVICES, Disk, Laptop

ENGLISH = Texts("en")


class Window:
    """The window: it scans the devices missing on disk, binds, and prints what a person has seen."""

    scans = True

    def command(self, laptop: Laptop, disk: Disk) -> list[str]:
        """Return the command that does the remaining work."""
        there = {row.device_id for row in disk.rows}
        left = [device_id for device_id in laptop.ids if device_id not in there]
        return [sys.executable, "-m", "tests.kills.window", laptop.refused, *left]

    def read(self, line: str) -> tuple[str, str]:
        """Return the report in a line of its standard output, and its subject."""
        what, value = json.loads(line)
        return what, value

    def check_offer(self, disk: Disk, said: Sequence[tuple[str, str]], errors: str) -> None:
        """Assert that its banner has counted the devices bound, unknown and not sent, or that there is none."""
        notices = [value for what, value in said if what == "notice"]
        if notices:
            advice = disk.cut_off.advice if disk.cut_off is not None else None
            expected = "" if advice is None else f"{ENGLISH.say(advice.title)} {ENGLISH.say(advice.body)}"
            assert notices == [expected]


class CommandLine:
    """`bindtool bind --resume`: its output about a device counts as reported."""

    scans = False

    def command(self, laptop: Laptop, disk: Disk) -> list[str]:
        """Return the command that starts it, or resumes."""
        return [sys.executable, "-m", "tests.kills.bind", "bind", str(laptop.file), "--resume"]

    def read(self, line: str) -> tuple[str, str]:
        """Return the state in a line of its standard output, and the device."""
        state, device_id, *_ = line.split("\t")
        return state, device_id

    def check_offer(self, disk: Disk, said: Sequence[tuple[str, str]], errors: str) -> None:
        """Assert that its first words report the known devices."""
        if errors:
            known = {
                "bound": len(disk.ids_in(State.BOUND)),
                "unknown": len(disk.ids_in(State.UNKNOWN)),
                "refused": len(disk.ids_in(State.REFUSED)),
            }
            _, counts = ENGLISH("cli.resuming", folder="FOLDER", total=DEVICES + 1, **known).split("FOLDER")
            assert counts in errors.splitlines()[0]
