"""Where a person's file may go."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bindtool.core.common.data_folder import DataFolder
from bindtool.core.common.errors import BadInput
from bindtool.core.common.output_files import check_output, check_place, write_output
from bindtool.core.profiles.profile import Profile
from bindtool.core.profiles.repository import export_profile

PROFILE = Profile("line", "7412345678901234567")


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """A data folder with a database and a profile."""
    folder = DataFolder(tmp_path / "data")
    folder.profiles.mkdir(parents=True)
    folder.database.write_bytes(b"ledger")
    (folder.profiles / "it.toml").write_bytes(b"profile")
    return folder


def refused(path: Path, folder: DataFolder, *inputs: Path | int) -> str:
    """Return why a file may not go there."""
    with pytest.raises(BadInput) as caught:
        check_output(path, folder, inputs)
    return caught.value.id


def test_a_file_of_a_persons_own_is_replaced(folder: DataFolder, tmp_path: Path) -> None:
    """An earlier report goes; so does any file with a name of its own, in the data folder too."""
    for path in (tmp_path / "report.csv", folder.path / "report.csv", folder.path / "reports" / "bindtool.db"):
        path.parent.mkdir(exist_ok=True)
        for data in (b"one", b"two"):
            write_output(path, data, folder, [tmp_path / "list.csv"])
            assert path.read_bytes() == data


def test_the_programs_files_stay(folder: DataFolder, tmp_path: Path) -> None:
    """The ledger and profiles are not written over, from either data folder, also not by a second name."""
    practice = DataFolder(folder.path / "practice")
    second = tmp_path / "second.csv"
    second.hardlink_to(folder.database)
    own = [
        folder.database,
        folder.profiles / "it.toml",
        folder.profiles / "new.toml",
        practice.path / "bindtool.db",
    ]
    practice.path.mkdir()
    for path in (*own, second):
        for one in (folder, practice):
            assert refused(path, one) == "output.own_file"
    assert folder.database.read_bytes() == b"ledger"


def test_read_only_profiles_stay(folder: DataFolder, tmp_path: Path) -> None:
    """Nothing but a profile goes into their folder, in practice mode neither; one that is missing holds nothing."""
    environment = {"BINDTOOL_DATA_DIR": str(folder.path), "BINDTOOL_PROFILE_DIR": str(tmp_path / "machine")}
    path = tmp_path / "machine" / "line.toml"
    for practice in (False, True):
        check_place(path, DataFolder.of(environment, practice=practice))
    path.parent.mkdir()
    for practice in (False, True):
        data = DataFolder.of(environment, practice=practice)
        assert refused(path, data) == "output.own_file"
        export_profile(PROFILE, path, data)


def test_an_input_stays(folder: DataFolder, tmp_path: Path) -> None:
    """The list is known by which file it is: by its path, and by the number under which it is open."""
    path = tmp_path / "list.csv"
    path.touch()
    assert refused(path, folder, path) == "output.input"
    with path.open("rb") as file:
        assert refused(path, folder, tmp_path / "gone", file.fileno()) == "output.input"


def test_a_folder_is_no_file(folder: DataFolder, tmp_path: Path) -> None:
    """It is said as what it is."""
    assert refused(tmp_path, folder) == "output.folder"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows takes the name for a missing file")
def test_a_name_that_is_none(folder: DataFolder, tmp_path: Path) -> None:
    """A NUL in the name is told like any place that can't be written."""
    assert refused(tmp_path / "a\0b", folder) == "file.unwritable"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows takes the name for a missing file")
def test_a_place_that_the_system_says_nothing_of(folder: DataFolder, tmp_path: Path) -> None:
    """A folder of others, a share that has gone and a name that is too long are no fault of the program."""
    name = "x" * 300
    for path in (tmp_path / name, tmp_path / name / "report.csv"):
        assert refused(path, folder) == "file.unwritable"


def test_what_benches_share_stays(folder: DataFolder, tmp_path: Path) -> None:
    """A part of a bench's ledger is known by its name in whatever folder, by a link too, and before it is there."""
    name = f"bindtool-{'a' * 32}-{'b' * 8}-0-{'c' * 32}.jsonl"
    for path in (tmp_path / name, tmp_path / name.upper(), tmp_path / f".bindtool-{'a' * 32}-x.tmp"):
        assert refused(path, folder) == "output.own_file"
    for path in (tmp_path / f"{name}.csv", tmp_path / "bindtool-export.jsonl"):
        check_output(path, folder)


@pytest.mark.skipif(sys.platform == "win32", reason="making a link needs a right on Windows")
def test_what_benches_share_stays_behind_a_link(folder: DataFolder, tmp_path: Path) -> None:
    """The link's target would be replaced."""
    shared = tmp_path / f"bindtool-{'a' * 32}-{'b' * 8}-0-{'c' * 32}.jsonl"
    shared.write_bytes(b"entries")
    link = tmp_path / "report.csv"
    link.symlink_to(shared)
    assert refused(link, folder) == "output.own_file"
