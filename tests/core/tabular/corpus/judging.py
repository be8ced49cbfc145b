"""Results of the corpus' lists: each is read as in the window, up to the jobs that could be bound.

When the program asks, a person who knows the right column answers: a choice if it is not marked, another for the
header row, the sheet or the labels if those are wrong, and a press to add.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from bindtool.core.barcode.id_rules import IdRules, PartKind, PartRule
from bindtool.core.common.errors import BadInput
from bindtool.core.intake.intake import Stamp, take_list
from bindtool.core.labels.labeller import Labeller
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.device import normalise
from bindtool.core.model.row import Source
from bindtool.core.scanner.scan_rules import ScanRules
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.tabular.clipboard import open_clipboard
from bindtool.core.tabular.columns.facts import fates_of
from bindtool.core.tabular.reader import open_list, read_rows
from bindtool.core.tabular.table.result import (
    NO_COLUMN,
    NO_HEADER,
    NOTHING_CHOSEN,
    Choices,
    Known,
    Opened,
    ReadList,
    is_certain,
)
from tests.core.tabular.corpus.lists import ListCase
from tests.core.tabular.corpus.programs import clipboard_of, file_of, is_clipboard

MOST_HELD = 0.01
"""Share of the right rows."""

FEWEST_BY_ONE_PRESS = 0.9
"""Of the layouts that are asked for and in which one column fits."""

MOST_CHOICES = 2
_HEADERS = 10


class Verdict(StrEnum):
    """The result of a list; the value is its column's title in the table."""

    RIGHT = "right"
    WRONG_IDS = "wrong ids"
    WRONG_MARK = "wrong mark"
    MUST_ASK = "must ask, taken"
    LOST = "lost"
    WRONG_LABELS = "wrong labels"
    HELD = "rows held"
    ASKED_RIGHTLY = "asked rightly"
    UNREADABLE = "not read"


SILENTLY_WRONG = frozenset({Verdict.WRONG_IDS, Verdict.WRONG_MARK, Verdict.MUST_ASK, Verdict.LOST})


@dataclass(frozen=True)
class Judged:
    """A list with its result.

    `found`: the ids and labels that could be bound. `asked`: whether the program asked. `choices`: the number of
    choices before the press that adds. `fits`: the number of columns that may be the ids. `held`: the number of
    right rows held.
    """

    case: ListCase
    verdict: Verdict
    found: tuple[tuple[str, str], ...] = ()
    why: str = ""
    asked: bool = False
    choices: int = 0
    fits: int = 0
    held: int = 0


def judge(case: ListCase) -> Judged:
    """Read a list, answer as a person would, and compare the rows that could be bound with the expected ones."""
    rules = ScanRules(
        part=PartRule(PartKind(case.part["kind"]), case.part.get("name", "")) if case.part else PartRule(),
        ids=IdRules(pattern=case.pattern),
    )
    known = Known(rules)
    try:
        opened = _opened(case, NOTHING_CHOSEN)
        read = read_rows(opened, NOTHING_CHOSEN, known)
        if not read.rows and read.layout.doubt is None:
            raise BadInput("file.empty")
    except BadInput as error:
        return Judged(case, Verdict.UNREADABLE if case.ask != "must" else Verdict.ASKED_RIGHTLY, why=error.id)
    layout = read.layout
    asked = layout.doubt is not None or read.unclear_encoding is not None
    asked = asked or not (is_clipboard(case) or is_certain(read))
    if not asked:
        if case.ask == "must" and read.rows and _taken(read, rules)[0]:
            return Judged(case, Verdict.MUST_ASK, _taken(read, rules)[0])
        return _outcome(case, read, rules)
    why = layout.doubt.id if layout.doubt is not None else ""
    marked, fits = layout.id_column, len(layout.candidates)
    if case.ask == "must" or not (case.ids or case.held):
        # A press would add the marked column.
        wrong = read.rows and _taken(read, rules)[0]
        verdict = Verdict.WRONG_MARK if wrong else Verdict.ASKED_RIGHTLY
        return Judged(case, verdict, wrong or (), f"{why} {marked}", asked=True, fits=fits)
    answers = _answers(case, opened, read, known)
    if not answers:
        # A person who sees that no column has the devices takes none.
        verdict = Verdict.LOST if case.ask == "no" or marked != NO_COLUMN else Verdict.ASKED_RIGHTLY
        return Judged(case, verdict, why=why, asked=True, fits=fits)
    # With the fewest choices; if none gives the right result, the first.
    outcomes = sorted(
        (
            replace(_outcome(case, read_rows(cells, choices, known), rules, asked=True), choices=count, fits=fits)
            for count, cells, choices in answers
        ),
        key=lambda one: one.choices,
    )
    best = min(outcomes, key=lambda one: {Verdict.RIGHT: 0, Verdict.HELD: 1}.get(one.verdict, 2))
    right = {choices.id_column for _, _, choices in answers}
    if marked != NO_COLUMN and marked not in right:
        return replace(best, verdict=Verdict.WRONG_MARK, why=f"{why} {marked}")
    return replace(best, why=why)


