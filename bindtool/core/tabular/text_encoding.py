"""Detects the encoding of a text: by its byte order mark, else by the everyday characters that it decodes to.

UTF-8 is self-evident. Nearly any bytes are valid in nearly any of the others, so the resulting characters decide:
`_EVERYDAY` has the usual ones. If several encodings give such characters, or none does, charset-normalizer is
asked. All but UTF-8, UTF-16 and plain Chinese in GB18030 is in doubt.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ENCODINGS = MappingProxyType(
    {
        "utf-8": "UTF-8",
        "gb18030": "GB18030",
        "cp950": "Big5",
        "cp932": "Shift-JIS",
        "cp949": "EUC-KR",
        "cp1252": "Windows-1252",
        "utf-16": "UTF-16",
    }
)
"""The encodings that a person may choose, by their Python names, with their usual names; a byte order mark goes
with the Unicode ones. The others are those of Windows, which are supersets of their namesakes."""

_NAMES = MappingProxyType(
    {
        "utf-8": ("utf8", "utf8sig"),
        "gb18030": ("gb18030", "gbk", "gb2312", "cp936"),
        "cp950": ("big5", "cp950"),
        "cp932": ("shiftjis", "xsjis", "sjis", "cp932"),
        "cp949": ("euckr", "ksc56011987", "uhc", "cp949"),
        "cp1252": ("windows1252", "iso88591", "latin1", "cp1252"),
        "utf-16": ("utf16",),
    }
)
"""The names of each in files and in use, without punctuation; a name mostly means its larger successor."""


def encoding_called(name: str) -> str | None:
    """Return an encoding's name in `ENCODINGS` by any of its names, None if unknown; ignores case and dashes."""
    bare = re.sub(r"[\W_]", "", name).lower()
    return next((encoding for encoding, names in _NAMES.items() if bare in names), None)


_MARKS = (("utf-8", b"\xef\xbb\xbf"), ("utf-16", b"\xff\xfe"), ("utf-16", b"\xfe\xff"))

_EVERYDAY = MappingProxyType(
    {
        # GB 2312: symbols, full-width letters, hanzi of the first level.
        "gb18030": re.compile(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]"),
        # Symbols, hanzi of the first level.
        "cp950": re.compile(rb"[\xa1-\xc5].|\xc6[\x40-\x7e]", re.DOTALL),
        # Most half-width kana, symbols, kana, kanji of the first level.
        "cp932": re.compile(rb"[\xac-\xdf]|[\x81-\x83\x88-\x97].|\x98[\x40-\x72]", re.DOTALL),
        # KS X 1001: symbols, syllables.
        "cp949": re.compile(rb"[\xa1-\xa3\xb0-\xc8][\xa1-\xfe]"),
        # Letters, degree and micro.
        "cp1252": re.compile(rb"[\x8a\x8c\x8e\x9a\x9c\x9e\x9f\xb0\xb5\xc0-\xd6\xd8-\xf6\xf8-\xff]"),
    }
)
"""The usual characters in each encoding, by their bytes there."""

_IN_A_ROW = re.compile(rb"[\x80-\xff]{3}")
"""Letters with accents have others between them, hanzi are consecutive."""

_HANZI_OF_UTF_8 = re.compile(rb"[\xe0-\xff]")

_FREQUENT = frozenset(
    "设备编号名称序列标签型规格产品数量日期注位置状态类终端部门地址负责人电话单用户合计小总共条码机身出厂智能音箱"
    "视空调冰洗衣锁灯开关插座窗帘摄像头打印平板手表耳筒传感器温湿度烟雾网路由主屏幕键盘故事学习管理通讯信客餐卧书"
    "房厨卫生间浴阳台走廊厅前后左右东西南北中上下内外高低大新旧一二三四五六七八九十百千万楼层区栋室车会议办公财务"
    "行政市场销售研发线工仓库质检测试样维修待货已未正常损坏报废展示培训校医院酒店铺超宿舍食堂老师家长同幼儿园班级"
    "司分京海广州深杭成都武汉重庆天津江苏浙山河湖福建安徽省县镇村街道花社国王李张刘陈杨赵黄周吴徐孙马朱胡郭何林罗"
    "郑梁谢宋唐许韩冯曹曾彭董明华文军丽红金志云春秀英强伟的有不是个在了和我他这为们时来到说要也可就得对自动系统接"
    "入点语控制水气无蓝绿白黑色加油操作现组队服代商份什么应全选停止知模式目录择效果以看进方定先经体此如没给与问更"
    "最种第次被及请确认完错误提显原因取消保存件图片夹℃·—…、。，；：！？（）《》“”【】×①②③④⑤⑥⑦⑧⑨⑩"
    "０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ－"
)
"""The usual characters in Chinese names of devices, rooms, places and people."""

_MOSTLY, _NEARLY_ALL, _HALF, _SOME = 0.75, 0.9, 0.5, 0.2
_ENOUGH = 6
"""Distinct characters; fewer may be everyday ones by chance."""

