"""Every screen on the smallest display, in both languages: nothing is cut, and buttons are made for gloves.

Left out: text links and the rows of the table, which a glove need not press; each of their actions has a key, or a
button too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import QRect, QSettings, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStyleOptionFrame,
    QStyleOptionHeader,
    QTabBar,
    QTableWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bindtool.core.api.certificate import Certificate
from bindtool.core.api.identity import Identity, TokenCheck
from bindtool.core.api.responses import NeverSent, NotSent
from bindtool.core.binding.advice import Action, Advice, advise_waiting
from bindtool.core.binding.events import WaitReason
from bindtool.core.binding.progress import Progress
from bindtool.core.common.errors import BadInput, PasswordStoreLocked
from bindtool.core.common.messages import Message
from bindtool.core.credentials.token_metadata import TokenMetadata
from bindtool.core.diagnostics.version import this_version
from bindtool.core.diagnostics.workstation_check import CheckResult, Grade, Item
from bindtool.core.intake.reconcile import WantedList
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.channel_check import Already, ChannelCheck
from bindtool.core.model.device import Device
from bindtool.core.model.history_records import Record, SearchQuery, SearchResult
from bindtool.core.model.job import Job
from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.model.row import Hold, HoldReason, Row, SheetHead, Source
from bindtool.core.profiles.profile import Profile, SignInApps
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.sheet_view.columns import Column
from bindtool.core.sheet_view.filters import TO_HANDLE
from bindtool.core.sheet_view.next_step import NextStep, Step, StepFacts, next_step
from bindtool.core.sign_in.browser import NothingYet, PageToOpen
from bindtool.core.sign_in.device_code import CodeShown
from bindtool.core.tabular.table.grid import Grid, GridRow
from bindtool.core.tabular.table.result import Choices, Layout, ListKind, ListRow, Opened, ReadList, SheetName
from bindtool.gui.binding.channel_check.step_widgets import CheckView
from bindtool.gui.binding.run_starter import Carried, Confirmation
from bindtool.gui.binding.summary_banner import RunSummary
from bindtool.gui.binding.to_handle.row_story import Story
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark
from bindtool.gui.common.theme.theme import StyleKind
from bindtool.gui.common.util.settings import set_qt_language
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.labels import ElidedLabel
from bindtool.gui.common.widgets.notices import Option
from bindtool.gui.history.past_sheet_page import PastSheet, PastSheetPage
from bindtool.gui.history.search_page import HistorySearchPage
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.network.login_dialog import ProxyLoginDialog
from bindtool.gui.profiles.token_dialog import TokenDialog
from bindtool.gui.scanners.serial_port_dialog import SerialPortDialog
from bindtool.gui.scanners.serial_reader import FoundPort
from bindtool.gui.scanners.serial_scanner import SerialScanner
from bindtool.gui.scanning.scan_session import ScanResult
from bindtool.gui.sheet.tools.compare_panel import Side
from bindtool.gui.support.about import AboutDialog, LicencesDialog
from bindtool.gui.support.guide_dialog import GuideDialog
from bindtool.gui.support.laptop_check import LaptopCheckDialog
from bindtool.gui.tokens.sign_in_view import SignInMethod
from bindtool.i18n.catalogue import LANGUAGES, Texts
from bindtool.resource_paths import asset
from tests.gui.conftest import SMALLEST, Show
from tests.gui.samples import NOTE, PROFILE, SIGNED_IN
from tests.gui.services import KnownTokens, services_at_rest
from tests.gui.support.test_about_licences import PARTS
from tests.gui.whole_window import HEAD, EquippedWindow, whole_window

Bring = Callable[[EquippedWindow, Texts], QWidget]

pytestmark = pytest.mark.long

TIME = datetime(2026, 10, 9, 9, 41, 7, tzinfo=UTC)
LINE_2 = Profile(
    name="Smart speaker, line 2",
    connector_id="7400000000000123456",
    user_id="3400000000007126",
    user_name="Developer A",
    behaviour=Behaviour.REPLACES,
    sender=True,
)
LOG = "20261009094107AB12CD34EF56AB78CD90"
FIRST, LAST = ("SPK26113F2001", "智能音箱-3F2001"), ("SPK26113F21A0", "智能音箱-3F21A0")
CARRIED = Carried(206, {"line-2": 120, "line-17": 44})
ASKED = Confirmation(LINE_2, 209, FIRST, LAST, held=3, typed=2, first_alone=True, carried=CARRIED)
READY = (Job(1, Device(*FIRST), Outcome()), Job(2, Device(*LAST), Outcome()))
FOUND = Record(
    TIME,
    *FIRST,
    State.REFUSED,
    Answer(TIME, 4000, "the device id is not valid for this channel", "20261009094107ABCDEF0123456789ABCD", 200),
    "A12",
    LINE_2.name,
    LINE_2.channel,
    sheet_id=1,
    number=212,
    job="WO-1125",
)
STORY = Story(
    mark=Mark.REFUSED,
    row="Row 1240 · SPK26113F21A0-0123456789",
    title="Coze refused this device",
    answer="“a rather long message of the server, as servers have them” (code 720701013)",
    meaning="Code 4000: something in the request is wrong or missing. Compare ID and label with the device.",
    came="Scanned 11-25 09:12 by A12",
    place="Between …3F20AB and …3F20AD",
    advice="Put it aside and compare its ID with the sticker. If the ID is right, give Lin, 8021 the log ID.",
    log_id="Log ID 2026112603371234567890ABCDEF012345",
    sharing="Log ID shared by 50 devices of request 3",
)
FINDINGS = [CheckResult(item, Grade.PROBLEM, Message.of("check.clock_off", m=12)) for item in Item]


def sheet(window: EquippedWindow, texts: Texts) -> QWidget:
    """A sheet in practice mode with a long word of the last scan, all counts, and a long next step."""
    window.show_page(window.sheet_page)
    window.model.show(Sheet([Row(1, *FIRST, Source.SCANNED, TIME, "A12", saved=True)]))
    window.header.show_profiles([LINE_2], LINE_2, "A12")
    window.scan_bar.set_ready()
    window.scan_bar.set_job("WO-1125", 209, 220)
    words = texts("scan.repeat", row=147, time="09:41", operator="A12")
    window.scan_bar.show_last("SPK26113F21A0", words, ScanResult.REPEAT, TIME)
    window.footer.show_counts(dict.fromkeys(State, 209), 1000, 12, unchecked=True)
    window.footer.show_step(next_step(_facts(ready=209)))
    return window


def _facts(*, ready: int, running: bool = False) -> StepFacts:
    return StepFacts(
        profile=True, token=True, running=running, stopping=False, ready=ready, to_handle=0, bound=0, closed=False
    )


def nothing_ready(window: EquippedWindow, texts: Texts) -> QWidget:
    """A sheet without rows, on which Bind can't be pressed, and a scan field that takes none."""
    window.show_page(window.sheet_page)
    window.scan_bar.set_not_ready(texts("sheet.run_is_on.title"))
    window.footer.show_step(next_step(_facts(ready=0)))
    return window


