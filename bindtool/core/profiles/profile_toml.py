"""A profile as a TOML file, as IT copies it to thirty laptops, with its scan rules as tables."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

import tomli_w

from bindtool.core.common.errors import BadInput
from bindtool.core.common.untrusted_input import parse_toml
from bindtool.core.labels.template import LabelFrom
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.device import holds_token
from bindtool.core.profiles.field_rules import TEXT_FIELDS, field_problem
from bindtool.core.profiles.profile import HandoffRules, ListRules, Profile, RequestSettings, SignInApps
from bindtool.core.scanner.scan_rules import ScanRules

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from _typeshed import DataclassInstance

    from bindtool.core.common.messages import Parameter

T = TypeVar("T", RequestSettings, SignInApps, ListRules, HandoffRules)
C = TypeVar("C", Behaviour, LabelFrom)

TABLES = tuple(one.name for one in fields(ScanRules))
"""The names of the tables, which are the fields of `ScanRules`."""

_NOTHING_SAID = ScanRules()


def to_tables(rules: ScanRules, base: ScanRules = _NOTHING_SAID) -> dict[str, dict[str, str | int | bool]]:
    """Return the values of `rules` that differ from `base`, by table and field."""
    tables = {name: _differences(getattr(rules, name), getattr(base, name)) for name in TABLES}
    return {name: table for name, table in tables.items() if table}


def from_tables(tables: Mapping[str, Any], base: ScanRules = _NOTHING_SAID) -> ScanRules:
    """Return `base` updated with the fields of `tables`; tables outside `TABLES` are ignored.

    Raises:
        BadInput: "profile.must_be_table", "profile.unknown_field", "profile.holds_token",
            "scan_rules.wrong_kind" with `field`; or those of the rules.
    """
    return ScanRules(**{name: _read_table(name, tables.get(name, {}), getattr(base, name)) for name in TABLES})


def _read_table(name: str, values: object, base: DataclassInstance) -> Any:
    if not isinstance(values, dict):
        raise BadInput("profile.must_be_table", field=name)
    known = {one.name for one in fields(base)}
    read = {one: getattr(base, one) for one in known}
    for one, given in values.items():
        if one not in known:
            raise BadInput("profile.unknown_field", field=one)
        read[one] = _value(one, given, read[one])
    return type(base)(**read)


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


def _differences(rules: DataclassInstance, base: DataclassInstance) -> dict[str, str | int | bool]:
    pairs = {one.name: (getattr(rules, one.name), getattr(base, one.name)) for one in fields(rules)}
    return {name: value for name, (value, before) in pairs.items() if value != before}


EXTENSION = ".toml"

_REQUIRED = ("name", "connector_id")
_FLAGS = ("proven", "sender")
_CHOICES = ("behaviour", "label_from")
_TABLES_OF_ITS_OWN = ("pace", "sign_in", "list", "handoff")
_ALL_FIELDS = frozenset({*TEXT_FIELDS, *_FLAGS, *_CHOICES, *TABLES, *_TABLES_OF_ITS_OWN, "checked_on"})
_LINE = r"at line (\d+)"


def to_toml(profile: Profile) -> str:
    """Return the file form; `from_toml` reads it. Every value is written, except tables with default values."""
    values = asdict(profile)
    del values["read_only"], values["in_open_folder"], values["scan"], values["list_rules"]
    if profile.checked_on is None:
        del values["checked_on"]
    unsaid = {
        "sign_in": SignInApps(),
        "handoff": HandoffRules(),
        "updates": "",
        "address": "",
        "label_from": "template",
        "label_pattern": "",
    }
    for name, nothing in unsaid.items():
        if getattr(profile, name) == nothing:
            del values[name]  # left out, so that an older bindtool can read the file
    if profile.pace.search:
        del values["pace"]["search"]  # as above
    lists = _differences(profile.list_rules, ListRules())
    return tomli_w.dumps({**values, **({"list": lists} if lists else {}), **to_tables(profile.scan)})


def from_toml(text: str, origin: str) -> Profile:
    """Parse the file form. `origin` is the file's name in errors; each error has it as `file`, and the `line`.

    Raises:
        BadInput: "profile.broken_file" for invalid TOML; "profile.holds_token", "profile.unknown_field",
            "profile.missing_field", "profile.must_be_text", "profile.must_be_true_or_false",
            "profile.must_be_date", "profile.behaviour_unfit", "profile.label_from_unfit" and
            "profile.must_be_table" with `field`; or those of `Profile`, `RequestSettings`, `SignInApps`,
            `ListRules` and the scan rules.
    """
    source = _Source(text, origin)
    values = source.parse()
    source.refuse_unknown(values, _ALL_FIELDS)
    for field in _REQUIRED:
        if field not in values:
            raise source.error("profile.missing_field", field)
    for field in TEXT_FIELDS:
        if field in values:
            source.check_text(field, values[field])
    for field in _FLAGS:
        if not isinstance(values.get(field, False), bool):
            raise source.error("profile.must_be_true_or_false", field)
    # In Python, a datetime is a date as well.
    if isinstance(values.get("checked_on"), datetime) or not isinstance(values.get("checked_on", date.min), date):
        raise source.error("profile.must_be_date", "checked_on")
    behaviour = source.read_choice("behaviour", values, Behaviour.NOT_CHECKED, "profile.behaviour_unfit")
    label_from = source.read_choice("label_from", values, LabelFrom.TEMPLATE, "profile.label_from_unfit")
    pace = source.read_table("pace", values.pop("pace", {}), RequestSettings)
    sign_in = source.read_table("sign_in", values.pop("sign_in", {}), SignInApps)
    lists = source.read_table("list", values.pop("list", {}), ListRules)
    handoff = source.read_table("handoff", values.pop("handoff", {}), HandoffRules)
    scan = source.read_scan_rules({name: values.pop(name, {}) for name in TABLES})
    try:
        return Profile(
            **values,
            behaviour=behaviour,
            label_from=label_from,
            pace=pace,
            sign_in=sign_in,
            list_rules=lists,
            handoff=handoff,
            scan=scan,
        )
    except BadInput as problem:
        raise source.placed(problem, str(problem.title.values["field"])) from problem


@dataclass(frozen=True, slots=True)
class _Source:
    """The text of a file and its name, to locate errors."""

    text: str
    origin: str

    def error(self, id_: str, field: str) -> BadInput:
        return BadInput(id_, field=field, file=self.origin, line=self._line_of(field))

    def placed(self, problem: BadInput, field: str) -> BadInput:
        """Return a problem with the value of `field`, extended by file and line."""
        place: dict[str, Parameter] = {"field": field, "file": self.origin, "line": self._line_of(field)}
        return BadInput(problem.id, **{**place, **problem.title.values})

    def parse(self) -> dict[str, Any]:
        try:
            return parse_toml(self.text)
        except ValueError as error:
            found = re.search(_LINE, str(error))
            line = int(found[1]) if found else self.text.count("\n") + 1
            raise BadInput("profile.broken_file", file=self.origin, line=line) from error

    def refuse_unknown(self, values: Mapping[str, object], known: Collection[str]) -> None:
        """Refuse an unknown field: IT's typing error would otherwise go unnoticed on thirty laptops."""
        for field in values:
            if holds_token(field) or re.sub("[ _-]", "", field.casefold()).endswith("token"):
                raise self.error("profile.holds_token", "token")
            if field not in known:
                raise self.error("profile.unknown_field", field)

    def check_text(self, field: str, value: object) -> None:
        if not isinstance(value, str):
            raise self.error("profile.must_be_text", field)
        problem = field_problem(field, value)
        if problem is not None:
            raise self.placed(problem, field)

    def read_choice(self, field: str, values: dict[str, Any], default: C, unfit: str) -> C:
        """Pop an enum field from `values` and return the member; `default` if it is missing."""
        given = values.pop(field, default)
        found = next((one for one in type(default) if one == given), None)
        if found is None:
            raise self.error(unfit, field)
        return found

    def read_table(self, name: str, values: object, kind: type[T]) -> T:
        """Create a value from the fields of a table."""
        if not isinstance(values, dict):
            raise self.error("profile.must_be_table", name)
        self.refuse_unknown(values, [one.name for one in fields(kind)])
        try:
            return kind(**values)
        except BadInput as problem:
            raise self.placed(problem, str(problem.title.values["field"])) from problem

    def read_scan_rules(self, tables: Mapping[str, object]) -> ScanRules:
        try:
            return from_tables(tables)
        except BadInput as problem:
            raise self.placed(problem, str(problem.title.values["field"])) from problem

    def _line_of(self, field: str) -> int:
        """Return the line that sets a field, or the first one if that can't be found.

        "[part] name" is the field of that name in that table.
        """
        table, _, name = field.rpartition(" ")
        pattern = re.compile(rf"(?<![\w-]){re.escape(name)}[\"']?\s*[=\]]")
        lines = self.text.split("\n")
        begins = lines.index(table) if table and table in lines else 0
        return next((number for number, line in enumerate(lines, 1) if number > begins and pattern.search(line)), 1)
