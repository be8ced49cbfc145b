"""An open file is where it was, or it is not: moved, deleted and replaced are told apart from touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from bindtool.core.common.data_folder import KnownFile


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file in a folder of its own."""
    path = tmp_path / "data" / "file"
    path.parent.mkdir()
    path.write_text("first")
    return path


def test_what_is_in_it_does_not_matter(file: Path) -> None:
    """A file that is written to stays the same one."""
    known = KnownFile.at(file)
    file.write_text("second")
    assert known.is_there


def test_moved_and_put_back(file: Path) -> None:
    """It is gone with its folder, and there again with it."""
    known = KnownFile.at(file)
    file.parent.rename(file.parent.with_name("moved"))
    assert not known.is_there
    file.parent.with_name("moved").rename(file.parent)
    assert known.is_there


def test_another_in_its_place(file: Path) -> None:
    """A file of the same name and content is another one."""
    known = KnownFile.at(file)
    copy = file.with_name("copy")
    copy.write_text("first")
    copy.replace(file)
    assert not known.is_there


def test_none(tmp_path: Path) -> None:
    """What is not there can't be known."""
    with pytest.raises(FileNotFoundError):
        KnownFile.at(tmp_path / "nothing")
