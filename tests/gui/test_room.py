"""Every screen on the smallest display, in both languages: nothing is cut, and buttons are made for gloves.

Left out: text links and the rows of the table, which a glove need not press; each of their actions has a key, or a
button too.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bindtool.core.advice import Action
from bindtool.core.channel import Behaviour
from bindtool.core.channel_check import Already, ChannelCheck
from bindtool.core.checks import Finding, Grade, Item
from bindtool.core.device import Device
from bindtool.core.errors import BadInput
from bindtool.core.message import Message
from bindtool.core.next_step import Facts, NextStep, Step, next_step
from bindtool.core.outcome import Outcome, State
from bindtool.core.profile import Profile
from bindtool.core.run import Job
from bindtool.core.scan_rules import ScanRules
from bindtool.gui import look
from bindtool.gui.dialogs.licences import Licences
from bindtool.gui.elided import ElidedLabel
from bindtool.gui.icons import Mark
from bindtool.gui.look import Kind
from bindtool.gui.pages.channel_check import CheckView
from bindtool.gui.panels.confirm import Confirmation
from bindtool.gui.panels.finished import Finished
from bindtool.gui.panels.foot import Progress
from bindtool.gui.panels.row_story import Story
from bindtool.gui.question import ask
from bindtool.gui.taken import Taken
from bindtool.texts import LANGUAGES
from tests.gui.conftest import SMALLEST
from tests.gui.dialogs.test_licences import PARTS
from tests.gui.samples import NOTE, PROFILE
from tests.gui.whole_window import whole_window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from bindtool.gui.main_window import MainWindow
    from bindtool.texts import Texts
    from tests.gui.conftest import Show

    Bring = Callable[[MainWindow, Texts], QWidget]

TIME = datetime(2026, 10, 9, 9, 41, 7, tzinfo=UTC)
LINE_2 = Profile(
    name="Smart speaker, line 2",
    connector_id="7400000000000123456",
    user_id="3400000000007126",
    user_name="Developer A",
    behaviour=Behaviour.REPLACES,
    sender=True,
)
FIRST, LAST = ("SPK26113F2001", "智能音箱-3F2001"), ("SPK26113F21A0", "智能音箱-3F21A0")
ASKED = Confirmation(LINE_2, 209, FIRST, LAST, held=3, typed=2, first_alone=True, carried=206)
READY = (Job(1, Device(*FIRST), Outcome()), Job(2, Device(*LAST), Outcome()))
STORY = Story(
    mark=Mark.REFUSED,
    row="Row 1240 · SPK26113F21A0-0123456789",
    title="Coze refused this device",
    answer="“a rather long message of the server, as servers have them” (code 720701013)",
    came="Scanned 11-25 09:12 by A12",
    place="Between …3F20AB and …3F20AD",
    advice="Put it aside and compare its ID with the sticker. If the ID is right, give Lin, 8021 the log ID.",
    log_id="Log ID 2026112603371234567890ABCDEF012345",
    sharing="Log ID shared by 50 devices of request 3",
)
FINDINGS = [Finding(item, Grade.PROBLEM, Message.of("check.clock_off", m=12)) for item in Item]


def sheet(window: MainWindow, texts: Texts) -> QWidget:
    """A sheet in practice mode with a long word of the last scan, all counts, and a long next step."""
    window.show_page(window.sheet_page)
    window.head.show_profiles([LINE_2], LINE_2, "A12")
    window.strip.set_ready()
    window.strip.set_job("WO-1125", 209, 220)
    words = texts("scan.repeat", row=147, time="09:41", operator="A12")
    window.strip.show_last("SPK26113F21A0", words, Taken.REPEAT, TIME)
    window.foot.show_counts(dict.fromkeys(State, 209), 1000, 12, unchecked=True)
    window.foot.show_step(next_step(_facts(ready=209)))
    return window


def _facts(*, ready: int, running: bool = False) -> Facts:
    return Facts(
        profile=True, token=True, running=running, stopping=False, ready=ready, to_handle=0, bound=0, closed=False
    )


def nothing_ready(window: MainWindow, texts: Texts) -> QWidget:
    """A sheet on which Bind can't be pressed, and a scan field that takes none."""
    window.show_page(window.sheet_page)
    window.strip.set_not_ready(texts("sheet.run_is_on.title"))
    window.foot.show_step(next_step(_facts(ready=0)))
    return window


def running(window: MainWindow, texts: Texts) -> QWidget:
    """A sheet while a run is on."""
    sheet(window, texts)
    window.foot.show_progress(Progress(total=209, bound=147, refused=3, unknown=2, rest=75))
    window.foot.show_step(next_step(_facts(ready=209, running=True)))
    return window


def error(window: MainWindow, texts: Texts) -> QWidget:
    """A sheet with a banner of two actions."""
    sheet(window, texts)
    window.notice.show_error(BadInput("sheet.run_is_on"), Action.REPLACE_TOKEN, Action.COPY_NOTE_FOR_MANAGER)
    return window


