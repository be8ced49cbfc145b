"""What of a run stands in the program's log."""

from __future__ import annotations

import logging
import re

import pytest

from bindtool.core.api.responses import NeverSent, NotSent
from bindtool.core.binding.events import ClockOff, Event, ObstacleChanged, SizeLimited
from bindtool.core.jobs.store_journal import log_event
from bindtool.core.profiles.profile import RequestSettings
from bindtool.core.store import Store
from bindtool.practice.server import PracticeServer
from tests.core.jobs.bench import CLOCK, Bench, last_word, profile_of
from tests.practice.faults import ScriptedAnswer


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the lines of runs, times and the practice server's log ids left out."""
    lines = [record.getMessage() for record in caplog.records if record.name == "bindtool.core.jobs.store_journal"]
    return [re.sub(r"\d\.\d+ s", "T s", re.sub(r"log id \d{6,}\w*", "log id L", line)) for line in lines]


def test_a_run_and_each_of_its_requests(
    store: Store, server: PracticeServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Begin, a line a request with rows, kind, code, log id and time, every wait, end; no id and no label."""
    caplog.set_level(logging.INFO)
    server.script([ScriptedAnswer(0), ScriptedAnswer(4000), ScriptedAnswer(4009)])
    bench = Bench(
        store, profile_of(server, pace=RequestSettings(batch_size=2, rate=0)), ids=["SPK1", "SPK2", "SPK30000"]
    )
    last_word(bench.run())
    begin = f"channel {bench.profile.connector_id} at {bench.profile.site}, profile line"
    assert told(caplog) == [
        f"run 1 begins: 3 rows, 1 to 3, {begin}; 2 a request, 1 at a time, rate 0",
        "run 1, request 1: bound, code 0, HTTP 200, log id L, T s, row 1",
        "run 1, request 2: refused, code 4000, HTTP 200, log id L, T s, 2 rows, 2 to 3",
        "run 1, request 3: wait, code 4009, HTTP 200, log id L, T s, 2 rows, 2 to 3",
        "run 1 waits T s (asked): 2 rows, 2 to 3",
        "run 1, request 4: refused, code 4000, HTTP 200, log id L, T s, 2 rows, 2 to 3",
        "run 1: a refused request is bisected, 2 devices of it are left",
        "run 1, request 5: bound, code 0, HTTP 200, log id L, T s, row 2",
        "run 1: a refused request is bisected, 1 devices of it are left",
        "run 1, request 6: refused, code 4000, HTTP 200, log id L, T s, row 3",
        "run 1 has ended: finished",
    ]
    assert [text for text in ("SPK", bench.token.reveal()) if text in caplog.text] == []


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (
            ObstacleChanged(NeverSent(CLOCK.now(), NotSent.PROXY_USER, "CORP\\lin", "proxy.corp:3128")),
            "run 7: requests can't leave: proxy_user, proxy.corp:3128",
        ),
        (ObstacleChanged(NeverSent(CLOCK.now(), NotSent.DNS)), "run 7: requests can't leave: dns, -"),
        (ObstacleChanged(None), "run 7: nothing keeps requests from leaving any more"),
        (SizeLimited(20), "run 7: the server takes 20 devices a request at most"),
        (ClockOff(12), "run 7: this computer's clock is off by 12 minutes"),
    ],
)
def test_what_else_there_is_to_say(event: Event, words: str, caplog: pytest.LogCaptureFixture) -> None:
    """What keeps requests from leaving, without the user of a proxy; what the server takes; the clock."""
    caplog.set_level(logging.INFO)
    log_event(7, event)
    assert told(caplog) == [words]
