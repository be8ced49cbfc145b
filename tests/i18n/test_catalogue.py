"""The words: every text that the program asks for is there in both languages, and none that nobody asks for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from bindtool.core.api.responses import NeverSent, NotSent
from bindtool.core.binding.advice import obstacle_title
from bindtool.core.common import errors
from bindtool.core.common.messages import Message
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.row import HoldReason, NoteReason
from bindtool.i18n.catalogue import LANGUAGES, Texts, system_language
from bindtool.practice import channel
from bindtool.resource_paths import asset
from tests.checkout import ROOT

PACKAGE = ROOT / "bindtool"

PARTIAL = [
    "core/diagnostics/workstation_check.py: NotSent",
    "core/intake/holds.py: HoldReason",
    "gui/binding/channel_check/page.py: CheckStep",
    "gui/binding/footer_bar.py: Step",
    "gui/binding/summary_banner.py: Mark",
    "gui/binding/to_handle/row_story.py: State",
    "gui/network/login_dialog.py: _State",
    "gui/reports/controller.py: ReportScope",
    "gui/reports/controller.py: ReportScope",
    "gui/scanning/controller.py: ScanResult",
    "gui/scanning/rescan_mode.py: State",
    "gui/scanning/setup/fault_watch.py: CaseRule",
    "gui/sheet/tools/list_imports.py: HoldReason",
]
"""Tables of ids for some members of an enum: no other is looked up there, or the others have a text in common."""

FILE_ENDINGS = (".csv", ".db", ".ini", ".json", ".log", ".toml", ".txt")
"""What looks like an id and names a file."""

ERRORS = {name for name, value in vars(errors).items() if isinstance(value, type)}
_ID = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+")


def read_catalogue(language: str) -> dict[str, tuple[str, ...]]:
    """Return the forms of each text by its id: one, or one for each plural of the language."""
    path = asset("translations", language, "LC_MESSAGES", "bindtool.po")
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    texts = {}
    for message in catalogue:
        if message.id:
            id_ = message.id if isinstance(message.id, str) else message.id[0]
            texts[id_] = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return texts


CATALOGUES = {language: read_catalogue(language) for language in LANGUAGES}
IDS = set(CATALOGUES["en"])
AREAS = {id_.partition(".")[0] for id_ in IDS}


def places(forms: tuple[str, ...]) -> set[str]:
    """Return the names of the parameters that a text has places for."""
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name is not None}


@dataclass(frozen=True)
class Use:
    """An id in the code, or the stem of two.

    `parameters`: what a call hands over, None where it can't be seen. `of_error`: it makes an error.
    """

    where: str
    id: str
    parameters: frozenset[str] | None = None
    of_error: bool = False


@cache
def trees() -> dict[str, ast.Module]:
    """Return the program's modules by their paths."""
    files = sorted(PACKAGE.rglob("*.py"))
    return {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in files}


@cache
def uses() -> tuple[Use, ...]:
    """Return every id in the program."""
    return tuple(_found())


def _found() -> Iterator[Use]:
    for path, tree in trees().items():
        prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        calls = {id(node.args[0]): node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args}
        for node in ast.walk(tree):
            text = _text(node)
            if text is None or id(node) in prose or not _ID.fullmatch(text):
                continue
            if text.partition(".")[0] in AREAS and (
                {text, f"{text}.title"} & IDS or not text.endswith(FILE_ENDINGS)
            ):
                yield _use(f"{path}:{getattr(node, 'lineno', 0)}", text, calls.get(id(node)))


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "HoldReason":
        return HoldReason[node.attr].value
    if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "NoteReason":
        return NoteReason[node.attr].value
    return None


