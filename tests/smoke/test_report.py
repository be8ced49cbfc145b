"""The report of a program that looked at itself: its form, and what counts as a failure."""

from __future__ import annotations

import io

from bindtool.smoke.report import Failed, SmokeReport


def sees() -> str:
    """See what should be there."""
    return "all\tof\nit"


def sees_little() -> str:
    """See less than there should be."""
    raise Failed("19 of 20 bound")


def breaks() -> str:
    """Find a part missing."""
    raise ModuleNotFoundError("No module named 'jeepney'")


def test_all_well() -> None:
    """A line a check, on one line whatever was seen; the last one is the end's."""
    file = io.StringIO()
    report = SmokeReport(file)
    report.check("database", sees)
    assert file.getvalue() == "ok\tdatabase\tall of it\n"
    assert report.end()
    assert file.getvalue().splitlines()[1:] == ["ok\tend\t1 of 1 passed"]


def test_failures() -> None:
    """A check that fails or breaks ends no other; the last line names those that failed."""
    file = io.StringIO()
    report = SmokeReport(file)
    report.check("practice", sees_little)
    report.check("keyring", breaks)
    report.check("database", sees)
    assert not report.end()
    assert file.getvalue().splitlines() == [
        "failed\tpractice\t19 of 20 bound",
        "failed\tkeyring\tModuleNotFoundError: No module named 'jeepney'",
        "ok\tdatabase\tall of it",
        "failed\tend\t1 of 3 passed, practice failed, keyring failed",
    ]
