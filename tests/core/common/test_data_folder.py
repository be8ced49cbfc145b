"""The program's files lie where they should, and one bindtool at a time writes there."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from bindtool.core.common.data_folder import DataFolder, machine_profiles
from bindtool.core.common.errors import FolderInUse, StoreFailed
from tests.checkout import ROOT
from tests.core.store.unprivileged import as_nobody, open_folder, posix


def test_a_folder_can_be_named(tmp_path: Path) -> None:
    """BINDTOOL_DATA_DIR is where every file goes."""
    folder = DataFolder.of({"BINDTOOL_DATA_DIR": str(tmp_path)})
    assert folder.path == tmp_path
    files = {folder.database, folder.profiles, folder.token_metadata, folder.learned_rules, folder.logs}
    assert len(files) == 5
    assert {file.parent for file in files} == {tmp_path}


def test_a_relative_name_is_made_absolute() -> None:
    """The folder stays the same when the working folder changes later."""
    assert DataFolder.of({"BINDTOOL_DATA_DIR": "data"}).path == Path.cwd() / "data"
    assert machine_profiles({"BINDTOOL_PROFILE_DIR": "profiles"}) == Path.cwd() / "profiles"


def places() -> tuple[Path, Path]:
    """Return where this system has the data of a user's programs, and what is set for all of a machine."""
    match sys.platform:
        case "win32":
            return Path(os.environ["LOCALAPPDATA"]), Path(os.environ["PROGRAMDATA"])
        case "darwin":
            return Path.home() / "Library/Application Support", Path("/Library/Application Support")
        case _:
            return Path.home() / ".local/share", Path("/etc/xdg")


@pytest.mark.parametrize("environment", [{}, {"BINDTOOL_DATA_DIR": "", "BINDTOOL_PROFILE_DIR": ""}])
def test_the_system_has_a_place(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a name, the folders are the system's for a user's data and for a machine's configuration."""
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_DIRS"):
        monkeypatch.delenv(name, raising=False)
    data, settings = places()
    assert DataFolder.of(environment).path == data / "bindtool"
    assert machine_profiles(environment) == settings / "bindtool" / "profiles"


@posix
def test_the_machine_may_have_several_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desktop session names places of its own before /etc/xdg: the first that has profiles counts."""
    monkeypatch.setenv("XDG_CONFIG_DIRS", f"{tmp_path / 'desktop'}:{tmp_path / 'etc'}")
    assert machine_profiles({}) == tmp_path / "etc" / "bindtool" / "profiles"
    (tmp_path / "etc" / "bindtool" / "profiles").mkdir(parents=True)
    assert machine_profiles({}) == tmp_path / "etc" / "bindtool" / "profiles"
    (tmp_path / "desktop" / "bindtool" / "profiles").mkdir(parents=True)
    assert machine_profiles({}) == tmp_path / "desktop" / "bindtool" / "profiles"


def test_practice_lies_apart(tmp_path: Path) -> None:
    """Practice mode writes into a folder of its own, also below a named one."""
    environment = {"BINDTOOL_DATA_DIR": str(tmp_path)}
    assert DataFolder.of(environment, practice=True).path == tmp_path / "practice"


@posix
def test_the_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Folders that are made have mode 0700; one that was there keeps its own."""
    tmp_path.chmod(0o755)
    folder = DataFolder(tmp_path / "new" / "practice")
    folder.create()
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path, tmp_path / "new", folder.path)]
    assert modes == [0o755, 0o700, 0o700]
    assert list(folder.path.iterdir()) == []


@posix
def test_a_read_only_folder_is_said_at_once() -> None:
    """A folder that may be read but not written is refused before anything is lost in it."""
    with open_folder() as path:
        path.chmod(0o555)
        with as_nobody(), pytest.raises(StoreFailed) as caught:
            DataFolder(path).create()
    assert caught.value.id == "folder.unwritable"
    assert caught.value.title.values == {"path": str(path), "detail": os.strerror(13)}


