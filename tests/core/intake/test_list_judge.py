"""Every row of a list is judged by the whole of it: what is wrong is held, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from string import ascii_letters, ascii_uppercase, digits

import pytest

from bindtool.core.barcode.id_rules import IdRules
from bindtool.core.common.messages import Message
from bindtool.core.intake.intake import Arrival, Stamp, edit_id, judge_of_list, take_list, take_scan
from bindtool.core.labels.labeller import Labeller
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.outcome import State
from bindtool.core.model.row import HoldReason, Row, Source
from bindtool.core.scanner.scan_rules import ScanRules
from bindtool.core.sheet.sheet import Sheet
from tests.core.intake.taken import row_of
from tests.seeds import seed_of

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
STAMP = Stamp(Source.FILE, NOON, "", Labeller(LabelTemplate.parse("{id:-6}")), saved=True)
ONE_MAKE = [f"SPK26113F2{n:03X}" for n in range(0x2A0, 0x2A0 + 30)]
EAN = "6901234567892"
STRANGERS = ("6901234567892", "SPK26113F2", "SPK26113F2A0B9", "spk26113f2b01", "SPK-6113F2B01", "00112233445", "1")


def drawn(signs: str, length: int, count: int, seed: int = 4) -> list[str]:
    """Return ids drawn from an alphabet."""
    draw = random.Random(seed_of(seed))  # noqa: S311 - ids
    return ["".join(draw.choices(signs, k=length)) for _ in range(count)]


def taken(
    arrivals: Iterable[Arrival | str], rules: IdRules | None = None, sheet: Sheet | None = None
) -> tuple[Row, ...]:
    """Return the rows of a list."""
    came = [Arrival(one) if isinstance(one, str) else one for one in arrivals]
    return take_list(sheet or Sheet(), came, replace(STAMP, rules=ScanRules(ids=rules or IdRules())))


def held(rows: Iterable[Row]) -> list[str]:
    """Return the ids of the rows that are held."""
    return [row.device_id for row in rows if row.held is not None]


def reasons(rows: Iterable[Row]) -> set[str]:
    """Return why rows are held."""
    return {row.held.reason.name.lower() for row in rows if row.held is not None}


def macs(style: str, count: int = 12) -> list[str]:
    """Return MAC addresses, of which one has digits only; `style`: what stands between pairs of digits."""
    found = [*(f"A4CF12{n:06X}" for n in range(0xFA0000, 0xFA0000 + count)), "041512345679"]
    if style == ".":
        return [".".join(one[at : at + 4] for at in (0, 4, 8)).lower() for one in found]
    return [style.join(one[at : at + 2] for at in range(0, 12, 2)) for one in found]


def uuids(count: int) -> list[str]:
    """Return UUIDs."""
    found = drawn("0123456789abcdef", 32, count)
    return ["-".join((one[:8], one[8:12], one[12:16], one[16:20], one[20:])) for one in found]


NOTHING_WRONG: dict[str, tuple[Sequence[str], str]] = {
    "one make": (ONE_MAKE, ""),
    "two makes, three of the second": ([*ONE_MAKE, "CAM0001", "CAM0002", "CAM0003"], ""),
    "two makes that take turns": (
        [one for pair in zip(ONE_MAKE, drawn(digits, 7, 30), strict=False) for one in pair],
        "",
    ),
    "two makes, the fewer first": (["CAM-1A", "CAM-2B", "CAM-3C", *ONE_MAKE], ""),
    "counts past a power of ten": ([f"SPK{n}" for n in range(88, 102)], ""),
    "counts past two": ([f"D{n}A" for n in range(1, 121)], ""),
    "counts down": ([f"{n}" for n in range(10012, 9990, -1)], ""),
    "counts past a power of ten, the first twice": ([*[f"S{n}" for n in range(8, 23)], "S8"], ""),
    "begins before a power of ten": (["SN999", *[f"SN{n}" for n in range(1000, 1020)]], ""),
    "letters that change": ([f"SPK26{letter}{n:03}" for n, letter in enumerate("ABCDEFGHJKLMNPQRSTUVWXYZ")], ""),
    "seven and nineteen digits": ([*drawn("123456789", 7, 9), *drawn("123456789", 19, 9)], ""),
    "seven digits, some begin with zero": ([f"{n:07}" for n in range(999_990, 1_000_010)], ""),
    "MAC addresses with colons": (macs(":"), ""),
    "MAC addresses with dashes": (macs("-"), ""),
    "MAC addresses with points": (macs("."), ""),
    "MAC addresses with nothing between": (macs(""), ""),
    "base62": (drawn(digits + ascii_letters, 8, 60), ""),
    "base36": (drawn(digits + ascii_uppercase, 10, 60), ""),
    "hexadecimal": (drawn("0123456789abcdef", 10, 60), ""),
    "UUIDs": (uuids(20), ""),
    "slashes that the pattern has": ([f"UV/{n}" for n in range(95, 105)], r"UV/\d+"),
    "dashes and lines": ([f"CN-26_{n:04}-A" for n in range(20)], ""),
    "one row": (["SPK26113F2001"], ""),
    "four rows, one of them another": ([*ONE_MAKE[:3], "6901234567892"], ""),
    "two strangers alike": ([*ONE_MAKE[:5], "CAM0001", "CAM0002"], ""),
    "a value twice": ([*ONE_MAKE, ONE_MAKE[0]], ""),
}


@pytest.mark.parametrize(("ids", "pattern"), NOTHING_WRONG.values(), ids=NOTHING_WRONG.keys())
def test_a_list_in_which_nothing_is_wrong(ids: Sequence[str], pattern: str) -> None:
    """Nothing is held, be it that the list stands alone or that a sheet has others of its makes."""
    assert held(taken(ids, IdRules(pattern=pattern))) == []
    half = len(ids) // 2
    sheet = Sheet(taken(ids[:half], IdRules(pattern=pattern)))
    assert held(taken(ids[half:], IdRules(pattern=pattern), sheet)) == []


@pytest.mark.parametrize("place", range(1, 31))
@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_stranger_at_any_place(stranger: str, place: int) -> None:
    """GIVEN a list of one make WHEN one other id stands in it, wherever THEN it is held, and only it."""
    ids = ONE_MAKE[:-1]
    rows = taken([*ids[: place - 1], stranger, *ids[place - 1 :]])
    assert held(rows) == [stranger]
    assert reasons(rows) == {"odd_one_out"}


@pytest.mark.parametrize("stranger", ["SPK26113F2001", "0012345678", "100120"])
def test_a_stranger_among_numbers(stranger: str) -> None:
    """Numbers are a make too; a number that counts on from none of them is a stranger."""
    assert held(taken([*drawn("123456789", 13, 9), stranger])) == [stranger]


def test_a_stranger_in_five_rows() -> None:
    """Four that are made alike show what the fifth should be, and rows of the sheet count; three do not."""
    assert held(taken([*ONE_MAKE[:4], "CAM1"])) == ["CAM1"]
    assert held(taken([*ONE_MAKE[:3], "CAM1"])) == []
    scanned = Sheet(taken(ONE_MAKE[:4]))
    assert held(taken(["CAM1"], sheet=scanned)) == ["CAM1"]


@pytest.mark.parametrize("typed", ["AH26O44190", "AH2604419I"])
def test_a_letter_for_a_digit(typed: str) -> None:
    """An O typed for a zero is seen by nobody, and is the only letter at its place."""
    ids = [f"AH260441{n}" for n in range(80, 90)]
    assert held(taken([*ids[:4], typed, *ids[4:]])) == [typed]
    assert held(taken([*ids, typed, typed.replace("AH", "BH")])) == []
    assert held(taken([*ids[:3], typed])) == []
    assert held(taken(["AHO6044180", *ids])) == ["AHO6044180"]


def test_ids_that_begin_with_their_number_in_the_list() -> None:
    """Lines of a message are numbered; a number with a point that does not count is the id's own."""
    lines = [f"{n}.SPK26{n}17" for n in range(1, 5)]
    assert held(taken(lines)) == lines
    assert reasons(taken(lines)) == {"id_numbered"}
    assert held(taken([lines[0], lines[2]])) == []
    assert "id_numbered" not in reasons(taken([*lines, "SPK26517"]))
    assert held(taken(lines[:1])) == []


