"""The command line as a process of its own in a company's network: what it sends, and how it leaves."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from bindtool.practice import channel
from bindtool.practice.server import PracticeServer
from tests.core.network import squid as parts
from tests.core.network.acceptor import Acceptor, Conduct
from tests.coze_stand_in import CozeStandIn, stand_in_for_coze
from tests.patience import PATIENCE, until

IDS = ("SPK26113F2001", "SPK26113F2002", "SPK26113F2003")

pytestmark = [
    *(pytest.mark.long, parts.needs_squid, parts.needs_kerberos),
    pytest.mark.skipif(
        sys.platform != "linux", reason="elsewhere the system signs in, and has a store of authorities"
    ),
]


@dataclass(frozen=True)
class Laptop:
    """A laptop with a profile, a token and three devices in a file; and Coze, behind the proxy of a company."""

    folder: Path
    coze: CozeStandIn
    server: PracticeServer

    def bind(self, proxy: str, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Bind the devices through a proxy, in such an environment besides."""
        return self.run(proxy, environ, "bind", str(self.folder / "devices.txt"))

    def run(self, proxy: str, environ: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command there."""
        address = f"http://{proxy}"
        kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        around = {**kept, **self.coze.environ, "HTTPS_PROXY": address, "https_proxy": address, **environ}
        return subprocess.run(
            [sys.executable, "-m", "bindtool", *words],
            env={
                **around,
                "BINDTOOL_DATA_DIR": str(self.folder / "data"),
                "BINDTOOL_PROFILE_DIR": str(self.folder / "machine"),
                "BINDTOOL_TOKEN": channel.TOKEN,
                "LANGUAGE": "en",
                "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    """Give the laptop."""
    (tmp_path / "machine").mkdir()
    channel_lines = f'connector_id = "{channel.CONNECTOR_ID}"\nuser_id = "{channel.USER_ID}"\nbehaviour = "adds"\n'
    profile = f'name = "line"\n{channel_lines}'
    (tmp_path / "machine" / "line.toml").write_text(profile, encoding="utf-8")
    (tmp_path / "devices.txt").write_text("\n".join(IDS), encoding="utf-8")
    with PracticeServer(rate=0) as server, stand_in_for_coze(tmp_path, server) as coze:
        yield Laptop(tmp_path, coze, server)


def test_who_is_signed_in_binds_without_a_word(laptop: Laptop) -> None:
    """Through squid, with a ticket of the company's; its log knows the user."""
    with parts.kerberos() as realm, parts.squid("negotiate", parent=laptop.coze.port, keytab=realm.keytab) as proxy:
        done = laptop.bind(proxy.address, realm.environ)

        until(lambda: proxy.passed() == [f"{parts.USER}@{parts.REALM}"], proxy.passed)
        checked = laptop.run(proxy.address, realm.environ, "check")
    assert done.returncode == 0, done.stderr
    assert f"Through http://{proxy.address}. Logged in as {parts.USER}@{parts.REALM} (Negotiate)." in checked.stdout
    assert set(laptop.server.bound) == set(IDS)


def test_without_a_ticket_nothing_is_sent(laptop: Laptop) -> None:
    """It leaves with 2, and says what is missing."""
    with parts.kerberos() as realm, parts.squid("negotiate", parent=laptop.coze.port, keytab=realm.keytab) as proxy:
        done = laptop.bind(proxy.address, {**realm.environ, "KRB5CCNAME": "FILE:nothing-here"})

    assert_unsent(laptop, done, f"No Kerberos ticket for http://{proxy.address}")
    # No log-in that could be stored would help.
    assert "proxy set" not in done.stderr
    assert "password store" not in done.stderr


def test_where_a_proxy_offers_nothing_that_serves_nothing_is_sent(laptop: Laptop) -> None:
    """It leaves with 2, and says what the proxy offers."""
    with parts.squid("ntlm", parent=laptop.coze.port) as proxy:
        done = laptop.bind(proxy.address, {})

    assert_unsent(laptop, done, f"The proxy http://{proxy.address} offers only NTLM")


def test_a_refused_password_is_sent_once(laptop: Laptop) -> None:
    """It leaves with 2, says whose it is, and how another one is entered; the password is nowhere."""
    with Acceptor('Basic realm="works"', Conduct.REFUSE, parent=laptop.coze.port) as proxy:
        done = laptop.bind(f"lin:wrong word@localhost:{proxy.port}", {})

    assert_unsent(laptop, done, f"The proxy http://localhost:{proxy.port} did not accept the user lin")
    assert "HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT" in done.stderr
    assert "wrong" not in done.stderr + done.stdout
    assert proxy.heard == [["", "Basic"]]


def assert_unsent(laptop: Laptop, done: subprocess.CompletedProcess[str], why: str) -> None:
    """Check that each device is unsent, here and at Coze, and that the command says why."""
    assert (done.returncode, done.stdout) == (3, "".join(f"unsent\t{device}\t\t\n" for device in IDS))
    assert why in done.stderr
    assert not laptop.server.requests
