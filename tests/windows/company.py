"""A company's network around a Windows: an automatic script, a proxy that wants a log-in, and Coze behind it."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unittest.mock import patch

from tests.core.network.acceptor import PASSWORD, USER, Acceptor, knowing
from tests.core.network.ntlm_judge import NtlmJudge
from tests.core.network.on_windows import served
from tests.core.network.squid import HOST, kerberos, squid
from tests.coze_stand_in import stand_in_for_coze

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from bindtool.practice.server import PracticeServer


@dataclass(frozen=True)
class Company:
    """A company's network.

    Args:
        script: the address of its automatic script.
        proxy: whom the script names, as "localhost:8080".
        authority: who has issued the certificate of Coze's stand-in, as PEM.
        environ: of whoever is signed in to it.
    """

    script: str
    proxy: str
    authority: Path
    environ: Mapping[str, str]


@contextmanager
def company(scheme: str, folder: Path, server: PracticeServer) -> Iterator[Company]:
    """Give a network whose proxy takes the acceptor's USER by "ntlm", or tickets by "negotiate"."""
    environ: Mapping[str, str] = {}
    with ExitStack() as stack:
        coze = stack.enter_context(stand_in_for_coze(folder, server))
        if scheme == "negotiate":
            realm = stack.enter_context(kerberos())
            environ = realm.environ
            proxy = stack.enter_context(squid(scheme, parent=coze.port, keytab=realm.keytab)).address
        else:
            stack.enter_context(patch.dict(os.environ, knowing(folder)))
            judging = Acceptor("NTLM", parent=coze.port, judge=lambda each: NtlmJudge(each, USER, PASSWORD))
            proxy = f"{HOST}:{stack.enter_context(judging).port}"
        script = stack.enter_context(served(f'function FindProxyForURL(url, host) {{ return "PROXY {proxy}"; }}'))
        yield Company(f"http://{script.address}/proxy.pac", proxy, coze.authority, environ)
