"""A person looks whose work bindtool is made of."""

from __future__ import annotations

from tests.stories.technician import Technician


def test_the_licences_are_in_the_menu(ready: Technician) -> None:
    """A menu away: Qt's licence and how to replace its libraries; then back to scanning."""
    ready.do("Licences")
    ready.sees("You may replace them with a build of your own")
    ready.press("Close")
    ready.scan("SPK1")
    ready.sees_states("ready")
