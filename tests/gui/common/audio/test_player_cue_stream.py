"""The samples that the speakers get: a cue whole, then nothing, and no crack where a new one comes."""

from __future__ import annotations

from array import array
from itertools import pairwise

from bindtool.gui.common.audio.player import FADE, Mixer

LOUD = array("h", [20_000] * 1000)
QUIET = array("h", [1_000] * 600)


def test_a_cue_is_given_whole_and_once() -> None:
    """GIVEN a cue WHEN pieces are taken THEN together they are the cue, and after it there is nothing."""
    stream = Mixer()
    stream.play(LOUD)

    assert stream.take(600) + stream.take(600) == LOUD
    assert len(stream.take(600)) == 0


def test_a_new_cue_takes_the_place_of_the_old_one() -> None:
    """GIVEN a cue in its midst WHEN another begins THEN that is heard to its end, and no more of the old one."""
    stream = Mixer()
    stream.play(LOUD)
    stream.take(100)
    stream.play(QUIET)

    heard = stream.take(5000)

    assert len(heard) == len(QUIET)
    assert heard[FADE:] == QUIET[FADE:]


def test_the_old_cue_fades_out() -> None:
    """GIVEN a loud cue WHEN another begins THEN no step from sample to sample is one that is heard as a crack."""
    stream = Mixer()
    stream.play(LOUD)
    before = stream.take(100)
    stream.play(QUIET)

    heard = before[-1:] + stream.take(len(QUIET))

    steps = [abs(later - earlier) for earlier, later in pairwise(heard)]
    assert max(steps) <= QUIET[0] + LOUD[0] // FADE + 1


def test_two_loud_cues_stay_within_what_a_sample_holds() -> None:
    """GIVEN cues as loud as can be WHEN one follows in the midst of another THEN the sum is cut off."""
    stream = Mixer()
    for loudest in (32_767, -32_768):
        stream.play(array("h", [loudest] * 300))
        stream.play(array("h", [loudest] * 300))
        assert set(stream.take(300)) == {loudest}


def test_pieces_are_as_long_as_they_are_asked_for() -> None:
    """GIVEN a device that asks WHEN it wants so many frames THEN it gets two bytes for each, none at the end."""
    stream = Mixer()
    pieces = stream.pieces()
    assert next(pieces) == b""
    stream.play(QUIET)

    assert [len(pieces.send(count)) for count in (400, 400, 400)] == [800, 400, 0]
