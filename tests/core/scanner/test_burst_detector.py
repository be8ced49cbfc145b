"""A scanner's keys are told from a person's, whatever comes; none is lost, and none passes another."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from itertools import accumulate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bindtool.core.scanner.burst import Burst
from bindtool.core.scanner.burst_detector import (
    BurstDetector,
    Endless,
    Give,
    GoesOn,
    Ignore,
    KeyKind,
    Over,
    Scan,
    Step,
)
from bindtool.core.scanner.scan_rules import EndKey, ScannerRules
from tests.seeds import seed_of

ID = "SPK26113F2001"
RETURN, TAB = "\n", "\t"
KINDS = {RETURN: KeyKind.RETURN, TAB: KeyKind.TAB, "⇧": KeyKind.MODIFIER, "←": KeyKind.OTHER}


@dataclass
class Bench:
    """Types into a catcher and keeps what comes of it. A key is written as the character that it makes."""

    catcher: BurstDetector[str]
    at: int = 0
    steps: list[Step[str]] = field(default_factory=list)

    def type(self, text: str, gap: int = 5, *, repeat: bool = False) -> Bench:
        """Press one key after the other, each `gap` milliseconds after the one before."""
        for key in text:
            self.at += gap
            self.steps += self.catcher.press(key, KINDS.get(key, KeyKind.CHARACTER), key, self.at, repeat=repeat)
        return self

    def rest(self) -> Bench:
        """Let time pass without a key."""
        while self.catcher.patience:
            self.steps += self.catcher.silence()
        return self

    @property
    def scans(self) -> list[str]:
        """The texts of the scans."""
        return [step.text for step in self.steps if isinstance(step, Scan)]

    @property
    def doubted(self) -> list[tuple[str, str]]:
        """The texts of scans and bursts of which something is in doubt, and what came before."""
        return [(step.text, step.before) for step in self.steps if isinstance(step, Scan | Endless) and step.before]

    @property
    def going_on(self) -> list[str]:
        """The texts of the lines that belong to the code before them."""
        return [step.text for step in self.steps if isinstance(step, Scan | Endless) and step.goes_on]

    @property
    def endless(self) -> list[str]:
        """The texts of the bursts without an end."""
        return [step.text for step in self.steps if isinstance(step, Endless)]

    @property
    def given(self) -> str:
        """The keys that a person's window gets."""
        return "".join(key for step in self.steps if isinstance(step, Give) for key in step.keys)

    @property
    def bursts(self) -> list[Burst]:
        """What is told of the bursts that are over."""
        return [step.burst for step in self.steps if isinstance(step, Over)]


def bench(rules: ScannerRules | None = None) -> Bench:
    """Give a bench with a scanner of these rules."""
    return Bench(BurstDetector(rules or ScannerRules()))


@pytest.mark.parametrize("gap", [0, 1, 5, 8, 16, 30])
@pytest.mark.parametrize("end", [RETURN, TAB])
def test_a_burst_with_an_end_is_a_scan_at_once(gap: int, end: str) -> None:
    """It is told with its end key, before any silence; nothing reaches the window."""
    me = bench().type(ID + end, gap)
    assert (me.scans, me.given, me.bursts) == ([ID], "", [])
    me.rest()
    assert [(burst.text, burst.longest_gap) for burst in me.bursts] == [(ID, gap)]
    assert me.catcher.patience == 0


@pytest.mark.parametrize("gap", [61, 80, 200])
def test_a_person_is_no_scanner(gap: int) -> None:
    """Keys come slower than any scanner's: each is given back when the next one comes, or after a moment."""
    me = bench().type(ID + RETURN, gap)
    assert (me.scans, me.given, me.bursts) == ([], ID + RETURN, [])


def test_a_key_is_held_for_no_longer_than_the_gap() -> None:
    """A person's single key is given back after the longest gap of a scanner; nothing is waited for after that."""
    me = bench(ScannerRules(longest_gap=12)).type("S")
    assert (me.catcher.holding, me.catcher.patience) == (True, 12)
    me.rest()
    assert (me.given, me.catcher.holding, me.catcher.patience) == ("S", False, 0)


def test_silence_with_nothing_to_decide() -> None:
    """It may be told at any time."""
    assert bench().catcher.silence() == []


def test_two_keys_rolled_over_each_other_are_a_persons() -> None:
    """Fast typists press several keys within a few milliseconds; that is too short for a scan, Return or not."""
    me = bench().type("label", 12).type(RETURN, 12)
    assert (me.scans, me.given, me.bursts) == ([], "label" + RETURN, [])


