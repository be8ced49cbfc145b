"""`bindtool check`: a line for each thing that has to work."""

from __future__ import annotations

from datetime import UTC, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from bindtool.core.common.errors import PasswordStoreUnusable
from bindtool.core.credentials.token_record import TokenRecord
from bindtool.practice.rules import Call
from bindtool.practice.server import PracticeServer
from tests.cli.desk import Desk
from tests.core.api.authority import ISSUER, Authority
from tests.core.api.loopback import Loopback
from tests.memory_store import MemoryStore
from tests.practice.faults import Raw, html

BODY = b'{"code":0,"msg":"","data":{"nick_name":"A12"}}'


def answer_at(desk: Desk, minutes: int) -> Raw:
    """Return a good answer with a Date that is `minutes` ahead of this computer's clock."""
    date = desk.clock.now().astimezone(UTC) + timedelta(minutes=minutes)
    return Raw(200, {"Date": format_datetime(date, usegmt=True)}, BODY)


def test_all_is_well(desk: Desk, server: PracticeServer) -> None:
    """Six lines, each ok, and status 0; nothing is bound."""
    server.script([answer_at(desk, 0)], Call.ME)
    done = desk.run("check")
    assert done.status == 0
    assert [cells[:2] for cells in done.cells] == [
        [item, "ok"] for item in ("site", "proxy", "tls", "clock", "keyring", "token")
    ]
    assert [request.call for request in server.requests] == [Call.ME]


def test_a_wrong_clock(desk: Desk, server: PracticeServer) -> None:
    """A clock that is more than five minutes off is a problem: status 1."""
    server.script([answer_at(desk, 12)], Call.ME)
    done = desk.run("check", "--profile", "line")
    assert done.status == 1
    assert done.cells[3] == ["clock", "problem", "This computer's clock is 12 minutes off; set it"]


def test_without_a_token(desk: Desk, server: PracticeServer) -> None:
    """The site is looked at all the same, and the missing token is the problem."""
    desk.password_store.forget("line")
    done = desk.run("check")
    assert (done.status, done.cells[0][1]) == (1, "ok")
    assert done.cells[5] == ["token", "problem", "No access token yet"]
    assert "pat_practice" not in str(server.requests)


def test_without_a_password_store(desk: Desk) -> None:
    """Where there is none that can be trusted, keyring and token are problems."""

    class Absent(MemoryStore):
        """No store."""

        def record(self, name: str, site: str) -> TokenRecord:
            """Refuse."""
            raise PasswordStoreUnusable("password_store.absent", backend="fail Keyring")

        def describe(self) -> str:
            """Refuse."""
            raise PasswordStoreUnusable("password_store.absent", backend="fail Keyring")

    desk.password_store = Absent()
    done = desk.run("check")
    assert [cells[1] for cells in done.cells[4:]] == ["problem", "problem"]


def test_a_site_that_is_another(desk: Desk, server: PracticeServer) -> None:
    """A log-in page of the network is not Coze, and says nothing of the token."""
    server.script([html(200)], Call.ME)
    done = desk.run("check")
    assert [cells[1] for cells in done.cells] == ["problem", "ok", "ok", "unclear", "ok", "unclear"]


def test_behind_a_company_that_looks_into_connections(bare_desk: Desk, tmp_path: Path) -> None:
    """The line of TLS names the issuer, and the token went to nobody."""
    with Loopback(b"", certificate=Authority(tmp_path).issue("127.0.0.1")) as server:
        bare_desk.set_up(f"https://{server.address}")
        done = bare_desk.run("check")
        assert server.heard == []
    assert [cells[1] for cells in done.cells] == ["unclear", "ok", "problem", "unclear", "ok", "unclear"]
    assert f"certificate was issued by “{ISSUER}”" in done.cells[2][2]
    assert "ask your IT person" in done.cells[2][2]


def test_a_proxy_that_asks_for_a_log_in(bare_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line of the proxy says what becomes of the log-in that it has refused, and repeats no part of it."""
    bare_desk.set_up("https://api.coze.example")
    with Loopback(b"HTTP/1.1 407 Log in\r\nContent-Length: 0\r\n\r\n") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://lin:s3cret@{proxy.address}")
        done = bare_desk.run("check")
    assert [cells[1] for cells in done.cells] == ["unclear", "problem", "unclear", "unclear", "ok", "unclear"]
    assert "so that the account is not locked" in done.cells[1][2]
    assert "s3cret" not in done.out


def test_no_profile(bare_desk: Desk) -> None:
    """There is nothing to check: status 2."""
    assert bare_desk.run("check").status == 2
