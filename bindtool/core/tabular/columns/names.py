"""The names that people give to the columns of a list, and what each of them says is in its column.

A name that is known as a whole says most; else its words do, as in "整机序列号(必填)" or "Device serial no.". Case,
width, signs, spaces and remarks in brackets do not count.
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from bindtool.values import value

if TYPE_CHECKING:
    from collections.abc import Mapping


class Meaning(IntEnum):
    """What a name says of its column, the surest name of ids first.

    DEVICE_ID: Coze's own word. SERIAL: what stands on a device. DEVICE_NUMBER: a number of a device, perhaps its
    owner's. NUMBER: an id of something, or a code. ADDRESS: a MAC, an IMEI or the like, which some channels have
    for ids. UNKNOWN: nothing. PART: a serial of a battery, or of the device that was there before. LABEL: what a
    device is called. NAME: what something is called, or a place; a label where it has such words. COUNT: a running
    number. OTHER: an article, an order, a date and so on.
    """

    DEVICE_ID = 0
    SERIAL = 1
    DEVICE_NUMBER = 2
    NUMBER = 3
    ADDRESS = 4
    UNKNOWN = 5
    PART = 6
    LABEL = 7
    NAME = 8
    COUNT = 9
    OTHER = 10

    @property
    def names_an_id(self) -> bool:
        """Whether a column of that name may have the ids, for its name."""
        return self <= Meaning.ADDRESS


@value(frozen=True, slots=True)
class Name:
    """What a name says; `exact`: it is known as a whole, and `rank`: how sure one of labels is, 0 for surest."""

    meaning: Meaning
    exact: bool = False
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
_DEVICE_NUMBER = """
deviceno devicenr devicenumber devicecode devicekey unitid unitno 设备编号 设备号 设备号码 设备编码 设备码
设备条码 设备条形码 设备二维码 终端编号 终端号 机器编号 机号 機器番号 機器編號 裝置編號 設備編號 設備編碼
装置番号 端末番号 gerätenummer gerätenr geraetenummer 기기번호 장비번호 단말번호 设备资产编号
"""
_NUMBER = """
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
_OTHER = """
型号 型號 机型 規格 规格 规格型号 产品型号 设备型号 产品 产品名称 品名 商品 商品名称 物料 物料名称 物料编码
物料编号 物料号 料号 品号 品番 型番 货号 产品编码 产品编号 商品编码 sku spu model modelno modell product
productname productcode article articleno artikel artikelnr artikelnummer art artno item itemcode itemname
material materialnr materialno materialnumber partno partnumber pn 件号 ean ean13 upc gtin isbn hs 品類 類別
类别 类型 分类 type typ category order orderno ordernumber orderid auftrag auftragsnr bestellung bestellnr po
pono 订单 订单号 订单编号 訂單號 注文番号 발주번호 주문번호 工单 工单号 工单编号 工單 製令 任务单号 生产订单
workorder wo 单号 单据号 单据编号 出库单号 入库单号 发货单号 送货单号 合同号 合同编号 发票号 invoice invoiceno
rechnung lieferschein lieferscheinnr delivery deliveryno 快递单号 快递 物流单号 运单号 tracking trackingno 箱号
箱码 外箱号 外箱码 栈板号 托盘号 carton cartonno box boxno pallet palletno 批次 批号 批次号 批號 lot lotno
lotnumber batch batchno charge ロット 数量 數量 qty quantity menge anzahl count 수량 個数 单位 單位 unit einheit
单价 價格 价格 金额 金額 price amount preis betrag total 单价元 日期 时间 時間 生产日期 出厂日期 发货日期
入库日期 出库日期 安装日期 date time datum zeit created createdat updatedat 日付 日時 날짜 comment comments 客户
客户名称 客戶 客户编号 顾客 customer customerno kunde kundennr 取引先 고객 供应商 供应商编码 vendor supplier
lieferant 状态 狀態 status state zustand 状態 상태 结果 检测结果 测试结果 result ok qc 版本 版本号 固件版本
软件版本 硬件版本 version firmware fw hardware software 地址 address adresse 部门 部門 department abteilung 仓库
库位 仓位 warehouse lager lagerort 人员 姓名 联系人 负责人 操作员 操作人 检验员 经办人 签名 user username owner
operator contact 担当 담당자 电话 联系电话 手机 手机号 电话号码 tel phone telefon mobile 邮箱 email mail ip
ip地址 ipaddress 网关 端口 port url 链接 密码 password 颜色 color colour farbe 品牌 brand 产地 序列 门店
门店名称 门店编号 店铺 store shop filiale 国家 城市 city land 学校 班级 医院 科室 床号 fabricant hersteller
manufacturer 厂家 厂商 制造商 生产厂家 故障描述 station 工站 购置日期 资产名称 毛重 净重 重量 weight gewicht
使用人 保管人 领用人 检验结果 检测 工序 线别 班次 plant storage quantityonhand 预留 工号 学号 员工编号 员工号
用户id 用户 userid uid 身份证 身份证号 证件号 车牌 车牌号 卡号 账号 帐号 会员号 座位号 激活码 授权码 licensekey
license licence secret devicesecret productkey employee employeeno staffno studentid personalnummer
"""

