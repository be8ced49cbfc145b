"""The form for a profile: what is asked, what is said of it, what is wanted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QClipboard, QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QDoubleSpinBox, QLineEdit, QPushButton, QSpinBox, QToolButton

from bindtool.core.api.identity import Identity, TokenCheck
from bindtool.core.barcode.scan_rules import EndKey, IdRules, PartKind, PartRule, ScannerRules, ScanRules
from bindtool.core.common.errors import BadInput, PasswordStoreLocked
from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.profile import ListRules, Profile, SignInApps, Site
from bindtool.gui.common.theme import theme
from bindtool.gui.profiles.form_page import ProfileFormPage
from bindtool.gui.profiles.setup_request import setup_request
from bindtool.i18n.catalogue import LANGUAGES, Texts
from tests.gui.acting import can_see, find, key, keys, paste, press, said, write
from tests.gui.samples import NOTE, PERSONAL, PROFILE

if TYPE_CHECKING:
    from bindtool.core.credentials.access_token import CleanToken
    from tests.gui.conftest import Show

    Wish = tuple[Profile, CleanToken | None]


@pytest.fixture
def form(texts: Texts, day: date, show: Show, clipboard: QClipboard) -> ProfileFormPage:
    """Give the form, empty, on the screen."""
    made = ProfileFormPage(texts, day)
    show(made)
    return made


@pytest.fixture
def wishes(form: ProfileFormPage) -> list[Wish]:
    """Give what the form has asked to be saved."""
    heard: list[Wish] = []
    form.save_requested.connect(lambda profile, token: heard.append((profile, token)))
    return heard


def fill(form: ProfileFormPage) -> None:
    """Fill in what a profile needs at least."""
    write(form, "Name", "Line 2")
    write(form, "Channel ID", "0073456")


def test_a_new_profile_needs_a_name_and_a_channel(form: ProfileFormPage, wishes: list[Wish]) -> None:
    """An empty form is refused at its fields, the cursor at the first; filled in, it is a profile."""
    # GIVEN an empty form
    # WHEN it is saved
    press(form, "Check and save")

    # THEN the two fields say what they need, and nothing is wanted
    assert "A profile needs a name" in said(form)
    assert "A channel ID has 1 to 64 digits" in said(form)
    assert find(form, QLineEdit, "Name").hasFocus()
    assert wishes == []

    # WHEN they are filled in
    fill(form)
    press(form, "Check and save")

    # THEN a profile with the usual values is wanted; the connector id keeps its zeros
    assert wishes == [(Profile(name="Line 2", connector_id="0073456"), None)]
    assert "A profile needs a name" not in said(form)


def unfold(form: ProfileFormPage) -> None:
    """Show all sections."""
    for section in form.values.sections:
        section.unfold()


def test_what_has_to_be_filled_in_says_so(form: ProfileFormPage) -> None:
    """Those without which a profile is none; the names of their inputs stay as they are."""
    marked = {name for name, field in form.values.fields.items() if field.label.text().endswith("(required)")}

    assert marked == {"name", "site", "connector_id", "key", "label_template"}
    assert find(form, QLineEdit, "Channel ID").isVisible()


def test_every_value_comes_into_the_profile(form: ProfileFormPage, wishes: list[Wish]) -> None:
    """What is typed into each field is what the profile holds."""
    # GIVEN all fields filled in, those that are folded away too
    fill(form)
    find(form, QComboBox, "Site").setCurrentText("coze.com (international)")
    write(form, "Key", "sn")
    write(form, "Developer's UID", "7126")
    write(form, "Developer's name", "Developer A")
    write(form, "Who to ask", "Bench 7")
    write(form, "Label", "speaker {id:-4}")
    unfold(form)
    write(form, "Token name", "shared")
    find(form, QSpinBox, "Devices per request").setValue(20)
    find(form, QDoubleSpinBox, "Requests per second").setValue(0.5)

    # WHEN it is saved
    press(form, "Check and save")

    # THEN the profile holds them
    (profile, token), *rest = wishes
    assert rest == []
    assert token is None
    assert profile.site == Site.COZE_COM
    assert (profile.key, profile.user_id, profile.user_name) == ("sn", "7126", "Developer A")
    assert (profile.who_to_ask, profile.label_template, profile.token_name) == (
        "Bench 7",
        "speaker {id:-4}",
        "shared",
    )
    assert (profile.pace.batch_size, profile.pace.rate) == (20, 0.5)


def test_the_rule_for_codes_comes_into_the_profile(form: ProfileFormPage, wishes: list[Wish]) -> None:
    """It is a profile's as much as the channel is; a wrong one unfolds and is pointed at."""
    # GIVEN a pattern without a group for the id, folded away
    fill(form)
    press(form, "Device IDs")
    find(form, QComboBox, "Device ID in the code").setCurrentText("A pattern (regular expression)")
    write(form, "Pattern of the code", "SN:.*")
    press(form, "Device IDs")

    # WHEN the form is saved
    press(form, "Check and save")

    # THEN nothing is wanted, and the cursor is in the pattern
    assert wishes == []
    assert find(form, QLineEdit, "Pattern of the code").hasFocus()

    # WHEN it is put right, and the label's template is broken for a while
    write(form, "Pattern of the code", "SN:(?P<id>[^;]+)")
    write(form, "Try a code", "SN:SPK26113F2001;")
    write(form, "Label", "{nothing}")
    assert "ID: SPK26113F2001 · label: " in said(form)
    write(form, "Label", "speaker {id:-4}")
    assert "ID: SPK26113F2001 · label: speaker 2001" in said(form)
    press(form, "Check and save")

    # THEN the profile has the rule
    assert [profile.scan.part for profile, _ in wishes] == [PartRule(PartKind.PATTERN, "SN:(?P<id>[^;]+)")]