def _use(where: str, id_: str, call: ast.Call | None) -> Use:
    if call is None:
        return Use(where, id_)
    function = ast.unparse(call.func).rpartition(".")[2]
    takes_parameters = function in ERRORS | {"of", "texts", "_texts"}
    open_ended = any(keyword.arg is None for keyword in call.keywords)
    names = frozenset(keyword.arg for keyword in call.keywords if keyword.arg is not None)
    return Use(where, id_, names if takes_parameters and not open_ended else None, function in ERRORS)


def texts_of(use: Use) -> set[str]:
    """Return the ids of the catalogue that an id in the code leads to: itself, or those of its title and hint."""
    if use.id in IDS and not use.of_error:
        return {use.id}
    pair = {f"{use.id}.title", f"{use.id}.hint"}
    return pair if use.of_error else pair & IDS


def put_together(node: ast.AST) -> str:
    """Return the text of an f-string or of an addition, with `{}` for what is not known before it runs; else ""."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return "".join(put_together(side) or _text(side) or "{}" for side in (node.left, node.right))
    return ""


# ---------------------------------------------------------------- the catalogues


def test_both_languages_have_the_same_texts() -> None:
    """No text is missing in one of them, and none is empty."""
    assert set(CATALOGUES["zh_CN"]) == IDS
    empty = [id_ for texts in CATALOGUES.values() for id_, forms in texts.items() if not all(forms)]
    assert empty == []


def test_both_languages_have_the_same_places() -> None:
    """A translation fills in what the other one does; only the number may be left out of a single case."""
    different = {
        id_: (places(forms), places(CATALOGUES["zh_CN"][id_]))
        for id_, forms in CATALOGUES["en"].items()
        if places(forms) != places(CATALOGUES["zh_CN"][id_])
    }
    assert different == {}


def test_the_compiled_catalogues_are_up_to_date() -> None:
    """What set-up compiled is what stands in the sources."""
    for language, texts in CATALOGUES.items():
        spoken = Texts(language)
        plain = {id_: forms[0] for id_, forms in texts.items() if len(forms) == 1 and not places(forms)}
        # Of a number in English, but not in Chinese: asked for with one, as the program does.
        said = {id_: spoken(id_, n=1) if len(CATALOGUES["en"][id_]) > 1 else spoken(id_) for id_ in plain}
        assert said == {id_: form.replace("{{", "{").replace("}}", "}") for id_, form in plain.items()}


# ---------------------------------------------------------------- the code and the catalogues


def test_every_text_that_is_asked_for_is_there() -> None:
    """Each id in the code has its text; that of an error has a title and a hint."""
    missing = [f"{use.where}: {id_}" for use in uses() for id_ in (texts_of(use) or {use.id}) if id_ not in IDS]
    assert missing == []


def test_every_text_is_found_in_the_code() -> None:
    """Each id of the catalogue stands literally in the code, or its stem does: with .title or .hint taken off."""
    assert sorted(IDS - {id_ for use in uses() for id_ in texts_of(use)}) == []


def test_no_id_is_put_together() -> None:
    """No text that is put together can be an id, except where .title and .hint are put to a stem."""
    found = []
    for path, tree in trees().items():
        for node in ast.walk(tree):
            form = put_together(node)
            if _ID.fullmatch(form.replace("{}", "x")) and form.strip("{}."):
                made = re.compile(re.escape(form).replace(r"\{\}", "[a-z0-9_.]+"))
                found += [f"{path}: {form}" for id_ in IDS if made.fullmatch(id_)][:1]
    assert sorted(found) == ["core/common/messages.py: {}.hint", "core/common/messages.py: {}.title"]


def test_every_table_of_ids_is_whole() -> None:
    """A table from an enum to ids has all its members."""
    enums: dict[str, list[set[str]]] = {}
    for tree in trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and any("Enum" in ast.unparse(base) for base in node.bases):
                members = {ast.unparse(one.targets[0]) for one in node.body if isinstance(one, ast.Assign)}
                enums.setdefault(node.name, []).append(members)
    partial = []
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Dict) and any(
                _text(each) in IDS for value in node.values for each in ast.walk(value)
            ):
                keys = [key for key in node.keys if isinstance(key, ast.Attribute)]
                for name in {ast.unparse(key.value) for key in keys} & enums.keys():
                    known = {key.attr for key in keys if ast.unparse(key.value) == name}
                    if known not in enums[name]:
                        partial.append(f"{path}: {name}")
    assert sorted(partial) == PARTIAL


def test_every_place_is_filled() -> None:
    """Whoever asks for a text hands over all that it has places for."""
    unfilled = [
        f"{use.where}: {id_} lacks {sorted(lacking)}"
        for use in uses()
        if use.parameters is not None
        for id_ in texts_of(use) & IDS
        if (lacking := places(CATALOGUES["en"][id_]) - use.parameters)
    ]
    assert unfilled == []


# ---------------------------------------------------------------- how a text is said


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [("en", "1 result unknown", "2 results unknown"), ("zh_CN", "1 台结果未知", "2 台结果未知")],
)
def test_plurals(language: str, one: str, two: str) -> None:
    """A text with a number has the form that goes with it."""
    texts = Texts(language)
    assert (texts("advice.unknown.title", n=1), texts("advice.unknown.title", n=2)) == (one, two)


def test_a_text_that_is_not_there() -> None:
    """Its id is shown, so that a person has something to report."""
    assert Texts("en")("no.such_text", n=3) == "no.such_text"


def test_braces_that_are_no_places() -> None:
    """A text about templates shows them as they are typed, with parameters or without."""
    assert "speaker-{id:-6}" in Texts("en")("cli.help.label_template")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_placeholder_of_a_label_template_is_named(language: str) -> None:
    """Where one is wrong, those that there are stand in the hint as they are typed, and work so."""
    with pytest.raises(errors.BadInput) as caught:
        LabelTemplate.parse("{x}")
    named = re.findall(r"\{[a-z].*?\}", Texts(language).say(caught.value.hint))
    assert set(named) == {"{id}", "{id:6}", "{id:-6}", "{date}", "{n}", "{n:3}"}
    assert all(LabelTemplate.parse(field) for field in named)


def test_what_fills_a_place_turns_nothing_around() -> None:
    """A server's message with a mark of direction would turn our own words after it; it is seen as its code."""
    words = Texts("en")("reason.repeat", row="3\u202e\x1b[2J\nx")
    assert words == Texts("en")("reason.repeat", row="3\\u202e\\u001b[2J\nx")
    assert "\u202e" not in words


