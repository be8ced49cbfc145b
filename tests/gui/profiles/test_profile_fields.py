"""The fields of a profile: what is asked, what is said of it, what profile they describe."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox, QToolButton

from bindtool.core.barcode.id_rules import CaseRule, CheckDigit, IdRules, PartKind, PartRule
from bindtool.core.labels.template import LabelFrom
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.handoff import HandoffFormat
from bindtool.core.profiles.profile import (
    HandoffRules,
    ListRules,
    Profile,
    RequestSettings,
    SignInApps,
    Site,
)
from bindtool.core.scanner.scan_rules import EndKey, Keyboard, ScannerRules, ScanRules
from bindtool.gui.profiles.profile_fields import ProfileFields
from bindtool.i18n.catalogue import LANGUAGES, Texts
from tests.gui.acting import can_see, find, key, keys, paste, press, said, write
from tests.gui.conftest import Show
from tests.gui.samples import PERSONAL, PROFILE


@pytest.fixture
def fields(texts: Texts, day: date, show: Show) -> ProfileFields:
    """Give the fields, empty, on the screen."""
    made = ProfileFields(texts, day)
    show(made)
    return made


def described(fields: ProfileFields, before: Profile | None = None) -> Profile:
    """Return the profile that the fields describe; nothing is wrong with them."""
    found = fields.read(before)
    assert found is not None
    return found


def fill(fields: ProfileFields) -> None:
    """Fill in what a profile needs at least."""
    write(fields, "Name", "Line 2")
    write(fields, "Channel ID", "0073456")


def test_a_new_profile_needs_a_name_and_a_channel(fields: ProfileFields) -> None:
    """An empty form is refused at its fields, the cursor at the first; filled in, it is a profile."""
    # GIVEN an empty form
    # WHEN a profile is made of it
    assert fields.read(None) is None

    # THEN the two fields say what they need
    assert "A profile needs a name" in said(fields)
    assert "A channel ID has 1 to 64 digits" in said(fields)
    assert find(fields, QLineEdit, "Name").hasFocus()

    # WHEN they are filled in
    fill(fields)

    # THEN they describe a profile with the usual values; the connector id keeps its zeros
    assert "A profile needs a name" not in said(fields)
    assert described(fields) == Profile(name="Line 2", connector_id="0073456")


def unfold(fields: ProfileFields) -> None:
    """Show all sections."""
    for section in fields.sections:
        section.unfold()


def test_every_value_comes_into_the_profile(fields: ProfileFields) -> None:
    """What is typed into each field is what the profile holds."""
    # GIVEN all fields filled in, those that are folded away too
    fill(fields)
    find(fields, QComboBox, "Site").setCurrentText("coze.com (international)")
    write(fields, "Key", "sn")
    write(fields, "Developer's UID", "7126")
    write(fields, "Developer's name", "Developer A")
    write(fields, "Who to ask", "Bench 7")
    write(fields, "Label template", "speaker {id:-4}")
    unfold(fields)
    write(fields, "Token name", "shared")
    find(fields, QSpinBox, "Devices per request").setValue(20)
    find(fields, QDoubleSpinBox, "Requests per second").setValue(0.5)
    find(fields, QCheckBox, "Look for the refused device").setChecked(False)

    # THEN the profile holds them
    profile = described(fields)
    assert profile.site == Site.COZE_COM
    assert (profile.key, profile.user_id, profile.user_name) == ("sn", "7126", "Developer A")
    assert (profile.who_to_ask, profile.label_template) == ("Bench 7", "speaker {id:-4}")
    assert profile.token_name == "shared"
    assert profile.pace == RequestSettings(batch_size=20, rate=0.5, search=False)


def test_labels_that_are_scanned_need_a_pattern(fields: ProfileFields) -> None:
    """Its field comes with the choice; without it, or one of ids, the form says what is missing, and where."""
    fill(fields)
    pattern = fields.fields["label_pattern"].line
    assert not pattern.isVisible()
    where = find(fields, QComboBox, "A scanned device gets its label from")
    where.setCurrentText("the next code that is scanned")
    assert pattern.isVisible()
    assert fields.read(None) is None
    assert "say what they look like" in said(fields)
    assert pattern.hasFocus()

    write(fields, "Pattern of a label", "HALL-[0-9]+")
    profile = described(fields)
    assert (profile.label_from, profile.label_pattern) == (LabelFrom.NEXT_CODE, "HALL-[0-9]+")

    write(fields, "Pattern of a label", "")
    unfold(fields)
    write(fields, "Pattern of an ID", "SPK.*")
    assert described(fields).label_from is LabelFrom.NEXT_CODE

    fields.fill(profile)
    assert described(fields, profile) == profile
    where.setCurrentText("the template above")
    assert not pattern.isVisible()
    assert described(fields, profile) == replace(profile, label_from=LabelFrom.TEMPLATE)


def test_a_pattern_of_labels_that_is_none_is_named(fields: ProfileFields) -> None:
    """Below its field, as soon as it is left, and when the profile is made."""
    fill(fields)
    find(fields, QComboBox, "A scanned device gets its label from").setCurrentText("the next code that is scanned")
    write(fields, "Pattern of a label", "HALL-(")
    assert fields.read(None) is None
    assert "The pattern for labels can't be read" in said(fields)


def test_the_rule_for_codes_comes_into_the_profile(fields: ProfileFields) -> None:
    """It is a profile's as much as the channel is; a wrong one unfolds and is pointed at."""
    # GIVEN a pattern without a group for the id, folded away
    fill(fields)
    press(fields, "Device IDs")
    find(fields, QComboBox, "Device ID in the code").setCurrentText("A pattern (regular expression)")
    write(fields, "Pattern of the code", "SN:.*")
    press(fields, "Device IDs")

    # THEN there is no profile, and the cursor is in the pattern
    assert fields.read(None) is None
    assert find(fields, QLineEdit, "Pattern of the code").hasFocus()

    # WHEN it is put right, and the label's template is broken for a while
    write(fields, "Pattern of the code", "SN:(?P<id>[^;]+)")
    write(fields, "Try a code", "SN:SPK26113F2001;")
    write(fields, "Label template", "{nothing}")
    assert "ID: SPK26113F2001 · label: " in said(fields)
    write(fields, "Label template", "speaker {id:-4}")
    assert "ID: SPK26113F2001 · label: speaker 2001" in said(fields)

    # THEN the profile has the rule
    assert described(fields).scan.part == PartRule(PartKind.PATTERN, "SN:(?P<id>[^;]+)")


