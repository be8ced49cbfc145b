"""Counts words in docstrings and comments that make a sentence hard to read.

Fails above a limit.

Usage: python packaging/comment_words.py FOLDER LIMIT [--list]
"""

from __future__ import annotations

import ast
import re
import sys
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS = re.compile(r"\b(?:one\s+that|whoever|nobody|somebody)\b", re.IGNORECASE)


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the docstrings and comments of a Python file, each with its line number."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        match node:
            # A bare string documents the assignment above it, as a docstring does.
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield node.lineno, text
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string


def main(folder: str, limit: str, *options: str) -> int:
    """Print the count, and with --list or above the limit each occurrence; return the exit status."""
    found = [
        f"{path}:{line}: {word}"
        for path in sorted(Path(folder).rglob("*.py"))
        for line, text in prose(path)
        for word in _WORDS.findall(text)
    ]
    too_many = len(found) > int(limit)
    if too_many or options:
        print("\n".join(found))
    print(f"{len(found)} of at most {limit} 'one that', 'whoever', 'nobody', 'somebody' in docstrings and comments")
    return int(too_many)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
