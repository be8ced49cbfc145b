"""Copies texts to the clipboard: log ids, facts for support, a request to a colleague, a summary.

Decides which text belongs to which row or run. The texts, for Coze, its support, the business manager and the
token's owner, contain the facts they ask for, and never the token.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bindtool import __version__
from bindtool.core.api.bind_request import as_curl
from bindtool.core.common.messages import Message
from bindtool.core.model.device import Device
from bindtool.core.model.outcome import Answer, State
from bindtool.gui.common.util.clipboard import copy_text

if TYPE_CHECKING:
    from bindtool.core.common.clock import Clock
    from bindtool.core.model.channel import Channel
    from bindtool.core.model.outcome import Answer
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.store import SentRequest, Store
    from bindtool.gui.common.util.background_tasks import BackgroundTasks
    from bindtool.gui.common.widgets.notices import Notices
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.i18n.catalogue import Texts


def for_support(texts: Texts, request: SentRequest) -> str:
    """Return the facts Coze's support asks for about a request, one per line, then the request itself."""
    channel = request.run.channel
    devices = [Device(sent.device_id, sent.label) for sent in request.devices]
    lines = [
        *_channel_lines(texts, channel),
        texts("support.sent", time=request.begun_at.isoformat(timespec="seconds")),
        *_answer_lines(texts, request.answer),
        *filter(None, [sharing(texts, request)]),
        texts("support.request", request=request.number, n=len(devices)),
        texts("support.first_device", device_id=devices[0].device_id),
        texts("support.version", version=__version__),
        "",
        as_curl(channel, devices),
    ]
    return "\n".join(lines)


def sharing(texts: Texts, request: SentRequest) -> str:
    """Say whose log id a request has, so that it isn't reported fifty times; "" if it has none."""
    if request.answer is None or not request.answer.log_id:
        return ""
    if len(request.devices) == 1:
        return texts("support.alone")
    return texts("support.shared", request=request.number, n=len(request.devices))


def note(texts: Texts, request: str, channel: Channel, answer: Answer | None) -> str:
    """Return a request to a person who can unblock a channel, with its facts.

    `request`: "support.to_manager", asking Coze's business manager to enable binding by API; "support.to_owner",
    asking the token's owner to grant the permission.
    """
    return "\n".join([texts(request), "", *_channel_lines(texts, channel), *_answer_lines(texts, answer)])


def for_coze(texts: Texts, channel: Channel) -> str:
    """Return the question to Coze whether a channel adds or replaces, which Coze can answer without trying it."""
    return "\n".join([texts("support.to_coze"), "", *_channel_lines(texts, channel)])


def _channel_lines(texts: Texts, channel: Channel) -> list[str]:
    return [
        texts("support.site", address=channel.site),
        texts("support.channel", connector_id=channel.connector_id),
        texts("support.key", key=channel.key),
        texts("support.user_id", user_id=channel.user_id or texts("support.none")),
    ]


def _answer_lines(texts: Texts, answer: Answer | None) -> list[str]:
    none = texts("support.none")
    if answer is None:
        return [texts("support.no_answer")]
    return [
        texts("support.time", time=answer.time.isoformat(timespec="seconds")),
        texts("support.http_status", http_status=none if answer.http_status is None else answer.http_status),
        texts("support.code", code=none if answer.code is None else answer.code),
        texts("support.message", message=answer.message or none),
        texts("support.log_id", log_id=answer.log_id or none),
    ]


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
        """Copy the log ids of rows, one per line, each once."""
        answers = (self._document.sheet[number].outcome.answer for number in numbers)
        found = dict.fromkeys(answer.log_id for answer in answers if answer is not None and answer.log_id)
        self._copy("\n".join(found), "handout.log_id", "handout.no_log_id")

    def support(self, numbers: list[int]) -> None:
        """Copy the facts Coze's support asks for about the last requests of rows, each request once."""
        self._tasks.start(self._copy_for_support(numbers))

    async def _copy_for_support(self, numbers: list[int]) -> None:
        head, runs = self._document.head, self._store.runs
        found = await asyncio.to_thread(runs.last_requests, head.sheet_id, numbers) if head is not None else ()
        texts = [for_support(self._texts, request) for request in found]
        self._copy("\n\n".join(texts), "handout.support", "handout.not_sent")

    def sharing(self, number: int) -> str:
        """Say whose log id a row has; "" if the last request with the row has another log id, or none."""
        head, answer = self._document.head, self._document.sheet[number].outcome.answer
        request = self._store.runs.last_request(head.sheet_id, number) if head is not None else None
        if request is None or request.answer is None or answer is None or request.answer.log_id != answer.log_id:
            return ""
        return sharing(self._texts, request)

    def note(self, request: str, profile: Profile, answer: Answer | None) -> None:
        """Copy a request to a person who can unblock a channel, by the function `note`."""
        self._copy(note(self._texts, request, profile.channel, answer), "handout.note")

    def summary(self, *, unchecked: bool) -> None:
        """Copy a summary of the sheet in four lines, for a chat.

        `unchecked`: it is unknown whether bound devices stay bound when others are sent.
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
