"""Every screen, for tests that go through all: those of `test_room`, pages in the middle of their work, and more
dialogs.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from bindtool.core.model.channel import Behaviour
from bindtool.core.model.channel_check import Already, ChannelCheck, Seen
from bindtool.core.model.device import Device
from bindtool.core.scanner.self_test import SHOWN
from bindtool.core.sheet.sheet import Sheet
from bindtool.gui.binding.channel_check.step_widgets import CheckView
from bindtool.i18n.catalogue import Texts
from tests.core.store.samples import row
from tests.gui.main_window import test_room as room
from tests.gui.samples import PROFILE
from tests.gui.scanner import burst
from tests.gui.whole_window import EquippedWindow

UNKNOWN = replace(room.LINE_2, behaviour=Behaviour.NOT_CHECKED)
FIRST, LAST = Device(*room.FIRST), Device(*room.LAST)


def rows(window: EquippedWindow, texts: Texts) -> QWidget:
    """A sheet with rows."""
    room.sheet(window, texts)
    window.model.show(Sheet(replace(row(number), saved=True) for number in range(1, 13)))
    return window


def looking_up(window: EquippedWindow, texts: Texts) -> QWidget:
    """A sheet while devices are looked up."""
    room.sheet(window, texts)
    window.scan_bar.set_looking_up()
    return window


def unfolded_form(window: EquippedWindow, texts: Texts) -> QWidget:
    """The form of a new profile, with all sections expanded."""
    window.form().begin(None)
    for section in window.form().values.sections:
        section.unfold()
    return window


def saved_form(window: EquippedWindow, texts: Texts) -> QWidget:
    """The form once the profile is saved."""
    room.form(window, texts)
    window.form().show_saved(PROFILE)
    return window


def channel_step(window: EquippedWindow, check: ChannelCheck) -> QWidget:
    """The page of the channel check at a step."""
    window.check_page().show_view(CheckView(UNKNOWN, check, room.READY, bound_here=206))
    window.show_page(window.check_page())
    return window


def channel_question(window: EquippedWindow, texts: Texts) -> QWidget:
    """The question before the check."""
    return channel_step(window, ChannelCheck())


def channel_warning(window: EquippedWindow, texts: Texts) -> QWidget:
    """The answer may cost devices."""
    return channel_step(window, ChannelCheck(Already.YES))


def channel_send(window: EquippedWindow, texts: Texts) -> QWidget:
    """A device is selected."""
    return channel_step(window, ChannelCheck(Already.NO))


def channel_sending(window: EquippedWindow, texts: Texts) -> QWidget:
    """The device is being sent."""
    channel_send(window, texts)
    window.check_page().show_sending(texts("laptop.checking", site="coze.cn"))
    return window


def channel_look(window: EquippedWindow, texts: Texts) -> QWidget:
    """The question about the publish page, asked again."""
    return channel_step(window, ChannelCheck(Already.NO, first=FIRST, second=LAST, seen=Seen.NEITHER))


def curable_scanner(window: EquippedWindow, texts: Texts) -> QWidget:
    """The test of a scanner has found rules that fix it."""
    room.scanner_test(window, texts)
    window.scanner_test().field.came.emit(burst(SHOWN))
    return window


def token_in_doubt(window: EquippedWindow, texts: Texts) -> QWidget:
    """The token dialog, before the token is forgotten, with its expiry date open."""
    panel = room.token(window, texts)
    panel.expiry.known.setChecked(True)
    panel.forget_confirm.show()
    return panel


SCREENS = (
    *room.SCREENS,
    rows,
    looking_up,
    unfolded_form,
    saved_form,
    channel_question,
    channel_warning,
    channel_send,
    channel_sending,
    channel_look,
    curable_scanner,
    token_in_doubt,
)
