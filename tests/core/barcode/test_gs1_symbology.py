"""Marks that a scanner puts before a code."""

from __future__ import annotations

import pytest

from bindtool.core.barcode.gs1 import split_mark


@pytest.mark.parametrize(
    ("text", "mark", "rest"),
    [
        ("]C0SPK1", "]C0", "SPK1"),
        ("]d2SPK1", "]d2", "SPK1"),
        ("]Q3SPK1", "]Q3", "SPK1"),
        ("\\000026设备", "\\000026", "设备"),
        ("]Q2\\000026设备", "]Q2\\000026", "设备"),
        ("\\000899x", "\\000899", "x"),
        ("SPK1]C0", "", "SPK1]C0"),
        ("]21SPK1", "", "]21SPK1"),
        ("\\00026x", "", "\\00026x"),
        ("\\100026x", "", "\\100026x"),
        ("]", "", "]"),
        ("", "", ""),
    ],
)
def test_a_mark_stands_at_the_beginning(text: str, mark: str, rest: str) -> None:
    """AIM's and ECI's are told from what only looks like one."""
    assert split_mark(text) == (mark, rest)