def test_what_the_form_does_not_show_of_the_rules_stays(form: ProfileFormPage, wishes: list[Wish]) -> None:
    """A profile's other scan rules come out as they went in."""
    rules = ScanRules(ScannerRules(end=EndKey.TAB), PartRule(PartKind.JSON, "sn"))
    form.edit(replace(PROFILE, scan=rules))
    press(form, "Check and save")
    assert [profile.scan for profile, _ in wishes] == [rules]


def test_what_is_set_in_a_file_alone_stays(form: ProfileFormPage, wishes: list[Wish]) -> None:
    """The form does not show where the shared ledger lies and where lists have their columns, and keeps both."""
    shared = replace(PROFILE, ledger="postgresql://bench@db.example/ledger", shared_folder="/mnt/bindtool")
    shared = replace(shared, updates="https://it.example/bindtool.json", list_rules=ListRules("Serial", ""))
    form.edit(shared)
    press(form, "Check and save")
    assert [profile for profile, _ in wishes] == [shared]


def test_an_answer_about_the_channel(form: ProfileFormPage, wishes: list[Wish], day: date) -> None:
    """What Coze has told can be chosen, with who said so; the day is today, and this laptop may be the sender."""
    # GIVEN a channel of which nothing is known: there is nobody to name, and nothing to be the sender of
    fill(form)
    assert not form.values.fields["checked_by"].isVisible()
    assert not can_see(form, "Only this laptop sends to this channel")

    # WHEN it is said to replace its list
    find(form, QComboBox, "When new devices are sent").setCurrentText("they replace the earlier list")
    write(form, "Answered by", "Li, Coze")
    press(form, "Only this laptop sends to this channel")
    press(form, "Check and save")

    # THEN the profile has it
    profile, _ = wishes[0]
    assert (profile.behaviour, profile.checked_by, profile.checked_on) == (Behaviour.REPLACES, "Li, Coze", day)
    assert profile.sender


CHECKED = replace(PROFILE, behaviour=Behaviour.REPLACES, checked_by="Li", checked_on=date(2026, 9, 1), sender=True)


