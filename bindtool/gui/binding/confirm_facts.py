"""The facts that are shown before binding: for whom, where, as what, and the first and the last device.

When they are shown, and what is answered, is for `confirm_panel`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QWidget

from bindtool.core.common.safe_text import escaped, evident
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkLabel
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.labels import ElidedLabel
from bindtool.i18n.row_text import counts_words, developer_words, site_words, tail

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bindtool.core.binding.progress import Forecast
    from bindtool.core.common.messages import Message
    from bindtool.core.profiles.profile import Profile
    from bindtool.i18n.catalogue import Texts

_MARK_SIZE = 20


@dataclass(frozen=True, slots=True)
class Carried:
    """How many devices are sent again because the channel replaces its list.

    `others`: how many of them are known from other benches only, by the names of their computers.
    """

    n: int
    others: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What is about to be bound.

    `first`, `last`: id and label as they will be sent. `held`, `typed`: how many rows are held back, and how many
    of those that go were typed by hand. `first_alone`: the channel has never accepted a device. `carried`: None
    where the channel doesn't replace its list. `fates`: how often each value stands in the columns of the lists in
    the sheet that may say what becomes of a row, by their names. `forecast`: how long it may take; None where that
    is not told. `off_plan`: by how many the sheet misses what the job has; None where it doesn't.
    """

    profile: Profile
    n: int
    first: tuple[str, str]
    last: tuple[str, str]
    held: int = 0
    typed: int = 0
    first_alone: bool = False
    carried: Carried | None = None
    fates: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    forecast: Forecast | None = None
    off_plan: Message | None = None


class ConfirmFacts(QWidget):
    """For whom, where, as what, and the first and the last device."""

    def __init__(self, texts: Texts, asked: Confirmation) -> None:
        super().__init__()
        self._texts = texts
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.PAGE)
        self._grid.setVerticalSpacing(theme.GAP)
        self._grid.setColumnStretch(2, 1)
        profile = asked.profile
        developer = developer_words(texts, profile)
        for_whom = plain_text(developer) if profile.user_id else Remark(developer, Mark.WARNING)
        name, channel = texts.name(profile.name), tail(profile.connector_id)
        where = texts("confirm.where", name=name, channel=channel, site=site_words(profile.site))
        self._add("confirm.for", for_whom)
        self._add("confirm.channel", plain_text(where))
        self._add("confirm.as", plain_text(escaped(profile.key)))
        several = {"confirm.first": asked.first, "confirm.last": asked.last}
        for name, (device_id, label) in (several if asked.n > 1 else {"confirm.only": asked.first}).items():
            self._add(name, plain_text(evident(device_id), bold=True), plain_text(evident(label)))

        for at, (name, counts) in enumerate(asked.fates.items()):
            words = counts_words(counts.items())
            line = texts("confirm.fate", name=name, counts=words) if name else words
            self._add("" if at else "confirm.fates", plain_text(line))

    def _add(self, name: str, value: QWidget, extra: QWidget | None = None) -> None:
        row = self._grid.rowCount()
        heading = plain_text(self._texts(name) if name else "")
        theme.set_style(heading, tone=Tone.QUIET)
        self._grid.addWidget(heading, row, 0)
        if extra is None:
            self._grid.addWidget(value, row, 1, 1, 2)
        else:
            self._grid.addWidget(value, row, 1)
            self._grid.addWidget(extra, row, 2)


class Remark(QWidget):
    """A sentence, with an icon before it where it warns."""

    def __init__(self, words: str, mark: Mark | None = None) -> None:
        super().__init__()
        self._label = plain_text(words)
        row = layouts.row((self._label, 1), on=self, spacing=theme.GAP)
        if mark is not None:
            row.insertWidget(0, MarkLabel(_MARK_SIZE, mark))
            theme.set_style(self._label, tone=mark.tone)

    def say(self, words: str) -> None:
        """Change the sentence."""
        self._label.setText(words)


def plain_text(words: str, *, bold: bool = False) -> ElidedLabel:
    """Return a text of the panel's size, cut where there is no room."""
    return ElidedLabel(words, points=theme.BODY_POINTS, bold=bold)