_SAMPLE = 2000
"""Lines that are examined."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text without a byte order mark, and its original encoding, by its name in `ENCODINGS`.

    `unclear`: it may be another one.
    """

    text: str
    encoding: str
    unclear: bool = False


def decode(data: bytes, encoding: str | None = None) -> Decoded:
    """Decode a file's bytes.

    `encoding`: the one chosen by a person, or declared in the file; its byte order mark is removed.

    Raises:
        BadInput: "file.encoding" if none fits, "file.not_a_table" if it is no text at all.
    """
    known = encoding or next((name for name, mark in _MARKS if data.startswith(mark)), None)
    if known is None and not data.isascii() and b"\0" not in data:
        return _guessed(data)
    if known is None:
        known = "utf-16" if _order(data) else "utf-8"
    found = _decoded(data, known)
    if found is None or "\0" in found.text:
        raise BadInput("file.not_a_table" if b"\0" in data and not encoding else "file.encoding")
    return found


def _decoded(data: bytes, name: str, *, unclear: bool = False) -> Decoded | None:
    """Return the decoded text; None if it is not in that encoding."""
    marked = name != "utf-16" or data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode(name if marked else f"utf-16-{_order(data) or 'le'}")
    except UnicodeDecodeError:
        return None
    return Decoded(text.removeprefix("\ufeff"), name, unclear)


def _order(data: bytes) -> str:
    """Return "le" or "be" for UTF-16 without a byte order mark, "" for other bytes.

    Ids, delimiters and line ends are ASCII, and each of their characters has a zero byte, all on the same side;
    there are few on the other.
    """
    first, second = data[::2].count(0), data[1::2].count(0)
    if len(data) % 2 or 8 * max(first, second) < len(data) or max(first, second) < 4 * min(first, second):
        return ""
    return "be" if first > second else "le"


def _guessed(data: bytes) -> Decoded:
    """Decode bytes that are not ASCII and have neither byte order mark nor zero.

    Raises:
        BadInput: "file.encoding" if no encoding fits.
    """
    sample = b"".join(islice((line for line in io.BytesIO(data) if not line.isascii()), _SAMPLE))
    utf_8 = _decoded(data, "utf-8")
    if utf_8 is not None and (_HANZI_OF_UTF_8.search(sample) or not _IN_A_ROW.search(sample)):
        return utf_8
    texts = dict(_texts(sample))
    shares = {name: _share(text, name) for name, text in texts.items()}
    chinese = _is_chinese(texts.get("gb18030", frozenset()), shares, alone=utf_8 is None)
    if utf_8 is not None and not chinese:
        return utf_8
    likely = [name for name, share in shares.items() if share >= _MOSTLY]
    if likely in ([], ["gb18030"]):
        likely = list(shares)
    best = "gb18030" if chinese else _asked(sample, sorted(likely, key=shares.__getitem__))
    # Both views agree, or charset-normalizer's was not needed.
    clear = utf_8 is None and best == "gb18030" and (chinese or shares.get(best, 0) >= _MOSTLY)
    found = _decoded(data, best, unclear=not clear)
    if found is None:
        raise BadInput("file.encoding")
    return found


def _texts(sample: bytes) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the non-ASCII characters for each encoding in which the bytes are valid, by its name."""
    for name in _EVERYDAY:
        found = _decoded(sample, name)
        if found is not None and not (name == "cp1252" and _IN_A_ROW.search(sample)):
            yield name, frozenset(each for each in found.text if not each.isascii())


def _share(characters: frozenset[str], *names: str) -> float:
    """Return the share of characters that are everyday ones in any of some encodings."""
    known = sum(any(_is_everyday(each, name) for name in names) for each in characters)
    return known / len(characters)


def _is_everyday(character: str, name: str) -> bool:
    return _EVERYDAY[name].fullmatch(character.encode(name, "ignore")) is not None


def _is_chinese(hanzi: frozenset[str], shares: Mapping[str, float], *, alone: bool) -> bool:
    """Return whether a text makes sense in GB18030, and more than in any other encoding.

    `hanzi`: its characters there. `alone`: it is not UTF-8.
    """
    alone = alone and all(share < _NEARLY_ALL for name, share in shares.items() if name != "gb18030")
    if shares.get("gb18030", 0) >= _MOSTLY:
        return len(hanzi & _FREQUENT) > (_SOME if alone else _HALF) * len(hanzi)
    # Traditional hanzi, as in Taiwan and Hong Kong.
    return alone and len(hanzi) >= _ENOUGH and _share(hanzi, "gb18030", "cp950") >= _NEARLY_ALL


def _asked(sample: bytes, names: Sequence[str]) -> str:
    """Return charset-normalizer's choice among some encodings; the last one if it can't decide."""
    # It takes 40 ms to load, and hardly any list needs it.
    from charset_normalizer import from_bytes

    found = from_bytes(sample, cp_isolation=list(names)).best() if len(names) > 1 else None
    if found is not None and found.encoding in names:
        return found.encoding
    return names[-1] if names else "gb18030"