def test_return_alone_is_given_at_once() -> None:
    """There is nothing that it could end."""
    me = bench().type(RETURN + TAB)
    assert (me.given, me.catcher.patience) == (RETURN + TAB, 0)


@pytest.mark.parametrize("ends", [(RETURN, RETURN), (RETURN, TAB), (TAB, RETURN)])
def test_a_second_end_is_ignored_and_told(ends: tuple[str, str]) -> None:
    """CR+LF and two returns are one scan; whoever watches hears of both ends after the silence."""
    me = bench().type(ID).type("".join(ends)).rest()
    assert (me.scans, me.given) == ([ID], "")
    assert [step.keys for step in me.steps if isinstance(step, Ignore)] == [(ends[1],)]
    names = {RETURN: EndKey.RETURN, TAB: EndKey.TAB}
    assert [burst.ends for burst in me.bursts] == [tuple(names[end] for end in ends)]


def test_a_persons_return_after_a_scan_is_theirs() -> None:
    """It comes later than any second end."""
    me = bench().type(ID + RETURN).type(RETURN, 101)
    assert (me.scans, me.given, len(me.bursts)) == ([ID], RETURN, 1)


def test_two_scans_without_a_pause() -> None:
    """The second begins where the first has ended, as a line of one code; the first is told as over then."""
    me = bench().type((ID + RETURN) * 2, 0)
    assert (me.scans, me.given, len(me.bursts)) == ([ID, ID], "", 1)
    assert me.going_on == [ID]


@pytest.mark.parametrize(("gap", "goes_on"), [(0, True), (100, True), (101, False), (250, False)])
@pytest.mark.parametrize("ends", [RETURN, RETURN * 2])
@pytest.mark.parametrize("shift", ["", "⇧"])
def test_a_line_right_after_an_end_is_of_the_same_code(gap: int, goes_on: bool, ends: str, shift: str) -> None:
    """No hand scans again so soon; it may be as short as it likes, and is told as soon as it begins."""
    me = bench().type(ID + ends).type(shift or "V", gap)
    if shift:
        me.type("V")
    assert [type(step) for step in me.steps if isinstance(step, GoesOn)] == [GoesOn] * goes_on
    me.type("2" + RETURN).rest()
    assert me.going_on == ["V2"] * goes_on
    assert me.given == ("" if goes_on else shift + "V2" + RETURN)


def test_a_last_line_without_an_end_is_of_the_code_too() -> None:
    """A scanner may send line ends within a code and none behind it."""
    me = bench().type(ID + RETURN + "V2").rest()
    assert (me.scans, me.endless, me.going_on) == ([ID], ["V2"], ["V2"])


def test_no_key_of_a_person_parts_a_code() -> None:
    """One may be pressed, or be held down, between two lines."""
    me = bench().type(ID + RETURN + "←").type("V2" + RETURN)
    assert (me.scans, me.given, me.going_on) == ([ID, "V2"], "←", ["V2"])
    me = bench().type(ID + RETURN).type("V", 50, repeat=True).type("V2" + RETURN)
    assert (me.scans, me.given, me.going_on) == ([ID, "V2"], "V", ["V2"])


def test_a_silence_that_is_decided_early_parts_no_code() -> None:
    """A click asks at once what the keys were; the next line comes all the same."""
    me = bench().type(ID + RETURN).rest().type("V2" + RETURN, 50)
    assert me.going_on == ["V2"]


def test_a_burst_without_an_end_is_told_as_endless() -> None:
    """It is a scanner's without doubt, so it reaches no cell and no button."""
    me = bench().type(ID).rest()
    assert (me.scans, me.endless, me.given) == ([], [ID], "")
    assert [(burst.text, burst.ends) for burst in me.bursts] == [(ID, ())]


def test_a_pause_ends_a_scan_where_the_rules_say_so() -> None:
    """A scanner that sends no end key is understood; one that does after all is understood as well."""
    me = bench(ScannerRules(end=EndKey.PAUSE)).type(ID)
    assert (me.scans, me.catcher.patience) == ([], 500)
    me.rest().type(ID + RETURN)
    assert (me.scans, me.given, me.endless) == ([ID, ID], "", [])


def test_a_scanner_may_stutter_once_it_is_known_as_one() -> None:
    """After as many keys as a person does not type so fast, a longer gap breaks nothing."""
    for stutter in (31, 90, 500):
        assert bench().type(ID[:6]).type(ID[6:] + RETURN, stutter).scans == [ID]
    assert bench().type(ID[:6]).type(ID[6:12], 501).rest().endless == [ID[:6]]