def test_an_answer_stays_while_the_channel_does(form: ProfileFormPage, wishes: list[Wish]) -> None:
    """Who answered, and when, survives a change of what is said to people; the day is told beside the name."""
    form.edit(CHECKED)
    assert "Answered on 2026-09-01." in said(form)
    write(form, "Who to ask", "Bench 8")
    press(form, "Check and save")
    assert wishes[0][0] == replace(CHECKED, who_to_ask="Bench 8")


def test_an_answer_about_another_channel_is_none(form: ProfileFormPage, wishes: list[Wish]) -> None:
    """With another key it is another list: nothing is known of it, unless that is chosen now."""
    form.edit(CHECKED)
    write(form, "Key", "serial")
    press(form, "Check and save")
    assert wishes[0][0] == replace(
        CHECKED,
        key="serial",
        proven=False,
        behaviour=Behaviour.NOT_CHECKED,
        checked_by="",
        checked_on=None,
        sender=False,
    )

    find(form, QComboBox, "When new devices are sent").setCurrentText("earlier devices stay")
    press(form, "Check and save")
    assert (wishes[1][0].behaviour, wishes[1][0].sender) == (Behaviour.ADDS, False)


def test_an_answer_can_be_taken_out(form: ProfileFormPage, wishes: list[Wish]) -> None:
    """Then nobody has given one."""
    form.edit(CHECKED)
    find(form, QComboBox, "When new devices are sent").setCurrentText("not checked")
    press(form, "Check and save")
    profile, _ = wishes[0]
    assert (profile.behaviour, profile.checked_by, profile.checked_on) == (Behaviour.NOT_CHECKED, "", None)
    assert not profile.sender


def test_an_answer_of_it_can_be_seen(form: ProfileFormPage) -> None:
    """It can't be changed here."""
    form.show_read_only(replace(CHECKED, read_only=True))
    assert not find(form, QComboBox, "When new devices are sent").isEnabled()
    assert not form.values.behaviour_fields.only_here.isEnabled()
    assert form.values.behaviour_fields.only_here.isChecked()
    assert find(form, QLineEdit, "Answered by").text() == "Li"


def test_the_address_by_which_a_site_is_reached(form: ProfileFormPage, wishes: list[Wish]) -> None:
    """It has a line of its own; the vendor's fixed-IP address goes there by itself, and is no other site."""
    fill(form)
    find(form, QComboBox, "Site").setCurrentText("Another address")
    write(form, "Site address", "https://static-api.coze.cn/")
    unfold(form)
    write(form, "Sign-in page", "https://www.coze.cn")
    press(form, "Check and save")
    profile = wishes[-1][0]
    assert (profile.site, profile.address) == (Site.COZE_CN, "https://static-api.coze.cn")
    form.edit(profile)
    assert find(form, QComboBox, "Site").currentText() == "coze.cn (China)"
    assert find(form, QLineEdit, "Reached by").text() == "https://static-api.coze.cn"
    write(form, "Reached by", "http://coze.example.com")
    press(form, "Check and save")
    assert "http:// would send the token unprotected" in said(form)
    write(form, "Reached by", "")
    press(form, "Check and save")
    assert wishes[-1][0].address == ""


def test_another_address_is_judged_by_core(form: ProfileFormPage, wishes: list[Wish]) -> None:
    """An address of one's own has a line of its own; plain http to a remote host is refused there."""
    # GIVEN another address, with http
    fill(form)
    assert not form.values.fields["site"].line.isVisible()
    find(form, QComboBox, "Site").setCurrentText("Another address")
    write(form, "Site address", "http://coze.example")

    # THEN it is refused on leaving the line, and on saving
    assert "http:// would send the token unprotected" in said(form)
    press(form, "Check and save")
    assert wishes == []
    assert find(form, QLineEdit, "Site address").hasFocus()

    # WHEN it is put right
    write(form, "Site address", "https://coze.example/")
    press(form, "Check and save")

    # THEN it is taken
    assert wishes[0][0].site == "https://coze.example"


