"""The last digit of a number, which is worked out from the others so that a wrong one is noticed.

Owns the two sums. When an id is asked for one is for `id_rules`.
"""

from __future__ import annotations


def fits_gtin(text: str) -> bool:
    """Weigh digits by 1 and 3 in turn from the end: of EAN, UPC, GTIN and SSCC the sum ends in 0.

    Source: GS1 General Specifications, 7.9.
    """
    digits = _from_the_end(text)
    return bool(digits) and (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0


def fits_luhn(text: str) -> bool:
    """Double every other digit from the end and add up all digits: of an IMEI or an ICCID the sum ends in 0.

    Source: ISO/IEC 7812-1, annex B.
    """
    digits = _from_the_end(text)
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return bool(digits) and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _from_the_end(text: str) -> list[int]:
    """Return the digits of a number, the last one first; none where the text is no number."""
    return [int(digit) for digit in reversed(text)] if text.isascii() and text.isdigit() else []
