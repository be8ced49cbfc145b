"""The job of the sheet as a button: the count in large type over the job's name.

Both are changed in `sheet.details_dialog`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QPushButton

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from bindtool.i18n.catalogue import Texts


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
        theme.set_style(self, StyleKind.FLAT)
        theme.resize_text(self._count, theme.STRIP_POINTS, bold=True)
        self._tone = Tone.QUIET
        theme.set_style(self._job, tone=self._tone)
        self._column = column = layouts.column(
            on=self, spacing=theme.TIGHT // 2, margins=(theme.GAP, theme.TIGHT, theme.GAP, theme.TIGHT)
        )
        for label in (self._count, self._job):
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(label)
        self.show_job("", 0, None)

    def resize_strip(self, points: float) -> None:
        """Change the size of the count."""
        theme.resize_text(self._count, points, bold=True)

    def sizeHint(self) -> QSize:
        """Ask for what the two lines need."""
        return self._column.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Never cut the count."""
        return self._column.minimumSize()

    def show_job(self, job: str, count: int, expected: int | None) -> None:
        """Show a job and its count."""
        self._count.setText(f"{count}" if expected is None else f"{count} / {expected}")
        name, reached = job or self._texts("scan.no_job"), self._reached(count, expected)
        # What the number has come to goes before a name, which everybody knows by then.
        self._job.setText(f"✓ {reached}" if count == expected else reached or name)
        tone = Tone.QUIET if not reached else Tone.GOOD if count == expected else Tone.UNSURE
        if tone is not self._tone:
            self._tone = tone
            theme.set_style(self._job, tone=tone)
            theme.set_style(self._count, tone=Tone.PLAIN if tone is Tone.QUIET else tone)
        of = "scan.count" if expected is None else "scan.count_of"
        counted = self._texts(of, n=count, expected=expected or 0)
        self.setAccessibleDescription(", ".join(filter(None, [f"{name}: {counted}", reached])))

    def _reached(self, count: int, expected: int | None) -> str:
        """Say that there are as many as expected, or more; "" before that."""
        if expected is None or count < expected:
            return ""
        return self._texts("scan.above", n=count - expected) if count > expected else self._texts("scan.reached")
