"""The form for a profile: what is said of it, what becomes of it and of its token, and how it is left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QClipboard
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QScrollArea
from pytestqt.qtbot import QtBot

from bindtool.core.api.identity import Identity, TokenCheck
from bindtool.core.api.responses import NeverSent
from bindtool.core.common.errors import PasswordStoreLocked
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.network.proxy import Proxy
from bindtool.core.profiles.profile import Profile
from bindtool.gui.common.theme import theme
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.common.widgets.on_demand import OnDemand
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.profiles.form_page import ProfileFormPage
from bindtool.gui.profiles.setup_request import setup_request
from bindtool.gui.profiles.token_dialog import TokenDialog
from bindtool.gui.services import Services
from bindtool.gui.sheet.document import SheetDocument
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import can_see, find, key, paste, press, said, write
from tests.gui.loop import PATIENCE, finish
from tests.gui.profiles.stand_ins import OBSTACLE, FaultyPasswordStore, Tokens
from tests.gui.samples import PERSONAL, PROFILE

LINE_2 = Profile(name="Line 2", connector_id="0073456")


@pytest.fixture
def left() -> list[Profile | None]:
    """Give the profiles with which the form was left."""
    return []


@pytest.fixture
def token_dialog(window: MainWindow, texts: Texts, services: Services) -> OnDemand[TokenDialog]:
    """Give the dialog of the token, which nobody has asked for."""
    return OnDemand(lambda: TokenDialog(window, texts, services, print))


@pytest.fixture
def form(
    window: MainWindow,
    texts: Texts,
    document: SheetDocument,
    services: Services,
    token_dialog: OnDemand[TokenDialog],
    left: list[Profile | None],
    clipboard: QClipboard,
) -> ProfileFormPage:
    """Give the form, empty, on the screen."""
    page = ProfileFormPage(window, texts, document, services, token_dialog, lambda: False, left.append)
    window.pages.addWidget(page)
    page.begin(None)
    QApplication.processEvents()
    return page


@dataclass
class Desk:
    """What the form works with, and who waits for what it says."""

    form: ProfileFormPage
    texts: Texts
    services: Services
    tokens: Tokens
    password_store: FaultyPasswordStore
    qtbot: QtBot

    def until(self, words: str) -> None:
        """Wait until the form says something."""
        self.qtbot.waitUntil(
            lambda: words in said(self.form) + self.form.reply.accessibleDescription(), timeout=PATIENCE
        )


@pytest.fixture
def desk(
    form: ProfileFormPage,
    texts: Texts,
    services: Services,
    tokens: Tokens,
    password_store: FaultyPasswordStore,
    qtbot: QtBot,
) -> Desk:
    """Give what the form works with."""
    return Desk(form, texts, services, tokens, password_store, qtbot)


def fill(form: ProfileFormPage) -> None:
    """Fill in what a profile needs at least."""
    write(form, "Name", LINE_2.name)
    write(form, "Channel ID", LINE_2.connector_id)


def test_a_new_profile_with_its_token(desk: Desk, form: ProfileFormPage, left: list[Profile | None]) -> None:
    """What was trimmed is said; the profile is kept, the token stored, and its text in no label."""
    # GIVEN a filled form and a token as a chat sends it
    fill(form)
    paste(form, "Access token", f"令牌：“{PERSONAL}”\n")
    assert "Read: personal token, 68 characters." in said(form)
    assert "Removed: line breaks, quotation marks, the words before it." in said(form)

    # WHEN it is saved
    press(form, "Check and save")
    desk.until("coze.cn accepts the token")

    # THEN both are kept
    assert desk.services.repository.profiles == (LINE_2,)
    assert desk.password_store.read("Line 2", LINE_2.site).reveal() == PERSONAL
    assert PERSONAL not in said(form)
    assert not find(form, QLineEdit, "Name").isEnabled()

    # WHEN somebody goes on
    press(form, "Start scanning")

    # THEN it is left with the profile
    assert left == [LINE_2]


def test_what_is_no_token_is_not_saved(desk: Desk, form: ProfileFormPage) -> None:
    """A text with a space in the middle is refused at its field, before anything is kept."""
    fill(form)
    paste(form, "Access token", "pat_one two")

    press(form, "Check and save")

    assert desk.services.repository.profiles == ()
    assert "There is a space inside the token" in said(form)
    assert find(form, QLineEdit, "Access token").hasFocus()


def test_a_profile_is_changed_but_for_its_name(desk: Desk, form: ProfileFormPage) -> None:
    """Sheets and tokens go by the name, so it stays; what the form does not show is kept."""
    # GIVEN a profile of one's own, with a stored token
    desk.services.repository.add(PROFILE)
    finish(desk.qtbot, desk.tokens.store(PROFILE, AccessToken(PERSONAL), date(2026, 12, 20)))
    form.begin(PROFILE)
    assert "Change the profile" in said(form)
    assert "Stored: personal token, 68 characters, saved 2026-11-25." in said(form)
    assert "Expires on 2026-12-20." in said(form)
    assert not find(form, QLineEdit, "Name").isEnabled()
    assert "The name can't be changed" in find(form, QLineEdit, "Name").accessibleDescription()

    # WHEN one value is changed
    write(form, "Who to ask", "Bench 8")
    press(form, "Check and save")
    desk.until("✓ Saved")

    # THEN all else is as it was, the number of resends and the proof too
    assert desk.services.repository.profiles == (replace(PROFILE, who_to_ask="Bench 8"),)


def test_a_profile_set_by_it_takes_a_token_and_nothing_else(desk: Desk, form: ProfileFormPage) -> None:
    """Its fields are shown, disabled with the reason; the token can be entered, and the profile stays as it is."""
    # GIVEN a profile that IT has set
    form.begin(replace(PROFILE, read_only=True))
    assert desk.texts("profile_form.set_by_it.hint") in said(form)
    for name, field in form.values.fields.items():
        assert not field.entry.isEnabled(), name
        assert desk.texts("profile_form.set_by_it.title") in field.entry.accessibleDescription()
    assert not find(form, QComboBox, desk.texts("profile_form.site")).isEnabled()
    assert not form.values.pace_fields.isEnabled()

    # WHEN a token is entered
    paste(form, desk.texts("token.label"), PERSONAL)
    press(form, desk.texts("profile_form.save"))
    desk.until(desk.texts("token_check.limits"))

    # THEN it is stored alone
    assert desk.password_store.read(PROFILE.token, PROFILE.site).reveal() == PERSONAL
    assert desk.services.repository.profiles == ()


def test_a_read_only_profile_leaves_no_trace_in_the_next_form(form: ProfileFormPage) -> None:
    """A new profile after one of IT's can be filled in."""
    form.begin(replace(PROFILE, read_only=True))

    form.begin(None)

    assert "Set by IT" not in said(form)
    assert find(form, QLineEdit, "Name").hasFocus()
    assert find(form, QLineEdit, "Name").text() == ""
    assert form.values.pace_fields.pace() == LINE_2.pace


