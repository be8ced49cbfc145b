"""A token is taken out of a text, however it is written there, and little else is."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Callable
from functools import partial
from urllib.parse import quote, unquote

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.redaction import SHORTEST_PART, KnownSecrets, Redaction
from bindtool.core.credentials.secret import Password, Secret

TEXT = 'sk-8fQ2"vX7\\Lm/0aZ4kR9tYb6WcJ1hNe5uD3'
REDACTION = Redaction([AccessToken(TEXT)])


def part_of(token: str, text: str) -> str:
    """Return a part of the token that stands in `text`; "" where none does."""
    parts = (token[at : at + SHORTEST_PART] for at in range(len(token) - SHORTEST_PART + 1))
    return next((part for part in parts if part in text), "")


@pytest.mark.parametrize(
    "written",
    [
        TEXT,
        TEXT.upper(),
        TEXT.lower(),
        f"{TEXT}{TEXT}",
        f"{TEXT[:20]} {TEXT[20:]}",
        f"{TEXT[:18]}\n{TEXT[18:]}",
        TEXT[5 : 5 + SHORTEST_PART],
        json.dumps(TEXT),
        tomli_w.dumps({"a": TEXT}),
        TEXT.replace('"', '""'),
        quote(TEXT, safe=""),
    ],
)
def test_a_token_in_any_clothes(written: str) -> None:
    """Stars stand in its place, and no part of it is left; what stands around it stays."""
    cleaned = REDACTION.clean(f"before|{written}|after")
    assert cleaned.startswith("before|")
    assert cleaned.endswith("|after")
    assert "***" in cleaned
    for form in (TEXT, TEXT.lower(), json.dumps(TEXT), quote(TEXT, safe="")):
        assert part_of(form, cleaned.removeprefix("before|")) == ""


def test_twelve_characters_are_a_part() -> None:
    """Eleven in a row say nothing of a token: they may stand in an id by chance."""
    assert [REDACTION.clean(TEXT[5 : 5 + length]) for length in (11, 12)] == [TEXT[5:16], "***"]


def test_other_secrets_are_taken_out_too() -> None:
    """A refresh token has no form by which it could be known: it is named."""
    assert Redaction([Secret("LBEP9iWU7rn60PWa58GE")]).clean("sent rn60PWa58GE9 there") == "sent rn60PWa58GE9 there"
    assert Redaction([Secret("LBEP9iWU7rn60PWa58GE")]).clean("sent LBEP9iWU7rn60PWa there") == "sent *** there"


def test_a_short_token_is_a_part_of_its_own() -> None:
    """Where a whole token is shorter than a part, the whole is taken out."""
    redaction = Redaction([AccessToken("abcdefgh"), AccessToken(TEXT)])
    assert redaction.clean(f"xabcdefghx {TEXT} abcdefg") == "x***x *** abcdefg"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("token czu_0123456789abcdef is bad, so is CZU_0123456789", "token *** is bad, so is ***"),
        ("token czs_0123456789abcdef is bad", "token *** is bad"),
        ("token pat_0123456789abcdef is bad", "token *** is bad"),
        ("sat_AbCdEfGh", "***"),
        ("Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.e30.x", "Authorization: Bearer ***"),
        ("Authorization: Bearer ***", "Authorization: Bearer ***"),
        ("the Bearer authentication failed", "the Bearer authentication failed"),
        ("format_0123456789abcdef", "format_0123456789abcdef"),
        ("GET /callback?code=code_WZmPRDcjJhfwHD0123&state=1", "GET /callback?code=***&state=1"),
        ("the code_challenge_method is S256", "the code_challenge_method is S256"),
        ('{"refresh_token": "LBEP9iWU7rn60PWa", "n": 1}', '{"refresh_token": "***", "n": 1}'),
        ("device_code=GmRhmhcxhwAzkoEqiMEg_D&x=1", "device_code=***&x=1"),
        ("'code_verifier': 'dBjftJeZ4CVP-mB92K27'", "'code_verifier': '***'"),
        ('{"device_code":20260001234}', '{"device_code":20260001234}'),
        ('{"device_code": [-2026000123.4]}', '{"device_code": [-2026000123.4]}'),
        ("no refresh_token in the answer", "no refresh_token in the answer"),
        ("pat_short", "pat_short"),
        ("", ""),
    ],
)
def test_a_token_that_nobody_has_named(text: str, cleaned: str) -> None:
    """It is known by its shape; words that only sound like one stay."""
    assert Redaction([]).clean(text) == cleaned


@given(st.text(max_size=60), st.text(max_size=60), st.integers(0, len(TEXT) - SHORTEST_PART))
def test_no_part_is_left_wherever_it_stands(before: str, after: str, at: int) -> None:
    """Neither what stands around it nor where it begins hides a part."""
    assert part_of(TEXT, REDACTION.clean(f"{before}{TEXT[at:]}{after}")) == ""


@given(st.text(st.characters(exclude_characters="_"), max_size=80))
def test_other_texts_stay_as_they_are(text: str) -> None:
    """Nothing is lost of a text without a token, nor without the underscore by which one of Coze's is known."""
    assert REDACTION.clean(text) == text