def test_what_the_form_does_not_show_stays(fields: ProfileFields) -> None:
    """Other scan rules, where the shared ledger lies, and where lists have their columns, stay as they were."""
    shared = replace(
        PROFILE,
        scan=ScanRules(ScannerRules(end=EndKey.TAB), PartRule(PartKind.JSON, "sn")),
        ledger="postgresql://bench@db.example/ledger",
        shared_folder="/mnt/bindtool",
        updates="https://it.example/bindtool.json",
        list_rules=ListRules("Serial", ""),
    )
    fields.fill(shared)
    assert described(fields, shared) == shared


def test_an_answer_about_the_channel(fields: ProfileFields, day: date) -> None:
    """What Coze has told can be chosen, with who said so; the day is today, and this laptop may be the sender."""
    # GIVEN a channel of which nothing is known: there is nobody to name, and nothing to be the sender of
    fill(fields)
    assert not fields.fields["checked_by"].isVisible()
    assert not can_see(fields, "Only this laptop sends to this channel")

    # WHEN it is said to replace its list
    find(fields, QComboBox, "Devices already on the channel").setCurrentText("replaced")
    write(fields, "Answered by", "Li, Coze")
    press(fields, "Only this laptop sends to this channel")

    # THEN the profile has it
    profile = described(fields)
    assert (profile.behaviour, profile.checked_by, profile.checked_on) == (Behaviour.REPLACES, "Li, Coze", day)
    assert profile.sender


