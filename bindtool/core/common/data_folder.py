"""Paths of the program's files, and the lock that allows a single bindtool at a time to write there.

A file next to the lock names the account that holds it, for the message of a refused bindtool. `KnownFile` detects
that an open file was replaced by another at the same path. Files for the user are in `output_files`.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

import platformdirs

from bindtool.core.common.errors import BadInput, FolderInUse, StoreFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class KnownFile:
    """The file once found at `path`, identified by device and inode; on Windows by volume and file index."""

    path: Path
    device: int
    inode: int

    @classmethod
    def at(cls, path: Path) -> Self:
        """Return the file now at `path`.

        Raises:
            OSError: there is no such file.
        """
        found = path.stat()
        return cls(path, found.st_dev, found.st_ino)

    @property
    def is_there(self) -> bool:
        """Whether the path still refers to this file: it was neither moved nor deleted nor replaced."""
        try:
            return self.at(self.path) == self
        except OSError:
            return False


_LONGEST = 100
"""Maximum characters of an account's name; any user with write access may have put other content in the file."""


@contextmanager
def lock_holder_file(path: Path) -> Iterator[None]:
    """Keep a file naming the lock's holder until the context ends; does nothing if it can't be written."""
    with suppress(OSError):
        # A killed process may have left the file: from now on it would be wrong.
        path.unlink(missing_ok=True)
        path.write_text(f"{_this_account()}\n{os.getpid()}\n", encoding="utf-8")
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def other_account(path: Path) -> str:
    """Return the account named in the file if it is not this process's own; "" if that can't be determined."""
    # Imports parsers that the window's first frame must not wait for.
    from bindtool.core.common.untrusted_input import read_small

    try:
        lines = read_small(path).decode().split("\n")
        mine = _this_account()
    except (BadInput, OSError, UnicodeDecodeError):
        return ""
    account, *rest = lines
    # Otherwise it is not completely written yet.
    whole = len(rest) == 2 and rest[0].isdigit() and not rest[1]  # noqa: PLR2004 - process id, then the end
    return account if whole and account != mine and account.isprintable() and len(account) <= _LONGEST else ""


def _this_account() -> str:
    """Return the account from the system: variables such as USER may keep the old name after su or sudo."""
    try:
        import pwd
    except ImportError:
        return os.getlogin()  # on Windows it needs no terminal
    number = os.geteuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


PROGRAM = "bindtool"
PRACTICE = "practice"
_OWN_NAMES = ("bindtool.db", "lock", "scanner.toml", "tokens.toml", "window.ini")
"""Prefixes of file names: SQLite and Qt create more files next to theirs."""

