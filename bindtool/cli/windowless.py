"""What happens where the window was asked for and there is no display to show it on.

Owns how that is noticed, and practice mode without a window: the same job on the sample sheet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.assets import asset
from bindtool.cli import command_line
from bindtool.cli.bind import ALL_BOUND, SOME_NOT_BOUND
from bindtool.cli.console import Console
from bindtool.core.message import Message
from bindtool.texts import Texts, system_language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bindtool.cli.surroundings import Surroundings

_ON_A_DISPLAY = frozenset({"xcb", "wayland", "wayland-egl"})
"""Qt's platforms that need a display; any other one that is named, such as "offscreen", brings its own."""


def has_display(environ: Mapping[str, str], platform: str) -> bool:
    """Tell whether Qt can show a window. Windows and macOS always have somewhere to show it."""
    if platform in {"win32", "darwin"} or environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"):
        return True
    named = environ.get("QT_QPA_PLATFORM", "")
    return any(name.partition(":")[0] not in _ON_A_DISPLAY for name in named.split(";") if name)


def without_window(surroundings: Surroundings, *, practice: bool) -> int:
    """Say that there is no display; practice does the same job on the sample sheet. Return the exit status."""
    texts = Texts(system_language(surroundings.environ))
    console = Console(texts, surroundings.stdout, surroundings.stderr, surroundings.clock)
    if not practice:
        console.tell(Message.of("cli.no_display.title"), Message.of("cli.no_display.hint"))
        return command_line.USAGE
    console.tell(Message.of("cli.no_display.title"), Message.of("cli.no_display_practice"))
    status = command_line.main(["bind", str(asset("sample", "devices.csv")), "--practice"], surroundings)
    # One device of the sample is refused: that is what there is to see.
    return ALL_BOUND if status == SOME_NOT_BOUND else status