CHECKED = replace(PROFILE, behaviour=Behaviour.REPLACES, checked_by="Li", checked_on=date(2026, 9, 1), sender=True)


def test_an_answer_stays_while_the_channel_does(fields: ProfileFields) -> None:
    """Who answered, and when, survives a change of what is said to people; the day is told beside the name."""
    fields.fill(CHECKED)
    assert "Answered on 2026-09-01." in said(fields)
    write(fields, "Who to ask", "Bench 8")
    assert described(fields, CHECKED) == replace(CHECKED, who_to_ask="Bench 8")


def test_an_answer_about_another_channel_is_none(fields: ProfileFields) -> None:
    """With another key it is another list: nothing is known of it, unless that is chosen now."""
    fields.fill(CHECKED)
    write(fields, "Key", "serial")
    unknown = replace(CHECKED, behaviour=Behaviour.NOT_CHECKED, checked_by="", checked_on=None, sender=False)
    assert described(fields, CHECKED) == replace(unknown, key="serial", proven=False)

    find(fields, QComboBox, "Devices already on the channel").setCurrentText("kept")
    profile = described(fields, CHECKED)
    assert (profile.behaviour, profile.sender) == (Behaviour.ADDS, False)


def test_an_answer_can_be_taken_out(fields: ProfileFields) -> None:
    """Then nobody has given one."""
    fields.fill(CHECKED)
    find(fields, QComboBox, "Devices already on the channel").setCurrentText("not known")
    unknown = replace(CHECKED, behaviour=Behaviour.NOT_CHECKED, checked_by="", checked_on=None, sender=False)
    assert described(fields, CHECKED) == unknown


def test_an_answer_of_it_can_be_seen(fields: ProfileFields) -> None:
    """It can't be changed here."""
    fields.fill(CHECKED)
    fields.lock("Set by IT", named=True)
    assert not find(fields, QComboBox, "Devices already on the channel").isEnabled()
    assert not fields.behaviour_fields.only_here.isEnabled()
    assert fields.behaviour_fields.only_here.isChecked()
    assert find(fields, QLineEdit, "Answered by").text() == "Li"


def test_the_address_by_which_a_site_is_reached(fields: ProfileFields) -> None:
    """It has a line of its own; the vendor's fixed-IP address goes there by itself, and is no other site."""
    fill(fields)
    find(fields, QComboBox, "Site").setCurrentText("Another address")
    write(fields, "Site address", "https://static-api.coze.cn/")
    unfold(fields)
    write(fields, "Sign-in page", "https://www.coze.cn")
    profile = described(fields)
    assert (profile.site, profile.address) == (Site.COZE_CN, "https://static-api.coze.cn")
    fields.fill(profile)
    assert find(fields, QComboBox, "Site").currentText() == "coze.cn (China)"
    assert find(fields, QLineEdit, "Reached by").text() == "https://static-api.coze.cn"
    write(fields, "Reached by", "http://coze.example.com")
    assert fields.read(profile) is None
    assert "http:// would send the token unprotected" in said(fields)
    write(fields, "Reached by", "")
    assert described(fields, profile).address == ""


def test_another_address_is_judged_by_core(fields: ProfileFields) -> None:
    """An address of one's own has a line of its own; plain http to a remote host is refused there."""
    # GIVEN another address, with http
    fill(fields)
    assert not fields.fields["site"].line.isVisible()
    find(fields, QComboBox, "Site").setCurrentText("Another address")
    write(fields, "Site address", "http://coze.example")

    # THEN it is refused on leaving the line, and there is no profile
    assert "http:// would send the token unprotected" in said(fields)
    assert fields.read(None) is None
    assert find(fields, QLineEdit, "Site address").hasFocus()

    # WHEN it is put right
    write(fields, "Site address", "https://coze.example/")

    # THEN it is taken
    assert described(fields).site == "https://coze.example"


