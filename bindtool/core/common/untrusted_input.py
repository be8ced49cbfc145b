"""Parses untrusted input: small files, TOML, and JSON of answers and files.

A file is read up to a limit, a small file only if it is regular. JSON objects are parsed strictly by RFC 8259, so
that no two parsers can understand the same text differently. `safe_text` makes texts safe to display.
"""

from __future__ import annotations

import json
import os
import re
import stat
import sys
import tomllib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from bindtool.core.common.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MOST_BYTES = 64 * 1024
"""Size limit of a file: twenty times a profile with every setting."""

DEEPEST = 16
"""Maximum nesting of tables in a key; three levels are used. Python's parser stores every prefix of a key."""

_AT_ONCE = getattr(os, "O_NONBLOCK", 0)
"""Opens a pipe without a writer at once instead of blocking; Windows has no pipes in folders."""

_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*(?:"{3,5}|\\?\Z)'
    r"|'''(?:[^']|'(?!''))*(?:'{3,5}|\Z)"
    r'|"(?:[^"\\\n]|\\[^\n])*"?'
    r"|'[^'\n]*+'?"
    r"|#[^\n]*+",
    re.DOTALL,
)
"""No group is possessive: Python 3.11.2, Debian 12's, loses the match of such a group. No group backtracks."""

_BETWEEN_MARKS = re.compile(r"[^=\[\]{},\n]++")


def read_small(path: Path) -> bytes:
    """Return the contents of a small regular file.

    Raises:
        BadInput: "file.not_regular", "file.too_large_to_read" with `limit` in KiB, or "file.unreadable".
    """
    try:
        with open(path, "rb", opener=_open_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise BadInput("file.not_regular", path=str(path))
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise read_error(path, error) from error
    if len(data) > MOST_BYTES:
        raise BadInput("file.too_large_to_read", path=str(path), limit=MOST_BYTES // 1024)
    return data


def read_up_to(path: Path, most: int) -> bytes:
    """Return the first `most` bytes of a file or a pipe, such as `<(ssh …)` of a shell.

    Raises:
        BadInput: "file.no_writer", a pipe without a writer, which would block forever. "file.unreadable".
    """
    try:
        with open(path, "rb", opener=_open_at_once) as file:
            return _begun(path, file.fileno()) + file.read(most)
    except (OSError, ValueError) as error:
        raise read_error(path, error) from error


def _begun(path: Path, descriptor: int) -> bytes:
    """Return the first byte of a pipe, if any, and make further reads blocking; on Windows all reads are."""
    if sys.platform == "win32":
        return b""
    else:  # noqa: RET505 - unreachable on Windows, as the type checker knows
        begun = b""
        if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            with suppress(BlockingIOError):  # it has a writer, but no data yet
                begun = os.read(descriptor, 1)
                if not begun:
                    raise BadInput("file.no_writer", path=str(path))
        os.set_blocking(descriptor, True)
        return begun


def read_error(path: Path, error: OSError | ValueError) -> BadInput:
    """Return the error for the user when `error`, such as a NUL in the name, has prevented reading a file."""
    return BadInput("file.unreadable", path=str(path), why=getattr(error, "strerror", None) or str(error))


def read_tables(path: Path) -> dict[str, Any]:
    """Return the tables of a small optional TOML file; an empty dict if it can't be read."""
    try:
        return parse_toml(read_small(path).decode())
    except (BadInput, ValueError):
        return {}


def parse_toml(text: str) -> dict[str, Any]:
    """Parse a TOML text.

    Raises:
        ValueError: invalid TOML, or keys nested too deep; the message names the line as "at line 3".
    """
    _check_depth(text)
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("arrays in arrays, or tables in tables, go too deep") from error


def _check_depth(text: str) -> None:
    """Limit the dots of each key. Strings and comments may contain any number."""
    bare = _STRING.sub(lambda found: "s" + "\n" * found[0].count("\n"), text)
    for found in _BETWEEN_MARKS.finditer(bare):
        if found[0].count(".") >= DEEPEST:
            raise ValueError(f"a key goes too deep (at line {bare.count(chr(10), 0, found.start()) + 1})")


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | _AT_ONCE)


def read_object(text: str | bytes) -> dict[str, object] | None:
    """Parse a JSON object; None if the text is not an object. Bytes are UTF-8, with or without a BOM."""
    try:
        # Python's parser accepts UTF-16 and UTF-32 too, in which tokens are not redacted.
        text = text if isinstance(text, str) else text.decode("utf-8-sig", "surrogatepass")
        found = json.loads(text, object_pairs_hook=_each_once, parse_constant=_refuse)
    # A number of too many digits raises a ValueError, and so do the hooks.
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _each_once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name that stands twice")
    return found


def _refuse(constant: str) -> object:
    raise ValueError(constant)