def test_a_problem_goes_away_when_its_field_is_changed(form: ProfileFormPage) -> None:
    """What is wrong is said on leaving a field, to a screen reader too, and unsaid at the next key."""
    write(form, "Channel ID", "has spaces in it")
    line = find(form, QLineEdit, "Channel ID")
    assert "1 to 64 digits" in line.accessibleDescription()

    key(line, Qt.Key.Key_Backspace)

    assert "1 to 64 digits" not in line.accessibleDescription()
    assert "1 to 64 digits" not in said(form)


def test_a_token_in_another_field_is_not_shown(form: ProfileFormPage, wishes: list[Wish]) -> None:
    """A token pasted into the wrong field is taken out of sight at once, and the form says why."""
    # GIVEN a filled form
    fill(form)

    # WHEN a token goes into the key
    write(form, "Key", "")
    paste(form, "Key", PERSONAL)
    key(find(form, QLineEdit, "Key"), Qt.Key.Key_Return)

    # THEN it is gone, and nothing can be saved before there is a key
    assert find(form, QLineEdit, "Key").text() == ""
    assert "An access token does not belong in a profile" in said(form)
    press(form, "Check and save")
    assert wishes == []


def test_the_label_is_previewed_at_each_key(form: ProfileFormPage) -> None:
    """The preview follows the template; a broken one has no preview and says why at once."""
    # GIVEN a template with text, part of the id and the day
    write(form, "Label", "box {id:-6} of {date}")

    # THEN the sample's label is seen
    assert "SPK26113F21A0 gets the label box 3F21A0 of 2026-10-09" in said(form)

    # WHEN a brace is left open
    keys(find(form, QLineEdit, "Label"), "{")

    # THEN there is none, with the reason
    assert "No preview" in said(form)
    assert form.values.fields["label_template"].problem != ""


@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
def test_each_value_says_where_it_is_found(form: ProfileFormPage, texts: Texts) -> None:
    """Connector id, key and user id name their places, for the eye and for a screen reader."""
    for name in ("connector_id", "key", "user_id"):
        hint = texts(f"profile_form.{name}.hint")
        line = find(form, QLineEdit, texts(f"profile_form.{name}"))
        assert hint in said(form)
        assert hint in line.accessibleDescription()
    assert "device_id" in texts("profile_form.key.hint")


def test_the_token_name_is_the_profiles_unless_another_is_given(form: ProfileFormPage) -> None:
    """The empty field shows the name that the token goes by."""
    unfold(form)

    write(form, "Name", " Line 2 ")

    assert find(form, QLineEdit, "Token name").placeholderText() == "Line 2"


def test_a_size_that_runs_have_found_is_said_at_its_field(form: ProfileFormPage, texts: Texts, day: date) -> None:
    """Below the number of devices a request stands what they carry really, until another profile is filled in."""
    form.edit(PROFILE)
    press(form, "Pace")
    form.values.pace_fields.show_found(12, day)
    assert f"Requests carry 12: larger ones were refused on {day}." in said(form)

    form.edit(PROFILE)
    assert "larger ones were refused" not in said(form)
    assert texts("profile_form.batch_size.hint") in said(form)


def test_sections_are_out_of_the_way_until_one_is_wrong(form: ProfileFormPage, wishes: list[Wish]) -> None:
    """They unfold on a press, and by themselves where saving finds a problem in them."""
    # GIVEN a token name that is too long, folded away
    fill(form)
    assert not form.values.fields["token_name"].isVisible()
    press(form, "Sign-in and token name")
    write(form, "Token name", "n" * 81)
    press(form, "Sign-in and token name")
    assert not form.values.fields["token_name"].isVisible()

    # WHEN it is saved
    press(form, "Check and save")

    # THEN the field is seen, with the cursor in it
    assert find(form, QLineEdit, "Token name").hasFocus()
    assert find(form, QToolButton, "Sign-in and token name").isChecked()
    assert wishes == []


