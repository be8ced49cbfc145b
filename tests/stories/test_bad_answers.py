"""Answers that are none: whatever a server or a gateway sends, the row says what is known, and nothing is lost."""

from __future__ import annotations

import pytest

from bindtool.core.diagnostics.log_file import log_files
from bindtool.core.sheet_view.columns import Column
from bindtool.practice.server import PracticeServer
from bindtool.practice.wire import Fault
from tests.practice.faults import ScriptedAnswer, html
from tests.stories.conftest import Bench
from tests.stories.technician import Technician

NO_ANSWER = "sent, no answer: bound or not, we can't tell"

NO_ANSWERS = [
    pytest.param(html(502), NO_ANSWER, id="a page of HTML"),
    pytest.param(ScriptedAnswer(5000, msg="internal"), "“internal” (code 5000)", id="code 5000"),
]


@pytest.mark.parametrize(("fault", "words"), NO_ANSWERS)
def test_an_answer_that_is_none(
    ready: Technician, bench: Bench, server: PracticeServer, fault: Fault, words: str
) -> None:
    """Sent again up to the limit, then unknown; the next try may bind it, and the log has no traceback."""
    ready.scan("SPK1")
    ready.bind()
    server.script([fault] * 3)
    ready.scan("SPK2")
    ready.bind()
    ready.sees_states("bound", "unknown")
    assert ready.cell(2, Column.MESSAGE) == words
    ready.sees_notice("1 result unknown")
    ready.press("Bind again")
    ready.press("Bind now")
    ready.sees_the_end()
    ready.sees_states("bound", "bound")
    assert ready.notice == ""
    logged = b"".join(log_files(bench.data.logs).values())
    assert b"starts: the window" in logged
    assert b"Traceback" not in logged
