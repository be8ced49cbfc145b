"""The window notices what is wrong with its scanner and offers the cure, once."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bindtool.core.barcode.id_rules import CaseRule, IdRules, PartKind, PartRule
from bindtool.core.common.messages import Message
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Note, NoteReason
from bindtool.core.profiles.learned_rules import LearnedRules
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.core.scanner.keyboard_layouts import mangled
from bindtool.core.scanner.scan_rules import EndKey, Keyboard, ScannerRules, ScanRules
from bindtool.gui.common.shell.session_state import SessionState
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.scanning.setup.fault_watch import AGAIN_AFTER, ScannerFaultWatch
from bindtool.gui.scanning.setup.scan_rules_service import ScanRulesService
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.sheet.edit_commands import EditCommands
from tests.gui.acting import can_see, press
from tests.gui.loop import PATIENCE, finish
from tests.gui.scanner import RETURN, burst

SERIALS = tuple(f"SPK26113F{number:04X}" for number in range(0x2190, 0x2198))


@pytest.fixture
def rules(tmp_path: Path, document: SheetDocument, state: SessionState) -> ScanRulesService:
    """Give the rules, which the document follows."""
    made = ScanRulesService(
        ProfileRepository(tmp_path / "profiles", tmp_path), LearnedRules(tmp_path / "scanner.toml"), state
    )

    def follow() -> None:
        document.rules = made.rules

    made.changed.connect(follow)
    state.open_profile(None)
    return made


class Scanner:
    """Scans into the document, with the bursts that the window sees."""

    def __init__(self, qtbot: QtBot, document: SheetDocument, watch: ScannerFaultWatch, window: MainWindow) -> None:
        self._qtbot = qtbot
        self.document = document
        self.watch = watch
        self.bar = window.message_bar
        window.scan_bar.scanned.connect(document.scan)

    def scan(self, *texts: str, caps_lock: bool | None = None, gap: int = 2, in_field: bool = True) -> None:
        """Scan one code after the other, and wait for the disk."""
        for text in texts:
            self.watch.watch_burst(burst(text, RETURN, caps_lock=caps_lock, gap=gap, in_field=in_field))
            self.document.scan(text)
        self.settle()

    def press(self, name: str) -> None:
        """Press a button of the offer, and wait for the disk."""
        press(self.bar, name)
        self.settle()

    def settle(self) -> None:
        """Wait until everything is on disk."""
        self._qtbot.waitUntil(lambda: not self.document.saving, timeout=PATIENCE)

    @property
    def asked(self) -> str:
        """What the message bar asks."""
        return self.bar.accessibleDescription() if self.bar.isVisible() else ""

    @property
    def ids(self) -> list[str]:
        """The ids of the rows that may be sent, and in brackets of those that are held."""
        return [row.device_id if row.held is None else f"({row.device_id})" for row in self.document.sheet]


@pytest.fixture
def me(qtbot: QtBot, window: MainWindow, document: SheetDocument, rules: ScanRulesService) -> Scanner:
    """Give a scanner and an open sheet."""
    watch = ScannerFaultWatch(window.notices, document, EditCommands(document), rules)
    document.added.connect(watch.watch_row)
    watch.taken_from_field.connect(window.scan_bar.field.hand_on)
    finish(qtbot, document.open(None))
    return Scanner(qtbot, document, watch, window)


# ---------------------------------------------------------------- how scans end


def test_no_end_key(me: Scanner, rules: ScanRulesService, window: MainWindow) -> None:
    """GIVEN a scanner without Return WHEN the cure is pressed THEN a pause ends scans, and what waits is rows."""
    me.watch.watch_burst(burst("SPK26113F2190"))
    me.watch.watch_burst(burst("SPK26113F2191"))
    window.scan_bar.field.setText("SPK26113F2190SPK26113F2191")
    assert me.asked == "Your scanner sends no Enter. End each scan after a pause?"
    me.press("Do it")
    assert rules.rules.scanner.end is EndKey.PAUSE
    assert window.scan_bar.field.text() == ""
    assert me.ids == ["SPK26113F2190", "SPK26113F2191"]
    me.watch.watch_burst(burst("SPK26113F2192"))
    assert me.asked == ""


@pytest.mark.parametrize(("waiting", "ids"), [("SPK26113F21", ["SPK26113F21"]), ("", [])])
def test_what_else_waits_in_the_field(me: Scanner, window: MainWindow, waiting: str, ids: list[str]) -> None:
    """GIVEN another text in the field than the bursts made WHEN the cure is pressed THEN it is one scan, if any."""
    me.watch.watch_burst(burst("SPK26113F2190", in_field=False))
    window.scan_bar.field.setText(waiting)
    me.press("Do it")
    assert me.ids == ids


def test_an_end_key_after_all(me: Scanner) -> None:
    """GIVEN the offer to end by pause WHEN a scan comes with its end THEN the offer goes."""
    me.watch.watch_burst(burst("SPK26113F2190"))
    me.watch.watch_burst(burst("SPK26113F2191", RETURN))
    assert me.asked == ""


def test_two_ends_are_told_once(me: Scanner) -> None:
    """GIVEN a scanner that sends two line ends THEN it is told once, however often it happens."""
    me.watch.watch_burst(burst("SPK26113F2190", RETURN, RETURN))
    assert "two line ends" in me.asked
    me.press("All right")
    for _ in range(2 * AGAIN_AFTER):
        me.watch.watch_burst(burst("SPK26113F2190", RETURN, RETURN))
    assert me.asked == ""


def test_a_closed_offer_comes_back_when_the_trouble_persists(me: Scanner) -> None:
    """GIVEN an offer that was closed THEN the same trouble is silent for a long while, and then asked of again."""
    me.watch.watch_burst(burst("SPK26113F2190"))
    me.press("Not now")
    for _ in range(AGAIN_AFTER - 1):
        me.watch.watch_burst(burst("SPK26113F2190"))
        assert me.asked == ""
    me.watch.watch_burst(burst("SPK26113F2190"))
    assert me.asked != ""


# ---------------------------------------------------------------- spoilt rows


def test_codes_run_together(me: Scanner, rules: ScanRulesService) -> None:
    """GIVEN two codes in one row, held WHEN they are split THEN each has a row that keeps what arrived."""
    me.scan(*SERIALS[:3], SERIALS[3] + SERIALS[4])
    assert me.ids[3:] == [f"({SERIALS[3]}{SERIALS[4]})"]
    assert me.asked == "Two codes came as one: SPK26113F2193 and SPK26113F2194. Make a row of each?"
    me.press("Make 2 rows")
    assert me.ids == list(SERIALS[:5])
    mended = Note.of(NoteReason.MENDED, before=SERIALS[3] + SERIALS[4])
    assert {row.note for row in list(me.document.sheet)[3:]} == {mended}
    assert rules.rules == ScanRules()
    assert me.asked == ""


def test_codes_with_parts_run_together(me: Scanner, document: SheetDocument, rules: ScanRulesService) -> None:
    """GIVEN two codes with parts in one row WHEN they are split THEN each waits for a rule that reads it alone."""
    me.scan("".join(f"SN:{serial};MAC:2;" for serial in SERIALS[:2]))
    me.press("Make 2 rows")
    rows = [row.number for row in document.sheet]
    problem = Message.of("reason.parts_pairs")
    assert [document.sheet.status(number).reason for number in rows] == [problem, problem]
    rules.change(ScanRules(part=PartRule(PartKind.PAIRS, "SN")))
    EditCommands(document).read_again()
    me.settle()
    assert me.ids == list(SERIALS[:2])
    assert document.sheet.counts()[State.READY] == 2


def test_codes_run_together_again_and_again(me: Scanner, rules: ScanRulesService) -> None:
    """GIVEN two such rows WHEN one is split, with the rule THEN the other one is asked of, without the rule."""
    me.scan(*SERIALS[:3], SERIALS[3] + SERIALS[4], SERIALS[5] + SERIALS[6])
    assert SERIALS[5] in me.asked
    me.press("Make 2 rows, and end scans after a pause")
    assert rules.rules.scanner.end is EndKey.PAUSE
    assert me.ids[3:] == [f"({SERIALS[3]}{SERIALS[4]})", *SERIALS[5:7]]
    assert SERIALS[3] in me.asked
    assert not can_see(me.bar, "Make 2 rows, and end scans after a pause")
    me.press("Make 2 rows")
    assert sorted(me.ids) == list(SERIALS[:7])
    assert me.asked == ""


def test_caps_lock(me: Scanner, rules: ScanRulesService) -> None:
    """GIVEN a scan with the cases swapped, held WHEN it is changed THEN the row is right and no rule is set."""
    me.scan(*SERIALS[:3], SERIALS[3].lower())
    assert me.ids[3] == f"({SERIALS[3].lower()})"
    assert "Is Caps Lock on?" in me.asked
    me.press(f"Change it to {SERIALS[3]}")
    assert me.ids == list(SERIALS[:4])
    assert rules.rules == ScanRules()


@pytest.mark.parametrize(
    ("sent", "choice", "case"),
    [
        (SERIALS, "Always upper case", CaseRule.UPPER),
        ([one.lower() for one in SERIALS], "Always lower case", CaseRule.LOWER),
    ],
)
def test_a_rule_for_the_case(
    me: Scanner, rules: ScanRulesService, sent: list[str], choice: str, case: CaseRule
) -> None:
    """GIVEN ids of one case WHEN the rule is chosen THEN all rows are right and the rule is kept."""
    me.scan(*sent[:3], sent[3].swapcase(), sent[4].swapcase())
    me.press(choice)
    assert me.ids == list(sent[:5])
    assert rules.rules.ids == IdRules(case=case)


def test_caps_lock_at_the_first_scan(me: Scanner) -> None:
    """GIVEN the key known to be on WHEN the very first scan has only small letters THEN its row is held too."""
    me.scan(SERIALS[0].lower(), caps_lock=True)
    assert me.ids == [f"({SERIALS[0].lower()})"]
    assert "Is Caps Lock on?" in me.asked


def test_a_keyboard_of_another_country(me: Scanner, rules: ScanRulesService) -> None:
    """GIVEN a French computer WHEN its keyboard is chosen THEN the row is read anew, and so are the next ones."""
    french = [mangled(one, Keyboard.FRENCH) for one in SERIALS]
    me.scan(french[0])
    assert me.ids == [f"({french[0]})"]
    assert SERIALS[0] in me.asked
    me.press("French (AZERTY)")
    me.scan(french[1])
    assert me.ids == list(SERIALS[:2])
    assert [row.arrived for row in me.document.sheet] == french[:2]
    assert rules.rules.scanner == ScannerRules(keyboard=Keyboard.FRENCH)
    assert me.asked == ""


def test_a_rule_that_can_not_be_kept(me: Scanner, rules: ScanRulesService, tmp_path: Path) -> None:
    """GIVEN a folder that takes no file WHEN a keyboard is chosen THEN nothing is changed, not even the row."""
    (tmp_path / "scanner.toml").mkdir()
    french = mangled(SERIALS[0], Keyboard.FRENCH)
    me.scan(french)
    me.press("French (AZERTY)")
    assert me.ids == [f"({french})"]


@pytest.mark.parametrize(("choice", "ids"), [("Remove this row", []), ("It is right", ["SPK26113F219"])])
def test_dropped_characters(me: Scanner, choice: str, ids: list[str]) -> None:
    """GIVEN an id that is too short, held WHEN the person has looked THEN it goes, or counts."""
    me.scan(*SERIALS[:6], "SPK26113F219")
    assert me.ids[6:] == ["(SPK26113F219)"]
    assert "SPK26113F219 is shorter than the others" in me.asked
    me.press(choice)
    assert me.ids[6:] == ids
    assert me.asked == ""


def test_the_row_that_is_named_is_deleted_by_hand(me: Scanner) -> None:
    """GIVEN such rows WHEN the last one goes, or counts, THEN another is asked about, and a press is for it."""
    me.scan(*SERIALS[:6], "SPK26113F217", "SPK26113F218", "SPK26113F219")
    me.document.delete([9])
    assert "SPK26113F218" in me.asked
    me.press("It is right")
    assert me.ids[6:] == ["(SPK26113F217)", "SPK26113F218"]
    assert "SPK26113F217" in me.asked
    me.press("Remove this row")
    assert me.ids[6:] == ["SPK26113F218"]


def test_what_is_done_by_hand_needs_no_cure(me: Scanner) -> None:
    """GIVEN an offer WHEN its row is included by hand THEN the offer goes; what else is asked stays."""
    me.scan(*SERIALS[:3], SERIALS[3].lower(), SERIALS[4] + SERIALS[5])
    me.document.include([4])
    assert "Two codes came as one" in me.asked
    me.document.delete([5])
    assert me.asked == ""


def test_another_sheet_has_other_troubles(me: Scanner, qtbot: QtBot) -> None:
    """GIVEN an offer about a row WHEN another sheet is opened THEN it goes; a name for the job changes nothing."""
    me.scan(*SERIALS[:3], SERIALS[3].lower())
    me.document.describe(job="WO-1125", expected=None, operator="")
    me.settle()
    assert me.asked
    finish(qtbot, me.document.renew())
    assert me.asked == ""


def test_a_row_that_a_run_has_stays(me: Scanner) -> None:
    """GIVEN a row that is being sent WHEN it turns out to be spoilt THEN it is too late to ask."""
    me.scan("first-scan")
    me.document.sheet.take_up([1])
    me.watch.watch_burst(burst("first-scan", RETURN, caps_lock=True))
    me.watch.watch_row(me.document.sheet[1])
    assert me.asked == ""


# ---------------------------------------------------------------- what codes teach


def test_three_slow_codes_that_look_like_the_last_ones_teach(me: Scanner, rules: ScanRulesService) -> None:
    """GIVEN three ids WHEN three more come as slowly as a Bluetooth scanner's keys THEN the gap is learnt."""
    told: list[int] = []
    rules.gap_changed.connect(told.append)
    for code in SERIALS[:5]:
        me.scan(code, gap=40)
    assert rules.gap == 0, "the first three have nothing that they could look like"
    me.scan(SERIALS[5], gap=40)
    assert rules.gap == 50
    rules.forget_gap()
    assert told == [50, 0]
    assert rules.rules == ScanRules(), "the profile has no part in it"


def test_what_teaches_nothing(me: Scanner, rules: ScanRulesService) -> None:
    """GIVEN ids WHEN slow codes look otherwise, or were typed into a label THEN nothing is learnt."""
    me.scan(*SERIALS[:3])
    for code in ("spk26113f2199", "SPK-6113F219A", "SPK26113F219BCD"):
        me.scan(code, gap=40)
    for code in SERIALS[3:]:
        me.scan(code, gap=40, in_field=False)
    assert rules.gap == 0
