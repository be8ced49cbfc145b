"""A person reads the guide beside the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from bindtool.app.composition import open_page
from bindtool.gui.support.guide_dialog import GuideDialog
from tests.gui import acting

if TYPE_CHECKING:
    from bindtool.core.profiles.profile import Profile
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician


class Browser(QObject):
    """Stands in for the system's browser."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, link: QUrl) -> None:
        """Note what was to be opened."""
        self.opened.append(link.toString())


def open_guide(technician: Technician) -> GuideDialog:
    """Return the guide once it is in front."""
    technician.until(lambda: isinstance(QApplication.activeWindow(), GuideDialog), "see the guide in front")
    guide = QApplication.activeWindow()
    assert isinstance(guide, GuideDialog)
    return guide


def test_f1_opens_the_guide(ready: Technician) -> None:
    """The scan bar says that scans don't arrive; one that comes all the same does no harm; Esc goes back."""
    ready.keys("F1")
    guide = open_guide(ready)
    assert guide.text.toPlainText().startswith("Your first device")
    ready.sees("NOT READY")
    acting.keys(guide.text, "SPK1")
    acting.key(guide.text, Qt.Key.Key_Return)
    assert guide.isVisible()
    assert ready.states() == []
    acting.key(guide, Qt.Key.Key_Escape)
    ready.scan("SPK2")
    ready.sees("READY TO SCAN")
    ready.sees_states("ready")


def test_the_guide_stays_open_beside_the_work(ready: Technician) -> None:
    """It is a window beside the window: work goes on, the key brings it back to the page that was read."""
    ready.do("Guide")
    guide = open_guide(ready)
    guide.turn_to("channel")
    ready.scan("SPK1")
    ready.sees_states("ready")
    assert guide.isVisible()
    ready.keys("Ctrl+G")
    assert open_guide(ready) is guide
    assert guide.text.toPlainText().startswith("Setting up a channel")


def test_a_link_to_coze_opens_the_browser(bench: Bench, profile: Profile, open_window: Open) -> None:
    """And only when it is followed; nothing is fetched before."""
    bench.has_profile(profile)
    browser = Browser()
    # PySide's stub asks for bytes and PySide refuses them.
    QDesktopServices.setUrlHandler("https", browser, "open")  # type: ignore[arg-type]
    try:
        with open_window(open_page=open_page) as technician:
            technician.keys("F1")
            guide = open_guide(technician)
            guide.turn_to("channel")
            assert browser.opened == []
            for _ in range(2):  # the first link is to another page
                acting.key(guide.text, Qt.Key.Key_Tab)
            acting.key(guide.text, Qt.Key.Key_Return)
            technician.until(lambda: bool(browser.opened), "see the browser")
            assert browser.opened == ["https://docs.coze.cn/developer_guides/preparation"]
    finally:
        QDesktopServices.unsetUrlHandler("https")
