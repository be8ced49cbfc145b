"""`bindtool proxy`: stores a proxy's log-in in the password store, or deletes it; no password is shown.

The key of an entry and its proxies are decided in `core.network.stored_logins`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.cli.interruption import interruptible
from bindtool.cli.token_access import ask, ask_unseen, read_short
from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.core.network.stored_logins import ProxyPlace, new_login, store_login

if TYPE_CHECKING:
    import argparse

    from bindtool.cli.console import Console
    from bindtool.cli.process_environment import ProcessEnvironment
    from bindtool.core.network.proxy import ProxyLogin


async def run(given: argparse.Namespace, process: ProcessEnvironment, console: Console) -> int:
    """Run one action; return the exit status.

    Raises:
        BadInput: the proxy, the user name or the password is invalid.
        PasswordStoreError: the password store fails.
    """
    place = ProxyPlace.parse(given.host)
    if given.action == "set":
        login = _given_login(given.user, place, process, console)
        await ask(lambda store: store_login(place, login, store), process, console)
        console.say_messages(Message.of("cli.proxy_stored", user=login.user, place=str(place)))
        if place.port is None:
            console.say_messages(Message.of("cli.proxy_all_ports", place=str(place)))
    else:
        there_was_one = await ask(lambda store: store.forget_password(place.entry), process, console)
        console.say_messages(
            Message.of("cli.proxy_forgotten" if there_was_one else "cli.proxy_none", place=str(place))
        )
    return 0


def _given_login(user: str | None, place: ProxyPlace, process: ProcessEnvironment, console: Console) -> ProxyLogin:
    """Return the log-in, asking at a terminal for the parts not given; the password is typed without echo.

    Raises:
        BadInput: "cli.proxy_no_user"; those of `new_login` and of `read_short`.
    """
    at_terminal = process.stdin.isatty()
    if user is None:
        if not at_terminal:
            raise BadInput("cli.proxy_no_user")
        console.say_messages(Message.of("cli.proxy_user_prompt", place=str(place)))
        with interruptible():
            user = process.stdin.readline().decode("utf-8", "replace")
    text = ask_unseen(process, console.texts("cli.proxy_password_prompt")) if at_terminal else read_short(process)
    # echo and editors append a line break.
    login = new_login(user, text.rstrip("\r\n"))
    process.secrets.note(login.password)
    return login
