"""What a screen reader gets from the program itself, over the accessibility bus of a desktop."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.loop import PATIENCE
from tests.patience import until
from tests.stories.program import Program, practising
from tests.stories.screen_reader import ASSERTIVE, POLITE, Heard, ScreenReader, hearing, needs_bus

pytestmark = [needs_bus, pytest.mark.long]

CONTROLS = {"button", "check box", "combo box", "table", "text"}

FIELD = "Scan a device ID"
TOKEN_BY_MISTAKE = "pat_" + "x" * 64


@contextmanager
def practising_by_ear(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Program, ScreenReader]]:
    """Start practice mode on a desktop with a screen reader, and wait until sheet and profile are open."""
    monkeypatch.setenv("QT_LINUX_ACCESSIBILITY_ALWAYS_ON", "1")
    with practising(folder) as program, hearing(program.process.pid) as reader:

        def is_open() -> bool:
            summary, channel = reader.find("label", "Summary"), reader.find("label", "Channel")
            return bool(summary and summary.description and channel and "This computer" in channel.description)

        until(is_open)
        yield program, reader


def found(reader: ScreenReader, role: str, name: str) -> Heard:
    """Look for one thing that must be there."""
    one = reader.find(role, name)
    assert one is not None, f"no {role} {name!r} among {[(one.role, one.name) for one in reader.all()]}"
    return one


def test_every_control_has_its_name_and_role(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN an empty sheet THEN the fixed names are there; no control is nameless; disabled Bind says why."""
    with practising_by_ear(tmp_path, monkeypatch) as (_, reader):
        for role, name in (("frame", "bindtool"), ("text", FIELD), ("table", "Devices"), ("label", "Summary")):
            assert found(reader, role, name).states.count("showing") == 1
        assert "editable" in found(reader, "text", FIELD).states
        assert found(reader, "label", "Summary").description.startswith("All 0, Ready 0")
        bind = found(reader, "button", "Bind")
        assert "enabled" not in bind.states
        assert bind.description == "no device is ready"
        assert [one for one in reader.all() if one.role in CONTROLS and not one.name] == []


# Qt 6.11 has no such method, for which the bus may ask at any time.
@pytest.mark.qt_log_ignore("GetApplicationBusAddress", extend=True)
def test_a_run_by_ear(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN a reader WHEN devices are scanned and bound THEN each result and the end are said, rows in words."""
    with practising_by_ear(tmp_path, monkeypatch) as (program, reader):

        def until_said(urgency: int, *words: str) -> None:
            """Wait until all these words are said in one breath."""

            def check() -> None:
                said = reader.announced()
                assert any(u == urgency and all(word in text for word in words) for u, text in said), said

            qtbot.waitUntil(check, timeout=PATIENCE)

        assert reader.ask("write", FIELD, "SPK9999")
        assert found(reader, "text", FIELD).text == "SPK9999"
        program.keys("Return")
        until_said(POLITE, "SPK9999", "added")
        program.scan("SPK1", "SPK0000", "SPK1", TOKEN_BY_MISTAKE)
        until_said(POLITE, "SPK1", "added")
        until_said(POLITE, "SPK0000", "added")
        until_said(ASSERTIVE, "SPK1", "already in row 2")
        until_said(ASSERTIVE, "token")
        assert TOKEN_BY_MISTAKE not in str(reader.announced())

        table = reader.ask("table", "Devices")
        times = [row.pop() for row in table["cells"]]
        assert all(re.fullmatch(r"\d\d:\d\d:\d\d", time) for time in times)
        assert table == {
            "headers": ["#", "Device ID", "Label", "Status", "Message", "Log ID", "Time"],
            "cells": [
                ["3", "SPK0000", "PK0000", "ready", "", ""],
                ["2", "SPK1", "SPK1", "ready", "", ""],
                ["1", "SPK9999", "PK9999", "ready", "", ""],
            ],
        }
        assert found(reader, "button", "Bind").description == "Bind 3 devices"
        assert reader.press("Bind")
        until_said(ASSERTIVE, "Bind 3 devices?")
        assert found(reader, "panel", "Bind devices").description == "Bind 3 devices?"
        for name in ("Bind now", "Cancel"):
            assert "is_default" not in found(reader, "button", name).states
        assert reader.press("Bind now")
        qtbot.waitUntil(lambda: reader.find("button", "Stop") is not None, timeout=PATIENCE)
        until_said(ASSERTIVE, "2 bound, 1 refused")

        cells = reader.ask("table", "Devices")["cells"]
        assert [row[3] for row in cells] == ["refused", "bound", "bound"]
        assert "code 4000" in cells[0][4]
        assert found(reader, "panel", "Run finished").description.startswith("2 bound, 1 refused")
        assert reader.press("Copy summary")
        qtbot.waitUntil(lambda: reader.find("panel", "What was done") is not None, timeout=PATIENCE)
        until_said(POLITE, found(reader, "panel", "What was done").description)