def running(window: EquippedWindow, texts: Texts) -> QWidget:
    """A sheet while a run is on."""
    sheet(window, texts)
    window.footer.show_progress(Progress(total=209, bound=147, refused=3, unknown=2, rest=75))
    window.footer.show_step(next_step(_facts(ready=209, running=True)))
    return window


def error(window: EquippedWindow, texts: Texts) -> QWidget:
    """A sheet with a banner of two actions."""
    sheet(window, texts)
    window.notices.show_error(BadInput("sheet.run_is_on"), Action.REPLACE_TOKEN, Action.COPY_NOTE_FOR_MANAGER)
    return window


def offer(window: EquippedWindow, texts: Texts) -> QWidget:
    """A sheet with a question."""
    sheet(window, texts)
    options = (Option(texts("question.new_sheet.no"), print), Option(texts("button.cancel"), print))
    window.notices.show_offer("name", texts("question.new_sheet.title"), *options)
    return window


def finished(window: EquippedWindow, texts: Texts) -> QWidget:
    """A sheet with the sum of a run that has come to everything."""
    sheet(window, texts)
    window.summary.show_run(
        RunSummary(bound=180, refused=12, unknown=3, unsent=2, held=12, ended_at=TIME, seconds=314.0)
    )
    return window


def result(window: EquippedWindow, texts: Texts) -> QWidget:
    """A sheet that is searched, sorted, and has new rows that are not in sight."""
    sheet(window, texts)
    rows = numbered(*range(1000))
    window.lay(rows[:-12])
    window.search.begin()
    window.search.field.setText("3F21A0")
    window.model.sort(Column.DEVICE_ID, Qt.SortOrder.DescendingOrder)
    window.model.narrow(replace(TO_HANDLE, text="3F21A0"))
    window.document.sheet.change((), rows[-12:])
    window.model.refresh(row.number for row in rows[-12:])
    window.document.changed.emit()
    return window


def numbered(*numbers: int) -> Sequence[Row]:
    """Return rows of devices whose ids end with these numbers."""
    return [
        Row(at, f"SPK26113F2{number:03X}", FIRST[1], Source.SCANNED, TIME, "A12", saved=True)
        for at, number in enumerate(numbers, 1)
    ]


