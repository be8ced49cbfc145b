"""The profiles of this computer: the user's own folder, and the machine's, which IT fills.

The locations of the folders are in `core/common/data_folder.py`, the file format in `profile_toml`.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import stat
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bindtool.core.common.atomic_files import write_atomically
from bindtool.core.common.concurrency import start_daemon_thread
from bindtool.core.common.data_folder import DataFolder, make_private
from bindtool.core.common.errors import BadInput, BindtoolError
from bindtool.core.common.untrusted_input import read_error, read_small
from bindtool.core.profiles.profile_toml import EXTENSION, from_toml, to_toml

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bindtool.core.profiles.profile import Profile

    _Found = tuple[Path, Profile | BindtoolError]
    "A file with its profile, or its error; a folder with the error of reading it."

logger = logging.getLogger(__name__)

_LIMIT = 4.0
"""Seconds. A sleeping disk takes some to wake up; a window frozen for five counts as hung."""

_HAS_OWNERS = hasattr(os, "geteuid")
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_OTHERS_PASS = stat.S_IXGRP | stat.S_IXOTH

_NOT_IN_FILE_NAMES = re.compile(r"\W+")
_LONGEST_STEM = 40
"""Characters; in UTF-8, with the digest, they stay under the 255 bytes of a file name."""


@dataclass(frozen=True, slots=True)
class _Entry:
    path: Path
    profile: Profile


class ProfileRepository:
    """All profiles, read when the repository is created; the user's own again with each change.

    A machine's profile is read-only and hides the user's own of the same name. An unreadable file is a fault and
    does not stop the rest; a missing folder counts as empty.

    Args:
        own: the user's folder.
        machine: that of IT, which may be on a network share.
        read: creates a profile from a text and the name of its file.
        limit: seconds to wait for the machine's folder; a folder that has not answered by then is a fault, and its
            profiles appear with the next change.
    """

    def __init__(
        self,
        own: Path,
        machine: Path,
        read: Callable[[str, str], Profile] = from_toml,
        limit: float = _LIMIT,
    ) -> None:
        self._own = own
        self._machine = machine
        self._from_toml = read
        self._entries: dict[str, _Entry] = {}
        self._faults: list[BindtoolError] = []
        self._of_machine = start_daemon_thread(
            lambda: self._read_folder(machine, read_only=True), name="bindtool-profiles"
        )
        self._take_all(limit)

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """Every profile that may be chosen, by name."""
        return tuple(self._entries[name].profile for name in sorted(self._entries))

    @property
    def faults(self) -> tuple[BindtoolError, ...]:
        """The problems of files in the two folders; each names its `file`, and the `line` if there is one."""
        return tuple(self._faults)

    def _take_all(self, limit: float = 0) -> None:
        """Take the machine's profiles as read at the start (the share may be gone by now), and the user's own."""
        self._entries.clear()
        self._faults.clear()
        for path, found in (*self._found_in_machine(limit), *self._read_folder(self._own, read_only=False)):
            try:
                if isinstance(found, BindtoolError):
                    self._faults.append(found)
                else:
                    self._take(path, found)
            except BadInput as fault:
                self._faults.append(fault)

    def get(self, name: str) -> Profile:
        """Return the profile of that name.

        Raises:
            BadInput: "profile.unknown".
        """
        return self._entry(name).profile

    def only(self) -> Profile:
        """Return the only profile there is.

        Raises:
            BadInput: "profile.choose" with `count`; "profile.none" if there is none.
        """
        if not self._entries:
            raise BadInput("profile.none")
        if len(self._entries) != 1:
            raise BadInput("profile.choose", count=len(self._entries))
        return self.profiles[0]

    def add(self, profile: Profile) -> None:
        """Write a new profile to the user's own folder.

        Raises:
            BadInput: "profile.name_in_use", also by an unreadable file; "profile.page_of_strangers" with
                page and site; "file.unwritable".
        """
        path = self._own / _file_name(profile.name)
        if profile.name in self._entries or path.exists():
            raise BadInput("profile.name_in_use", name=profile.name)
        self._write(path, profile)

    def replace(self, profile: Profile) -> None:
        """Overwrite the profile of the same name.

        Raises:
            BadInput: "profile.unknown", "profile.set_by_it"; those of a write as in `add`.
        """
        self._write(self._own_entry(profile.name).path, profile)

    def remove(self, name: str) -> None:
        """Delete one of the user's own profiles. Its token stays: other profiles may share it.

        Raises:
            BadInput: "profile.unknown", "profile.set_by_it" or "file.unwritable".
        """
        path = self._own_entry(name).path
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(path, error) from error
        self._take_all()

    def export(self, name: str, path: Path) -> None:
        """Export a profile to a file for import on another computer; it holds no token.

        Raises:
            BadInput: "profile.unknown", or those of `write_output`.
        """
        export_profile(self.get(name), path, DataFolder(self._own.parent))

    def read_file(self, path: Path) -> Profile:
        """Return the profile of any file, without keeping it. Thread-safe.

        Raises:
            BadInput: those of `read_small` and `from_toml`.
        """
        data = read_small(path)
        try:
            # Editors of Windows put a byte order mark at the start.
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            raise BadInput("profile.broken_file", file=str(path), line=line) from error
        try:
            return self._from_toml(text, str(path))
        except BadInput:
            raise
        except Exception as error:  # the other files work after any error of one
            logger.exception("a profile can't be read")
            raise BadInput("profile.broken_file", file=str(path), line=1) from error

    def _entry(self, name: str) -> _Entry:
        try:
            return self._entries[name]
        except KeyError:
            raise BadInput("profile.unknown", name=name) from None

    def _own_entry(self, name: str) -> _Entry:
        entry = self._entry(name)
        if entry.profile.read_only:
            raise BadInput("profile.set_by_it", name=name)
        return entry

    def _write(self, path: Path, profile: Profile) -> None:
        _refuse_strange_page(profile)
        try:
            make_private(self._own.parent)
            # Every user of the data folder reads its profiles.
            self._own.mkdir(mode=stat.S_IMODE(self._own.parent.stat().st_mode), exist_ok=True)
        except OSError as error:
            raise _unwritable(self._own, error) from error
        write_atomically(path, to_toml(profile).encode())
        self._take_all()

    def _found_in_machine(self, limit: float) -> list[_Found]:
        """Return the profiles of the machine's folder, with the timeout `limit`: a share may hang."""
        try:
            return self._of_machine.result(limit)
        except TimeoutError:
            error = TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
            return [(self._machine, read_error(self._machine, error))]

    def _read_folder(self, folder: Path, *, read_only: bool) -> list[_Found]:
        try:
            paths = sorted(path for path in folder.iterdir() if path.suffix.lower() == EXTENSION)
        except FileNotFoundError:
            return []
        except OSError as error:
            return [(folder, read_error(folder, error))]
        return [(path, self._profile_or_fault(path, read_only=read_only)) for path in paths]

    def _profile_or_fault(self, path: Path, *, read_only: bool) -> Profile | BindtoolError:
        try:
            profile = self.read_file(path)
            if read_only:
                profile = replace(profile, read_only=True, in_open_folder=_is_open_to_others(path))
            _refuse_strange_page(profile)
        except BadInput as fault:
            return fault
        except OSError as error:
            # It was deleted since it was read.
            return read_error(path, error)
        return profile

    def _take(self, path: Path, profile: Profile) -> None:
        known = self._entries.get(profile.name)
        if known is None:
            self._entries[profile.name] = _Entry(path, profile)
        elif known.profile.read_only == profile.read_only:
            raise BadInput("profile.name_twice", name=profile.name, file=str(path), other=str(known.path))


