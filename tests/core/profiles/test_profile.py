"""What a profile may hold, and what is said of the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.core.model.channel import Behaviour, Channel
from bindtool.core.model.device import holds_token
from bindtool.core.profiles.field_rules import TEXT_FIELDS, problems, tidy
from bindtool.core.profiles.profile import PACE_BOUNDS, Profile, RequestSettings, SignInApps, Site
from bindtool.core.profiles.profile_toml import from_toml, to_toml

CONNECTOR = "7452643923450000001"
TOKEN = "pat_0123456789abcdefABCDEF"


def _pace(field: str, value: object) -> RequestSettings:
    values: dict[str, Any] = {field: value}
    return RequestSettings(**values)


def test_the_defaults() -> None:
    """A name and a connector id are enough; the rest is what people and profiles rely on."""
    profile = Profile("Line 2", CONNECTOR)
    assert profile.channel == Channel("https://api.coze.cn", CONNECTOR, "device_id", "")
    assert profile.label_template == "{id:-6}"
    assert profile.pace == RequestSettings(50, 1, 2.0, 10.0, 30.0, 2)
    assert not profile.proven
    assert not profile.read_only


FIXED_IP = "https://static-api.coze.cn"
GATEWAY = "https://coze.example.com"


def test_the_vendors_fixed_ip_address_as_the_site() -> None:
    """As a profile of before has it: the site is the vendor's, reached by that address."""
    profile = Profile("Line 2", CONNECTOR, site=f"{FIXED_IP}:443/")
    assert (profile.site, profile.address) == (Site.COZE_CN, FIXED_IP)
    assert profile.channel == Channel(Site.COZE_CN, CONNECTOR, "device_id")
    assert profile.channel.origin == FIXED_IP
    assert replace(profile, site=FIXED_IP, address=GATEWAY).channel.origin == GATEWAY
    assert from_toml(to_toml(profile), "") == profile


@pytest.mark.parametrize(("address", "kept"), [("", ""), (" https://API.Coze.cn/ ", ""), (f"{GATEWAY}/", GATEWAY)])
def test_the_address_is_tidied(address: str, kept: str) -> None:
    """The site itself is none, and what is not there stays out of the file, which an older bindtool reads too."""
    profile = Profile("Line 2", CONNECTOR, address=address)
    assert profile.address == kept
    assert ("address" in to_toml(profile)) is bool(kept)


@pytest.mark.parametrize(
    ("site", "address", "counts"),
    [
        (Site.COZE_CN, "", True),
        (Site.COZE_CN, FIXED_IP, True),
        (Site.COZE_COM, FIXED_IP, False),
        (Site.COZE_CN, "https://other.coze.cn", False),
        (Site.COZE_CN, f"{FIXED_IP}.example.com", False),
        (Site.COZE_CN, f"{FIXED_IP}:8443", False),
        (Site.COZE_CN, "http://127.0.0.1:8080", False),
        (GATEWAY, Site.COZE_CN, False),
    ],
)
def test_which_addresses_count(site: str, address: str, *, counts: bool) -> None:
    """The vendor's own for its site, and any that an administrator has put into the machine's folder."""
    profile = Profile("Line 2", CONNECTOR, site=site, address=address)
    assert profile.address_counts is counts
    assert replace(profile, read_only=True).address_counts


@pytest.mark.parametrize("address", ["coze.example.com", f"{GATEWAY}/api", "http://coze.example.com", "ftp://x"])
def test_what_is_no_address(address: str) -> None:
    """It is an origin as the site is: a private link that speaks plain http would show the token."""
    assert "address" in problems({"address": address})
    with pytest.raises(BadInput):
        Profile("Line 2", CONNECTOR, address=address)


def test_the_token_has_the_profiles_name_or_its_own() -> None:
    """Several profiles can share a token by naming it."""
    profile = Profile("Line 2", CONNECTOR)
    assert profile.token == "Line 2"
    assert replace(profile, token_name="shared").token == "shared"


