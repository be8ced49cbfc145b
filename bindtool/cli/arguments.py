"""The arguments of the command line, with their help in the person's language.

Names, types and defaults are here. The action of a command is in its module in `commands`.
"""

from __future__ import annotations

import argparse
import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

from bindtool.core.common.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bindtool.i18n.catalogue import Texts

MAX_WAIT = 300.0
"""Seconds without a network, after which the remaining rows are given up."""


class HelpAsked(Exception):
    """The person asked for help; the text is the only argument."""


def parse(arguments: Sequence[str], texts: Texts) -> argparse.Namespace:
    """Return the arguments by name; `command` and `action` name the command.

    Raises:
        BadInput: "cli.usage" with `detail`, in argparse's own words, which are English.
        HelpAsked: with the text.
    """
    return _parser(arguments, texts).parse_args(arguments)


class _Parser(argparse.ArgumentParser):
    """argparse with our own texts and streams, and without ending the process."""

    def __init__(self, *, texts: Texts, prog: str, description: str) -> None:
        super().__init__(
            prog=prog,
            description=description,
            add_help=False,
            allow_abbrev=False,
            formatter_class=lambda prog: _Formatter(prog, texts),
        )
        self.texts = texts
        self.positionals = self.add_argument_group(texts("cli.arguments"))
        self.options = self.add_argument_group(texts("cli.options"))
        self.options.add_argument("-h", "--help", action=_Help, nargs=0, help=texts("cli.help.help"))

    def error(self, message: str) -> NoReturn:
        raise BadInput("cli.usage", detail=message, command=self.prog)


class _Help(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        raise HelpAsked(parser.format_help())


class _Formatter(argparse.HelpFormatter):
    def __init__(self, prog: str, texts: Texts) -> None:
        super().__init__(prog, max_help_position=32)
        self._texts = texts

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, prefix or self._texts("cli.usage_is"))


def _parser(arguments: Sequence[str], texts: Texts) -> _Parser:
    parser = _Parser(texts=texts, prog="bindtool", description=texts("cli.help.bindtool"))
    parser.options.add_argument("--version", action="store_true", help=texts("cli.help.version"))
    parser.options.add_argument(
        "--practice", dest="practice_window", action="store_true", help=texts("cli.help.practice_window")
    )
    # `__main__` handles it, with --report, before parsing; here it is for the help.
    parser.options.add_argument("--smoke", action="store_true", help=texts("cli.help.smoke"))
    commands = _Commands(parser, "command")
    # Creating the parsers of all commands and actions takes 3 ms.
    for name in _COMMANDS.keys() & set(arguments[:1]) or _COMMANDS:
        help_id, add_arguments = _COMMANDS[name]
        add_arguments(commands.add(name, help_id))
    return parser


class _Commands:
    """The commands of a parser, or the actions of a command."""

    def __init__(self, parser: _Parser, dest: str, *, required: bool = False) -> None:
        self._parser = parser
        self._commands = parser.add_subparsers(
            title=parser.texts("cli.commands"), dest=dest, metavar=dest.upper(), required=required
        )

    def add(self, name: str, help_id: str) -> _Parser:
        """Add a command with its help."""
        prog, text = f"{self._parser.prog} {name}", self._parser.texts(help_id)
        return self._commands.add_parser(name, help=text, texts=self._parser.texts, prog=prog, description=text)


def _add_bind(parser: _Parser) -> None:
    texts = parser.texts
    parser.positionals.add_argument("file", metavar="FILE", help=texts("cli.help.file"))
    add = parser.options.add_argument
    add("--profile", metavar="NAME", help=texts("cli.help.profile_option"))
    add("--practice", action="store_true", help=texts("cli.help.practice"))
    add("--report", metavar="OUT.csv", help=texts("cli.help.report"))
    add("--dry-run", action="store_true", help=texts("cli.help.dry_run"))
    whole = parser.options.add_mutually_exclusive_group()
    whole.add_argument("--resume", action="store_true", help=texts("cli.help.resume"))
    whole.add_argument("--again", action="store_true", help=texts("cli.help.again"))
    add("--refused", action="store_true", help=texts("cli.help.refused"))
    add("--json", action="store_true", help=texts("cli.help.json"))
    add("--batch-size", metavar="N", type=int, help=texts("cli.help.batch_size"))
    add("--concurrency", metavar="M", type=int, help=texts("cli.help.concurrency"))
    add("--rate", metavar="R", type=float, help=texts("cli.help.rate"))
    add("--timeout", metavar="S", type=float, help=texts("cli.help.timeout"))
    add("--resend", metavar="K", type=int, help=texts("cli.help.resend"))
    add("--max-wait", metavar="S", type=seconds, default=MAX_WAIT, help=texts("cli.help.max_wait"))
    add("--others", metavar="N", type=int, default=0, help=texts("cli.help.others"))
    add("--without-ledger", action="store_true", help=texts("cli.help.without_ledger"))
    add("--encoding", metavar="NAME", help=texts("cli.help.encoding"))
    add("--sheet", metavar="NAME", help=texts("cli.help.sheet"))
    add("--id-column", metavar="C", help=texts("cli.help.id_column"))
    add("--label-column", metavar="C", help=texts("cli.help.label_column"))
    add("--operator", metavar="TEXT", default="", help=texts("cli.help.operator"))


