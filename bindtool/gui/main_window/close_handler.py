"""Closes the window: at once, after the last answer of a run, or not at all while an installer waits.

The run is stopped through `run_session`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bindtool.core.common.messages import Message

if TYPE_CHECKING:
    from bindtool.gui.binding.run_session import RunSession
    from bindtool.gui.main_window.window import MainWindow


class CloseHandler(QObject):
    """Closes the window; `practice`: nothing in it is real."""

    def __init__(self, window: MainWindow, session: RunSession, *, practice: bool) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._practice = practice
        self._close_requested = False
        window.close_requested.connect(self.close)
        window.ask_before_closing()
        session.finished.connect(self._leave_if_requested)
        session.broken.connect(self._leave_if_requested)
        session.not_begun.connect(self._leave_if_requested)

    def make_room(self) -> bool:
        """Close for an installer and return True; with requests under way stay as it is and return False.

        Practice mode closes at any time: nothing in it is real.
        """
        if self._session.running and not self._practice:
            return False
        self.close()
        return True

    def close(self) -> None:
        """Close at once; with requests under way, stop the run first and close when the last answer is in."""
        self._close_requested = True
        if self._session.running:
            self._window.message_bar.show_line(Message.of("close.waiting"))
            self._session.stop()
        else:
            self._window.leave()

    def _leave_if_requested(self, *_: object) -> None:
        if self._close_requested:
            self._window.leave()
