"""The log-in of a proxy: asked for in a dialog when a person wants to enter it, and kept.

What can be tried again then is known to whoever has shown what was in the way: they listen to `login_service`. The
dialog's states: being filled in, waiting for the system's password store, blocked by it, doing without one.
"""

from __future__ import annotations

import asyncio
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLineEdit

from bindtool.core.api.responses import NotSent
from bindtool.core.binding.advice import obstacle_title
from bindtool.core.common.errors import BadInput, BindtoolError
from bindtool.core.common.messages import Message
from bindtool.core.network.proxy import Proxy
from bindtool.core.network.stored_logins import new_login
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.util.no_input_method import disable_input_method
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.busy_indicator import BusyIndicator
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.dialogs import FittingDialog
from bindtool.gui.common.widgets.form_field import TextField, TypedLine
from bindtool.gui.common.widgets.labels import Header, line
from bindtool.gui.common.widgets.reply_box import Reply, ReplyBox

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance
    from PySide6.QtWidgets import QWidget

    from bindtool.core.api.responses import NeverSent
    from bindtool.core.network.proxy import ProxyLogin
    from bindtool.gui.common.shell.session_state import SessionState
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.common.util.background_tasks import BackgroundTasks
    from bindtool.gui.common.widgets.on_demand import OnDemand
    from bindtool.gui.network.login_service import ProxyLoginService
    from bindtool.i18n.catalogue import Texts

_PROMPT_AFTER = 0.7
"""Seconds after which a password store that has not answered is most likely asking for a password."""


