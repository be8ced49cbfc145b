"""Practice by whoever has no device at hand: samples in a press, and all that can become of them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.token_store import FixedStore
from bindtool.core.sheet_view.columns import Column
from bindtool.i18n.catalogue import LANGUAGES
from bindtool.practice import channel
from tests.stories.keyboard import Keyboard, needs_keyboard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician


@contextmanager
def practising(bench: Bench, server: PracticeServer, open_window: Open, language: str) -> Iterator[Technician]:
    """Open the window of practice as the program does: a profile that nobody can change, a token that all know."""
    bench.has_profile_from_it(channel.practice_profile(server.site))
    store = FixedStore(AccessToken(channel.TOKEN), "practice")
    with open_window(language=language, open_store=lambda: store, practice=True) as me:
        yield me


def add_samples(me: Technician) -> tuple[str, ...]:
    """Press the button, and return the ids of the twenty rows once the disk has them."""
    me.press(me.says("empty.samples"))
    me.sees_states(*[me.says("state.ready")] * 20)
    return tuple(me.ids())


@pytest.mark.parametrize("language", LANGUAGES)
def test_samples_to_the_end(bench: Bench, server: PracticeServer, open_window: Open, language: str) -> None:
    """One press brings twenty, Undo takes them away; bound, one is refused and the answer of one is lost once."""
    with practising(bench, server, open_window, language) as me:
        # GIVEN an empty sheet WHEN samples are added and undone THEN it is empty again
        me.sees(me.says("empty.title"))
        assert add_samples(me) == channel.sample_ids(1)
        assert me.cell(1, Column.LABEL) == f"{me.says('empty.sample_label')}3F2001"
        me.do(me.says("menu.undo"))
        me.until(lambda: me.states() == [], "see the samples gone")
        me.sees(me.says("empty.title"))

        # WHEN they are added again and bound THEN nobody reads an address, and nothing is lost
        add_samples(me)
        me.press(me.says("foot.bind_name"))
        me.sees(f"{me.says('practice.profile')} · …0001 · ")
        assert "127.0.0.1" not in me.said
        me.press(me.says("confirm.bind_now"))
        me.sees_the_end()
        states = me.states()
        assert (states.count(me.says("state.bound")), states.count(me.says("state.refused"))) == (19, 1)
        assert len(server.bound) == 19

        # WHEN another sheet is begun THEN its samples are others: none is known as bound
        me.do(me.says("menu.new_sheet"))
        me.answer(me.says("question.new_sheet.yes"))
        me.until(lambda: me.states() == [], "see the new sheet")
        assert add_samples(me) == channel.sample_ids(2)

        # WHEN the history is opened THEN practice has its name there too
        me.do(me.says("menu.history"))
        me.sees(me.says("history.practice_title"))
        assert "127.0.0.1" not in me.said


@needs_keyboard
def test_a_scan_while_a_button_has_the_focus(
    bench: Bench, server: PracticeServer, open_window: Open, keyboard: Keyboard
) -> None:
    """Its keys press nothing: it is a row, and whoever types next is in the scan field."""
    with practising(bench, server, open_window, "en") as me:
        me.window.empty_sheet.samples.setFocus()
        keyboard.scan("SPK26113F2001")
        me.sees_states("ready")
        me.until(lambda: me.window.focusWidget() is me.window.scan_bar.field, "see the scan field in focus")


@pytest.mark.parametrize("action", ["head.open_profile", "head.new_profile"])
def test_another_channel(bench: Bench, server: PracticeServer, open_window: Open, action: str) -> None:
    """The file from IT is no part of practice: its channel was opened under "Nothing is sent to Coze"."""
    with practising(bench, server, open_window, "en") as me:
        me.do(me.says(action))
        me.sees_notice(me.says("practice.fixed"))
        assert me.front() is me.window
        assert me.window.pages.currentWidget() is me.window.sheet_page
