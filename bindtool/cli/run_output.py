"""The output of a run on the command line: a line for each device once it is settled, progress, the end.

It decides when a row is reported. The format of a line is in `console`, the meaning of an event in
`core.binding.events`.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

from bindtool.cli.warnings import sum_of
from bindtool.core.api.codes import meaning
from bindtool.core.binding.advice import obstacle_hint, obstacle_title
from bindtool.core.binding.events import (
    LONG_WAIT,
    STOPPED_EARLY,
    Bisecting,
    ClockOff,
    Event,
    ObstacleChanged,
    Sending,
    Settled,
    SizeLimited,
    Waiting,
    WaitReason,
)
from bindtool.core.binding.progress import RunProgress
from bindtool.core.common.messages import Message
from bindtool.core.model.outcome import NEEDS_HAND, Answer, Outcome, State
from bindtool.i18n.row_text import answer_words, duration_words, row_message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bindtool.cli.console import Console
    from bindtool.core.common.clock import Clock
    from bindtool.core.jobs.bind_job import Concluded
    from bindtool.core.model.job import Job
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.sheet.sheet import Sheet

_SETTLED = frozenset({State.BOUND, State.REFUSED, State.UNKNOWN})
"""No run takes up a row in one of these states again; every other state ends with the run at the latest."""


_SUMMED = {
    "bound": State.BOUND,
    "refused": State.REFUSED,
    "unknown": State.UNKNOWN,
    "unsent": State.UNSENT,
    "held": State.INCOMPLETE,
    "ready": State.READY,
}
"""The counts of a summary by their names, which are stable."""

_OF_A_ROW = ("row", "status", "device_id", "label", "code", "message", "logid", "time", "attempts")
"""The names of a row's values, which are stable; each is a column of the report."""

_BODIES = {
    "advice.billing.hint": "cli.advice.billing",
    "advice.come_back.hint": "cli.advice.come_back",
    "advice.quota.hint": "cli.advice.quota",
    "advice.risk_control.hint": "cli.advice.risk_control",
    "advice.token_stopped.hint": "cli.advice.token_stopped",
    "advice.trouble.hint": "cli.advice.trouble",
    "advice.unknown_channel.hint": "cli.advice.unknown_channel",
    "advice.waiting.hint": "cli.advice.waiting",
}
"""Texts without actions possible only in a window, such as scanning on."""

_WAITS = {
    WaitReason.ASKED: "progress.wait_asked",
    WaitReason.OFFLINE: "progress.wait_offline",
    WaitReason.LOST: "progress.wait_lost",
    WaitReason.TROUBLE: "progress.wait_trouble",
}


