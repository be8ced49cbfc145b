"""Results of reading lists whose right result is known: rows taken and questions asked, by layout and by half.

The lists are in `tests/core/tabular/corpus`. The rules are tuned on the half `tuning` without looking at
`held_out`, so of that half no list is named without `--names-of held_out`.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from itertools import groupby
from pathlib import Path

if __name__ == "__main__":  # run as a file, Python leaves the top of the checkout out of the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from collections.abc import Sequence

from tests.benchmarks.parts.measuring import table
from tests.core.tabular.corpus.judging import (
    SILENTLY_WRONG,
    Judged,
    Verdict,
    judge,
    part_by_one_press,
    part_of_right_rows_held,
    totals,
)
from tests.core.tabular.corpus.lists import HALVES, lists_of

_NOT_NAMED = frozenset({Verdict.RIGHT, Verdict.ASKED_RIGHTLY})


def _line(name: str, judged: Sequence[Judged]) -> list[object]:
    count = totals(judged)
    return [name, len(judged), *(count[verdict] or "" for verdict in Verdict)]


def main() -> None:
    """Print the table of each half."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names-of", choices=HALVES, help="name the lists of this half that came out wrong")
    given = parser.parse_args()
    for half in HALVES:
        judged = [judge(case) for case in lists_of(half)]
        lines = [_line(theme, list(group)) for theme, group in groupby(judged, key=lambda one: one.case.theme)]
        print(table([half, "lists", *Verdict], [*lines, _line("all", judged)]))
        wrong = sum(one.verdict in SILENTLY_WRONG for one in judged)
        asked = Counter(one.choices for one in judged if one.asked and one.case.ask != "must")
        choices = ", ".join(f"{asked[n]} with {n} choices" for n in sorted(asked))
        print(
            f"silently wrong: {wrong}; right rows held: {part_of_right_rows_held(judged):.2%}; asked: {choices}; "
            f"of those in which one column fits by one press: {part_by_one_press(judged):.1%}\n"
        )
        for one in judged if half == given.names_of else ():
            if one.verdict not in _NOT_NAMED:
                why = f" ({one.why})" if one.why else ""
                print(f"{one.case.theme}: {one.case.name}: {one.verdict}{why}\n    {one.found[:3]}")


if __name__ == "__main__":
    main()