def test_a_pasted_token_goes_with_the_profile(form: ProfileFormPage, wishes: list[Wish]) -> None:
    """What was trimmed is said; the token reaches the one who saves, and its text no label."""
    # GIVEN a filled form and a token as a chat sends it
    fill(form)
    paste(form, "Access token", f"令牌：“{PERSONAL}”\n")

    # THEN the form says what it read, in kind and length
    assert "Read: personal token, 68 characters." in said(form)
    assert "Removed: line breaks, quotation marks, the words before it." in said(form)
    assert PERSONAL not in said(form)

    # WHEN it is saved
    press(form, "Check and save")

    # THEN the clean token goes along
    token = wishes[0][1]
    assert token is not None
    assert token.token.reveal() == PERSONAL


def test_what_is_no_token_is_not_saved(form: ProfileFormPage, wishes: list[Wish]) -> None:
    """A text with a space in the middle is refused at its field, before anything is kept."""
    fill(form)
    paste(form, "Access token", "pat_one two")

    press(form, "Check and save")

    assert wishes == []
    assert "There is a space inside the token" in said(form)
    assert find(form, QLineEdit, "Access token").hasFocus()


def test_a_profile_is_changed_but_for_its_name(form: ProfileFormPage, wishes: list[Wish]) -> None:
    """Sheets and tokens go by the name, so it stays; what the form does not show is kept."""
    # GIVEN a profile of one's own, with a stored token
    form.edit(PROFILE, NOTE)
    assert form.edited == PROFILE
    assert "Change the profile" in said(form)
    assert "Stored: personal token, 68 characters, saved 2026-10-09." in said(form)
    assert "It ends on 2026-11-08." in said(form)
    assert not find(form, QLineEdit, "Name").isEnabled()
    assert "The name can't be changed" in find(form, QLineEdit, "Name").accessibleDescription()

    # WHEN one value is changed
    write(form, "Who to ask", "Bench 8")
    press(form, "Check and save")

    # THEN all else is as it was, the number of resends and the proof too
    assert wishes == [(replace(PROFILE, who_to_ask="Bench 8"), None)]


def test_another_channel_is_not_proven(form: ProfileFormPage, wishes: list[Wish]) -> None:
    """That one channel has accepted a device says nothing of another."""
    form.edit(PROFILE)

    write(form, "Channel ID", "999")
    press(form, "Check and save")

    assert not wishes[0][0].proven


def test_an_address_that_is_not_cozes_is_shown_in_its_line(form: ProfileFormPage) -> None:
    """A profile of another site opens with that address."""
    form.edit(replace(PROFILE, site="https://coze.example"))

    assert find(form, QComboBox, "Site").currentText() == "Another address"
    assert find(form, QLineEdit, "Site address").text() == "https://coze.example"


@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
def test_a_profile_set_by_it_takes_a_token_and_nothing_else(
    form: ProfileFormPage, texts: Texts, wishes: list[Wish]
) -> None:
    """Its fields are shown, disabled with the reason; the token can be entered and goes with it unchanged."""
    # GIVEN a profile that IT has set
    profile = replace(PROFILE, read_only=True)
    form.show_read_only(profile)
    assert texts("profile_form.set_by_it.body") in said(form)
    for name, field in form.values.fields.items():
        assert not field.entry.isEnabled(), name
        assert texts("profile_form.set_by_it.title") in field.entry.accessibleDescription()
    assert not find(form, QComboBox, texts("profile_form.site")).isEnabled()
    assert not form.values.pace_fields.isEnabled()

    # WHEN a token is entered
    paste(form, texts("token.label"), PERSONAL)
    press(form, texts("profile_form.save"))

    # THEN it goes with the profile as it is
    assert [profile for profile, _ in wishes] == [profile]
    assert wishes[0][1] is not None


def test_a_read_only_profile_leaves_no_trace_in_the_next_form(form: ProfileFormPage) -> None:
    """A new profile after one of IT's can be filled in."""
    form.show_read_only(replace(PROFILE, read_only=True))

    form.edit(None)

    assert "Set by IT" not in said(form)
    assert find(form, QLineEdit, "Name").isEnabled()
    assert find(form, QLineEdit, "Name").text() == ""
    assert form.values.pace_fields.pace() == Profile(name="n", connector_id="1").pace


