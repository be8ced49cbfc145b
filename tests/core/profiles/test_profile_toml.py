"""The file form of a profile, and what IT is told about a file that is wrong."""

from __future__ import annotations

import string
import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.barcode.id_rules import IdRules, PartKind, PartRule
from bindtool.core.common.errors import BadInput
from bindtool.core.labels.template import LabelFrom
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.handoff import HandoffFormat
from bindtool.core.profiles.profile import HandoffRules, ListRules, Profile, RequestSettings, SignInApps
from bindtool.core.profiles.profile_toml import from_toml, to_toml
from bindtool.core.scanner.scan_rules import EndKey, ScannerRules, ScanRules

MINIMAL = 'name = "Line 2"\nconnector_id = "7452643923450000001"\n'
TOKEN = "pat_0123456789abcdefABCDEF"


def _refusal(text: str) -> BadInput:
    with pytest.raises(BadInput) as caught:
        from_toml(text, "it.toml")
    return caught.value


def test_a_name_and_a_connector_id_are_enough() -> None:
    """What the file does not say has its default."""
    assert from_toml(MINIMAL, "it.toml") == Profile("Line 2", "7452643923450000001")


def test_the_whole_form() -> None:
    """Each field has a place in the file, and it shows everything that can be set."""
    profile = Profile(
        "智能音箱 2",
        "0745",
        site="http://localhost:8000",
        key="sn",
        user_id="0449",
        user_name="Developer A",
        token_name="shared",
        who_to_ask="the IT desk",
        label_template="音箱-{id:-4}",
        pace=RequestSettings(20, 2, 0.5, 5.0, 20.0, 1),
        sign_in=SignInApps("8173.app.coze", "5729.app.coze", "http://localhost:8001"),
        proven=True,
        behaviour=Behaviour.REPLACES,
        checked_by="李工",
        checked_on=date(2026, 11, 25),
        sender=True,
        list_rules=ListRules("Serial", "", "箱 1"),
        scan=ScanRules(ScannerRules(end=EndKey.TAB), PartRule(PartKind.JSON, "sn"), IdRules(length=12)),
    )
    text = to_toml(profile)
    assert '[list]\nid_column = "Serial"\nlabel_column = ""\nsheet = "箱 1"\n' in text
    assert text.endswith('[scanner]\nend = "tab"\n\n[part]\nkind = "json"\nname = "sn"\n\n[ids]\nlength = 12\n')
    assert 'behaviour = "replaces"\nchecked_by = "李工"\nchecked_on = 2026-11-25\nsender = true\n' in text
    assert 'connector_id = "0745"' in text
    assert "read_only" not in text
    assert from_toml(text, "it.toml") == profile


def test_a_table_that_says_nothing_is_not_written() -> None:
    """An older bindtool reads the file then."""
    assert "[list]" not in to_toml(Profile("Line 2", "745", list_rules=ListRules()))
    assert "search" not in to_toml(Profile("Line 2", "745"))
    assert "handoff" not in to_toml(Profile("Line 2", "745"))


@pytest.mark.parametrize("folder", ["/mnt/mes", r"\\server\share\bound"])
def test_a_hand_off_comes_back(folder: str) -> None:
    """On whichever system the file is read, with the format as its own value."""
    profile = Profile("Line 2", "745", handoff=HandoffRules(folder, HandoffFormat.JSON))
    assert from_toml(to_toml(profile), "it.toml") == profile
    assert from_toml(MINIMAL + "[list]\n", "it.toml").list_rules == ListRules()


@pytest.mark.parametrize("pattern", ['label_pattern = "HALL-[0-9]+"', '[ids]\npattern = "SPK.*"'])
def test_labels_that_are_scanned(pattern: str) -> None:
    """With what tells them from devices the profile is taken, and written again."""
    profile = from_toml(f'{MINIMAL}label_from = "next code"\n{pattern}\n', "it.toml")
    assert profile.label_from is LabelFrom.NEXT_CODE
    assert from_toml(to_toml(profile), "it.toml") == profile


def test_labels_by_the_template_are_not_written() -> None:
    """An older bindtool reads the file then."""
    assert "label_from" not in to_toml(Profile("Line 2", "745"))
    assert "label_pattern" not in to_toml(Profile("Line 2", "745"))