# ---------------------------------------------------------------- changed by a server


def _hex_with(between: str, raw: bytes) -> bytes:
    return raw.hex(between).encode()


ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "base64": b64encode,
    "base64url": urlsafe_b64encode,
    "base64 in lines": lambda raw: b"\n".join(b64encode(raw)[at : at + 60] for at in range(0, 600, 60)),
    "hex": lambda raw: raw.hex().encode(),
    "HEX": lambda raw: raw.hex().upper().encode(),
    "an address": lambda raw: b"".join(b"%%%02x" % byte for byte in raw),
    "AN ADDRESS": lambda raw: b"".join(b"%%%02X" % byte for byte in raw),
    "every fifth of an address": lambda raw: b"".join(
        raw[at : at + 1] if at % 5 else b"%%%02x" % raw[at] for at in range(len(raw))
    ),
    **{f"hex with {between!r}": partial(_hex_with, between) for between in ":- "},
}


@pytest.mark.parametrize("token", [TEXT, "pat_" + "aB3dE5fG7h" * 6, "\x7e?>\x7e?>" * 6], ids=["odd", "usual", "+/"])
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("before", ["", "x", "xy", "Bearer "])
def test_a_token_that_a_server_has_encoded(encoding: str, token: str, before: str) -> None:
    """A server can hand a token back in base64, in hexadecimal or escaped: nothing of it may pass into a report."""
    encode = ENCODINGS[encoding]
    written = encode(f"{before}{token} and more".encode()).decode()
    cleaned = Redaction([AccessToken(token)]).clean(f"so|{written}|it is")
    assert cleaned.startswith("so|")
    assert cleaned.endswith("|it is")
    kept = cleaned.removeprefix("so|").removesuffix("|it is")
    # The edges have bits of what stands around the token, and less than a part of it.
    assert sum(len(piece) for piece in re.split(r"\*\*\*|\n", kept)) < len(written) / 2
    assert not any(len(run) > 3 * SHORTEST_PART + 20 for run in kept.split("***"))
    assert all(decoded not in token for decoded in decodings(kept) if len(decoded) >= SHORTEST_PART)


