"""The laptop check: everything that has to work is examined in the background, and shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from bindtool.core.binding.advice import login_helps
from bindtool.core.common.errors import BindtoolError, or_error
from bindtool.core.diagnostics.workstation_check import Grade
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkLabel
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.util.background_tasks import load_http_stack
from bindtool.gui.common.util.clipboard import copy_text
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.busy_indicator import BusyIndicator
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.dialogs import FittingDialog
from bindtool.gui.common.widgets.labels import Header, line
from bindtool.i18n.row_text import site_words

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence

    from bindtool.core.api.responses import NeverSent
    from bindtool.core.common.clock import Clock
    from bindtool.core.diagnostics.version import Version
    from bindtool.core.diagnostics.workstation_check import CheckResult
    from bindtool.core.network.proxies import Proxies
    from bindtool.core.profiles.profile import Profile
    from bindtool.gui.common.util.background_tasks import BackgroundTasks
    from bindtool.gui.network.login_service import ProxyLoginService
    from bindtool.gui.tokens.service import TokenService
    from bindtool.i18n.catalogue import Texts


class LaptopCheckController(QObject):
    """Checks this laptop for the open profile."""

    def __init__(
        self,
        panel: LaptopCheckDialog,
        tokens: TokenService,
        clock: Clock,
        proxies: Proxies,
        logins: ProxyLoginService,
        tasks: BackgroundTasks,
        version: Version,
    ) -> None:
        super().__init__(panel)
        self._panel = panel
        self._tokens = tokens
        self._clock = clock
        self._proxies = proxies
        self._tasks = tasks
        self._version = version
        self._profile: Profile | None = None
        self._work: asyncio.Task[None] | None = None
        panel.check_requested.connect(self._start)
        panel.login_requested.connect(logins.request)
        logins.entered.connect(self._look_again)
        panel.cancel_requested.connect(self._give_up)

    def begin(self, profile: Profile) -> None:
        """Open the dialog and start the check; binds nothing."""
        self._profile = profile
        self._panel.show()
        self._panel.raise_()
        self._panel.activateWindow()
        self._start()

    def _look_again(self) -> None:
        if self._panel.isVisible() and self._panel.wants_login:
            self._start()

    def _start(self) -> None:
        if self._profile is not None:
            if self._work is not None:
                self._work.cancel()
            self._work = self._tasks.start(self._look(self._profile))

    async def _look(self, profile: Profile) -> None:
        self._panel.show_checking(profile.name, site_words(profile.site))
        await load_http_stack()
        from bindtool.core.diagnostics.workstation_request import check_workstation

        found = await or_error(self._tokens.find(profile))
        keyring = await or_error(self._tokens.describe())
        token = found if isinstance(found, BindtoolError) else found.token
        renewal, since = (None, None) if isinstance(found, BindtoolError) else (found.renewal, found.place.since)
        results = await check_workstation(profile, token, keyring, self._clock, self._proxies, renewal, since)
        about = f"bindtool {self._version.bindtool}, {profile.name}, {self._clock.now():%Y-%m-%d %H:%M %z}"
        self._panel.show_results(results, about)

    def _give_up(self) -> None:
        if self._work is not None:
            self._work.cancel()
        self._panel.show_stopped()


_WIDE = 720
_MARK_SIZE = 20
_MARKS = {Grade.OK: Mark.BOUND, Grade.PROBLEM: Mark.REFUSED, Grade.UNCLEAR: Mark.UNKNOWN}


class LaptopCheckDialog(FittingDialog):
    """To be shown with `show()`: people can go on scanning meanwhile.

    Signals:
        check_requested(): check again.
        login_requested(obstacle): a person wants to enter the log-in of the proxy that lets nothing through.
        cancel_requested(): do not wait any longer.
    """

    check_requested = Signal()
    login_requested = Signal(object)
    cancel_requested = Signal()

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._copied = ""
        self._obstacle: NeverSent | None = None
        self.setWindowTitle(texts("laptop.title"))
        self.setAccessibleName(texts("laptop.title"))
        theme.resize(self, minimum_width=_WIDE)
        self._header = Header(texts("laptop.title"))
        self._lines = QWidget()
        self.waiting = BusyIndicator(texts)
        self.waiting.stop_requested.connect(self.cancel_requested)
        self._remark = line(tone=Tone.GOOD)
        close = ActionButton(texts("button.close"), clicked=self.reject)
        self.copy_button = ActionButton(texts("laptop.copy"), clicked=self._copy)
        self.again_button = ActionButton(texts("laptop.again"), StyleKind.PRIMARY, clicked=self.check_requested)
        self.login_button = ActionButton(texts("action.enter_proxy_login"), StyleKind.PRIMARY)
        self.login_button.clicked.connect(lambda: self.login_requested.emit(self._obstacle))
        self.login_button.hide()
        self.finished.connect(lambda _: self.cancel_requested.emit())
        self._column = layouts.column(
            self._header,
            self._lines,
            self.waiting,
            1,
            layouts.row(
                close, (self._remark, 1), self.copy_button, self.again_button, self.login_button, spacing=theme.STEP
            ),
            on=self.content,
            spacing=theme.STEP,
            margins=(theme.PAGE, theme.PAGE, theme.PAGE, theme.PAGE),
        )

    @property
    def wants_login(self) -> bool:
        """Whether the log-in of a proxy is missing."""
        return self._obstacle is not None

    def show_checking(self, profile: str, site: str) -> None:
        """Say that a profile's site is being asked; the wait can be ended."""
        self._header.show_about(self._texts("laptop.about", profile=self._texts.name(profile)))
        self.waiting.begin(self._texts("laptop.checking", site=site))
        self._allow(waiting=True)

    def show_results(self, results: Sequence[CheckResult], about: str) -> None:
        """Show a line for each item; `about` stands above them in the text to copy."""
        obstacles = (result.obstacle for result in results)
        self._obstacle = next((one for one in obstacles if one is not None and login_helps(one)), None)
        texts = self._texts
        said = [(result, texts.together(*map(texts.say, result.sentences))) for result in results]
        lines = [f"{result.item}\t{result.grade}\t{words}" for result, words in said]
        self._copied = "\n".join([about, *lines])
        new = QWidget()
        grid = QGridLayout(new)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.STEP)
        grid.setVerticalSpacing(theme.STEP)
        grid.setColumnStretch(3, 1)
        for row, (result, words) in enumerate(said):
            self._add_line(grid, row, result, words)
        self._column.replaceWidget(self._lines, new)
        self._lines.hide()
        self._lines.deleteLater()
        self._lines = new
        new.show()
        self._allow(waiting=False)

    def show_stopped(self) -> None:
        """Wait no longer; what was found before stays."""
        self._allow(waiting=False)

    def _add_line(self, grid: QGridLayout, row: int, result: CheckResult, words: str) -> None:
        mark = MarkLabel(_MARK_SIZE, _MARKS[result.grade])
        text = line(words)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        item = self._texts(f"laptop.item_{result.item}")
        grade = self._texts(f"laptop.grade_{result.grade}")
        text.setAccessibleName(f"{item}: {grade}")
        text.setAccessibleDescription(words)
        cells = (mark, line(item, wraps=False), line(grade, _MARKS[result.grade].tone, wraps=False), text)
        for column, cell in enumerate(cells):
            grid.addWidget(cell, row, column, Qt.AlignmentFlag.AlignTop)

    def _allow(self, *, waiting: bool) -> None:
        self.waiting.setVisible(waiting)
        why_not = self.waiting.said if waiting else self._texts("laptop.nothing_to_copy")
        self.again_button.allow(not waiting, why_not)
        self.copy_button.allow(not waiting and bool(self._copied), why_not)
        self.login_button.allow(not waiting, why_not)
        self.login_button.setVisible(self.wants_login)
        # The next step is one of the two.
        theme.set_style(self.again_button, StyleKind.NORMAL if self.wants_login else StyleKind.PRIMARY)
        self._remark.setText("")

    def _copy(self) -> None:
        copy_text(self._copied)
        self._remark.setText(self._texts("laptop.copied"))
