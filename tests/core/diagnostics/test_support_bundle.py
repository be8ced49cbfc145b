"""The file for support: all that was asked for, and no token in any byte of it."""

from __future__ import annotations

import csv
import io
import tomllib
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from bindtool.core.api.verdict import VerdictKind
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.redaction import SHORTEST_PART, Redaction
from bindtool.core.diagnostics.support_bundle import COLUMNS, SupportBundle, support_zip
from bindtool.core.model.outcome import Answer
from bindtool.core.profiles.profile import Profile
from bindtool.core.profiles.profile_toml import from_toml
from bindtool.core.store import Run, SentDevice, SentRequest
from tests.core.store.samples import CHANNEL, REFUSAL, START

TOKEN = AccessToken('other-8fQ2"vX7Lm0aZ4kR9tYb6WcJ1hNe5uD3')
NOBODY = Redaction([])
RUN = Run(7, 1, "window", START, CHANNEL, "A12", "Line 2", START + timedelta(seconds=9), "finished")
DEVICES = (SentDevice(1, "SPK0001", "智能音箱-1"), SentDevice(2, "=1+1", "Speaker, 2"))
REFUSED = SentRequest(RUN, 1, START, REFUSAL, DEVICES, VerdictKind.REFUSED)
LOST = SentRequest(RUN, 2, START + timedelta(seconds=7), None, DEVICES[1:])
VERSIONS = {"bindtool": "0.2.0", "system": "Linux", "password_store": "SecretService Keyring"}


