"""What people call a column says what is in it."""

from __future__ import annotations

import pytest

from bindtool.core.tabular.columns.names import Meaning, folded, name_of, names_an_id


@pytest.mark.parametrize(
    "name",
    [
        *("设备ID", "设备 ID", "设备ＩＤ", "设备编号", "SN", "sn", "S/N", "序列号", "设备序列号", "SN码"),
        *("device_id", "Device ID", "DEVICE-ID", "deviceId", "Serial Number", "serial_no", "Serial No."),
        *(" 设备id ", "\ufeff设备ID", "*设备ID", "设备ID（必填）"),
        *("设备ID:", "设备编号(SN)", "[必填]SN", "编号", "ID"),
        *("机身码", "条码", "IMEI", "MAC地址", "UUID", "Seriennummer", "シリアル番号", "시리얼 번호", "設備序號"),
    ],
)
def test_a_name_of_ids(name: str) -> None:
    """Case, width, spaces, underscores, stars and remarks in brackets do not count."""
    assert names_an_id(name)


@pytest.mark.parametrize(
    ("meaning", "names"),
    [
        (Meaning.DEVICE_ID, ("设备ID", "Device identifier", "geräteID")),
        (Meaning.SERIAL, ("设备编号(SN)", "整机序列号", "产品SN", "N° de série")),
        (
            Meaning.NUMBER,
            ("设备编号", "设备编码（唯一）", "Device No.", "ID", "编号", "条形码", "资产编号", "Device"),
        ),
        (Meaning.ADDRESS, ("MAC", "IMEI码", "蓝牙MAC地址")),
        (Meaning.PART, ("旧SN", "电池序列号", "Battery serial", "音箱SN", "Lot/Serial Number", "Wifi MAC addr")),
        (Meaning.LABEL, ("label", "标签", "设备名称", "Device Name")),
        (Meaning.NAME, ("名称", "name", "Location", "备注")),
        (Meaning.COUNT, ("序号", "No.", "#", "№", "Pos", "行号")),
        (
            Meaning.UNKNOWN,
            (
                "",
                "colour of it",
                "SN 26",
                "SPK26113F2001",
                "()",
                "x" * 50,
                "型号",
                "Order",
                "箱号",
                "员工编号",
                "log id",
            ),
        ),
    ],
)
def test_what_a_name_says(meaning: Meaning, names: tuple[str, ...]) -> None:
    """By itself where it is known; a serial within other words is one of something."""
    assert {name: name_of(name).meaning for name in names} == dict.fromkeys(names, meaning)


def test_a_device_is_no_name() -> None:
    """Serials have digits, and names of labels and words are none of ids."""
    assert not any(map(names_an_id, ("SPK26113F2001", "名称", "门锁序列号", "")))


def test_of_names_of_labels_the_first_ones_say_most() -> None:
    """A column "label" goes before one of aliases."""
    assert name_of("label").rank < name_of("alias").rank


def test_names_are_compared_without_what_does_not_count() -> None:
    """Width, case and signs."""
    assert folded(" *Ｓ/N： ") == "sn"
