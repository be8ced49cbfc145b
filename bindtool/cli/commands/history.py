"""`bindtool history`: exports this computer's bindings to a file, and imports such files of others."""

from __future__ import annotations

import json
import platform
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bindtool.cli.profile_choice import chosen_profile
from bindtool.core.binding.replace_mode import count_by_bench
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.common.errors import BadInput, StoreFailed
from bindtool.core.common.messages import Message
from bindtool.core.common.output_files import check_output, write_output
from bindtool.core.common.untrusted_input import read_error, read_up_to
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.history_records import Record, SearchQuery
from bindtool.core.model.outcome import State
from bindtool.core.profiles.profile import as_known
from bindtool.core.reports.history_export import history_file, history_json
from bindtool.core.reports.history_import import MOST_BYTES, read_history
from bindtool.core.reports.publish_export import connectors_json
from bindtool.core.store import History, Store, is_of_today
from bindtool.i18n.row_text import benches_words, since_words

if TYPE_CHECKING:
    import argparse

    from bindtool.cli.console import Console
    from bindtool.cli.process_environment import ProcessEnvironment
    from bindtool.core.store.damage.replace import Recovered

STANDARD_OUTPUT = "-"
ALL_EXPORTED, SOME_NOT_READ = 0, 1


def run(given: argparse.Namespace, process: ProcessEnvironment, console: Console) -> int:
    """Write the file; return the exit status. A window may be open meanwhile.

    Raises:
        BadInput: the date is invalid, the file can't be written there, or the data folder can't be read; as for
            `_export_for_publish`.
        FolderInUse: another bindtool has the data folder, and its database is of an earlier version.
        StoreFailed: nothing of the database can be read.
    """
    if given.for_publish:
        return _export_for_publish(given, process, console)
    if given.profile is not None:
        raise BadInput("cli.usage", detail="--profile: --for-publish", command="bindtool history export")
    since = None if given.since is None else _day(given.since)
    path, folder = Path(given.file), DataFolder.of(process.environ)
    if given.file != STANDARD_OUTPUT:
        check_output(path, folder)
    status = ALL_EXPORTED
    try:
        records = _bound(folder, since, process)
    except StoreFailed as error:
        if error.id != "store.damaged":
            raise
        records, found = _salvaged(folder, since, process, error)
        console.error(error)
        if found.bound_lost:
            console.say(console.texts("cli.history_not_read", n=found.bound_lost))
        if found.gap is not None:
            console.say(console.texts("recovery.gap", since=since_words(console.texts, found.gap.since)))
        status = SOME_NOT_READ
    if given.json:
        lines = (json.dumps(each, ensure_ascii=False) + "\n" for each in history_json(records, platform.node()))
        contents = "".join(lines).encode()
    else:
        contents = history_file(path, records, platform.node())
    if given.file == STANDARD_OUTPUT:
        console.print(contents.decode("utf-8-sig").replace("\r\n", "\n").removesuffix("\n"))
    else:
        write_output(path, contents, folder)
    console.say(console.texts("cli.history_exported", n=len(records), path=given.file))
    return status


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("cli.not_a_date", text=text) from error


def _export_for_publish(given: argparse.Namespace, process: ProcessEnvironment, console: Console) -> int:
    """Write all known devices of a profile's channel in the format for publishing; return the exit status.

    A damaged database is not salvaged here: an incomplete list could remove the other devices from an agent.

    Raises:
        BadInput: there are none, only a part is requested, the profile is not clear, or as for `run`.
        StoreFailed: the database is damaged.
    """
    if given.since is not None:
        raise BadInput("cli.publish_part")
    profile = chosen_profile(given.profile, process, console)
    channel, folder = profile.channel, DataFolder.of(process.environ)
    to_file = given.file != STANDARD_OUTPUT
    if to_file:
        check_output(Path(given.file), folder)
    history = _up_to_date(folder, process)
    found = () if history is None else history.bound_devices(channel)
    if history is None or not found:
        raise BadInput("publish.nothing", channel=channel.connector_id)
    text = connectors_json(channel, [each.device.device_id for each in found])
    if to_file:
        write_output(Path(given.file), f"{text}\n".encode(), folder)
    else:
        console.print(text)
    texts, others, gap = console.texts, count_by_bench(found), history.gap
    console.say(texts("cli.publish_exported", n=len(found), channel=channel.connector_id))
    if others:
        console.say(texts("confirm.others", n=sum(others.values()), benches=benches_words(texts, others)))
    console.say_messages(Message.of("publish.add_or_replace"), Message.of("publish.as_known_here"))
    if as_known(profile, history.check(channel)).behaviour is Behaviour.NOT_CHECKED:
        console.say_messages(Message.of("cli.not_checked"))
    if gap is None:
        return ALL_EXPORTED
    console.say(texts("recovery.gap", since=since_words(texts, gap.since)))
    return SOME_NOT_READ