def test_a_wait_can_be_ended(desk: Desk, form: ProfileFormPage, tasks: BackgroundTasks) -> None:
    """While something is done nothing can be changed; stopping gives the form back, and the profile is kept."""
    # GIVEN a password store that shows a prompt
    desk.password_store.prompts.clear()
    fill(form)
    paste(form, "Access token", PERSONAL)
    press(form, "Check and save")
    desk.until("Waiting for the system's password prompt")
    assert not find(form, QLineEdit, "Key").isEnabled()
    assert not find(form, QPushButton, "Check and save").isEnabled()

    # WHEN the person does not want to wait
    press(form, "Stop waiting")

    # THEN the form can be changed
    assert "Waiting" not in said(form)
    assert "✓ Saved" in said(form)
    assert find(form, QLineEdit, "Key").isEnabled()
    assert find(form, QPushButton, "Check and save").isEnabled()


def test_a_good_check_leads_on_to_scanning(desk: Desk, form: ProfileFormPage, clipboard: QClipboard) -> None:
    """Saved and accepted: whose token it is, what the check can't tell, and scanning as the next step."""
    # GIVEN a profile of one's own
    desk.services.repository.add(PROFILE)
    form.begin(PROFILE)

    # WHEN it is saved with a token
    paste(form, desk.texts("token.label"), PERSONAL)
    press(form, desk.texts("profile_form.save"))
    desk.until(desk.texts("token_check.limits"))

    # THEN the token has left the field and the clipboard, which is said with the rest
    assert desk.texts("profile_form.saved") in said(form)
    assert desk.texts("token.clipboard_cleared") in said(form)
    assert clipboard.text() == ""
    assert find(form, QLineEdit, desk.texts("token.label")).text() == ""
    assert "Developer A" in form.reply.accessibleDescription()
    assert not form.waiting.isVisible()
    assert form.done_button.property("kind") == theme.StyleKind.PRIMARY
    assert form.save_button.property("kind") == theme.StyleKind.NORMAL


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (OBSTACLE, "the token was not checked"),
        (Identity(TokenCheck.UNCLEAR), "no clear result"),
        (None, "No access token yet"),
    ],
)
def test_what_is_saved_can_be_scanned_for(
    desk: Desk, form: ProfileFormPage, left: list[Profile | None], answer: NeverSent | Identity | None, told: str
) -> None:
    """Whatever is not known of the token: the button that goes on to scanning is the main one, with the focus."""
    fill(form)
    if answer is not None:
        desk.tokens.answer = answer
        paste(form, "Access token", PERSONAL)
    press(form, "Check and save")
    desk.until("✓ Saved")
    assert form.done_button.property("kind") == theme.StyleKind.PRIMARY
    assert form.save_button.property("kind") == theme.StyleKind.NORMAL
    desk.until(told)
    assert form.done_button.hasFocus()
    key(form.done_button, Qt.Key.Key_Return)
    assert left == [LINE_2]


