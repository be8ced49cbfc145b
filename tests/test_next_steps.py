"""No message leaves a person alone: each error says what to do, and each advice has a button that does it."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields

from bindtool.core.binding.advice import Action, Advice
from bindtool.i18n.catalogue import LANGUAGES
from tests.i18n.test_catalogue import CATALOGUES, uses

STEPS = re.compile(
    r"\b(add|ask|begin|change|check|choose|close|compare|copy|correct|delete|enter|export|give|go|hand|leave|make"
    r"|name|open|pass|paste|press|put|rename|save|say|see|shorten|sign (?:in|out)|start|take|tell|try|type|update"
    r"|use|wait|write)\b",
    re.IGNORECASE,
)
"""What a sentence has that says what to do."""


def test_every_error_says_what_to_do() -> None:
    """Its hint has a verb that a person can follow, in English; in either language it says something."""
    errors = sorted({use.id for use in uses() if use.of_error})
    assert len(errors) > 60
    silent = [
        f"{id_}: {text}" for id_ in errors for text in CATALOGUES["en"][f"{id_}.hint"] if not STEPS.search(text)
    ]
    assert silent == []
    empty = [
        (language, id_)
        for language in LANGUAGES
        for id_, texts in CATALOGUES[language].items()
        if id_.endswith(".hint") and not all(text.strip() for text in texts)
    ]
    assert empty == []


def test_every_advice_has_a_button() -> None:
    """An advice without a first action can't be made; each action has words, each advice a title and a body."""
    (primary,) = (field for field in fields(Advice) if field.name == "primary")
    assert primary.default is MISSING
    for texts in CATALOGUES.values():
        assert [action for action in Action if not texts.get(action)] == []
        names = {id_.split(".")[1] for id_ in texts if id_.startswith("advice.")}
        assert len(names) > 20
        assert [name for name in names if f"advice.{name}.hint" not in texts] == []
        # What is waited for is titled by what is in the way; a run that was cut off has one title.
        untitled = {name for name in names if f"advice.{name}.title" not in texts}
        assert untitled == {"waiting", "cut_off_unknown", "cut_off_unsent"}