def test_a_wait_can_be_ended(form: ProfileFormPage) -> None:
    """While something is done nothing can be changed; stopping gives the form back."""
    # GIVEN a wait
    stopped: list[bool] = []
    form.stop_requested.connect(lambda: stopped.append(True))
    form.show_busy("Saving")
    assert "Saving" in said(form)
    assert form.waiting.said == "Saving"
    assert not find(form, QLineEdit, "Key").isEnabled()
    assert not find(form, QPushButton, "Check and save").isEnabled()

    # WHEN the person does not want to wait
    press(form, "Stop waiting")

    # THEN the form is as before
    assert stopped == [True]
    assert "Saving" not in said(form)
    assert find(form, QLineEdit, "Key").isEnabled()
    assert find(form, QPushButton, "Check and save").isEnabled()


@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
def test_a_good_check_leads_on_to_scanning(
    form: ProfileFormPage, texts: Texts, wishes: list[Wish], clipboard: QClipboard
) -> None:
    """Saved and accepted: whose token it is, what the check can't tell, and scanning as the next step."""
    # GIVEN a form that is saved with a token
    done: list[bool] = []
    form.done.connect(lambda: done.append(True))
    form.edit(PROFILE)
    paste(form, texts("token.label"), PERSONAL)
    press(form, texts("profile_form.save"))
    form.show_busy("…")

    # WHEN it has been kept and checked
    form.show_saved(NOTE)
    form.show_check(Identity(TokenCheck.ACCEPTED, "Developer A"))

    # THEN the token has left the field and the clipboard, which is said with the rest
    assert texts("profile_form.saved") in said(form)
    assert texts("token.clipboard_cleared") in said(form)
    assert clipboard.text() == ""
    assert find(form, QLineEdit, texts("token.label")).text() == ""
    assert "Developer A" in form.reply.accessibleDescription()
    assert texts("token_check.limits") in form.reply.accessibleDescription()
    assert "…" not in said(form)
    assert form.edited == wishes[0][0]

    # WHEN the primary button is pressed
    assert form.done_button.property("kind") == theme.StyleKind.PRIMARY
    assert form.save_button.property("kind") == theme.StyleKind.NORMAL
    press(form, texts("profile_form.done"))

    # THEN it goes on
    assert done == [True]


def test_a_refused_token_is_said_and_the_profile_is_kept(form: ProfileFormPage, wishes: list[Wish]) -> None:
    """It saves even where the check fails, says what failed, and stays open to put it right."""
    fill(form)
    press(form, "Check and save")

    form.show_saved()
    form.show_check(Identity(TokenCheck.REFUSED))

    assert "✓ Saved" in said(form)
    assert "coze.cn does not accept this token" in said(form)
    assert form.save_button.property("kind") == theme.StyleKind.PRIMARY
    assert can_see(form, "Start scanning")
    assert not can_see(form, "Cancel")
    assert form.edited == wishes[0][0]
    assert not find(form, QLineEdit, "Name").isEnabled()

    # Saving once more begins anew.
    press(form, "Check and save")
    assert "✓ Saved" not in said(form)
    assert form.reply.accessibleDescription() == ""


def test_what_is_kept_without_a_paste_clears_nothing(form: ProfileFormPage) -> None:
    """A token that was there before is named in kind and length; the clipboard is left alone."""
    press(form, "Check and save")

    form.show_saved(replace(NOTE, expires_on=None), in_memory=True)

    assert "Kept until bindtool closes: personal token, 68 characters." in said(form)
    assert "clipboard" not in said(form)


def test_a_check_without_a_profile_names_no_site(form: ProfileFormPage) -> None:
    """An answer that comes before anything was saved is shown all the same."""
    form.show_check(Identity(TokenCheck.UNCLEAR))

    assert "The check gave no clear result" in said(form)


