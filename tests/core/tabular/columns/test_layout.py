"""Where ids and labels stand is found, said, and can be corrected; what is not clear is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bindtool.core.barcode.scan_rules import IdRules, PartKind, PartRule, ScanRules
from bindtool.core.common.messages import Message
from bindtool.core.tabular.columns.layout import make_of, recognise
from bindtool.core.tabular.table.grid import Grid, GridRow
from bindtool.core.tabular.table.result import NO_COLUMN, NO_HEADER, NOTHING_CHOSEN, Choices, Known

ERP = (
    "Order 4711",
    "Pos|Article|Serial|MAC",
    *(f"{n}|SPK-2|SPK26113F20{n:02}|A0:B1:C2:00:11:{n:02}" for n in range(1, 11)),
)
SERIALS = ("SPK26113F2001", "SPK26113F2002", "SPK26113F2017")
MACS = ("A0:B1:C2:00:11:01", "A0:B1:C2:00:11:02", "A0:B1:C2:00:11:1C")
NUMBERS = ("26004417", "26004418", "26004431")
WORDS = ("智能音箱-客厅01", "智能音箱-客厅02", "智能音箱-主卧")
TRADE = ("6901234567892", "4006381333931", "5901234123457")
PARTS = ('{"sn": "26001"}', '{"sn": "26002"}', '{"sn": "26007"}')


def _grid(*rows: str) -> Grid:
    return Grid(tuple(GridRow(number, tuple(row.split("|"))) for number, row in enumerate(rows, 1)))


def _beside(*columns: tuple[str, ...], header: str = "") -> Grid:
    """Put columns of three cells side by side."""
    rows = ["|".join(cells) for cells in zip(*columns, strict=True)]
    return _grid(header, *rows) if header else _grid(*rows)


def _found(grid: Grid, choices: Choices = NOTHING_CHOSEN) -> tuple[int, int, int]:
    layout = recognise(grid, choices)
    assert layout.doubt is None
    return layout.header, layout.id_column, layout.label_column


def _doubt(grid: Grid, known: Known | None = None) -> tuple[str, tuple[int, ...]]:
    layout = recognise(grid, known=known or Known())
    assert layout.doubt is not None
    return layout.doubt.id, layout.candidates


def test_a_table_of_an_erp() -> None:
    """Neither its running numbers nor its article are ids, and a MAC is none beside a serial."""
    layout = recognise(_grid(*ERP))
    assert (layout.header, layout.id_column, layout.label_column, layout.doubt) == (2, 2, NO_COLUMN, None)
    assert layout.candidates == (2, 3)
    assert layout.why == Message.of("layout.header", row=2, column="C", name="Serial")


def test_short_ids_that_count() -> None:
    """Under a device's own name and with zeros in front they are ids, unless a column beside them may be them."""
    names = ("音箱一", "音箱二", "音箱三")
    assert _found(_beside(("0001", "0002", "0003"), names, header="设备ID|标签")) == (1, 0, 1)
    for grid in (
        _beside(("1", "2", "3"), names, header="设备ID|标签"),
        _beside(("0001", "0002", "0003"), names, header="编号|标签"),
    ):
        assert _doubt(grid) == ("doubt.no_ids", ())
    beside = _beside(("0001", "0002", "0003"), SERIALS, header="设备ID|板卡")
    assert _doubt(beside) == ("doubt.columns", (0, 1))


def test_numbers_beside_names_that_count() -> None:
    """A name with a space is no id, whatever number it ends in."""
    assert _found(_beside(NUMBERS, ("Shelf 1", "Shelf 2", "Shelf 3"))) == (NO_HEADER, 0, 1)


def test_two_lists_side_by_side() -> None:
    """Names that are a choice elsewhere are none where they come twice: the devices of one side would be lost."""
    side_by_side = _grid("device_id|label||device_id|label", "SPK0001|a||SPK0003|c", "SPK0002|b||SPK0004|d")
    assert _doubt(side_by_side) == ("doubt.columns", (0, 3))


