"""The two faces of the program, as `laptop` starts them and hears them."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from bindtool.core.model.outcome import State
from bindtool.i18n.catalogue import Texts
from tests.kills.laptop import DEVICES, Disk, Laptop

if TYPE_CHECKING:
    from collections.abc import Sequence


ENGLISH = Texts("en")


class Window:
    """The window: it scans what the disk lacks, binds, and says what a person has seen."""

    scans = True

    def command(self, laptop: Laptop, disk: Disk) -> list[str]:
        """Return how it is started to do what is left."""
        there = {row.device_id for row in disk.rows}
        left = [device_id for device_id in laptop.ids if device_id not in there]
        return [sys.executable, "-m", "tests.kills.window", laptop.refused, *left]

    def read(self, line: str) -> tuple[str, str]:
        """Return what a line of its standard output says, and of what."""
        what, value = json.loads(line)
        return what, value

    def check_offer(self, disk: Disk, said: Sequence[tuple[str, str]], errors: str) -> None:
        """Assert that its banner has counted what was bound, unknown and not sent, or that there is none."""
        notices = [value for what, value in said if what == "notice"]
        if notices:
            advice = disk.cut_off.advice if disk.cut_off is not None else None
            expected = "" if advice is None else f"{ENGLISH.say(advice.title)} {ENGLISH.say(advice.body)}"
            assert notices == [expected]


class CommandLine:
    """`bindtool bind --resume`: what it has told of a device counts as said."""

    scans = False

    def command(self, laptop: Laptop, disk: Disk) -> list[str]:
        """Return how it is started, and how it goes on."""
        return [sys.executable, "-m", "tests.kills.bind", "bind", str(laptop.file), "--resume"]

    def read(self, line: str) -> tuple[str, str]:
        """Return the state in a line of its standard output, and the device."""
        state, device_id, *_ = line.split("\t")
        return state, device_id

    def check_offer(self, disk: Disk, said: Sequence[tuple[str, str]], errors: str) -> None:
        """Assert that its first words say what is known of the devices."""
        if errors:
            known = {
                "bound": len(disk.ids_in(State.BOUND)),
                "unknown": len(disk.ids_in(State.UNKNOWN)),
                "refused": len(disk.ids_in(State.REFUSED)),
            }
            _, counts = ENGLISH("cli.resuming", folder="FOLDER", total=DEVICES + 1, **known).split("FOLDER")
            assert counts in errors.splitlines()[0]