def test_a_message_is_said() -> None:
    """Its parameters are filled in; where nobody is named to ask, somebody is found."""
    texts = Texts("en")
    assert texts.say(Message.of("reason.repeat", row=7)) == "the same ID as row 7"
    named = Message.of("advice.billing.hint", who="Li", left=4)
    nobody = Message.of("advice.billing.hint", who="", left=4)
    assert texts.say(named).startswith("Tell Li.")
    assert texts.say(nobody).startswith("Tell your IT person.")


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("张工", "向张工索取"),
        ("IT", "向 IT 索取"),
        ("Lin, 8021", "向 Lin, 8021 索取"),
        ("张工 8021", "向张工 8021 索取"),
    ],
)
def test_a_person_in_a_chinese_sentence(who: str, said: str) -> None:
    """Beside Latin letters and digits there is a space, and beside a Chinese name none."""
    assert Texts("zh_CN")("advice.no_token.hint", who=who).endswith(f"令牌请{said}。")


@pytest.mark.parametrize("site", ["127.0.0.1:8080", "localhost:8080", "[::1]:8080", "http://127.0.0.1", "::1"])
def test_a_site_on_this_computer_is_called_so(site: str) -> None:
    """Nobody reads an address of loopback; the words for it begin a sentence as others do."""
    texts = Texts("en")
    assert texts("history.channel", site=site, channel="1") == "channel 1 on this computer"
    assert texts("token_check.accepted.title", site=site) == "This computer accepts the token"


