"""The tool tip of an id shows what really came in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bindtool.gui.sheet.table_model import arrived_tip
from bindtool.i18n.catalogue import Texts
from tests.core.store.samples import row


@pytest.mark.parametrize(
    ("device_id", "arrived", "tip"),
    [
        ("SPK1", "SPK1", "SPK1"),
        ("SPK1", "", "SPK1"),
        ("SPK1", "SPK1\r", "SPK1"),
        ("SPK1", "SN:SPK1;MAC:2", "SPK1\nScanned as: SN:SPK1;MAC:2"),
        ("SPK1", "21SPK1\x1d10A", "SPK1\nScanned as: 21SPK1␝10A"),
        ("SPK1", "21SPK1<GS>10<b>", "SPK1\nScanned as: 21SPK1<GS>10<b>"),
        ("SPK1", "\u00a0SPK1\u200b", "SPK1\nScanned as: [U+00A0]SPK1[U+200B]"),
        ("SP\u200bK1", "SP\u200bK1", "SP[U+200B]K1"),
        ("SPK1", "SPK1" + "x" * 700, f"SPK1\nScanned as: SPK1{'x' * 596}…"),
    ],
)
def test_the_tip_of_an_id(texts: Texts, device_id: str, arrived: str, tip: str) -> None:
    """GIVEN a row WHEN its id is pointed at THEN another text that came in is shown, and nothing is unseen."""
    assert arrived_tip(texts, replace(row(1, device_id), arrived=arrived)) == tip