def test_an_impossible_folder_is_said_at_once(tmp_path: Path) -> None:
    """There can be no folder below a file."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreFailed) as caught, DataFolder(tmp_path / "file" / "data").writing():
        pass
    assert caught.value.id == "folder.unwritable"


def test_a_lock_that_can_not_be_made_is_said(tmp_path: Path) -> None:
    """A folder in the place of the lock's file is a folder that can't be written, not one in use."""
    (tmp_path / "lock").mkdir()
    with pytest.raises(StoreFailed) as caught, DataFolder(tmp_path).writing():
        pass
    assert caught.value.id == "folder.unwritable"


class PathOfNoLock(type(Path())):  # type: ignore[misc]
    """A path at which the lock's file can't be looked at."""

    def stat(self, **options: Any) -> os.stat_result:
        """Return what the system knows of the file."""
        if self.name == "lock":
            raise PermissionError(errno.EACCES, "Permission denied")
        return Path(self).stat(**options)


def test_a_lock_that_can_not_be_looked_at_is_let_go(tmp_path: Path) -> None:
    """The failure is said, and whoever comes next, of this process too, is not kept out."""
    with pytest.raises(StoreFailed) as caught, DataFolder(PathOfNoLock(tmp_path)).writing():
        pass
    assert caught.value.id == "folder.unwritable"
    with DataFolder(tmp_path).writing() as lock:
        assert lock.is_there


def test_there_is_one_writer(tmp_path: Path) -> None:
    """A second writer is turned away at once; once the first is done, another may come."""
    folder = DataFolder(tmp_path / "data")
    with folder.writing():
        with pytest.raises(FolderInUse) as caught, folder.writing():
            pass
        assert caught.value.id == "folder.in_use"
        assert caught.value.hint.values == {"path": str(folder.path)}
        with DataFolder(tmp_path / "data" / "practice").writing():
            assert folder.path.is_dir()
    with folder.writing():
        assert folder.path.is_dir()


@posix
def test_the_lock_is_for_all_who_may_write(tmp_path: Path) -> None:
    """In a folder that accounts share, each may ask for it; in one's own, nobody else."""
    for mode, lock in ((0o700, 0o600), (0o755, 0o644), (0o770, 0o660), (0o777, 0o666)):
        folder = DataFolder(tmp_path / f"{mode:o}")
        folder.path.mkdir()
        folder.path.chmod(mode)
        with folder.writing():
            assert stat.S_IMODE((folder.path / "lock").stat().st_mode) == lock


def test_a_writer_of_another_account(tmp_path: Path) -> None:
    """It is named, and the folder; what an earlier one has left names nobody."""
    folder = DataFolder(tmp_path)
    holder = tmp_path / "lock.holder"
    holder.write_text("chen\n4711\n", encoding="utf-8")
    with folder.writing():
        with pytest.raises(FolderInUse) as caught, folder.writing():
            pass
        assert caught.value.id == "folder.in_use"
        # As that account's process would have written it.
        holder.write_text("chen\n4711\n", encoding="utf-8")
        with pytest.raises(FolderInUse) as caught, folder.writing():
            pass
        assert caught.value.id == "folder.in_use_elsewhere"
        assert caught.value.title.values == {"path": str(tmp_path), "account": "chen"}
    assert not holder.exists()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can be somebody else")
def test_two_accounts_at_one_folder() -> None:
    """Each is told of the other; when the first is done, the other may come."""
    with open_folder() as path:
        path.chmod(0o777)
        folder = DataFolder(path)
        with as_nobody():
            first = folder.writing()
            first.__enter__()
        with pytest.raises(FolderInUse) as caught, folder.writing():
            pass
        assert caught.value.title.values["account"] == "nobody"
        with as_nobody():
            first.__exit__(None, None, None)
        with folder.writing():
            with as_nobody(), pytest.raises(FolderInUse) as caught, folder.writing():
                pass
            assert caught.value.title.values["account"] == "root"


def test_a_writer_may_wait_for_another_to_let_go(tmp_path: Path) -> None:
    """The second one waits up to its time-out; after that it is turned away as ever."""
    folder = DataFolder(tmp_path)
    held, leave = threading.Event(), threading.Event()

    def write() -> None:
        with folder.writing():
            held.set()
            leave.wait(10)

    first = threading.Thread(target=write)
    first.start()
    assert held.wait(10)
    with pytest.raises(FolderInUse), folder.writing(timeout=0.01):
        pass
    threading.Timer(0.1, leave.set).start()
    with folder.writing(timeout=10):
        assert leave.is_set()
    first.join()


def test_a_killed_writer_leaves_no_lock(tmp_path: Path) -> None:
    """Another process holds the folder until it is killed; what it leaves behind keeps nobody out."""
    code = (
        "import sys; from pathlib import Path; from bindtool.core.common.data_folder import DataFolder\n"
        "with DataFolder(Path(sys.argv[1])).writing():\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    folder = DataFolder(tmp_path)
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        with pytest.raises(FolderInUse), folder.writing():
            pass
        child.kill()
    with folder.writing():
        assert folder.path.is_dir()