def test_a_stranger_that_was_let_in_disarms_nothing() -> None:
    """GIVEN a stranger that somebody has let in WHEN another one comes, alike or not THEN it is held."""
    rows = taken([*ONE_MAKE[:12], "6901234567892"])
    sheet = Sheet(replace(row, held=None) for row in rows)
    for stranger in ("6901234567908", "CAM1"):
        assert held(taken([*ONE_MAKE[12:], stranger], sheet=sheet)) == [stranger]
    made = ["6901234567908", "6901234567915", "6901234567922"]
    assert held(taken([*ONE_MAKE[12:], *made], sheet=sheet)) == []
    assert held(taken([*ONE_MAKE[12:], *made[:2]], sheet=Sheet(rows))) == made[:2]


def test_codes_with_parts_say_nothing_of_ids() -> None:
    """GIVEN codes that wait for a rule, in the sheet or the list WHEN an id comes THEN it is none the odder."""
    codes = [f"https://dev.example.cn/b?sn=SPK26A{n}" for n in range(6)]
    assert held(taken(["CAM1"], sheet=Sheet(taken(codes)))) == []
    assert held(taken(["CAM1", *codes])) == []


def test_nobody_looks_for_strangers() -> None:
    """Where the profile says so, or its pattern has them."""
    ids = [*ONE_MAKE, "6901234567892"]
    assert held(taken(ids, IdRules(odd_one_out=False))) == []
    assert held(taken(ids, IdRules(pattern="[A-Z0-9]+"))) == []