def nothing_to_compare(window: EquippedWindow, texts: Texts) -> QWidget:
    """A sheet beside which a list is asked for, with gaps in its numbers."""
    sheet(window, texts)
    window.lay(numbered(*(number for number in range(130) if number % 10)))
    window.compare().begin()
    return window


def compared(window: EquippedWindow, texts: Texts) -> QWidget:
    """A sheet beside a list that it was compared with, and more devices than expected."""
    sheet(window, texts)
    window.scan_bar.set_job("WO-1125", 1012, 1000)
    window.lay(numbered(*range(1012)))
    ids = [f"SPK26113F2{number:03X}" for number in range(12, 1132)]
    wanted = WantedList(tuple(ids), tuple((one, 2) for one in ids[:12]))
    window.compared_lists[HEAD.sheet_id] = ("WO-1125 2026-11-25.csv", wanted)
    window.compare().begin()
    window.compare().look_at(Side.EXTRA)
    return window


def to_handle(window: EquippedWindow, texts: Texts) -> QWidget:
    """The rows to handle, with many causes, and one that may not be sent or scanned now."""
    sheet(window, texts)
    panel = window.to_handle()
    panel.show()
    causes = [
        (Mark.REFUSED, texts("refusals.refused", count=1234, code=720701013)),
        *((Mark.of(state), texts(f"finished.{state}", count=3)) for state in (State.UNKNOWN, State.UNSENT)),
    ]
    panel.show_causes(1240, causes, 0)
    panel.show_story(STORY)
    panel.show_actions(Step.STOP, 1240, 1240, texts("blocked.run_is_on"), texts("blocked.run_is_on"), awaited=False)
    window.footer.show_step(NextStep(Step.BIND_AGAIN, 1240, Message.of("blocked.not_the_sender")))
    return window


def scan_awaited(window: EquippedWindow, texts: Texts) -> QWidget:
    """The rows to handle while the chosen one waits for its scan."""
    to_handle(window, texts)
    window.scan_bar.set_awaiting(texts("scan_again.invite", row=1240, tail="…21A0"))
    window.to_handle().show_actions(Step.SCAN_AGAIN, 1240, 1240, "", "", awaited=True)
    window.footer.show_step(NextStep(Step.SCAN_AGAIN, 1240, Message.of("blocked.scan_awaited", row=1240)))
    return window


def all_handled(window: EquippedWindow, texts: Texts) -> QWidget:
    """The rows to handle when none is left."""
    to_handle(window, texts)
    window.to_handle().show_empty(0)
    return window


def confirm(window: EquippedWindow, texts: Texts) -> QWidget:
    """The last look, with every remark."""
    sheet(window, texts)
    window.confirm_panel().ask(ASKED)
    return window


def welcome(window: EquippedWindow, texts: Texts) -> QWidget:
    """The first screen."""
    window.show_page(window.welcome())
    return window


def form(window: EquippedWindow, texts: Texts) -> QWidget:
    """The form of a profile."""
    window.form().begin(PROFILE)
    return window


def form_of_it(window: EquippedWindow, texts: Texts) -> QWidget:
    """The form of a profile that IT has set, with what is in the way of its token."""
    window.form().begin(replace(PROFILE, read_only=True))
    window.form().show_problem(PasswordStoreLocked("password_store.locked"))
    return window


def busy_form(window: EquippedWindow, texts: Texts) -> QWidget:
    """The form while something is asked."""
    form(window, texts)
    window.form().show_busy(texts("laptop.checking", site="coze.cn"))
    return window


def check_page(window: EquippedWindow, texts: Texts) -> QWidget:
    """The page of a channel's check."""
    window.check_page().show_view(CheckView(LINE_2, ChannelCheck(Already.NO), READY, bound_here=206))
    window.show_page(window.check_page())
    return window


def scanner_test(window: EquippedWindow, texts: Texts) -> QWidget:
    """The page on which a scanner is tried."""
    window.scanner_test().begin()
    return window


def history(window: EquippedWindow, texts: Texts) -> QWidget:
    """The history with a long line, days to choose, and old sheets."""
    page = HistorySearchPage(texts, practice=True)
    window.pages.addWidget(page)
    window.show_page(page)
    page.filter.begin(TIME.date())
    page.filter.period.setCurrentIndex(page.filter.period.count() - 1)
    page.show_found(SearchResult((FOUND,) * 500, more=True), SearchQuery())
    page.keep.show_old(120)
    return window


