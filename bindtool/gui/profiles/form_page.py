"""The form for a profile: filled in by hand, changed later, or shown read-only where IT has set it.

Its states: being filled in, busy, saved. Saving the profile and the token, and the check, are done by
`profiles.controller`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from bindtool.core.common.safe_text import escaped
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.busy_indicator import BusyIndicator
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.form_field import FoldingSection
from bindtool.gui.common.widgets.labels import Header, line
from bindtool.gui.common.widgets.layouts import ScrollPage
from bindtool.gui.common.widgets.reply_box import Reply, ReplyBox
from bindtool.gui.profiles.profile_fields import ProfileFields
from bindtool.gui.profiles.setup_request import CopyRequest
from bindtool.gui.tokens import token_text
from bindtool.gui.tokens.fields import TokenField
from bindtool.i18n.row_text import site_words

if TYPE_CHECKING:
    from datetime import date

    from bindtool.core.api.identity import Identity
    from bindtool.core.common.errors import BindtoolError
    from bindtool.core.credentials.token_metadata import TokenMetadata
    from bindtool.core.profiles.profile import Profile
    from bindtool.i18n.catalogue import Texts

_WIDEST = 720
_AT_A_FIELD = {"profile.name_in_use": "name"}
"""Errors of keeping a profile that are about one field."""


class ProfileFormPage(QWidget):
    """One page; problems stand at their fields, answers above the buttons.

    Args:
        texts: the words.
        day: the local date, for the preview of a label.

    Signals:
        save_requested(Profile, CleanToken | None): keep both, then check; None leaves the token as it is.
        stop_requested: do not wait any longer for what `show_busy` shows; the form can be changed again.
        cancelled: close the form without saving.
        done: the answer has been read; go on to scanning.
    """

    save_requested = Signal(object, object)
    stop_requested = Signal()
    cancelled = Signal()
    done = Signal()

    def __init__(self, texts: Texts, day: date) -> None:
        super().__init__()
        self._texts = texts
        self._edited: Profile | None = None
        self._sent: Profile | None = None
        self.setAccessibleName(texts("profile_form.title"))
        self._header = Header()
        self._set_by_it = ReplyBox(texts("profile_form.set_by_it.title"))
        self.copy_request = CopyRequest(texts)
        self.values = ProfileFields(texts, day)
        self.token = TokenField(texts, texts("profile_form.token.hint"))
        self.saved = line(tone=Tone.GOOD)
        self.reply = ReplyBox(texts("reply.name"))
        self.waiting = BusyIndicator(texts)
        self.save_button = ActionButton(texts("profile_form.save"), StyleKind.PRIMARY, clicked=self._save)
        self.cancel_button = ActionButton(texts("button.cancel"))
        self.done_button = ActionButton(texts("profile_form.done"), clicked=self._go_on)
        self._lay_out()
        self.cancel_button.clicked.connect(self.token.line.clear)
        self.cancel_button.clicked.connect(self.cancelled)
        self.waiting.stop_requested.connect(self._stop)
        self.edit(None)

    @property
    def edited(self) -> Profile | None:
        """The profile that is being changed, as it was last kept; None while a new one is filled in."""
        return self._edited

    @property
    def kept(self) -> Profile | None:
        """The profile that is said to be saved; None where nothing is."""
        return self._edited if not self.saved.isHidden() else None

    @property
    def _fixed(self) -> Profile | None:
        """The profile that can't be changed here, if it is one of those."""
        return self._edited if self._edited is not None and self._edited.read_only else None

    def edit(self, profile: Profile | None, note: TokenMetadata | None = None) -> None:
        """Begin with a profile of one's own, or None for a new one; `note` is of its stored token."""
        self._begin(profile, note)
        self._header.show_title(self._texts("profile_form.change" if profile else "profile_form.title"))
        self._set_by_it.clear()

    def show_read_only(self, profile: Profile, note: TokenMetadata | None = None) -> None:
        """Show a profile that IT has set: only the token can be entered."""
        self._begin(profile, note)
        self._header.show_title(escaped(profile.name))
        reason = Reply(
            Tone.QUIET,
            self._texts("profile_form.set_by_it.title"),
            self._texts("profile_form.set_by_it.body"),
        )
        self._set_by_it.say(reason)

    def show_busy(self, what: str) -> None:
        """Say what is being done; nothing can be changed meanwhile, and the wait can be ended."""
        self.reply.clear()
        self.waiting.begin(what)
        self._arrange()

    def show_saved(self, note: TokenMetadata | None = None, *, in_memory: bool = False) -> None:
        """Say that the profile is kept, and with `note` the token too; the wait goes on until an answer is shown.

        The token leaves the field, and the clipboard if it is still there.
        """
        self._edited = self._sent
        # An answer about another channel was not kept: shown on, the next press would give it to this one.
        self.values.behaviour_fields.fill(self._edited)
        lines = [self._texts("profile_form.saved")]
        if note is not None:
            lines.append(token_text.stored(self._texts, note, (note.site,), in_memory=in_memory))
            if self.token.take_out():
                lines.append(self._texts("token.clipboard_cleared"))
        self.saved.setText("✓ " + "\n".join(lines))
        self.saved.show()
        self._arrange()

    def show_check(self, identity: Identity) -> None:
        """Say what the check of the token found."""
        site = site_words(self._sent.site) if self._sent else ""
        self.show_reply(token_text.checked(self._texts, identity, site))

    def show_reply(self, answer: Reply) -> None:
        """Say above the buttons what has come of it; the form can be changed again."""
        self.waiting.hide()
        self.reply.say(answer)
        self._arrange()
        good = answer.tone is Tone.GOOD and not self.saved.isHidden()
        self._point_to(self.done_button if good else self.save_button)

    def show_problem(self, error: BindtoolError) -> None:
        """Say what went wrong: at the field that it is about, else above the buttons."""
        name = _AT_A_FIELD.get(error.id)
        if name is None:
            self.show_reply(Reply(Tone.UNSURE, self._texts.say(error.title), self._texts.say(error.hint)))
            return
        self.waiting.hide()
        self._arrange()
        self.values.show_problem(name, self._texts.say(error.title))
        self.values.fields[name].take_focus()

    def leave(self) -> None:
        """Stop what is waited for, or else close the form: by the button that is seen for it."""
        if self.done_button.isVisible() and self.waiting.isHidden():
            # Not by the button, which saves what was changed since.
            self.done.emit()
            return
        ways = (self.waiting.stop, self.cancel_button)
        next(button for button in ways if button.isVisible()).click()

    def _begin(self, profile: Profile | None, note: TokenMetadata | None) -> None:
        self._edited = profile
        self._sent = None
        self.values.fill(profile)
        self.token.line.clear()
        hint = self._texts("profile_form.token.hint")
        if note is not None:
            sites = profile.channel.sites if profile is not None else ()
            hint = f"{token_text.stored(self._texts, note, sites)}\n{self._texts('profile_form.token.keep')}"
        self.token.set_hint(hint)
        self.saved.hide()
        self.reply.clear()
        self.waiting.hide()
        self._arrange()
        self._scroll.verticalScrollBar().setValue(0)

    def _point_to(self, next_step: ActionButton) -> None:
        """Make one of the two the primary button."""
        for step in (self.done_button, self.save_button):
            theme.set_style(step, StyleKind.PRIMARY if step is next_step else StyleKind.NORMAL)

    def _save(self) -> None:
        profile = self._fixed or self.values.read(self._edited)
        token_fits = self.token.review()
        if profile is None:
            return
        if not token_fits:
            self.token.take_focus()
            return
        self.saved.hide()
        self.reply.clear()
        self._sent = profile
        self.save_requested.emit(profile, self.token.token)

    def _go_on(self) -> None:
        """Go on to scanning; what was changed since it was saved is saved first, or what is wrong with it shown."""
        if self._fixed or self.values.read(self._edited) == self._edited:
            self.done.emit()
        else:
            self._save()

    def _stop(self) -> None:
        self.waiting.hide()
        self._arrange()
        self.stop_requested.emit()

    def _arrange(self) -> None:
        """Enable and show what goes with the state."""
        busy = not self.waiting.isHidden()
        kept = not self.saved.isHidden()
        why_not = self.waiting.said if busy else ""
        by_it = self._texts("profile_form.set_by_it.title") if self._fixed else ""
        self.values.lock(why_not or by_it, named=self._edited is not None)
        self.token.lock(why_not)
        for one in (self.save_button, self.cancel_button, self.done_button):
            one.allow(not busy, why_not)
        self.cancel_button.setHidden(kept)
        self.done_button.setVisible(kept)
        self._point_to(self.save_button)

    def _lay_out(self) -> None:
        column = QWidget()
        self._scroll = ScrollPage(column, _WIDEST)
        self.token.label.hide()
        page = self._scroll.fill_page(self)
        layouts.column(
            self._header,
            self._set_by_it,
            self.copy_request,
            self.values,
            FoldingSection(self._texts("token.label"), self.token, unfolded=True),
            1,
            on=column,
            spacing=theme.MARGIN,
            margins=(theme.SECTION, theme.PAGE, theme.SECTION, theme.PAGE),
        )
        buttons = layouts.row(1, self.cancel_button, self.done_button, self.save_button, spacing=theme.STEP)
        page.addLayout(self._scroll.foot(self.saved, self.reply, self.waiting, buttons))