def test_a_value_that_stands_three_times() -> None:
    """All its rows are held, whatever the pattern; once somebody lets the first go, the others are its repeats."""
    ids = [*ONE_MAKE[:6], "SPK26113F2FFF", *ONE_MAKE[6:], *["SPK26113F2FFF"] * 2]
    rows = taken(ids, IdRules(pattern=".*"))
    assert held(rows) == ["SPK26113F2FFF"] * 3
    assert reasons(rows) == {"id_repeated"}
    sheet = Sheet(replace(row, label="Hall") for row in rows)
    assert sheet.held() == 1
    sheet.change([replace(sheet[7], held=None)])
    sheet.mark_saved([7])
    assert sheet.status(7).state is State.READY
    assert [sheet.status(at).reason for at in (32, 33)] == [Message.of("reason.repeat", row=7)] * 2


def test_a_value_that_another_list_brought() -> None:
    """It is a repeat, as often as it may have come before."""
    sheet = Sheet(taken(ONE_MAKE[:1]))
    assert held(taken(ONE_MAKE[:1] * 2, sheet=sheet)) == []


LABELS = ["Hall", "Kitchen", "Attic", "Garage", "Cellar", "Yard", "Gate", "Roof", "Stairs", "Office"]
NAMES = [f"CAM-{n:02}" for n in range(10)]


@pytest.mark.parametrize("labels", [LABELS, NAMES], ids=["words", "names"])
@pytest.mark.parametrize(
    ("n", "right", "wrong"),
    [(10, 7, range(7, 10)), (10, 3, range(3)), (10, 5, range(10)), (9, 5, range(5, 9)), (9, 4, range(4))],
)
def test_columns_swapped_halfway(labels: list[str], n: int, right: int, wrong: range) -> None:
    """The smaller part is held; where both are as long, nobody knows which is right, and all of it is."""
    pairs = [
        (one, label) if at < right else (label, one)
        for at, (one, label) in enumerate(zip(ONE_MAKE[:n], labels[:n], strict=True))
    ]
    rows = taken([Arrival(*pair) for pair in pairs], IdRules(odd_one_out=False))
    assert [row.number - 1 for row in rows if row.held is not None] == list(wrong)
    assert reasons(rows) == {"id_is_label"}