def history_of_benches(window: EquippedWindow, texts: Texts) -> QWidget:
    """The same with what another bench has told, chosen, and as many fields as there are."""
    history(window, texts)
    page = window.pages.currentWidget()
    assert isinstance(page, HistorySearchPage)
    told = replace(FOUND, state=State.BOUND, machine="DESKTOP-9QJ2K4L", sheet_id=None, number=None)
    page.show_found(SearchResult((told, *(FOUND,) * 499), more=True, others=True), SearchQuery())
    return window


def past_sheet(window: EquippedWindow, texts: Texts) -> QWidget:
    """A sheet of an earlier day."""
    page = PastSheetPage(texts)
    window.pages.addWidget(page)
    window.show_page(page)
    head = SheetHead(1, TIME, LINE_2.name, "WO-1125", 220, "A12")
    page.show_sheet(PastSheet.of(head, (Row(1, *FIRST, Source.SCANNED, TIME, "A12", saved=True),), ()))
    return window


def look_at_list(window: EquippedWindow) -> None:
    """Bring the page to the front, without what it withdraws."""
    window.confirm_panel().cancel()
    window.show_page(window.import_page())


def list_to_look_at(window: EquippedWindow, texts: Texts) -> QWidget:
    """A list that is looked at before it goes in, with every picker, and rows that can't be taken."""
    grid = Grid(tuple(GridRow(number, ("1", FIRST[0], FIRST[1], "2026-11-25", "")) for number in range(1, 40)))
    sheets = (SheetName("2026-11 devices of line 2"), SheetName("2026-10"))
    layout = Layout(1, 1, 2, Message.of("layout.header", row=1, column="B", name="设备编号 / device id"))
    why = Hold.of(HoldReason.CELL_DIGITS, cell="B1234", text="123456789012345680")
    rows = [ListRow(number, *FIRST, refused=why, place="B1234") for number in range(2, 14)]
    held = ListRow(1234, *LAST, held=Hold.of(HoldReason.SUM))
    opened = Opened(ListKind.TEXT, grid, "gb18030", ",", sheets[0].name, sheets, unclear=True)
    window.import_page().begin("2026-11-25 WO-1125.csv", ReadList(opened, layout, (*rows, held)), Choices())
    look_at_list(window)
    return window


def list_in_doubt(window: EquippedWindow, texts: Texts) -> QWidget:
    """A list of which five columns may be the ids, below what the scan bar says of it."""
    names = (
        "序号",
        "设备编号 / device number",
        "出厂编号 / factory number",
        "机身号 / serial number",
        "IMEI",
        "MAC",
    )
    rows = [GridRow(number, ("1", *[FIRST[0]] * 5)) for number in range(2, 40)]
    layout = Layout(1, 1, -1, Message.of("layout.header", row=1, column="B", name=names[1]), tuple(range(1, 6)))
    doubtful = replace(layout, doubt=Message.of("list.waits"))
    opened = Opened(ListKind.CLIPBOARD, Grid((GridRow(1, names), *rows)))
    window.import_page().begin(texts("import.pasted"), ReadList(opened, doubtful, ()), Choices())
    look_at_list(window)
    window.scan_bar.show_last("", texts("list.waits"), ScanResult.HELD, TIME)
    return window


def list_told_of(window: EquippedWindow, texts: Texts) -> QWidget:
    """What became of a list, with the way back."""
    parts = [texts(f"list.{name}", n=20_000) for name in ("added", "held", "incomplete", "repeats")]
    window.scan_bar.show_last("", texts("list.comma").join(parts), ScanResult.HELD, TIME)
    window.scan_bar.offer_undo(True)
    return window


def token_dialog(window: MainWindow, texts: Texts, profile: Profile, *notes: TokenMetadata) -> TokenDialog:
    """Open the panel of the token for a profile; `notes`: what is known of the one that is kept."""
    services = services_at_rest()
    panel = TokenDialog(window, texts, replace(services, tokens=KnownTokens(*notes)), print)
    panel.ask(profile)
    return panel


def token(window: EquippedWindow, texts: Texts) -> TokenDialog:
    """The panel of the token."""
    return token_dialog(window, texts, PROFILE, NOTE)


def busy_token(window: EquippedWindow, texts: Texts) -> QWidget:
    """The panel of the token while it is checked."""
    panel = token(window, texts)
    panel.show_checking()
    return panel


APPS = replace(PROFILE, sign_in=SignInApps("73.app.coze", "74.app.coze"))
PAGE = (
    "https://www.coze.cn/api/permission/oauth2/authorize?response_type=code&client_id=73.app.coze&state=" + "x" * 43
)
CODE_PAGE = "https://www.coze.cn/oauth2/device"


def sign_in(window: EquippedWindow, texts: Texts) -> QWidget:
    """The panel of the token, where people can sign in, on a page that is not Coze's own."""
    page = "https://login.smart-speakers.example"
    profile = replace(APPS, sign_in=replace(APPS.sign_in, page=page), read_only=True)
    return token_dialog(window, texts, profile)


