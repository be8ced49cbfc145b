"""What is in the way, in texts that exist and say who, what and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bindtool.core.api.certificate import Certificate
from bindtool.core.api.responses import NeverSent, NotSent
from bindtool.core.binding.advice import obstacle_hint, obstacle_title
from bindtool.i18n.catalogue import LANGUAGES, Texts

NOON = datetime(2026, 11, 25, 12, tzinfo=timezone(timedelta(hours=8)))
CERTIFICATE = Certificate("Example CA", datetime(2026, 1, 1, 20, tzinfo=UTC), datetime(2026, 2, 1, 12, tzinfo=UTC))
OF_A_CERTIFICATE = [NotSent.UNTRUSTED, NotSent.EXPIRED, NotSent.WRONG_NAME]


@pytest.mark.parametrize("why", list(NotSent))
def test_each_reason_has_its_own_words(why: NotSent) -> None:
    """Title and hint carry the reason's name, what the system said and where the way ended."""
    obstacle = NeverSent(NOON, why, "as it says", "api.coze.cn", CERTIFICATE if why in OF_A_CERTIFICATE else None)
    title, hint = obstacle_title(obstacle), obstacle_hint(obstacle, "Li")
    assert (title.id, hint.id) == (f"{why}.title", f"{why}.hint")
    for text in (title, hint):
        assert (text.values["host"], text.values["detail"]) == ("api.coze.cn", "as it says")
    assert hint.values["who"] == "Li"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("certificate", [CERTIFICATE, None], ids=["seen", "not seen"])
@pytest.mark.parametrize("why", list(NotSent))
def test_the_words_in_both_languages(why: NotSent, certificate: Certificate | None, language: str) -> None:
    """Every place is filled; where the way ended is in the title or the hint, and somebody can be asked."""
    texts = Texts(language)
    obstacle = NeverSent(NOON, why, "as it says", "api.coze.cn", certificate)
    said = f"{texts.say(obstacle_title(obstacle))} {texts.say(obstacle_hint(obstacle, ''))}"
    assert "{" not in said
    assert "api.coze.cn" in said
    assert not said.startswith("obstacle.")
    if why in OF_A_CERTIFICATE and certificate is not None:
        assert "Example CA" in said


def test_what_is_said_of_a_certificate() -> None:
    """Its issuer, its days and today, all by the local calendar."""
    values = obstacle_hint(NeverSent(NOON, NotSent.EXPIRED, certificate=CERTIFICATE), "").values
    assert values["issuer"] == "Example CA"
    assert (values["begins"], values["ends"], values["today"]) == ("2026-01-02", "2026-02-01", "2026-11-25")


@pytest.mark.parametrize("why", OF_A_CERTIFICATE)
def test_a_certificate_that_could_not_be_looked_at(why: NotSent) -> None:
    """Nobody can be named, so the words are those for TLS that fails."""
    obstacle = NeverSent(NOON, why, "verify failed", "api.coze.cn")
    assert obstacle_title(obstacle) == obstacle_title(replace(obstacle, why=NotSent.TLS))
