"""How the lists of the corpus come out: each is read as the program does it, up to the jobs that could be bound."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from bindtool.core.barcode.scan_rules import IdRules, PartKind, PartRule, ScanRules
from bindtool.core.common.errors import BadInput
from bindtool.core.intake.intake import Stamp, take_list
from bindtool.core.labels.labeller import Labeller
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.row import Source
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.tabular.clipboard import open_clipboard
from bindtool.core.tabular.reader import open_list, read_rows
from bindtool.core.tabular.table.result import NOTHING_CHOSEN, Known
from tests.core.tabular.corpus.programs import clipboard_of, file_of, is_clipboard

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bindtool.core.tabular.table.result import Opened
    from tests.core.tabular.corpus.lists import ListCase

MOST_ASKED = 0.05
"""Of the clear lists."""


class Verdict(StrEnum):
    """What became of a list; the value is the head of its column in the table."""

    RIGHT = "right"
    WRONG_IDS = "wrong ids"
    MUST_ASK = "must ask, taken"
    WRONG_LABELS = "wrong labels"
    NO_LABELS = "no labels"
    HELD = "rows held"
    ASKED_CLEAR = "clear, asked"
    ASKED_RIGHTLY = "asked rightly"
    UNREADABLE = "not read"


SILENTLY_WRONG = frozenset({Verdict.WRONG_IDS, Verdict.MUST_ASK})


@dataclass(frozen=True)
class Judged:
    """A list with what became of it; `found`: the ids and labels that could be bound."""

    case: ListCase
    verdict: Verdict
    found: tuple[tuple[str, str], ...] = ()
    why: str = ""


def judge(case: ListCase) -> Judged:
    """Read a list and compare it with what is expected."""
    rules = ScanRules(
        part=PartRule(PartKind(case.part["kind"]), case.part.get("name", "")) if case.part else PartRule(),
        ids=IdRules(pattern=case.pattern),
    )
    try:
        read = read_rows(_opened(case), NOTHING_CHOSEN, Known(rules, case.known))
    except BadInput as error:
        return Judged(case, Verdict.UNREADABLE if case.ask != "must" else Verdict.ASKED_RIGHTLY, why=error.id)
    stamp = Stamp(
        Source.PASTED, datetime(2026, 11, 27, tzinfo=UTC), "", Labeller(LabelTemplate.parse("{id}")), rules
    )
    doubt = read.layout.doubt or read.unclear_encoding
    rows = () if doubt is not None else take_list(Sheet(), read.arrivals(), stamp)
    # Saved, so that only the list itself can hold a row back.
    sheet = Sheet(rows)
    sheet.mark_saved([row.number for row in rows])
    # The template fills what has come without a label.
    devices = [job.device for job in sheet.jobs()]
    found = tuple((one.device_id, one.label if one.label != one.device_id else "") for one in devices)
    return Judged(case, _verdict(case, found), found, doubt.id if doubt is not None else "")


def _opened(case: ListCase) -> Opened:
    if is_clipboard(case):
        return open_clipboard(*clipboard_of(case))
    return open_list(*file_of(case))


def _verdict(case: ListCase, found: Sequence[tuple[str, str]]) -> Verdict:
    ids = [device_id for device_id, _ in found]
    if not found:
        return Verdict.ASKED_CLEAR if case.ask == "no" and case.ids else Verdict.ASKED_RIGHTLY
    if case.ask == "must":
        return Verdict.MUST_ASK
    sure = [one for one in ids if one not in case.either]
    if not _is_part(sure, case.ids):
        return Verdict.WRONG_IDS
    if sure != list(case.ids):
        return Verdict.HELD
    labels = tuple(label for one, label in found if one not in case.either)
    if case.labels is None or labels == case.labels or (case.no_labels_too and not any(labels)):
        return Verdict.RIGHT
    return Verdict.WRONG_LABELS if any(labels) else Verdict.NO_LABELS


def _is_part(ids: Sequence[str], expected: Sequence[str]) -> bool:
    """Tell whether the ids are some of the expected ones, in their order."""
    left = iter(expected)
    return all(one in left for one in ids)


def totals(judged: Iterable[Judged]) -> Counter[Verdict]:
    """Count the verdicts."""
    return Counter(one.verdict for one in judged)


def asked_though_clear(judged: Sequence[Judged]) -> float:
    """Return which part of the clear lists is asked for, from 0 to 1."""
    clear = [one for one in judged if one.case.ask == "no"]
    return sum(one.verdict in {Verdict.ASKED_CLEAR, Verdict.UNREADABLE} for one in clear) / max(1, len(clear))
