"""Words for people: turns a message id with its parameters into a sentence of the chosen language.

It chooses the language and looks up the sentences, which stand in `resources/translations`, one gettext catalogue
for window, command line and messages. A text with a number in it has its plural by the parameter `n`.
"""

from __future__ import annotations

import gettext
import locale
import sys
from typing import TYPE_CHECKING

from bindtool.core.common.safe_text import escaped
from bindtool.resource_paths import asset

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bindtool.core.common.messages import Message, Parameter

LANGUAGES = ("en", "zh_CN")
"""The languages that bindtool speaks; the first one is for everybody else."""

_BETWEEN_SENTENCES = {"en": (".", " "), "zh_CN": ("。", "")}
_ENDS = tuple(".?!:…。？！：")


class Texts:
    """The catalogue of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = gettext.translation("bindtool", asset("translations"), [language])

    def __call__(self, id_: str, /, **parameters: Parameter) -> str:
        """Return the text `id_` with its places filled; what fills them can't turn the words around it.

        An id without a text is shown as it is: a person then still sees something to report.
        """
        number = parameters.get("n")
        text = self._catalogue.ngettext(id_, id_, number) if isinstance(number, int) else id_
        if text == id_:
            text = self._catalogue.gettext(id_)
        if not parameters:
            return text.replace("{{", "{").replace("}}", "}")
        return text.format(**{name: _readable(value) for name, value in parameters.items()})

    def say(self, message: Message) -> str:
        """Return the words of a message. Where it sends a person to nobody by name, somebody is found."""
        values = dict(message.values)
        if values.get("who") == "":
            values["who"] = self("who.nobody_named")
        return self(message.id, **values)

    def together(self, *sentences: str) -> str:
        """Return sentences as one text; Chinese has no space between them. A title gets a full stop."""
        stop, space = _BETWEEN_SENTENCES[self.language]
        *first, last = list(filter(None, sentences)) or [""]
        return space.join([*(each if each.endswith(_ENDS) else f"{each}{stop}" for each in first), last])


def _readable(value: Parameter) -> Parameter:
    return escaped(value, keep="\n\t") if isinstance(value, str) else value


def system_language(environment: Mapping[str, str]) -> str:
    """Return the language of this system: Chinese on a Chinese one, else English.

    Unix says it in the environment (gettext's order: LANGUAGE, LC_ALL, LC_MESSAGES, LANG), Windows in its settings.
    """
    named = next(
        (environment[name] for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), ""
    )
    if not named and sys.platform == "win32":
        named = locale.getlocale()[0] or ""
    return "zh_CN" if named.lower().startswith(("zh", "chinese")) else "en"