def test_where_a_pause_ends_a_scan_it_is_longer_than_any_stall() -> None:
    """A scan that ended too early would be two rows, both wrong."""
    rules = ScannerRules(end=EndKey.PAUSE)
    assert bench(rules).type(ID[:6]).type(ID[6:], 450).rest().scans == [ID]
    assert bench(rules).type(ID[:6]).type(ID[6:12], 501).rest().scans == [ID[:6]]


@pytest.mark.parametrize("stumble", [31, 60, 200])
def test_a_scanner_that_stumbles_at_the_beginning(stumble: int) -> None:
    """Its first keys were given away as a person's; the scan is whole all the same, and says what was given."""
    me = bench().type("SP").type("K", stumble).type("2", stumble).type(ID[4:] + RETURN)
    assert [(step.text, step.lead) for step in me.steps if isinstance(step, Scan)] == [(ID, "SPK")]
    assert me.given == "SPK"
    assert bench(ScannerRules(prefix="~")).type("~").type(ID[0], stumble).type(ID[1:] + RETURN).scans == [ID]
    me = bench().type("SP").type(ID[2:], 5).rest()
    assert me.endless == [ID]


def test_what_a_person_typed_before_is_no_part_of_a_scan() -> None:
    """A pause, or any key but a character, lies between the two."""
    for text in ("TYPED-", "AB"):
        me = bench().type(text, 70).type(ID[0], 501).type(ID[1:] + RETURN)
        assert (me.scans, me.doubted) == ([ID], [])
    assert bench().type("ab" + RETURN).type(ID + RETURN, 70).scans == []
    assert bench().type("ab").type(RETURN).type(ID[0], 40).type(ID[1:] + RETURN).scans == [ID]


@pytest.mark.parametrize("stall", [201, 300, 400])
@pytest.mark.parametrize("after", [1, 2, 3, 4, 5])
def test_a_stall_within_the_first_five_keys_leaves_nothing_behind(after: int, stall: int) -> None:
    """What was given away a moment ago belongs to the scan, and that nobody can be sure of it is told."""
    for end in (RETURN, ""):
        me = bench().type(ID[:after]).type(ID[after], stall).type(ID[after + 1 :] + end).rest()
        assert (me.scans or me.endless, me.doubted) == ([ID], [(ID, ID[:after])])
        assert me.given == ID[:after]


def test_what_was_typed_right_before_a_scan_makes_it_doubtful() -> None:
    """A word stays where it was typed; the scan after it says that it may have lost its beginning."""
    me = bench().type("TYPED-", 100).type(ID[0], 300).type(ID[1:] + RETURN)
    assert (me.scans, me.doubted, me.given) == ([ID], [(ID, "TYPED-")], "TYPED-")
    me = bench().type("ABC", 100).type(ID[0], 300).type(ID[1:] + RETURN)
    assert me.doubted == [("ABC" + ID, "ABC")]


def test_a_space_that_presses_a_button_is_no_part_of_a_scan() -> None:
    """A person has answered a question, and somebody scans at once."""
    me = bench().type(" ").type(ID[0], 300).type(ID[1:] + RETURN)
    assert (me.scans, me.doubted, me.given) == ([ID], [], " ")


@pytest.mark.parametrize("end", [RETURN, TAB, RETURN * 2, ""])
@pytest.mark.parametrize("gaps", [(20, 50), (45, 25), (31, 31), (60, 1), (29, 29, 29, 29, 29, 50)])
def test_a_slow_scanner_is_told_by_its_even_pace(gaps: tuple[int, ...], end: str) -> None:
    """Its keys come one by one, some of them fast enough for a burst: the code is one scan, head and tail."""
    me = bench()
    for at, key in enumerate(ID + end):
        me.type(key, 1000 if not at else gaps[at % len(gaps)])
    me.rest()
    assert (me.scans or me.endless, me.doubted) == ([ID], [])
    (burst,) = me.bursts
    assert burst.text == ID


@pytest.mark.parametrize("gap", [1, 20, 30, 31, 50, 60])
@pytest.mark.parametrize("learnt", [0, 55])
@pytest.mark.parametrize("text", ["SPK261", "SPK2611", ID])
def test_shift_as_a_key_of_its_own_makes_no_scanner_slower(text: str, gap: int, learnt: int) -> None:
    """Its pace is told from key to key; what was passed on of a code is known, so that no label keeps it."""
    keys = "".join(f"⇧{key}" if key.isupper() else key for key in text)
    me = Bench(BurstDetector(ScannerRules(), learnt), at=10_000).type(keys + RETURN, gap).rest()
    assert me.scans == [text]
    assert "".join(step.lead for step in me.steps if isinstance(step, Scan)) == me.given.replace("⇧", "")
    assert [burst.longest_gap for burst in me.bursts] == [gap]