class ProxyLoginController(QObject):
    """Opens the dialog, and does what it asks for."""

    def __init__(
        self,
        window: Window,
        texts: Texts,
        state: SessionState,
        logins: ProxyLoginService,
        tasks: BackgroundTasks,
        dialog: OnDemand[ProxyLoginDialog],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._texts = texts
        self._state = state
        self._logins = logins
        self._tasks = tasks
        self._login_dialog = dialog
        self._proxy: Proxy | None = None
        self._work: asyncio.Task[None] | None = None
        dialog.when_made(self._listen)

    def _listen(self, dialog: ProxyLoginDialog) -> None:
        dialog.save_requested.connect(self._store)
        dialog.memory_requested.connect(self._hold)
        dialog.cancel_requested.connect(self._give_up)

    @property
    def _dialog(self) -> ProxyLoginDialog:
        return self._login_dialog()

    def ask(self, obstacle: NeverSent) -> None:
        """Open the dialog; what is typed there already for the same proxy stays."""
        proxy, dialog = Proxy.parse(obstacle.host), self._dialog
        if dialog.isHidden() or proxy != self._proxy:
            self._give_up()
            self._proxy = proxy
            profile = self._state.profile
            who = profile.who_to_ask if profile is not None else ""
            user = obstacle.detail if obstacle.why is NotSent.PROXY_USER else ""
            dialog.ask(proxy.name, self._texts.say(self._logins.reason or obstacle_title(obstacle)), who, user)
            self._tasks.start(self._name_store())
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    async def _name_store(self) -> None:
        try:
            self._dialog.show_store(await self._logins.describe())
        except BindtoolError as error:
            self._dialog.show_no_store(error)

    def _store(self, login: ProxyLogin) -> None:
        if self._proxy is not None:
            self._work = self._tasks.start(self._keep(self._proxy, login))

    async def _keep(self, proxy: Proxy, login: ProxyLogin) -> None:
        late = asyncio.get_running_loop().call_later(_PROMPT_AFTER, self._dialog.show_waiting)
        try:
            await self._logins.store(proxy, login)
        except BindtoolError as error:
            self._dialog.show_problem(error)
        else:
            self._close("proxy_login.saved", proxy)
        finally:
            late.cancel()

    def _hold(self, login: ProxyLogin) -> None:
        if self._proxy is not None:
            self._logins.hold(self._proxy, login)
            self._close("proxy_login.in_memory", self._proxy)

    def _close(self, what: str, proxy: Proxy) -> None:
        self._dialog.accept()
        self._window.notices.show_answer(Message.of(what, proxy=proxy.name))

    def _give_up(self) -> None:
        if self._work is not None:
            self._work.cancel()


_WIDE = 560


class _State(Enum):
    IDLE = "idle"
    WAITING = "waiting"
    BLOCKED = "blocked"
    """The password store could not keep it: try again, or hold it until bindtool closes."""
    MEMORY = "memory"
    """There is no password store: what is entered is held until bindtool closes."""


class ProxyLoginDialog(FittingDialog):
    """To be shown with `show()`, never with `open()`: people go on scanning in the window.

    Signals:
        save_requested(ProxyLogin): keep it in the password store. memory_requested(ProxyLogin): hold it until
        bindtool closes. cancel_requested: do not wait any longer, and keep nothing.
    """

    save_requested = Signal(object)
    memory_requested = Signal(object)
    cancel_requested = Signal()

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
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
        self.memory_button.clicked.connect(lambda: self._ask_for(self.memory_requested))
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

    def ask(self, proxy: str, reason: str, who: str, user: str = "") -> None:
        """Begin for a proxy.

        Args:
            proxy: its host and port.
            reason: why it is asked for.
            who: the person who knows what to enter; "" for nobody named.
            user: who was refused; stands in the field, since it may be the password that was wrong.
        """
        self.reason.say(Reply(Tone.UNSURE, reason))
        who = who or self._texts("token_panel.who")
        self._lead.setText(self._texts("proxy_login.lead", proxy=proxy, who=who))
        self.user.set_text(user)
        self.password.line.clear()
        self._enter(_State.IDLE)
        self.show_store("")
        (self.password if user else self.user).take_focus()

    def show_store(self, name: str) -> None:
        """Say where the log-in will be kept: the name of the password store, "" while it is not known."""
        kept = self._texts("proxy_login.kept_in", store=name) if name else self._texts("proxy_login.kept")
        self.password.set_hint(kept)

    def show_waiting(self) -> None:
        """Say that the system may be asking for a password; the wait can be ended."""
        self.waiting.begin(self._texts("token_panel.waiting"))
        self._enter(_State.WAITING)

    def show_no_store(self, error: BindtoolError) -> None:
        """Say why there is no password store; what is entered is held without one."""
        self._enter(_State.MEMORY)
        self._say(error)
        self.password.set_hint(self._texts("proxy_login.held"))

    def show_problem(self, error: BindtoolError) -> None:
        """Say why the log-in could not be kept, and offer what else can be done."""
        self._enter(_State.BLOCKED)
        self._say(error)

    def reject(self) -> None:
        """End a wait; where there is none, close the dialog."""
        self.cancel_requested.emit()
        if self._state is _State.WAITING:
            self._enter(_State.IDLE)
        else:
            super().reject()

    def done(self, result: int) -> None:
        """Close the dialog; what was typed does not stay behind."""
        self.password.line.clear()
        super().done(result)

    def _save(self) -> None:
        self._ask_for(self.memory_requested if self._state is _State.MEMORY else self.save_requested)

    def _ask_for(self, wanted: SignalInstance) -> None:
        for name, field in (("user", self.user), ("password", self.password)):
            if not field.text().strip():
                self._refuse(field, self._texts(f"proxy_login.{name}.missing"))
                return
        try:
            login = new_login(self.user.text(), self.password.text())
        except BadInput as error:
            field = self.user if error.id == "proxy.user_unfit" else self.password
            self._refuse(field, f"{self._texts.say(error.title)}\n{self._texts.say(error.hint)}")
        else:
            wanted.emit(login)

    def _refuse(self, field: TextField, why: str) -> None:
        field.show_problem(why)
        field.take_focus()

    def _say(self, error: BindtoolError) -> None:
        self.problem.say(Reply(Tone.UNSURE, self._texts.say(error.title), self._texts.say(error.hint)))

    def _enter(self, state: _State) -> None:
        """Show and enable what goes with a state."""
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