def test_what_went_wrong_is_said_above_the_buttons(form: ProfileFormPage) -> None:
    """An error of the password store is shown in the page, and the form can be used again."""
    fill(form)
    press(form, "Check and save")
    form.show_busy("Saving")

    form.show_problem(PasswordStoreLocked("vault.locked"))

    assert "The system's password store is locked" in form.reply.accessibleDescription()
    assert "may be behind this one" in form.reply.accessibleDescription()
    assert can_see(form, "Cancel")
    assert find(form, QPushButton, "Check and save").isEnabled()


def test_a_name_in_use_is_said_at_the_name(form: ProfileFormPage) -> None:
    """What is about one field stands there, with the cursor."""
    fill(form)
    press(form, "Check and save")
    form.show_busy("Saving")

    form.show_problem(BadInput("profile.name_in_use", name="Line 2"))

    assert "There is already a profile “Line 2”" in form.values.fields["name"].problem
    assert find(form, QLineEdit, "Name").hasFocus()
    assert form.reply.accessibleDescription() == ""


def test_a_token_does_not_stay_in_a_form_that_was_left(form: ProfileFormPage, wishes: list[Wish]) -> None:
    """Nobody who cancels thinks of the token any more: it goes with the page, and nothing brings it back."""
    fill(form)
    paste(form, "Access token", PERSONAL)
    press(form, "Cancel")

    line = find(form, QLineEdit, "Access token")
    assert line.text() == ""
    line.undo()
    line.redo()
    assert line.text() == ""
    assert wishes == []


def test_cancel_and_copy(form: ProfileFormPage, texts: Texts, clipboard: QClipboard) -> None:
    """The form can be left, and hands out what to ask for."""
    cancelled: list[bool] = []
    form.cancelled.connect(lambda: cancelled.append(True))

    press(form, "Copy what to ask for")
    press(form, "Cancel")

    assert cancelled == [True]
    assert clipboard.text() == setup_request(texts)


@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
def test_the_form_fits_a_small_window(form: ProfileFormPage, texts: Texts) -> None:
    """At 1024 by 640 it scrolls down, not sideways, and its buttons are whole."""
    form.show_problem(PasswordStoreLocked("vault.locked"))
    QApplication.processEvents()

    for button in (form.save_button, form.cancel_button):
        assert button.height() >= theme.TARGET
        assert button.width() >= button.sizeHint().width()
        assert form.rect().contains(button.mapTo(form, button.rect().bottomRight()))
    lines = [line for line in form.findChildren(QLineEdit) if line.isVisible()]
    assert all(form.rect().contains(QPoint(line.mapTo(form, line.rect().topRight()).x(), 0)) for line in lines)


def test_tab_goes_down_the_page(form: ProfileFormPage) -> None:
    """The keyboard passes the fields in the order that the eye does, and then the buttons."""
    # GIVEN the form with everything unfolded and the cursor in the first field
    unfold(form)
    find(form, QLineEdit, "Name").setFocus()

    # WHEN Tab is pressed again and again
    passed = []
    for _ in range(42):
        at = QApplication.focusWidget()
        assert at is not None
        passed.append(at.accessibleName())
        key(at, Qt.Key.Key_Tab)

    # THEN the order is that of the page
    assert passed == [
        "Name",
        "Site",
        "Reached by",
        "Channel ID",
        "Key",
        "Developer's UID",
        "Developer's name",
        "When new devices are sent",
        "At this bench",
        "Who to ask",
        "Label",
        "Scanner",
        "Scanner that types like a keyboard",
        "A scan ends with",
        "Shortest code",
        "Longest gap between two keys",
        "Prefix of each scan",
        "Device IDs",
        "Lines in a code",
        "Device ID in the code",
        "Remove at the start",
        "Remove at the end",
        "Remove what the scanner puts in front (]C1, \\000026)",
        "Try a code",
        "Pattern of an ID",
        "Length of an ID",
        "Upper or lower case",
        "Check digit of an ID",
        "Hold an ID unlike the ten before it, or all others of its list",
        "IDs may contain Chinese or other letters beyond A to Z",
        "Pace",
        "Devices per request",
        "Requests per second",
        "Sign-in and token name",
        "Client ID for the browser",
        "Client ID for a code",
        "Sign-in page",
        "Token name",
        "Access token",
        "Access token",
        "Cancel",
        "Check and save",
    ]