def test_a_problem_goes_away_when_its_field_is_changed(fields: ProfileFields) -> None:
    """What is wrong is said on leaving a field, to a screen reader too, and unsaid at the next key."""
    write(fields, "Channel ID", "has spaces in it")
    line = find(fields, QLineEdit, "Channel ID")
    assert "1 to 64 digits" in line.accessibleDescription()

    key(line, Qt.Key.Key_Backspace)

    assert "1 to 64 digits" not in line.accessibleDescription()
    assert "1 to 64 digits" not in said(fields)


def test_a_token_in_another_field_is_not_shown(fields: ProfileFields) -> None:
    """A token pasted into the wrong field is taken out of sight at once, and the form says why."""
    # GIVEN a filled form
    fill(fields)

    # WHEN a token goes into the key
    write(fields, "Key", "")
    paste(fields, "Key", PERSONAL)
    key(find(fields, QLineEdit, "Key"), Qt.Key.Key_Return)

    # THEN it is gone, and nothing can be saved before there is a key
    assert find(fields, QLineEdit, "Key").text() == ""
    assert "An access token does not belong in a profile" in said(fields)
    assert fields.read(None) is None


def test_the_label_is_previewed_at_each_key(fields: ProfileFields) -> None:
    """The preview follows the template; a broken one has no preview and says why at once."""
    # GIVEN a template with text, part of the id and the day
    write(fields, "Label template", "box {id:-6} of {date}")

    # THEN the sample's label is seen
    assert "SPK26113F21A0 gets the label box 3F21A0 of 2026-10-09" in said(fields)

    # WHEN a brace is left open
    keys(find(fields, QLineEdit, "Label template"), "{")

    # THEN there is none, with the reason
    assert "No preview" in said(fields)
    assert fields.fields["label_template"].problem != ""


@pytest.mark.parametrize("texts", LANGUAGES, indirect=True)
def test_each_value_says_where_it_is_found(fields: ProfileFields, texts: Texts) -> None:
    """Connector id, key and user id name their places, for the eye and for a screen reader."""
    for name in ("connector_id", "key", "user_id"):
        title, hint = texts.pair(f"profile_form.{name}")
        line = find(fields, QLineEdit, title)
        assert hint in said(fields)
        assert hint in line.accessibleDescription()
    assert "device_id" in texts("profile_form.key.hint")


def test_the_token_name_is_the_profiles_unless_another_is_given(fields: ProfileFields) -> None:
    """The empty field shows the name that the token goes by."""
    unfold(fields)

    write(fields, "Name", " Line 2 ")

    assert find(fields, QLineEdit, "Token name").placeholderText() == "Line 2"


def test_a_size_that_runs_have_found_is_said_at_its_field(fields: ProfileFields, texts: Texts, day: date) -> None:
    """Below the number of devices a request stands what they carry really, until another profile is filled in."""
    fields.fill(PROFILE)
    press(fields, "Pace")
    fields.pace_fields.show_found(12, day)
    assert f"Requests carry 12: larger ones were refused on {day}." in said(fields)

    fields.fill(PROFILE)
    assert "larger ones were refused" not in said(fields)
    assert texts("profile_form.batch_size.hint") in said(fields)


def test_sections_are_out_of_the_way_until_one_is_wrong(fields: ProfileFields) -> None:
    """They unfold on a press, and by themselves where saving finds a problem in them."""
    # GIVEN a token name that is too long, folded away
    fill(fields)
    assert not fields.fields["token_name"].isVisible()
    press(fields, "Sign-in and token name")
    write(fields, "Token name", "n" * 81)
    press(fields, "Sign-in and token name")
    assert not fields.fields["token_name"].isVisible()

    # WHEN a profile is made of it
    assert fields.read(None) is None

    # THEN the field is seen, with the cursor in it
    assert find(fields, QLineEdit, "Token name").hasFocus()
    assert find(fields, QToolButton, "Sign-in and token name").isChecked()