_LISTS = (
    (Meaning.OTHER, _OTHER),
    (Meaning.COUNT, _COUNT),
    (Meaning.NAME, _NAMES),
    (Meaning.LABEL, _LABELS),
    (Meaning.ADDRESS, _ADDRESS),
    (Meaning.NUMBER, _NUMBER),
    (Meaning.DEVICE_NUMBER, _DEVICE_NUMBER),
    (Meaning.SERIAL, _SERIAL),
    (Meaning.DEVICE_ID, _DEVICE_ID),
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_REMARK = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】")
_TWO_DIGITS = re.compile(r"\d\d")
_NO_LETTER = re.compile(r"[\W_]+")
_WORD = r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_a-zA-Z]+"
_NUMBER_SIGN = frozenset({"#", "№", "nº", "n°"})
_LONGEST = 40

# What a name is made of; which of it decides, is in `_by_words`.
_OTHER_WORDS = (
    "订单|訂單|工单|单号|單號|订货|合同|发票|客户|客戶|顾客|供应|物料|料号|品号|货号|商品|型号|型號|规格|機種|机型|(?<!音)箱|托盘|栈板|批次|批号|快递"
    "|运单|物流|日期|时间|數量|数量|金额|单价|备注|版本|软件|固件|硬件版|电话|手机号|联系|地址|用户|会员|员工|学生|证件|账号|帐号|授权|激活|卡号|仓库|库位|门店|楼|房间|状态|结果|人员|负责|姓名"
    "|注文|数$|日$|전화|주문|고객|수량|날짜"
)
_OTHER_LATIN = _words(
    """
    order auftrag bestell bestellung customer kunde invoice rechnung article artikel item material model
    modell type typ batch lot charge carton box pallet tracking date datum time qty quantity menge price
    version firmware phone tel email user owner staff employee member account status result count product part
    vendor supplier category ip port location room licence license activation
    ticket bot app channel session request
    """
)
_PART_WORDS = (
    "电池|電池|电源|屏|主板|模组|模块|遥控|充电|适配|配件|部件|旧|新|原|更换|替换|蓝牙名|客户|摄像"
    "|后.位|末.位|尾号|起始|开始|结束|截止|首号|末号"
)
_PART_LATIN = _words(
    """
    battery board pcb module adapter adaptor charger remote screen panel old new previous psu alt neu
    first last start end from to
    """
)
_SERIAL_WORDS = "序列号|序列號|序列码|機身|机身|シリアル|製造番号|시리얼|일련번호|серийн|seriennummer|serialnummer"
_SERIAL_LATIN = frozenset({"sn", "serial", "serials", "serien", "seriennr"})
_DEVICE_WORDS = "设备|终端|主机|整机|机器|設備|終端|裝置|機器|デバイス|端末|기기|장치|디바이스|단말|gerät"
_DEVICE_LATIN = _words("device unit machine terminal equipment geraet")
_THINGS = "音箱|音响|锁|灯|网关|插座|开关|摄像|传感|平板|机器人|手表|耳机|玩具|面板|控制器|路由|盒子|打印机|电表"
_THINGS_LATIN = _words(
    "speaker lock lamp light gateway sensor camera tablet robot watch meter socket switch controller"
)
_ID_LATIN = _words("id ids identifier")
_NUMBER_WORDS = "编号|編號|编码|編碼|标识|識別|番号|번호|nummer|[号號码碼]$"
_NUMBER_LATIN = _ID_LATIN | _words("no nr number code tag")
_CODE_WORDS = "条码|條碼|条形码|二维码|唯一码|识别码|バーコード|바코드"
_CODE_LATIN = _words("barcode barcodes qr qrcode")
_ADDRESS_LATIN = frozenset({"mac", "imei", "meid", "uuid", "iccid", "imsi", "eid"})


