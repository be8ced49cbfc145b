"""The first day on a bench that nobody has set up: the ways to begin, to the first devices bound."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QPushButton

from bindtool.core.profiles.profile_toml import to_toml
from bindtool.core.sheet_view.columns import Column
from bindtool.practice import channel
from tests.stories.conftest import PROFILE, TOKEN, Bench

if TYPE_CHECKING:
    from pathlib import Path

    from bindtool.core.profiles.profile import Profile
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Open

IDS = ("SPK26113F2001", "SPK26113F2002", "SPK26113F2003")


def everything_in(folder: Path) -> bytes:
    """Return every byte of every file below a folder."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_by_hand_to_the_first_devices_bound(bench: Bench, server: PracticeServer, open_window: Open) -> None:
    """A form, a token from a chat, three scans and a click: all bound, and the token is in the keyring alone."""
    with open_window() as me:
        # GIVEN a computer without a profile
        me.sees("Welcome to bindtool")
        me.press("Set up by hand")
        me.write("Name", PROFILE)
        me.choose_in("Site", "Another address")
        me.write("Site address", server.site)
        me.write("Channel ID", channel.CONNECTOR_ID)
        me.write("Developer's UID", channel.USER_ID)

        # WHEN the token is pasted as it came in a chat, and checked
        me.paste_into("Access token", f" 令牌：Bearer {channel.TOKEN}\n")
        me.sees("Removed: spaces, line breaks, the word Bearer, the words before it.")
        me.press("Check and save")

        # THEN it is known whose it is, and it is no longer on the clipboard
        me.sees("accepts the token")
        me.sees(f"It belongs to the account {channel.NICK_NAME}.")
        assert me.copied() == ""

        # WHEN three devices are scanned, and Bind is pressed and confirmed
        me.press("Start scanning")
        me.sees("READY TO SCAN")
        me.scan(*IDS)
        me.press("Bind")
        me.sees("The first device is sent alone.")
        me.press("Bind now")

        # THEN each row is bound under the log id of its request, and the server has exactly these
        me.sees_states("bound", "bound", "bound")
        assert set(server.bound) == set(IDS)
        assert len({me.cell(number, Column.LOG_ID) for number in (1, 2, 3)}) == 2
        me.sees("All 3 bound")
        me.sees_step_button("Save today's report")

    # THEN the ledger remembers them, and the token is nowhere on the disk
    with sqlite3.connect(bench.data.database) as database:
        ledger = database.execute("SELECT device_id, log_id <> '' FROM ledger").fetchall()
    database.close()
    assert ledger == [(device_id, True) for device_id in IDS]
    assert bench.password_store.read(PROFILE, bench.site) == TOKEN
    assert channel.TOKEN.encode() not in everything_in(bench.data.path)


def test_the_file_from_it(server: PracticeServer, profile: Profile, open_window: Open, tmp_path: Path) -> None:
    """The file brings all but the token; once that is pasted, devices can be bound."""
    file = tmp_path / "line2.toml"
    file.write_text(to_toml(profile), encoding="utf-8")
    with open_window() as me:
        # GIVEN the profile that IT has sent
        me.press("Open the file from IT")
        me.choose(file)
        me.sees_notice(
            "No access token yet You can keep scanning. Enter the token once before you bind;"
            " Lin, 8021 can give it to you."
        )
        assert [one.text() for one in me.window.message_bar.findChildren(QPushButton) if one.isVisible()] == []
        me.scan("SPK26113F2001")
        me.sees_step_button("Enter token")

        # WHEN the next step is taken, by its key, and the token entered
        me.keys("Ctrl+Return")
        me.until(lambda: isinstance(me.front(), QDialog), "see the dialog")
        assert "No access token yet" in me.notice
        me.paste_into("Access token", channel.TOKEN)
        me.press("Save token")
        me.sees("accepts the token")
        me.press("Done")

        # THEN Bind works
        me.bind()
        me.sees_states("bound")
        assert server.bound["SPK26113F2001"].label == "智能音箱-3F2001"


def test_a_profile_that_it_has_put_on_the_machine(bench: Bench, profile: Profile, open_window: Open) -> None:
    """The window opens ready to scan; the values can be looked at, and the token alone can be entered."""
    bench.has_profile_from_it(profile)
    with open_window() as me:
        me.sees("READY TO SCAN")
        me.do("Profile…")
        me.sees("Set by IT")
        assert not me.place.controller.profiles.form().values.fields["connector_id"].line.isEnabled()
        me.paste_into("Access token", channel.TOKEN)
        me.press("Check and save")
        me.sees("accepts the token")
        me.press("Start scanning")
        me.until(lambda: me.notice == "", "see no notice any more")
    assert not bench.data.profiles.exists()


def test_scan_now_and_set_up_later(server: PracticeServer, profile: Profile, open_window: Open) -> None:
    """What was scanned without a profile goes along to the one that is set up afterwards."""
    with open_window() as me:
        # GIVEN scans without a profile
        me.press("Scan now, set up later")
        me.scan(*IDS)
        me.sees_states("ready", "ready", "ready")
        me.sees_step_button("Set up profile")

    # WHEN the program is started again on a computer with a profile by now
    with open_window(profile) as me:
        # THEN the rows are there, and can be bound
        me.sees_states("ready", "ready", "ready")
        me.bind()
        me.sees_states("bound", "bound", "bound")
    assert set(server.bound) == set(IDS)


def test_devices_that_were_scanned_before_there_is_a_profile(open_window: Open) -> None:
    """One button leads to the set-up, and there it is said that they are kept."""
    with open_window() as me:
        me.press("Scan now, set up later")
        me.scan("SPK26113F2001", "SPK26113F2002")
        me.sees_step_button("Set up profile")
        assert "Change the profile" not in me.buttons()
        me.press("Set up profile")
        me.sees("2 devices are kept on this computer. It binds your devices")
