"""The report of the self-check: a line for each check, written as soon as its result is known.

The file's format: `ok` or `failed`, a tab, the name of the check, a tab, the result. UTF-8. The last line is that
of `end`: a program that crashed on the way has left all lines but this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable


class Failed(Exception):
    """A check that did not pass; the only argument is its result."""


class SmokeReport:
    """Runs checks one after another and writes a line for each into `file`."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._failed: list[str] = []
        self._count = 0

    def check(self, name: str, check: Callable[[], str]) -> None:
        """Run one check. It returns its result; any exception is its failure and does not affect the others."""
        try:
            seen = check()
        except Failed as failure:
            self._add(name, f"{failure}", passed=False)
        except Exception as error:  # noqa: BLE001 - a part that is missing may show itself in any way
            self._add(name, f"{type(error).__name__}: {error}", passed=False)
        else:
            self._add(name, seen, passed=True)

    def end(self) -> bool:
        """Write the last line; return whether every check passed."""
        failed, count = self._failed.copy(), self._count
        summary = f"{count - len(failed)} of {count} passed" + "".join(f", {name} failed" for name in failed)
        self._add("end", summary, passed=not failed)
        return not failed

    def _add(self, name: str, seen: str, *, passed: bool) -> None:
        self._count += 1
        if not passed:
            self._failed.append(name)
        self._file.write(f"{'ok' if passed else 'failed'}\t{name}\t{' '.join(seen.split())}\n")
        # A platform plugin of Qt that can't start ends the process on the spot.
        self._file.flush()
