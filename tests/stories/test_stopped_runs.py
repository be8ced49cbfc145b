"""Messages that stop or pause a run: what each says, and what its actions lead to; nothing scanned is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from keyring.backends import SecretService
from keyring.errors import KeyringLocked

from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.keyring_store import KeyringStore
from bindtool.core.credentials.token_record import TokenRecord
from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.core.sheet_view.columns import Column
from bindtool.practice import channel
from bindtool.practice.wire import Close
from tests.practice.faults import ScriptedAnswer

if TYPE_CHECKING:
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

IDS = ("SPK1", "SPK2", "SPK3", "SPK4", "SPK5")


def replace_token(me: Technician) -> None:
    """Replace the token by a good one, from the banner on."""
    me.press("Replace token")
    me.paste_into("Access token", channel.TOKEN)
    me.press("Replace token")
    me.sees("accepts the token")
    me.press("Done")


def has_a_note(me: Technician, *parts: str) -> None:
    """See these parts, and no token, in the note that was copied for somebody else."""
    assert [part for part in parts if part not in me.copied()] == []
    assert channel.TOKEN not in me.copied()


class Lockable(SecretService.Keyring):
    """Locked until somebody knows the password."""

    # keyring collects every subclass and shall not offer this one to other tests.
    viable = False
    locked = True

    def __init__(self, site: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring has no types here
        self._entry: str = TokenRecord(AccessToken(channel.TOKEN), site).text

    def get_password(self, service: str, username: str) -> str | None:
        """Fail as the real one does while it is locked."""
        if self.locked:
            raise KeyringLocked("locked")
        return self._entry


def test_a_locked_password_store(profile: Profile, open_window: Open) -> None:
    """Try again asks the store once more, and binds when it is open; the other way is a token for the day."""
    keyring = Lockable(profile.site)
    with open_window(profile, open_store=lambda: KeyringStore(keyring)) as me:
        me.scan("SPK1")
        me.bind()
        me.sees_notice("The system's password store is locked Type this computer's password")
        me.press("Enter a token until bindtool closes")
        me.until(lambda: "Use until bindtool closes" in me.buttons(), "be asked for a token to hold")
        me.press("Close")
        keyring.locked = False
        me.press("Try again")
        me.press("Bind now")
        me.sees_states("bound")


def test_a_token_of_another_site(bench: Bench, profile: Profile, open_window: Open) -> None:
    """Change site leads to that field; Replace token asks for the token alone, and one press goes on."""
    bench.has_profile(profile)
    bench.has_token(AccessToken("pat_of_another_site"))
    with open_window() as me:
        me.scan("SPK1")
        me.bind()
        me.sees_notice("This computer does not accept this token Tokens of coze.cn and coze.com are not")
        me.press("Change site")
        site = me.place.controller.profiles.form().values.fields["site"]
        me.until(lambda: site.isVisible() and site.isAncestorOf(me.window.focusWidget()), "see the site's field")
        me.press("Cancel")
        replace_token(me)
        me.press("Continue")
        me.sees_states("bound")


def test_a_channel_that_accepts_nothing(ready: Technician, server: PracticeServer) -> None:
    """Up to three devices are tried and put back; what to ask for is on the clipboard for the manager."""
    server.script([ScriptedAnswer(4000, msg="not enabled")] * 10)
    ready.scan(*IDS)
    ready.bind()
    ready.sees_notice("The channel did not accept the device No device has been bound on this channel yet.")
    ready.sees_notice("5 were not bound.")
    ready.press("Copy a note for the manager")
    has_a_note(ready, server.site, channel.CONNECTOR_ID, channel.KEY, "4000", "not enabled")
    ready.sees_states(*["ready"] * 5)
    assert server.bound == {}


def test_a_permission_that_is_missing(ready: Technician, server: PracticeServer) -> None:
    """What to grant is on the clipboard for the token's owner; the rows stay ready and keep the answer."""
    server.script([ScriptedAnswer(4101, status=403, msg="no permission")])
    ready.scan("SPK1", "SPK2")
    ready.bind()
    ready.sees_notice("The token may lack a permission Binding needs the permission bindConnectorConfig.")
    ready.sees_notice("2 devices stay ready.")
    ready.press("Copy a note for the owner")
    has_a_note(ready, "bindConnectorConfig", channel.CONNECTOR_ID, "4101", "no permission")
    ready.sees_states("ready", "ready")
    assert ready.cell(1, Column.MESSAGE) == "“no permission” (code 4101)"
    assert ready.cell(1, Column.LOG_ID) != ""


