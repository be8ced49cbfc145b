"""Removes tokens and codes from texts: whole, in parts, and in the encodings of files, answers and servers.

The caller passes its secrets, of the types in `secret`; an unknown token or code is recognised by its form, or by
the name of its field.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bindtool.core.credentials.secret import Concealed

STARS = "***"
"""Replaces a token."""

SHORTEST_PART = 12
"""Consecutive characters that count as a part; fewer reveal next to nothing of a token and may occur by chance."""

_SHAPE = (
    r"(?ai)(?<![a-z0-9])(?:[ps]at|cz[us])_\w{8,}"
    # A backslash before the ending character is JSON's escape, not part of the token; the JSON must stay valid.
    r"|(?<=bearer )(?=\S*\d)[^\s\"'*]{15,}[^\s\"'*\\]"
    # The prefix of Coze's codes; an ordinary word with it has no digit.
    r"|(?<![a-z0-9_])code_(?=\w*\d)\w{16,}"
    # In a URL, in a form and in JSON, where numbers are not secrets.
    r"|((?:refresh_token|device_code|code_verifier)(?:=|[\"']?\s*:\s*[\"']?))"
    r"(?![\[\d.-]+[\s,}\]])[^\s\"'&,}]{7,}[^\s\"'&,}\\]"
)
_MARKS = ("at_", "czu_", "czs_", "bearer ", "code_", "refresh_token", "device_code")
"""Each shape contains at least one of these, in lower case."""

_SHORTEST_KNOWN = 4
"""Minimum characters of a secret to redact; a shorter one occurs in many texts by chance."""

_MOST_KNOWN = 8
"""Secrets of a kind, enough for a few renewals of a token: each costs some 10 µs per line that is cleaned."""

_LOWER = {ord(letter): ord(letter.lower()) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_URL_SAFE = str.maketrans("+/", "-_")
_ADDRESS_ESCAPE = re.compile("%([0-9a-f]{2})", re.IGNORECASE)
_JSON_ESCAPE = re.compile(r"\\(?:u00([0-9a-f]{2})|.)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Parts:
    """All parts of one length; each contains one of the `hints`: a text without any hint contains no part."""

    parts: set[str] = field(default_factory=set, repr=False)
    hints: set[str] = field(default_factory=set, repr=False)


class Redaction:
    """Removes `secrets` from texts."""

    def __init__(self, secrets: Iterable[Concealed]) -> None:
        self._by_length: dict[int, _Parts] = {}
        for secret in secrets:
            for form, shortest in _forms(secret.reveal()):
                lowered = form.translate(_LOWER)
                length = min(shortest, len(lowered))
                found = self._by_length.setdefault(length, _Parts())
                found.parts.update(_pieces(lowered, length, 1))
                found.hints.update(_pieces(lowered, length // 2, length // 2))

    def clean(self, text: str) -> str:
        """Replace tokens and parts of them in `text` by stars, ignoring case.

        If the percent-encoding of a URL hides a token, the whole text is decoded.
        """
        if "%" in text:
            plain = _ADDRESS_ESCAPE.sub(_unescaped, text)
            cleaned = self._cleaned(plain)
            text = text if cleaned == plain else cleaned
        return self._cleaned(text)

    def _cleaned(self, text: str) -> str:
        lowered = text.lower() if text.isascii() else text.translate(_LOWER)
        spans = [span for length in self._by_length for span in self._found(lowered, length)]
        cleaned = _starred(text, spans) if spans else text
        # A fast check for marks, which rules out most texts.
        return re.sub(_SHAPE, rf"\1{STARS}", cleaned) if any(map(lowered.__contains__, _MARKS)) else cleaned

    def clean_values(self, texts: Mapping[str, str]) -> Mapping[str, str]:
        """Clean each value of `texts`; costs little more than cleaning a single text."""
        together = "\n".join(texts.values())
        if self.clean(together) == together:
            return texts
        return {name: self.clean(text) for name, text in texts.items()}

    def clean_answer(self, body: bytes) -> bytes:
        """Clean the body of an answer, including JSON's numeric escapes."""
        text = body.decode("utf-8", "surrogateescape")
        plain = _JSON_ESCAPE.sub(_unescaped, text) if "\\" in text else text
        cleaned = self.clean(plain)
        return body if cleaned == plain else cleaned.encode("utf-8", "surrogateescape")

    def _found(self, lowered: str, length: int) -> Iterator[tuple[int, int]]:
        known = self._by_length[length]
        if any(map(lowered.__contains__, known.hints)):
            for at in range(len(lowered) - length + 1):
                if lowered[at : at + length] in known.parts:
                    yield at, at + length


