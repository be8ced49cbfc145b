"""What spreadsheets show of numbers, errors, truth, money and dates is no id, in whatever language."""

from __future__ import annotations

import pytest

from bindtool.core.model.row import HoldReason
from bindtool.core.tabular.table.grid import CellFault
from bindtool.core.tabular.table.text_faults import fault_in_id, fault_in_label, is_date

_ERRORS = (
    *("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!"),
    *("#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#PYTHON!", "#EXTERNAL!", "#TIMEOUT!"),
    *("#NV", "#WERT!", "#BEZUG!", "#ZAHL!", "#ÜBERLAUF!", "#VALEUR!"),
    *("#NOM?", "#¡VALOR!", "#¿NOMBRE?", "#N/D", "#Н/Д"),
    *("Err:502", "Err:509", "错误:502", "错误：504", "#n/a", " #REF! ", "＃Ｎ／Ａ"),
)
_BOOLEANS = ("TRUE", "FALSE", "true", "False", "WAHR", "FALSCH", "VRAI", "ИСТИНА", "真", "假", "ＴＲＵＥ", " TRUE")
_AMOUNTS = (
    *("¥1,299.00", "￥99", "$12.50", "-$3", "($3.00)", "1.299,00 €"),
    *("1,299.50\u00a0€", "99元", "1.5万元", "12.5%", "5％"),
    *("1,234", "1,234,567.89", "12,50", "1.234,00", "£5", "HK$20", "-1,299.00"),
)
_DATES = (
    *("2026-11-02", "2026/11/2", "2026.11.02", "2026-11-02 10:30"),
    *("2026-11-02T10:30:00", "2026年11月2日", "2026年11月"),
    *("11月2日", "11月2号", "02.11.2026", "11/2/2026", "11/2/2026 9:05 AM", "2-Nov", "2-Nov-26", "Nov-26", "10:30"),
    *("10:30:00", "２０２６－１１－０２", " 2026-11-02 "),
)
_IDS = (
    *("000123", "A1", "SN-2026-11", "2026-13-02", "2026-11-02-001", "20261102", "1.10", "12.50", "TRUE1", "NOV-26"),
    *("#1", "#A1", "A+1", "=A1", "=(1)", "1E5", "1-2-3", "12-34"),
    *("AA:BB:CC:DD:EE:FF", "24:00", "Err:5", "$A1", "5%A", "N/A", ""),
    *("SPK26113F2001", "设备1", "x" * 100, "#" + "x" * 100, "ABC"),
)


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        *((text, HoldReason.CELL_ERROR) for text in _ERRORS),
        *((text, HoldReason.CELL_SCIENTIFIC) for text in ("1.23E+11", " 1e+15 ", "####", "########")),
        *((text, HoldReason.CELL_FORMULA) for text in ("=VLOOKUP(A2,B:C,2,0)", "=WENN(A1)", "＝SUM(1) ")),
        *((text, HoldReason.CELL_BOOLEAN) for text in _BOOLEANS),
        *((text, HoldReason.CELL_AMOUNT) for text in _AMOUNTS),
    ],
)
def test_a_text_tells_what_it_was(text: str, lost: HoldReason) -> None:
    """What is no id is no date besides; what has lost something is no name either, and the rest may be one."""
    found = fault_in_id(text)
    assert found is not None
    assert found.reason is lost
    assert fault_in_label(text) == (None if found.spares_labels else found)
    assert not is_date(text)


@pytest.mark.parametrize("text", _DATES)
def test_a_date_looks_like_one(text: str) -> None:
    """It has lost nothing that is known, and a maker may have such ids, so that a person says."""
    assert is_date(text)
    assert fault_in_id(text) is None


@pytest.mark.parametrize("text", _IDS)
def test_an_id_is_none_of_them(text: str) -> None:
    """However much of a number, a sign or a date is in it."""
    assert (fault_in_id(text), fault_in_label(text), is_date(text)) == (None, None, False)


def test_a_fault_has_the_text_as_it_is_shown() -> None:
    """Without the spaces around it, and with ASCII's digits."""
    assert fault_in_id(" ５％ ") == CellFault(HoldReason.CELL_AMOUNT, "5%")