def test_labels_in_front_of_ids_without_a_header() -> None:
    """Their contents differ plainly."""
    layout = recognise(_grid("智能音箱-客厅01|00000001"))
    assert (layout.header, layout.id_column, layout.label_column, layout.doubt) == (NO_HEADER, 1, 0, None)
    assert layout.why == Message.of("layout.no_header", column="B")


@pytest.mark.parametrize(
    ("found", "rows"),
    [
        ((1, 2, 1), ("no|标签| 设备ID ", "1|x|A1")),
        ((3, 1, 2), ("2026年11月设备清单", "制表：张", "序号|设备 ID|设备名称", "1|A1|x")),
        ((1, 0, NO_COLUMN), ("device_id|颜色", "A1|red")),
        ((1, 0, 1), ("Serial|Emplacement", "FR8800471|Accueil", "FR8800472|Atelier")),
        ((1, 1, 0), ("Комната|SN", "кухня|SPK26001", "зал|SPK26002")),
        ((1, 1, NO_COLUMN), ("ID|SN|状态", "1|YD26K418|正常", "2|YD26K425|正常")),
        ((1, 1, 2), ("编号|设备号|名称", "1|7704118026|前门", "2|7704118027|后门")),
        ((1, 1, NO_COLUMN), ("序列号|编码", "1|BM77K440118", "2|BM77K440119")),
        ((1, 0, NO_COLUMN), ("设备SN|主板SN|MAC", "TB9K417|PCB-A-1|A0:B1:C2:00:11:01")),
        ((1, 1, NO_COLUMN), ("型号|MAC", "E20|A0:B1:C2:00:11:01", "E20|A0:B1:C2:00:11:02")),
        ((1, 1, NO_COLUMN), ("序號|No.", "1|TW26440018", "2|TW26440019")),
        ((1, 0, 1), ("device_id|label|row", "|/|1")),
        ((1, 0, 1), ("SN|备注", "A1|返修", "A2|样机")),
        ((1, 0, NO_COLUMN), ("SN|名称", "A1|音箱", "A2|音箱", "A3|音箱", "A4|音箱")),
        ((1, 0, NO_COLUMN), ("SN|名称", "A1|", "A2|")),
        ((1, 0, 1), ("SN|名称", "A1|n1", "A2|n1")),
        ((1, 0, 1), ("SN|标签", "A1|音箱", "A2|音箱")),
        ((1, 0, NO_COLUMN), ("SN|标签", "A1|1", "A2|2")),
        ((1, 1, 3), ("编号|SN|name|label", "1|A1|x|y", "2|A2|z|w")),
        ((1, 0, NO_COLUMN), ("SN", "A1", "A1")),
        ((1, 0, NO_COLUMN), ("SN|S/N", "A1|A1", "A2|A2")),
        ((1, 0, NO_COLUMN), ("设备ID|台数", "客厅|3", "主卧|4")),
        ((1, 0, NO_COLUMN), ("条码", "SPK26001", "SPK26002")),
    ],
)
def test_columns_with_names(found: tuple[int, int, int], rows: tuple[str, ...]) -> None:
    """The surest name counts, unless what is in the column speaks against it."""
    assert _found(_grid(*rows)) == found


@pytest.mark.parametrize(
    ("found", "columns"),
    [
        ((0, NO_COLUMN), (SERIALS,)),
        ((0, NO_COLUMN), (WORDS[:1] * 2 + SERIALS[:1],)),
        ((0, NO_COLUMN), (("kitchen-01", "kitchen-02", "hall-01"),)),
        ((0, 1), (SERIALS, WORDS)),
        ((1, 0), (WORDS, NUMBERS)),
        ((1, 0), (WORDS, MACS)),
        ((1, 0), (("kitchen-01", "kitchen-02", "hall-01"), SERIALS)),
        ((0, 1), (("speaker-001", "speaker-002", "speaker-003"), WORDS)),
        ((2, 3), (("1", "2", "3"), ("X2", "X2", "X2"), SERIALS, WORDS)),
        ((1, NO_COLUMN), (("客厅", "主卧", "书房"), SERIALS, WORDS)),
        ((1, NO_COLUMN), (("2026-11-02", "2026-11-03", "2026-11-05"), SERIALS, ("合格", "合格", "合格"))),
        ((0, NO_COLUMN), (SERIALS, ("13800138001", "13800138002", "13800138003"))),
    ],
)
def test_columns_without_names(found: tuple[int, int], columns: tuple[tuple[str, ...], ...]) -> None:
    """One is plainly better than all others; one alone has the ids."""
    assert _found(_beside(*columns)) == (NO_HEADER, *found)