def test_return_saves_nothing(form: ProfileFormPage, wishes: list[Wish]) -> None:
    """A scan that goes into a field ends with Return; it must not press a button."""
    fill(form)

    write(form, "Who to ask", "SPK26113F21A0")

    assert wishes == []


@pytest.mark.parametrize(("kind", "name"), [(QComboBox, "Site"), (QSpinBox, "Devices per request")])
def test_the_wheel_scrolls_the_page_only(
    form: ProfileFormPage, kind: type[QComboBox] | type[QSpinBox], name: str
) -> None:
    """Turning the wheel over a choice or a number does not change it."""
    # GIVEN a field under the pointer, not at its first choice
    unfold(form)
    widget = find(form, kind, name)
    before = form.values.read(PROFILE), form.values.fields["site"].text(), form.values.pace_fields.pace()

    # WHEN the wheel is turned
    turn = QWheelEvent(
        QPointF(5, 5),
        QPointF(widget.mapToGlobal(QPoint(5, 5))),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, turn)

    # THEN the values are as they were
    after = form.values.read(PROFILE), form.values.fields["site"].text(), form.values.pace_fields.pace()
    assert after == before


def test_rules_for_ids_are_kept_beside_what_the_form_does_not_show(
    form: ProfileFormPage, wishes: list[Wish]
) -> None:
    """GIVEN scan rules WHEN the pattern is changed THEN the others stay; a broken one is not saved."""
    scan = ScanRules(ScannerRules(longest_gap=50), ids=IdRules(length=13))
    form.edit(replace(PROFILE, scan=scan))
    press(form, "Check and save")
    assert not form.values.id_rule_fields.isVisible()
    form.values.id_rule_fields.pattern.set_text("(")
    press(form, "Check and save")
    assert find(form, QLineEdit, "Pattern of an ID").hasFocus()
    write(form, "Pattern of an ID", "SPK.*")
    press(form, "Check and save")
    assert [profile.scan for profile, _ in wishes] == [
        scan,
        replace(scan, ids=IdRules(pattern="SPK.*", length=13)),
    ]


def test_the_apps_for_signing_in_are_part_of_the_profile(form: ProfileFormPage, wishes: list[Wish]) -> None:
    """What stands in the three fields is saved, tidied, and shown again."""
    fill(form)
    unfold(form)
    write(form, "Client ID for the browser", " 73.app.coze ")
    write(form, "Client ID for a code", "74.app.coze")
    write(form, "Sign-in page", "https://www.coze.cn/")

    press(form, "Check and save")

    apps = SignInApps("73.app.coze", "74.app.coze", "https://www.coze.cn")
    assert [profile.sign_in for profile, _ in wishes] == [apps]
    form.edit(wishes[0][0])
    assert find(form, QLineEdit, "Client ID for the browser").text() == "73.app.coze"


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("Client ID for the browser", "not an id", "is not the client ID"),
        ("Client ID for a code", PERSONAL, "An access token does not belong in a profile"),
        ("Sign-in page", "http://www.coze.cn", "is not the address of a sign-in page"),
        ("Sign-in page", "https://www.coze.cn.example", "does not belong to https://api.coze.cn"),
    ],
)
def test_what_no_app_has_is_said_at_its_field(
    form: ProfileFormPage, wishes: list[Wish], name: str, text: str, problem: str
) -> None:
    """Nothing is saved, the section unfolds, the cursor is there; a token does not stay in sight."""
    fill(form)
    unfold(form)
    write(form, name, text)
    find(form, QToolButton, "Sign-in and token name").setChecked(False)

    press(form, "Check and save")

    field = find(form, QLineEdit, name)
    assert wishes == []
    assert field.hasFocus()
    assert problem in field.accessibleDescription()
    assert PERSONAL not in field.text()
    write(form, name, "7")
    assert problem not in field.accessibleDescription()
