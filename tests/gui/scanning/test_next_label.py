"""A label that is scanned after its device: its row, what is heard and said of it, and what is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bindtool.core.barcode.id_rules import IdRules
from bindtool.core.intake.intake import Arrival
from bindtool.core.labels.template import LabelFrom
from bindtool.core.model.outcome import State
from bindtool.core.model.row import HoldReason, Source
from bindtool.core.profiles.profile import Profile
from bindtool.core.scanner.scan_rules import ScanRules
from bindtool.gui.common.audio.cues import Cue
from bindtool.gui.common.shell.session_state import InputMode
from tests.gui.disks import SlowDisk
from tests.gui.scanning.bench import Bench

ONE, TWO = "SPK26113F2001", "SPK26113F2002"
LABEL, OTHER, BOTH = "HALL-7", "HALL-8", "HALL-00"
PROFILE = Profile(
    name="Line 2",
    connector_id="7412345678901234567",
    label_from=LabelFrom.NEXT_CODE,
    label_pattern="HALL-[0-9]+",
    scan=ScanRules(ids=IdRules("SPK[0-9A-F]{10}|HALL-00")),
)


@pytest.fixture
def bench(unopened: Bench) -> Bench:
    """Give somebody with a scanner, on a sheet whose labels are scanned."""
    unopened.open(PROFILE)
    unopened.document.rules = PROFILE.scan
    return unopened


def test_device_and_label_one_after_another(bench: Bench) -> None:
    """Each label is its own device's, told by strip, sound and the row's light, and makes the row ready."""
    bench.scan(ONE)
    assert bench.labels == [""]
    assert "added · no label yet" in bench.said
    assert bench.document.sheet.status(1).state is State.INCOMPLETE

    bench.scan(LABEL)
    assert bench.labels == [LABEL]
    assert f"label of row 1: {LABEL}" in bench.said
    assert bench.window.table.highlighted == 1
    assert bench.heard == [Cue.ADDED, Cue.LABELLED]
    assert bench.document.sheet.status(1).state is State.READY

    bench.scan(TWO, OTHER)
    assert bench.labels == [LABEL, OTHER]


def test_the_sound_waits_for_the_disk(bench: Bench, store: SlowDisk) -> None:
    """A label that is scanned before its device is written is heard after it; neither is called wrong."""
    store.sheets.hold = True
    bench.scanning.scan(ONE)
    bench.scanning.scan(LABEL)
    assert bench.heard == []
    store.sheets.release()
    store.sheets.release()
    bench.is_saved()
    assert bench.heard == [Cue.ADDED, Cue.LABELLED]


def test_a_label_that_is_taken_back_before_it_is_written_is_not_told(bench: Bench, store: SlowDisk) -> None:
    """By the time the disk has it, the row has none any more."""
    bench.scan(ONE)
    store.sheets.hold = True
    bench.scanning.scan(LABEL)
    bench.document.undo()
    store.sheets.release()
    store.sheets.release()
    bench.is_saved()
    assert bench.labels == [""]
    assert bench.heard == [Cue.ADDED]


def test_a_device_without_a_label_lets_the_next_one_in(bench: Bench) -> None:
    """It waits, and the next one gets the label that follows."""
    bench.scan(ONE, TWO, LABEL)
    assert bench.labels == ["", LABEL]
    assert bench.heard == [Cue.ADDED, Cue.ADDED, Cue.LABELLED]
    assert [job.number for job in bench.document.sheet.jobs()] == [2]


def test_undo_takes_the_label_back_alone(bench: Bench) -> None:
    """The device stays and waits; the next label goes nowhere, since another act came in between."""
    bench.scan(ONE, LABEL)
    bench.document.undo()
    bench.is_saved()
    assert bench.labels == [""]
    assert "taken out again" in bench.said
    bench.scan(OTHER)
    assert bench.labels == [""]
    assert "was not added" in bench.said


def test_a_label_typed_into_the_cell_settles_the_row(bench: Bench) -> None:
    """As it does in any sheet."""
    bench.scan(ONE)
    bench.edits.type(1, 2, LABEL)
    bench.is_saved()
    assert (bench.labels, bench.document.sheet.status(1).state) == ([LABEL], State.READY)


def look_up(bench: Bench) -> None:
    """Enter look-up and scan there."""
    bench.input_mode.enter(InputMode.LOOK_UP)
    bench.scan(TWO)
    bench.input_mode.leave()


def undo(bench: Bench) -> None:
    """Take the device back."""
    bench.document.undo()


def paste(bench: Bench) -> None:
    """Add a device of a list."""
    bench.document.take([Arrival(TWO, "Hall 3")], Source.PASTED)


def type_over(bench: Bench) -> None:
    """Type another id into the row."""
    bench.edits.type(1, 1, TWO)


def delete(bench: Bench) -> None:
    """Delete the row."""
    bench.document.delete([1])


BETWEEN: tuple[Callable[[Bench], object], ...] = (
    look_up,
    undo,
    paste,
    type_over,
    delete,
    lambda bench: bench.scan(" "),
    lambda bench: bench.scan("pat_0123456789abcdef"),
    lambda bench: bench.scan(LABEL),
    lambda bench: bench.scanning.wedge.rejected.emit(TWO),
    lambda bench: bench.scanning.wedge.endless.emit(TWO),
    lambda bench: bench.scanning.show_missed(),
    lambda bench: bench.open(PROFILE),
)


@pytest.mark.parametrize("between", BETWEEN)
def test_after_anything_else_a_label_goes_nowhere(bench: Bench, between: Callable[[Bench], object]) -> None:
    """It says so, with the sound of what is refused, and no row has it."""
    bench.scan(ONE)
    between(bench)
    bench.is_saved()
    bench.heard.clear()
    bench.scan(OTHER)
    assert OTHER not in bench.labels
    assert bench.heard == [Cue.REFUSED]
    assert f"the label {OTHER} was not added: scan its device, then the label" in bench.said


def test_a_held_device_takes_no_label(bench: Bench) -> None:
    """What it is has to be settled first; scanned again, it does, once somebody agrees."""
    bench.scan("SPK1", LABEL)
    assert bench.labels == [""]
    assert "row 1 is held" in bench.said
    bench.document.include([1])
    bench.is_saved()
    bench.scan("SPK1", LABEL)
    assert bench.labels == [""]
    bench.answer(0)
    assert bench.labels == [LABEL]


def test_a_label_of_another_row_is_held(bench: Bench) -> None:
    """Both are labels of what was scanned right before them; somebody looks at it."""
    bench.scan(ONE, LABEL, TWO, LABEL)
    assert bench.labels == [LABEL, LABEL]
    assert bench.heard[-1] is Cue.REFUSED
    assert "row 1 has the same label" in bench.said
    assert bench.document.sheet[2].held_for is HoldReason.LABEL_IN_ROW


@pytest.mark.parametrize(("at", "label"), [(0, OTHER), (1, LABEL)])
def test_a_repeat_is_asked_about(bench: Bench, at: int, label: str) -> None:
    """Its first row gets the label if somebody agrees; until then nothing has changed."""
    bench.scan(ONE, LABEL, TWO, ONE, OTHER)
    assert bench.labels == [LABEL, ""]
    assert bench.heard[-2:] == [Cue.REPEATED, Cue.REFUSED]
    assert "row 1: is that its label? Answer below" in bench.said
    assert f"Row 1 has the label “{LABEL}”. Replace it with “{OTHER}”?" in bench.said
    bench.answer(at)
    assert bench.labels == [label, ""]
    assert bench.window.notices.first is None


def test_a_question_goes_before_what_is_said_of_a_list(bench: Bench) -> None:
    """The strip points to it; what stood there comes back."""
    bench.scan(ONE, LABEL)
    bench.window.notices.show_news("added", "IDs from column A")
    bench.scan(ONE, OTHER)
    assert f"Replace it with “{OTHER}”?" in bench.said
    bench.answer(0)
    assert "IDs from column A" in bench.said


def test_a_repeat_with_its_own_label(bench: Bench) -> None:
    """There is nothing to ask."""
    bench.scan(ONE, LABEL, ONE, LABEL)
    assert bench.window.notices.first is None
    assert "row 1 has this label already" in bench.said
    assert bench.heard[-1] is Cue.REPEATED


def test_a_question_about_a_row_that_is_gone_is_withdrawn(bench: Bench) -> None:
    """Of two, the other one stays; with another sheet both go."""
    bench.scan(ONE, TWO, ONE, LABEL, TWO, OTHER)
    bench.document.delete([1])
    notice = bench.window.notices.first
    assert notice is not None
    assert notice.name == "next_label 2"
    bench.open(replace(PROFILE, name="Line 3"))
    assert bench.window.notices.first is None


def test_a_code_that_fits_both_is_held_and_asked_about(bench: Bench) -> None:
    """Until somebody has said what it is, it is a held row; the next label goes nowhere."""
    bench.scan(ONE, BOTH)
    assert bench.document.sheet[2].held_for is HoldReason.ID_OR_LABEL
    assert f"Is “{BOTH}” a device, or the label of row 1?" in bench.said
    bench.scan(LABEL)
    assert bench.labels == ["", ""]
    bench.answer(1)
    assert [(row.device_id, row.label) for row in bench.document.sheet] == [(ONE, BOTH)]
    assert bench.heard[-1] is Cue.LABELLED
    bench.document.undo()
    bench.is_saved()
    assert bench.labels == ["", ""]


def test_it_may_be_a_device(bench: Bench) -> None:
    """Then it waits for its label, and can be scanned again for it."""
    bench.scan(ONE, BOTH)
    bench.answer(0)
    assert bench.document.sheet[2].held is None
    assert bench.window.notices.first is None


def test_without_a_device_before_it_is_asked_whether_it_is_one(bench: Bench) -> None:
    """There is no row whose label it could be; a tick answers too."""
    bench.scan(BOTH)
    assert "Is it a device?" in bench.said
    bench.document.include([1])
    assert bench.window.notices.first is None


def test_labels_by_the_template_stay_as_they_are(bench: Bench) -> None:
    """A profile that says nothing of it gives each device its label, and a code that looks like one is a device."""
    bench.open(replace(PROFILE, name="Line 3", label_from=LabelFrom.TEMPLATE))
    bench.scan(ONE, LABEL)
    assert bench.labels == ["3F2001", "HALL-7"]
