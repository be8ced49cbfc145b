"""Builds the support bundle of a run for Coze's support or other helpers: one zip file without a token.

The callers provide the parts and save the file; this module decides on its members and their names.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import tomli_w

from bindtool.core.common.safe_text import escaped
from bindtool.core.profiles.profile_toml import to_toml
from bindtool.core.reports.csv_writer import csv_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from bindtool.core.credentials.redaction import Redaction
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.store import SentRequest

COLUMNS = (
    "request",
    "begun",
    "duration_ms",
    "http_status",
    "code",
    "message",
    "logid",
    "devices",
    "row",
    "device_id",
    "label",
    "verdict",
)
"""Columns of requests.csv: a line for each device of each request. `devices`: the number of devices in the request.
`verdict`: a `VerdictKind`, the verdict on the answer when it arrived; empty while there is none."""


@dataclass(frozen=True, slots=True)
class SupportBundle:
    """The parts of a support bundle.

    `requests`: all of one run. `versions`: by name. `profile`: the run's profile, if it still exists. `logs`: the
    program's log files by name. `network`: the route to the profile's site, as `RouteTaken.record`.
    """

    requests: Sequence[SentRequest]
    versions: Mapping[str, str]
    profile: Profile | None = None
    logs: Mapping[str, bytes] = field(default_factory=dict)
    network: Mapping[str, str | int | list[str]] = field(default_factory=dict)


def support_zip(bundle: SupportBundle, redaction: Redaction, time: datetime) -> bytes:
    """Return the zip file. All contents are cleaned by `redaction`; `time`: modification time of its members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _members(bundle):
            member = zipfile.ZipInfo(name, time.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            # A spreadsheet recognises CSV as UTF-8 only by its BOM.
            encoding = "utf-8-sig" if name.endswith(".csv") else "utf-8"
            shown = escaped(redaction.clean(text), keep="\r\n\t")
            archive.writestr(member, shown.encode(encoding, "backslashreplace"))
    return file.getvalue()


def _members(bundle: SupportBundle) -> Iterator[tuple[str, str]]:
    yield "requests.csv", csv_text(COLUMNS, (line for sent in bundle.requests for line in _lines(sent)))
    yield "run.toml", tomli_w.dumps(_run(bundle.requests))
    yield "versions.toml", tomli_w.dumps(bundle.versions)
    if bundle.profile is not None:
        yield "profile.toml", to_toml(bundle.profile)
    if bundle.network:
        yield "network.toml", tomli_w.dumps(bundle.network)
    for name, log in bundle.logs.items():
        yield f"log/{name}", log.decode("utf-8", "replace")


def _lines(sent: SentRequest) -> Iterator[tuple[str | int | None, ...]]:
    answer, duration = sent.answer, sent.duration
    of_request = (
        sent.number,
        sent.begun_at.isoformat(timespec="milliseconds"),
        None if duration is None else round(duration.total_seconds() * 1000),
        answer.http_status if answer else None,
        answer.code if answer else None,
        answer.message if answer else "",
        answer.log_id if answer else "",
        len(sent.devices),
    )
    for device in sent.devices:
        yield (*of_request, device.number, device.device_id, device.label, sent.kind if answer else "")


def _run(requests: Sequence[SentRequest]) -> dict[str, str]:
    if not requests:
        return {}
    run = requests[0].run
    return {
        "site": run.channel.site,
        "connector_id": run.channel.connector_id,
        "key": run.channel.key,
        "user_id": run.channel.user_id,
        "profile": run.profile,
        "operator": run.operator,
        "started_at": run.started_at.isoformat(timespec="milliseconds"),
        "ended_at": run.ended_at.isoformat(timespec="milliseconds") if run.ended_at else "",
        "ending": run.ending,
    }
