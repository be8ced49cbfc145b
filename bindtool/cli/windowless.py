"""What happens where the window was asked for and there is no display to show it on.

Owns practice mode without a window: the same job on the sample sheet. How it is noticed is for `display`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.assets import asset
from bindtool.cli import command_line
from bindtool.cli.commands.bind import ALL_BOUND, SOME_NOT_BOUND
from bindtool.cli.console import Console
from bindtool.core.common.messages import Message
from bindtool.texts import Texts, system_language

if TYPE_CHECKING:
    from bindtool.cli.process_environment import Surroundings


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
