"""What the command line says of labels before a run: those that somebody should have looked at.

Owns that line. In a window such a row is held; nobody could let it go here. Which labels they are, is the core's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.intake.holds import LabelUse
from bindtool.core.labels.labeller import Labeller
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.sheet.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.cli.console import Console
    from bindtool.core.model.row import Row
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.store import Store


def say_labels(rows: Sequence[Row], profile: Profile, store: Store, console: Console) -> None:
    """Say how many of `rows`, which are about to go, have a label that is in use, or a long one."""
    use = LabelUse(store, console.error)
    looked_at = use.hold(profile.channel, Sheet(), rows, Labeller(LabelTemplate.parse(profile.label_template)))
    # A row that nothing is said of comes back as it is.
    found = [row for row, looked in zip(rows, looked_at, strict=True) if row is not looked]
    if found:
        first = found[0]
        console.say(console.texts("cli.labels_in_use", n=len(found), row=first.number, label=first.label))