def test_columns_swapped_of_which_none_has_labels() -> None:
    """A serial and the MAC beside it change places: what stands beside an id and is made like one tells."""
    serials, found = ONE_MAKE[:20], macs(":", 20)[:20]
    rows = taken(
        Arrival(*((one, "") if at < 14 else (mac, "")), beside=mac if at < 14 else one)
        for at, (one, mac) in enumerate(zip(serials, found, strict=True))
    )
    assert held(rows) == found[14:20]


def test_labels_that_are_made_like_their_ids() -> None:
    """Whether they have changed places nobody can see."""
    rows = taken(Arrival(f"SPK260{n:02}", f"BOX770{n:02}") for n in (*range(10, 15), 10))
    assert held(rows) == []


def test_labels_that_are_no_ids() -> None:
    """Labels of one make, a few labels like ids, and ids of two makes with labels between: nothing is swapped."""
    assert held(taken(Arrival(one, f"Hall {n}") for n, one in enumerate(ONE_MAKE))) == []
    assert held(taken(Arrival(one, other) for one, other in pairwise(ONE_MAKE))) == []
    two = zip(drawn("123456789", 7, 6), drawn("123456789", 5, 6), strict=False)
    more = zip(drawn("123456789", 19, 6), drawn("123456789", 7, 6, seed=5), strict=False)
    assert held(taken(Arrival(*pair) for pair in [*two, *more])) == []


def test_swapped_columns_that_the_pattern_allows() -> None:
    """A pattern that both fit says that both are ids."""
    pairs = [*zip(ONE_MAKE[:7], NAMES, strict=False), *zip(NAMES[7:], ONE_MAKE[7:10], strict=False)]
    assert held(taken((Arrival(*pair) for pair in pairs), IdRules(pattern="[A-Z0-9-]+"))) == []
    assert held(taken(Arrival(*pair) for pair in pairs)) == NAMES[7:]


def test_numbers_that_have_lost_their_zeros() -> None:
    """GIVEN a column of digits of which some begin with zero WHEN others are shorter THEN these are held."""
    ids = ["0012345", "0012346", "12347", "912348", "9012349"]
    assert held(taken(ids)) == ["12347", "912348"]
    assert reasons(taken(ids)) == {"id_zeros_lost"}
    assert held(taken(ids, IdRules(pattern=r"\d+"))) == ["12347", "912348"]
    assert held(taken(["12347"], sheet=Sheet(taken(ids[:1])))) == ["12347"]


@pytest.mark.parametrize(("number", "is_held"), [("345", True), ("45", True), ("7", False)])
def test_a_number_that_lacks_more_than_zeros(number: str, is_held: bool) -> None:
    """Up to six zeros in front; a shorter number is something else."""
    rows = taken(["00000012", "00000345", number, "00000678"])
    assert ("id_zeros_lost" in reasons(rows)) is is_held


@pytest.mark.parametrize(("length", "is_held"), [(15, True), (16, False)])
def test_texts_that_no_number_can_be(length: int, is_held: bool) -> None:
    """A spreadsheet keeps fifteen digits: a longer text says nothing of the numbers beside it."""
    texts = [Arrival("1" * (length - 2) + str(n)) for n in range(11, 16)]
    numbers = [Arrival("2" * (length - 3) + str(n), is_number=True) for n in range(11, 16)]
    assert ("id_zeros_lost" in reasons(taken([*texts, *numbers]))) is is_held


