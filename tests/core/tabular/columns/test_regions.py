"""The header is found, and rows that are no devices."""

from __future__ import annotations

import pytest

from bindtool.core.tabular.columns.regions import find_header, find_notes, is_sum, sample_of
from bindtool.core.tabular.table.grid import Grid, GridRow


def _rows(*rows: str) -> tuple[GridRow, ...]:
    return tuple(GridRow(number, tuple(row.split("|"))) for number, row in enumerate(rows, 1))


@pytest.mark.parametrize(
    ("number", "rows"),
    [
        (1, ("SN|name", "A1|x")),
        (3, ("2026年11月设备清单", "制表：张", "序号|设备 ID|设备名称", "1|A1|x")),
        (2, ("序列号", "序列号|名称", "A1|x")),
        (1, ("SN|name", "A1|x", "SN|name")),
        (1, ("名称|房间", "X2|3")),
        (None, ("名称|X2", "SPK26001|1")),
        (1, ("device_id|colour", "A1|red")),
        (2, ("Line|Item||Device|", "|Number|Text|Serial number|Location", "10|774|Node|RN0044|Shelf 1")),
        (1, ("Прибор|Комната", "SPK26001|кухня", "SPK26002|зал")),
        (2, ("Отчёт", "Прибор|Комната", "SPK26001|кухня")),
        (None, ("A1|x", "A2|y")),
        (None, ("型号|X2", "SPK26001|1")),
        (None, ("A1|设备", "A2|设备")),
        (None, ("仓库|SPK26001", "客厅|SPK26002")),
        (None, ("客厅|主卧", "厨房|书房")),
        (None, ("ABCDEF|客厅", "A1B2C3|主卧", "D4E5F6|厨房")),
        (None, ("客厅|客厅", "SPK26001|主卧")),
        (1, ("Devices", "SPK26001")),
        (None, ("Inventory", "SPK26001")),
        (1, ("Order no", "SO26001")),
        (1, ("订单号", "SO26001")),
        (1, ("序号", "SPK26001")),
        (None, (*["A1|x"] * 20, "SN|name")),
        (1, ("SN|name", "SPK001|x", "SPK002|y", "", "SN|name|model|date", "CAM-0001|z|X2|")),
        (None, ("SPK001|x", "SPK002|y", "SN|name", "SPK003|z")),
        (3, ("设备清单|", "工单|WO260044", "序号|产品SN", "1|ET260044", "2|ET260045")),
        (None, ("SPK001", "SPK002", "设备ID", "SPK003")),
        (None, ("SPK001|客厅", "备用机|阳台", "SPK002|主卧")),
        (None, ("SPK001|会议室|OK", "SPK002|教室|OK")),
        (None, ("SPK001|会议室|OK", "CAM-0077|教室|OK")),
        (1, ("SN|放哪|测了没", "SPK001|会议室|OK", "SPK002|教室|OK")),
        (3, ("First SN|SPK001", "To：|SPK002", "No.|SN", "1|SPK001", "2|SPK002")),
        (2, ("PO26001|Office", "Order|SN", "PO26001|SPK001", "PO26001|SPK002")),
        (None, ()),
    ],
)
def test_the_header(number: int | None, rows: tuple[str, ...]) -> None:
    """By names that are known, or by words without a digit above codes; only at the top."""
    header = find_header(Grid(_rows(*rows)))
    assert (header.number if header is not None else None) == number


@pytest.mark.parametrize(
    ("expected", "row"),
    [
        *[
            (True, text)
            for text in ("合计||3", "共 10 台", "Summe: 12", "合計：4", "총계", "x|TOTAL|", "共计（台）")
        ],
        *[(False, text) for text in ("A1|计数器|x", "共享音箱|A1", "Total Audio|A1", "数据线")],
    ],
)
def test_a_sum(expected: bool, row: str) -> None:
    """A word for it and a number; another word that has it in it is none."""
    assert is_sum(GridRow(1, tuple(row.split("|")))) is expected


def test_a_sample_has_devices_only() -> None:
    """A sum, the header once more, and a title among rows of several cells are none."""
    rows = _rows("设备清单", "SN|name|room", "A1|x|1", "A2|y|2", "小计||2", "第2页", "A3|z|3")
    assert [row.number for row in sample_of(rows)] == [3, 4, 7]
    assert [row.number for row in sample_of(_rows("A1", "A2|x"))] == [1, 2]
    assert len(sample_of(_rows(*["A1"] * 1000))) == 300


@pytest.mark.parametrize(
    ("numbers", "rows"),
    [
        ({1}, ("Devices", "SPK001", "SPK002")),
        ({1, 5}, ("设备清单|", "SPK001|a", "SPK002|b", "SPK003|c", "制表人：王|")),
        ({1, 4}, ("Hello", "SPK001", "SPK002", "thanks")),
        ({4}, ("SPK001", "SPK002", "SPK003", "3")),
        ({3}, ("SPK001", "SPK002", "2pcs")),
        ({3}, ("SPK001", "SPK002", "Building B", "SPK003")),
        (set(), ("|清单|", "SPK001|a|1", "SPK002|b|2", "|c|3", "|审核：李|")),
        ({2}, ("SPK001", "待补", "SPK001x")),
        (set(), ("A1B2C3", "D4E5F6", "ABCDEF")),
        ({1}, ("3", "SPK001", "SPK002")),
        ({3, 6}, ("SPK001|a", "SPK002|a", "2|a", "SPK003|b", "SPK004|b", "2|b")),
        ({2}, ("SPK001", "PASS", "SPK002")),
        ({1, 5}, ("20261126", "SPK001", " SPK002", "'SPK003", "BOX17", "SPK4", "SPK005", "SPK006")),
        (set(), ("SPK001", "SPK002", "CAM17")),
        (set(), ("SPK001", "CAM002", "FR0003", "X77012")),
        (set(), ("SPK001|a", "SPK002|a", "SPK003|a", "CAM17|a")),
        (set(), ("998", "999", "100000", "100001")),
        (set(), ("SPK001", "SPK002", "0012")),
        (set(), ("SPK001|a", "SPK002|b", "|c")),
        (set(), ("SPK001|a|1", "SPK002|b|2", "|c|3")),
        (set(), ("客厅", "主卧")),
        (set(), ()),
    ],
)
def test_titles_notes_and_counts(numbers: set[int], rows: tuple[str, ...]) -> None:
    """Words where ids have digits, amounts, and numbers and codes that are no ids; a row without an id says so."""
    table = _rows(*rows)
    assert find_notes(table, 0, sample_of(table)) == numbers
