"""Bind on a channel that is known to replace its list, and on one that is known to add."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bindtool.core.common.clock import SystemClock
from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.core.store import Store
from bindtool.practice import channel
from bindtool.practice.server import PracticeServer
from bindtool.practice.wire import Close
from tests.core.store.tables.test_benches import foreign
from tests.practice.client import lists_sent
from tests.practice.faults import ScriptedAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

pytestmark = pytest.mark.replacing


@pytest.fixture
def sender(profile: Profile, open_window: Open) -> Iterator[Technician]:
    """Give a technician at the laptop that sends; in batches of one, two at a time, were it for the profile."""
    pace = RequestSettings(rate=0, batch_size=1, concurrency=2)
    with open_window(replace(profile, behaviour=Behaviour.REPLACES, sender=True, pace=pace)) as technician:
        yield technician


def test_each_bind_sends_the_whole_list(sender: Technician, server: PracticeServer) -> None:
    """What was bound before goes along, under its newest label; its rows stay bound, and so do the new ones."""
    sender.scan("SPK1", "SPK2")
    sender.press("Bind")
    sender.sees("This channel replaces its list: all 2 devices in one request, 0 of them bound before.")
    sender.press("Bind now")
    sender.sees_the_end()

    sender.do("New sheet")
    sender.until(lambda: sender.states() == [])
    sender.scan("SPK3", "SPK1")
    sender.sees_states("ready", "held")
    sender.do_with_row(2, "Include held rows")
    sender.sees_states("ready", "ready")
    sender.press("Bind")
    sender.sees("This channel replaces its list: all 3 devices in one request, 1 of them bound before.")
    sender.press("Bind now")
    sender.sees_the_end()

    sender.sees_states("bound", "bound")
    assert lists_sent(server) == [["SPK1", "SPK2"], ["SPK2", "SPK3", "SPK1"]]
    assert list(server.bound) == ["SPK2", "SPK3", "SPK1"]
    assert "checked" not in sender.said


def test_a_list_that_is_refused(sender: Technician, server: PracticeServer) -> None:
    """Nothing is taken apart, and the banner says why; the text for support has the list as it was sent."""
    sender.scan("SPK1")
    sender.bind()
    bad = f"SPK{channel.REFUSED_ENDING}"
    sender.scan(bad, "SPK2")
    sender.bind()

    sender.sees_notice("Coze refused the whole list")
    sender.sees_notice("sending part of the list would have erased the rest")
    sender.sees_notice("“invalid request parameter” (code 4000)")
    sender.sees_states("bound", "refused", "refused")
    assert lists_sent(server)[1:] == [["SPK1", bad, "SPK2"]] * 2
    assert list(server.bound) == ["SPK1"]
    sender.press("Copy for support")
    sender.has_copied("with 3 devices")
    assert sender.copied().index('"SPK1"') < sender.copied().index('"SPK2"')

    # WHEN the bad one is taken out
    sender.select(2)
    sender.keys("Delete")
    sender.do("Bind refused and unknown devices again")
    sender.press("Bind now")
    sender.sees_the_end()
    assert list(server.bound) == ["SPK1", "SPK2"]


def test_an_answer_that_is_lost(sender: Technician, server: PracticeServer) -> None:
    """The new rows are unknown; whatever is bound next, they go along, or the channel might forget them."""
    sender.scan("SPK1")
    sender.bind()
    server.script([Close(commit=False)] * 3)
    sender.scan("SPK2")
    sender.bind()
    sender.sees_states("bound", "unknown")
    sender.sees_notice("The whole list was sent, but no answer came")
    sender.sees_notice("Sending again sends the whole list once more.")

    sender.scan("SPK3")
    sender.press("Bind")
    sender.sees("Bind 2 devices?")
    sender.press("Bind now")
    sender.sees_the_end()
    sender.sees_states("bound", "bound", "bound")
    assert list(server.bound) == ["SPK1", "SPK2", "SPK3"]


def test_a_token_that_dies(sender: Technician, server: PracticeServer) -> None:
    """Continue sends what was confirmed, the row with the lost answer too."""
    server.script([Close(commit=False), ScriptedAnswer(700012006, status=401)])
    sender.scan("SPK1", "SPK2")
    sender.bind()
    sender.sees_states("unknown", "unknown")
    sender.press("Replace token")
    sender.paste_into("Access token", channel.TOKEN)
    sender.press("Replace token")
    sender.sees("accepts the token")
    sender.press("Done")
    sender.press("Continue")
    sender.sees_the_end()
    sender.sees_states("bound", "bound")


def test_a_laptop_that_does_not_send(profile: Profile, server: PracticeServer, open_window: Open) -> None:
    """Bind is closed with its reason, whichever way it is tried; scanning goes on."""
    with open_window(replace(profile, behaviour=Behaviour.REPLACES)) as me:
        me.scan("SPK1")
        me.sees_step_button("Bind: another laptop sends")
        me.keys("Ctrl+Return")
        assert not me.place.controller.confirm_panel().isVisible()
        me.keys("Ctrl+Shift+Return")
        me.sees_notice("This channel replaces its list, and this laptop is not the one that sends it")
        me.scan("SPK2")
        assert server.requests == ()


def test_a_channel_that_adds(profile: Profile, server: PracticeServer, open_window: Open) -> None:
    """Nothing is said of lists; a lost answer may be asked for again without harm."""
    with open_window(replace(profile, behaviour=Behaviour.ADDS)) as me:
        me.scan("SPK1")
        me.press("Bind")
        me.sees("Bind 1 device?")
        assert "replace" not in me.said
        server.script([Close(commit=False)] * 3)
        me.press("Bind now")
        me.sees_the_end()
        me.sees_notice("bound or not, we can't tell. Sending again is harmless here.")


def told(bench: Bench, profile: Profile, *ids: str) -> None:
    """Let another bench tell that it has bound devices, as a shared folder or an imported history brings it."""
    with Store(bench.data.database, SystemClock()) as store:
        entries = [
            replace(foreign(number, device_id), channel=profile.channel) for number, device_id in enumerate(ids, 1)
        ]
        store.benches.take_in(entries).result()


def test_what_others_say_they_have_bound(
    bench: Bench, profile: Profile, server: PracticeServer, open_window: Open
) -> None:
    """A line in a shared folder went along with the next Bind: two were confirmed, five sent.

    It is counted apart, can be looked at, and goes along once somebody has agreed to it; what comes after the
    question is asked about anew.
    """
    profile = replace(profile, behaviour=Behaviour.REPLACES, sender=True)
    bench.has_profile(profile)
    bench.has_token()
    told(bench, profile, "FORGED1")
    with open_window() as me:
        me.scan("SPK1", "SPK2")
        me.press("Bind")
        me.sees("1 of those was bound by another bench, as far as it has reported: bench-2 (1).")
        me.press("Show what others have bound")
        me.sees("FORGED1")
        me.press("Back to scanning")
        me.sees("This channel replaces its list: all 3 devices in one request, 1 of them bound before.")

        told(bench, profile, "FORGED1", "FORGED2", "FORGED3")
        me.press("Bind now")
        me.sees_the_end()
        assert lists_sent(server) == []
        me.sees_notice("Other benches have reported more devices since you confirmed")
        me.sees("3 of those were bound by other benches, as far as they have reported: bench-2 (3).")
        me.sees_states("ready", "ready")
        me.press("Bind now")
        me.sees_the_end()
        me.sees_states("bound", "bound")
    assert lists_sent(server) == [["FORGED1", "FORGED2", "FORGED3", "SPK1", "SPK2"]]


def test_in_chinese(bench: Bench, profile: Profile, server: PracticeServer, open_window: Open) -> None:
    """What is said before the whole list is sent, and after it was refused."""
    bench.has_profile(replace(profile, behaviour=Behaviour.REPLACES, sender=True))
    bench.has_token()
    server.script([ScriptedAnswer(4000), ScriptedAnswer(4000)])
    with open_window(language="zh_CN") as me:
        me.scan("SPK1")
        me.press("绑定")
        me.sees("此渠道会覆盖整个设备列表：用一个请求发送全部 1 台，其中 0 台是之前绑定的。")
        me.press("立即绑定")
        me.sees_the_end()
        me.sees_notice("扣子拒绝了整个设备列表")
