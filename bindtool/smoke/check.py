"""What `bindtool --smoke` does, in this order: what needs no display first, Qt and the window last.

It has the order, the temporary folder and the exit status.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bindtool.core.common.data_folder import DataFolder
from bindtool.core.common.errors import BadInput
from bindtool.core.common.output_files import check_output
from bindtool.resource_paths import asset
from bindtool.smoke import looks
from bindtool.smoke.practice import twenty_devices
from bindtool.smoke.report import SmokeReport

if TYPE_CHECKING:
    from collections.abc import Mapping

PASSED, FAILED, NO_REPORT = 0, 1, 2


def main(report: str) -> int:
    """Look at everything and write the report to the path `report`.

    Returns:
        0 if every look saw what it should, 1 if one did not, 2 if the report can't be written.
    """
    try:
        check_output(Path(report), DataFolder.of(os.environ))
        # Written in place: what was seen before a crash of Qt is what one wants to know then.
        file = Path(report).open("w", encoding="utf-8", newline="\n")  # noqa: SIM115 - closed below
    except (OSError, BadInput) as error:
        if sys.stderr is not None:  # a windowed program of Windows has none
            why = error.strerror if isinstance(error, OSError) else error.title.values.get("why", error.id)
            sys.stderr.write(f"{report}: {why}\n")
        return NO_REPORT
    # A file that a virus scanner still holds must not turn a good report into a failure.
    with file, tempfile.TemporaryDirectory(prefix="bindtool-smoke-", ignore_cleanup_errors=True) as folder:
        return PASSED if _look_at_all(SmokeReport(file), Path(folder), os.environ) else FAILED


def _look_at_all(report: SmokeReport, folder: Path, environ: Mapping[str, str]) -> bool:
    report.look("version", looks.version)
    report.look("translations", looks.translations)
    report.look("database", lambda: looks.database(folder / "database"))
    report.look("tls", looks.tls)
    report.look("shared_ledger", looks.shared_ledger)
    report.look("keyring", looks.keyring)
    report.look("sounds", lambda: looks.sounds(asset("sounds")))
    report.look("licences", looks.licences)
    report.look("practice", lambda: twenty_devices(folder / "run"))
    _look_at_window(report, folder / "window", environ)
    return report.end()


def _look_at_window(report: SmokeReport, folder: Path, environ: Mapping[str, str]) -> None:
    # Late, so that a Qt which can't be loaded is a line of the report.
    def started() -> str:
        from bindtool.smoke.window import start_qt

        return start_qt(environ)

    def shown() -> str:
        from bindtool.smoke.window import show_window

        return show_window(folder)

    def printed() -> str:
        from bindtool.smoke.window import print_page

        return print_page(folder.with_name("page.pdf"))

    report.look("qt", started)
    report.look("window", shown)
    report.look("printing", printed)
