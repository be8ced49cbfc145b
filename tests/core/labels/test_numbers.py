"""Running numbers: each is given once."""

from __future__ import annotations

from bindtool.core.labels.numbers import ENOUGH, Blocks, Counter


def test_numbers_begin_at_one() -> None:
    """Where none was used, the first is 1, and a preview takes none."""
    numbers = Counter()
    assert numbers.upcoming(2) == [1, 2]
    assert [numbers.take(), numbers.take()] == [1, 2]
    assert numbers.upcoming(0) == []


def test_numbers_go_on() -> None:
    """They follow the highest that is used, also where one turns up later; a lower one changes nothing."""
    numbers = Counter(212)
    assert numbers.take() == 213
    numbers.mark_used(300)
    numbers.mark_used(7)
    assert numbers.upcoming(2) == [301, 302]
    assert numbers.take() == 301


def test_blocks_are_used_up_in_order() -> None:
    """The lowest first, then the next block; in the end there is none, and nothing is made up."""
    numbers = Blocks([range(101, 103), range(7, 9)])
    assert numbers.upcoming(3) == [7, 8, 101]
    assert [numbers.take() for _ in range(5)] == [7, 8, 101, 102, None]
    assert (numbers.upcoming(1), numbers.left) == ([], 0)
    numbers.add(range(201, 203))
    assert numbers.take() == 201


def test_numbers_of_blocks_that_labels_have() -> None:
    """Those before them in the same block are passed over too; those of other benches change nothing here."""
    numbers = Blocks([range(1, 11), range(21, 31)], used=[4, 25, 15, 2])
    assert (numbers.upcoming(7), numbers.left) == ([5, 6, 7, 8, 9, 10, 26], 11)
    numbers.mark_used(10)
    numbers.mark_used(28)
    assert numbers.upcoming(9) == [29, 30]
    numbers.mark_used(30)
    assert numbers.take() is None


def test_the_highest_number_that_is_known() -> None:
    """What is reserved next lies above it: blocks, and labels of whichever bench."""
    numbers = Blocks([range(1, 11)], used=[4])
    assert numbers.highest == 10
    numbers.mark_used(700)
    assert numbers.highest == 700
    numbers.mark_used(3)
    numbers.add(range(0))
    assert (numbers.highest, numbers.take()) == (700, 5)


def test_blocks_that_run_low() -> None:
    """Somebody hears of it while there are still some, and at each number from then on."""
    heard: list[int] = []
    numbers = Blocks([range(1, ENOUGH + 2)])
    numbers.on_low = lambda: heard.append(numbers.left)
    numbers.take()
    assert heard == []
    numbers.take()
    numbers.take()
    assert heard == [ENOUGH - 1, ENOUGH - 2]
    silent = Blocks([])
    assert silent.take() is None