def members(bundle: SupportBundle, redaction: Redaction = NOBODY) -> dict[str, bytes]:
    """Return the bytes of each member by its name."""
    with zipfile.ZipFile(io.BytesIO(support_zip(bundle, redaction, START))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def table(data: bytes) -> list[list[str]]:
    """Return the cells of a CSV file."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def test_the_requests_with_their_devices() -> None:
    """A line for each device: when its request left, how long it took, what came back and what it was taken for."""
    unsent = replace(LOST, number=3, answer=Answer(START + timedelta(seconds=8)), kind=VerdictKind.NEVER_SENT)
    head, *lines = table(members(SupportBundle([REFUSED, LOST, unsent], VERSIONS))["requests.csv"])
    begun, later = "2026-11-25T09:30:00.000+08:00", "2026-11-25T09:30:07.000+08:00"
    answered = ["1", begun, "6000", "200", "4000", "bad parameter", "20261125093006ABCDEF", "2"]
    assert head == list(COLUMNS)
    assert lines == [
        [*answered, "1", "SPK0001", "智能音箱-1", "refused"],
        [*answered, "2", "'=1+1", "Speaker, 2", "refused"],
        ["2", later, "", "", "", "", "", "1", "2", "'=1+1", "Speaker, 2", ""],
        ["3", later, "1000", "", "", "", "", "1", "2", "'=1+1", "Speaker, 2", "never_sent"],
    ]


def test_a_duration_over_two_offsets() -> None:
    """A laptop that changes its zone between question and answer has waited for as long as it has waited."""
    answer = Answer(datetime(2026, 11, 25, 1, 30, 0, 250_000, UTC), 0)
    sent = SentRequest(RUN, 1, START, answer, DEVICES)
    _, line, _ = table(members(SupportBundle([sent], VERSIONS))["requests.csv"])
    assert START.utcoffset() == timedelta(hours=8)
    assert line[2] == "250"


def test_what_is_true_of_the_whole_run() -> None:
    """Where it went and how it ended, which versions ran, and how the channel is set up."""
    profile = Profile("Line 2", "0073456", who_to_ask="Lin, 8021")
    found = members(SupportBundle([REFUSED], VERSIONS, profile))
    assert tomllib.loads(found["run.toml"].decode()) == {
        "site": "https://api.coze.cn",
        "connector_id": "7412345678901234567",
        "key": "device_id",
        "user_id": "2478774393",
        "profile": "Line 2",
        "operator": "A12",
        "started_at": "2026-11-25T09:30:00.000+08:00",
        "ended_at": "2026-11-25T09:30:09.000+08:00",
        "ending": "finished",
    }
    assert tomllib.loads(found["versions.toml"].decode()) == VERSIONS
    assert from_toml(found["profile.toml"].decode(), "profile.toml") == profile


def test_the_way_to_the_site() -> None:
    """Which proxies lead there, where that is known."""
    network: dict[str, str | int | list[str]] = {
        "source": "script",
        "routes": ["http://proxy.example:8080", "DIRECT"],
        "asked_ms": 3,
    }
    found = members(SupportBundle([], VERSIONS, network=network))
    assert tomllib.loads(found["network.toml"].decode()) == network


def test_the_logs_have_their_names() -> None:
    """Older files stand beside the newest; what is not text does not keep anything back."""
    found = members(SupportBundle([], VERSIONS, logs={"bindtool.log": "智\n".encode(), "bindtool.log.1": b"\xff"}))
    assert found["log/bindtool.log"] == "智\n".encode()
    assert found["log/bindtool.log.1"] == "\ufffd".encode()


def test_nothing_in_it_is_turned_around() -> None:
    """Marks of direction of a server, of a profile and of older logs are seen as their codes, which TOML reads."""
    answer = Answer(START, 4000, "bad \u202edevice\u202c\nnow", http_status=200)
    profile = Profile("Line 2", "0073456", who_to_ask="Lin\u202e, 8021")
    sent = SentRequest(RUN, 1, START, answer, DEVICES)
    found = members(SupportBundle([sent], VERSIONS, profile, {"bindtool.log": "\u202ellew lla\n\x1b[2J".encode()}))
    assert table(found["requests.csv"])[1][5] == "bad \\u202edevice\\u202c\nnow"
    assert found["log/bindtool.log"].decode() == "\\u202ellew lla\n\\u001b[2J"
    assert tomllib.loads(found["profile.toml"].decode())["who_to_ask"] == "Lin\u202e, 8021"
    assert "\u202e" not in "".join(data.decode("utf-8-sig") for data in found.values())


def test_little_is_known_of_a_run_that_sent_nothing() -> None:
    """There is a head without lines, and no profile where none is open; a run without an end says so."""
    found = members(SupportBundle([], VERSIONS))
    assert table(found["requests.csv"]) == [list(COLUMNS)]
    assert found["run.toml"] == b""
    assert sorted(found) == ["requests.csv", "run.toml", "versions.toml"]
    going_on = SentRequest(Run(7, 1, "window", START, CHANNEL, "", "", None, ""), 1, START, None, DEVICES)
    assert b'ended_at = ""' in members(SupportBundle([going_on], VERSIONS))["run.toml"]


def test_members_are_dated() -> None:
    """The file says when it was made, and is the same for the same parts."""
    bundle = SupportBundle([REFUSED], VERSIONS)
    made = support_zip(bundle, NOBODY, datetime(2026, 11, 25, 17, 40, 6, tzinfo=timezone(timedelta(hours=8))))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(2026, 11, 25, 17, 40, 6)}


def test_no_byte_of_it_has_a_part_of_the_token() -> None:
    """Whoever tries to bring it in: the server, the profile, a label, the log, the whole of it or a half."""
    text = TOKEN.reveal()
    half = len(text) // 2
    echo = Answer(START, 4100, f"bad token {text}, {text[:half]}, {text[half:]}", f"LOG{text}", 401)
    sent = SentRequest(RUN, 1, START, echo, (SentDevice(1, text, f"({text})"), SentDevice(2, text[half:], "L")))
    profile = Profile("Line 2", "0073456", who_to_ask=f"Lin {text}", user_name=text[:half])
    logs = {"bindtool.log": f"ERROR {text!r}\n{text[:half]}\n{text[half:]}".encode()}

    found = members(SupportBundle([sent], {**VERSIONS, "password_store": text}, profile, logs), Redaction([TOKEN]))

    everything = b"\0".join(found.values()).decode()
    parts = {text[at : at + SHORTEST_PART] for at in range(len(text) - SHORTEST_PART + 1)}
    assert [part for part in parts if part.lower() in everything.lower()] == []
    assert everything.count("***") >= 10
    assert "bad token ***, ***, ***" in everything
