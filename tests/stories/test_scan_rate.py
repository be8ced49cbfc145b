"""A scanner as fast as the cable: a thousand keys a second come through the display while a run is on.

No hand scans so fast: it pours out what it had stored, and is asked about once.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QProcess

from bindtool.core.common.clock import SystemClock
from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.core.scanner.scan_rules import ScannerRules, ScanRules
from bindtool.core.sheet_view.columns import Column
from tests.stories import key_repeat

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from tests.stories.conftest import Bench, Open

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        sys.platform != "linux" or shutil.which("xdotool") is None, reason="xdotool types on X11 only"
    ),
]

BEFORE = 40
CODES = [f"SPK26113F-{number:07}-line2.abCDEF" for number in range(1, 301)]
A_MINUTE = 60_000


def test_three_hundred_codes_at_a_millisecond_a_key(
    bench: Bench, profile: Profile, open_window: Open, qtbot: QtBot, tmp_path: Path
) -> None:
    """Every code is a row, in order and unchanged, and the run that was on goes on."""
    assert {len(code) for code in CODES} == {30}
    key_repeat.turn_off()
    # A busy computer stamps keys late; a scanner's own keys come as fast as they may.
    patient = ScanRules(scanner=ScannerRules(longest_gap=200))
    slow = RequestSettings(rate=1, batch_size=1)
    bench.has_profile(replace(profile, pace=slow, behaviour=Behaviour.ADDS, scan=patient))
    bench.has_token()
    script = tmp_path / "scanner.txt"
    with open_window(clock=SystemClock()) as me:
        me.paste("\n".join(f"SPK26113F-{number:07}-line1.abCDEF" for number in range(1, BEFORE + 1)))
        me.sees_step_button(f"Bind {BEFORE} devices")
        me.start_binding()
        me.until(lambda: "bound" in me.states(), "see the run under way")
        me.window.scan_bar.field.setFocus()
        typed = "".join(f"type --delay 1 {code}\nkey --delay 0 Return\n" for code in CODES)
        script.write_text(f"windowfocus --sync {int(me.window.winId())}\n{typed}", encoding="utf-8")
        scanner = QProcess()
        scanner.start("xdotool", [str(script)])
        qtbot.waitUntil(lambda: scanner.state() is QProcess.ProcessState.NotRunning, timeout=A_MINUTE)
        assert scanner.exitCode() == 0
        me.sees(f"{len(CODES)} lines came as one code.")
        assert me.states()[BEFORE:] == ["incomplete"]
        me.press("Each line is a device")
        me.until(lambda: me.states()[BEFORE:] == ["ready"] * len(CODES), "see all of them ready")

        # The row of all of them has had a number, too.
        assert [me.cell(BEFORE + 1 + at, Column.DEVICE_ID) for at in range(1, len(CODES) + 1)] == CODES
        assert me.window.scan_bar.field.text() == ""
        assert me.step_button == "Stop", "the run was over too soon"
        me.press("Stop")
        me.sees_the_end()
        assert me.states()[BEFORE:] == ["ready"] * len(CODES)