@pytest.mark.parametrize("end", [EndKey.RETURN_OR_TAB, EndKey.PAUSE])
def test_no_typed_word_is_taken_for_a_code(end: EndKey) -> None:
    """Two thousand labels of a person, some with a capital, each with Return at its end."""
    dice = random.Random(seed_of(7))  # noqa: S311 - words, no secrets
    me = bench(ScannerRules(end=end))
    typed = []
    for _ in range(2000):
        word = "".join(dice.choices("abcdefghijklmnopqrstuvwxyz 123", k=dice.randint(4, 24)))
        typed.append(dice.choice(["", "⇧"]) + word + RETURN)
        for at, key in enumerate(typed[-1]):
            me.type(key, dice.randint(45, 300) if at else 1500)
    assert me.rest().given == "".join(typed)


@pytest.mark.parametrize(
    ("end", "given"),
    [
        pytest.param(EndKey.RETURN_OR_TAB, "SPK261", id="no end key"),
        pytest.param(EndKey.PAUSE, "", id="a pause, as the scanner ends its codes"),
    ],
)
def test_a_short_slow_code_has_to_end_as_evenly(end: EndKey, given: str) -> None:
    """Six quick keys are a word unless what ends a code follows at once: people look before they press Return."""
    me = bench(ScannerRules(end=end)).type("SPK261", 50).rest()
    assert "".join(me.given.removeprefix(lead) for lead in [*(me.scans or [""])]) == given
    assert bench().type("SPK261", 50).type(RETURN, 61).given == "SPK261" + RETURN
    assert bench().type("0" * 7 + RETURN, 50).scans == []


def test_two_scans_of_a_slow_scanner_stay_two() -> None:
    """Nothing of the first is left that could become one with the second."""
    me = bench()
    for key in (ID[:9] + RETURN + ID[9:] + "99999" + RETURN) * 2:
        me.type(key, 35)
    assert me.scans == [ID[:9], ID[9:] + "99999"] * 2


def test_a_key_that_repeats_itself_unseen_is_no_slow_scanner() -> None:
    """Some systems don't tell a key that is held down from one that is pressed again and again."""
    me = bench().type("0" * 20, 33).type(RETURN, 33).rest()
    assert (me.scans, me.endless, me.given) == ([], [], "0" * 20 + RETURN)


def test_a_gap_that_was_learnt_holds_a_slow_scanners_keys_back() -> None:
    """Nothing of its codes reaches the window, eight keys in a row being more than a person presses so."""
    me = Bench(BurstDetector(ScannerRules(), 55)).type(ID + RETURN, 50)
    assert (me.scans, me.given) == ([ID], "")
    me = Bench(BurstDetector(ScannerRules(), 55)).type("SPK2611", 50).type(RETURN, 61)
    assert (me.scans, me.given) == ([], "SPK2611" + RETURN)
    assert Bench(BurstDetector(ScannerRules(), 55)).type("SPK261" + RETURN, 5).scans == ["SPK261"]


def test_learning_decides_nothing_about_keys_that_are_held() -> None:
    """The first keys of a code may be under way."""
    me = bench().type(ID[:3])
    me.catcher.learn(55)
    assert me.type(ID[3:] + RETURN, 50).scans == [ID]
    me.catcher.learn(0)
    me.type("S", 1000)
    assert me.catcher.patience == 30


def test_a_shift_key_within_a_stall_parts_nothing() -> None:
    """A capital is two keys, and the pause may be between them."""
    me = bench().type("⇧SP").rest().type("⇧", 150).rest().type(ID[2:] + RETURN, 40)
    assert (me.scans, me.doubted) == ([ID], [])


def test_one_end_key_leaves_the_other_in_the_text() -> None:
    """A code with tabs in it is read by a scanner that ends with Return, and the other way round."""
    rules = ScannerRules(end=EndKey.RETURN)
    assert bench(rules).type("0001\tbox" + RETURN).scans == ["0001\tbox"]
    assert bench(ScannerRules(end=EndKey.TAB)).type("0001\nbox" + TAB).scans == ["0001\nbox"]
    assert bench(rules).type(TAB).given == TAB


