"""What is looked for in the history, as the fields say it."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QDate, Qt

from bindtool.core.model.history_records import SearchQuery
from bindtool.core.model.outcome import State
from bindtool.gui.history.search_page import HistoryFilterFields
from bindtool.i18n.catalogue import Texts
from bindtool.practice.channel import NAMES, PROFILE_NAME
from tests.gui.acting import key, keys
from tests.gui.conftest import Show


@pytest.fixture
def fields(texts: Texts, show: Show, day: date) -> HistoryFilterFields:
    """Give the fields, with the cursor in the text."""
    made = HistoryFilterFields(texts)
    show(made)
    made.begin(day)
    return made


def test_everything_at_first(fields: HistoryFilterFields) -> None:
    """Nothing is asked for, and there are no days to choose."""
    assert fields.wanted() == SearchQuery()
    assert fields.text.hasFocus()
    assert not fields.since.isVisible()


def test_a_text(fields: HistoryFilterFields) -> None:
    """Each key is told, Return too; what is typed next time takes its place."""
    changes: list[str] = []
    entered: list[str] = []
    fields.changed.connect(lambda: changes.append(fields.wanted().text))
    fields.entered.connect(lambda: entered.append(fields.wanted().text))
    keys(fields.text, " SPK")
    key(fields.text, Qt.Key.Key_Return)
    assert changes == ["", "S", "SP", "SPK"]
    assert entered == ["SPK"]
    fields.begin(date(2026, 10, 10))
    keys(fields.text, "X")
    assert fields.wanted().text == "X"


def test_what_a_profile_is_called(show: Show) -> None:
    """Practice's has a name in each language, and one under which it is stored."""
    fields = HistoryFilterFields(Texts("zh_CN", NAMES))
    show(fields)
    keys(fields.text, "S")
    assert fields.wanted().profiles == ()
    fields.text.setText("练习")
    assert PROFILE_NAME in fields.wanted().profiles


def test_whose(fields: HistoryFilterFields) -> None:
    """All benches', or this one's only; it is asked where there are others."""
    assert not fields.benches.isVisible()
    changes: list[bool] = []
    fields.changed.connect(lambda: changes.append(fields.wanted().own))
    for at in (1, 0):
        fields.benches.setCurrentIndex(at)
    assert changes == [True, False]


@pytest.mark.parametrize(
    ("at", "state"), [(0, None), (1, State.BOUND), (2, State.REFUSED), (3, State.UNKNOWN), (4, State.UNSENT)]
)
def test_a_state(fields: HistoryFilterFields, at: int, state: State | None) -> None:
    """Those that a device can be in when nobody works on it, or any."""
    fields.state.setCurrentIndex(at)
    assert fields.wanted().state is state


@pytest.mark.parametrize(
    ("words", "since"),
    [
        ("Any day", None),
        ("Today", date(2026, 10, 9)),
        ("Last 7 days", date(2026, 10, 3)),
        ("Last 30 days", date(2026, 9, 10)),
    ],
)
def test_days_up_to_today(fields: HistoryFilterFields, words: str, since: date | None) -> None:
    """Today counts among them."""
    fields.period.setCurrentText(words)
    assert fields.wanted() == SearchQuery(since=since)


def test_named_days(fields: HistoryFilterFields) -> None:
    """From one to another, whichever of them comes first; they stay when the page is opened again."""
    fields.period.setCurrentText("From … to …")
    assert fields.since.isVisible()
    assert fields.wanted() == SearchQuery(since=date(2026, 10, 9), until=date(2026, 10, 9))
    fields.since.setDate(QDate(2026, 10, 8))
    fields.until.setDate(QDate(2026, 10, 1))
    assert fields.wanted() == SearchQuery(since=date(2026, 10, 1), until=date(2026, 10, 8))
    fields.begin(date(2026, 10, 10))
    assert fields.wanted() == SearchQuery(since=date(2026, 10, 1), until=date(2026, 10, 8))