@pytest.mark.parametrize("other", ["123456789012345", "SPK26113F2A0B1C2D3", "12345"])
def test_rounded_numbers_beside_other_ids(other: str) -> None:
    """Where all long numbers of a list are rounded, each is held, whatever else is in it."""
    rounded = ["1234567890123450", "2234567890123450", "3234567890123450"]
    rows = taken([*rounded, other])
    assert [row.device_id for row in rows if row.held and row.held.reason is HoldReason.ID_ROUNDED] == rounded


def test_numbers_among_texts() -> None:
    """A number is held that is shorter than the texts, unless these are longer than any number of a spreadsheet."""
    texts = [Arrival("1012345"), Arrival("1012346"), Arrival("SPK1")]
    numbers = [Arrival("12347", is_number=True), Arrival("9012348", is_number=True)]
    assert held(taken([*texts, *numbers])) == ["12347"]
    assert held(taken([Arrival(f"12345{n}", is_number=True) for n in range(5)])) == []
    long = [Arrival(one) for one in drawn("123456789", 19, 5)]
    assert held(taken([*long, *[Arrival(f"123456{n}", is_number=True) for n in range(5)]])) == []


@pytest.mark.parametrize(
    "ids", [ONE_MAKE, [*ONE_MAKE, *ONE_MAKE[:2]], [*ONE_MAKE[:7], EAN], ["0012", "0345", "67"]]
)
def test_ids_that_need_no_reading_make_the_rows_that_reading_makes(ids: list[str]) -> None:
    """One code with parts in the list, and every text is read; the rows before it are the same."""
    came = [Arrival(one, f"label {n % 4}" if n % 3 else "") for n, one in enumerate(ids)]
    assert taken(came) == taken([*came, Arrival("SN:SPK1;MAC:2")])[:-1]


def test_a_piece_is_judged_by_the_whole() -> None:
    """WHEN a long list comes in pieces THEN each is judged as if the list had come at once."""
    ids = ["CAM1", *ONE_MAKE, *["SPK26113F2FFF"] * 3]
    arrivals = [Arrival(one) for one in ids]
    judge = judge_of_list((), arrivals, STAMP)
    rows = [row for at in range(0, len(ids), 5) for row in take_list(Sheet(), arrivals[at : at + 5], STAMP, judge)]
    assert held(rows) == ["CAM1", *["SPK26113F2FFF"] * 3]


def test_what_is_pasted_over_ids_is_judged_with_its_labels() -> None:
    """Part of a block whose columns are swapped is held, too."""
    sheet = Sheet(replace(row, label="") for row in taken(ONE_MAKE))
    block = [
        *zip(drawn(digits, 9, 7), NAMES, strict=False),
        *zip(NAMES[7:], drawn(digits, 9, 3, seed=5), strict=False),
    ]
    judge = judge_of_list(tuple(sheet), (Arrival(*pair) for pair in block), STAMP, but=range(1, 11))
    edited = [
        edit_id(sheet[at], one, STAMP.labels, judge=judge, label=other) for at, (one, other) in enumerate(block, 1)
    ]
    assert held(row for row in edited if isinstance(row, Row)) == NAMES[7:]


def test_a_scan_is_judged_by_the_last_ten_alone() -> None:
    """It is no row of a list: neither zeros nor repeats are looked for, and it may go on counting."""
    stamp = replace(STAMP, source=Source.SCANNED)
    sheet = Sheet(taken([f"{n:04}" for n in range(10)]))
    scan = row_of(take_scan(sheet, "123", replace(stamp, rules=ScanRules(ids=IdRules(odd_one_out=False)))))
    assert scan.held is None
    counted = row_of(take_scan(Sheet(taken([f"SPK{n}" for n in range(90, 100)])), "SPK100", stamp))
    skipped = row_of(take_scan(Sheet(taken([f"SPK{n}" for n in range(90, 100)])), "SPK101", stamp))
    assert (counted.held, reasons([skipped])) == (None, {"odd_one_out"})
