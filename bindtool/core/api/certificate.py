"""Reads a certificate's issuer and validity period (X.509, RFC 5280, 4.1) for display.

The standard library parses trusted certificates only, and the user needs to see the rejected ones. `client` fetches
them; TLS and the system's certificate store decide on trust.
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
"""Character encodings by ASN.1 string tag."""

_LONGEST_ISSUER = 100
"""Characters: an attacker may have chosen this name, and it must not be long enough for a message of its own."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """`issuer`: its common name and organisation, as the certificate claims. `begins`, `ends`: aware, UTC."""

    issuer: str
    begins: datetime
    ends: datetime


def read_certificate(der: bytes) -> Certificate | None:
    """Parse a DER certificate; return None if the bytes are not a valid certificate."""
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
    """Yield each element's tag and content (X.690, DER: tag, length, content)."""
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
    """Return the issuer's common name and organisation, or any other names it has if both are missing."""
    names: dict[bytes, str] = {}
    for _, group in _elements(issuer):
        for _, pair in _elements(group):
            (_, of_what), (kind, text) = _elements(pair)
            names.setdefault(of_what, text.decode(_ENCODINGS.get(kind, "latin-1"), "replace"))
    known = [names[of_what] for of_what in (_COMMON_NAME, _ORGANIZATION) if of_what in names]
    return shortened(", ".join(dict.fromkeys(known or names.values())), _LONGEST_ISSUER)


def _time(kind: int, text: bytes) -> datetime:
    """Parse a certificate's time: in UTC, to the second; years have two digits until 2049."""
    written = text.decode("ascii")
    if kind == _UTC_TIME:
        written = ("20" if written < "50" else "19") + written
    return datetime.strptime(written, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