def folded(name: str) -> str:
    """Return a name as names are compared: without case, width, signs and spaces."""
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", name).casefold())


def _known() -> Mapping[str, Name]:
    return {
        folded(name): Name(meaning, exact=True, rank=rank)
        for meaning, names in _LISTS
        for rank, name in enumerate(names.split())
    }


_KNOWN = _known()


def name_of(text: str) -> Name:
    """Return what a cell says as the name of a column."""
    text = text.strip()
    return _name_of(text) if 0 < len(text) <= _LONGEST else UNKNOWN


@lru_cache(maxsize=1024)
def _name_of(text: str) -> Name:
    if text.casefold() in _NUMBER_SIGN:
        return Name(Meaning.COUNT, exact=True)
    wide = unicodedata.normalize("NFKC", text)
    remarks = ["".join(found) for found in _REMARK.findall(wide)]
    whole = [_KNOWN.get(folded(one)) for one in (wide, _REMARK.sub("", wide), *remarks)]
    exact = [name for name in whole if name is not None]
    if exact:
        # "设备编号(SN)" is a serial; a unit or "必填" in brackets says nothing.
        sure = [name for name in exact if name.meaning.names_an_id]
        return min(sure, key=lambda name: name.meaning) if sure else exact[0]
    return Name(_by_words(wide)) if not any(map(str.isdigit, wide)) else UNKNOWN


def _by_words(text: str) -> Meaning:
    """Return what the words say that a name is made of; a number of nobody knows what is none of a device."""
    words = {word.casefold() for word in re.findall(_WORD, text)}
    joined = text.casefold()
    serial = bool(re.search(_SERIAL_WORDS, joined) or words & _SERIAL_LATIN)
    device = bool(re.search(_DEVICE_WORDS, joined) or words & _DEVICE_LATIN)
    number = bool(re.search(_NUMBER_WORDS, joined) or words & _NUMBER_LATIN)
    address = bool(words & _ADDRESS_LATIN)
    if re.search(_OTHER_WORDS, joined) or (words & _OTHER_LATIN and not serial):
        return Meaning.OTHER
    if re.search(_PART_WORDS, joined) or words & _PART_LATIN:
        return Meaning.PART if serial or address or number else Meaning.UNKNOWN
    if serial and address:
        # "SN/MAC": both of them in one cell, or whichever there is.
        return Meaning.UNKNOWN
    if serial:
        return Meaning.SERIAL
    if address:
        return Meaning.ADDRESS
    if device and number:
        return Meaning.DEVICE_ID if words & _ID_LATIN else Meaning.DEVICE_NUMBER
    is_thing = bool(re.search(_THINGS, joined) or words & _THINGS_LATIN)
    is_code = bool(re.search(_CODE_WORDS, joined) or words & _CODE_LATIN)
    return Meaning.NUMBER if is_code or (is_thing and number) else Meaning.UNKNOWN


def is_no_name(text: str) -> bool:
    """Tell at once that a text names no column: each row of a list is asked, and serials have digits."""
    return _TWO_DIGITS.search(text) is not None


def names_an_id(text: str) -> bool:
    """Tell whether a text is known as the name of a column of ids."""
    if is_no_name(text):
        return False
    name = name_of(text)
    return name.exact and name.meaning.names_an_id
