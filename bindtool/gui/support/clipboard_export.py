"""Copies texts to the clipboard: log ids, what support asks for, a request to a colleague, a summary.

Decides which text belongs to which row or run. The texts are made by `support_text` and the catalogue.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bindtool.core.common.messages import Message
from bindtool.core.model.outcome import Answer, State
from bindtool.gui.common.util.clipboard import copy_text
from bindtool.gui.support.support_text import for_support, note, sharing

if TYPE_CHECKING:
    from bindtool.core.common.clock import Clock
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.store import Store
    from bindtool.gui.common.util.background_tasks import BackgroundTasks
    from bindtool.gui.common.widgets.notices import Notices
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.i18n.catalogue import Texts


class ClipboardExport:
    """Copies texts to the clipboard and says so."""

    def __init__(
        self,
        texts: Texts,
        document: SheetDocument,
        store: Store,
        notices: Notices,
        clock: Clock,
        tasks: BackgroundTasks,
        *,
        practice: bool,
    ) -> None:
        self._texts = texts
        self._document = document
        self._store = store
        self._notices = notices
        self._clock = clock
        self._tasks = tasks
        self._practice = practice

    def log_ids(self, numbers: list[int]) -> None:
        """Copy the log ids of rows, one a line, each once."""
        answers = (self._document.sheet[number].outcome.answer for number in numbers)
        found = dict.fromkeys(answer.log_id for answer in answers if answer is not None and answer.log_id)
        self._copy("\n".join(found), "handout.log_id", "handout.no_log_id")

    def support(self, numbers: list[int]) -> None:
        """Copy what Coze's support asks for about the last requests of rows, each request once."""
        self._tasks.start(self._copy_for_support(numbers))

    async def _copy_for_support(self, numbers: list[int]) -> None:
        head, runs = self._document.head, self._store.runs
        found = await asyncio.to_thread(runs.last_requests, head.sheet_id, numbers) if head is not None else ()
        texts = [for_support(self._texts, request) for request in found]
        self._copy("\n\n".join(texts), "handout.support", "handout.not_sent")

    def sharing(self, number: int) -> str:
        """Say whose the log id of a row is; "" where the last request that carried the row has another, or none."""
        head, answer = self._document.head, self._document.sheet[number].outcome.answer
        request = self._store.runs.last_request(head.sheet_id, number) if head is not None else None
        if request is None or request.answer is None or answer is None or request.answer.log_id != answer.log_id:
            return ""
        return sharing(self._texts, request)

    def note(self, request: str, profile: Profile, answer: Answer | None) -> None:
        """Copy a request to somebody who can help a channel, as `support_text.note` has it."""
        self._copy(note(self._texts, request, profile.channel, answer), "handout.note")

    def summary(self, *, unchecked: bool) -> None:
        """Copy the sheet in four lines, as it goes into a chat.

        `unchecked`: it is not known whether bound ones stay bound when others are sent.
        """
        head, sheet = self._document.head, self._document.sheet
        if head is None:
            return
        job = head.job or self._texts.name(head.profile)
        counts = sheet.counts()
        bound, refused, unknown = (counts[state] for state in (State.BOUND, State.REFUSED, State.UNKNOWN))
        operators = dict.fromkeys(row.operator for row in sheet if row.operator)
        text = self._texts(
            "handout.summary_text",
            date=f"{self._clock.now():%Y-%m-%d}",
            job=self._texts("report.practised", profile=job) if self._practice else job,
            expected=head.expected if head.expected is not None else len(sheet),
            bound=self._texts("counts.not_checked", counted=str(bound)) if unchecked and bound else bound,
            refused=refused,
            unknown=unknown,
            rest=len(sheet) - bound - refused - unknown,
            operators=self._texts("list.separator").join(operators) or self._texts("handout.no_operator"),
        )
        self._copy(text, "handout.summary")

    def _copy(self, text: str, done: str, nothing: str = "") -> None:
        if text:
            copy_text(text)
        self._notices.show_answer(Message.of(done if text else nothing))
