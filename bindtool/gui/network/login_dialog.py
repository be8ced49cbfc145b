"""The dialog in which the user enters and saves a proxy's log-in.

Whatever has shown the obstacle knows what to retry afterwards: it listens to `login_service`. The dialog's states:
input, waiting for the system's password store, blocked by it, working without one.
"""

from __future__ import annotations

import asyncio
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from bindtool.core.api.responses import NeverSent, NotSent
from bindtool.core.binding.advice import obstacle_title
from bindtool.core.common.errors import BadInput, BindtoolError
from bindtool.core.common.messages import Message
from bindtool.core.network.proxy import Proxy, ProxyLogin
from bindtool.core.network.stored_logins import new_login
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.util.no_input_method import disable_input_method
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.dialogs import FittingDialog
from bindtool.gui.common.widgets.form_field import TextField, TypedLine
from bindtool.gui.common.widgets.labels import Header, line
from bindtool.gui.common.widgets.reply_box import BusyIndicator, Reply, ReplyBox

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.gui.common.shell.session_state import SessionState
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.common.util.background_tasks import BackgroundTasks
    from bindtool.gui.network.login_service import ProxyLoginService
    from bindtool.i18n.catalogue import Texts

_PROMPT_AFTER = 0.7
"""Seconds after which a password store that has not answered is probably asking for a password."""

_WIDE = 560


class _State(Enum):
    IDLE = "idle"
    WAITING = "waiting"
    BLOCKED = "blocked"
    """The password store could not save the log-in: try again, or keep it until bindtool closes."""
    MEMORY = "memory"
    """There is no password store: the log-in is kept until bindtool closes."""