def sign_in_by_browser(window: EquippedWindow, texts: Texts) -> QWidget:
    """The panel while the browser is open, and nothing has come back."""
    panel = token_dialog(window, texts, APPS, SIGNED_IN)
    panel.begin_sign_in()
    panel.sign_in.show_step(PageToOpen(PAGE))
    panel.sign_in.show_step(NothingYet())
    return panel


def sign_in_by_code(window: EquippedWindow, texts: Texts) -> QWidget:
    """The panel with a code."""
    panel = token_dialog(window, texts, APPS)
    panel.methods.choose(SignInMethod.CODE)
    panel.begin_sign_in()
    complete = f"{CODE_PAGE}?user_code=WDJB-MJHT"
    panel.sign_in.show_step(CodeShown("WDJB-MJHT", CODE_PAGE, complete, 5))
    return panel


def whose_sign_in(window: EquippedWindow, texts: Texts) -> QWidget:
    """The panel that asks whether it is the right account, where it was another one last time."""
    panel = token_dialog(window, texts, APPS, SIGNED_IN)
    identity = Identity(TokenCheck.ACCEPTED, "Developer B of the other line", "3400000000009999")
    panel.ask_whose(APPS, identity, ("Developer A", "3400000000007126"))
    return panel


def proxy_login(window: EquippedWindow, texts: Texts) -> ProxyLoginDialog:
    """The panel for a proxy's log-in, with a long reason, and a password store that is locked."""
    services = services_at_rest()
    services.state.open_profile(replace(PROFILE, who_to_ask="Lin, 8021"))
    panel = ProxyLoginDialog(
        window, texts, session=services.state, logins=services.proxy_logins, tasks=services.tasks
    )
    place, user = "proxy-2.asia.company.example:8080", r"COMPANY\lin"
    services.proxy_logins.reason = Message.of("proxy.login_refused.title", place=place, user=user)
    panel.ask(NeverSent(TIME, NotSent.PROXY_USER, user, f"http://{place}"))
    panel.show_store("SecretService Keyring")
    panel.show_problem(PasswordStoreLocked("password_store.locked"))
    return panel


def busy_proxy_login(window: EquippedWindow, texts: Texts) -> QWidget:
    """The panel for a proxy's log-in while the system asks for a password."""
    panel = proxy_login(window, texts)
    panel.show_waiting()
    return panel


def details(window: EquippedWindow, texts: Texts) -> QWidget:
    """The panel of the job, where a code with parts was scanned."""
    window.sheet_details().show()
    window.sheet_details().offer(f"SN:{LAST[0]};MAC:A4CF12F9E021;P:WO-1125")
    return window.sheet_details()


def laptop(window: EquippedWindow, texts: Texts) -> QWidget:
    """The panel of the laptop's check, with every line."""
    panel = busy_laptop(window, texts)
    panel.show_results(FINDINGS, "")
    return panel


def busy_laptop(window: EquippedWindow, texts: Texts) -> LaptopCheckDialog:
    """The panel of the laptop's check while the site is asked."""
    panel = LaptopCheckDialog(window, texts, services_at_rest())
    panel.begin(replace(LINE_2, name="Line 2"))
    return panel


def licences(window: EquippedWindow, texts: Texts) -> QWidget:
    """The panel of licences."""
    panel = LicencesDialog(texts, PARTS, window)
    panel.show()
    return panel


def question(window: EquippedWindow, texts: Texts) -> QWidget:
    """A question before something that a person may not want."""
    sheet(window, texts)
    window.notices.show_question("question.new_sheet", print, n=12, total=209)
    return window


def look_up(window: EquippedWindow, texts: Texts) -> QWidget:
    """A sheet on which a device is looked up that has much to say."""
    sheet(window, texts)
    window.scan_bar.set_looking_up()
    words = texts("look_up.found", state=texts("state.refused"), date="09:41", label=LAST[1])
    said = texts("message.answer", code=700012006, message="device is not in the list of this connector")
    details = [
        texts("look_up.row", row=147),
        texts("look_up.by", operator="A12"),
        said,
        texts("look_up.log_id", log_id=LOG),
    ]
    window.scan_bar.lookup_view.show_record(LAST[0], Mark.REFUSED, words, " · ".join(details))
    return window


def looked_up_in_vain(window: EquippedWindow, texts: Texts) -> QWidget:
    """A sheet on which a device is looked up that nobody knows."""
    sheet(window, texts)
    window.scan_bar.set_looking_up()
    words = texts("look_up.none")
    window.scan_bar.lookup_view.show_record(LAST[0], Mark.FIND, words, texts("look_up.nothing_added"))
    return window