def decodings(kept: str) -> list[str]:
    """Return what can be read again from the pieces that are left of an encoded token."""
    found = []
    for piece in re.split(r"[^A-Za-z0-9+/_-]+", kept):
        for skip in range(4):
            bare = piece[skip:].translate(str.maketrans("-_", "+/"))
            found.append(b64decode(bare[: len(bare) // 4 * 4]).decode("ascii", "replace"))
    found += [bytes.fromhex(piece).decode("ascii", "replace") for piece in re.findall(r"(?:[0-9a-fA-F]{2})+", kept)]
    found.append(
        bytes.fromhex("".join(re.findall(r"(?<![0-9a-fA-F])[0-9a-fA-F]{2}(?![0-9a-fA-F])", kept))).decode(
            "ascii", "replace"
        )
    )
    return [*found, unquote(kept)]


def test_an_unnamed_token_in_an_address() -> None:
    """Its shape is looked for as the address means it, too."""
    assert Redaction([]).clean("at /x?t=p%61t%5fA%623dEfGh&n=%E9%20") == "at /x?t=***&n=%E9%20"


def test_an_address_without_a_token() -> None:
    """It stays as it is written; one that has a token loses no quotation mark that JSON needs."""
    assert REDACTION.clean("a%41%22b%2") == "a%41%22b%2"
    body = json.dumps({"msg": "a%22b " + quote(TEXT, safe="")}).encode()
    assert json.loads(REDACTION.clean_answer(body)) == {"msg": 'a"b ***'}


def test_many_texts_at_once() -> None:
    """The headers of an answer: only what has a token is changed."""
    texts = {"a": "gzip", "b": f"you sent {TEXT}", "c": ""}
    assert REDACTION.clean_values(texts) == {"a": "gzip", "b": "you sent ***", "c": ""}
    fine = {"a": "gzip", "c": ""}
    assert REDACTION.clean_values(fine) is fine


# ---------------------------------------------------------------- answers


def spelt(text: str) -> str:
    """Return a JSON string with each character as an escape."""
    return "".join(f"\\u{ord(character):04X}" for character in text)


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"code": 4000, "msg": f"bad token {TEXT}"}),
        json.dumps({"code": 4000, "msg": f"bad token {TEXT}"}).replace("/", "\\/"),
        '{"code": 4000, "msg": "bad token ' + spelt(TEXT) + '"}',
    ],
)
def test_an_answer_that_repeats_the_token(body: str) -> None:
    """It stays the JSON that it was, but for the token."""
    answer = json.loads(REDACTION.clean_answer(body.encode()))
    assert answer["code"] == 4000
    assert answer["msg"].startswith("bad token ***")
    assert part_of(TEXT, answer["msg"]) == ""


@pytest.mark.parametrize(
    "body",
    [
        b'{"code": 0, "msg": "\\u97f3\\u7bb1 \\\\u0041 \\" \\n \\u0022 \\/"}',
        b"\xff\xfe no text at all \\",
        b"",
    ],
)
def test_an_answer_without_the_token(body: bytes) -> None:
    """Not a byte of it is changed, whatever it is."""
    assert REDACTION.clean_answer(body) == body


def test_an_answer_that_is_no_text() -> None:
    """What is around the token comes through, byte for byte."""
    assert REDACTION.clean_answer(b"\xff" + TEXT.encode() + b"\xfe") == b"\xff***\xfe"


def test_secrets_are_known_one_after_the_other() -> None:
    """From the moment that they are noted; what is too short to be told from other words stays."""
    known = KnownSecrets()
    text = f"{TEXT}, hunter2, lin"
    assert known.clean(text) == text
    known.note(AccessToken(TEXT))
    assert known.clean(text) == "***, hunter2, lin"
    known.note(Password("hunter2"), Password("lin"))
    known.note()
    assert known.clean(text) == "***, ***, lin"


@pytest.mark.parametrize(
    ("secret", "cleaned"), [("lin", "lin, lin7, lin72"), ("lin7", "lin, ***, ***2"), ("lin72", "lin, lin7, ***")]
)
def test_how_short_a_known_secret_may_be(secret: str, cleaned: str) -> None:
    """Four characters are taken out wherever they stand; three occur in many texts by chance."""
    known = KnownSecrets()
    known.note(Password(secret))
    assert known.clean("lin, lin7, lin72") == cleaned


def test_the_last_secrets_are_known() -> None:
    """One that is noted again counts as the last; who renews a token all day has no log that grows slow."""
    known = KnownSecrets()
    secrets = [Secret(letter * 40) for letter in "abcdefghijklmnopqrst"]
    for secret in secrets:
        known.note(secrets[0], secret)
    cleaned = known.clean(" ".join(secret.reveal() for secret in secrets)).split()
    assert [word == "***" for word in cleaned] == [True, *[False] * 12, *[True] * 7]


def test_a_password_outlasts_the_tokens_that_are_renewed() -> None:
    """A window that is open all day asks for the password of a proxy or a ledger once."""
    known = KnownSecrets()
    known.note(Password("hunter2"))
    for letter in "abcdefghij":
        known.note(AccessToken(letter * 40), Secret(letter.upper() * 40))
    assert known.clean(f"hunter2, {'j' * 40}, {'J' * 40}") == "***, ***, ***"