@pytest.mark.parametrize(
    ("line", "id_", "field"),
    [
        ('label_from = "next code"', "profile.label_pattern_missing", "label_from"),
        ('label_from = "the next code"', "profile.label_from_unfit", "label_from"),
        ("label_from = true", "profile.label_from_unfit", "label_from"),
        ('label_pattern = "HALL-("', "label_pattern.unfit", "label_pattern"),
        (f'label_pattern = "{"H" * 501}"', "scan_rules.text_too_long", "label_pattern"),
        ("label_pattern = 7", "profile.must_be_text", "label_pattern"),
        ('label_pattern = "pat_0123456789abcdef"', "profile.holds_token", "label_pattern"),
    ],
)
def test_labels_that_nothing_tells_from_devices_are_refused(line: str, id_: str, field: str) -> None:
    """The reason is told, with file, line and field; so is a pattern that is none."""
    refusal = _refusal(f"{MINIMAL}{line}\n")
    place = {"field": field, "file": "it.toml", "line": 3}
    assert refusal.id == id_
    assert refusal.title.values.items() >= place.items()


def test_a_scan_rule_that_is_wrong_is_told_with_its_line() -> None:
    """IT finds the place in the file."""
    error = _refusal(MINIMAL + '[scanner]\nend = "bell"\n')
    assert (error.id, error.title.values["line"]) == ("scan_rules.wrong_kind", 4)


def test_a_pattern_that_is_wrong_is_told_with_its_line() -> None:
    """The line is that of the part rule's name, not of the profile's own."""
    error = _refusal(MINIMAL + '\n[part]\nkind = "pattern"\nname = "(a)\\\\1"\n')
    lines = MINIMAL.count("\n")
    assert (error.id, error.title.values["field"]) == ("scan_rules.pattern_unfit", "[part] name")
    assert error.title.values["line"] == lines + 4


_names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=80)
_ids = st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=40)


@given(_names, _ids, _names, st.floats(0.01, 100), st.booleans(), st.booleans())
def test_what_is_exported_is_imported(
    name: str, connector: str, who: str, rate: float, search: bool, proven: bool
) -> None:
    """Any profile survives the way through a file."""
    try:
        profile = Profile(
            name, connector, who_to_ask=who, pace=RequestSettings(rate=rate, search=search), proven=proven
        )
    except BadInput:
        return
    assert from_toml(to_toml(profile), "it.toml") == profile


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (MINIMAL + "key =\n", 3),
        (MINIMAL + "[pace\nrate = 2\n", 3),
        (MINIMAL + 'key = "open', 3),
        (MINIMAL + 'name = "twice"\n', 3),
        (MINIMAL + 'key = """open\n\n', 5),
        ("x = " + "[" * 5000, 1),
        ("\n\nx = 2026-02-31", 3),
    ],
)
def test_a_broken_file_names_file_and_line(text: str, line: int) -> None:
    """IT finds the place without a TOML reader at hand."""
    refusal = _refusal(text)
    assert refusal.id == "profile.broken_file"
    assert refusal.title.values == {"file": "it.toml", "line": line}


@pytest.mark.parametrize("pattern", ["[A-Z", "(", "(?=a)"])
@pytest.mark.parametrize(("form", "line"), [("[ids]\npattern = '{}'\n", 4), ("ids = {{ pattern = '{}' }}\n", 3)])
def test_a_pattern_for_ids_that_is_none_is_named(pattern: str, form: str, line: int) -> None:
    """`[ids] pattern = "[A-Z"`, or one that takes no linear time: file, line and field are told, and why."""
    refusal = _refusal(MINIMAL + form.format(pattern))
    assert refusal.id == "id_pattern.unfit"
    place = {"field": "[ids] pattern", "file": "it.toml", "line": line}
    assert refusal.title.values.items() >= place.items()


@pytest.mark.parametrize("field", ["name", "connector_id"])
def test_a_missing_field_is_named(field: str) -> None:
    """A profile without a name or a channel is none."""
    lines = [line for line in MINIMAL.splitlines() if not line.startswith(field)]
    refusal = _refusal("\n".join(lines))
    assert refusal.id == "profile.missing_field"
    assert refusal.title.values == {"file": "it.toml", "line": 1, "field": field}