def behind(window: EquippedWindow, texts: Texts) -> QWidget:
    """A sheet in a window that is not in front, with all that the status line can say."""
    sheet(window, texts)
    window.scan_bar.set_not_ready(texts("not_ready.behind_serial", port="/dev/ttyACM0"))
    parts = ("status.saving", "status.token_until", "clock.off", "status.muted", "serial.absent")
    said = (texts(part, day="12-20", m=127, port="/dev/ttyACM0") for part in parts)
    window.footer.show_status(" · ".join(said))
    return window


def waiting(window: EquippedWindow, texts: Texts) -> QWidget:
    """A sheet while a run waits for its server, and says why at length."""
    sheet(window, texts)
    stranger = Certificate("Example Company Inspecting Authority 2026", TIME, TIME)
    obstacle = NeverSent(TIME, NotSent.UNTRUSTED, host="api.coze.cn", certificate=stranger)
    window.notices.show_advice(advise_waiting(obstacle, "Lin, 8021", 209))
    window.footer.show_progress(Progress(total=209, bound=147, wait=WaitReason.OFFLINE, seconds=60))
    window.footer.show_step(next_step(_facts(ready=209, running=True)))
    return window


def token_of_another_site(window: EquippedWindow, texts: Texts) -> QWidget:
    """A sheet with a long title, two actions, and the server's own words."""
    sheet(window, texts)
    title, body = Message.pair("advice.site_refuses_token", site="coze.example.com")
    advice = Advice(title, body, Action.REPLACE_TOKEN, Action.CHANGE_SITE)
    window.notices.show_advice(advice, Message.of("message.answer", code=700012006, message="access token invalid"))
    return window


def locked(window: EquippedWindow, texts: Texts) -> QWidget:
    """A sheet with the longest words that a quiet action has."""
    sheet(window, texts)
    window.notices.show_error(PasswordStoreLocked("password_store.locked"), Action.TRY_AGAIN, Action.HOLD_TOKEN)
    return window


def scanner_trouble(window: EquippedWindow, texts: Texts) -> QWidget:
    """A sheet with the longest question of the message bar."""
    sheet(window, texts)
    question = texts("trouble.run_together", first=FIRST[0], last=LAST[0])
    options = (Option(texts(f"trouble.{name}", n=2), print) for name in ("split", "split_and_pause"))
    window.notices.show_offer("name", question, *options)
    return window


def own_account(window: EquippedWindow, texts: Texts) -> QWidget:
    """The last look without a developer's UID, on a channel that nobody has checked."""
    sheet(window, texts)
    profile = replace(LINE_2, user_id="", user_name="", behaviour=Behaviour.NOT_CHECKED)
    window.confirm_panel().ask(replace(ASKED, profile=profile, carried=None))
    return window


def serial(window: EquippedWindow, texts: Texts) -> QWidget:
    """The panel of the scanner's port, with a port in use."""
    return _serial(window, texts, FoundPort("/dev/ttyACM0", "USB Serial Device of a long name"))


def serial_without_a_port(window: EquippedWindow, texts: Texts) -> QWidget:
    """The panel of the scanner's port, where none is found."""
    return _serial(window, texts)


def _serial(window: EquippedWindow, texts: Texts, *ports: FoundPort) -> QWidget:
    scanner = SerialScanner(window, QSettings())
    panel = SerialPortDialog(window, texts, scanner, lambda: ports)
    panel.begin()
    scanner.scanned.emit(LAST[0])
    return panel


def about(window: EquippedWindow, texts: Texts) -> QWidget:
    """Which version it is."""
    panel = AboutDialog(window, texts, this_version(asset()))
    panel.show()
    return panel


def guide(window: EquippedWindow, texts: Texts) -> GuideDialog:
    """The guide."""
    panel = GuideDialog(texts, asset("guide"), print, window)
    panel.setMaximumSize(*SMALLEST)
    panel.show()
    return panel


def guide_searched(window: EquippedWindow, texts: Texts) -> QWidget:
    """The guide with a word that is searched in it."""
    panel = guide(window, texts)
    panel.search.field.setText("Bind" if texts.language == "en" else "绑定")
    return panel


def welcome_with_news(window: EquippedWindow, texts: Texts) -> QWidget:
    """The first screen after its text was copied."""
    welcome(window, texts)
    window.welcome().copy_request.button.click()
    return window


