"""The encoding of a text file: by its byte order mark, else UTF-8, else GB18030, as Excel writes it in China.

A module of its own, since whoever looks for it does not look among delimiters and quotes.
"""

from __future__ import annotations

from dataclasses import dataclass

from bindtool.core.common.errors import BadInput

_MARKS = (("utf-8", b"\xef\xbb\xbf"), ("utf-16", b"\xff\xfe"), ("utf-16", b"\xfe\xff"))


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, without a byte order mark, and the Python name of the encoding that it was in."""

    text: str
    encoding: str


def decode(data: bytes, encoding: str | None = None) -> Decoded:
    """Turn a file's bytes into text: by its byte order mark, else UTF-8, else GB18030, as Excel writes it.

    `encoding`: the one that a person chose; a mark of it is taken off.

    Raises:
        BadInput: "file.encoding" where none fits, "file.not_a_table" where it is no text at all.
    """
    marked = [name for name, mark in _MARKS if data.startswith(mark)]
    for name in [encoding] if encoding else marked or ["utf-8", "gb18030"]:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return Decoded(text.removeprefix("\ufeff"), name)
    raise BadInput("file.not_a_table" if b"\0" in data and not encoding else "file.encoding")