def offer(window: MainWindow, texts: Texts) -> QWidget:
    """A sheet with a question."""
    sheet(window, texts)
    window.offer.offer(
        "name", texts("question.new_sheet.title"), (texts("question.no"), texts("confirm.cancel")), print
    )
    return window


def finished(window: MainWindow, texts: Texts) -> QWidget:
    """A sheet with the sum of a run that has come to everything."""
    sheet(window, texts)
    window.finished.show_run(
        Finished(bound=180, refused=12, unknown=3, unsent=2, held=12, ended_at=TIME, seconds=314.0)
    )
    return window


def to_handle(window: MainWindow, texts: Texts) -> QWidget:
    """The rows to handle, with many causes, and one that may not be sent or scanned now."""
    sheet(window, texts)
    panel = window.refusals
    panel.show()
    causes = [
        (Mark.REFUSED, texts("refusals.refused", count=1234, code=720701013)),
        *((Mark.of(state), texts(f"finished.{state}", count=3)) for state in (State.UNKNOWN, State.UNSENT)),
    ]
    panel.show_causes(1240, causes, 0)
    panel.show_story(STORY)
    panel.show_actions(Step.STOP, 1240, texts("blocked.run_is_on"), texts("blocked.run_is_on"), awaited=False)
    window.foot.show_step(NextStep(Step.BIND_AGAIN, 1240, Message.of("blocked.not_the_sender")))
    return window


def scan_awaited(window: MainWindow, texts: Texts) -> QWidget:
    """The rows to handle while the chosen one waits for its scan."""
    to_handle(window, texts)
    window.strip.set_awaiting(texts("scan_again.invite", row=1240, tail="…21A0"))
    window.refusals.show_actions(Step.SCAN_AGAIN, 1240, "", "", awaited=True)
    window.foot.show_step(NextStep(Step.SCAN_AGAIN, 1240, Message.of("blocked.scan_awaited", row=1240)))
    return window


def all_handled(window: MainWindow, texts: Texts) -> QWidget:
    """The rows to handle when none is left."""
    to_handle(window, texts)
    window.refusals.show_empty(0)
    return window


def confirm(window: MainWindow, texts: Texts) -> QWidget:
    """The last look, with every remark."""
    sheet(window, texts)
    window.confirm.ask(ASKED)
    return window


def welcome(window: MainWindow, texts: Texts) -> QWidget:
    """The first screen."""
    window.show_page(window.welcome)
    return window


def form(window: MainWindow, texts: Texts) -> QWidget:
    """The form of a profile."""
    window.form.edit(PROFILE, NOTE)
    window.show_page(window.form)
    return window


def form_of_it(window: MainWindow, texts: Texts) -> QWidget:
    """The form of a profile that IT has set."""
    window.form.show_read_only(PROFILE, NOTE)
    window.show_page(window.form)
    return window


def busy_form(window: MainWindow, texts: Texts) -> QWidget:
    """The form while something is asked."""
    form(window, texts)
    window.form.show_busy(texts("laptop.checking", site="coze.cn"))
    return window


def check_page(window: MainWindow, texts: Texts) -> QWidget:
    """The page of a channel's check."""
    window.check_page.show_view(CheckView(LINE_2, ChannelCheck(Already.NO), READY, bound_here=206))
    window.show_page(window.check_page)
    return window


def scanner_test(window: MainWindow, texts: Texts) -> QWidget:
    """The page on which a scanner is tried."""
    window.scanner_test.begin(ScanRules())
    window.show_page(window.scanner_test)
    return window


def token(window: MainWindow, texts: Texts) -> QWidget:
    """The panel of the token."""
    window.token_panel.ask(PROFILE, NOTE)
    window.token_panel.show()
    return window.token_panel


def busy_token(window: MainWindow, texts: Texts) -> QWidget:
    """The panel of the token while it is checked."""
    token(window, texts)
    window.token_panel.show_checking()
    return window.token_panel


def details(window: MainWindow, texts: Texts) -> QWidget:
    """The panel of the job."""
    window.details.show()
    return window.details


def laptop(window: MainWindow, texts: Texts) -> QWidget:
    """The panel of the laptop's check, with every line."""
    window.laptop_check.show_checking("Line 2", "coze.cn")
    window.laptop_check.show_findings(FINDINGS, "")
    window.laptop_check.show()
    return window.laptop_check


def busy_laptop(window: MainWindow, texts: Texts) -> QWidget:
    """The panel of the laptop's check while the site is asked."""
    window.laptop_check.show_checking("Line 2", "coze.cn")
    window.laptop_check.show()
    return window.laptop_check


def licences(window: MainWindow, texts: Texts) -> QWidget:
    """The panel of licences."""
    panel = Licences(texts, PARTS, window)
    panel.show()
    return panel


def question(window: MainWindow, texts: Texts) -> QWidget:
    """A question before something that a person may not want."""
    sheet(window, texts)
    ask(window, texts, "question.new_sheet", print, n=12, total=209)
    return window


