"""Says why an action does nothing, when somebody chooses it and there is nothing to do.

The actions themselves are connected by the controllers, after this, so that the reason is found before anything
has changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bindtool.core.common.messages import Message
from bindtool.core.sheet_view.filters import EVERY_ROW, RowFilter
from bindtool.core.sheet_view.sorting import ARRIVAL
from bindtool.gui.binding.run_starter import AGAIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.gui.binding.confirm_panel import ConfirmPanel
    from bindtool.gui.binding.run_presenter import RunPresenter
    from bindtool.gui.common.shell.session_state import SessionState
    from bindtool.gui.common.widgets.on_demand import OnDemand
    from bindtool.gui.main_window.window import MainWindow
    from bindtool.gui.sheet.document import SheetDocument


class ActionGuards(QObject):
    """Listens to the actions of a window; to be made before those that carry them out.

    Args:
        presenter: gives the run presenter, which is made later.
    """

    def __init__(
        self,
        window: MainWindow,
        state: SessionState,
        document: SheetDocument,
        presenter: Callable[[], RunPresenter],
        confirm_panel: OnDemand[ConfirmPanel],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._state = state
        self._document = document
        self._presenter = presenter
        self._confirm_panel = confirm_panel
        reasons = {
            "new_sheet": self._why_sheet_is_empty,
            "edit_cell": self._why_sheet_is_empty,
            "open_row_menu": self._why_sheet_is_empty,
            "sort": self._why_sheet_is_empty,
            "show_all": self._why_all_are_shown,
            "undo": lambda: None if document.undo_stack.can_undo else Message.of("nothing.undo"),
            "redo": lambda: None if document.undo_stack.can_redo else Message.of("nothing.redo"),
            "copy": self._why_no_row,
            "delete_rows": self._why_no_row,
            "copy_log_id": self._why_no_row,
            "copy_support": self._why_no_row,
            "include_held": self._why_none_held,
            "include_alike": self._why_none_alike,
            "bind": self._why_no_step,
            "bind_again": self._why_not_again,
            "token": self._why_no_profile,
            "export_profile": self._why_no_profile,
        }
        for name, why in reasons.items():
            window.actions_[name].triggered.connect(lambda _=False, why=why: self._say(why()))

    def _say(self, reason: Message | None) -> None:
        if reason is not None:
            self._window.notices.show_answer(reason)

    def _why_sheet_is_empty(self) -> Message | None:
        return None if len(self._document.sheet) else Message.of("nothing.on_sheet")

    def _why_all_are_shown(self) -> Message | None:
        model = self._window.model
        return Message.of("nothing.hidden") if model.filter == EVERY_ROW and model.order == ARRIVAL else None

    def _why_no_row(self) -> Message | None:
        return None if self._window.table.selected_numbers() else Message.of("nothing.selected")

    def _why_none_held(self) -> Message | None:
        sheet = self._document.sheet
        held = any(sheet[number].held is not None for number in self._window.table.selected_numbers())
        return None if held else Message.of("nothing.held")

    def _why_none_alike(self) -> Message | None:
        alike = self._document.sheet.held_alike(self._window.table.selected_numbers())
        return None if alike else Message.of("nothing.held")

    def _why_no_profile(self) -> Message | None:
        form = self._window.form.made
        saved = form is not None and form.kept is not None
        return None if saved or self._state.profile is not None else Message.of("nothing.no_profile")

    def _why_no_step(self) -> Message | None:
        """The step button says it too, which is not where somebody looks who presses a key."""
        if self._confirm_panel.is_visible or self._presenter().next_step().blocked is None:
            return None
        return Message.of("nothing.step", reason=self._window.footer.step_words)

    def _why_not_again(self) -> Message | None:
        presenter = self._presenter()
        if self._state.profile is None:
            return Message.of("nothing.no_profile")
        if presenter.why_not_bind() is not None and presenter.next_step().blocked is None:
            return Message.of("nothing.run_is_on")
        return None if RowFilter(AGAIN).choose(self._document.sheet) else Message.of("nothing.again")
