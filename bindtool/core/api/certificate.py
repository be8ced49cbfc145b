"""Reads who issued a certificate and when it is valid (X.509, RFC 5280, 4.1), to show that to a person.

The standard library reads trusted certificates only, and a person needs to see the refused ones. `client` fetches
them; whether one is trusted is decided by TLS and the system's store.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bindtool.core.common.safe_text import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEQUENCE, _SET, _VERSION, _UTC_TIME, _GENERALIZED_TIME = 0x30, 0x31, 0xA0, 0x17, 0x18
_COMMON_NAME, _ORGANIZATION = b"\x55\x04\x03", b"\x55\x04\x0a"
_ENCODINGS = {0x0C: "utf-8", 0x13: "ascii", 0x14: "latin-1", 0x16: "ascii", 0x1C: "utf-32-be", 0x1E: "utf-16-be"}
"""How each of ASN.1's kinds of text is written."""

_LONGEST_ISSUER = 100
"""Characters: an attacker may have chosen this name, and it must not grow into a message of its own."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """`issuer`: the name and the organisation that signed it, as it says itself. `begins`, `ends`: aware, UTC."""

    issuer: str
    begins: datetime
    ends: datetime


def read_certificate(der: bytes) -> Certificate | None:
    """Return what a certificate says; None where these bytes are none."""
    try:
        (_, certificate), *_ = _elements(der)
        (_, signed), *_ = _elements(certificate)
        fields = [element for element in _elements(signed) if element[0] != _VERSION]
        _serial_number, _algorithm, (_, issuer), (_, validity), *_ = fields
        begins, ends = (_time(*element) for element in _elements(validity))
        return Certificate(_name(issuer), begins, ends)
    except (ValueError, IndexError):
        return None


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each element's kind and content (X.690, DER: kind, length, content)."""
    at = 0
    while at < len(data):
        kind, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            count = length & 0x7F
            length = int.from_bytes(data[at : at + count], "big")
            at += count
        if at + length > len(data):
            raise ValueError("truncated")
        yield kind, data[at : at + length]
        at += length


def _name(issuer: bytes) -> str:
    """Return the common name and the organisation of an issuer, or whatever names it has."""
    names: dict[bytes, str] = {}
    for _, group in _elements(issuer):
        for _, pair in _elements(group):
            (_, of_what), (kind, text) = _elements(pair)
            names.setdefault(of_what, text.decode(_ENCODINGS.get(kind, "latin-1"), "replace"))
    known = [names[of_what] for of_what in (_COMMON_NAME, _ORGANIZATION) if of_what in names]
    return shortened(", ".join(dict.fromkeys(known or names.values())), _LONGEST_ISSUER)


def _time(kind: int, text: bytes) -> datetime:
    """Read a time, which a certificate gives to the second and in UTC; years have two digits until 2049."""
    written = text.decode("ascii")
    if kind == _UTC_TIME:
        written = ("20" if written < "50" else "19") + written
    return datetime.strptime(written, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