SCREENS: tuple[Bring, ...] = (
    sheet,
    nothing_ready,
    running,
    error,
    offer,
    finished,
    to_handle,
    scan_awaited,
    all_handled,
    confirm,
    welcome,
    form,
    form_of_it,
    busy_form,
    check_page,
    scanner_test,
    token,
    busy_token,
    details,
    laptop,
    busy_laptop,
    licences,
    question,
)
everywhere = pytest.mark.parametrize("bring", SCREENS, ids=[bring.__name__ for bring in SCREENS])
in_each_language = pytest.mark.parametrize("texts", LANGUAGES, indirect=True)


@pytest.fixture
def screen(qapp: QApplication, texts: Texts, day: date, bring: Bring) -> Iterator[QWidget]:
    """Give a screen in the smallest window."""
    with whole_window(texts, day, SMALLEST) as window:
        found = bring(window, texts)
        # Layouts come to rest, those inside others too.
        for _ in range(3):
            QApplication.processEvents()
        yield found
        if found is not window:
            found.close()


def is_inside(widget: QWidget, *kinds: type[QWidget]) -> bool:
    """Tell whether a widget is a part of one of these kinds."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, kinds):
            return True
        parent = parent.parentWidget()
    return False


def lacks(widget: QLabel | QAbstractButton) -> str:
    """Say what a widget would need and has not; "" if it is whole."""
    has = widget.size()
    if isinstance(widget, ElidedLabel):
        cut = widget.fontMetrics().horizontalAdvance(widget.text()) > has.width()
        untold = cut and widget.toolTip() != widget.text()
        return "a tool tip" if untold else "height" if has.height() < widget.minimumSizeHint().height() else ""
    if isinstance(widget, QLabel) and widget.wordWrap():
        return "height" if has.height() < widget.heightForWidth(has.width()) else ""
    needs = widget.sizeHint()
    return f"{needs.toTuple()}" if has.width() < needs.width() or has.height() < needs.height() else ""


def test_the_measure_finds_what_is_cut(show: Show) -> None:
    """GIVEN labels and a button in too little room WHEN they are measured THEN each lacks something."""
    words = "Words that need more room than there is"
    wrapped = QLabel(words, wordWrap=True)
    cut: list[QLabel | QAbstractButton] = [QLabel(words), wrapped, QPushButton(words)]
    box = QWidget()
    column = QVBoxLayout(box)
    for one in cut:
        one.setFixedSize(40, 20)
        column.addWidget(one)
    show(box)

    assert "" not in [lacks(one) for one in cut]
    wrapped.setFixedSize(600, 40)
    assert lacks(wrapped) == ""


@in_each_language
@everywhere
def test_nothing_is_cut(screen: QWidget) -> None:
    """Each label and button has the room it asks for; a line that ends in "…" is whole in its tool tip."""
    assert screen.width() <= SMALLEST[0]
    assert screen.height() <= SMALLEST[1]
    shown: list[QLabel | QAbstractButton] = [
        *screen.findChildren(QLabel),
        *screen.findChildren(QAbstractButton),
    ]
    seen = [one for one in shown if one.isVisible() and not is_inside(one, QAbstractItemView, QAbstractSpinBox)]
    named = {f"{type(one).__name__} {one.text()!r} has {one.size().toTuple()}": lacks(one) for one in seen}

    assert seen
    assert {name: missing for name, missing in named.items() if missing} == {}


@in_each_language
@everywhere
def test_buttons_are_high_enough_for_gloves(screen: QWidget) -> None:
    """Each button is 44 pixels high at least, but for text links and those inside of a field."""
    buttons = [*screen.findChildren(QPushButton), *screen.findChildren(QToolButton)]
    low = [
        f"{one.accessibleName() or one.text()}: {one.height()}"
        for one in buttons
        if one.isVisible()
        and one.property("kind") != Kind.LINK
        and not is_inside(one, QLineEdit, QAbstractSpinBox)
        and one.height() < look.TARGET
    ]

    assert low == []


def controls(screen: QWidget) -> list[QWidget]:
    """Return what can be seen and used by itself."""
    kinds = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QAbstractItemView)
    return [
        one
        for kind in kinds
        for one in screen.findChildren(kind)
        if one.isVisible() and not is_inside(one, QComboBox, QAbstractSpinBox, QAbstractItemView, QLineEdit)
    ]


@everywhere
def test_controls_have_names_and_disabled_ones_say_why(screen: QWidget) -> None:
    """A reader is told what each control is; where it can't be used, its description says why."""
    nameless = [
        f"{type(one).__name__} {one.objectName()}"
        for one in controls(screen)
        if not one.accessibleName()
        and not (isinstance(one, QPushButton | QCheckBox | QRadioButton) and one.text())
        and one.focusPolicy() is not Qt.FocusPolicy.NoFocus
    ]
    silent = [
        one.accessibleName()
        for one in controls(screen)
        if not one.isEnabled() and not (one.accessibleDescription() or one.toolTip())
    ]

    assert nameless == []
    assert silent == []
