"""Talking to Coze's support: one file with all that is asked for, without the token."""

from __future__ import annotations

import logging
import re
import shutil
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QUrl

from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.keyring_store import KeyringStore
from tests.practice.faults import ScriptedAnswer
from tests.stories.conftest import PROFILE, Bench

if TYPE_CHECKING:
    from pathlib import Path

    from bindtool.core.profiles.profile import Profile
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Open

TOKEN = AccessToken("pat_8fQ2vX7Lm0aZ4kR9tYb6WcJ1hNe5uD3sG7pKx")
TEXT = TOKEN.reveal()
HALVES = TEXT[:20], TEXT[20:]


@pytest.fixture
def smuggler(bench: Bench, profile: Profile, server: PracticeServer, open_window: Open, tmp_path: Path) -> Path:
    """Give the file that was saved after a run in which everybody tried to get the token into it."""
    bench.has_profile(replace(profile, who_to_ask=f"Lin {HALVES[0][4:]}", user_name=HALVES[1]))
    bench.has_token(TOKEN)
    echo = f"who is {TEXT}? {HALVES[0]} {HALVES[1]} {TEXT.upper()}"
    server.script([ScriptedAnswer(4101, msg=echo, headers={"x-tt-logid": f"LOG-{TEXT}"})])
    path = tmp_path / "support.zip"
    with open_window() as me:
        logging.getLogger("bindtool").info("the token is %s; %s, %s", TEXT, *HALVES)
        me.scan("SPK1")
        me.bind()
        me.sees_notice("does not accept this token")
        me.do("Save for support…")
        me.choose(path)
        me.sees_notice(f"Saved for support: {path}")
        me.press("Dismiss")
        me.sees_notice("does not accept this token")
    return path


def test_the_file_for_support_has_no_token(smuggler: Path) -> None:
    """Searched byte by byte for the token, its halves, and any part that says something of it."""
    with zipfile.ZipFile(smuggler) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    log, *others = sorted(members)
    assert re.fullmatch(r"log/bindtool-\d{4}-\d\d-\d\d-\d{6}-\d+\.log", log)
    assert others == ["network.toml", "profile.toml", "requests.csv", "run.toml", "versions.toml"]
    parts = [TEXT[at : at + 12].encode() for at in range(len(TEXT) - 11)]
    found = [name for name, data in members.items() if any(part.lower() in data.lower() for part in parts)]
    assert found == []
    assert b"who is ***? *** *** ***" in members["requests.csv"]
    assert b"the token is ***; ***, ***" in members[log]
    assert b": run 1, request 1: stop, code 4101, HTTP 200, log id " in members[log]
    assert PROFILE.encode() in members["profile.toml"]


def test_the_journal_has_no_token_either(smuggler: Path, bench: Bench) -> None:
    """What a server repeats is taken out before it is written down."""
    parts = [TEXT[at : at + 12].encode() for at in range(len(TEXT) - 11)]
    kept = bench.data.database.read_bytes()
    assert [part for part in parts if part in kept] == []
    assert KeyringStore().read(PROFILE, bench.site) == TOKEN


def test_the_folders(bench: Bench, profile: Profile, open_window: Open) -> None:
    """The log's and the data's are shown by what shows files here, also a deleted one; else it is said where."""
    bench.has_profile(profile)
    opened: list[str] = []

    def open_page(address: str) -> bool:
        opened.append(QUrl(address).toLocalFile())
        return len(opened) < 3

    with open_window(open_page=open_page) as me:
        me.do("Open data folder")
        shutil.rmtree(bench.data.logs, ignore_errors=True)
        me.do("Open log folder")
        assert opened == [str(bench.data.path), str(bench.data.logs)]
        assert bench.data.logs.is_dir()
        me.do("Open log folder")
        me.sees_notice(f"No program on this computer opens folders Open it yourself: {bench.data.logs}")
