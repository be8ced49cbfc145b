"""Files whose bytes changed on the way are read or refused, and nothing else."""

from __future__ import annotations

import io
import random
import zipfile

import pytest

from bindtool.core.common.errors import BadInput
from bindtool.core.tabular.table.result import Choices
from tests.core.tabular.books import ods_rows, xls_of, xlsx_of, zipped
from tests.core.tabular.reading import read_list
from tests.seeds import seed_of

ROWS: list[list[object]] = [
    ["no", "设备 ID", "名称"],
    *[[number, f"SPK{number:04}", "音箱"] for number in range(20)],
]
FILES = {
    "xlsx": xlsx_of(ROWS),
    "xls": xls_of(ROWS),
    "ods": ods_rows(ROWS),
    "html": f"<html><table>{''.join(f'<tr><td>{row[1]}<td>{row[2]}' for row in ROWS)}</table>".encode(),
    "csv": "\n".join(f"{row[1]},{row[2]}" for row in ROWS).encode("gb18030"),
}


def _spoil(data: bytes, chance: random.Random, letters: bytes = bytes(range(256))) -> bytes:
    spoilt = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        spoilt[chance.randrange(len(spoilt))] = chance.choice(letters)
    return bytes(spoilt)


def _spoil_part(data: bytes, chance: random.Random) -> bytes:
    """Change letters of one part, so that the archive itself stays whole."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice([name for name, content in parts.items() if content])
    return zipped(parts | {name: _spoil(parts[name], chance, b"<>/\"'=0123456789 AZaz&;-\xff\0")})


@pytest.mark.parametrize("name", FILES)
def test_a_spoilt_file_is_read_or_refused(name: str) -> None:
    """Whatever byte is wrong, a person gets a list or a message about the file."""
    chance = random.Random(seed_of(20261125))  # noqa: S311 - nothing is hidden by it
    data = FILES[name]
    refusals = set()
    for _ in range(60):
        spoilt = (
            _spoil_part(data, chance) if name in {"xlsx", "ods"} and chance.random() < 0.7 else _spoil(data, chance)
        )
        try:
            assert read_list(spoilt, choices=Choices(id_column=0)).rows
        except BadInput as error:
            refusals.add(error.id)
    assert all(refusal.startswith("file.") for refusal in refusals)
