"""Columns are found by what people call them."""

from __future__ import annotations

import pytest

from bindtool.core.tabular.columns.names import IDS, LABELS, names_an_id, rank


@pytest.mark.parametrize(
    "name",
    [
        *("设备ID", "设备 ID", "设备ＩＤ", "设备编号", "SN", "sn", "S/N", "序列号", "设备序列号", "SN码"),
        *("device_id", "Device ID", "DEVICE-ID", "deviceId", "Serial Number", "serial_no", "Serial No."),
        *(
            " 设备id ",
            "\ufeff设备ID",
            "*设备ID",
            "设备ID（必填）",
            "设备ID:",
            "设备编号(SN)",
            "[必填]SN",
            "编号",
            "ID",
        ),
    ],
)
def test_a_name_of_ids(name: str) -> None:
    """Case, width, spaces, underscores, stars and remarks in brackets do not count."""
    assert names_an_id(name)
    assert rank(name, LABELS) is None


@pytest.mark.parametrize("name", ["label", "Label", "标签", "名称", "设备名称", "设备 名称", "Device Name", "name"])
def test_a_name_of_labels(name: str) -> None:
    """Labels have names of their own."""
    assert rank(name, LABELS) is not None
    assert not names_an_id(name)


@pytest.mark.parametrize(
    "name", ["", "序号", "型号", "no", "row", "SN: 1", "SPK26113F2001", "MAC", "x" * 50, "()", "SN2"]
)
def test_another_name(name: str) -> None:
    """A running number, a type and a device are no names of these columns."""
    assert not names_an_id(name)


def test_the_surest_name_goes_first() -> None:
    """A list with a device id, a serial number and an index has its ids in the first."""
    ranks = [rank(name, IDS) for name in ("设备ID", "设备编号", "SN", "编号")]
    assert None not in ranks
    assert ranks == sorted(ranks, key=lambda found: found or 0)
