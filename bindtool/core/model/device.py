"""A device as it can be sent: an id and a label, both text.

Says what is taken off an id without asking, and what makes a text unfit to be one. Whether a scanned text is an id
at all or has parts is decided in `core/barcode/code.py`; whether it is a repeat, in `core/sheet/sheet.py`.
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
# What most ids look like, for a quick check: nothing that makes an id unfit can be in one of these. GS1's codes
# begin with "01" and a trade number.
_PLAIN = re.compile(r"(?!(?i:[ps]at|cz[us])_|01[0-9]{14})[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)
_LONGEST_PLAIN = 64
NO_TEXT = "\ufffd"
"""What is left where a scanner sent bytes that are no text."""
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)
"""What a spreadsheet makes of a long number."""
_NO_WORD = re.compile(r"[^A-Za-z0-9_]+")
_TOKEN = re.compile(r"(?:Bearer\s+)?(?:[ps]at|cz[us])_\w{16,}", re.IGNORECASE | re.ASCII)


def normalise(text: str) -> str:
    """Take spaces and what can't be seen off both ends and fold full-width letters and digits.

    A spreadsheet, a chat and an input method add these; no device id has them on purpose. Nothing else is touched:
    case and leading zeros stay, and so does what can't be seen inside, which holds the id.
    """
    bare = strip_invisible(text)
    return bare if bare.isascii() else bare.translate(_FULL_WIDTH)


def caseless(device_id: str) -> str:
    """Return what ids have in common that differ in upper and lower case only."""
    upper = device_id.upper()
    # Most ids have capitals: one text is kept, and no second one beside it.
    return device_id if upper == device_id else upper


def is_plain(text: str) -> bool:
    """Tell whether a text is made like most ids: it has no problem, no parts, and nothing to take off."""
    # A pattern takes twice as long as this, which nearly every id is, and each is looked at several times.
    is_serial = text.isascii() and text.isalnum() and len(text) <= _LONGEST_PLAIN and not text.startswith("01")
    return is_serial or _PLAIN.fullmatch(text) is not None


def id_problem(text: str) -> Message | None:
    """Say why `text`, already normalised, can't be a device id; None where it can."""
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
    """Say why `text` can't be a label; None where it can. Coze requires one (its page: label, 必选)."""
    if text.isascii() and text.isprintable() and text.strip():
        return None
    if not strip_invisible(text):
        return Message.of("reason.label_missing")
    control = _unprintable(text)
    return Message.of("reason.label_control", codes=control) if control else None


def looks_like_token(text: str) -> bool:
    """Tell whether a text is an access token, which must not be written down where ids are."""
    return _TOKEN.match(text.strip()) is not None


def holds_token(text: str) -> bool:
    """Tell whether an access token stands anywhere in a text."""
    # Quick checks, which most texts pass.
    if "_" not in text:
        return False
    lowered = text.lower()
    begins = "at_" in lowered or "czu_" in lowered or "czs_" in lowered
    return begins and any(map(looks_like_token, _NO_WORD.split(text)))


def _unprintable(text: str) -> str:
    """Name what is no text in a text, "" for nothing."""
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
