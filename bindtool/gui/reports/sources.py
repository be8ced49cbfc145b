"""Gathers what a report is made of, from the open sheet and from the disk.

What has to be copied from the window is taken at once; the rest is done in a thread. Where a report goes is for
`reports.controller`.
"""

from __future__ import annotations

import asyncio
import platform
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from bindtool.core.common.messages import Message
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.outcome import NEEDS_HAND
from bindtool.core.profiles.profile import as_known
from bindtool.core.reports.csv_writer import COLUMNS, TO_HANDLE_COLUMNS
from bindtool.core.reports.other_benches import benches_of_day
from bindtool.core.reports.rows import (
    ReportPart,
    day_of,
    gone_of_run,
    part_of,
    part_of_run,
    part_to_handle,
    rows_of_day,
)
from bindtool.core.store import History
from bindtool.i18n.report_text import name_of, report_of, report_of_benches

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bindtool.core.profiles.profile import Profile
    from bindtool.core.reports.layout import Report
    from bindtool.gui.services import Services
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.i18n.catalogue import Texts

    ReportMaker = Callable[[], Report]


class ReportScope(StrEnum):
    """What a report is about; the value ends the ids of its words."""

    SHEET = "sheet"
    RUN = "run"
    DAY = "day"
    BENCHES = "benches"
    TO_HANDLE = "to_handle"


_OF_THE_DAY = (ReportScope.DAY, ReportScope.BENCHES)


class ReportSources:
    """Gathers reports of the open sheet, of its last run, of what it has to handle, and of the day."""

    def __init__(self, texts: Texts, document: SheetDocument, services: Services) -> None:
        self._texts = texts
        self._document = document
        self._services = services

    async def why_nothing(self, scope: ReportScope) -> Message | None:
        """Say why there is nothing to report; None where there is something.

        Raises:
            StoreFailed: the disk can't be read.
        """
        if scope in _OF_THE_DAY:
            return await asyncio.to_thread(self._why_nothing_of_the_day, scope)
        head = self._document.head
        if head is None:
            return Message.of("sheet.not_open.title")
        runs = self._services.store.runs
        if scope is ReportScope.RUN and await asyncio.to_thread(runs.last, head.sheet_id) is None:
            return Message.of("files.nothing_sent")
        counts = self._document.sheet.counts()
        if scope is ReportScope.TO_HANDLE and not any(counts[state] for state in NEEDS_HAND):
            return Message.of("report.nothing_to_handle")
        return None

    def _why_nothing_of_the_day(self, scope: ReportScope) -> Message | None:
        store, day = self._services.store, day_of(self._services.clock.now())
        if scope is ReportScope.BENCHES and not store.benches.any_remote:
            return Message.of("report.no_other_bench")
        told = scope is ReportScope.BENCHES and store.benches.any_between(*day)
        found = told or store.sheets.between(*day) or store.ledger.bound_between(*day)
        return None if found else Message.of("report.nothing_today")

    def name(self, scope: ReportScope) -> str:
        """Return what a file of the report is called, without its ending."""
        now, texts, head = self._services.clock.now(), self._texts, self._document.head
        parts = [texts.name(head.profile), head.job] if head is not None and scope not in _OF_THE_DAY else []
        if scope is not ReportScope.SHEET:
            parts.append(texts(f"report.name_{scope}"))
        parts.append(f"{now:%Y-%m-%d}" if scope in _OF_THE_DAY else f"{now:%Y-%m-%d %H%M}")
        if self._services.practice:
            parts.append(texts("practice.profile"))
        return " ".join(dict.fromkeys(filter(None, parts)))

    def take(self, scope: ReportScope) -> ReportMaker:
        """Take from the window what is needed now; what is returned makes the report, on any thread.

        It raises StoreFailed where the disk can't be read. There must be something to report.
        """
        head, store, now, texts = self._document.head, self._services.store, self._services.clock.now(), self._texts
        profiles = self._services.repository.profiles
        if scope is ReportScope.BENCHES:
            return lambda: self._of_benches(now, self._unchecked(profiles))
        if scope is ReportScope.DAY or head is None:
            return lambda: self._of_day(now, self._unchecked(profiles))
        rows = part_of(head, self._document.sheet)

        def make() -> Report:
            part = replace(rows, unchecked=head.profile in self._unchecked(profiles))
            chosen = part_to_handle(part) if scope is ReportScope.TO_HANDLE else part
            of_run = store.runs.last(head.sheet_id) if scope is ReportScope.RUN else None
            if of_run is None:
                return self._report(scope, name_of(texts, head), now, [chosen])
            chosen = part_of_run(part, store, of_run.run_id)
            gone = gone_of_run(chosen, store, of_run)
            return self._report(scope, name_of(texts, head), now, [chosen], gone)

        return make

    def _of_day(self, now: datetime, unchecked: frozenset[str]) -> Report:
        parts, gone = rows_of_day(self._services.store, now, unchecked)
        return self._report(ReportScope.DAY, f"{now:%Y-%m-%d}", now, parts, gone)

    def _of_benches(self, now: datetime, unchecked: frozenset[str]) -> Report:
        store = self._services.store
        parts, gone = rows_of_day(store, now, unchecked)
        benches = benches_of_day(History(store.path), now, store.benches.bench_id, platform.node())
        title = self._texts("report.of_benches", name=f"{now:%Y-%m-%d}")
        return report_of_benches(
            self._texts, title, parts, benches, now, practice=self._services.practice, gone=gone
        )

    def _report(
        self, scope: ReportScope, name: str, now: datetime, parts: Sequence[ReportPart], gone: Sequence[str] = ()
    ) -> Report:
        columns = TO_HANDLE_COLUMNS if scope is ReportScope.TO_HANDLE else COLUMNS
        title = self._texts(f"report.of_{scope}", name=name)
        return report_of(
            self._texts, title, parts, now, practice=self._services.practice, columns=columns, gone=gone
        )

    def _unchecked(self, profiles: Sequence[Profile]) -> frozenset[str]:
        """Return the names of those of which nobody knows what the channel does with its earlier devices."""
        store = self._services.store
        known = (as_known(each, store.channels.check(each.channel)) for each in profiles)
        return frozenset(each.name for each in known if each.behaviour is Behaviour.NOT_CHECKED)
