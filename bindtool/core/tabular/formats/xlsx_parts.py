"""The parts of Excel's workbooks that sheets refer to: relationships, number formats, shared texts.

The cells are read in `xlsx`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bindtool.core.tabular.formats.number_format import GENERAL, NumberFormat
from bindtool.core.tabular.formats.zip_xml import MOST_PARTS, Handlers, path_of
from bindtool.core.tabular.table.grid import Room

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bindtool.core.common.progress import ReadingProgress
    from bindtool.core.tabular.formats.zip_xml import Archive

T = TypeVar("T")

_NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""The usual one, and that of "Strict Open XML"."""

_RELATIONSHIP = "http://schemas.openxmlformats.org/package/2006/relationships Relationship"
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class SharedParts:
    """What the cells of all sheets refer to: texts by number, number formats by style, where dates begin."""

    strings: list[str]
    formats: list[NumberFormat]
    from_1904: bool


@dataclass(frozen=True, slots=True)
class Relationships:
    """The parts that a part names, by their kind, such as "styles", and by their id."""

    by_kind: Mapping[str, str]
    by_id: Mapping[str, str]


def named(handlers: Mapping[str, T]) -> dict[str, T]:
    """Return handlers by the full names of spreadsheet elements."""
    return {f"{namespace} {name}": handler for namespace in _NAMESPACES for name, handler in handlers.items()}


def full_names(*names: str) -> list[str]:
    """Return the full names of spreadsheet elements."""
    return [f"{namespace} {name}" for namespace in _NAMESPACES for name in names]


def unescaped(text: str) -> str:
    """Return a text as it was before characters that XML can't hold were written as _x000D_."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def whole_number(text: str | None) -> int:
    """Return a number that stands in an attribute; -1, which names nothing, where there is none."""
    return int(text) if text is not None and text.isdecimal() and len(text) < 10 else -1  # noqa: PLR2004 - 32 bits


def read_relationships(archive: Archive, base: str, progress: ReadingProgress) -> Relationships:
    """Return what the part `base` refers to; "" is the archive itself."""
    folder, _, name = base.rpartition("/")
    by_kind: dict[str, str] = {}
    by_id: dict[str, str] = {}
    room = Room(rows=MOST_PARTS)

    def relationship(attributes: dict[str, str]) -> None:
        room.take(rows=1)
        path = path_of(base, attributes.get("Target", ""))
        by_kind.setdefault(attributes.get("Type", "").rpartition("/")[2], path)
        by_id[attributes.get("Id", "")] = path

    rels = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    archive.read_xml(rels, Handlers({_RELATIONSHIP: relationship}), progress)
    return Relationships(by_kind, by_id)


def read_formats(archive: Archive, path: str, progress: ReadingProgress) -> list[NumberFormat]:
    """Return how each style shows a number, in the order of the styles."""
    codes: dict[int, str] = {}
    known: dict[int, NumberFormat] = {}
    room = Room()
    formats: list[NumberFormat] = []
    in_cells: list[bool] = []

    def number_format(attributes: dict[str, str]) -> None:
        code = attributes.get("formatCode", "")
        room.take(rows=1, characters=len(code))
        codes[whole_number(attributes.get("numFmtId"))] = code

    def style(attributes: dict[str, str]) -> None:
        if in_cells:
            id_ = whole_number(attributes.get("numFmtId"))
            if id_ not in known:
                # Thousands of styles show numbers alike.
                known[id_] = NumberFormat.parse(codes[id_]) if id_ in codes else NumberFormat.of_id(id_)
            room.take(rows=1)
            formats.append(known[id_])

    handlers = Handlers(
        named({"numFmt": number_format, "cellXfs": lambda _: in_cells.append(True), "xf": style}),
        named({"cellXfs": in_cells.clear}),
    )
    archive.read_xml(path, handlers, progress)
    return formats or [GENERAL]


def read_strings(archive: Archive, path: str, progress: ReadingProgress) -> list[str]:
    """Return the texts that cells share, in their order; how they are to be pronounced is left out."""
    strings: list[str] = []
    room = Room()

    def end() -> None:
        room.take(cells=1)
        strings.append(unescaped(handlers.take()))

    handlers = Handlers({}, named({"si": end}), full_names("t"), full_names("rPh"))
    archive.read_xml(path, handlers, progress)
    return strings