SCREENS: tuple[Bring, ...] = (
    sheet, nothing_ready, running, error, offer, finished, result, nothing_to_compare, compared, to_handle,
    scan_awaited, all_handled, confirm, welcome, form, form_of_it, busy_form, check_page, scanner_test, history,
    history_of_benches, past_sheet, list_to_look_at, list_in_doubt, list_told_of, token, busy_token, sign_in,
    sign_in_by_browser, sign_in_by_code, whose_sign_in, proxy_login, busy_proxy_login, details, laptop,
    busy_laptop, licences, question, look_up, looked_up_in_vain, behind, waiting, token_of_another_site, locked,
    scanner_trouble, own_account, serial, serial_without_a_port, about, guide, guide_searched,
    welcome_with_news,
)  # fmt: skip


def on(screens: Sequence[Bring], languages: Sequence[str] = LANGUAGES[:1]) -> pytest.MarkDecorator:
    """Have a test look at these screens; the other tests of its module that do so get the same ones."""
    given = [
        pytest.param((bring, language), bring, id=f"{bring.__name__}-{language}")
        for bring in screens
        for language in languages
    ]
    return pytest.mark.parametrize(("screen", "bring"), given, indirect=["screen"], scope="module")


everywhere = on(SCREENS)
in_each_language = pytest.mark.parametrize("texts", LANGUAGES, indirect=True)


@pytest.fixture(scope="module")
def screen(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[QWidget]:
    """Give a screen in the smallest window, to look at: whoever touches it needs one of its own."""
    bring, language = request.param
    texts = Texts(language)
    set_qt_language(language)
    with whole_window(texts, SMALLEST) as window:
        found = bring(window, texts)
        come_to_rest()
        yield found
        if found is not window:
            found.close()
    set_qt_language(LANGUAGES[0])


def come_to_rest() -> None:
    """Let layouts come to rest, those inside others too, and those that a timer has moved last."""
    for _ in range(3):
        QApplication.processEvents()
    for _ in range(3):
        QApplication.sendPostedEvents()


_OWN_MARGIN = 2
"""Pixels that a line edit leaves beside its text."""


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


def test_the_measure_finds_narrow_fields_and_columns(show: Show) -> None:
    """GIVEN words in too little room WHEN fields and heads are measured THEN each is found, and none in enough."""
    words = "Words that need more room than there is"
    box, line, choice, table = QWidget(), QLineEdit(), QComboBox(), QTableWidget(1, 1)
    number = QSpinBox(maximum=10**9)
    line.setPlaceholderText(words)
    choice.addItem(words)
    table.setHorizontalHeaderLabels([words])
    layouts.column(line, choice, number, table, on=box)
    show(box)

    table.setColumnWidth(0, 400)
    assert not dict(narrow_fields(box)) | dict(narrow_heads(box))
    for field in (line, choice, number):
        field.setFixedWidth(60)
    table.setColumnWidth(0, 60)
    QApplication.processEvents()
    found = dict(narrow_fields(box)) | dict(narrow_heads(box))
    assert [name.split()[0] for name in found] == ["QLineEdit", "QSpinBox", "QComboBox", "column"]


def cut_off(screen: QWidget) -> dict[str, str]:
    """Return what lacks room on a screen, be it a label, a button or tabs, and what it needs."""
    shown: list[QLabel | QAbstractButton] = [
        *screen.findChildren(QLabel),
        *screen.findChildren(QAbstractButton),
    ]
    seen = [one for one in shown if one.isVisible() and not is_inside(one, QAbstractItemView, QAbstractSpinBox)]
    assert seen
    named = {f"{type(one).__name__} {one.text()!r} has {one.size().toTuple()}": lacks(one) for one in seen}
    for tabs in screen.findChildren(QTabBar):
        if tabs.isVisible() and tabs.width() < tabs.sizeHint().width():
            named[f"QTabBar {tabs.accessibleName()}"] = f"{tabs.sizeHint().width()}"
    named |= dict(narrow_fields(screen)) | dict(narrow_heads(screen))
    return {name: missing for name, missing in named.items() if missing}


def narrow_fields(screen: QWidget) -> Iterator[tuple[str, str]]:
    """Yield the fields whose own words, chosen or suggested, are wider than their room, and not in a tool tip."""
    for field in screen.findChildren(QLineEdit):
        words = field.placeholderText()
        if not field.isVisible() or field.text() or words in field.toolTip():
            continue
        option = QStyleOptionFrame()
        field.initStyleOption(option)
        inside = field.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, field)
        margins, buttons = field.textMargins(), field.findChildren(QToolButton)
        beside = sum(one.width() for one in buttons if one.isVisible())
        has = inside.width() - margins.left() - margins.right() - beside - 2 * _OWN_MARGIN
        if (needs := field.fontMetrics().horizontalAdvance(words)) > has:
            yield f"QLineEdit {words!r} has {has}", f"{needs}"
    for entry in screen.findChildren(QAbstractSpinBox):
        if entry.isVisible() and (has := entry.width()) < (needs := entry.sizeHint().width()):
            yield f"{type(entry).__name__} {entry.text()!r} has {has}", f"{needs}"
    for choice in screen.findChildren(QComboBox):
        words = choice.currentText()
        if not choice.isVisible() or choice.isEditable() or words == choice.toolTip():
            continue
        option_of_choice = QStyleOptionComboBox()
        choice.initStyleOption(option_of_choice)
        area, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        has = choice.style().subControlRect(area, option_of_choice, part, choice).width()
        if (needs := choice.fontMetrics().boundingRect(words).width()) > has:
            yield f"QComboBox {words!r} has {has}", f"{needs}"


