"""A company's network around a Windows: an automatic script, a proxy that requires a log-in, and Coze behind it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from unittest.mock import patch

from bindtool.practice.server import PracticeServer
from tests.core.network.acceptor import PASSWORD, USER, Acceptor, Conduct, knowing
from tests.core.network.ntlm_judge import NtlmJudge
from tests.core.network.on_windows import served
from tests.core.network.squid import HOST, kerberos, squid
from tests.coze_stand_in import stand_in_for_coze


@dataclass(frozen=True)
class Company:
    """A company's network.

    Args:
        script: the address of its automatic script.
        proxy: the proxy in the script, as "localhost:8080".
        authority: the issuer of the certificate of Coze's stand-in, as PEM.
        environ: the environment of the signed-in user.
        heard: the acceptor's, of "ntlm".
    """

    script: str
    proxy: str
    authority: Path
    environ: Mapping[str, str]
    heard: list[list[str]] = field(default_factory=list)


@contextmanager
def company(
    scheme: str, folder: Path, server: PracticeServer, conduct: Conduct = Conduct.TAKE
) -> Iterator[Company]:
    """Yield a network whose proxy takes tickets by "negotiate", or, by its conduct, the USER by "ntlm"."""
    environ: Mapping[str, str] = {}
    heard: list[list[str]] = []
    with ExitStack() as stack:
        coze = stack.enter_context(stand_in_for_coze(folder, server))
        if scheme == "negotiate":
            realm = stack.enter_context(kerberos())
            environ = realm.environ
            proxy = stack.enter_context(squid(scheme, parent=coze.port, keytab=realm.keytab)).address
        else:
            stack.enter_context(patch.dict(os.environ, knowing(folder)))
            judge = partial(NtlmJudge, user=USER, password=PASSWORD)
            acceptor = stack.enter_context(Acceptor("NTLM", conduct, parent=coze.port, judge=judge))
            proxy, heard = f"{HOST}:{acceptor.port}", acceptor.heard
        script = stack.enter_context(served(f'function FindProxyForURL(url, host) {{ return "PROXY {proxy}"; }}'))
        yield Company(f"http://{script.address}/proxy.pac", proxy, coze.authority, environ, heard)
