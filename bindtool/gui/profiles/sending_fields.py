"""The fields for sending to a channel: what it does with earlier devices, and the pace of requests.

Decides whether an answer about earlier devices stays valid when the channel changes; `binding.channel_check` finds
the answer. The pace has devices per request, with the size found by runs, requests per second, and the search for
refused devices; other request settings stay as in the profile.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox, QWidget

from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.profile import PACE_BOUNDS, RequestSettings
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.form_field import Choice, Field, TextField, lock, tick_box, wheel_guarded
from bindtool.gui.common.widgets.labels import line

if TYPE_CHECKING:
    from datetime import date

    from bindtool.core.profiles.profile import Profile
    from bindtool.i18n.catalogue import Texts


_BEHAVIOURS = {
    Behaviour.NOT_CHECKED: "profile_form.behaviour.not_checked",
    Behaviour.ADDS: "profile_form.behaviour.adds",
    Behaviour.REPLACES: "profile_form.behaviour.replaces",
}


class BehaviourFields(QWidget):
    """The choice, with the name of the person who made it beside it, and a check box below.

    Args:
        texts: the catalogue.
        day: the date of an answer given here.
        checked_by: the field for the person who gave the answer; the form handles its text.
    """

    def __init__(self, texts: Texts, day: date, checked_by: TextField) -> None:
        super().__init__()
        self._texts = texts
        self._day = day
        self._checked_by = checked_by
        words = {each: texts(id_) for each, id_ in _BEHAVIOURS.items()}
        self.choice = wheel_guarded(Choice(words))
        self._field = Field(texts("profile_form.behaviour"), self.choice, texts("profile_form.behaviour.hint"))
        hint = texts("profile_form.sender.hint")
        self.only_here = tick_box(texts("profile_form.sender"), hint)
        self._sender_hint = line(hint, Tone.QUIET)
        layouts.column(
            layouts.field_row(self._field, checked_by),
            (self.only_here, 0, Qt.AlignmentFlag.AlignLeft),
            self._sender_hint,
            on=self,
            spacing=theme.TIGHT,
        )
        self.choice.currentIndexChanged.connect(self._arrange)
        self._arrange()

    def fill(self, profile: Profile | None) -> None:
        """Show a profile's values, or that the answer is unknown."""
        self.choice.choose(profile.behaviour if profile else Behaviour.NOT_CHECKED)
        self.only_here.setChecked(profile is not None and profile.sender)
        on = profile.checked_on if profile else None
        hint = "profile_form.checked_by.hint"
        self._checked_by.set_hint(self._texts("profile_form.checked_on", day=str(on)) if on else self._texts(hint))

    def lock(self, why: str) -> None:
        """Make the fields read-only; "" makes them editable again."""
        self._field.lock(why)
        lock(self.only_here, why)

    def put_into(self, profile: Profile, before: Profile | None) -> Profile:
        """Return `profile` with the values chosen here; discards an answer about another channel.

        `before` is the profile that was filled in, None for a new one.
        """
        behaviour = self.choice.value
        given_now = before is None or behaviour is not before.behaviour
        moved = before is not None and before.channel != profile.channel
        if behaviour is Behaviour.NOT_CHECKED or (moved and not given_now):
            return replace(profile, behaviour=Behaviour.NOT_CHECKED, checked_by="", checked_on=None, sender=False)
        checked_on = self._day if given_now or before is None else before.checked_on
        sender = behaviour is Behaviour.REPLACES and self.only_here.isChecked()
        return replace(profile, behaviour=behaviour, checked_on=checked_on, sender=sender)

    def _arrange(self) -> None:
        """Show the person's field only with an answer, and the sender's box only if the list is replaced."""
        answered = self.choice.value is not Behaviour.NOT_CHECKED
        self._checked_by.setVisible(answered)
        if not answered:
            self._checked_by.set_text("")
        for widget in (self.only_here, self._sender_hint):
            widget.setVisible(self.choice.value is Behaviour.REPLACES)


class _Rate(QDoubleSpinBox):
    """A number shown without trailing zeros."""

    def textFromValue(self, value: float) -> str:
        """Return "2", not "2.00"."""
        return f"{value:g}"


class PaceFields(QWidget):
    """Two numbers side by side, and whether to search a refused request for the refused devices."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._pace = RequestSettings()
        self.batch_size = wheel_guarded(QSpinBox())
        low, high = PACE_BOUNDS["batch_size"]
        self.batch_size.setRange(int(low), int(high))
        self.rate = wheel_guarded(_Rate())
        # Zero means no limit.
        self.rate.setRange(0, PACE_BOUNDS["rate"][1])
        self.rate.setSpecialValueText(texts("profile_form.rate.no_limit"))
        self._batch_size_field = Field(
            texts("profile_form.batch_size"), self.batch_size, texts("profile_form.batch_size.hint")
        )
        rate_field = Field(texts("profile_form.rate"), self.rate, texts("profile_form.rate.hint"))
        self.summed_up: tuple[Field, ...] = (self._batch_size_field, rate_field)
        self.search = tick_box(texts("profile_form.search"), texts("profile_form.search.hint"))
        layouts.column(
            layouts.field_row(self._batch_size_field, rate_field),
            (self.search, 0, Qt.AlignmentFlag.AlignLeft),
            line(texts("profile_form.search.hint"), Tone.QUIET),
            on=self,
            spacing=theme.TIGHT,
        )

    def pace(self) -> RequestSettings:
        """Return the pace entered."""
        return replace(
            self._pace,
            batch_size=self.batch_size.value(),
            rate=self.rate.value(),
            search=self.search.isChecked(),
        )

    def set_pace(self, pace: RequestSettings) -> None:
        """Show the pace."""
        self._pace = pace
        self.batch_size.setValue(pace.batch_size)
        self.rate.setValue(pace.rate)
        self.search.setChecked(pace.search)
        self._batch_size_field.set_hint(self._texts("profile_form.batch_size.hint"))

    def show_found(self, size: int, day: date) -> None:
        """Show that requests carry fewer devices than the number set, and since when that is known."""
        self._batch_size_field.set_hint(
            self._texts("profile_form.batch_size.found", size=size, day=day.isoformat())
        )