class KnownSecrets:
    """The tokens and passwords that the process has read so far, to redact them in its output; thread-safe.

    Created by the composition and passed to the readers of secrets and to the writers of unforeseen texts, such as
    logs. Keeps the most recent secrets of each kind: a renewed token is of no use any more. Passwords are a kind of
    their own: a ledger's password is noted once and in use all day, however often a token is renewed.
    """

    def __init__(self) -> None:
        self._noted: dict[Concealed, None] = {}
        self._redaction = Redaction(())
        self._lock = Lock()

    def note(self, *secrets: Concealed) -> None:
        """Redact these secrets from now on."""
        with self._lock:
            before = set(self._noted)
            for secret in secrets:
                if len(secret.reveal()) >= _SHORTEST_KNOWN:
                    self._noted.pop(secret, None)
                    self._noted[secret] = None
            by_kind: dict[type[Concealed], list[Concealed]] = {}
            for one in self._noted:
                by_kind.setdefault(type(one), []).append(one)
            self._noted = dict.fromkeys(one for kind in by_kind.values() for one in kind[-_MOST_KNOWN:])
            if set(self._noted) != before:
                self._redaction = Redaction(self._noted)

    def clean(self, text: str) -> str:
        return self._redaction.clean(text)


def _forms(text: str) -> Iterator[tuple[str, int]]:
    """Yield the encodings of a token, each with the number of consecutive characters that count as a part.

    Plain, in JSON and TOML, in CSV, in base64, and in hexadecimal with and without separators between the bytes.
    """
    raw = text.encode()
    for form in (text, json.dumps(text)[1:-1], text.replace('"', '""'), *_in_base64(raw)):
        yield form, SHORTEST_PART
    yield raw.hex(), 2 * SHORTEST_PART
    for between in ":- ":
        yield raw.hex(between), 3 * SHORTEST_PART - 1


def _in_base64(raw: bytes) -> Iterator[str]:
    """Yield `raw` in base64 and in base64url at each alignment, without the surrounding characters."""
    for before in range(3):
        # Three bytes make four characters: characters shared with neighbouring bytes are left out.
        encoded = b64encode(bytes(before) + raw).decode()[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        yield encoded
        yield encoded.translate(_URL_SAFE)


def _pieces(text: str, length: int, step: int) -> Iterator[str]:
    for at in range(0, len(text) - length + 1, step):
        yield text[at : at + length]


def _starred(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return `text` with stars in place of the spans."""
    kept = []
    end = 0
    for start, stop in _merged(spans):
        kept += [text[end:start], STARS]
        end = stop
    return "".join([*kept, text[end:]])


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the spans, at least one, in order; merges spans that overlap or touch."""
    begun, *others = sorted(spans)
    for start, stop in others:
        if start <= begun[1]:
            begun = begun[0], max(begun[1], stop)
        else:
            yield begun
            begun = start, stop
    yield begun


def _unescaped(escape: re.Match[str]) -> str:
    """Return the shortest JSON form of an escaped character, if a token can contain it.

    Decodes JSON escapes and percent-encoding, which may occur in JSON.
    """
    if escape[0] == "\\/":
        return "/"
    if escape[1] is None:
        return escape[0]
    character = chr(int(escape[1], 16))
    if character in {'"', "\\"}:
        return f"\\{character}"
    return character if " " < character <= "~" else escape[0]
