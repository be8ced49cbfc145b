"""The system's password store when it is locked, missing, unsafe or slow: a clear message, and a way on."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from keyring.backend import KeyringBackend
from keyring.backends import SecretService, fail
from keyring.errors import KeyringLocked

from bindtool.core.credentials.keyring_store import KeyringStore
from bindtool.core.credentials.token_record import TokenRecord
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.core.sheet_view.next_step import Step
from bindtool.practice import channel
from tests.stories.conftest import PROFILE, TOKEN, Bench

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.core.profiles.profile import Profile
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Open
    from tests.stories.technician import Technician


class Locked(SecretService.Keyring):
    """The person closes each prompt without the password."""

    # keyring collects every subclass and shall not offer these to other tests.
    viable = False

    def get_password(self, service: str, username: str) -> str | None:
        """Fail as the real one does."""
        raise KeyringLocked("locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Fail as the real one does."""
        raise KeyringLocked("locked")


class Prompting(SecretService.Keyring):
    """Shows a prompt and waits for as long as nobody answers it."""

    viable = False

    def __init__(self, site: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring has no types here
        self._entry = TokenRecord(TOKEN, site).text
        self.answered = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        """Wait for the password, then serve."""
        self.answered.wait()
        return self._entry

    def set_password(self, service: str, username: str, password: str) -> None:
        """Wait for the password, then serve."""
        self.answered.wait()


class PlainText(KeyringBackend):
    """Keeps what it is given in a file that anybody can read."""

    viable = False
    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        """Is never asked."""
        raise AssertionError

    def set_password(self, service: str, username: str, password: str) -> None:
        """Is never asked."""
        raise AssertionError

    def delete_password(self, service: str, username: str) -> None:
        """Is never asked."""
        raise AssertionError


def over(backend: type[KeyringBackend]) -> Callable[[], KeyringStore]:
    """Return what opens the store over such a one of the system's."""
    return lambda: KeyringStore(backend())


def test_a_token_that_is_held_until_bindtool_closes(
    bench: Bench,
    profile: Profile,
    server: PracticeServer,
    open_window: Open,
) -> None:
    """Where the store can't serve, the panel says why; the token then holds for the day, and is asked for once."""
    bench.has_profile(profile)
    with open_window(open_store=over(fail.Keyring)) as me:
        me.press("Enter token")
        me.paste_into("Access token", channel.TOKEN)
        me.press("Save token")
        me.sees("This computer has no password store")
        me.press("Enter a token until bindtool closes")
        me.sees("Kept until bindtool closes: personal token, 12 characters.")
        me.sees("accepts the token")
        me.press("Done")
        for device_id in ("SPK1", "SPK2"):
            me.scan(device_id)
            me.bind()
        me.sees_states("bound", "bound")
    with open_window(open_store=over(fail.Keyring)) as me:
        me.sees_notice("No access token yet")


def test_bind_without_a_store(profile: Profile, open_window: Open) -> None:
    """A token was stored once, and the store can't serve today: nothing is sent, and the rows stay ready."""
    with open_window(profile, open_store=over(PlainText)) as me:
        me.scan("SPK1")
        me.bind()
        me.sees_notice("This password store is not safe enough")
        me.sees_states("ready")
        me.press("Try again")
        me.press("Bind now")
        me.sees_the_end()
        me.sees_notice("This password store is not safe enough")
        me.press("Enter a token until bindtool closes")
        me.sees("Stored: personal token, 12 characters")
        me.paste_into("Access token", channel.TOKEN)
        me.press("Use until bindtool closes")
        me.sees("accepts the token")
        me.press("Done")
        me.press("Bind")
        me.press("Bind now")
        me.sees_states("bound")


def test_a_prompt_that_nobody_answers(bench: Bench, profile: Profile, open_window: Open) -> None:
    """The window says what it waits for, scans go on, and the wait can be ended."""
    bench.has_profile(profile)
    bench.has_token()
    store = Prompting(profile.site)
    with open_window(open_store=lambda: KeyringStore(store)) as me:
        me.scan("SPK1")
        me.start_binding()
        me.sees_notice("Waiting for the system's password prompt")
        me.scan("SPK2")
        me.press("Stop waiting")
        me.until(lambda: me.notice == "")
        me.sees_states("ready", "ready")

        me.start_binding()
        me.sees_notice("Waiting for the system's password prompt")
        store.answered.set()
        me.sees_the_end()
        me.sees_states("bound", "bound")
        assert me.notice == ""


def test_bind_pressed_again_while_the_store_asks(
    bench: Bench, profile: Profile, server: PracticeServer, open_window: Open
) -> None:
    """Two devices were confirmed, a third one scanned while the prompt stood, Bind pressed again: three were sent.

    While the store asks, Bind is Stop, and nothing asks for another run.
    """
    bench.has_profile(profile)
    bench.has_token()
    store = Prompting(profile.site)
    with open_window(open_store=lambda: KeyringStore(store)) as me:
        me.scan("SPK1", "SPK2")
        me.start_binding()
        me.sees_notice("Waiting for the system's password prompt")
        me.scan("SPK3")
        # A press that was on its way when the step button changed.
        me.window.footer.step_requested.emit(Step.BIND)
        asked, step_button = me.place.controller.confirm_panel().isVisible(), me.step_button
        store.answered.set()
        me.sees_the_end()
        assert list(server.bound) == ["SPK1", "SPK2"]
        assert (asked, step_button) == (False, "Stop")
        me.sees_states("bound", "bound", "ready")


def test_stop_and_close_while_the_store_asks(
    bench: Bench, profile: Profile, server: PracticeServer, open_window: Open
) -> None:
    """Stop gives the prompt up as the banner's button does; closing the window waits for nobody's password."""
    bench.has_profile(profile)
    bench.has_token()
    store = Prompting(profile.site)
    with open_window(open_store=lambda: KeyringStore(store)) as me:
        me.scan("SPK1")
        me.start_binding()
        me.sees_notice("Waiting for the system's password prompt")
        me.press("Stop")
        me.until(lambda: me.notice == "")
        me.sees_step_button("Bind 1 device")
        me.sees_states("ready")

        me.start_binding()
        me.sees_notice("Waiting for the system's password prompt")
        me.window.close()
        me.until(lambda: not me.window.isVisible(), "see it close")
    store.answered.set()
    assert server.requests == ()


def test_another_profile_while_the_store_asks(
    bench: Bench, profile: Profile, server: PracticeServer, open_window: Open
) -> None:
    """Another profile's sheet was opened while the prompt stood, and the run began with its rows.

    A device that stands on both sheets was sent to the channel of the first and written down on the second.
    """
    other = replace(profile, name="Line 3", connector_id="7400000000000000333", token_name=PROFILE)
    bench.has_profile(profile)
    bench.has_profile(other)
    bench.has_token()
    store = Prompting(profile.site)
    with open_window(open_store=lambda: KeyringStore(store)) as me:
        me.scan("SPK1", "SPK2")
        me.choose_profile("Line 3")
        me.sees_states()
        me.scan("SPK1")
        me.choose_profile(PROFILE)
        me.sees_states("ready", "ready")
        me.start_binding()
        me.sees_notice("Waiting for the system's password prompt")
        me.choose_profile("Line 3")
        me.until(lambda: "A run is under way" in me.notice or me.states() == ["ready"])
        store.answered.set()
        me.sees_the_end()
        assert list(server.bound) == ["SPK1", "SPK2"]
        me.sees_states("bound", "bound")


def test_another_profile_in_the_moment_of_the_press(
    bench: Bench, profile: Profile, server: PracticeServer, open_window: Open
) -> None:
    """Its sheet came to the table between the confirmation and the run, which was dropped without a word.

    A run that has been confirmed keeps its sheet on the table.
    """
    bench.has_profile(profile)
    with open_window(replace(profile, name="Line 3", connector_id="7400000000000000333", token_name=PROFILE)) as me:
        me.scan("SPK1", "SPK2")
        me.choose_profile("Line 3")
        me.sees_states()
        me.scan("SPK3")
        me.choose_profile(PROFILE)
        me.sees_states("ready", "ready")
        me.press("Bind")
        me.sees("Bind 2 devices?")
        me.window.header.profile_chosen.emit("Line 3")
        me.place.controller.confirm_panel().confirm()
        me.sees_the_end()
        assert list(server.bound) == ["SPK1", "SPK2"]
        me.sees_states("bound", "bound")
        me.choose_profile("Line 3")
        me.sees_states("ready")


def test_a_prompt_that_nobody_answers_in_the_form(bench: Bench, profile: Profile, open_window: Open) -> None:
    """The form waits in the same way, and the profile itself is kept."""
    bench.has_profile(profile)
    store = Prompting(profile.site)
    with open_window(open_store=lambda: KeyringStore(store)) as me:
        me.do("Profile…")
        me.paste_into("Access token", channel.TOKEN)
        me.press("Check and save")
        me.sees("Waiting for the system's password prompt. It may be behind this window.")
        me.press("Stop waiting")
        me.press("Start scanning")
        me.sees("READY TO SCAN")
        store.answered.set()


def test_the_store_asks_for_somebody_else(bench: Bench, profile: Profile, open_window: Open) -> None:
    """A run waits then, and not the form that is open meanwhile, in which one goes on typing."""
    bench.has_profile(profile)
    bench.has_token()
    store = Prompting(profile.site)
    with open_window(open_store=lambda: KeyringStore(store)) as me:
        me.scan("SPK1")
        me.start_binding()
        me.do("Profile…")
        me.until(lambda: me.window.notices.shows("advice"), "be told that the store asks")
        assert not me.place.controller.profiles.form().waiting.isVisible()
        assert me.place.controller.profiles.form().save_button.isEnabled()
        me.press("Cancel")
        store.answered.set()
        me.sees_states("bound")


def test_a_form_that_was_left_while_the_store_asks(bench: Bench, profile: Profile, open_window: Open) -> None:
    """Another profile was opened: what is kept then for the first one opens it no more."""
    bench.has_profile(profile)
    bench.has_profile(replace(profile, name="Line 3"))
    store = Prompting(profile.site)
    with open_window(open_store=lambda: KeyringStore(store)) as me:
        me.scan("SPK1")
        me.do("Profile…")
        me.paste_into("Access token", channel.TOKEN)
        me.press("Check and save")
        me.sees("Waiting for the system's password prompt. It may be behind this window.")
        me.do("Check the channel…")
        me.sees("READY TO SCAN")
        me.choose_profile("Line 3")
        me.sees_states()
        store.answered.set()
        me.until(lambda: me.place.controller.at_rest, "see nothing under way")
        me.do("History…")
        me.press("Back to scanning")
        me.until(lambda: me.place.controller.at_rest, "see nothing under way")
        me.sees_states()


def test_a_token_of_another_profile_than_the_open_one(bench: Bench, profile: Profile, open_window: Open) -> None:
    """Its dialog stands there still: what the open one lacks is lacking afterwards, too, and is said."""
    bench.has_profile(profile)
    bench.has_profile(replace(profile, name="Line 3"))
    with open_window() as me:
        me.scan("SPK1")
        me.press("Enter token")
        me.window.activateWindow()
        me.choose_profile("Line 3")
        me.sees_states()
        me.sees_notice("No access token yet")
        dialog = me.place.controller.profiles.token_dialog()
        dialog.activateWindow()
        me.until(lambda: me.front() is dialog)
        me.paste_into("Access token", channel.TOKEN)
        me.press("Save token")
        me.sees("accepts the token")
        me.press("Done")
        me.sees_notice("No access token yet")


def test_another_profile_is_begun_while_the_store_asks(bench: Bench, profile: Profile, open_window: Open) -> None:
    """What comes of the one before is not said in the form of the new one, which is saved as what it is."""
    bench.has_profile(profile)
    store = Prompting(profile.site)
    with open_window(open_store=lambda: KeyringStore(store)) as me:
        me.do("Profile…")
        me.paste_into("Access token", channel.TOKEN)
        me.press("Check and save")
        me.sees("Waiting for the system's password prompt. It may be behind this window.")
        me.window.actions_["new_profile"].trigger()
        me.write("Name", "Line 3")
        me.write("Channel ID", channel.CONNECTOR_ID)
        store.answered.set()
        me.until(lambda: me.place.controller.at_rest, "see nothing under way")
        assert me.place.controller.profiles.form().saved.isHidden()
        me.press("Check and save")
        me.press("Start scanning")
        me.sees_notice("No access token yet")
    assert [each.name for each in ProfileRepository(bench.data.profiles, bench.machine).profiles] == [
        PROFILE,
        "Line 3",
    ]


def test_a_token_that_somebody_has_taken_away(bench: Bench, ready: Technician) -> None:
    """The note says there is one, the store has none: the banner asks for it, and it is not offered again."""
    bench.password_store.forget(PROFILE)
    ready.scan("SPK1")
    ready.bind()
    ready.sees_notice("No access token yet")
    ready.sees_step_button("Enter token")


def test_forget_the_token(bench: Bench, ready: Technician) -> None:
    """Forgetting asks first; afterwards Bind says what is missing."""
    ready.do("Access token…")
    ready.press("Check")
    ready.sees("accepts the token")
    ready.press("Forget")
    ready.press("Forget it")
    ready.sees("The token has been forgotten")
    ready.press("Close")
    ready.scan("SPK1")
    ready.sees_step_button("Enter token")
    assert bench.password_store.forget(PROFILE) is False


def test_forget_and_check_without_a_store(profile: Profile, open_window: Open) -> None:
    """What the store can't do is said in the panel, and can be tried again."""
    with open_window(profile, open_store=over(Locked)) as me:
        me.do("Access token…")
        me.press("Check")
        me.sees("The system's password store is locked")
        me.press("Try again")
        me.sees("The system's password store is locked")
        me.press("Close")