def _bound(folder: DataFolder, since: date | None, process: ProcessEnvironment) -> tuple[Record, ...]:
    """Return the entries of the ledger in their order."""
    history = _up_to_date(folder, process)
    return () if history is None else _entries(history, since)


def _up_to_date(folder: DataFolder, process: ProcessEnvironment) -> History | None:
    """Return the history, with the current tables; None, without creating anything, if bindtool was never used."""
    path = folder.database
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise read_error(path, error) from error
    if not is_of_today(path):
        with folder.writing(), Store(path, process.clock):
            pass  # opening it migrates it
    return History(path)


def _salvaged(
    folder: DataFolder, since: date | None, process: ProcessEnvironment, error: StoreFailed
) -> tuple[tuple[Record, ...], Recovered]:
    """Return the readable data of a damaged database and of its copies, and the result of the recovery.

    Raises:
        StoreFailed: `error`, if nothing is readable.
    """
    # Needed for a damaged database only.
    from bindtool.core.store.copies import Copies
    from bindtool.core.store.damage.replace import recover_into

    with tempfile.TemporaryDirectory() as temporary:
        fresh = Path(temporary) / folder.database.name
        copies = Copies(folder.database, folder.copies, process.clock).files
        found = recover_into(fresh, folder.database, process.clock.now(), copies)
        if not found.bound:
            raise error
        return _entries(History(fresh), since), found


def _entries(history: History, since: date | None) -> tuple[Record, ...]:
    return history.search(SearchQuery(state=State.BOUND, since=since, own=True)).records[::-1]


_NEVER = datetime.min.replace(tzinfo=UTC)
"""Before any other time."""

ALL_TAKEN, SOME_NOT_TAKEN, FILE_NOT_TAKEN = 0, 1, 2


def run_import(given: argparse.Namespace, process: ProcessEnvironment, console: Console) -> int:
    """Import each file; return the exit status. A rejected file does not affect the others.

    Raises:
        FolderInUse: another bindtool writes in the data folder.
        StoreFailed: the database can't be opened or written.
    """
    folder = DataFolder.of(process.environ)
    with folder.writing() as lock, Store(folder.database, process.clock, lock) as store:
        return max(_take_in(file, store, console, process.clock.now()) for file in given.files)


def _take_in(file: str, store: Store, console: Console, now: datetime) -> int:
    try:
        pages = read_history(read_up_to(Path(file), MOST_BYTES + 1), file)
    except BadInput as error:
        console.error(error)
        return FILE_NOT_TAKEN
    new = known = untaken = own = 0
    newest = _NEVER
    for page in pages:
        back = store.benches.take_back(page.entries).result()
        # Entries restored above are known by now.
        news = len(store.benches.take_in(page.entries).result()) + len(back)
        own += len(back)
        new += news
        known += len(page.entries) - news
        untaken += len(page.untaken)
        # A future time is of a wrong clock, and doesn't show how far the file reaches.
        newest = max([newest, *(entry.bound_at for entry in page.entries if entry.bound_at <= now)])
        for line in page.untaken:
            problem = console.texts.say(line.why)
            console.say(console.texts("profile.in_file", file=file, line=line.line, problem=problem))
    console.say(console.texts("cli.history_imported", n=new, known=known, untaken=untaken, path=file))
    if own:
        console.say(console.texts("cli.history_own", n=own))
    gap = store.bindings.gap
    if gap is not None and newest > (gap.since or _NEVER):
        store.bindings.confirm_gap().result()
        console.say(console.texts("cli.gap_confirmed", path=file, since=since_words(console.texts, gap.since)))
    return SOME_NOT_TAKEN if untaken else ALL_TAKEN