def test_what_is_known_of_the_channel() -> None:
    """Nothing, unless somebody says so; a channel that was checked has accepted devices, as has a proven one."""
    profile = Profile("Line 2", CONNECTOR)
    assert (profile.behaviour, profile.checked_by, profile.checked_on) == (Behaviour.NOT_CHECKED, "", None)
    assert not profile.sender
    assert not profile.known_to_accept
    assert replace(profile, proven=True).known_to_accept
    assert replace(profile, behaviour=Behaviour.REPLACES).known_to_accept


def test_values_are_tidied() -> None:
    """What a paste adds goes, and nothing else."""
    profile = Profile(
        " 智能音箱（二线） ",
        f"\ufeff{CONNECTOR}\u200b ",
        site="HTTPS://API.Coze.com:443/",
        key=" device_id\n",
        user_id=" 4497462571 ",
        who_to_ask=" the IT desk ",
    )
    assert profile.name == "智能音箱（二线）"
    assert profile.channel == Channel(Site.COZE_COM, CONNECTOR, "device_id", "4497462571")
    assert profile.who_to_ask == "the IT desk"


@pytest.mark.parametrize(
    "site",
    [
        "https://api.coze.cn",
        "https://coze.example:8443",
        "https://10.0.0.5",
        "https://[2001:db8::1]:8443",
        "http://127.0.0.1:8765",
        "http://127.200.3.4",
        "http://localhost:8765",
        "http://[::1]:8765",
    ],
)
def test_a_site_is_an_origin(site: str) -> None:
    """Any https origin, and plain http to this computer."""
    assert Profile("p", CONNECTOR, site=site).site == site


def test_the_default_port_is_no_other_site() -> None:
    """The ledger tells channels apart by the site's text, so equal sites are written alike."""
    assert tidy("site", "http://localhost:80/") == "http://localhost"
    assert tidy("site", "https://api.coze.cn:443") == "https://api.coze.cn"
    assert tidy("site", "https://api.coze.cn:80") == "https://api.coze.cn:80"


@pytest.mark.parametrize(
    "site",
    [
        "http://api.coze.cn",
        "http://10.0.0.5",
        "http://localhost.example",
        "http://128.0.0.1",
        "http://[2001:db8::1]",
    ],
)
def test_plain_http_leaves_no_computer(site: str) -> None:
    """A token never crosses a network in plain text."""
    assert problems({"site": site}) == {"site": Message.of("profile.site_plain_http.title")}


@pytest.mark.parametrize(
    "site",
    [
        "",
        "api.coze.cn",
        "ftp://api.coze.cn",
        "https://",
        "https://api.coze.cn/v1",
        "https://api.coze.cn//",
        "https://api.coze.cn?x=1",
        "https://api.coze.cn#x",
        "https://user:secret@api.coze.cn",
        "https://api.coze.cn:0",
        "https://api.coze.cn:65536",
        "https://api.coze.cn:port",
        "https://api coze.cn",
        "https://api..coze.cn",
        "https://-api.coze.cn",
        "https://接口.cn",
        "https://[::1",
        "https://[::1::2]",
        f"https://{'a' * 64}.cn",
        f"https://{'.'.join(['abcdefghi'] * 26)}",
    ],
)
def test_anything_else_is_no_site(site: str) -> None:
    """A path, a query, credentials and what is no address are refused."""
    assert problems({"site": site}) == {"site": Message.of("profile.site_unfit.title")}


