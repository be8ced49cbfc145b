"""Runs `bindtool --smoke`: the checks that need no display first, Qt and the window last.

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
from bindtool.smoke import headless_checks
from bindtool.smoke.practice import twenty_devices
from bindtool.smoke.report import SmokeReport

if TYPE_CHECKING:
    from collections.abc import Mapping

PASSED, FAILED, NO_REPORT = 0, 1, 2


def main(report: str) -> int:
    """Check everything and write the report to the path `report`.

    Returns:
        0 if every check passed, 1 if one did not, 2 if the report can't be written.
    """
    try:
        check_output(Path(report), DataFolder.of(os.environ))
        # Written in place: after a crash of Qt, the results so far are of interest.
        file = Path(report).open("w", encoding="utf-8", newline="\n")  # noqa: SIM115 - closed below
    except (OSError, BadInput) as error:
        if sys.stderr is not None:  # a windowed program of Windows has none
            why = error.strerror if isinstance(error, OSError) else error.title.values.get("why", error.id)
            sys.stderr.write(f"{report}: {why}\n")
        return NO_REPORT
    # A file that a virus scanner still holds must not turn a good report into a failure.
    with file, tempfile.TemporaryDirectory(prefix="bindtool-smoke-", ignore_cleanup_errors=True) as folder:
        return PASSED if _check_all(SmokeReport(file), Path(folder), os.environ) else FAILED


def _check_all(report: SmokeReport, folder: Path, environ: Mapping[str, str]) -> bool:
    report.check("version", headless_checks.version)
    report.check("translations", headless_checks.translations)
    report.check("database", lambda: headless_checks.database(folder / "database"))
    report.check("encodings", headless_checks.encodings)
    report.check("tls", headless_checks.tls)
    report.check("shared_ledger", headless_checks.shared_ledger)
    report.check("single_sign_on", headless_checks.single_sign_on)
    report.check("keyring", headless_checks.keyring)
    report.check("sounds", lambda: headless_checks.sounds(asset("sounds")))
    report.check("licences", headless_checks.licences)
    report.check("practice", lambda: twenty_devices(folder / "run"))
    _check_window(report, folder / "window", environ)
    return report.end()


def _check_window(report: SmokeReport, folder: Path, environ: Mapping[str, str]) -> None:
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

    report.check("qt", started)
    report.check("window", shown)
    report.check("printing", printed)