def test_a_host_on_this_computer_keeps_its_port() -> None:
    """It tells which of the computer's programs is meant, as far as the message has it."""
    texts = Texts("en")
    assert (
        texts("obstacle.tls.title", host="localhost:8080") == "No secure connection to port 8080 of this computer"
    )
    assert texts("check.site_reached", site="http://[::1]:8080") == "Port 8080 of this computer answers"
    assert texts("ledger.unreachable.title", host="::1") == "The shared ledger on this computer can't be reached"


def test_a_command_line_shows_addresses() -> None:
    """Whoever works there has set them."""
    texts = Texts("en", addresses=True)
    assert texts("obstacle.tls.title", host="localhost:8080") == "No secure connection to localhost:8080"
    assert (
        texts.in_language("zh_CN")("check.site_reached", site="http://127.0.0.1:1") == "http://127.0.0.1:1 有回复"
    )


def test_this_computer_stands_in_a_chinese_sentence_without_spaces() -> None:
    """Chinese puts a space around an address in Latin letters, and none between its own characters."""
    texts = Texts("zh_CN")
    assert texts("token_check.accepted.title", site="127.0.0.1:80") == "本机接受这个令牌"
    assert texts("token_check.accepted.title", site="coze.cn") == "coze.cn 接受这个令牌"
    assert texts("head.channel_line", site="127.0.0.1:80", channel="1", developer="A").startswith("本机 · 渠道 1 ")
    assert texts("obstacle.untrusted.title", host="127.0.0.1:80") == "这台电脑不信任本机 80 端口的证书"


def test_the_address_of_a_proxy_is_shown() -> None:
    """It is compared with the computer's settings, and named to `bindtool proxy set`."""
    refused = NeverSent(datetime(2026, 11, 27, tzinfo=UTC), NotSent.PROXY, "403", "http://127.0.0.1:7890")
    assert Texts("en").say(obstacle_title(refused)) == "The proxy http://127.0.0.1:7890 lets nothing through"


@pytest.mark.parametrize(
    ("language", "profile", "account"), [("en", "Practice", "Practice account"), ("zh_CN", "练习", "练习账号")]
)
def test_what_has_a_name_in_each_language(language: str, profile: str, account: str) -> None:
    """The profile of practice is called in the window's language, and only there; others are called as they are."""
    practice = Texts("en", channel.NAMES).in_language(language)
    assert practice.name(channel.PROFILE_NAME) == profile
    said = practice("check.token_accepted", site="https://api.coze.cn", account=channel.NICK_NAME)
    assert account in said
    assert practice.name("Line 2") == "Line 2"
    assert practice.stored_names(profile[:2].upper()) == (channel.PROFILE_NAME, channel.NICK_NAME)
    assert (practice.stored_names(""), practice.stored_names("Line 2")) == ((), ())
    assert Texts(language).name(channel.PROFILE_NAME) == channel.PROFILE_NAME


def test_sentences_together() -> None:
    """English has a space between them, Chinese none; what is empty leaves no trace, and a title gets its stop."""
    assert Texts("en").together("One.", "", "Two.") == "One. Two."
    assert Texts("zh_CN").together("一。", "", "二。") == "一。二。"
    assert Texts("en").together("A title", "One.", "A title") == "A title. One. A title"
    assert Texts("zh_CN").together("标题", "一？", "") == "标题。一？"
    assert Texts("en").together("", "") == ""


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "zh_TW.UTF-8"}, "zh_CN"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "de_DE.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "zh_CN:en"}, "zh_CN"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": ""}, "zh_CN"),
        ({"LANG": "C"}, "en"),
    ],
)
def test_the_language_of_the_system(environment: dict[str, str], language: str) -> None:
    """Chinese on a Chinese system, by the first variable that is set; English elsewhere."""
    assert system_language(environment) == language
