"""Closes the window: at once, or after a run's last answer; asks before stopping a run.

`run_session` stops the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bindtool.core.common.messages import Message

if TYPE_CHECKING:
    from bindtool.core.binding.progress import Progress
    from bindtool.gui.binding.run_session import RunSession
    from bindtool.gui.main_window.window import MainWindow

_QUESTION = "question.close"


class CloseHandler(QObject):
    """Closes the window."""

    def __init__(self, window: MainWindow, session: RunSession) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._leaves = False
        window.close_requested.connect(self._close)
        window.ask_before_closing()
        session.progressed.connect(self._follow)
        for over in (session.finished, session.broken, session.not_begun):
            over.connect(self._run_is_over)

    def _close(self, asks: bool) -> None:
        """Close at once; with requests under way, ask first if a person can be asked."""
        session, window = self._session, self._window
        if asks and session.running and not (session.beginning or session.stopping):
            window.come_to_front()
            if window.pages.currentWidget() is not window.sheet_page:
                window.show_page(window.sheet_page)
            progress = session.progress
            window.notices.show_question(_QUESTION, self._leave, left=_left(progress), total=progress.total)
        else:
            self._leave()

    def _follow(self, progress: Progress) -> None:
        self._window.notices.update_question(_QUESTION, left=_left(progress), total=progress.total)

    def _leave(self) -> None:
        """Close at once, or stop the run first and close after its last answer."""
        self._leaves = True
        if self._session.running:
            self._window.notices.show_answer(Message.of("close.waiting"))
            self._session.stop(closing=True)
        else:
            self._window.leave()

    def _run_is_over(self, *_: object) -> None:
        self._window.notices.withdraw(_QUESTION)
        if self._leaves:
            self._window.leave()


def _left(progress: Progress) -> int:
    return progress.total - progress.done