@pytest.mark.parametrize("value", ["", "745264392345******", "745 264", "a/b", "é", "1" * 65])
def test_a_connector_id_is_letters_and_digits(value: str) -> None:
    """It stands in the path of the request, so nothing else may be in it."""
    with pytest.raises(BadInput, match=r"profile\.connector_id_unfit"):
        Profile("p", value)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", Message.of("profile.name_unfit.title", limit=80)),
        ("name", " ", Message.of("profile.name_unfit.title", limit=80)),
        ("name", "a\tb", Message.of("profile.name_unfit.title", limit=80)),
        ("name", "a" * 81, Message.of("profile.name_unfit.title", limit=80)),
        ("key", "", Message.of("profile.key_unfit.title", limit=128)),
        ("key", "a\0b", Message.of("profile.key_unfit.title", limit=128)),
        ("key", "k" * 129, Message.of("profile.key_unfit.title", limit=128)),
        ("user_id", "449***", Message.of("profile.user_id_unfit.title")),
        ("user_name", "a\nb", Message.of("profile.user_name_unfit.title", limit=80)),
        ("token_name", "t" * 81, Message.of("profile.token_name_unfit.title", limit=80)),
        ("who_to_ask", "a\x1bb", Message.of("profile.who_to_ask_unfit.title", limit=80)),
        ("ledger", "db.example", Message.of("ledger.address_unfit.title")),
        ("ledger", "postgresql://bench:x@db.example/ledger", Message.of("ledger.address_has_password.title")),
        ("shared_folder", "bindtool", Message.of("profile.shared_folder_unfit.title")),
        ("shared_folder", "../bindtool", Message.of("profile.shared_folder_unfit.title")),
        ("shared_folder", "\\bindtool", Message.of("profile.shared_folder_unfit.title")),
        ("shared_folder", "/mnt/a\nb", Message.of("profile.shared_folder_unfit.title")),
        ("shared_folder", "/" + "a" * 1000, Message.of("profile.shared_folder_unfit.title")),
        ("updates", "http://it.example/bindtool.json", Message.of("profile.updates_unfit.title")),
        ("updates", "https://", Message.of("profile.updates_unfit.title")),
        ("updates", "https://who:secret@it.example/", Message.of("profile.updates_unfit.title")),
        ("updates", "https://it.example/a b", Message.of("profile.updates_unfit.title")),
        ("updates", "https://it.example/a#b", Message.of("profile.updates_unfit.title")),
        ("updates", "https://it.example/" + "a" * 1000, Message.of("profile.updates_unfit.title")),
        ("label_template", "{x}", Message.of("template.unknown.title", field="x")),
        ("label_template", "{", Message.of("template.broken.title")),
    ],
)
def test_a_problem_is_told_by_its_field(field: str, value: str, message: Message) -> None:
    """Each rule has words of its own, and the profile itself refuses alike."""
    assert problems({field: value}) == {field: message}
    values: dict[str, Any] = {"name": "p", "connector_id": CONNECTOR, field: value}
    with pytest.raises(BadInput) as caught:
        Profile(**values)
    assert caught.value.title == message


@pytest.mark.parametrize(
    "folder", ["/mnt/台账", "//server/share/bindtool", r"\\server\share", "C:/bindtool", r"d:\b"]
)
def test_a_shared_folder_is_whole(folder: str) -> None:
    """One file goes to all laptops: what is a whole path on one system is taken on each, as it stands."""
    profile = Profile("p", CONNECTOR, ledger=" postgresql://bench@db.example/ledger ", shared_folder=f" {folder} ")
    assert profile.shared_folder == folder
    assert profile.ledger == "postgresql://bench@db.example/ledger"


@pytest.mark.parametrize(
    "address", ["https://it.example/bindtool.json", "HTTPS://IT.example:8443/a?b=c", "https://it"]
)
def test_only_the_machines_profile_names_an_address_for_updates(address: str) -> None:
    """One of the user's own keeps the address, and nobody is asked."""
    own = Profile("p", CONNECTOR, updates=f" {address} ")
    assert own.updates == address
    assert own.updates_address == ""
    assert replace(own, read_only=True).updates_address == address


def test_a_form_hears_of_every_problem_at_once() -> None:
    """All fields are judged, and those that fit are not named."""
    values = {**dict.fromkeys(TEXT_FIELDS, "\n\x00"), "label_pattern": "("}
    assert set(problems(values)) == set(TEXT_FIELDS)
    assert problems({"name": "p", "connector_id": CONNECTOR, "user_id": "", "user_name": "", "key": "sn"}) == {}


@pytest.mark.parametrize("field", TEXT_FIELDS)
@pytest.mark.parametrize("text", [TOKEN, f"令牌：{TOKEN}。", f"令牌{TOKEN}", f"Bearer {TOKEN}"])
def test_no_field_takes_a_token(field: str, text: str) -> None:
    """A token pasted into the wrong field is refused, and not repeated."""
    message = problems({field: text})[field]
    assert message == Message.of("profile.holds_token.title", field=field)