@pytest.mark.parametrize(
    ("doubt", "candidates", "grid"),
    [
        ("doubt.columns", (0, 1), _beside(SERIALS, MACS)),
        ("doubt.columns", (1, 0), _beside(MACS, SERIALS)),
        ("doubt.columns", (1, 0), _beside(NUMBERS, SERIALS)),
        ("doubt.columns", (1, 0), _beside(("kitchen-01", "kitchen-02", "hall-01"), MACS)),
        ("doubt.columns", (0, 1), _beside(MACS, NUMBERS, header="MAC|IMEI")),
        ("doubt.columns", (0, 1), _beside(SERIALS, NUMBERS, header="SN|设备编号")),
        ("doubt.columns", (1, 0), _beside(NUMBERS, SERIALS, header="Device No.|Device ID")),
        ("doubt.columns", (0, 1), _beside(SERIALS, MACS, header="编号|MAC")),
        ("doubt.columns", (0, 1), _beside(("客厅", "主卧", "书房"), MACS, header="SN|MAC")),
        ("doubt.columns", (0, 1), _beside(("", "", ""), MACS, header="SN|MAC")),
        ("doubt.columns", (0, 1), _beside(SERIALS, tuple(reversed(SERIALS)), header="旧SN|新SN")),
        ("doubt.name", (1,), _beside(("X2",) * 3, SERIALS, header="型号|单据")),
        ("doubt.name", (0,), _beside(SERIALS, WORDS, header="电池序列号|名称")),
        ("doubt.name", (0,), _beside(("13800138001", "13800138002", "13800138003"), WORDS)),
        ("doubt.name", (0,), _beside(TRADE, WORDS, header="条码|商品")),
        ("doubt.no_ids", (), _beside(("1", "2", "3"), WORDS)),
        ("doubt.no_ids", (), _beside(SERIALS, WORDS, header="订单号|客户")),
        ("doubt.no_ids", (), _beside(("1", "2", "3"))),
        ("doubt.no_ids", (), _beside(("客厅", "主卧", "书房"))),
        ("doubt.no_ids", (), _beside(NUMBERS, ("张", "李", "王"), header="工号|姓名")),
        ("doubt.name", (0,), _beside(("10001", "10002", "10003"), WORDS)),
        ("doubt.name", (0,), _beside(SERIALS, WORDS, header="产品ID|名称")),
        ("doubt.no_ids", (0,), _beside(TRADE)),
        ("doubt.no_ids", (0,), _beside(("13800138001", "13800138002", "13800138003"))),
        ("doubt.no_ids", (0,), _grid("SPK26117", "A0B1C2001101", "SPK26124", "A0B1C2001102")),
        ("doubt.no_ids", (0,), _grid("SN", "SPK26117", "A0B1C2001101", "SPK26124", "A0B1C2001102")),
        ("doubt.no_ids", (), _grid("hello", "SPK26117", "ok", "thanks")),
        ("doubt.no_ids", (), _grid("订单号", "SO26117", "SO26124")),
        ("doubt.no_ids", (0,), _grid("SN|room", *["SPK-2|a", "SPK-3|b"] * 2)),
        ("doubt.no_ids", (0,), _grid("SN|room", "6901234567892|a", "6901234567892|b")),
        ("doubt.name", (0,), _beside(SERIALS, WORDS, header="SN/MAC|名称")),
        ("doubt.name", (0,), _beside(("13800138001", "13800138002", "13800138003"), WORDS, header="编号|姓名")),
        ("doubt.in_two", (1,), _beside(("SPA26",) * 3, ("0117", "0124", "0131"), header="前缀|序列号")),
        ("doubt.in_two", (1,), _beside(("SPA26",) * 3, ("00117", "00124", "00131"), WORDS)),
        ("doubt.no_ids", (), _beside(("2026-11-02", "2026-11-03", "2026-11-05"))),
    ],
)
def test_doubt(doubt: str, candidates: tuple[int, ...], grid: Grid) -> None:
    """Where two columns may be the ids, or none plainly is."""
    assert _doubt(grid) == (doubt, candidates)


