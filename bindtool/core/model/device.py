"""A device as it can be sent: an id and a label, both text.

Decides which characters are removed from an id silently, and which texts can't be an id. Whether a scanned text is
an id at all or has parts is decided in `core/barcode/code.py`; whether it is a repeat, in `core/sheet/sheet.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.core.common.safe_text import codes_of, has_unprintable, strip_invisible

MAX_ID_LENGTH = 256
"""Characters. Coze's page names no limit; this one keeps a whole document from being sent as an id."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# The form of most ids, for a quick check: no invalid id matches. GS1 codes begin with "01" and a GTIN.
_PLAIN = re.compile(r"(?!(?i:[ps]at|cz[us])_|01[0-9]{14})[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)
_LONGEST_PLAIN = 64
NO_TEXT = "\ufffd"
"""Replaces bytes of a scan that can't be decoded."""
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)
"""A long number as a spreadsheet rewrites it."""
_NO_WORD = re.compile(r"[^A-Za-z0-9_]+")
_TOKEN = re.compile(r"(?:Bearer\s+)?(?:[ps]at|cz[us])_\w{16,}", re.IGNORECASE | re.ASCII)


def normalise(text: str) -> str:
    """Strip spaces and invisible characters from both ends, and fold full-width letters and digits.

    Spreadsheets, chats and input methods add these; no device id has them on purpose. Nothing else is changed: case
    and leading zeros stay, and so do invisible characters inside, for which the id is held.
    """
    bare = strip_invisible(text)
    return bare if bare.isascii() else bare.translate(_FULL_WIDTH)


def caseless(device_id: str) -> str:
    """Return a key that is equal for ids that differ only in case."""
    upper = device_id.upper()
    # Most ids are upper case: return the same string object and save memory.
    return device_id if upper == device_id else upper


def is_plain(text: str) -> bool:
    """Return whether a text has the form of most ids: valid, without parts, already normalised."""
    # Nearly every id is a serial number, and each is checked several times: a regular expression takes twice as
    # long.
    is_serial = text.isascii() and text.isalnum() and len(text) <= _LONGEST_PLAIN and not text.startswith("01")
    return is_serial or _PLAIN.fullmatch(text) is not None


def id_problem(text: str) -> Message | None:
    """Return why `text`, already normalised, can't be a device id; None for a valid one."""
    if is_plain(text):
        return None
    if not text:
        return Message.of("reason.id_missing")
    if len(text) > MAX_ID_LENGTH:
        return Message.of("reason.id_too_long", length=len(text), limit=MAX_ID_LENGTH)
    control = _unprintable(text)
    if control:
        return Message.of("reason.id_control", codes=control)
    if SCIENTIFIC.fullmatch(text):
        return Message.of("reason.id_scientific", text=text)
    if looks_like_token(text):
        return Message.of("reason.id_is_token")
    return None


def label_problem(text: str) -> Message | None:
    """Return why `text` can't be a label; None for a valid one. Coze requires one (its page: label, 必选)."""
    if text.isascii() and text.isprintable() and text.strip():
        return None
    if not strip_invisible(text):
        return Message.of("reason.label_missing")
    control = _unprintable(text)
    return Message.of("reason.label_control", codes=control) if control else None


def looks_like_token(text: str) -> bool:
    """Return whether a text is an access token, which must not be stored among ids."""
    return _TOKEN.match(text.strip()) is not None


def holds_token(text: str) -> bool:
    """Return whether a text contains an access token."""
    # Quick checks, which most texts pass.
    if "_" not in text:
        return False
    lowered = text.lower()
    begins = "at_" in lowered or "czu_" in lowered or "czs_" in lowered
    return begins and any(map(looks_like_token, _NO_WORD.split(text)))


def _unprintable(text: str) -> str:
    """Name the characters of a text that are not printable, "" for none."""
    if not (NO_TEXT in text or has_unprintable(text)):
        return ""
    return codes_of(character for character in text if character == NO_TEXT or has_unprintable(character))


@dataclass(frozen=True, slots=True)
class Device:
    """One entry of a request.

    Raises:
        BadInput: the id or the label can't be sent.
    """

    device_id: str
    label: str

    def __post_init__(self) -> None:
        problem = id_problem(self.device_id) or label_problem(self.label)
        if problem is not None:
            raise BadInput("device.unfit", reason=problem.id)