def _answers(case: ListCase, opened: Opened, read: ReadList, known: Known) -> list[tuple[int, Opened, Choices]]:
    """Return a person's possible answers, each with its number of choices."""
    answers = []
    sheets = [sheet.name for sheet in opened.sheets] if len(opened.sheets) > 1 else [None]
    for sheet in sheets:
        other = sheet is not None and (sheet != opened.sheet or bool(opened.rivals))
        cells = _opened(case, Choices(sheet=sheet)) if other else opened
        first = read_rows(cells, Choices(sheet=sheet), known) if other else read
        column = _right_column(case, cells)
        if column is None:
            continue
        steps = int(other) + int(first.layout.id_column != column)
        chosen = Choices(sheet=sheet, id_column=column)
        header = read_rows(cells, chosen, known).layout.header
        for wanted in dict.fromkeys((header, NO_HEADER, *(row.number for row in cells.grid.rows[:_HEADERS]))):
            named = chosen if wanted == header else replace(chosen, header=wanted)
            answers.append((steps + int(wanted != header), cells, named))
            labels = _label_columns(case, cells, column)
            answers += [
                (steps + int(wanted != header) + 1, cells, replace(named, label_column=one)) for one in labels
            ]
    return [answer for answer in answers if answer[0] <= MOST_CHOICES]


def _right_column(case: ListCase, opened: Opened) -> int | None:
    """Return the column with most of the expected ids; None if none has half of them."""
    wanted = {*case.ids, *case.held, *case.either}
    counts = Counter(
        column
        for row in opened.grid.rows
        for column, cell in enumerate(row.cells)
        if normalise(cell).removeprefix("'") in wanted or any(one in cell for one in case.ids)
    )
    best = max(counts, key=lambda column: (counts[column], -column), default=None)
    return best if best is not None and 2 * counts[best] >= len(case.ids) else None


def _label_columns(case: ListCase, opened: Opened, ids: int) -> list[int]:
    if case.labels is None:
        return []
    if not any(case.labels):
        return [NO_COLUMN]
    return [column for column in range(opened.grid.width) if column != ids]


def _opened(case: ListCase, choices: Choices) -> Opened:
    if is_clipboard(case):
        return open_clipboard(*clipboard_of(case))
    return open_list(*file_of(case), choices=choices)


def _taken(read: ReadList, rules: ScanRules) -> tuple[tuple[tuple[str, str], ...], Sheet]:
    """Return the ids and labels that could be bound, and the sheet."""
    time = datetime(2026, 11, 27, tzinfo=UTC)
    stamp = Stamp(Source.PASTED, time, "", Labeller(LabelTemplate.parse("{id}")), rules)
    # Marked as saved, so that only the list itself can hold a row back.
    sheet = Sheet(take_list(Sheet(), read.arrivals(), stamp))
    sheet.mark_saved([row.number for row in sheet])
    # The template fills rows without a label.
    devices = [job.device for job in sheet.jobs()]
    return tuple((one.device_id, one.label if one.label != one.device_id else "") for one in devices), sheet


def _outcome(case: ListCase, read: ReadList, rules: ScanRules, *, asked: bool = False) -> Judged:
    found, sheet = _taken(read, rules)
    ids = [device_id for device_id, _ in found]
    # The values about a row's fate are shown with their counts when the program asks, and never interpreted.
    shown = case.held if asked and fates_of(read) else frozenset()
    sure = [one for one in ids if one not in case.either | shown]
    right = [row for row in sheet if row.device_id in case.ids]
    held = len({row.device_id for row in right} - set(ids))
    judged = Judged(case, Verdict.RIGHT, found, asked=asked, held=held)
    if not _is_part(sure, case.ids):
        return replace(judged, verdict=Verdict.WRONG_IDS, why=str([one for one in sure if one not in case.ids][:4]))
    lost = _lost(case, read, sheet)
    if lost:
        return replace(judged, verdict=Verdict.LOST, why=str(lost[:4]))
    if sure != list(case.ids):
        reasons = {row.device_id: row.held_for for row in sheet}
        whys = {str(reasons.get(one, "repeat")) for one in case.ids if one not in ids}
        return replace(judged, verdict=Verdict.HELD, why=", ".join(sorted(whys)))
    labels = tuple(label for one, label in found if one not in case.either | shown)
    if case.labels is None or labels == case.labels or (case.no_labels_too and not any(labels)):
        return judged
    # A row without a label gets one from the profile's template, which is visible.
    return replace(judged, verdict=Verdict.WRONG_LABELS if any(labels) or asked else Verdict.RIGHT)


def _lost(case: ListCase, read: ReadList, sheet: Sheet) -> list[str]:
    """Return the expected ids that are in no row, held or not, and are not named beside the rows."""
    texts = [text for row in sheet for text in (row.device_id, row.arrived)]
    texts += [text for row in read.rows for text in (row.device_id, str(row.refused))]
    texts += [text for text, _ in read.unplaced]
    there, whole = "\n".join(texts), set(texts)
    missing = [one for one in [*case.ids, *case.held] if one not in whole and one not in there]
    # A cell that has lost digits is counted, and reported.
    return missing[len(read.refused) :]


def _is_part(ids: Sequence[str], expected: Sequence[str]) -> bool:
    """Return whether the ids are a subsequence of the expected ones."""
    left = iter(expected)
    return all(one in left for one in ids)


def totals(judged: Iterable[Judged]) -> Counter[Verdict]:
    """Count the verdicts."""
    return Counter(one.verdict for one in judged)


def part_of_right_rows_held(judged: Iterable[Judged]) -> float:
    """Return the share of the right rows that is held, from 0 to 1."""
    taken = [one for one in judged if one.verdict is not Verdict.UNREADABLE and one.case.ask != "must"]
    return sum(one.held for one in taken) / max(1, sum(len(one.case.ids) for one in taken))


def part_by_one_press(judged: Iterable[Judged]) -> float:
    """Return the share of lists for which a press is enough, of those asked about in which one column fits."""
    asked = [one for one in judged if one.asked and one.fits == 1 and one.case.ask != "must"]
    return sum(one.choices == 0 for one in asked) / max(1, len(asked))
