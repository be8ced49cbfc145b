"""Where ids and labels stand is chosen, plainly named, or asked; the likeliest column is marked for that."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bindtool.core.barcode.id_rules import IdRules, PartKind, PartRule
from bindtool.core.common.messages import Message
from bindtool.core.scanner.scan_rules import ScanRules
from bindtool.core.tabular.columns.layout import make_of, recognise
from bindtool.core.tabular.table.grid import Grid, GridRow
from bindtool.core.tabular.table.result import NO_COLUMN, NO_HEADER, NOTHING_CHOSEN, Choices, Known

SERIALS = ("SPK26113F2001", "SPK26113F2002", "SPK26113F2017")
MACS = ("A0:B1:C2:00:11:01", "A0:B1:C2:00:11:02", "A0:B1:C2:00:11:1C")
NUMBERS = ("26004417", "26004418", "26004431")
WORDS = ("智能音箱-客厅01", "智能音箱-客厅02", "智能音箱-主卧")
TRADE = ("6901234567892", "4006381333931", "5901234123457")
PARTS = ('{"sn": "26001"}', '{"sn": "26002"}', '{"sn": "26007"}')
PHONES = ("13800138001", "13800138002", "13800138003")


def _grid(*rows: str) -> Grid:
    return Grid(tuple(GridRow(number, tuple(row.split("|"))) for number, row in enumerate(rows, 1)))


def _beside(*columns: tuple[str, ...], header: str = "") -> Grid:
    """Put columns of three cells side by side."""
    rows = ["|".join(cells) for cells in zip(*columns, strict=True)]
    return _grid(header, *rows) if header else _grid(*rows)


def _taken(grid: Grid, choices: Choices = NOTHING_CHOSEN) -> tuple[int, int, int]:
    layout = recognise(grid, choices)
    assert layout.doubt is None
    return layout.header, layout.id_column, layout.label_column


def _asked(grid: Grid, known: Known | None = None) -> tuple[str, int, int]:
    """Return why a list is asked for, and which columns are marked as ids and labels."""
    layout = recognise(grid, known=known or Known())
    assert layout.doubt is not None
    return layout.doubt.id, layout.id_column, layout.label_column


@pytest.mark.parametrize(
    ("taken", "rows"),
    [
        ((1, 1, 2), ("row|device_id|label|status", "1|1|TRUE|bound", "2|2|TRUE|bound")),
        ((1, 0, 1), ("device_id|label|row", "|/|1")),
        ((2, 1, 2), ("2026年11月设备清单", "序号|设备 ID|标签", "1|A1|x")),
        ((1, 1, 0), ("label|value", "客厅|SPK26001", "主卧|SPK26002")),
        ((1, 1, 2), ("key|value|label", "k|SPK26001|客厅", "k|SPK26002|主卧")),
        ((1, 0, NO_COLUMN), ("SN", "A1", "A1")),
        ((1, 1, NO_COLUMN), ("|条码|", "|SPK26001|", "|SPK26002|")),
        ((NO_HEADER, 0, NO_COLUMN), SERIALS),
        ((NO_HEADER, 0, NO_COLUMN), (*WORDS[:1] * 2, SERIALS[0])),
        ((NO_HEADER, 0, NO_COLUMN), ("kitchen-01", "kitchen-02", "hall-01")),
    ],
)
def test_what_is_taken_without_asking(taken: tuple[int, int, int], rows: tuple[str, ...]) -> None:
    """The names of reports and of Coze, whatever is below them, and a column with nothing beside it."""
    assert _taken(_grid(*rows)) == taken


@pytest.mark.parametrize(
    "rows",
    [
        ("device_id|label||device_id|label", "SPK0001|a||SPK0003|c", "SPK0002|b||SPK0004|d"),
        ("device_id|colour|label", "SPK0001|red|a", "SPK0002|red|b"),
        ("label|value|price", "客厅|SPK26001|3", "主卧|SPK26002|4"),
        ("value|value|label", "SPK26001|SPK26003|a", "SPK26002|SPK26004|b"),
        ("SN|room", "SPK26001|a", "SPK26002|b"),
    ],
)
def test_what_is_like_it_is_asked(rows: tuple[str, ...]) -> None:
    """Names that come twice, stand apart or beside others, and a column beside another."""
    assert recognise(_grid(*rows)).doubt is not None


@pytest.mark.parametrize(
    ("marked", "grid"),
    [
        ((1, 2), _grid("no|SN|标签", "1|A1|x", "2|A2|y")),
        ((1, NO_COLUMN), _grid("序号|设备编号|型号", "1|YD26K418|E20", "2|YD26K425|E20")),
        ((0, 1), _grid("Serial|Emplacement", "FR8800471|Accueil", "FR8800472|Atelier")),
        ((1, 0), _grid("Комната|SN", "кухня|SPK26001", "зал|SPK26002")),
        ((0, NO_COLUMN), _grid("整机SN(必填)|名称", "A1|音箱", "A2|音箱", "A3|音箱", "A4|音箱")),
        ((0, 1), _grid("SN|名称", "A1|n1", "A2|n1")),
        ((0, 1), _grid("SN|标签", "A1|音箱", "A2|音箱")),
        ((0, NO_COLUMN), _grid("SN|标签", "A1|1", "A2|2")),
        ((0, 1), _grid("SN|彩色", "A1|红色", "A2|蓝色")),
        ((0, 2), _beside(NUMBERS, ("5", "7", "5"), WORDS)),
        ((1, 0), _beside(WORDS, MACS)),
        ((0, 1), _beside(("speaker 001", "speaker 002", "speaker 003"), WORDS, header="SN|label")),
        ((2, 3), _beside(("1", "2", "3"), ("X2", "X2", "X2"), SERIALS, WORDS)),
        ((1, NO_COLUMN), _beside(("客厅", "主卧", "书房"), SERIALS, WORDS)),
        ((0, NO_COLUMN), _beside(SERIALS, PHONES)),
    ],
)
def test_the_only_column_that_fits_is_marked(marked: tuple[int, int], grid: Grid) -> None:
    """By its contents and, where it has one, by its name; labels by their name or as the only words."""
    if recognise(grid).candidates:
        assert _asked(grid) == ("doubt.new_layout", *marked)
    else:
        assert _asked(grid)[0] == "doubt.no_ids"


@pytest.mark.parametrize(
    "columns",
    [
        _beside(SERIALS, MACS),
        _beside(NUMBERS, SERIALS),
        _beside(SERIALS, NUMBERS, header="SN|设备编号"),
        _beside(SERIALS, MACS, header="SN|Box"),
        _beside(SERIALS, TRADE, header="SN|条码"),
        _beside(SERIALS, SERIALS[::-1], header="Faulty SN|Replacement SN"),
        _beside(SERIALS, NUMBERS, header="SN|运单"),
    ],
)
def test_of_two_that_fit_none_is_marked(columns: Grid) -> None:
    """Names rank them and rule out none: a missing word would bind a wrong device."""
    assert _asked(columns)[:2] == ("doubt.columns", NO_COLUMN)
    assert sorted(recognise(columns).candidates) == [0, 1]


@pytest.mark.parametrize(
    "grid",
    [
        _beside(SERIALS, WORDS, header="单据|名称"),
        _beside(SERIALS, WORDS, header="旧SN|名称"),
        _beside(SERIALS, WORDS, header="SN/MAC|名称"),
        _beside(SERIALS, WORDS, header="Customer serial|Name"),
        _grid("Removed devices|", "SN|Room", *(f"{one}|1" for one in SERIALS)),
        _beside(TRADE, WORDS, header="SN|名称"),
        _beside(PHONES, WORDS, header="编号|姓名"),
        _beside(("SPA26",) * 3, ("0117", "0124", "0131"), header="前缀|序列号"),
        _beside(("SPA26",) * 3, ("00117", "00124", "00131")),
    ],
)
def test_of_one_that_fits_in_doubt_none_is_marked(grid: Grid) -> None:
    """An unknown name, a word of other devices, articles, telephones, and digits that may be the end of an id."""
    assert _asked(grid)[1] == NO_COLUMN


@pytest.mark.parametrize(
    "grid",
    [
        _beside(("1", "2", "3"), WORDS),
        _beside(("1", "2", "3")),
        _beside(("客厅", "主卧", "书房")),
        _beside(TRADE),
        _beside(PHONES),
        _beside(("2026-11-02", "2026-11-03", "2026-11-05")),
        _grid("SPK26117", "A0B1C2001101", "SPK26124", "A0B1C2001102"),
        _grid("SN", "SPK26117", "A0B1C2001101", "SPK26124", "A0B1C2001102"),
        _grid("hello", "SPK26117", "ok", "thanks"),
        _grid("SN|room", *["SPK-2|a", "SPK-3|b"] * 2),
    ],
)
def test_where_none_plainly_has_ids_it_is_asked(grid: Grid) -> None:
    """Running numbers, words, articles, and each serial with the MAC below it, even alone in a list."""
    assert _asked(grid)[:2] == ("doubt.no_ids", NO_COLUMN)


def test_a_column_alone_under_a_word_of_something_else_is_asked() -> None:
    """Orders look like serials."""
    assert _asked(_grid("订单号", "SO26117", "SO26124", "SO26131"))[:2] == ("doubt.new_layout", NO_COLUMN)


def test_a_hidden_column_is_not_taken_without_a_question() -> None:
    """Its ids are not seen; a person may choose it, and any other column is taken as ever."""
    grid = _grid(
        "device_id|label|SN", *(f"{number}|x|{serial}" for number, serial in zip(NUMBERS, SERIALS, strict=True))
    )
    assert _taken(replace(grid, hidden=frozenset({2}))) == (1, 0, 1)
    hidden = replace(grid, hidden=frozenset({0}))
    assert _asked(hidden)[0] == "doubt.hidden"
    assert recognise(hidden).doubt == Message.of("doubt.hidden", column="A “device_id”")
    assert recognise(hidden, Choices(id_column=0)).doubt is None
    alone = replace(_beside(SERIALS), hidden=frozenset({0}))
    assert recognise(alone).doubt == Message.of("doubt.hidden", column="A")


def test_a_doubt_names_its_columns() -> None:
    """By letter and name, likeliest first, and how that was found."""
    layout = recognise(_beside(NUMBERS, SERIALS, NUMBERS, SERIALS, SERIALS))
    assert layout.doubt == Message.of("doubt.columns", columns="B / D / E / A")
    layout = recognise(_beside(SERIALS, SERIALS[::-1], header="旧 \nSN|" + "新" * 50 + "SN"))
    assert layout.doubt == Message.of("doubt.columns", columns=f"A “旧 SN” / B “{'新' * 40}”")
    layout = recognise(_beside(SERIALS, WORDS, header="SN|房间"))
    assert layout.doubt == Message.of("doubt.new_layout", column="A “SN”")
    assert layout.why == layout.doubt


def test_it_is_said_how_the_columns_were_found() -> None:
    """The row of the names, or that there is none."""
    layout = recognise(_grid("list", "device_id|label", "SPK1|x"))
    assert layout.why == Message.of("layout.header", row=2, column="A", name="device_id")
    assert recognise(_beside(SERIALS)).why == Message.of("layout.no_header", column="A")


def test_what_the_profile_says_of_ids() -> None:
    """Columns that fit its rules are the only ones that fit; what fits all columns or none settles nothing."""
    by_pattern = Known(ScanRules(ids=IdRules(pattern="SPK.*")))
    assert _asked(_beside(MACS, SERIALS), by_pattern)[:2] == ("doubt.new_layout", 1)
    assert _asked(_beside(SERIALS, NUMBERS, header="单据|SN"), by_pattern)[:2] == ("doubt.new_layout", NO_COLUMN)
    short = Known(ScanRules(ids=IdRules(pattern="[0-9]{3}")))
    assert recognise(_beside(("417", "418", "419")), known=short).doubt is None
    for pattern in (".*", "XYZ"):
        known = Known(ScanRules(ids=IdRules(pattern=pattern)))
        assert _asked(_beside(SERIALS, MACS), known)[:2] == ("doubt.columns", NO_COLUMN)


def test_codes_that_the_profile_takes_apart() -> None:
    """Whole codes have the ids, where a rule finds them there."""
    known = Known(ScanRules(part=PartRule(PartKind.JSON, "sn")))
    assert _asked(_beside(WORDS, PARTS), known)[:2] == ("doubt.new_layout", 1)
    spaced = tuple(one.replace("26", "Kü") for one in PARTS)
    assert recognise(_beside(spaced), known=known).doubt is None


def test_a_person_knows_better() -> None:
    """Each column can be chosen by itself, and what was chosen is no doubt."""
    grid = _grid("SN|name|设备ID|标签", "A1|x|B1|y", "A2|z|B2|w")
    assert _taken(grid) == (1, 2, 3)
    assert _taken(grid, Choices(id_column=0)) == (1, 0, 3)
    assert _taken(grid, Choices(id_column=3)) == (1, 3, 1)
    assert _taken(grid, Choices(id_column=2, label_column=NO_COLUMN)) == (1, 2, NO_COLUMN)
    assert _taken(grid, Choices(header=2, id_column=9)) == (2, 9, NO_COLUMN)
    both = _beside(SERIALS, MACS)
    assert _taken(both, Choices(id_column=1)) == (NO_HEADER, 1, NO_COLUMN)
    assert recognise(both, Choices(header=NO_HEADER)).doubt is not None
    assert recognise(grid, Choices(label_column=2)).candidates == (0,)


def test_an_empty_table() -> None:
    """There is nothing to be in doubt about."""
    assert recognise(Grid(())).doubt is None
    assert recognise(_grid("MAC|IMEI")).doubt is None
    assert recognise(_grid("|" * 300 + "SPK26001")).doubt == Message.of("doubt.no_ids")


def test_titles_and_notes_are_told() -> None:
    """By the numbers of their rows."""
    assert recognise(_grid("设备清单", "SPK001", "SPK002", "SPK003", "制表：王")).notes == {1, 5}


REMEMBERED = Choices(id_column=1, label_column=0)


def test_what_a_person_chose_is_remembered_for_lists_of_the_same_layout() -> None:
    """By exactly these names in these places, in whatever row; what is chosen now goes before it."""
    known = Known(remembered={make_of(_grid("SN|MAC", "1|2"), 1): REMEMBERED})
    layout = recognise(_grid("list", "of", " sn |Mac", "A3|4"), known=known)
    assert (layout.header, layout.id_column, layout.label_column, layout.remembered) == (3, 1, 0, True)
    assert (layout.doubt, layout.why) == (None, Message.of("layout.remembered", column="B"))
    for names in ("SN|IMEI", "SN|MAC|IMEI", "MAC|SN", "|SN|MAC", "SN"):
        grid = _grid(names, *("|".join(["A1"] * (names.count("|") + 1)),) * 2)
        assert not recognise(grid, known=known).remembered, names
    assert not recognise(_grid("Removed|", "SN|MAC", "A3|4"), known=known).remembered
    chosen = recognise(_grid("SN|MAC", "A1|2"), Choices(id_column=0), known)
    assert (chosen.id_column, chosen.remembered) == (0, False)


def test_lists_without_a_header_are_of_one_layout_where_their_columns_are_made_alike() -> None:
    """Their kind, their length and the letters that they begin with; no cell is in the key."""
    make = make_of(_beside(SERIALS, MACS), NO_HEADER)
    assert make == make_of(_beside(("SPK26113F9001", "SPK26113F9002", "SPK27004A1111"), MACS[::-1]), NO_HEADER)
    others = [(MACS, SERIALS), (SERIALS, NUMBERS), (SERIALS, MACS, WORDS), (("ABC26113F9001",) * 3, MACS)]
    assert make not in {make_of(_beside(*columns), NO_HEADER) for columns in others}
    assert "SPK" not in make
    layout = recognise(_beside(SERIALS, MACS), known=Known(remembered={make: REMEMBERED}))
    assert (layout.header, layout.id_column, layout.remembered) == (NO_HEADER, 1, True)


def test_without_a_header_two_columns_made_alike_are_asked_each_time() -> None:
    """Faulty and new ones may have changed places."""
    grid = _beside(SERIALS, SERIALS[::-1])
    known = Known(remembered={make_of(grid, NO_HEADER): REMEMBERED})
    assert _asked(grid, known)[0] == "doubt.columns"
    nothing = Known(remembered={make_of(grid, NO_HEADER): Choices(label_column=0)})
    assert not recognise(grid, known=nothing).remembered
