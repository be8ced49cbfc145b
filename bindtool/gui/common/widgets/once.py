"""Dialogs that are made anew each time.

Owns their end: Qt would keep each of them for as long as the window.
"""

from __future__ import annotations

from PySide6.QtWidgets import QDialog


def open_once(dialog: QDialog) -> None:
    """Show a dialog; once it has been answered or closed, it goes."""
    dialog.finished.connect(dialog.deleteLater)
    # By its class: some dialogs have an `open` of another kind.
    QDialog.open(dialog)
