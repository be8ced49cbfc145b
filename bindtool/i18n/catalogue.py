"""Words for people: turns a message id with its parameters into a sentence of the chosen language.

It chooses the language and looks up the sentences, which are in `resources/translations`, one gettext catalogue for
window, command line and messages. A text with a number has its plural by the parameter `n`. In a window a site or a
host on this computer is named as such: people do not recognise loopback by its address.
"""

from __future__ import annotations

import gettext
import locale
import re
import sys
from types import MappingProxyType
from typing import TYPE_CHECKING

from bindtool.core.common.messages import Message
from bindtool.core.common.safe_text import escaped
from bindtool.resource_paths import asset

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bindtool.core.common.messages import Parameter

LANGUAGES = ("en", "zh_CN")
"""The languages of bindtool; the first one is the default."""

_BETWEEN_SENTENCES = {"en": (".", " "), "zh_CN": ("。", "")}
_ENDS = tuple(".?!:…。？！：")
_PLACES = frozenset({"site", "kept_for", "host"})
"""Parameters that name a computer."""
_EDGE = "\0"
"""Marks the words for this computer until they are in their sentence; no other value has this character."""
_SPACE = f"(?<=[一-鿿]) (?={_EDGE})|(?<={_EDGE}) (?=[一-鿿])"
"""Chinese puts spaces around an address in Latin letters, and not around words."""
_PERSON = "\1"
"""Marks a person until the sentence is complete; no value has this character either."""
_BESIDE_PERSON = f"(?<=[一-鿿]){_PERSON}(?=[0-9A-Za-z])|(?<=[0-9A-Za-z]){_PERSON}(?=[一-鿿])"
"""Chinese puts a space here; most people have Chinese names, so the sentences contain none."""
_NO_NAMES: Mapping[str, str] = MappingProxyType({})


class Texts:
    """The catalogue of one language.

    Args:
        language: one of `LANGUAGES`.
        names: the stored names that are translated, with the ids of their texts.
        addresses: show the addresses of loopback, as on a command line, whose users set them.
    """

    def __init__(self, language: str, names: Mapping[str, str] = _NO_NAMES, *, addresses: bool = False) -> None:
        self.language = language
        self._names = names
        self._places = frozenset[str]() if addresses else _PLACES
        self._catalogue = gettext.translation("bindtool", asset("translations"), [language])

    def __call__(self, id_: str, /, **parameters: Parameter) -> str:
        """Return the text `id_` with its placeholders filled; the values can't change the direction of the text.

        An id without a text is shown itself: a person can at least report it.
        """
        number = parameters.get("n")
        text = self._catalogue.ngettext(id_, id_, number) if isinstance(number, int) else id_
        if text == id_:
            text = self._catalogue.gettext(id_)
        if not parameters:
            return text.replace("{{", "{").replace("}}", "}")
        return _joined(text.format(**{name: self._readable(name, value) for name, value in parameters.items()}))

    def in_language(self, language: str) -> Texts:
        """Return the same texts in another language."""
        return Texts(language, self._names, addresses=not self._places)

    def name(self, stored: str) -> str:
        """Return the displayed name of a profile or an account; mostly its stored name."""
        return self(self._names[stored]) if stored in self._names else stored

    def stored_names(self, part: str) -> tuple[str, ...]:
        """Return the stored names whose displayed name contains `part`; none for ""."""
        found = (stored for stored in self._names if part.casefold() in self.name(stored).casefold())
        return tuple(found) if part else ()

    def say(self, message: Message) -> str:
        """Return the words of a message. If its person to ask has no name, a general term is used."""
        values = dict(message.values)
        if values.get("who") == "":
            values["who"] = self("who.nobody_named")
        return self(message.id, **values)

    def pair(self, stem: str, /, **parameters: Parameter) -> tuple[str, str]:
        """Return the words of `<stem>.title` and `<stem>.hint`."""
        title, hint = Message.pair(stem, **parameters)
        return self.say(title), self.say(hint)

    def together(self, *sentences: str) -> str:
        """Join sentences; Chinese has no space between them. A title gets a full stop."""
        stop, space = _BETWEEN_SENTENCES[self.language]
        *first, last = list(filter(None, sentences)) or [""]
        return space.join([*(each if each.endswith(_ENDS) else f"{each}{stop}" for each in first), last])

    def _readable(self, name: str, value: Parameter) -> Parameter:
        if not isinstance(value, str):
            return value
        if name == "account":
            value = self.name(value)
        here = self._this_computer(value, is_host=name == "host") if name in self._places else ""
        if here:
            return f"{_EDGE}{here}{_EDGE}"
        shown = escaped(value, keep="\n\t")
        return f"{_PERSON}{shown}{_PERSON}" if name == "who" else shown

    def _this_computer(self, address: str, *, is_host: bool) -> str:
        """Return the words for a loopback address, "" for any other.

        For an origin or a host, the port shows which of the computer's programs is meant; a short site has none.
        """
        is_origin = "://" in address
        if is_origin and is_host:
            # A proxy's, which people compare with the computer's settings.
            return ""
        # The window's first paint shows no address, and does not wait for this import.
        from urllib.parse import urlsplit

        from bindtool.core.model.channel import is_loopback

        forms = (address, f"//{address}", f"//[{address}]")
        found = next((form for form in forms if is_loopback(form)), None)
        if found is None:
            return ""
        port = urlsplit(found).port if is_origin or is_host else None
        return self("place.port", port=port) if port else self("place.here")


def _joined(words: str) -> str:
    """Remove the marks around a person and the words for this computer, and adjust spaces and capitals."""
    if _PERSON in words:
        words = re.sub(_BESIDE_PERSON, " ", words).replace(_PERSON, "")
    if _EDGE not in words:
        return words
    words = re.sub(_SPACE, "", words)
    words = words[1].upper() + words[2:] if words.startswith(_EDGE) else words
    return words.replace(_EDGE, "")


def system_language(environment: Mapping[str, str]) -> str:
    """Return the language of this system: Chinese on a Chinese one, else English.

    Unix has it in the environment (gettext's order: LANGUAGE, LC_ALL, LC_MESSAGES, LANG), Windows in its settings.
    """
    named = next(
        (environment[name] for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), ""
    )
    if not named and sys.platform == "win32":
        named = locale.getlocale()[0] or ""
    return "zh_CN" if named.lower().startswith(("zh", "chinese")) else "en"