def _refuse_strange_page(profile: Profile) -> None:
    if profile.page_is_strange:
        error = "profile.page_in_open_folder" if profile.in_open_folder else "profile.page_of_strangers"
        raise BadInput(error, page=profile.sign_in.page, site=profile.site)


def _is_open_to_others(path: Path) -> bool:
    """Return whether users other than root and this process's may write a file, or replace it.

    Windows is not checked: its rights are more than owner and mode, and the guide says how IT sets them.
    """
    # A link and its target.
    return _HAS_OWNERS and any(map(_leaves_a_way_in, (path.parent.resolve(), path.resolve())))


def _leaves_a_way_in(path: Path) -> bool:
    is_closed = False
    for each in reversed((path, *path.parents)):
        found = each.stat()
        # In a folder such as /tmp (sticky bit) users can't change each other's files.
        may_write = found.st_mode & _OTHERS_WRITE and not found.st_mode & stat.S_ISVTX
        if found.st_uid not in {0, os.geteuid()} or (may_write and not is_closed):
            return True
        is_closed = is_closed or not found.st_mode & _OTHERS_PASS
    return False


def export_profile(profile: Profile, path: Path, folder: DataFolder) -> None:
    """Write `profile` to a file for other computers, with `Profile.sender` unset.

    It may go among the read-only profiles; no other file may.

    Raises:
        BadInput: those of `write_output`.
    """
    # Every start reads profiles, and few write one elsewhere.
    from bindtool.core.common.output_files import write_output

    write_output(path, to_toml(replace(profile, sender=False)).encode(), replace(folder, machine=None))


def _file_name(name: str) -> str:
    """Return a file name, valid and distinct on every file system, that resembles the profile's name."""
    # Saves two milliseconds at each start.
    import hashlib

    stem = _NOT_IN_FILE_NAMES.sub("-", name)[:_LONGEST_STEM]
    digest = hashlib.sha256(name.encode()).hexdigest()[:12]
    return f"{stem}-{digest}{EXTENSION}"


def _unwritable(path: Path, error: OSError) -> BadInput:
    return BadInput("file.unwritable", path=str(path), why=error.strerror or str(error))
