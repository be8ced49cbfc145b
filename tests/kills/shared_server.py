"""The practice server in a process of its own, with random faults.

The process prints its site first, and at each line on its standard input its devices and the faults met.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from email.utils import formatdate

from bindtool.practice.rules import BAD_PARAMETER, NOT_FOUND, TOKEN_INVALID, Call
from bindtool.practice.wire import Close, Fault
from tests.kills.laptop import LATENCY, ROOT, WAIT
from tests.practice.chance import by_chance
from tests.practice.faults import Drip, Reset, ScriptedAnswer, Slow, Truncated, empty, html, json_text, redirect
from tests.practice.sign_in import SignInRules, SignInServer

ANSWER_TIMEOUT = 1.0
"""A program's timeout in seconds for an answer."""

NEVER = Slow(3 * ANSWER_TIMEOUT)
"""Far too late, but early enough that waiting for the server's threads stays short."""

# A run goes on after each of the first; each of the second ends it.
OFTEN: Mapping[str, Fault] = {
    "429, Retry-After": WAIT,
    "429": ScriptedAnswer(4013, 429),
    "429, Retry-After of a day gone by": ScriptedAnswer(
        4013, 429, headers={"Retry-After": formatdate(0, usegmt=True)}
    ),
    "code 4008": ScriptedAnswer(4008),
    "500": ScriptedAnswer(5000, 500, commit=True),
    "503": ScriptedAnswer(5000, 503),
    "408": ScriptedAnswer(5000, 408),
    "code 5000, taken": ScriptedAnswer(5000, commit=True),
    "code 5000, not taken": ScriptedAnswer(5000),
    "reset, taken": Reset(commit=True),
    "reset, not taken": Reset(commit=False),
    "closed": Close(),
    "truncated": Truncated(),
    "HTML, taken": html(commit=True),
    "HTML, not taken": html(),
    "empty": empty(commit=True),
    "half of JSON": json_text("{", commit=True),
    "JSON without a code": json_text("[]", commit=True),
    'code "0"': ScriptedAnswer("0", commit=True),
    "code false": ScriptedAnswer(False),
    "two codes": json_text('{"code": 0, "code": 4000}', commit=True),
    "code 0 under 400": ScriptedAnswer(0, 400),
    "redirect": redirect("http://127.0.0.1:9/", commit=True),
    "late": Slow(0.2),
    "byte by byte": Drip(0.001),
    "no answer in time, taken": NEVER,
    "no answer in time, not taken": Slow(NEVER.seconds, commit=False),
    "refused for once": ScriptedAnswer(BAD_PARAMETER),
}
SELDOM: Mapping[str, Fault] = {
    "401": ScriptedAnswer(TOKEN_INVALID, 401),
    "403": ScriptedAnswer(4101, 403),
    "404": ScriptedAnswer(NOT_FOUND, 404),
    "code 4028": ScriptedAnswer(4028),
    "code 4102": ScriptedAnswer(4102),
    "429, Retry-After of an hour": ScriptedAnswer(4013, 429, headers={"Retry-After": "3600"}),
}
CHANCES = [*((fault, 0.01) for fault in OFTEN.values()), *((fault, 0.003) for fault in SELDOM.values())]
SIGNING_IN = [
    (fault, 0.02)
    for name, fault in OFTEN.items()
    if name.startswith(("429", "50", "reset", "closed", "truncated", "HTML", "empty", "half", "no answer"))
]
"""Faults of the sign-in requests: the others concern devices."""

LIFE = 60
"""A token's lifetime in seconds, by a fast clock."""

NAMES = {id(fault): name for name, fault in {**OFTEN, **SELDOM}.items()}


class SharedServer:
    """The process, as seen by its starter."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self._process = process
        self.site = process.stdout.readline().strip()

    def look(self) -> tuple[set[str], Mapping[str, int]]:
        """Return its devices, and how often it has drawn each fault; no run may be active.

        Requests of clients that are gone are processed first.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        held, drawn = json.loads(self._process.stdout.readline())
        return set(held), drawn


@contextmanager
def shared_server(seed: str) -> Iterator[SharedServer]:
    """Run the process; its faults follow from the seed, in the order in which requests arrive."""
    command = [sys.executable, "-m", "tests.kills.shared_server", seed]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        yield SharedServer(process)


def serve(seed: str) -> None:
    """Serve until standard input ends."""
    drawn: Counter[str] = Counter()
    rules = SignInRules(allowed=True, life=LIFE, interval=1)
    with SignInServer(latency=LATENCY, rate=0, sign_in=rules) as server:
        server.script(_counted(by_chance(CHANCES, seed), drawn))
        for call in (Call.CODE, Call.TOKEN, Call.ME):
            server.script(by_chance(SIGNING_IN, f"{seed} {call}"), call)
        sys.stdout.write(f"{server.site}\n")
        sys.stdout.flush()
        for _ in sys.stdin:
            server.drain()
            sys.stdout.write(f"{json.dumps([list(server.bound), drawn])}\n")
            sys.stdout.flush()


def _counted(faults: Iterable[Fault | None], drawn: Counter[str]) -> Iterator[Fault | None]:
    for fault in faults:
        drawn[NAMES[id(fault)] if fault is not None else "none"] += 1
        yield fault


if __name__ == "__main__":
    serve(sys.argv[1])
