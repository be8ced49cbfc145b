"""The names that people give to the columns of ids and of labels, in Chinese and English.

Owns the names and their order. A name counts however it is written: capitals, full-width letters, spaces,
underscores, a star for "must be filled", a remark in brackets.
"""

from __future__ import annotations

import re
import unicodedata

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
_RANK_OF_ID = {name: rank for rank, name in enumerate(_ID_NAMES)}
_RANK_OF_LABEL = {name: rank for rank, name in enumerate(_LABEL_NAMES)}

_LONGEST = 40
_REMARK = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_NO_LETTER = re.compile(r"[\W_]+")


def id_rank(name: str) -> int | None:
    """Return how surely a name is that of the ids, 0 for surest; None where it is not."""
    return _rank(name, _RANK_OF_ID)


def label_rank(name: str) -> int | None:
    """Return how surely a name is that of the labels, 0 for surest; None where it is not."""
    return _rank(name, _RANK_OF_LABEL)


def names_an_id(name: str) -> bool:
    """Tell whether a name is that of the ids."""
    return id_rank(name) is not None


def _rank(name: str, ranks: dict[str, int]) -> int | None:
    if len(name) > _LONGEST:
        return None
    folded = unicodedata.normalize("NFKC", name).casefold()
    rank = ranks.get(_NO_LETTER.sub("", folded))
    return ranks.get(_NO_LETTER.sub("", _REMARK.sub("", folded))) if rank is None else rank