def test_a_prefix_marks_a_scan_of_any_length() -> None:
    """It is taken off; scans without it are scans still; alone it is a person's."""
    rules = ScannerRules(prefix="~")
    assert bench(rules).type("~7" + RETURN).scans == ["7"]
    assert bench(rules).type("~" + ID + RETURN).scans == [ID]
    assert bench(rules).type(ID + RETURN).scans == [ID]
    assert bench(rules).type("~" + RETURN).given == "~" + RETURN
    assert bench(rules).type("~" + ID).rest().endless == [ID]


def test_shift_belongs_to_the_letter_after_it() -> None:
    """It is held with the rest, makes no text, and is given back where a person holds it."""
    me = bench().type("⇧S⇧P⇧K2611" + RETURN)
    assert (me.scans, me.given) == (["SPK2611"], "")
    assert bench().type("⇧").rest().given == "⇧"


def test_any_other_key_ends_the_wait() -> None:
    """What was held goes first, then the other key."""
    assert bench().type("ab←").given == "ab←"
    me = bench().type(ID + "←")
    assert (me.endless, me.given) == ([ID], "←")


def test_a_key_that_is_held_down_is_a_persons() -> None:
    """It repeats itself as fast as a scanner types; within a burst nobody can tell, so it stays in the text."""
    me = bench().type("a").rest().type("a" * 40, 20, repeat=True)
    assert (me.scans, me.endless, me.given) == ([], [], "a" * 41)
    me = bench().type("SPK0").type("00", 0, repeat=True).type("7" + RETURN)
    assert me.scans == ["SPK0007"]


def test_a_release_follows_its_press() -> None:
    """Held back with it, given with it; where nothing is held it passes."""
    me = bench().type("a")
    assert me.catcher.release("a up") == []
    me.type("b")
    assert me.catcher.silence() == [Give(("a", "a up", "b"))]
    assert me.catcher.release("b up") == [Give(("b up",))]


STROKES = st.tuples(
    st.sampled_from(["a", "B", "7", "~", "⇧", "←", RETURN, TAB, "up"]),
    st.sampled_from([0, 1, 8, 30, 31, 60, 61, 91, 200, 400, 501]),
    st.booleans(),
)
RULES = st.builds(
    ScannerRules,
    shortest=st.integers(3, 5),
    longest_gap=st.sampled_from([5, 30, 60]),
    end=st.sampled_from(EndKey),
    prefix=st.sampled_from(["", "~", "~7"]),
)


@given(st.lists(STROKES, max_size=60), RULES, st.sampled_from([0, 55]))
@example([("a", 5, False)] * 6 + [(RETURN, 5, False)], ScannerRules(), 0)
def test_no_key_is_lost_or_passes_another(
    strokes: list[tuple[str, int, bool]], rules: ScannerRules, learnt: int
) -> None:
    """Whatever is typed: keys come out once each, in order; a scan's text is what its keys make."""
    catcher: BurstDetector[tuple[int, str]] = BurstDetector(rules, learnt)
    steps: list[Step[tuple[int, str]]] = []
    moments = accumulate(gap for _, gap, _ in strokes)
    keys = [(place, text) for place, (text, _, _) in enumerate(strokes)]
    for key, at, (text, _, repeat) in zip(keys, moments, strokes, strict=True):
        if text == "up":
            steps += catcher.release(key)
        else:
            steps += catcher.press(key, KINDS.get(text, KeyKind.CHARACTER), text, at, repeat=repeat)
        assert catcher.patience > 0 or not catcher.holding
    while catcher.patience:
        steps += catcher.silence()
    assert [key for step in steps if not isinstance(step, Over | GoesOn) for key in step.keys] == keys
    ends = {EndKey.RETURN: RETURN, EndKey.TAB: TAB}.get(rules.end, RETURN + TAB)
    for step in steps:
        if isinstance(step, Scan | Endless):
            own = "".join(text for _, text in step.keys if text not in ("⇧", "up", *ends))
            whole = step.lead + own
            assert step.text == whole.removeprefix(rules.prefix)
            assert step.goes_on or len(whole) >= rules.shortest or (rules.prefix and own.startswith(rules.prefix))
    assert (catcher.holding, catcher.patience) == (False, 0)


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), min_size=6, max_size=300))
def test_whatever_a_scanner_types_arrives_as_sent(text: str) -> None:
    """One scan, unaltered, for each text of six characters or more."""
    assert bench().type(text + RETURN, 1).scans == [text]
