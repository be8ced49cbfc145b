"""Shows bound devices in the format for publishing a Coze agent to them, for copying. It sends nothing.

`core.reports.publish_export` has the format.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QRadioButton, QSizePolicy, QWidget

from bindtool.core.binding.replace_mode import count_by_bench
from bindtool.core.common.errors import BindtoolError
from bindtool.core.common.safe_text import evident
from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.profile import as_known
from bindtool.core.reports.publish_export import bound_by, connectors_json, publish_curl
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.util.clipboard import copy_text
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.dialogs import FittingDialog
from bindtool.gui.common.widgets.labels import Header, headline, line
from bindtool.i18n.row_text import benches_words, since_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from bindtool.core.model.channel import Channel
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.store import Gap, Store
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.services import Services
    from bindtool.i18n.catalogue import Texts

_WIDE = 860
_HIGH = 74
_SHOWN = 1000
"""Characters shown; a widget would take a second to lay out the text of 10,000 devices."""


@dataclass(frozen=True, slots=True)
class PublishText:
    """Devices as text: their number, the `connectors` object, and the whole request as a command."""

    n: int
    connectors: str
    command: str

    @classmethod
    def of(cls, channel: Channel, device_ids: Sequence[str]) -> PublishText | None:
        """Return the text for these devices; None if there are none."""
        if not device_ids:
            return None
        return cls(len(device_ids), connectors_json(channel, device_ids), publish_curl(channel, device_ids))


@dataclass(frozen=True, slots=True)
class BoundOnChannel:
    """All known devices bound on a channel, and those bound by the last run of a sheet.

    `others`: the number reported only by other benches, by name. `unchecked`: it is unknown whether bound devices
    stay bound when others are sent. `gap`: since when some may be missing.
    """

    whole: PublishText | None
    of_run: PublishText | None
    others: Mapping[str, int]
    unchecked: bool
    gap: Gap | None

    @classmethod
    def read(
        cls, store: Store, channel: Channel, sheet_id: int | None, profiles: Sequence[Profile]
    ) -> BoundOnChannel:
        """Read the devices from disk. Raises StoreFailed."""
        found = store.bindings.bound_devices(channel)
        run = None if sheet_id is None else store.runs.last(sheet_id)
        of_run = bound_by(store.runs.requests(run.run_id)) if run is not None and run.channel == channel else ()
        known = (as_known(each, store.channels.check(channel)) for each in profiles if each.channel == channel)
        return cls(
            PublishText.of(channel, [each.device.device_id for each in found]),
            PublishText.of(channel, of_run),
            count_by_bench(found),
            all(each.behaviour is Behaviour.NOT_CHECKED for each in known),
            store.bindings.gap,
        )


class PublishDialog(FittingDialog):
    """Lets the user copy the data for publishing; scanning goes on meanwhile."""

    def __init__(self, window: Window, texts: Texts, services: Services) -> None:
        super().__init__(window)
        self._texts = texts
        self._window = window
        self._services = services
        self._work: asyncio.Task[None] | None = None
        self.setWindowTitle(texts("publish.title"))
        self.setAccessibleName(texts("publish.title"))
        theme.resize(self, fixed_width=_WIDE)
        self._header = Header(texts("publish.title"))
        self._offered: dict[QRadioButton, PublishText] = {}
        self._whole, self._of_run = QRadioButton(), QRadioButton()
        for button in (self._whole, self._of_run):
            button.setMinimumHeight(theme.TARGET)
            button.clicked.connect(self._show_chosen)
        self._doubts = line(tone=Tone.UNSURE)
        self._remarks = line(tone=Tone.QUIET)
        self._connectors = _Copied(texts, "publish.connectors", "publish.copy_connectors", self._say_copied)
        self._command = _Copied(texts, "publish.command", "publish.copy_command", self._say_copied)
        self._copied = line(tone=Tone.GOOD)
        close = ActionButton(texts("button.close"), clicked=self.reject)
        self._call = QWidget()
        layouts.column(
            headline(texts("publish.by_call"), theme.LINE_POINTS),
            line(texts("publish.by_call_lead")),
            layouts.row(self._whole, self._of_run, 1, spacing=theme.PAGE),
            self._doubts,
            self._doubts,
            self._remarks,
            self._connectors,
            self._command,
            on=self._call,
            spacing=theme.STEP,
        )
        practice = line(texts("publish.practice"), Tone.HELD)
        practice.setVisible(services.practice)
        self._column = layouts.column(
            self._header,
            practice,
            headline(texts("publish.by_hand"), theme.LINE_POINTS),
            line(texts("publish.by_hand_lead")),
            self._call,
            1,
            layouts.row(close, (self._copied, 1), spacing=theme.STEP),
            on=self.content,
            spacing=theme.STEP,
            margins=(theme.PAGE, theme.PAGE, theme.PAGE, theme.PAGE),
        )
        window.closed.connect(self.close)

    def begin(self, channel: Channel, sheet_id: int | None = None) -> None:
        """Open for a channel; `sheet_id`: a sheet whose last run may be chosen instead of all devices."""
        if self._work is not None:
            self._work.cancel()
        self._call.hide()
        self._copied.setText("")
        self._header.show_about(self._texts("publish.reading"))
        self.show()
        self.raise_()
        self.activateWindow()
        self._work = self._services.tasks.start(self._look(channel, sheet_id))

    async def _look(self, channel: Channel, sheet_id: int | None) -> None:
        services = self._services
        store, profiles = services.store, services.repository.profiles
        try:
            bound = await asyncio.to_thread(BoundOnChannel.read, store, channel, sheet_id, profiles)
            self.show_bound(channel, bound, services.clock.now())
        except BindtoolError as error:
            self.reject()
            self._window.notices.show_error(error)

    def show_bound(self, channel: Channel, bound: BoundOnChannel, at: datetime) -> None:
        """Show the devices found, and the time of the query."""
        texts, whole, of_run, gap = self._texts, bound.whole, bound.of_run, bound.gap
        if whole is None:
            nothing = texts("publish.nothing.title", channel=channel.connector_id)
            self._header.show_about(texts.together(nothing, texts("publish.nothing.hint")))
            return
        about = texts("publish.about", n=whole.n, channel=channel.connector_id, time=f"{at:%H:%M}")
        self._header.show_about(about)
        self._offered = {self._whole: whole}
        _rename(self._whole, texts("publish.whole", n=whole.n))
        if of_run is not None:
            self._offered[self._of_run] = of_run
            _rename(self._of_run, texts("publish.of_run", n=of_run.n))
        for button in (self._whole, self._of_run):
            button.setVisible(of_run is not None and of_run.n < whole.n)
        missing = "" if gap is None else texts("recovery.gap", since=since_words(texts, gap.since))
        unchecked = texts("finished.unchecked") if bound.unchecked else ""
        self._doubts.setText(texts.together(texts("publish.add_or_replace"), unchecked, missing))
        n = sum(bound.others.values())
        others = texts("confirm.others", n=n, benches=benches_words(texts, bound.others)) if n else ""
        self._remarks.setText(texts.together(others, texts("publish.as_known_here")))
        self._whole.setChecked(True)
        self._show_chosen()
        self._call.show()

    def _show_chosen(self) -> None:
        text = self._offered[self._of_run if self._of_run.isChecked() else self._whole]
        self._connectors.show_text(text.connectors)
        self._command.show_text(text.command)
        self._copied.setText("")

    def _say_copied(self) -> None:
        self._copied.setText(self._texts("publish.copied"))


def _rename(button: QRadioButton, text: str) -> None:
    button.setText(text)
    button.setAccessibleName(text)


class _Copied(QWidget):
    """A text with a button that copies all of it; of a long text only the beginning is shown."""

    def __init__(self, texts: Texts, name: str, copy: str, copied: Callable[[], object]) -> None:
        super().__init__()
        self._texts = texts
        self._text = ""
        self._copied = copied
        self._name = texts(name)
        self._caption = line(self._name)
        self._box = QPlainTextEdit(readOnly=True, tabChangesFocus=True)
        self._box.setAccessibleName(texts(name))
        self._box.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self._box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.resize(self._box, fixed_height=_HIGH)
        button = ActionButton(texts(copy), clicked=self._copy)
        layouts.column(
            layouts.row((self._caption, 1), button, spacing=theme.STEP),
            self._box,
            on=self,
            spacing=theme.TIGHT,
        )

    def show_text(self, text: str) -> None:
        """Set the text."""
        self._text = text
        is_long = len(text) > _SHOWN
        self._box.setPlainText(evident(text[:_SHOWN], "\n") + ("…" if is_long else ""))
        beginning = self._texts("publish.beginning") if is_long else ""
        self._caption.setText(self._texts.together(self._name, beginning))

    def _copy(self) -> None:
        copy_text(self._text)
        self._copied()
