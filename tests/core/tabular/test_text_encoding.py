"""Lists from everywhere are read in their encoding, and one that may be in another is said to be unclear."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from itertools import product

import pytest

from bindtool.core.common.errors import BadInput
from bindtool.core.tabular.reader import open_list
from bindtool.core.tabular.table.result import Choices, is_certain
from bindtool.core.tabular.text_encoding import ENCODINGS, Decoded, decode, encoding_called
from tests.core.tabular.reading import read_list
from tests.seeds import seed_of

HEADERS = {
    "zh": "设备编号,名称",
    "tw": "裝置編號,名稱",
    "ja": "機器ID,設置場所",
    "ko": "기기번호,이름",
    "de": "Gerät,Straße",
    "fr": "Numéro,Désignation",
}
LABELS = {
    "zh": "客厅音箱 主卧 书房 会议室 前台 空调 电视 厨房 走廊 仓库 老张的工位 上海办事处 温湿度传感器 郴州",
    "tw": "客廳音箱 臥室 書房 會議室 櫃檯 冷氣 電視 廚房 倉庫 老張的座位 臺北辦公室 溫濕度感測器 門鎖",
    "ja": "リビング 書斎 会議室 受付 スピーカー エアコン テレビ キッチン 倉庫 田中さんの席 大阪支店 センサー",
    "ko": "거실 침실 서재 회의실 안내데스크 스마트스피커 에어컨 텔레비전 복도 창고 김대리 서울본사 온습도센서",
    "de": "Küche Büro Schlafzimmer Flur Gerät Prüfstand Müller Größe München Köln Jäger Türschloss Gebäude",
    "fr": "Réunion Entrée Étage Réception Bureau Dépôt Élodie Hélène Caméra Français Garçon Où Là Château Noël",
}
ROWS = (1, 2, 3, 5, 10, 30)


def lists(language: str, *lengths: int, seed: int | str | None = None) -> Iterator[str]:
    """Yield lists of a language that have so many rows, with a header and without; none of them is all ASCII."""
    chosen = random.Random(seed_of(language) if seed is None else seed)  # noqa: S311 - lists
    labels = LABELS[language].split()
    for rows, header, _ in product(lengths, ("", HEADERS[language] + "\r\n"), range(10)):
        lines = (f"SPK2611{chosen.randrange(16**5):05X},{chosen.choice(labels)}\r\n" for _ in range(rows))
        text = header + "".join(lines)
        if not text.isascii():
            yield text


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        *zip(ENCODINGS, ENCODINGS, strict=True),
        *((shown, name) for name, shown in ENCODINGS.items()),
        ("utf8", "utf-8"),
        (" GBK ", "gb18030"),
        ("gb2312", "gb18030"),
        ("shift_jis", "cp932"),
        ("KS_C_5601-1987", "cp949"),
        ("latin-1", "cp1252"),
        ("", None),
        ("utf-7", None),
        ("hex", None),
    ],
)
def test_what_an_encoding_is_called(name: str, encoding: str | None) -> None:
    """By Python, by people and by pages; case, dashes and spaces are nothing."""
    assert encoding_called(name) == encoding


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_tells_itself(encoding: str) -> None:
    """With a mark and without, whatever the language and however short the list is."""
    name = encoding.removesuffix("-sig").removesuffix("-le").removesuffix("-be")
    for language in LABELS:
        for text in lists(language, *ROWS):
            assert decode(text.encode(encoding)) == Decoded(text, name)


@pytest.mark.parametrize("mark", [b"\xfe\xff", b""])
def test_the_order_of_utf_16(mark: bytes) -> None:
    """Hanzi whose second half is a zero, as in "一", do not hide it."""
    text = "SPK1,一号线\nSPK2,一\n"
    assert decode(mark + text.encode("utf-16-be")) == Decoded(text, "utf-16")


def test_lists_of_chinese_excel_are_clear() -> None:
    """GB18030 is taken without a question, but for a few lists of a word or two that may be Korean as well."""
    texts = list(lists("zh", *ROWS, seed="zh"))  # the share is that of these lists
    found = [decode(text.encode("gb18030")) for text in texts]
    clear = [each == Decoded(text, "gb18030") for text, each in zip(texts, found, strict=True)]
    assert sum(clear) >= 0.97 * len(texts)
    assert [each.unclear for each in found] == [not each for each in clear]


def test_traditional_hanzi_in_gb18030_are_clear() -> None:
    """Whoever works for a company of Taipei in Shenzhen has them."""
    for text in lists("tw", 10, 30):
        assert decode(text.encode("gb18030")) == Decoded(text, "gb18030")


@pytest.mark.parametrize(
    ("language", "encoding", "right"),
    [("de", "cp1252", 1), ("fr", "cp1252", 1), ("ja", "cp932", 1), ("ko", "cp949", 1), ("tw", "cp950", 0.75)],
)
def test_lists_from_elsewhere_are_unclear(language: str, encoding: str, right: float) -> None:
    """None is taken for Chinese without a question; of those in Big5 most are read rightly, of the others all."""
    texts = list(lists(language, *ROWS))
    found = [decode(text.encode(encoding)) for text in texts]
    assert all(each.unclear for each in found)
    assert sum(each.text == text for text, each in zip(texts, found, strict=True)) >= right * len(texts)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"A1,Ger\xe4t\n", Decoded("A1,Gerät\n", "cp1252", unclear=True)),
        # Syllables of Korean are hanzi of the first level, frequent ones and others.
        ("A1,거실".encode("cp949"), Decoded("A1,거실", "cp949", unclear=True)),
        ("A1,空调".encode("gb18030"), Decoded("A1,空调", "gb18030")),
        # Signs that the others have as well.
        ("A1,２５℃".encode("gb18030"), Decoded("A1,２５℃", "gb18030")),
        # Thai, which may look like seldom hanzi and is not offered.
        ("A1,ห้องครัว".encode("cp874"), Decoded("A1,鉅系ㅓ饑", "cp949", unclear=True)),
        ("A1,已耗尽".encode("gb18030"), Decoded("A1,已耗尽", "gb18030")),
        # It is UTF-8 as well, of letters that nobody writes side by side.
        ("A1,模式".encode("gb18030"), Decoded("A1,模式", "gb18030", unclear=True)),
        ("A1,книга".encode(), Decoded("A1,книга", "utf-8")),
    ],
)
def test_texts_of_few_letters(data: bytes, found: Decoded) -> None:
    """What is told of a word or two."""
    assert decode(data) == found


LATE = "A1,客厅音箱\n".encode("gb18030") * 3000 + b"A2,\xff\n"


@pytest.mark.parametrize("data", [b"\x81\xff\xff", b"\xef\xbb\xbf\xff", b"\xff\xfeA", LATE])
def test_an_unreadable_encoding_is_told(data: bytes) -> None:
    """Bytes that no encoding gives are refused, one far down among them, and a wrong byte order mark counts."""
    with pytest.raises(BadInput, match=r"file\.encoding"):
        decode(data)


TEXTS = {"cp1252": "a1,Ä\n", "cp949": "번호,이름\n", "cp932": "番号,名前\n", "cp950": "編號,名稱\n"}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_encoding_may_be_chosen(encoding: str) -> None:
    """Each that is offered is read, with its mark and without; one that can't be right is told."""
    text = TEXTS.get(encoding, "编号,名称\n")
    mark = "" if encoding in TEXTS else "\ufeff"
    assert decode(text.encode(encoding), encoding) == Decoded(text, encoding)
    assert decode((mark + text).encode(encoding), encoding) == Decoded(text, encoding)
    with pytest.raises(BadInput, match=r"file\.encoding"):
        decode(b"\x81\xff\xffA\x81", encoding)


