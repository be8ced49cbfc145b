"""What a text must not look like, as far as a machine can tell: the terms and marks of CONTRIBUTING.md.

The exceptions stand here with the reason for each.
"""

from __future__ import annotations

import re

import pytest

from tests.i18n.test_catalogue import CATALOGUES

HAN = "\u4e00-\u9fff"

COZE_NAME = "TV端/设备应用/类命令行程序"
"""A kind of app, as Coze's page writes it."""

FORBIDDEN = {
    "en": {
        r"\b(is|are|was|not|been) said\b": "says, shows",
        r"\btold of\b": "reported",
        r"\ball the same\b": "anyway",
        r"\banew\b": "again",
        r"\bgo(es)? along\b": "is sent along",
        r"\bhand(ed|s)? (it )?over\b": "pass",
        r"\bof it (went|was|is)\b": "it",
        r"\bput right\b": "corrected",
        r"\bsmall letters\b": "lower case",
        r"\btake[ns]? (it )?off\b|\btaken off\b": "remove",
        r"\b[Bb]egin again\b": "start again",
        r"\bgo on scanning\b": "keep scanning",
        r"\bif (it|this) stays so\b": "if it stays like this",
        r"(?<!\()\b[Cc]onnector ID\b": "channel ID",
        r"\bcan not\b": "can't",
        r"\.\.\.": "…",
    },
    "zh_CN": {
        "您": "你",
        "张(旧)?清单": "份清单",
        "本软件|本程序": "bindtool",
        "使用说明": "使用指南",
        "忘记": "删除",
        "扫描枪|条码枪|扫描器": "扫码枪",
        "照常扫码": "接着扫码",
        "的时候": "时",
        "对于": "",
        r"(\d|\}) ?(个|部)设备": "台设备",
        "机身标签": "机身贴纸",
        "表达式(?<!正则表达式)": "正则表达式",
        r"\.\.\.": "…",
    },
}
"""What is not to be in a text, and what is said instead."""


def texts(language: str) -> list[tuple[str, str]]:
    """Return all forms of all texts with their ids."""
    return [(id_, form) for id_, forms in CATALOGUES[language].items() for form in forms]


@pytest.mark.parametrize("language", FORBIDDEN)
def test_one_word_for_one_thing(language: str) -> None:
    """Words that have another one in their place stand in no text."""
    found = [
        f"{id_}: “{match[0]}” in “{text}”, say “{instead}”"
        for id_, text in texts(language)
        for pattern, instead in FORBIDDEN[language].items()
        if (match := re.search(pattern, text)) is not None
    ]
    assert found == []


def test_chinese_has_chinese_marks() -> None:
    """No half-width comma, stop, colon or bracket beside a Chinese character, except within an address."""
    marks = re.compile(rf"[{HAN}][,.;:!?()]|[,;!?()][{HAN}]")
    found = [
        f"{id_}: {match[0]}"
        for id_, text in texts("zh_CN")
        if (match := marks.search(re.sub(r"\S+://\S+|主机:端口", "", text))) is not None
    ]
    assert found == []


def test_a_space_stands_between_chinese_and_latin() -> None:
    """One, and none beside a full-width mark."""
    close = re.compile(rf"[{HAN}][A-Za-z0-9]|[A-Za-z0-9][{HAN}]")
    loose = re.compile(r"[A-Za-z0-9}] [，。；：（）“”？、]|[，。；：（“”？、] ")
    found = [
        f"{id_}: {text}"
        for id_, text in texts("zh_CN")
        if close.search(text.replace(COZE_NAME, "")) or loose.search(text.strip())
    ]
    assert found == []


def test_both_languages_end_alike() -> None:
    """A sentence ends with a stop in both; a title, a button and a piece of a line in neither."""
    found = [
        f"{id_}: “{forms[0]}”, “{CATALOGUES['zh_CN'][id_][0]}”"
        for id_, forms in CATALOGUES["en"].items()
        if forms[0].rstrip().endswith(".") != CATALOGUES["zh_CN"][id_][0].rstrip().endswith("。")
    ]
    assert found == []


def test_a_title_has_no_stop() -> None:
    """It stands over what follows it."""
    assert [id_ for id_, text in texts("en") if id_.endswith(".title") and text.endswith(".")] == []


def test_every_error_says_what_to_do() -> None:
    """Its hint is a sentence, in both languages, or ends with what the system or a server has said."""
    # Those of fields and cards are not sentences.
    endings = re.compile(r"([.?。？）)`]|\{\w+\})$")
    found = [
        f"{id_}: {text}"
        for language in CATALOGUES
        for id_, text in texts(language)
        if id_.endswith(".hint")
        and not id_.startswith(("part_rule.", "profile_form.", "welcome."))
        and f"{id_.removesuffix('.hint')}.title" in CATALOGUES["en"]
        and not endings.search(text)
    ]
    assert found == []


def test_one_is_no_plural() -> None:
    """“1 devices” is said by nobody: the form of one has no plural after its number."""
    plural = re.compile(r"\{n[^}]*\} (?:\w+ )?(devices|rows|labels|sheets|results|lines|entries|cells|days)\b")
    found = [id_ for id_, forms in CATALOGUES["en"].items() if len(forms) > 1 and plural.search(forms[0])]
    assert found == []
