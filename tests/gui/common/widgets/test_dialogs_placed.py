"""Where dialogs open on a computer with two screens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.patience import PATIENCE

SCREENS = [
    {"name": "of the laptop", "x": 0, "y": 0, "width": 1366, "height": 768, "logicalDpi": 96, "dpr": 1},
    {"name": "beside it", "x": 1366, "y": 0, "width": 1920, "height": 1080, "logicalDpi": 96, "dpr": 1},
]
OPENING = """
import sys
from PySide6.QtWidgets import QApplication, QDialog
from bindtool.gui.common.widgets.dialogs import DialogPlacer
app = QApplication(sys.argv)
window = QDialog()
window.setGeometry(1500, 100, 1000, 600)
window.show()
app.processEvents()
dialog = QDialog(window)
dialog.resize(400, 300)
placer = DialogPlacer(window)
dialog.installEventFilter(placer)
dialog.show()
app.processEvents()
print(dialog.geometry().getRect(), window.geometry().center().x())
"""


def test_a_dialog_opens_on_the_screen_of_its_window(tmp_path: Path) -> None:
    """GIVEN a window on the second screen WHEN a dialog opens THEN it stands over the window's middle."""
    settings = tmp_path / "screens.json"
    settings.write_text(json.dumps({"screens": SCREENS}), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", OPENING],
        env={**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={settings}"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=PATIENCE,
    )

    assert (done.returncode, done.stdout) == (0, "(1800, 250, 400, 300) 1999\n"), done.stderr
