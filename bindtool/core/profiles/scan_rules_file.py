"""Scan rules as tables of a TOML file.

Owns the form. The values are for `rules`; the file around the tables is for `profile_toml` and `learned_rules`.
"""

from __future__ import annotations

from dataclasses import fields
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from bindtool.core.barcode.rules import IdRules, PartRule, ScannerRules, ScanRules
from bindtool.core.common.errors import BadInput
from bindtool.core.model.device import holds_token

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLES: Mapping[str, type[ScannerRules | PartRule | IdRules]] = MappingProxyType(
    {"scanner": ScannerRules, "part": PartRule, "ids": IdRules}
)
"""The tables by their names, which are those of `ScanRules`."""

_NOTHING_SAID = ScanRules()
Rules = TypeVar("Rules", ScannerRules, PartRule, IdRules)


def to_tables(rules: ScanRules, beside: ScanRules = _NOTHING_SAID) -> dict[str, dict[str, str | int | bool]]:
    """Return what of `rules` differs from `beside`, by table and field."""
    tables = {name: _differences(getattr(rules, name), getattr(beside, name)) for name in TABLES}
    return {name: table for name, table in tables.items() if table}


def from_tables(tables: Mapping[str, Any], beside: ScanRules = _NOTHING_SAID) -> ScanRules:
    """Return `beside` with the fields of `tables`, of which only those of `TABLES` are looked at.

    Raises:
        BadInput: "profile.must_be_table", "profile.unknown_field", "profile.holds_token",
            "scan_rules.wrong_kind" with `field`; or what the rules raise.
    """
    return ScanRules(
        _read_table("scanner", tables.get("scanner", {}), beside.scanner),
        _read_table("part", tables.get("part", {}), beside.part),
        _read_table("ids", tables.get("ids", {}), beside.ids),
    )


def _read_table(name: str, values: object, beside: Rules) -> Rules:
    if not isinstance(values, dict):
        raise BadInput("profile.must_be_table", field=name)
    known = {one.name for one in fields(beside)}
    read = {one: getattr(beside, one) for one in known}
    for one, value in values.items():
        if one not in known:
            raise BadInput("profile.unknown_field", field=one)
        read[one] = _value(one, value, read[one])
    return type(beside)(**read)


def _value(name: str, value: object, before: object) -> object:
    if isinstance(before, StrEnum):
        found = next((one for one in type(before) if one == value), None)
        if found is None:
            raise BadInput("scan_rules.wrong_kind", field=name)
        return found
    if type(value) is not type(before):
        raise BadInput("scan_rules.wrong_kind", field=name)
    if isinstance(value, str) and holds_token(value):
        raise BadInput("profile.holds_token", field=name)
    return value


def _differences(
    rules: ScannerRules | PartRule | IdRules, beside: ScannerRules | PartRule | IdRules
) -> dict[str, str | int | bool]:
    pairs = {one.name: (getattr(rules, one.name), getattr(beside, one.name)) for one in fields(rules)}
    return {name: value for name, (value, before) in pairs.items() if value != before}
