"""What goes out comes in again: a report that is opened as a list gives the same devices."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bindtool.core.model.outcome import State
from bindtool.core.reports.csv_writer import COLUMNS, TO_HANDLE_COLUMNS, ReportLine, report_csv
from bindtool.core.reports.layout import Report, Section, SumTable
from bindtool.core.reports.report_xlsx import report_xlsx
from tests.core.store.samples import row
from tests.core.tabular.reading import read_list

SUMS = SumTable("Sums", ("Sheet", "Planned", "Devices"), (("WO-1125", 400, 1), ("Total", 400, 1)))
HOURS = SumTable("By hour", ("Hour", "Bound", "Refused"), (("09:00", 1, 0),))
TABS = ("Devices", "Summary")

_other = ("TRUE", "#N/A", "1,234", "1.5E+12", "2026-01-01", "09:45", "合计", "Total", "1", "device_id", "label")
_cell = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")) | st.sampled_from(_other)
"""Any text, and now and then one that is no id and no label in the list of somebody else."""


@pytest.mark.long
@pytest.mark.parametrize("columns", [COLUMNS, TO_HANDLE_COLUMNS], ids=["report", "to handle"])
@settings(max_examples=30)
@given(devices=st.lists(st.tuples(_cell, _cell), min_size=1, max_size=20))
def test_the_same_devices_come_in_again(columns: tuple[str, ...], devices: list[tuple[str, str]]) -> None:
    """Ids and labels survive the way out and in, as CSV and as a workbook, whatever they look like."""
    lines = tuple(
        ReportLine(replace(row(7, "SPK1"), device_id=device_id, label=label), State.REFUSED, profile="Line 2")
        for device_id, label in devices
    )
    report = Report("Report", "", (), (), SUMS, HOURS, columns, (Section("WO-1125", lines),), TABS)
    for name, data in (("report.xlsx", report_xlsx(report)), ("report.csv", report_csv(lines, columns))):
        found = read_list(data, name)
        assert found.layout.header == 1
        assert [(each.device_id, each.label) for each in found.rows] == devices
