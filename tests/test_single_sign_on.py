"""A proxy that wants a ticket: who has signed in to the company passes it, and others are told what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bindtool.practice import channel
from tests.core.network.squid import REALM, USER, kerberos, needs_kerberos, needs_squid, squid
from tests.test_main import DEVICES, states
from tests.test_proxy_password import Laptop, stand_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.coze_stand_in import CozeStandIn

__all__ = ["stand_in"]

pytestmark = [pytest.mark.unmeasured, needs_squid, needs_kerberos]


@pytest.fixture
def laptop(tmp_path: Path, stand_in: CozeStandIn) -> Iterator[Laptop]:
    """Return a laptop whose user has a ticket, behind squid, with a profile and a list."""
    with kerberos() as realm, squid("negotiate", keytab=realm.keytab, parent=stand_in.port) as proxy:
        address = f"http://{proxy.address}"
        environ = {**stand_in.environ, **realm.environ, "HTTPS_PROXY": address, "https_proxy": address}
        laptop = Laptop(tmp_path, environ)
        assert laptop.does("profile", "add", "line", "--connector-id", channel.CONNECTOR_ID).returncode == 0
        (tmp_path / "devices.txt").write_text("\n".join(DEVICES), encoding="utf-8")
        yield laptop


def test_with_a_ticket(laptop: Laptop) -> None:
    """Nobody enters anything; the check says as whom the proxy has let it through."""
    checked = laptop.does("check")
    assert f"Logged in as {USER}@{REALM} (Negotiate)." in checked.stdout, checked.stdout + checked.stderr
    bound = laptop.does("bind", str(laptop.folder / "devices.txt"), "--rate", "0")
    assert (bound.returncode, {*states(bound.stdout)}) == (0, {"bound"})


def test_without_a_ticket(laptop: Laptop) -> None:
    """The run ends at once and says what to do; no log-in that could be stored would help."""
    nobody = Laptop(laptop.folder, {**laptop.environ, "KRB5CCNAME": f"FILE:{laptop.folder}/none"})
    done = nobody.does("bind", str(laptop.folder / "devices.txt"), "--rate", "0")
    assert (done.returncode, {*states(done.stdout)}) == (2, {"unsent"})
    assert "No Kerberos ticket for" in done.stderr
    assert "sign in to the company network" in done.stderr
    assert "proxy set" not in done.stderr
