"""The file of a bench's learned scanner rules, for profiles that are read-only or missing.

A user's own profile keeps its rules itself. IT's file is read-only: its rules stay in force, except for those
learned here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tomli_w

from bindtool.core.common.atomic_files import write_atomically
from bindtool.core.common.errors import BadInput
from bindtool.core.common.untrusted_input import read_tables
from bindtool.core.profiles.profile_toml import from_tables, to_tables
from bindtool.core.scanner.scan_rules import LONGEST_EVEN_GAP, ScanRules

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bindtool.core.profiles.profile import Profile


class LearnedRules:
    """A file of scan rules by the name of a profile, "" for none, and of the scanner's typing speed.

    An unreadable file counts as empty: its contents are learned again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        read = read_tables(path)
        profiles, gap = read.get("profile"), read.get("longest_gap")
        known = profiles.items() if isinstance(profiles, dict) else ()
        self._tables = {name: tables for name, tables in known if isinstance(tables, dict)}
        self.gap = gap if type(gap) is int and 0 < gap <= LONGEST_EVEN_GAP else 0

    def rules_for(self, profile: Profile | None) -> ScanRules:
        """Return the rules in force: the profile's own, overridden by those learned here.

        Rules learned without a profile are used for a profile that has none.
        """
        if profile is None:
            return self._overriding("", ScanRules())
        if profile.read_only and profile.name in self._tables:
            return self._overriding(profile.name, profile.scan)
        return profile.scan if profile.scan != ScanRules() else self._overriding("", profile.scan)

    def keep(self, profile: Profile | None, rules: ScanRules) -> None:
        """Write the rules for a profile that can't be changed, or for none.

        Raises:
            BadInput: "file.unwritable".
        """
        name, base = (profile.name, profile.scan) if profile is not None else ("", ScanRules())
        tables = {**self._tables, name: to_tables(rules, base)}
        self._write(tables, self.gap)
        self._tables = tables

    def keep_gap(self, gap: int) -> None:
        """Write the longest gap between two keys of this laptop's scanner, in milliseconds; 0: none was learned.

        Raises:
            BadInput: "file.unwritable".
        """
        self._write(self._tables, gap)
        self.gap = gap

    def _write(self, tables: Mapping[str, Any], gap: int) -> None:
        learned = {"longest_gap": gap} if gap else {}
        write_atomically(self._path, tomli_w.dumps({**learned, "profile": tables}).encode())

    def _overriding(self, name: str, base: ScanRules) -> ScanRules:
        try:
            return from_tables(self._tables.get(name, {}), base)
        except BadInput:
            return base
