"""The laptop check: tests all requirements in the background, and shows the results."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from bindtool.core.binding.advice import login_helps
from bindtool.core.common.errors import BindtoolError, or_error
from bindtool.core.diagnostics.workstation_check import CheckResult, Grade, Item, examine_handoff
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkLabel
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.util.background_tasks import load_http_stack
from bindtool.gui.common.util.clipboard import copy_text
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.dialogs import FittingDialog
from bindtool.gui.common.widgets.labels import Header, line
from bindtool.gui.common.widgets.reply_box import BusyIndicator
from bindtool.i18n.row_text import site_words

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping, Sequence
    from enum import StrEnum

    from bindtool.core.api.responses import NeverSent
    from bindtool.core.profiles.profile import Profile
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.services import Services
    from bindtool.i18n.catalogue import Texts

_WIDE = 720
_MARK_SIZE = 20
_MARKS = {Grade.OK: Mark.BOUND, Grade.PROBLEM: Mark.REFUSED, Grade.UNCLEAR: Mark.UNKNOWN}
_GRADES = {
    Grade.OK: "laptop.grade_ok",
    Grade.PROBLEM: "laptop.grade_problem",
    Grade.UNCLEAR: "laptop.grade_unclear",
}
_ITEMS: Mapping[StrEnum, str] = MappingProxyType({
    Item.SITE: "laptop.item_site",
    Item.PROXY: "laptop.item_proxy",
    Item.TLS: "laptop.item_tls",
    Item.CLOCK: "laptop.item_clock",
    Item.KEYRING: "laptop.item_keyring",
    Item.TOKEN: "laptop.item_token",
    Item.SIGN_IN: "laptop.item_sign_in",
    Item.HANDOFF: "laptop.item_handoff",
})  # fmt: skip


class LaptopCheckDialog(FittingDialog):
    """Checks this laptop for a profile; scanning goes on meanwhile."""

    def __init__(self, window: Window, texts: Texts, services: Services) -> None:
        super().__init__(window)
        self._texts = texts
        self._services = services
        self._profile: Profile | None = None
        self._work: asyncio.Task[None] | None = None
        self._copied = ""
        self._obstacle: NeverSent | None = None
        self.setWindowTitle(texts("laptop.title"))
        self.setAccessibleName(texts("laptop.title"))
        theme.resize(self, minimum_width=_WIDE)
        self._header = Header(texts("laptop.title"))
        self._lines = QWidget()
        self.waiting = BusyIndicator(texts)
        self.waiting.stop_requested.connect(self._stop)
        self._remark = line(tone=Tone.GOOD)
        close = ActionButton(texts("button.close"), clicked=self.reject)
        self.copy_button = ActionButton(texts("laptop.copy"), clicked=self._copy)
        self.again_button = ActionButton(texts("laptop.again"), StyleKind.PRIMARY, clicked=self._start)
        self.login_button = ActionButton(texts("action.enter_proxy_login"), StyleKind.PRIMARY)
        self.login_button.clicked.connect(self._enter_login)
        self.login_button.hide()
        self.finished.connect(self._stop)
        services.proxy_logins.entered.connect(self._look_again)
        window.closed.connect(self.close)
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

    def begin(self, profile: Profile) -> None:
        """Open and start the check; binds nothing."""
        self._profile = profile
        self.show()
        self.raise_()
        self.activateWindow()
        self._start()

    def _start(self) -> None:
        profile = self._profile
        if profile is None:
            return
        if self._work is not None:
            self._work.cancel()
        self._header.show_about(self._texts("laptop.about", profile=self._texts.name(profile.name)))
        self.waiting.begin(self._texts("laptop.checking", site=site_words(profile.site)))
        self._allow(waiting=True)
        self._work = self._services.tasks.start(self._look(profile))

    async def _look(self, profile: Profile) -> None:
        await load_http_stack()
        from bindtool.core.diagnostics.workstation_request import check_workstation

        tokens, clock, proxies = self._services.tokens, self._services.clock, self._services.proxies
        found = await or_error(tokens.find(profile))
        keyring = await or_error(tokens.describe())
        token = found if isinstance(found, BindtoolError) else found.token
        renewal, since = (None, None) if isinstance(found, BindtoolError) else (found.renewal, found.place.since)
        results = await check_workstation(profile, token, keyring, clock, proxies, renewal, since)
        handoffs = self._services.handoffs
        results = (*results, *examine_handoff(profile.handoff.folder, handoffs.waiting))
        version = self._services.version.bindtool
        self.show_results(results, f"bindtool {version}, {profile.name}, {clock.now():%Y-%m-%d %H:%M %z}")

    def _stop(self) -> None:
        """Stop waiting; earlier results stay."""
        if self._work is not None:
            self._work.cancel()
        self._allow(waiting=False)

    def _enter_login(self) -> None:
        if self._obstacle is not None:
            self._services.proxy_logins.request(self._obstacle)

    def _look_again(self) -> None:
        if self.isVisible() and self._obstacle is not None:
            self._start()

    def show_results(self, results: Sequence[CheckResult], about: str) -> None:
        """Show a line for each item; `about` goes before them in the text to copy."""
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

    def _add_line(self, grid: QGridLayout, row: int, result: CheckResult, words: str) -> None:
        mark = MarkLabel(_MARK_SIZE, _MARKS[result.grade])
        text = line(words)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        item = self._texts(_ITEMS[result.item])
        grade = self._texts(_GRADES[result.grade])
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
        self.login_button.setVisible(self._obstacle is not None)
        # Either this button or the one for the obstacle is the primary one.
        theme.set_style(self.again_button, StyleKind.PRIMARY if self._obstacle is None else StyleKind.NORMAL)
        self._remark.setText("")

    def _copy(self) -> None:
        copy_text(self._copied)
        self._remark.setText(self._texts("laptop.copied"))