_OWNER_ONLY = 0o700
_OWNERS_FILE = 0o600
_EVERYBODYS_FILE = 0o666


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The folder of one user's data; practice mode has its own folder inside it.

    `path` is absolute. `machine`: the folder of read-only profiles, outside of it; None for none.
    """

    path: Path
    machine: Path | None = None

    @classmethod
    def of(cls, environment: Mapping[str, str], *, practice: bool = False) -> Self:
        """Return the folder in BINDTOOL_DATA_DIR, else the system's folder for user data.

        Creates nothing.
        """
        named = environment.get("BINDTOOL_DATA_DIR")
        path = Path(named).absolute() if named else platformdirs.user_data_path(PROGRAM, appauthor=False)
        return cls(path / PRACTICE if practice else path, machine_profiles(environment))

    @property
    def database(self) -> Path:
        """The database file of `core.store`."""
        return self.path / "bindtool.db"

    @property
    def profiles(self) -> Path:
        """The folder of the user's own profiles."""
        return self.path / "profiles"

    @property
    def token_metadata(self) -> Path:
        """The file of non-secret facts on each token (kind, length, day); never a token."""
        return self.path / "tokens.toml"

    @property
    def learned_rules(self) -> Path:
        """The file of this bench's learned scanner settings."""
        return self.path / "scanner.toml"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def practice_channel(self) -> Path:
        """The folder of practice mode's read-only profile."""
        return self.path / "channel"

    @property
    def copies(self) -> Path:
        """The folder of the database's copies."""
        return self.path / "copies"

    @property
    def both(self) -> tuple[DataFolder, DataFolder]:
        """The main folder and the practice folder, in this order, whichever of them this is."""
        main = self.path.parent if self.path.name == PRACTICE else self.path
        return replace(self, path=main), replace(self, path=main / PRACTICE)

    @property
    def own_folders(self) -> tuple[Path, ...]:
        """The folders, including `machine`, in which every file belongs to the program."""
        folders = self.profiles, self.practice_channel, self.copies, self.logs
        return folders if self.machine is None else (*folders, self.machine)

    def is_own_name(self, name: str) -> bool:
        """Return whether a file of that name in this folder would belong to the program."""
        return name.casefold().startswith(_OWN_NAMES)

    def own_files(self) -> Iterator[Path]:
        """Yield the program's existing files; skips a folder that can't be read."""
        for folder in (self.path, *self.own_folders):
            try:
                names = [entry.name for entry in os.scandir(folder)]
            except OSError:
                continue
            yield from (folder / name for name in names if folder != self.path or self.is_own_name(name))

    def create(self) -> None:
        """Create the folder and its missing parents, accessible to this user alone.

        The mode follows the XDG base directory specification; an existing folder keeps its mode.

        Raises:
            StoreFailed: "folder.unwritable", the folder can't be created or is not writable.
        """
        # The window needs the folder's path before its splash screen; modules for writing can load later.
        import tempfile

        try:
            make_private(self.path)
            tempfile.TemporaryFile(dir=self.path).close()
        except OSError as error:
            raise self._unwritable(error) from error

    @contextmanager
    def writing(self, *, timeout: float = 0) -> Iterator[KnownFile]:
        """Create the folder and hold its lock until the context or the process ends.

        Yields the lock's file: once that is gone, another bindtool can write here too.

        `timeout`: seconds that another bindtool may take to release the lock.

        Raises:
            FolderInUse: "folder.in_use", another bindtool writes here; "folder.in_use_elsewhere", a bindtool of
                another account, which the error names.
            StoreFailed: "folder.unwritable", as in `create`.
        """
        from filelock import FileLock, Timeout

        self.create()
        try:
            # Any account that may write in the folder may take the lock.
            mode = mode_within(self.path)
            lock = FileLock(self.path / "lock", timeout=timeout, mode=mode, thread_local=False)
            lock.acquire()
        except Timeout as error:
            raise self._in_use() from error
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            held = self._held()
            with lock_holder_file(self._holder):
                yield held
        finally:
            lock.release()

    def _held(self) -> KnownFile:
        try:
            return KnownFile.at(self.path / "lock")
        except OSError as error:
            raise self._unwritable(error) from error

    @property
    def _holder(self) -> Path:
        return self.path / "lock.holder"

    def _in_use(self) -> FolderInUse:
        account = other_account(self._holder)
        if account:
            return FolderInUse("folder.in_use_elsewhere", path=str(self.path), account=account)
        return FolderInUse("folder.in_use", path=str(self.path))

    def _unwritable(self, error: OSError) -> StoreFailed:
        return StoreFailed("folder.unwritable", path=str(self.path), detail=error.strerror or "")


def make_private(path: Path) -> None:
    """Create a folder and its missing parents for this user alone; existing folders keep their mode.

    Raises:
        OSError: it can't be created.
    """
    for folder in (*reversed(path.parents), path):
        folder.mkdir(mode=_OWNER_ONLY, exist_ok=True)


def mode_within(folder: Path) -> int:
    """Return a file mode with the folder's read and write permissions.

    Raises:
        OSError: there is no such folder.
    """
    return _OWNERS_FILE | stat.S_IMODE(folder.stat().st_mode) & _EVERYBODYS_FILE


def machine_profiles(environment: Mapping[str, str]) -> Path:
    """Return the folder of read-only profiles: BINDTOOL_PROFILE_DIR, else the machine's; it may not exist.

    A desktop session of Linux names several folders of system-wide settings (XDG base directories); the first that
    has the folder counts, else the last, which is /etc/xdg.
    """
    named = environment.get("BINDTOOL_PROFILE_DIR")
    if named:
        return Path(named).absolute()
    places = platformdirs.site_config_dir(PROGRAM, appauthor=False, multipath=True).split(os.pathsep)
    folders = [Path(place) / "profiles" for place in places]
    return next((folder for folder in folders if folder.is_dir()), folders[-1])
