"""From Bind to the start of a run: what is asked, and that nothing else than what was confirmed is handed on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from bindtool.core.binding.progress import RequestCount
from bindtool.core.common.errors import BadInput, BindtoolError, LedgerFailed, StoreFailed
from bindtool.core.common.messages import Message
from bindtool.core.jobs.bind_job import BindJob, ListGrown
from bindtool.core.jobs.interrupted_run import InterruptedRun
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.device import Device
from bindtool.core.model.job import Job
from bindtool.core.model.outcome import FRESH, NEEDS_HAND, SENDABLE, Outcome, State
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.core.sheet_view.columns import Column
from bindtool.gui.binding.run_starter import AGAIN, UNANSWERED, Carried, Confirmation
from bindtool.gui.services import Services
from bindtool.gui.sheet.document import SheetDocument
from tests.core.store.tables.test_benches import bind, foreign
from tests.gui.binding.desk import IDS, Desk
from tests.gui.loop import finish

PROFILE = Profile("Line 2", "7412345678901234567", label_template="S-{id:-1}", proven=True)
REPLACES = replace(PROFILE, behaviour=Behaviour.REPLACES, sender=True)
LOST = Outcome().begun(1).settled(State.UNKNOWN)
REFUSED_SINCE = LOST.begun(2).settled(State.REFUSED)
OUTCOMES = {1: Outcome(State.BOUND), 2: Outcome(State.REFUSED), 3: LOST}
"""The last of the four rows is ready."""


@pytest.fixture
def desk(document: SheetDocument, services: Services, qtbot: QtBot, request: pytest.FixtureRequest) -> Desk:
    """Give a desk on a channel that adds, or by the profile that the test is parametrized with, indirectly."""
    return Desk(document, services, qtbot, getattr(request, "param", PROFILE))


on_each_channel = pytest.mark.parametrize("desk", [PROFILE, REPLACES], ids=["adds", "replaces"], indirect=True)
where_it_replaces = pytest.mark.parametrize("desk", [REPLACES], ids=["replaces"], indirect=True)


# ---------------------------------------------------------------- what is asked


@pytest.mark.parametrize(
    ("desk", "states", "rows", "going"),
    [
        pytest.param(PROFILE, FRESH, None, ["SPK4"], id="Bind"),
        pytest.param(PROFILE, AGAIN, None, ["SPK2", "SPK3"], id="Send again"),
        pytest.param(PROFILE, NEEDS_HAND, {2}, ["SPK2"], id="Send again, one row"),
        pytest.param(PROFILE, NEEDS_HAND, {1, 4}, [], id="Send again, none that needs a hand"),
        pytest.param(PROFILE, UNANSWERED, None, ["SPK3"], id="Send the unknown"),
        # Left out, a device that may stand on the list would be gone.
        pytest.param(REPLACES, FRESH, None, ["SPK3", "SPK4"], id="Bind, the list"),
        pytest.param(REPLACES, NEEDS_HAND, {2}, ["SPK2", "SPK3"], id="Send again, the list"),
        pytest.param(REPLACES, AGAIN, None, ["SPK2", "SPK3"], id="Send again all, the list"),
    ],
    indirect=["desk"],
)
def test_which_rows_are_asked_about(
    desk: Desk, states: frozenset[State], rows: set[int] | None, going: list[str]
) -> None:
    """Those in the states that are meant, of the rows that are meant; on a channel that replaces the whole list."""
    desk.document.settle(OUTCOMES)
    desk.ask(states, frozenset(rows) if rows is not None else None)
    assert (desk.asked.n if desk.asked is not None else 0) == len(going)
    assert desk.confirmed() == going


def test_the_unanswered_are_asked_about(desk: Desk) -> None:
    """What was refused after its answer was lost has an answer."""
    desk.document.settle({1: LOST, 2: REFUSED_SINCE, 3: Outcome(State.REFUSED)})
    desk.press(desk.starter.ask_unanswered)
    assert desk.confirmed() == ["SPK1"]


def test_what_comes_since_the_question_is_counted(desk: Desk) -> None:
    """Rows that would not go along, fewer again where one is deleted; the next question begins at none."""
    came = QSignalSpy(desk.starter.more_came)
    desk.ask()
    desk.put("SPK8")
    desk.put("SPK9")
    desk.document.delete([desk.document.sheet.next_number - 1])
    assert [came.at(at) for at in range(came.count())] == [[1], [2], [1]]
    desk.ask()
    desk.put("SPK10")
    assert came.at(3) == [1]


def test_what_a_confirmation_says(desk: Desk) -> None:
    """The devices as they go, what is held back and what was typed of those that go, and what the job has."""
    desk.document.describe(job="WO-7", expected=6, operator="Li")
    desk.put("SPK5")
    desk.hold(2, 3)
    desk.type(3, Column.DEVICE_ID, "SPK6")
    desk.type(4, Column.DEVICE_ID, "SPK7")
    desk.type(5, Column.LABEL, "the last")
    desk.hold(3)
    desk.ask()
    assert desk.asked == Confirmation(
        PROFILE,
        n=3,
        first=("SPK1", "S-1"),
        last=("SPK5", "the last"),
        held=2,
        typed=1,
        off_plan=Message.of("planned.fewer", n=1, count=5, expected=6),
        requests=RequestCount(1, 8),
    )
    assert desk.starter.remarked() == [2, 3, 4]
    desk.starter.confirm()
    (job,) = desk.session.jobs
    assert [each.device for each in job.jobs] == [
        Device("SPK1", "S-1"),
        Device("SPK7", "S-7"),
        Device("SPK5", "the last"),
    ]
    assert (job.profile, job.operator) == (PROFILE, "Li")
    assert desk.asked is None


@pytest.mark.parametrize("desk", [replace(PROFILE, proven=False)], indirect=True)
@pytest.mark.parametrize(("who", "alone"), [("nobody", True), ("others", True), ("this laptop", False)])
def test_a_channel_that_has_never_accepted_a_device(desk: Desk, who: str, *, alone: bool) -> None:
    """One device goes ahead, and the confirmation says so; what other benches have bound does not count."""
    if who == "others":
        desk.store.benches.take_in([replace(foreign(1), channel=PROFILE.channel)]).result()
    elif who == "this laptop":
        bind(desk.store, 7, channel=PROFILE.channel)
    desk.ask()
    assert desk.asked is not None
    assert desk.asked.first_alone is alone


@where_it_replaces
def test_what_goes_along(desk: Desk) -> None:
    """What is known to stand on the list, with how many of it other benches alone have bound; it is agreed to."""
    told = [replace(foreign(n, f"SPK{n}"), channel=REPLACES.channel) for n in (4, 8, 9)]
    desk.store.benches.take_in(told).result()
    desk.ask()
    assert desk.asked is not None
    assert desk.asked.carried == Carried(2, {"bench-2": 2})
    desk.starter.confirm()
    (job,) = desk.session.jobs
    assert job.listed == {Device(each.device_id, each.label) for each in told}


@pytest.mark.parametrize("desk", [replace(REPLACES, sender=False)], indirect=True)
def test_a_laptop_that_may_not_send(desk: Desk) -> None:
    """Nothing is asked, and it is said why; while a run is on not even that."""
    desk.ask()
    assert desk.asked is None
    assert [error.id for error in desk.errors] == ["whole_list.not_the_sender"]
    desk.session.start(BindJob(1, PROFILE, ()))
    desk.ask()
    assert len(desk.errors) == 1


@on_each_channel
@pytest.mark.parametrize("why", ["no profile", "a run", "another sheet", "nothing to send"])
def test_when_nothing_is_asked(desk: Desk, qtbot: QtBot, why: str) -> None:
    """Without a profile, while a run is on, while another sheet is opened, and where no row can go."""
    if why == "no profile":
        desk.state.open_profile(None)
    elif why == "a run":
        desk.session.start(BindJob(1, PROFILE, ()))
    elif why == "nothing to send":
        desk.hold(1, 2, 3, 4)

    async def ask() -> bool:
        desk.starter.ask()
        return True

    if why == "another sheet":
        finish(qtbot, desk.session.replace_sheet(ask))
    else:
        desk.ask()
    assert desk.asked is None
    assert desk.errors == []


def test_a_question_is_withdrawn(desk: Desk, qtbot: QtBot) -> None:
    """By a person, and when another sheet is opened; with nothing asked there is nothing to withdraw."""
    desk.starter.cancel()
    assert desk.withdrawn.count() == 0
    desk.ask()
    desk.starter.cancel()
    assert (desk.asked, desk.withdrawn.count()) == (None, 1)
    desk.ask()
    finish(qtbot, desk.session.replace_sheet(desk.document.renew))
    assert (desk.asked, desk.withdrawn.count()) == (None, 2)


# ---------------------------------------------------------------- from the press to the question


def begin_a_run(desk: Desk) -> None:
    """Have something else begin, such as the check of a channel."""
    desk.session.start(BindJob(1, PROFILE, ()))


def open_another_sheet(desk: Desk) -> None:
    """Lay another sheet with the same devices on the table, whoever does so."""
    desk.finish(desk.document.renew())
    desk.put(*IDS)


@on_each_channel
@pytest.mark.parametrize(
    ("change", "going"),
    [
        pytest.param(lambda desk: desk.put("SPK5"), [*IDS, "SPK5"], id="a scan"),
        pytest.param(
            lambda desk: desk.type(1, Column.DEVICE_ID, "SPK9"), ["SPK9", "SPK2", "SPK3", "SPK4"], id="id"
        ),
        pytest.param(lambda desk: desk.hold(4), ["SPK1", "SPK2", "SPK3"], id="held"),
        pytest.param(lambda desk: desk.document.delete([1]), ["SPK2", "SPK3", "SPK4"], id="deleted"),
        pytest.param(lambda desk: desk.hold(1, 2, 3, 4), [], id="nothing is left"),
        pytest.param(lambda desk: desk.starter.cancel(), [], id="cancelled"),
        pytest.param(lambda desk: desk.starter.confirm(), [*IDS], id="confirmed before it is shown"),
        pytest.param(lambda desk: desk.use(replace(desk.profile, key="sn")), [], id="another key"),
        pytest.param(lambda desk: desk.use(replace(desk.profile, name="Line 3")), [], id="another profile"),
        pytest.param(lambda desk: desk.state.open_profile(None), [], id="no profile"),
        pytest.param(begin_a_run, [], id="a run"),
        pytest.param(lambda desk: desk.finish(desk.session.replace_sheet(desk.open_again)), [], id="opened again"),
        pytest.param(open_another_sheet, [], id="another sheet"),
    ],
)
def test_what_changes_before_it_is_asked(desk: Desk, change: Callable[[Desk], None], going: list[str]) -> None:
    """The question is about the rows as they are when it comes, and none comes for another profile or sheet."""
    with desk.not_asked_yet():
        change(desk)
        handed = list(desk.session.jobs)
    assert desk.session.jobs == handed, "begun without a question"
    assert (desk.asked.n if desk.asked is not None else 0) == len(going)
    if going:
        assert desk.asked is not None
        assert (desk.asked.first[0], desk.asked.last[0]) == (going[0], going[-1])
        assert desk.confirmed() == going


@where_it_replaces
def test_what_others_bind_before_it_is_asked(desk: Desk) -> None:
    """Only what the question counts is agreed to go along; the run itself asks again about the rest."""
    told = replace(foreign(1, "SPK8"), channel=REPLACES.channel)
    with desk.not_asked_yet():
        desk.store.benches.take_in([told]).result()
    assert desk.asked is not None
    assert desk.asked.carried == Carried(0)
    desk.starter.confirm()
    (job,) = desk.session.jobs
    assert job.listed == frozenset()


def test_only_the_last_press_is_asked_about(desk: Desk) -> None:
    """However often it was pressed while the disk was read, nobody waits for more than one reading after that."""
    desk.document.settle({2: Outcome(State.REFUSED)})
    with desk.not_asked_yet():
        for _ in range(5):
            desk.starter.ask()
        desk.starter.ask(AGAIN)
    assert desk.disk.readings == 2
    assert desk.confirmed() == ["SPK2"]


def test_a_press_again_does_not_put_the_question_off(desk: Desk) -> None:
    """A key that is held down presses faster than a busy disk answers: what is read for the first press asks."""
    with desk.not_asked_yet():
        for _ in range(5):
            desk.starter.ask()
    assert desk.disk.readings == 1
    assert desk.confirmed() == list(IDS)


def test_a_question_that_stands_is_taken_back_by_the_next(desk: Desk) -> None:
    """What is confirmed is what is seen: while the next one is read, nothing is asked."""
    desk.ask()
    with desk.not_asked_yet():
        assert desk.withdrawn.count() == 1
        assert desk.confirmed() == []
    assert desk.confirmed() == list(IDS)


def test_a_disk_that_can_not_be_read(desk: Desk) -> None:
    """It is said, and nothing is asked; the next press asks."""
    broken = StoreFailed("store.failed", path="x", detail="x")
    desk.disk.fails = broken
    desk.ask()
    assert (desk.asked, desk.errors) == (None, [broken])
    desk.disk.fails = None
    desk.ask()
    assert desk.confirmed() == list(IDS)


# ---------------------------------------------------------------- the start


def test_what_is_not_asked_is_not_begun(desk: Desk, qtbot: QtBot) -> None:
    """A press that comes late: the question was withdrawn, or the run that it began is over by now."""
    assert desk.confirmed() == []
    desk.ask()
    desk.starter.cancel()
    assert desk.confirmed() == []
    desk.ask()
    finish(qtbot, desk.session.replace_sheet(desk.open_again))
    assert desk.confirmed() == []
    desk.stopped({})
    assert desk.confirmed() == []


def test_what_was_confirmed_for_another_sheet_is_not_begun(desk: Desk, qtbot: QtBot) -> None:
    """Rows of the same numbers with the same devices lie on it: nobody has confirmed these."""
    desk.ask()
    finish(qtbot, desk.document.renew())
    desk.put(*IDS)
    assert desk.confirmed() == []


def test_a_run_is_begun_once(desk: Desk) -> None:
    """Whatever is pressed again while it is on."""
    interrupted = InterruptedRun(1, 0, 0, 4, frozenset({1, 2, 3, 4}), closed=True, confirmed_for=PROFILE.channel)
    desk.ask()
    desk.starter.confirm()
    for press in (desk.starter.confirm, desk.starter.go_on, lambda: desk.starter.resume(interrupted)):
        press()
    assert desk.handed() == list(IDS)


def test_nothing_is_begun_while_another_sheet_is_opened(desk: Desk, qtbot: QtBot) -> None:
    """Its rows are read already."""
    interrupted = InterruptedRun(1, 0, 0, 4, frozenset({1, 2, 3, 4}), closed=True, confirmed_for=PROFILE.channel)
    desk.stopped({})

    async def press() -> bool:
        desk.starter.go_on()
        desk.starter.resume(interrupted)
        return True

    finish(qtbot, desk.session.replace_sheet(press))
    assert desk.handed() == []


# ---------------------------------------------------------------- Continue


def delete(desk: Desk) -> None:
    """Take row 3 out."""
    desk.document.delete([3])
    desk.is_saved()


@on_each_channel
@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda desk: desk.type(3, Column.DEVICE_ID, "SPK9"), id="id"),
        pytest.param(lambda desk: desk.type(3, Column.LABEL, "another"), id="label"),
        pytest.param(lambda desk: desk.hold(3), id="held"),
        pytest.param(delete, id="deleted"),
    ],
)
def test_continue_sends_what_was_confirmed_and_is_left(desk: Desk, edit: Callable[[Desk], None]) -> None:
    """Not what is bound or refused by now, not what was edited since, and no scan that came later."""
    job = desk.stopped({1: Outcome(State.BOUND), 2: Outcome(State.REFUSED)})
    edit(desk)
    desk.put("SPK5")
    desk.press(desk.starter.go_on)
    (again,) = desk.session.jobs
    assert again == replace(job, jobs=job.jobs[3:])
    assert desk.asked is None


@pytest.mark.parametrize(
    ("desk", "left"),
    [pytest.param(PROFILE, [4], id="adds"), pytest.param(REPLACES, [3, 4], id="replaces")],
    indirect=["desk"],
)
def test_what_is_left_for_continue(desk: Desk, left: list[int]) -> None:
    """A device whose answer was lost goes along where the list is replaced: left out, it might be gone."""
    assert desk.starter.left() == ()
    desk.stopped(OUTCOMES)
    assert [job.number for job in desk.starter.left()] == left


@pytest.mark.parametrize(
    "change",
    [
        {"key": "sn"},
        {"user_id": "7126"},
        {"connector_id": "7400000000000000000"},
        {"site": "https://api.coze.com"},
        {"behaviour": Behaviour.REPLACES, "sender": True},
        {"behaviour": Behaviour.ADDS},
        {"pace": RequestSettings(batch_size=1)},
        {"token_name": "another"},
        {"name": "Line 3"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_continue_with_another_profile_asks(desk: Desk, change: dict[str, object]) -> None:
    """What was confirmed was confirmed for the profile as it was then."""
    changed = replace(PROFILE, **change)  # type: ignore[arg-type]  # fields of Profile
    desk.stopped({1: Outcome(State.BOUND)})
    desk.use(changed)
    desk.press(desk.starter.go_on)
    assert desk.handed() == []
    assert desk.asked is not None
    assert (desk.asked.profile, desk.asked.n) == (changed, 3)


@where_it_replaces
@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda desk: desk.type(3, Column.LABEL, "another"), id="label"),
        pytest.param(lambda desk: desk.put("SPK5"), id="scanned since"),
    ],
)
def test_continue_leaves_no_device_out_that_may_be_on_the_list(desk: Desk, edit: Callable[[Desk], None]) -> None:
    """One whose answer was lost and that is not as it was confirmed would be gone from the list: it is asked."""
    desk.stopped({1: LOST, 3: LOST})
    edit(desk)
    desk.document.settle({5: LOST})
    desk.press(desk.starter.go_on)
    assert desk.handed() == []
    assert desk.confirmed() == [row.device_id for row in desk.document.sheet]


def test_continue_with_nothing_left_asks(desk: Desk) -> None:
    """About what has been scanned since."""
    desk.stopped(dict.fromkeys(range(1, 5), Outcome(State.BOUND)))
    desk.put("SPK5")
    desk.press(desk.starter.go_on)
    assert desk.handed() == []
    assert desk.confirmed() == ["SPK5"]


def test_continue_on_another_sheet_asks(desk: Desk, qtbot: QtBot) -> None:
    """The same devices in rows of the same numbers are others there."""
    desk.stopped({})
    finish(qtbot, desk.session.replace_sheet(desk.document.renew))
    desk.put(*IDS)
    assert desk.starter.left() == ()
    desk.press(desk.starter.go_on)
    assert desk.handed() == []
    assert desk.asked is not None


def test_continue_takes_the_question_back(desk: Desk) -> None:
    """What it sends is on its way: the panel would ask about it again."""
    desk.stopped({})
    desk.ask()
    desk.press(desk.starter.go_on)
    assert desk.handed() == list(IDS)
    assert (desk.asked, desk.withdrawn.count()) == (None, 1)


# ---------------------------------------------------------------- going on after a restart


def interrupted_of(rows: Iterable[int], profile: Profile | None) -> InterruptedRun:
    """Return what a closed program has left, confirmed for the channel of a profile."""
    channel = profile.channel if profile is not None else None
    return InterruptedRun(1, 0, 0, 2, frozenset(rows), closed=True, confirmed_for=channel)


def test_what_was_confirmed_before_a_restart_goes_at_once(desk: Desk) -> None:
    """These rows, as far as they can go by now, and no others."""
    desk.document.settle({1: Outcome(State.REFUSED)})
    desk.ask()
    desk.press(lambda: desk.starter.resume(interrupted_of({1, 2, 4}, PROFILE)))
    assert desk.handed() == ["SPK2", "SPK4"]
    assert (desk.asked, desk.withdrawn.count()) == (None, 1)


@pytest.mark.parametrize(
    ("desk", "confirmed_for", "asked"),
    [
        pytest.param(PROFILE, None, ["SPK2", "SPK3"], id="not confirmed"),
        pytest.param(PROFILE, replace(PROFILE, key="sn"), ["SPK2", "SPK3"], id="for another channel"),
        pytest.param(REPLACES, REPLACES, ["SPK1", "SPK2", "SPK3", "SPK4"], id="the list"),
    ],
    indirect=["desk"],
)
def test_what_nobody_has_confirmed_just_so_is_asked_about(
    desk: Desk, confirmed_for: Profile | None, asked: list[str]
) -> None:
    """The rows that are left, lost ones among them; on a channel that replaces the whole list."""
    desk.document.settle({3: LOST})
    desk.press(lambda: desk.starter.resume(interrupted_of({2, 3}, confirmed_for)))
    assert desk.handed() == []
    assert desk.confirmed() == asked


# ---------------------------------------------------------------- a run that does not begin


@where_it_replaces
def test_a_list_that_has_grown_is_asked_about_again(desk: Desk) -> None:
    """What was confirmed and stands so still, whatever came of it before, with all that is on the list by now."""
    refused = Outcome(State.REFUSED)
    desk.document.settle({3: LOST, 4: refused})
    job = desk.stopped({}, SENDABLE)
    desk.type(1, Column.LABEL, "another")
    desk.document.delete([2])
    desk.put("SPK5")
    told = replace(foreign(1, "SPK8"), channel=REPLACES.channel)
    desk.store.benches.take_in([told]).result()
    desk.press(lambda: desk.session.not_begun.emit(job, ListGrown("whole_list.grown")))
    assert [error.id for error in desk.errors] == ["whole_list.grown"]
    assert desk.asked is not None
    assert (desk.asked.n, desk.asked.first, desk.asked.last) == (2, ("SPK3", "S-3"), ("SPK4", "S-4"))
    assert desk.asked.carried == Carried(1, {"bench-2": 1})
    desk.starter.confirm()
    (again,) = desk.session.jobs
    assert again.jobs == (Job(3, Device("SPK3", "S-3"), LOST), Job(4, Device("SPK4", "S-4"), refused))
    assert again.listed == {Device("SPK8", "Other 1")}


@where_it_replaces
def test_a_list_that_has_grown_keeps_what_may_be_on_it(desk: Desk) -> None:
    """A device whose answer was lost is asked about as it is by now, whatever was confirmed."""
    desk.document.settle({2: LOST})
    job = desk.stopped({})
    desk.type(2, Column.LABEL, "another")
    desk.type(1, Column.LABEL, "never sent")
    desk.press(lambda: desk.session.not_begun.emit(job, ListGrown("whole_list.grown")))
    desk.starter.confirm()
    (again,) = desk.session.jobs
    assert [each.device for each in again.jobs] == [
        Device("SPK2", "another"),
        Device("SPK3", "S-3"),
        Device("SPK4", "S-4"),
    ]


@where_it_replaces
@pytest.mark.parametrize(
    ("error", "ours", "told"),
    [
        pytest.param(LedgerFailed("ledger.turn_lost"), True, ["ledger.turn_lost"], id="another reason"),
        pytest.param(BadInput("whole_list.grown"), True, ["whole_list.grown"], id="the same words"),
        pytest.param(None, True, [], id="stopped"),
        pytest.param(ListGrown("whole_list.grown"), False, [], id="of the channel's check"),
    ],
)
def test_a_run_that_does_not_begin(desk: Desk, error: BindtoolError | None, ours: bool, told: list[str]) -> None:
    """Why is said, of a run that was begun here; nothing is asked again."""
    job = desk.stopped({})
    desk.press(lambda: desk.session.not_begun.emit(job if ours else replace(job), error))
    assert [each.id for each in desk.errors] == told
    assert desk.asked is None
