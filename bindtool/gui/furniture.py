"""The parts of the window by their names, in one import: they are loaded after its first picture.

Owns nothing. Where they stand is for `main_window`.
"""

from __future__ import annotations

from bindtool.gui.actions import Actions
from bindtool.gui.announcer import Announcer
from bindtool.gui.dialogs.laptop_check import LaptopCheck
from bindtool.gui.dialogs.sheet_details import SheetDetails
from bindtool.gui.dialogs.token import TokenPanel
from bindtool.gui.head_bar import HeadBar
from bindtool.gui.icons import Icons, app_icon
from bindtool.gui.notice import Notice
from bindtool.gui.offer_bar import OfferBar
from bindtool.gui.pages.channel_check import ChannelCheckPage
from bindtool.gui.pages.profile_form import ProfileForm
from bindtool.gui.pages.scanner_test import ScannerTestPage
from bindtool.gui.pages.welcome import WelcomePage
from bindtool.gui.panels.confirm import ConfirmPanel
from bindtool.gui.panels.finished import FinishedPanel
from bindtool.gui.panels.foot import Foot
from bindtool.gui.scan_strip import ScanStrip
from bindtool.gui.sheet_model import SheetModel
from bindtool.gui.sheet_view import SheetView

__all__ = [
    "Actions",
    "Announcer",
    "ChannelCheckPage",
    "ConfirmPanel",
    "FinishedPanel",
    "Foot",
    "HeadBar",
    "Icons",
    "LaptopCheck",
    "Notice",
    "OfferBar",
    "ProfileForm",
    "ScanStrip",
    "ScannerTestPage",
    "SheetDetails",
    "SheetModel",
    "SheetView",
    "TokenPanel",
    "WelcomePage",
    "app_icon",
]