def test_a_channel_that_is_unknown(ready: Technician, server: PracticeServer) -> None:
    """The button leads to the profile, where the channel id stands beside the place to compare it with."""
    server.script([ScriptedAnswer(4200, status=404, msg="connector not found")])
    ready.scan("SPK1")
    ready.bind()
    ready.sees_notice("This computer does not know this channel")
    ready.press("Copy for support")
    ready.has_copied("connector not found")
    ready.press("Change the profile")
    ready.sees(ready.says("profile_form.connector_id.hint"))
    ready.press("Cancel")
    ready.sees_states("ready")


def test_a_token_that_ends_in_a_run(profile: Profile, server: PracticeServer, open_window: Open) -> None:
    """One paste and two presses later the rest of the run is bound, and no other row."""
    server.script([None, ScriptedAnswer(700012006, status=401, msg="access token invalid")])
    with open_window(replace(profile, pace=RequestSettings(rate=0, batch_size=2), proven=True)) as me:
        me.scan(*IDS)
        me.bind()
        me.sees_notice("Paused: the token no longer works 2 bound, 3 not sent, all saved.")
        assert "access token invalid" in me.notice
        me.sees_states("bound", "bound", "ready", "ready", "ready")
        me.scan("SPK6")
        replace_token(me)
        me.sees_notice(me.says("advice.go_on.title"))
        me.press("Continue")
        me.sees_states(*["bound"] * 5, "ready")
    assert set(server.bound) == set(IDS)


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (Behaviour.NOT_CHECKED, "Sending again should be harmless; Coze's documentation does not say."),
        (Behaviour.ADDS, "Sending again is harmless here."),
    ],
)
def test_answers_that_are_lost(
    profile: Profile, server: PracticeServer, open_window: Open, behaviour: Behaviour, words: str
) -> None:
    """Send again asks about exactly these, and binds them; what it does is said as far as it is known."""
    server.script([Close(commit=False)] * 3)
    with open_window(replace(profile, behaviour=behaviour, proven=True)) as me:
        me.scan("SPK1", "SPK2")
        me.bind()
        me.sees_notice(f"2 results unknown Sent, but no answer came: bound or not, we can't tell. {words}")
        me.scan("SPK3")
        me.press("Bind again")
        me.sees("Bind 2 devices with lost answers again?")
        me.press("Bind now")
        me.sees_states("bound", "bound", "ready")


@pytest.mark.parametrize("code", [4100, 4101, 4200, 4019])
def test_try_again_after_the_banner(ready: Technician, server: PracticeServer, code: int) -> None:
    """Whatever has stopped a run, Bind stays there and does its work once the cause is gone."""
    server.script([ScriptedAnswer(code)])
    ready.scan("SPK1")
    ready.bind()
    ready.until(lambda: ready.notice != "", "see what has stopped it")
    ready.bind()
    ready.sees_states("bound")
    assert ready.notice == ""


def test_a_token_near_its_end(bench: Bench, profile: Profile, open_window: Open) -> None:
    """It is said when the window opens, and its last day goes on standing in the footer."""
    last_day = date.today() + timedelta(days=3)  # noqa: DTZ011 - the day as the window's own clock has it
    bench.has_profile(profile)
    bench.has_token(last_day=last_day)
    with open_window() as me:
        me.sees_notice(f"The token expires on {last_day.isoformat()}; ask Lin, 8021 for a new one in time.")
        me.sees(me.says("status.token_until", day=f"{last_day:%m-%d}"))