def test_another_channel_is_not_proven(fields: ProfileFields) -> None:
    """That one channel has accepted a device says nothing of another."""
    fields.fill(PROFILE)

    write(fields, "Channel ID", "999")

    assert not described(fields, PROFILE).proven


def test_an_address_that_is_not_cozes_is_shown_in_its_line(fields: ProfileFields) -> None:
    """A profile of another site opens with that address."""
    fields.fill(replace(PROFILE, site="https://coze.example"))

    assert find(fields, QComboBox, "Site").currentText() == "Another address"
    assert find(fields, QLineEdit, "Site address").text() == "https://coze.example"


@pytest.mark.parametrize(("kind", "name"), [(QComboBox, "Site"), (QSpinBox, "Devices per request")])
def test_the_wheel_scrolls_the_page_only(
    fields: ProfileFields, kind: type[QComboBox] | type[QSpinBox], name: str
) -> None:
    """Turning the wheel over a choice or a number does not change it."""
    # GIVEN a field under the pointer, not at its first choice
    unfold(fields)
    widget = find(fields, kind, name)
    before = fields.read(PROFILE), fields.fields["site"].text(), fields.pace_fields.pace()

    # WHEN the wheel is turned
    place, none = QPoint(5, 5), (Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier)
    turned = QPointF(place), QPointF(widget.mapToGlobal(place)), QPoint(0, 0), QPoint(0, -120)
    QApplication.sendEvent(widget, QWheelEvent(*turned, *none, Qt.ScrollPhase.NoScrollPhase, False))

    # THEN the values are as they were
    after = fields.read(PROFILE), fields.fields["site"].text(), fields.pace_fields.pace()
    assert after == before


def test_all_that_is_wrong_is_shown_at_once(fields: ProfileFields) -> None:
    """GIVEN faults in sections that are folded away THEN each is said; the first, from above, has the cursor."""
    fields.id_rule_fields.pattern.set_text("(")
    fields.sign_in_fields.fields["page"].set_text("http://www.coze.cn")
    fields.part_rule_fields.kind.choose(PartKind.JSON)

    assert fields.read(None) is None

    faults = [field.entry.accessibleName() for field in fields.faults]
    assert faults == ["Name", "Channel ID", "Field", "Pattern of an ID", "Sign-in page"]
    assert find(fields, QLineEdit, "Name").hasFocus()


def test_what_the_choices_leave_out_has_no_fault(fields: ProfileFields) -> None:
    """A token in a field that is not asked for keeps nobody from saving."""
    fill(fields)
    fields.part_rule_fields.name.set_text(PERSONAL)
    assert PERSONAL not in str(described(fields))


def test_a_folded_section_shows_what_it_holds(fields: ProfileFields) -> None:
    """GIVEN a profile THEN its values stand beside the title, for a screen reader too, until it is unfolded."""
    fields.fill(replace(PROFILE, token_name="shared", pace=RequestSettings(batch_size=20, rate=0.5)))
    toggle = find(fields, QToolButton, "Pace")
    assert "Devices per request: 20 · Requests per second: 0.5" in said(fields)
    assert toggle.accessibleDescription() == "Devices per request: 20 · Requests per second: 0.5"
    assert "Token name: shared" in said(fields)
    press(fields, "Pace")
    assert "Devices per request: 20" not in said(fields)
    fields.fill(None)
    assert "nothing set" in said(fields)


def test_rules_for_ids_are_kept_beside_what_the_form_does_not_show(fields: ProfileFields) -> None:
    """GIVEN scan rules WHEN the pattern is changed THEN the others stay; a broken one is pointed at."""
    scan = ScanRules(ScannerRules(longest_gap=50), ids=IdRules(length=13))
    fields.fill(replace(PROFILE, scan=scan))
    assert described(fields).scan == scan
    assert not fields.id_rule_fields.isVisible()
    fields.id_rule_fields.pattern.set_text("(")
    assert fields.read(None) is None
    assert find(fields, QLineEdit, "Pattern of an ID").hasFocus()
    write(fields, "Pattern of an ID", "SPK.*")
    assert described(fields).scan == replace(scan, ids=IdRules(pattern="SPK.*", length=13))