def test_an_answer_after_the_form_was_left_takes_no_scan(
    desk: Desk, form: ProfileFormPage, window: MainWindow, left: list[Profile | None]
) -> None:
    """The focus stays where the person went meanwhile, and nothing is done to the profile of the hidden form."""
    fill(form)
    paste(form, "Access token", PERSONAL)
    desk.password_store.prompts.clear()
    press(form, "Check and save")
    desk.until("✓ Saved")
    window.show_page(window.sheet_page)
    assert left == [LINE_2]
    desk.services.state.profile_opened.emit(LINE_2)
    window.scan_bar.field.setFocus()

    desk.password_store.prompts.set()
    desk.qtbot.waitUntil(lambda: not desk.services.tasks.busy, timeout=PATIENCE)

    assert QApplication.focusWidget() is window.scan_bar.field
    assert form.kept is None


def test_a_refused_token_is_said_and_the_profile_is_kept(desk: Desk, form: ProfileFormPage) -> None:
    """It saves even where the check fails, says what failed, and stays open to put it right."""
    desk.tokens.answer = Identity(TokenCheck.REFUSED)
    fill(form)
    paste(form, "Access token", PERSONAL)
    press(form, "Check and save")
    desk.until("coze.cn does not accept this token")

    assert "✓ Saved" in said(form)
    assert form.save_button.property("kind") == theme.StyleKind.PRIMARY
    assert can_see(form, "Start scanning")
    assert not can_see(form, "Cancel")
    assert form.kept == LINE_2

    # Saving once more begins anew.
    press(form, "Check and save")
    assert "✓ Saved" not in said(form)
    assert form.reply.accessibleDescription() == ""


def test_a_store_that_can_not_serve(desk: Desk, form: ProfileFormPage, token_dialog: OnDemand[TokenDialog]) -> None:
    """It is said in the form, and the dialog of the token offers what else can be done."""
    desk.password_store.failure = PasswordStoreLocked("password_store.locked")
    fill(form)
    paste(form, "Access token", PERSONAL)
    press(form, "Check and save")
    desk.until("The system's password store is locked")

    assert "may be behind this one" in form.reply.accessibleDescription()
    assert find(form, QPushButton, "Check and save").isEnabled()
    assert "For “Line 2” on " in said(token_dialog())
    assert can_see(token_dialog(), "Enter a token until bindtool closes")


def test_the_login_of_a_proxy(desk: Desk, form: ProfileFormPage) -> None:
    """It can be entered from here; as soon as that is done, the site is asked once more."""
    wanted = QSignalSpy(desk.services.proxy_logins.requested)
    desk.services.repository.add(PROFILE)
    finish(desk.qtbot, desk.tokens.store(PROFILE, AccessToken(PERSONAL), None))
    form.begin(PROFILE)
    desk.tokens.answer = OBSTACLE
    press(form, "Check and save")
    desk.until("proxy.example:8080")
    press(form, "Enter log-in")
    assert [wanted.at(at) for at in range(wanted.count())] == [[OBSTACLE]]

    desk.tokens.answer = Identity(TokenCheck.ACCEPTED, "Developer A")
    desk.services.proxy_logins.entered.emit(Proxy.parse(OBSTACLE.host))
    desk.until("Developer A")
    desk.services.proxy_logins.entered.emit(Proxy.parse(OBSTACLE.host))
    assert desk.tokens.asked == ["check", "check"]


def test_a_name_in_use_is_said_at_the_name(desk: Desk, form: ProfileFormPage) -> None:
    """What is about one field stands there, with the cursor."""
    desk.services.repository.add(LINE_2)
    fill(form)
    press(form, "Check and save")
    desk.until("There is already a profile “Line 2”")

    assert "There is already a profile “Line 2”" in form.values.fields["name"].problem
    assert find(form, QLineEdit, "Name").hasFocus()
    assert form.reply.accessibleDescription() == ""