@pytest.mark.parametrize(
    ("more", "id_", "field", "line"),
    [
        ("user_id = 4497462571", "profile.must_be_text", "user_id", 3),
        ("key = true", "profile.must_be_text", "key", 3),
        ("site = ['https://api.coze.cn']", "profile.must_be_text", "site", 3),
        ("# a comment\nconector = 'x'", "profile.unknown_field", "conector", 4),
        ("read_only = true", "profile.unknown_field", "read_only", 3),
        ("[pacing]\nrate = 2", "profile.unknown_field", "pacing", 3),
        ("[pace]\nrat = 2", "profile.unknown_field", "rat", 4),
        ("proven = 'yes'", "profile.must_be_true_or_false", "proven", 3),
        ("sender = 1", "profile.must_be_true_or_false", "sender", 3),
        ("behaviour = 'add'", "profile.behaviour_unfit", "behaviour", 3),
        ("behaviour = true", "profile.behaviour_unfit", "behaviour", 3),
        ("checked_on = '2026-11-25'", "profile.must_be_date", "checked_on", 3),
        ("checked_on = 2026-11-25T09:30:00", "profile.must_be_date", "checked_on", 3),
        ("checked_by = 7", "profile.must_be_text", "checked_by", 3),
        ("pace = 3", "profile.must_be_table", "pace", 3),
        ("[pace]\nresend = 1.5", "profile.pace_unfit", "resend", 4),
        ("[pace]\nsearch = 1", "profile.must_be_true_or_false", "search", 4),
        ("sign_in = 3", "profile.must_be_table", "sign_in", 3),
        ("[sign_in]\nclient = 'x'", "profile.unknown_field", "client", 4),
        ("[sign_in]\nbrowser_client = 8173", "profile.must_be_text", "browser_client", 4),
        ("[sign_in]\npage = 'www.coze.cn'", "profile.page_unfit", "page", 4),
        (f"[sign_in]\ndevice_client = '{TOKEN}'", "profile.holds_token", "device_client", 4),
        ("list = 'C'", "profile.must_be_table", "list", 3),
        ("[list]\ncolumn = 'C'", "profile.unknown_field", "column", 4),
        ("[list]\nsheet = 'x'\nid_column = 3", "profile.must_be_text", "id_column", 5),
        (f"[list]\nlabel_column = '{'x' * 256}'", "scan_rules.text_too_long", "label_column", 4),
        (f"[list]\nsheet = '{TOKEN}'", "profile.holds_token", "sheet", 4),
        ("handoff = '/mnt'", "profile.must_be_table", "handoff", 3),
        ("[handoff]\nfolder = 'share'", "profile.handoff_unfit", "folder", 4),
        ("[handoff]\nfolder = 7", "profile.handoff_unfit", "folder", 4),
        ("[handoff]\nformat = 'xlsx'", "profile.handoff_unfit", "format", 4),
        (f"[handoff]\nfolder = '/mnt/{TOKEN}'", "profile.holds_token", "folder", 4),
        ("user_name = 'x'\nsite = 'http://api.coze.cn'", "profile.site_plain_http", "site", 4),
        ("label_template = '{x}'", "template.unknown", "x", 3),
        (f"who_to_ask = '{TOKEN}'", "profile.holds_token", "who_to_ask", 3),
        ("token = 'x'", "profile.holds_token", "token", 3),
        ("Access-Token = 'x'", "profile.holds_token", "token", 1),
        (f"{TOKEN} = 1", "profile.holds_token", "token", 1),
    ],
)
def test_what_is_wrong_is_named(more: str, id_: str, field: str, line: int) -> None:
    """A number for an id, a typing error, a token: each is told with its field and line, and without its value."""
    refusal = _refusal(MINIMAL + more + "\n")
    assert refusal.id == id_
    assert {"file": "it.toml", "line": line, "field": field}.items() <= refusal.title.values.items()
    assert TOKEN not in str(refusal)


def test_a_channel_that_nobody_has_checked() -> None:
    """The file says so in words that can be read, and has no day."""
    text = to_toml(Profile("Line 2", "745"))
    assert 'behaviour = "not checked"' in text
    assert "checked_on" not in text
    assert from_toml(text, "it.toml") == Profile("Line 2", "745")


def test_a_connector_id_that_is_a_number_is_refused() -> None:
    """A number would lose its zeros and, in other readers, its last digits."""
    refusal = _refusal('name = "Line 2"\nconnector_id = 7452643923450000001\n')
    assert refusal.id == "profile.must_be_text"
    assert refusal.title.values == {"file": "it.toml", "line": 2, "field": "connector_id"}


def test_a_number_too_long_to_read_is_a_broken_file() -> None:
    """Python refuses to read a number of thousands of digits; that is told like any other fault."""
    digits = "1" * (sys.get_int_max_str_digits() + 1)
    assert _refusal(f"{MINIMAL}user_id = {digits}").id == "profile.broken_file"