class ProxyLoginDialog(FittingDialog):
    """Shown with `show()`, never with `open()`: scanning goes on in the window."""

    def __init__(
        self,
        window: Window,
        texts: Texts,
        *,
        session: SessionState,
        logins: ProxyLoginService,
        tasks: BackgroundTasks,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._texts = texts
        self._session = session
        self._logins = logins
        self._tasks = tasks
        self._proxy: Proxy | None = None
        self._work: asyncio.Task[None] | None = None
        self._state = _State.IDLE
        self.setWindowTitle(texts("proxy_login.title"))
        self.setAccessibleName(texts("proxy_login.title"))
        theme.resize(self, minimum_width=_WIDE)
        self._lead = line()
        self.user = TextField(texts("proxy_login.user"), texts("proxy_login.user.hint"), TypedLine())
        self.password = TextField(texts("proxy_login.password"), line=TypedLine())
        self.password.line.setEchoMode(QLineEdit.EchoMode.Password)
        disable_input_method(self.password.line)
        self.reason = ReplyBox(texts("proxy_login.reason"))
        self.problem = ReplyBox(texts("reply.name"))
        self.waiting = BusyIndicator(texts)
        self.waiting.stop_requested.connect(self.reject)
        self.cancel_button = ActionButton(texts("button.cancel"), clicked=self.reject)
        self.memory_button = ActionButton(texts("token_panel.hold"))
        self.save_button = ActionButton("", StyleKind.PRIMARY)
        self.memory_button.clicked.connect(lambda: self._hand_login_to(self._hold))
        self.save_button.clicked.connect(self._save)
        for field in (self.user, self.password):
            field.edited.connect(lambda field=field: field.show_problem(""))
        self._column = layouts.column(
            Header(texts("proxy_login.title")),
            self.reason,
            self._lead,
            self.user,
            self.password,
            self.problem,
            self.waiting,
            1,
            layouts.row(self.cancel_button, 1, self.memory_button, self.save_button, spacing=theme.STEP),
            on=self.content,
            spacing=theme.STEP,
            margins=(theme.PAGE, theme.PAGE, theme.PAGE, theme.PAGE),
        )
        self._enter(_State.IDLE)

    def ask(self, obstacle: NeverSent) -> None:
        """Open for the proxy in the way; if it is still the same proxy, keep the text already typed."""
        proxy = Proxy.parse(obstacle.host)
        if self.isHidden() or proxy != self._proxy:
            self._give_up()
            self._begin(proxy, obstacle)
            self._tasks.start(self._name_store())
        self.show()
        self.raise_()
        self.activateWindow()

    def _begin(self, proxy: Proxy, obstacle: NeverSent) -> None:
        self._proxy = proxy
        reason = self._logins.reason or obstacle_title(obstacle)
        self.reason.say(Reply(Tone.UNSURE, self._texts.say(reason)))
        profile = self._session.profile
        who = (profile.who_to_ask if profile is not None else "") or self._texts("token_panel.who")
        self._lead.setText(self._texts("proxy_login.lead", proxy=proxy.name, who=who))
        # The refused user name stays in the field: the password may be the wrong part.
        user = obstacle.detail if obstacle.why is NotSent.PROXY_USER else ""
        self.user.set_text(user)
        self.password.line.clear()
        self._enter(_State.IDLE)
        self.show_store("")
        (self.password if user else self.user).take_focus()

    async def _name_store(self) -> None:
        try:
            self.show_store(await self._logins.describe())
        except BindtoolError as error:
            self._enter(_State.MEMORY)
            self._say(error)
            self.password.set_hint(self._texts("proxy_login.held"))

    def show_store(self, name: str) -> None:
        """Show where the log-in will be saved: the name of the password store, "" while unknown."""
        kept = self._texts("proxy_login.kept_in", store=name) if name else self._texts("proxy_login.kept")
        self.password.set_hint(kept)

    def show_waiting(self) -> None:
        """Show that the system may be asking for a password; the wait can be stopped."""
        self.waiting.begin(self._texts("token_panel.waiting"))
        self._enter(_State.WAITING)

    def show_problem(self, error: BindtoolError) -> None:
        """Show why the log-in could not be saved, and offer the alternatives."""
        self._enter(_State.BLOCKED)
        self._say(error)

    def reject(self) -> None:
        """Stop a wait; if there is none, close the dialog."""
        self._give_up()
        if self._state is _State.WAITING:
            self._enter(_State.IDLE)
        else:
            super().reject()

    def done(self, result: int) -> None:
        """Close the dialog, and erase the text typed."""
        self.password.line.clear()
        super().done(result)

    def _save(self) -> None:
        self._hand_login_to(self._hold if self._state is _State.MEMORY else self._store)

    def _store(self, proxy: Proxy, login: ProxyLogin) -> None:
        self._work = self._tasks.start(self._keep(proxy, login))

    async def _keep(self, proxy: Proxy, login: ProxyLogin) -> None:
        late = asyncio.get_running_loop().call_later(_PROMPT_AFTER, self.show_waiting)
        try:
            await self._logins.store(proxy, login)
        except BindtoolError as error:
            self.show_problem(error)
        else:
            self._show_kept("proxy_login.saved", proxy)
        finally:
            late.cancel()

    def _hold(self, proxy: Proxy, login: ProxyLogin) -> None:
        self._logins.hold(proxy, login)
        self._show_kept("proxy_login.in_memory", proxy)

    def _show_kept(self, what: str, proxy: Proxy) -> None:
        self.accept()
        self._window.notices.show_answer(Message.of(what, proxy=proxy.name))

    def _give_up(self) -> None:
        if self._work is not None:
            self._work.cancel()

    def _hand_login_to(self, use: Callable[[Proxy, ProxyLogin], None]) -> None:
        """Pass the log-in entered to `use`; if it is incomplete, show the problem."""
        for missing, field in (
            ("proxy_login.user.missing", self.user),
            ("proxy_login.password.missing", self.password),
        ):
            if not field.text().strip():
                self._refuse(field, self._texts(missing))
                return
        try:
            login = new_login(self.user.text(), self.password.text())
        except BadInput as error:
            field = self.user if error.id == "proxy.user_unfit" else self.password
            self._refuse(field, f"{self._texts.say(error.title)}\n{self._texts.say(error.hint)}")
            return
        if self._proxy is not None:
            use(self._proxy, login)

    def _refuse(self, field: TextField, why: str) -> None:
        field.show_problem(why)
        field.take_focus()

    def _say(self, error: BindtoolError) -> None:
        self.problem.say(Reply(Tone.UNSURE, self._texts.say(error.title), self._texts.say(error.hint)))

    def _enter(self, state: _State) -> None:
        """Show and enable the controls of a state."""
        self._state = state
        self.problem.clear()
        self.waiting.setVisible(state is _State.WAITING)
        why_not = self.waiting.said if state is _State.WAITING else ""
        for field in (self.user, self.password):
            field.lock(why_not)
        verb = {_State.BLOCKED: "action.try_again", _State.MEMORY: "token_panel.hold"}
        self.save_button.rename(self._texts(verb.get(state, "proxy_login.save")))
        self.save_button.allow(not why_not, why_not)
        self.memory_button.setVisible(state is _State.BLOCKED)
