"""What a person is told of each column before choosing one."""

from __future__ import annotations

from bindtool.core.tabular.clipboard import open_clipboard
from bindtool.core.tabular.columns.facts import facts_of, fates_of
from bindtool.core.tabular.reader import read_rows
from bindtool.core.tabular.table.result import NO_COLUMN, NO_HEADER, Choices

TABLE = "\n".join(
    [
        "SN\t状态\t备用SN\t备注",
        *(f"SPK2600{n}\t{'已报废' if n > 6 else '在库'}\tSPK2601{n}\t{'' if n else '外箱破损'}" for n in range(9)),
    ]
)


def test_each_column_has_its_name_its_values_and_how_many_are_made_like_the_marked_one() -> None:
    """Names, three values, and how many are distinct, empty and alike; few values are counted."""
    read = read_rows(open_clipboard(TABLE), Choices(id_column=0))

    ids, state, spare, remark = facts_of(read)

    assert (ids.name, ids.examples, ids.distinct) == ("SN", ("SPK26000", "SPK26001", "SPK26002"), 9)
    assert (ids.empty, ids.alike, spare.alike, state.alike) == (0, 9, 9, 0)
    assert (state.counts, ids.counts) == ((("在库", 7), ("已报废", 2)), ())
    assert (remark.empty, remark.distinct) == (8, 1)
    assert fates_of(read) == (state,)
    assert state.summary == "状态: 在库 7 · 已报废 2"


def test_without_a_header_and_a_marked_column_there_are_neither_names_nor_cells_alike() -> None:
    """Of a single cell it is not known what it is made like, but by itself."""
    none = read_rows(open_clipboard(TABLE), Choices(header=NO_HEADER, id_column=NO_COLUMN))
    one = read_rows(open_clipboard("SPK26001\tSPK26002"), Choices(header=NO_HEADER, id_column=0))

    assert [(column.name, column.alike) for column in facts_of(none)] == [("", 0)] * 4
    assert [column.alike for column in facts_of(one)] == [1, 1]


def test_a_column_of_few_values_may_say_what_becomes_of_a_row() -> None:
    """Whatever it is called."""
    read = read_rows(open_clipboard(TABLE), Choices(id_column=0))

    assert [column.name for column in fates_of(read)] == ["状态"]


def test_a_remark_in_some_of_the_rows_says_what_becomes_of_them() -> None:
    """Where a word says that a device is not meant; other remarks of a few rows say nothing."""
    for word, found in (("作废", 1), ("客厅", 0)):
        lines = ["SN\t备注", *(f"SPK2600{n}\t{word if n > 6 else ''}" for n in range(9))]
        read = read_rows(open_clipboard("\n".join(lines)), Choices(id_column=0))
        assert [facts.summary for facts in fates_of(read)] == [f"备注: {word} 2"] * found
    nameless = read_rows(
        open_clipboard("\n".join(lines[1:]).replace("客厅", "作废")), Choices(header=0, id_column=0)
    )
    assert [facts.summary for facts in fates_of(nameless)] == ["B: 作废 2"]
