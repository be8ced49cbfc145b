"""The names that people give to the columns of a list, and which of them are those of ids and of labels."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_ID_NAMES = (
    *("deviceid", "设备id", "设备标识", "终端id", "终端标识"),
    *("设备编号", "设备号", "设备编码", "终端编号", "deviceno", "devicenumber", "devicecode"),
    *("devicesn", "设备sn", "设备序列号", "设备sn码", "产品序列号", "终端序列号", "整机序列号", "整机sn"),
    *(
        "sn",
        "sn码",
        "sn号",
        "序列号",
        "serialnumber",
        "serialno",
        "serial",
        "机身号",
        "机身编号",
        "出厂编号",
        "产品sn",
    ),
    *("id", "编号"),
)
_LABEL_NAMES = (
    *("label", "标签", "设备标签", "标签名", "标签名称", "devicelabel"),
    *("设备名称", "设备名", "名称", "devicename", "name", "设备别名", "别名", "alias", "备注名"),
)
IDS = {name: rank for rank, name in enumerate(_ID_NAMES)}
LABELS = {name: rank for rank, name in enumerate(_LABEL_NAMES)}
"""The names that a column may have, with how surely each is meant, 0 for surest."""

_LONGEST = 40
_REMARK = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_NO_LETTER = re.compile(r"[\W_]+")


def folded(name: str) -> str:
    """Return a name as names are compared: without case, width, signs and spaces."""
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", name).casefold())


def names_an_id(name: str) -> bool:
    """Tell whether a name is that of the ids."""
    return rank(name, IDS) is not None


def rank(name: str, ranks: Mapping[str, int]) -> int | None:
    """Return how surely a name is one of `ranks`; None where it is not. Case, signs and remarks do not count."""
    if len(name) > _LONGEST:
        return None
    found = ranks.get(folded(name))
    return ranks.get(folded(_REMARK.sub("", unicodedata.normalize("NFKC", name)))) if found is None else found