def test_the_apps_for_signing_in_are_part_of_the_profile(fields: ProfileFields) -> None:
    """What stands in the three fields is saved, tidied, and shown again."""
    fill(fields)
    unfold(fields)
    write(fields, "Client ID for the browser", " 73.app.coze ")
    write(fields, "Client ID for a code", "74.app.coze")
    write(fields, "Sign-in page", "https://www.coze.cn/")

    profile = described(fields)
    assert profile.sign_in == SignInApps("73.app.coze", "74.app.coze", "https://www.coze.cn")
    fields.fill(profile)
    assert find(fields, QLineEdit, "Client ID for the browser").text() == "73.app.coze"


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("Client ID for a code", PERSONAL, "An access token does not belong in a profile"),
        ("Sign-in page", "https://www.coze.cn.example", "does not belong to https://api.coze.cn"),
    ],
)
def test_what_no_app_has_is_said_at_its_field(fields: ProfileFields, name: str, text: str, problem: str) -> None:
    """Nothing is saved, the section unfolds, the cursor is there; a token does not stay in sight."""
    fill(fields)
    unfold(fields)
    write(fields, name, text)
    find(fields, QToolButton, "Sign-in and token name").setChecked(False)

    assert fields.read(None) is None

    field = find(fields, QLineEdit, name)
    assert field.hasFocus()
    assert problem in field.accessibleDescription()
    assert PERSONAL not in field.text()
    write(fields, name, "7")
    assert problem not in field.accessibleDescription()


EVERY_FIELD = Profile(
    "Line 2",
    "1024",
    site="https://api.coze.example",
    key="sn",
    user_id="7",
    user_name="Workshop 2",
    token_name="shared",
    who_to_ask="the IT desk",
    label_template="Speaker {n}",
    label_from=LabelFrom.NEXT_CODE,
    label_pattern="HALL-[0-9]+",
    pace=RequestSettings(20, 2, 5.0, 6.0, 31.0, 3, search=False),
    proven=True,
    behaviour=Behaviour.REPLACES,
    checked_by="the IT desk",
    checked_on=date(2026, 11, 2),
    sender=True,
    scan=ScanRules(
        ScannerRules(7, 40, EndKey.PAUSE, "]C1", 800, Keyboard.FRENCH),
        PartRule(PartKind.URL_QUERY, "sn", 0, "A", "Z", strip_marks=False, lines=3, line=2),
        IdRules("SPK.+", 12, CaseRule.UPPER, odd_one_out=False, check=CheckDigit.LUHN, beyond_ascii=True),
    ),
    ledger="postgresql://bench@db.example/ledger",
    updates="https://it.example/newest.txt",
    sign_in=SignInApps("browser-app", "device-app", "https://login.coze.example"),
    list_rules=ListRules("Serial", "Label", "Sheet 2"),
    handoff=HandoffRules("/srv/erp", HandoffFormat.JSON),
)
ELSEWHERE = replace(EVERY_FIELD, ledger="", shared_folder="/srv/shared", address="https://gateway.example")
"""A ledger and a shared folder exclude each other."""


@pytest.mark.parametrize("profile", [EVERY_FIELD, ELSEWHERE])
def test_what_was_filled_in_is_read_again(fields: ProfileFields, profile: Profile) -> None:
    """Nothing is lost that has no field, such as the ERP's folder: a lost one is noticed when its files fail."""
    fields.fill(profile)
    assert described(fields, profile) == profile


def test_nothing_is_left_at_its_default_there() -> None:
    """A new field of a profile is filled in too, so that it can't be lost unnoticed."""
    usual = Profile("line", "1")
    same = {
        one.name
        for one in dataclasses.fields(Profile)
        if getattr(EVERY_FIELD, one.name) == getattr(usual, one.name)
    }
    assert same == {"shared_folder", "address", "read_only", "in_open_folder"}
