"""The command line's warnings before a run: the channel's treatment of its list, its owner, labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.binding.replace_mode import carried_along, count_by_bench
from bindtool.core.common.messages import Message
from bindtool.core.credentials.access_token import AccessToken, TokenKind
from bindtool.core.intake.holds import HoldRules
from bindtool.core.labels.labeller import Labeller
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.outcome import State
from bindtool.core.sheet.sheet import Sheet
from bindtool.i18n.row_text import benches_words, state_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.cli.console import Console
    from bindtool.core.model.job import Job
    from bindtool.core.model.row import Row
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.store import Store
    from bindtool.i18n.catalogue import Texts


def say_before(jobs: Sequence[Job], profile: Profile, store: Store, console: Console) -> None:
    """Warn of a run's effect on the channel's list, or say why it sends one at a time; `jobs` is not empty."""
    if profile.behaviour is Behaviour.REPLACES:
        along = carried_along(store.bindings.bound_devices(profile.channel), jobs)
        console.say(console.texts("cli.whole_list", n=len(along) + len(jobs), carried=len(along)))
        if others := count_by_bench(along):
            n = sum(others.values())
            console.say(console.texts("confirm.others", n=n, benches=benches_words(console.texts, others)))
    elif profile.behaviour is Behaviour.NOT_CHECKED and profile.pace.concurrency > 1:
        console.say(console.texts("cli.one_at_a_time"))


def say_whose(token: AccessToken, profile: Profile, console: Console) -> None:
    """Warn that the list's owner is unknown, if the token is no person's and the profile names none."""
    if token.kind in {TokenKind.SERVICE, TokenKind.APP} and not profile.user_id:
        console.say_messages(Message.of("cli.whose_list", profile=profile.name))


def sum_of(sheet: Sheet, profile: Profile, texts: Texts) -> list[str]:
    """Return the number of rows in each state, in a line; a second line if bound ones may have been replaced."""
    counts = sheet.counts()
    bound = counts[State.BOUND]
    unchecked = bound and profile.behaviour is Behaviour.NOT_CHECKED
    if bound == len(sheet):
        words = texts("cli.all_bound", n=bound)
        line = texts("counts.not_checked", counted=words) if unchecked else words
    else:
        counted = {state: f"{counts[state]} {state_words(texts, state)}" for state in State if counts[state]}
        if unchecked:
            counted[State.BOUND] = texts("counts.not_checked", counted=counted[State.BOUND])
        line = texts("list.separator").join(counted.values())
    return [line, texts("cli.not_checked")] if unchecked else [line]


def say_labels(rows: Sequence[Row], profile: Profile, store: Store, console: Console) -> None:
    """Print how many of `rows`, which are about to be sent, have a label that is in use, or a long one."""
    labels = Labeller(LabelTemplate.parse(profile.label_template))
    looked_at = HoldRules(store, console.error).hold_labels(profile.channel, Sheet(), rows, labels)
    # A row without a remark comes back unchanged.
    found = [row for row, looked in zip(rows, looked_at, strict=True) if row is not looked]
    if found:
        first = found[0]
        console.say(console.texts("cli.labels_in_use", n=len(found), row=first.number, label=first.label))