def _add_profile(parser: _Parser) -> None:
    texts = parser.texts
    actions = _Commands(parser, "action", required=True)
    adding = actions.add("add", "cli.help.profile_add")
    adding.positionals.add_argument("name", metavar="NAME", help=texts("cli.help.profile_name"))
    add = adding.options.add_argument
    add("--connector-id", metavar="ID", required=True, help=texts("cli.help.connector_id"))
    add("--base-url", metavar="URL", help=texts("cli.help.base_url"))
    add("--key", metavar="KEY", help=texts("cli.help.key"))
    add("--user-id", metavar="UID", help=texts("cli.help.user_id"))
    add("--address", metavar="URL", help=texts("cli.help.address"))
    add("--label-template", metavar="T", help=texts("cli.help.label_template"))
    add("--token-stdin", action="store_true", help=texts("cli.help.token_stdin"))
    actions.add("list", "cli.help.profile_list").options.add_argument(
        "--json", action="store_true", help=texts("cli.help.json")
    )
    for name, help_id in (("remove", "cli.help.profile_remove"), ("export", "cli.help.profile_export")):
        action = actions.add(name, help_id)
        action.positionals.add_argument("name", metavar="NAME", help=texts("cli.help.profile_name"))
    action.positionals.add_argument("file", metavar="FILE", help=texts("cli.help.profile_file"))
    importing = actions.add("import", "cli.help.profile_import")
    importing.positionals.add_argument("file", metavar="FILE", help=texts("cli.help.profile_file"))


def _add_token(parser: _Parser) -> None:
    texts = parser.texts
    actions = _Commands(parser, "action", required=True)
    setting = actions.add("set", "cli.help.token_set")
    setting.positionals.add_argument("name", metavar="NAME", help=texts("cli.help.token_name"))
    setting.options.add_argument("--base-url", metavar="URL", help=texts("cli.help.token_site"))
    setting.options.add_argument("--token-stdin", action="store_true", help=texts("cli.help.token_stdin"))
    checking = actions.add("check", "cli.help.token_check")
    checking.positionals.add_argument("name", metavar="NAME", help=texts("cli.help.token_name"))
    forgetting = actions.add("forget", "cli.help.token_forget")
    forgetting.positionals.add_argument("name", metavar="NAME", nargs="?", help=texts("cli.help.token_name"))
    forgetting.options.add_argument("--all", action="store_true", help=texts("cli.help.all"))


def _add_sign_in(parser: _Parser) -> None:
    _add_sign_out(parser)
    add = parser.options.add_argument
    add("--device", action="store_true", help=parser.texts("cli.help.device"))
    add("--no-browser", action="store_true", help=parser.texts("cli.help.no_browser"))


def _add_sign_out(parser: _Parser) -> None:
    parser.positionals.add_argument("profile", metavar="PROFILE", help=parser.texts("cli.help.profile_name"))


def _add_check(parser: _Parser) -> None:
    _add_profile_option(parser)
    parser.options.add_argument("--json", action="store_true", help=parser.texts("cli.help.json"))


def _add_profile_option(parser: _Parser) -> None:
    parser.options.add_argument("--profile", metavar="NAME", help=parser.texts("cli.help.profile_option"))


def _add_history(parser: _Parser) -> None:
    texts = parser.texts
    actions = _Commands(parser, "action", required=True)
    exporting = actions.add("export", "cli.help.history_export")
    exporting.positionals.add_argument("file", metavar="FILE", help=texts("cli.help.history_file"))
    exporting.options.add_argument("--since", metavar="DATE", help=texts("cli.help.since"))
    form = exporting.options.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help=texts("cli.help.json"))
    form.add_argument("--for-publish", action="store_true", help=texts("cli.help.for_publish"))
    exporting.options.add_argument("--profile", metavar="NAME", help=texts("cli.help.for_publish_profile"))
    importing = actions.add("import", "cli.help.history_import")
    importing.positionals.add_argument("files", metavar="FILE", nargs="+", help=texts("cli.help.history_files"))


def _add_ledger(parser: _Parser) -> None:
    texts = parser.texts
    actions = _Commands(parser, "action", required=True)
    making = actions.add("init", "cli.help.ledger_init")
    making.positionals.add_argument("url", metavar="URL", help=texts("cli.help.ledger_url"))
    _add_profile_option(actions.add("check", "cli.help.ledger_check"))
    actions.add("forget", "cli.help.ledger_forget")


def _add_proxy(parser: _Parser) -> None:
    texts = parser.texts
    actions = _Commands(parser, "action", required=True)
    for name, help_id in (("set", "cli.help.proxy_set"), ("forget", "cli.help.proxy_forget")):
        action = actions.add(name, help_id)
        action.positionals.add_argument("host", metavar="HOST", help=texts("cli.help.proxy_host"))
        if name == "set":
            action.options.add_argument("--user", metavar="NAME", help=texts("cli.help.proxy_user"))


_COMMANDS: Mapping[str, tuple[str, Callable[[_Parser], None]]] = MappingProxyType(
    {
        "bind": ("cli.help.bind", _add_bind),
        "profile": ("cli.help.profile", _add_profile),
        "token": ("cli.help.token", _add_token),
        "sign-in": ("cli.help.sign_in", _add_sign_in),
        "sign-out": ("cli.help.sign_out", _add_sign_out),
        "check": ("cli.help.check", _add_check),
        "history": ("cli.help.history", _add_history),
        "ledger": ("cli.help.ledger", _add_ledger),
        "proxy": ("cli.help.proxy", _add_proxy),
    }
)
"""The commands, in the order of the help, with the ids of their help and the functions that add their arguments."""


def seconds(text: str) -> float:
    """Parse a time of zero seconds or more; argparse names this function in its error."""
    value = float(text)
    if math.isnan(value) or value < 0:
        raise ValueError(text)
    return value
