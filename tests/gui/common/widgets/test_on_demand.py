"""What is made when somebody first asks for it."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QStackedWidget
from pytestqt.qtbot import QtBot

from bindtool.gui.common.widgets.on_demand import OnDemand


class Counter(QObject):
    """A controller that counts how often its action was triggered."""

    def __init__(self, action: QAction) -> None:
        super().__init__()
        self.count = 0
        action.triggered.connect(self._add)

    def _add(self) -> None:
        self.count += 1


def test_the_first_trigger_makes_a_controller_and_reaches_it(qtbot: QtBot) -> None:
    """Each trigger of one of its actions is carried out once, the first one too."""
    action, other = QAction("count"), QAction("another")
    made: list[Counter] = []
    counter = OnDemand(lambda: Counter(action), [action, other])
    counter.when_made(made.append)
    assert made == []

    action.trigger()
    assert [one.count for one in made] == [1]

    action.trigger()
    other.trigger()
    assert [one.count for one in made] == [2]


def test_who_listens_is_told_when_it_is_made(qtbot: QtBot) -> None:
    """Before it is made as after that, and once each."""
    told: list[tuple[str, QLabel]] = []
    label = OnDemand(lambda: QLabel("made"))
    label.when_made(lambda made: told.append(("before", made)))
    assert told == []

    qtbot.addWidget(label())
    label.when_made(lambda made: told.append(("after", made)))
    assert told == [("before", label()), ("after", label())]


def test_what_is_not_made_is_not_seen(qtbot: QtBot) -> None:
    """To ask whether a page is seen does not make it."""
    pages = QStackedWidget()
    qtbot.addWidget(pages)
    page = OnDemand(lambda: QLabel("page"))
    assert (page.is_visible, page.is_in_front_of(pages), page.made) == (False, False, None)

    pages.addWidget(page())
    pages.show()
    assert (page.is_visible, page.is_in_front_of(pages)) == (True, True)
