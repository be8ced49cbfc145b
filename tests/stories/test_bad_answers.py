"""Answers that are none: whatever a server or a gateway sends, the row says what is known, and nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bindtool.core.diagnostics.log_file import log_files
from bindtool.core.sheet_view.columns import Column
from bindtool.practice.wire import Close, Fault
from tests.practice.faults import Reset, ScriptedAnswer, Truncated, empty, html, json_text, redirect

if TYPE_CHECKING:
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench
    from tests.stories.technician import Technician

NO_ANSWER = "sent, no answer: bound or not, we can't tell"

NO_ANSWERS = [
    pytest.param(html(502), NO_ANSWER, id="a page of HTML"),
    pytest.param(html(200), NO_ANSWER, id="a page of HTML with status 200"),
    pytest.param(Truncated(commit=False), NO_ANSWER, id="a truncated answer"),
    pytest.param(json_text("[]"), NO_ANSWER, id="an array"),
    pytest.param(json_text("{}"), NO_ANSWER, id="an empty object"),
    pytest.param(json_text("{oops"), NO_ANSWER, id="no JSON at all"),
    pytest.param(empty(), NO_ANSWER, id="an empty answer"),
    pytest.param(ScriptedAnswer("0"), NO_ANSWER, id="the code as a text"),
    pytest.param(ScriptedAnswer(False), NO_ANSWER, id="the code as false"),
    pytest.param(ScriptedAnswer(0, status=500, msg="oops"), NO_ANSWER, id="status 500 with code 0"),
    pytest.param(ScriptedAnswer(5000, msg="internal"), "“internal” (code 5000)", id="code 5000"),
    pytest.param(redirect("https://example.com/login"), NO_ANSWER, id="a redirect"),
    pytest.param(Reset(commit=False), NO_ANSWER, id="a connection that is reset"),
    pytest.param(Close(commit=False), NO_ANSWER, id="a connection that is closed"),
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
    logged = b"".join(log_files(bench.data.logs).values())
    assert b"starts: the window" in logged
    assert b"Traceback" not in logged


def test_a_permission_that_comes_with_status_200(ready: Technician, server: PracticeServer) -> None:
    """Code 4101 stops the run whatever the status; the row is not at fault: it stays ready, with what was said."""
    server.script([ScriptedAnswer(4101, msg="no permission")])
    ready.scan("SPK1")
    ready.bind()
    ready.sees_states("ready")
    ready.sees_notice("The token may lack a permission")
    assert ready.cell(1, Column.MESSAGE) == "“no permission” (code 4101)"
    assert ready.cell(1, Column.LOG_ID) != ""


def test_a_refusal_after_a_lost_answer_stays_unknown(ready: Technician, server: PracticeServer) -> None:
    """A lost answer is not forgotten: the device may be bound, whatever the server says of it later."""
    ready.scan("SPK1")
    ready.bind()
    server.script([Close(commit=False), *[ScriptedAnswer(4000, msg="not allowed")] * 4])
    ready.scan("SPK2")
    ready.bind()
    ready.sees_states("bound", "unknown")
    said = "refused now, an earlier answer was lost: “not allowed” (code 4000)"
    assert ready.cell(2, Column.MESSAGE) == said


def test_http_to_another_computer(ready: Technician) -> None:
    """An unprotected site is refused in the form: nothing can be sent there."""
    ready.window.actions_["new_profile"].trigger()
    ready.write("Name", "Elsewhere")
    ready.write("Channel ID", "123")
    ready.choose_in("Site", "Another address")
    ready.write("Site address", "http://api.example.com")
    ready.press("Check and save")
    ready.sees("http:// would send the token unprotected")
    ready.press("Cancel")
    ready.sees("READY TO SCAN")