def test_a_hidden_column_is_not_taken_without_a_question() -> None:
    """Nobody sees its ids; a person may choose it, and any other column is taken as ever."""
    grid = _beside(NUMBERS, SERIALS, WORDS, header="设备ID|SN|名称")
    assert recognise(grid).id_column == 0
    assert recognise(replace(grid, hidden=frozenset({1, 2}))) == recognise(grid)
    hidden = replace(grid, hidden=frozenset({0}))
    assert _doubt(hidden) == ("doubt.hidden", (0, 1))
    assert recognise(hidden, Choices(header=1, id_column=0)).doubt is None


def test_a_doubt_names_its_columns() -> None:
    """By letter and name, and the likeliest is the one that is shown."""
    layout = recognise(_beside(MACS, NUMBERS, header="MAC| 设备 \n编号 "))
    assert layout.id_column == 1
    layout = recognise(_beside(NUMBERS, SERIALS, NUMBERS, SERIALS, SERIALS))
    assert layout.doubt == Message.of("doubt.columns", columns="B / D / E / A")
    assert layout.id_column == 1
    layout = recognise(_beside(SERIALS, SERIALS[::-1], header="旧 \nSN|" + "新" * 50 + "SN"))
    assert layout.doubt == Message.of("doubt.columns", columns=f"B “{'新' * 40}” / A “旧 SN”")


def test_what_the_profile_says_of_ids() -> None:
    """It settles a doubt, and goes before names; what fits all columns or none settles nothing."""
    by_pattern = Known(ScanRules(ids=IdRules(pattern="SPK.*")))
    layout = recognise(_beside(MACS, SERIALS), known=by_pattern)
    assert (layout.id_column, layout.doubt) == (1, None)
    assert layout.why == Message.of("layout.no_header", column="B")
    layout = recognise(_beside(SERIALS, NUMBERS, header="单据|SN"), known=by_pattern)
    assert (layout.id_column, layout.doubt, layout.why) == (0, None, Message.of("layout.by_rules", column="A"))
    short = Known(ScanRules(ids=IdRules(pattern="[0-9]{3}")))
    layout = recognise(_beside(("417", "118", "230"), WORDS), known=short)
    assert (layout.id_column, layout.label_column, layout.doubt) == (0, 1, None)
    assert recognise(_beside(("417", "118", "230")), known=short).doubt is None
    for pattern in (".*", "XYZ"):
        known = Known(ScanRules(ids=IdRules(pattern=pattern)))
        assert _doubt(_beside(SERIALS, MACS), known) == ("doubt.columns", (0, 1))


def test_codes_that_the_profile_takes_apart() -> None:
    """Whole codes have the ids, where a rule finds them there."""
    known = Known(ScanRules(part=PartRule(PartKind.JSON, "sn")))
    layout = recognise(_beside(WORDS, PARTS), known=known)
    assert (layout.id_column, layout.doubt, layout.why) == (1, None, Message.of("layout.by_rules", column="B"))
    assert _doubt(_beside(WORDS, PARTS)) == ("doubt.name", (1,))
    spaced = tuple(one.replace("26", "Kü") for one in PARTS)
    assert recognise(_beside(spaced), known=known).doubt is None


