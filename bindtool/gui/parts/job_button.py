"""The job of the sheet as a button: the count, big, over the job's name.

Owns how they are shown; both are for `sheet_details` to change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout

from bindtool.gui import look
from bindtool.gui.elided import ElidedLabel
from bindtool.gui.look import Kind, Tone

if TYPE_CHECKING:
    from PySide6.QtCore import QSize

    from bindtool.texts import Texts


class JobButton(QPushButton):
    """The count, big, over the name of the job."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._count = QLabel()
        self._job = ElidedLabel()
        self.setAccessibleName(texts("scan.job"))
        self.setToolTip(texts("scan.job_meaning"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        look.dress(self, Kind.FLAT)
        look.resize_text(self._count, look.STRIP_POINTS, bold=True)
        look.dress(self._job, tone=Tone.QUIET)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(look.GAP, look.GAP // 2, look.GAP, look.GAP // 2)
        column.setSpacing(2)
        for label in (self._count, self._job):
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(label)
        self.show_job("", 0, None)

    def sizeHint(self) -> QSize:
        """Ask for what the two lines need."""
        return self._column.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Never cut the count."""
        return self._column.minimumSize()

    def show_job(self, job: str, count: int, expected: int | None) -> None:
        """Show a job and its count."""
        self._count.setText(f"{count}" if expected is None else f"{count} / {expected}")
        self._job.setText(job or self._texts("scan.no_job"))
        of = "scan.count" if expected is None else "scan.count_of"
        self.setAccessibleDescription(f"{self._job.text()}: {self._texts(of, n=count, expected=expected or 0)}")
