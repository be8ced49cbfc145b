"""`bindtool bind` as a process of its own; its waits are short, everything else is the program's."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

from bindtool.cli import command_line
from bindtool.cli.process_environment import ProcessEnvironment
from bindtool.core.credentials.access_token import take_environment_token
from tests.stories.clocks import BriskClock

if __name__ == "__main__":
    token = take_environment_token(os.environ)
    sys.exit(
        command_line.main(sys.argv[1:], replace(ProcessEnvironment.of_this_process(token), clock=BriskClock()))
    )