class RunOutput:
    """Updates the sheet by the events of a run and prints each row once; `who` is the person to ask.

    On a terminal, it shows the speed of the run and the time left, by `clock`. `known`: the number of rows bound
    before; None if rows are not printed as JSON objects.
    """

    def __init__(self, sheet: Sheet, console: Console, who: str, clock: Clock, known: int | None = None) -> None:
        self._sheet = sheet
        self._console = console
        self._who = who
        self._clock = clock
        self._known = known
        self._started = clock.monotonic()
        self._progress: RunProgress | None = None
        self._open: set[int] = set()
        self._sending: dict[int, Outcome] = {}
        self._total = 0
        self._begun = False
        self._explained: set[int | None] = set()

    def begin(self, jobs: Sequence[Job] = ()) -> None:
        """Print the rows that no request will carry: they are invalid, or were settled by an earlier run."""
        self._begun = True
        self._open = {job.number for job in jobs}
        self._total = len(self._open)
        if self._console.has_bar:
            self._progress = RunProgress(self._open, self._clock)
        self._print_rows([row.number for row in self._sheet if row.number not in self._open])

    def take(self, event: Event) -> None:
        """Print an event."""
        if self._progress is not None:
            self._progress.take(event)
        match event:
            case Sending():
                # Not printed before there is an answer, or the end.
                self._sending.update(event.outcomes)
            case Settled():
                self._settle(event.outcomes)
            case Waiting():
                self._console.say(self._wait_words(event))
                if event.reason in {WaitReason.ASKED, WaitReason.TROUBLE}:
                    self._explain(self._sheet[event.rows[0]].outcome.answer)
            case ObstacleChanged(obstacle) if obstacle is not None:
                self._console.say_messages(obstacle_title(obstacle), obstacle_hint(obstacle, self._who))
            case ClockOff():
                self._console.say_messages(Message.of("clock.off", m=event.minutes))
            case Bisecting():
                left = event.left
                self._show_progress(lambda: self._console.texts("progress.looking", n=left))
            case SizeLimited():
                self._console.say(self._console.texts("progress.size_found", size=event.size))

    def finish(self, profile: Profile) -> None:
        """Print the remaining rows, and the counts; the profile knows whether earlier devices stay."""
        if not self._begun:
            self.begin()
        self._console.end_progress()
        self.settle()
        self._print_rows(sorted(self._open))
        self._open.clear()
        for line in sum_of(self._sheet, profile, self._console.texts):
            self._console.say(line)

    def sum_up(self, requests: int) -> None:
        """Print the counts as a JSON object, if rows are printed so: they add up to the rows."""
        if self._known is None:
            return
        counts = self._sheet.counts()
        summary = {name: counts[state] for name, state in _SUMMED.items()}
        seconds = round(self._clock.monotonic() - self._started, 1)
        self._console.json({"summary": {**summary, "known": self._known, "requests": requests, "seconds": seconds}})

    def settle(self) -> None:
        """Settle rows without an answer as the next start would: they may have been accepted."""
        self._sheet.settle(self._sending)
        self._sheet.settle({number: self._sheet[number].outcome.recovered() for number in self._open})

    def conclude(self, concluded: Concluded) -> None:
        """Print the number of requests, and the next steps, with the server's own words below ours."""
        if concluded.ended.requests:
            self._console.say(self._console.texts("finished.requests", n=concluded.ended.requests))
        if concluded.advice is not None:
            advice = concluded.advice
            body = replace(advice.body, id=_BODIES.get(advice.body.id, advice.body.id))
            self._console.say_messages(*filter(None, (advice.title, body, advice.more, advice.code)))
        answer = concluded.ended.answer
        if answer is not None and concluded.advice is not None:
            self._explained.add(answer.code)
        to_handle = (row.outcome.answer for row in self._sheet if row.outcome.state in NEEDS_HAND)
        for each in to_handle:
            self._explain(each)
        if answer is not None and answer.code is not None:
            self._console.say(answer_words(self._console.texts, answer))
            if answer.log_id:
                self._console.say(self._console.texts("support.log_id", log_id=answer.log_id))
        if concluded.ended.ending in STOPPED_EARLY:
            self._console.say_messages(Message.of("cli.go_on"))

    def _explain(self, answer: Answer | None) -> None:
        """Explain the code of an answer, once."""
        if answer is not None and answer.code not in self._explained:
            self._explained.add(answer.code)
            self._console.say_messages(*filter(None, (meaning(answer.code, self._who),)))

    def _settle(self, outcomes: Mapping[int, Outcome]) -> None:
        self._sheet.settle(outcomes)
        for number in outcomes:
            self._sending.pop(number, None)
        settled = [number for number in outcomes if outcomes[number].state in _SETTLED and number in self._open]
        if settled:
            self._open.difference_update(settled)
            self._print_rows(settled)
            self._show_progress(self._counted)

    def _print_objects(self, numbers: Sequence[int]) -> None:
        # Most scripts use the lines.
        from bindtool.core.reports.csv_writer import cells
        from bindtool.i18n.row_text import report_lines

        rows = zip(self._sheet.rows(numbers), self._sheet.statuses(numbers), strict=True)
        for values in cells(report_lines(self._console.texts, rows, ""), _OF_A_ROW):
            named = zip(_OF_A_ROW, values, strict=True)
            self._console.json({name: None if value == "" else value for name, value in named})

    def _print_rows(self, numbers: Sequence[int]) -> None:
        if self._known is not None:
            self._print_objects(numbers)
            return
        texts, lines = self._console.texts, []
        about: tuple[object, ...] = ()
        for row, status in zip(self._sheet.rows(numbers), self._sheet.statuses(numbers), strict=True):
            # Neighbours mostly have the same remarks.
            if about != (row.outcome, status, row.note):
                about = (row.outcome, status, row.note)
                answer = row.outcome.answer
                log_id = "" if answer is None else answer.log_id
                words = row_message(texts, row, status)
            lines.append((status.state, row.device_id, log_id, words))
        self._console.results(lines)

    def _wait_words(self, wait: Waiting) -> str:
        texts = self._console.texts
        words = texts(_WAITS[wait.reason], s=ceil(wait.seconds))
        if wait.reason is WaitReason.ASKED and wait.seconds > LONG_WAIT:
            words = texts.together(words, texts("progress.others_too"))
        return words

    def _counted(self) -> str:
        counts, texts = self._sheet.counts(), self._console.texts
        parts = [
            texts(
                "cli.progress",
                done=self._total - len(self._open),
                total=self._total,
                refused=counts[State.REFUSED],
                unknown=counts[State.UNKNOWN],
            )
        ]
        if self._progress is not None:
            now = self._progress.now()
            if now.per_minute is not None:
                parts.append(texts("foot.per_minute", count=now.per_minute))
            if now.rest is not None:
                parts.append(texts("foot.rest", duration=duration_words(texts, now.rest)))
        return " · ".join(parts)

    def _show_progress(self, words: Callable[[], str]) -> None:
        self._console.progress(self._total - len(self._open), self._total, words)