def narrow_heads(screen: QWidget) -> Iterator[tuple[str, str]]:
    """Yield the columns that are narrower than their names."""
    for head in screen.findChildren(QHeaderView):
        if not head.isVisible() or head.orientation() is not Qt.Orientation.Horizontal:
            continue
        option = QStyleOptionHeader()
        head.initStyleOption(option)
        for at in range(head.count()):
            if head.isSectionHidden(at):
                continue
            name = str(head.model().headerData(at, Qt.Orientation.Horizontal))
            given: Any = option
            given.rect = QRect(0, 0, head.sectionSize(at), head.height())
            sorted_by = head.isSortIndicatorShown() and head.sortIndicatorSection() == at
            arrows = QStyleOptionHeader.SortIndicator
            given.sortIndicator = arrows.SortDown if sorted_by else arrows.None_
            has = head.style().subElementRect(QStyle.SubElement.SE_HeaderLabel, option, head).width()
            needs = max(map(head.fontMetrics().horizontalAdvance, name.split("\n")))
            if has < needs:
                yield f"column {name!r} has {has}", f"{needs}"


@on(SCREENS, LANGUAGES)
def test_nothing_is_cut(screen: QWidget, bring: Bring) -> None:
    """Each text has the room it asks for; a line that ends in "…" is whole in its tool tip."""
    assert screen.width() <= SMALLEST[0]
    assert screen.height() <= SMALLEST[1]
    assert cut_off(screen) == {}


@in_each_language
@pytest.mark.parametrize("bring", [history, history_of_benches])
def test_the_devices_of_the_history_fit(qapp: QApplication, texts: Texts, bring: Bring) -> None:
    """On a laptop's display all columns are seen, that of benches among them, and none has its name cut."""
    with whole_window(texts, (1024, 640)) as window:
        bring(window, texts)
        QApplication.processEvents()
        page = window.pages.currentWidget()
        assert isinstance(page, HistorySearchPage)
        assert page.devices.verticalScrollBar().isVisible()
        assert not page.devices.horizontalScrollBar().isVisible()
        header = page.devices.horizontalHeader()
        cut = [at for at in range(header.count()) if 0 < header.sectionSize(at) < header.sectionSizeHint(at)]
        assert cut == []


@everywhere
def test_buttons_are_high_enough_for_gloves(screen: QWidget, bring: Bring) -> None:
    """Each button is 44 pixels high at least, but for text links and those inside of a field."""
    buttons = [*screen.findChildren(QPushButton), *screen.findChildren(QToolButton)]
    low = [
        f"{one.accessibleName() or one.text()}: {one.height()}"
        for one in buttons
        if one.isVisible()
        and one.property("kind") != StyleKind.LINK
        and not is_inside(one, QLineEdit, QAbstractSpinBox)
        and one.height() < theme.TARGET
    ]

    assert low == []


@in_each_language
def test_menus_fit(qapp: QApplication, texts: Texts) -> None:
    """No menu is larger than the window, and each entry is seen with its key; recent lists are filled in later."""
    with whole_window(texts, SMALLEST) as window:
        actions = window.actions_
        for menu in (actions.main_menu, *actions.menus.values(), actions.row_menu):
            menu.ensurePolished()
            assert menu.sizeHint().height() < SMALLEST[1]
            widths = [menu.actionGeometry(action).width() for action in menu.actions()]
            assert max(widths, default=0) <= menu.sizeHint().width() < SMALLEST[0]


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
def test_controls_have_names(screen: QWidget, bring: Bring) -> None:
    """A reader is told what each control is."""
    nameless = [
        f"{type(one).__name__} {one.objectName()}"
        for one in controls(screen)
        if not one.accessibleName()
        and not (isinstance(one, QPushButton | QCheckBox | QRadioButton) and one.text())
        and one.focusPolicy() is not Qt.FocusPolicy.NoFocus
    ]
    assert nameless == []