def test_a_token_does_not_stay_in_a_form_that_was_left(form: ProfileFormPage, left: list[Profile | None]) -> None:
    """Nobody who cancels thinks of the token any more: it goes with the page, and nothing brings it back."""
    fill(form)
    paste(form, "Access token", PERSONAL)
    press(form, "Cancel")

    line = find(form, QLineEdit, "Access token")
    assert line.text() == ""
    line.undo()
    line.redo()
    assert line.text() == ""
    assert left == [None]


def test_what_to_ask_for_is_copied(desk: Desk, form: ProfileFormPage, clipboard: QClipboard) -> None:
    """The form hands it out."""
    press(form, "Copy what to ask for")

    assert clipboard.text() == setup_request(desk.texts)


def test_what_keeps_the_form_from_saving_is_seen(desk: Desk, form: ProfileFormPage) -> None:
    """From the foot of the page: how many fields need attention, the first in sight, bordered, with the cursor."""
    # GIVEN an empty form, scrolled to its end
    name, channel = (form.values.fields[each] for each in ("name", "connector_id"))
    (page,) = form.findChildren(QScrollArea)
    page.verticalScrollBar().setValue(page.verticalScrollBar().maximum())

    # WHEN it is to be saved
    press(form, desk.texts("profile_form.save"))
    QApplication.processEvents()

    # THEN
    assert desk.texts("profile_form.attention", n=2) in said(form)
    assert not name.label.visibleRegion().isEmpty()
    assert name.line.hasFocus()
    assert (name.line.property("tone"), channel.line.property("tone")) == ("bad", "bad")
    write(form, desk.texts("profile_form.name.title"), "Line 2")
    assert desk.texts("profile_form.attention", n=1) in said(form)
    assert name.line.property("tone") == ""
    write(form, desk.texts("profile_form.connector_id.title"), "0073456")
    assert form.attention.text() == ""


def test_a_fault_in_a_folded_section_is_brought_into_view(form: ProfileFormPage) -> None:
    """It is unfolded, and the page scrolls to it."""
    fill(form)
    form.values.id_rule_fields.pattern.set_text("(")
    press(form, "Check and save")
    QApplication.processEvents()

    assert "1 field needs attention" in said(form)
    assert not form.values.id_rule_fields.pattern.line.visibleRegion().isEmpty()
    assert form.values.id_rule_fields.pattern.line.hasFocus()


@pytest.mark.parametrize("entered", ["a value", "a token"])
def test_escape_asks_before_it_drops_what_was_entered(
    form: ProfileFormPage, left: list[Profile | None], entered: str
) -> None:
    """Esc asks, a second one takes the question back; only the answer drops it, the token too."""
    if entered == "a value":
        form.values.pace_fields.batch_size.setValue(20)
    else:
        paste(form, "Access token", PERSONAL)
    form.leave()
    assert left == []
    assert "What you changed has not been saved. Discard it?" in said(form)
    assert find(form, QPushButton, "Keep editing").hasFocus()

    form.leave()
    assert not can_see(form, "Discard")
    form.leave()
    press(form, "Discard")
    assert left == [None]
    assert form.token.is_empty


def test_escape_asks_about_what_was_changed_since_it_was_saved(
    desk: Desk, form: ProfileFormPage, left: list[Profile | None]
) -> None:
    """What is saved is used; the rest goes only where somebody says so."""
    desk.services.repository.add(PROFILE)
    form.begin(PROFILE)
    paste(form, "Access token", PERSONAL)
    press(form, "Check and save")
    desk.until("coze.cn accepts the token")
    write(form, "Who to ask", "Bench 8")
    form.leave()
    assert left == []
    press(form, "Discard")
    assert left == [PROFILE]


def test_a_profile_is_changed_from_its_first_line_on(form: ProfileFormPage, left: list[Profile | None]) -> None:
    """The cursor stands in the first line that can be changed; a form in which nothing was is left at once."""
    form.begin(PROFILE)
    assert find(form, QLineEdit, "Reached by").hasFocus()
    # An example that was tried is no value of the profile.
    form.values.part_rule_fields.example.set_text("SN:1;MAC:2")
    form.leave()
    assert left == [None]
    form.begin(replace(PROFILE, read_only=True))
    assert find(form, QLineEdit, "Access token").hasFocus()


def test_return_saves_nothing(form: ProfileFormPage, tasks: BackgroundTasks) -> None:
    """A scan that goes into a field ends with Return; it must not press a button."""
    fill(form)

    write(form, "Who to ask", "SPK26113F21A0")

    assert not tasks.busy
