"""The names that people give to the columns of a list. They rank columns and raise doubts, but never decide alone.

Case, width, punctuation, spaces and remarks in brackets are ignored.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Meaning(IntEnum):
    """The meaning of a column name, the surest name of ids first.

    DEVICE_ID: Coze's own word. SERIAL: the number printed on a device. NUMBER: a number or a code of something.
    ADDRESS: a MAC, an IMEI or the like, the ids of some channels. PART: a name that includes a serial or an
    address, perhaps a battery's. LABEL: the name of a device. NAME: a name of something, or a place. COUNT: a
    running number. UNKNOWN: none of these.
    """

    DEVICE_ID = 0
    SERIAL = 1
    NUMBER = 2
    ADDRESS = 3
    PART = 4
    LABEL = 5
    NAME = 6
    COUNT = 7
    UNKNOWN = 8

    @property
    def names_an_id(self) -> bool:
        """Whether a column of that name may have the ids, by its name alone."""
        return self <= Meaning.ADDRESS


@dataclass(frozen=True, slots=True)
class Name:
    """The meaning of a name; `rank`: the certainty of a label name, 0 for the surest."""

    meaning: Meaning
    rank: int = 0


UNKNOWN = Name(Meaning.UNKNOWN)

_DEVICE_ID = """
deviceid deviceuid deviceidentifier 设备id 设备标识 设备标识码 设备标识符 设备唯一标识 设备唯一码 设备识别码
设备uid 终端id 终端标识 設備id 裝置id 裝置識別碼 設備識別碼 デバイスid 機器id 端末id 디바이스id 기기id 장치id
장비id 단말id geräteid geraeteid gerätid gerätekennung
"""
_SERIAL = """
sn snno snnumber sncode sn码 sn号 sn序列号 sn编号 sn碼 sn號 serial serials serialno serialnr serialnum
serialnumber serialnumbers devicesn productsn unitsn 序列号 序列號 序列码 序列碼 序列编号 设备序列号 设备sn
设备sn码 设备sn号 产品序列号 产品sn 产品sn码 终端序列号 终端sn 整机序列号 整机sn 整机sn码 整机条码 主机序列号
主机sn 机器序列号 机器sn 机器码 机身号 机身码 机身编号 机身序列号 机身sn 机身条码 出厂编号 出厂序列号 sn条码
sn二维码 產品序號 設備序號 裝置序號 機身序號 機身號 製造序號 製造編號 出廠編號 主機序號 產品序列號 設備序列號
seriennummer seriennummern seriennr serialnummer geräteseriennummer fabriknummer fabrikationsnummer シリアル
シリアル番号 シリアルno シリアルナンバー 製造番号 機番 製品シリアル 시리얼 시리얼번호 시리얼넘버 일련번호
제조번호 제품일련번호 제품시리얼번호 numérodesérie ndesérie numerodeserie nosérie nodeserie numerodiserie
numeroseriale seriennum númerodeserie matricola серийныйномер sernr serno snr serialid fabrnr fabriknr
заводскойномер серийныеномера
"""
_NUMBER = """
deviceno devicenr devicenumber devicecode devicekey unitid unitno 设备编号 设备号 设备号码 设备编码 设备码
设备条码 设备条形码 设备二维码 终端编号 终端号 机器编号 机号 機器番号 機器編號 裝置編號 設備編號 設備編碼
装置番号 端末番号 gerätenummer gerätenr geraetenummer 기기번호 장비번호 단말번호 设备资产编号
id ids code codes 编号 編號 编码 編碼 条码 條碼 条形码 條形碼 产品条码 产品条形码 二维码 二维码内容 唯一码
唯一标识 识别码 身份码 资产编号 资产编码 资产条码 固定资产编号 固定资产编码 資產編號 barcode barcodes qr qrcode
assetno assetnumber assettag assetid inventarnummer inventarnr kennung バーコード 管理番号 資産番号 바코드
관리번호 자산번호 식별번호 设备 設備 裝置 device devices gerät geräte equipment
デバイス 기기
"""
_ADDRESS = """
mac macid macaddr macaddress mac地址 mac号 wifimac wlanmac btmac blemac 蓝牙mac 蓝牙地址 蓝牙mac地址 有线mac
无线mac 物理地址 網卡位址 imei imei1 imei2 imei码 imei号 imeino meid esn uuid uuid码 iccid iccid号 imsi eid 串号
串码 國際移動設備識別碼 macアドレス 맥주소 mac주소 macadresse bluetoothaddress bluetoothmac ethernetmac guid
"""
_LABELS = """
label 标签 设备标签 标签名 标签名称 devicelabel 標籤 標籤名稱 ラベル 라벨 设备名称 设备名 devicename 设备别名
别名 alias 备注名 设备昵称 昵称 nickname displayname 显示名称 裝置名稱 設備名稱 デバイス名 機器名 機器名称
기기명 기기이름 장치명 디바이스명 gerätename gerätebezeichnung
"""
_NAMES = """
名称 name 名稱 名前 名字 이름 点位名称 nom nombre 位置 安装位置 安装地点 安装地址 房间 房间号 房号 楼层 楼栋
区域 存放地点 存放位置 使用地点 点位 工位 location site ort standort place room roomno raum floor zone area 場所
部屋 設置場所 위치 장소 설치장소 emplacement lieu ubicación ubicacion luogo местоположение 教室 会议室 場地
安裝位置 комната помещение место название имя salle pièce stanza sala 备注 備註 remark remarks note notes
bemerkung 備考 비고 说明 描述 description beschreibung bezeichnung
"""
_COUNT = """
序号 序號 顺序号 行号 行號 项次 項次 项号 no nos nr lfdnr lfd laufendenummer pos position positionnr itemno
lineno line row rowno sno srno slno index idx seq sequence num number numero 项目号 番号 項番 連番 通番 순번
번호 연번
"""
_LISTS = (
    (Meaning.COUNT, _COUNT),
    (Meaning.NAME, _NAMES),
    (Meaning.LABEL, _LABELS),
    (Meaning.ADDRESS, _ADDRESS),
    (Meaning.NUMBER, _NUMBER),
    (Meaning.SERIAL, _SERIAL),
    (Meaning.DEVICE_ID, _DEVICE_ID),
)

PLAIN_IDS = frozenset(("deviceid", "serialnumber", "sn", "imei", "mac", "设备编号", "设备id", "序列号"))
"""Folded names by which a script takes a column without a rival: a short list, documented in the guide."""

_PART_OF_A_NAME = re.compile(
    r"序列[号號]|[机機]身|シリアル|製造番号|시리얼|серийн|serien|serial|(?<![a-z])(?:sn|s/n|imei|mac|uuid)(?![a-z])",
    re.IGNORECASE,
)
DISCARDED = re.compile(
    r"旧|舊|换|換|坏|壞|故障|废|廢|退|移除|拆|返修|维修|取消|撤回|撤销|停用|勿"
    r"|\b(?:old|faulty|defe[ck]t\w*|broken|replac\w+|return\w*|remove\w*|scrap\w*|repair\w*|cancel\w*|rma"
    r"|verschrott\w*|retour\w*|ausgemustert|devoluc\w*|rebut)",
    re.IGNORECASE,
)
"""Words in a name, a title or a remark by which devices may not be those to bind."""

_REMARK = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】")
_TWO_DIGITS = re.compile(r"\d\d")
_NO_LETTER = re.compile(r"[\W_]+")
_NUMBER_SIGN = frozenset({"#", "№", "nº", "n°"})
_LONGEST = 40


def folded(name: str) -> str:
    """Return a name in its form for comparison: without case, width, punctuation and spaces."""
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", name).casefold())


def _known() -> Mapping[str, Name]:
    return {
        folded(name): Name(meaning, rank) for meaning, names in _LISTS for rank, name in enumerate(names.split())
    }


_KNOWN = _known()


def name_of(text: str) -> Name:
    """Return the meaning of a cell as the name of a column."""
    text = text.strip()
    return _name_of(text) if 0 < len(text) <= _LONGEST else UNKNOWN


@lru_cache(maxsize=1024)
def _name_of(text: str) -> Name:
    if text.casefold() in _NUMBER_SIGN:
        return Name(Meaning.COUNT)
    wide = unicodedata.normalize("NFKC", text)
    remarks = ["".join(found) for found in _REMARK.findall(wide)]
    whole = [_KNOWN[one] for one in map(folded, (wide, _REMARK.sub("", wide), *remarks)) if one in _KNOWN]
    if whole:
        # "设备编号(SN)" is a serial; a unit or "必填" in brackets says nothing.
        sure = [name for name in whole if name.meaning.names_an_id]
        return min(sure, key=lambda name: name.meaning) if sure else whole[0]
    is_part = _PART_OF_A_NAME.search(wide) and not is_no_name(wide)
    return Name(Meaning.PART) if is_part else UNKNOWN


def is_no_name(text: str) -> bool:
    """Return quickly whether a text is no column name: every row of a list is checked; serials have digits."""
    return _TWO_DIGITS.search(text) is not None


def names_an_id(text: str) -> bool:
    """Return whether a text is a known name of a column of ids."""
    return not is_no_name(text) and name_of(text).meaning.names_an_id