def test_utf_16_without_a_mark_may_be_chosen() -> None:
    """In either order; where nothing tells it, in that of Windows."""
    assert decode("A1\n".encode("utf-16-be"), "utf-16").text == "A1\n"
    assert decode("编号".encode("utf-16-le"), "utf-16").text == "编号"


def test_a_wrong_guess_can_be_corrected() -> None:
    """What a person says goes before all that is guessed."""
    data = "A1,거실".encode("cp949")
    assert [row.label for row in read_list(data, choices=Choices(encoding="gb18030")).rows] == ["芭角"]


def test_an_unclear_list_is_looked_at_where_it_matters() -> None:
    """Letters of an id or a label may be wrong; those of other columns are nobody's matter, and ASCII is clear."""
    doubtful = read_list("device_id,label\nA1,Gerät\n".encode("cp1252"))
    assert doubtful.unclear_encoding is not None
    assert doubtful.unclear_encoding.values == {"encoding": "Windows-1252"}
    assert not is_certain(doubtful)
    elsewhere = read_list("device_id,label,Straße\nA1,one,Köln\n".encode("cp1252"))
    assert elsewhere.opened.unclear
    assert elsewhere.unclear_encoding is None
    assert is_certain(elsewhere)
    assert read_list("device_id,label\nA1,客厅\n".encode("gb18030")).unclear_encoding is None


def test_a_page_that_names_no_encoding() -> None:
    """It is told as that of text is, and another one may be chosen."""
    page = "<html><table><tr><td>A1<td>Büro".encode("cp1252")
    opened = open_list(page)
    assert (opened.grid.rows[0].cells, opened.encoding, opened.unclear) == (("A1", "Büro"), "cp1252", True)
    chosen = open_list(page, choices=Choices(encoding="gb18030"))
    assert (chosen.encoding, chosen.unclear) == ("gb18030", False)


def test_a_list_that_is_clear_loads_nothing() -> None:
    """charset-normalizer takes 40 ms to load."""
    code = (
        "import sys; from bindtool.core.tabular.text_encoding import decode\n"
        "for text in ('A1,one', 'A1,客厅'): decode(text.encode()); decode(text.encode('gb18030'))\n"
        "print('charset_normalizer' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
