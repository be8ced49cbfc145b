"""Chooses the profile of a command, and applies its options to it.

The locations and the contents of profiles are in `core.profiles`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bindtool.core.common.data_folder import DataFolder, machine_profiles
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.practice.channel import practice_profile

if TYPE_CHECKING:
    import argparse

    from bindtool.cli.console import Console
    from bindtool.cli.process_environment import ProcessEnvironment
    from bindtool.core.profiles.profile import Profile


def all_profiles(process: ProcessEnvironment) -> ProfileRepository:
    """Return the profiles of this computer."""
    environ = process.environ
    return ProfileRepository(DataFolder.of(environ).profiles, machine_profiles(environ))


def open_profiles(process: ProcessEnvironment, console: Console) -> ProfileRepository:
    """Return the profiles of this computer; report faulty files and continue."""
    repository = all_profiles(process)
    for fault in repository.faults:
        console.error(fault)
    return repository


def chosen_profile(name: str | None, process: ProcessEnvironment, console: Console) -> Profile:
    """Return the profile of that name, or the only one there is.

    Raises:
        BadInput: "profile.unknown" or "profile.choose".
    """
    repository = open_profiles(process, console)
    return repository.only() if name is None else repository.get(name)


def profile_for_bind(
    given: argparse.Namespace, process: ProcessEnvironment, console: Console, practice_site: str | None
) -> Profile:
    """Return the profile with the options of `bind` applied.

    With `practice_site` the channel is that of the practice server; a named profile still provides its request
    settings and label template.

    Raises:
        BadInput: as for `chosen_profile`; "profile.pace_unfit" for an option out of bounds.
    """
    if practice_site is None:
        profile = chosen_profile(given.profile, process, console)
    else:
        profile = practice_profile(practice_site)
        if given.profile is not None:
            own = chosen_profile(given.profile, process, console)
            profile = replace(profile, label_template=own.label_template, pace=own.pace)
    options = {
        "batch_size": given.batch_size,
        "concurrency": given.concurrency,
        "rate": given.rate,
        "answer_timeout": given.timeout,
        "resend": given.resend,
    }
    pace = replace(profile.pace, **{name: value for name, value in options.items() if value is not None})
    return replace(profile, pace=pace)