def test_ordinary_words_hold_no_token() -> None:
    """Short and other words are left alone."""
    assert not holds_token("pat_short, a patch and sat_1")


@pytest.mark.parametrize("field", PACE_BOUNDS)
def test_pace_has_bounds(field: str) -> None:
    """The bounds themselves fit; beyond them, and what is no number, does not."""
    low, high = PACE_BOUNDS[field]
    for value in (low, high):
        assert getattr(_pace(field, value), field) == value
    for unfit in (-1, high + 1, float("nan"), float("inf"), True, False, "1"):
        with pytest.raises(BadInput) as caught:
            _pace(field, unfit)
        assert caught.value.id == "profile.pace_unfit"
        assert caught.value.title.values == {"field": field, "low": low, "high": high}


def test_counts_are_whole_and_rates_need_not_be() -> None:
    """Half a device is refused, half a second is not."""
    with pytest.raises(BadInput, match="batch_size"):
        _pace("batch_size", 1.5)
    assert RequestSettings(rate=0, connect_timeout=5, answer_timeout=0.5).rate == 0


def test_a_rate_may_be_without_limit_but_not_nearly_none() -> None:
    """0 is no limit; a rate so small that nothing would leave is a mistake."""
    assert RequestSettings(rate=0.0).rate == 0.0
    with pytest.raises(BadInput, match="rate"):
        RequestSettings(rate=1e-9)


def test_the_apps_for_signing_in_are_tidied() -> None:
    """What a paste adds goes; without a page it is the site's own, where that is known."""
    apps = SignInApps(" 8173420653665306.app.coze\n", "", "HTTPS://WWW.Coze.cn/")
    assert (apps.browser_client, apps.page) == ("8173420653665306.app.coze", "https://www.coze.cn")
    sites = (Site.COZE_CN, Site.COZE_COM, "https://api.example.com")
    assert [SignInApps().page_of(site) for site in sites] == ["https://www.coze.cn", "https://www.coze.com", ""]


@pytest.mark.parametrize(
    ("field", "value", "id_"),
    [
        ("browser_client", "8173 420", "profile.client_unfit"),
        ("device_client", "扣子", "profile.client_unfit"),
        ("device_client", 8173, "profile.must_be_text"),
        ("device_client", TOKEN, "profile.holds_token"),
        ("page", "http://www.coze.cn", "profile.page_unfit"),
        ("page", "https://www.coze.cn/sign", "profile.page_unfit"),
        ("page", f"https://www.coze.cn/{TOKEN}", "profile.holds_token"),
    ],
)
def test_an_app_for_signing_in_that_can_not_be(field: str, value: object, id_: str) -> None:
    """The field is told, and never the value."""
    values: dict[str, Any] = {field: value}
    with pytest.raises(BadInput) as caught:
        SignInApps(**values)
    assert (caught.value.id, caught.value.title.values) == (id_, {"field": field})


@pytest.mark.parametrize(
    ("site", "page", "strange"),
    [
        (Site.COZE_CN, "", False),
        (Site.COZE_CN, "https://www.coze.cn", False),
        (Site.COZE_CN, "https://coze.cn", False),
        (Site.COZE_CN, "https://www.coze.com", True),
        (Site.COZE_CN, "https://www.coze.cn.example.com", True),
        (Site.COZE_CN, "https://evilcoze.cn", True),
        ("https://api.example.com", "", False),
        ("https://api.example.com", "https://sign.example.com:8443", False),
        ("https://bots.example.com", "https://www.example.com", True),
        ("https://bots.example.com", "https://sign.bots.example.com", False),
        ("https://api.cn", "https://www.coze.cn", True),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8001", False),
        ("http://127.0.0.1:8000", "https://www.coze.cn", True),
    ],
)
def test_whose_page_people_sign_in_on(site: str, page: str, *, strange: bool) -> None:
    """One that is not of the site's domain is strange, unless an administrator has set it."""
    profile = Profile("Line 2", CONNECTOR, site=site, sign_in=SignInApps("1.app.coze", page=page))
    assert profile.page_is_strange is strange
    assert not replace(profile, read_only=True).page_is_strange