def test_ids_that_were_bound_on_the_channel() -> None:
    """They settle a doubt, and make one where the names say something else."""
    known = Known(bound=("SPK25113F2001", "SPK25113F2002", "SPK25113F2003"))
    layout = recognise(_beside(MACS, SERIALS), known=known)
    assert (layout.id_column, layout.doubt, layout.why) == (1, None, Message.of("layout.by_bound", column="B"))
    layout = recognise(_beside(SERIALS, MACS, header="SN|MAC"), known=known)
    assert (layout.id_column, layout.doubt) == (0, None)
    layout = recognise(_beside(NUMBERS, SERIALS, header="设备ID|SN"), known=known)
    assert (layout.id_column, layout.doubt) == (
        0,
        Message.of("doubt.bound", column="A “设备ID”", other="B “SN”"),
    )
    assert _doubt(_beside(SERIALS, SERIALS[::-1]), known)[0] == "doubt.columns"


def test_a_person_knows_better() -> None:
    """Each guess can be replaced by itself, the others follow, and what was chosen is no doubt."""
    grid = _grid("SN|name|设备ID|标签", "A1|x|B1|y", "A2|z|B2|w")
    assert _found(grid) == (1, 2, 3)
    assert _found(grid, Choices(id_column=0)) == (1, 0, 3)
    assert _found(grid, Choices(id_column=3)) == (1, 3, 1)
    assert _found(grid, Choices(label_column=NO_COLUMN)) == (1, 2, NO_COLUMN)
    assert _found(grid, Choices(label_column=2)) == (1, 0, 2)
    assert _found(grid, Choices(header=2, id_column=9)) == (2, 9, NO_COLUMN)
    both = _beside(SERIALS, MACS)
    assert _found(both, Choices(id_column=1)) == (NO_HEADER, 1, NO_COLUMN)
    assert recognise(both, Choices(header=NO_HEADER)).doubt is not None


def test_an_empty_table() -> None:
    """There is nothing to be in doubt about."""
    assert _found(Grid(())) == (NO_HEADER, 0, NO_COLUMN)
    assert _found(_grid("MAC|IMEI")) == (1, 0, NO_COLUMN)


def test_titles_and_notes_are_told() -> None:
    """By the numbers of their rows."""
    assert recognise(_grid("设备清单|", "SPK001|a", "SPK002|b", "SPK003|c", "制表：王|")).notes == {1, 5}


def test_what_a_person_chose_is_remembered_for_lists_of_the_same_make() -> None:
    """By their names of columns, whatever is in them; what is chosen now goes before it."""
    known = Known(remembered={make_of(_grid("SN|MAC", "1|2")): Choices(id_column=1, label_column=0)})
    layout = recognise(_grid("list", " sn |Mac", "A3|4"), known=known)
    assert (layout.header, layout.id_column, layout.label_column, layout.remembered) == (2, 1, 0, True)
    assert layout.why == Message.of("layout.remembered", column="B")
    assert not recognise(_grid("SN|IMEI", "A1|2"), known=known).remembered
    chosen = recognise(_grid("SN|MAC", "A1|2"), Choices(id_column=0), known)
    assert (chosen.id_column, chosen.remembered) == (0, False)


def test_lists_without_a_header_are_of_one_make_where_their_columns_are() -> None:
    """Their kind, their length and the letters that they begin with; no cell is in the key."""
    make = make_of(_beside(SERIALS, MACS))
    assert make == make_of(_beside(("SPK26113F9001", "SPK26113F9002", "SPK27004A1111"), MACS[::-1]))
    others = [(MACS, SERIALS), (SERIALS, NUMBERS), (SERIALS, MACS, WORDS), (("ABC26113F9001",) * 3, MACS)]
    assert make not in {make_of(_beside(*columns)) for columns in others}
    assert "SPK" not in make


def test_device_id_and_label_side_by_side_are_what_they_are_called() -> None:
    """Whatever is in them: running numbers, truth values, the same label for all."""
    assert _found(_grid("row|device_id|label|status", "1|1|TRUE|bound", "2|2|TRUE|bound")) == (1, 1, 2)
    assert _found(_grid("label|device_id|time", "a1|SPK26113F2001|09:45"))[1] == 1
