"""A company's proxy with single sign-on: squid, which requires NTLM or Negotiate, and a Kerberos realm.

Squid accepts every user by NTLM (`ntlm_fake_auth`), and by Negotiate each with a ticket of the realm.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.patience import PATIENCE, until
from tests.ports import held_port

REALM = "EXAMPLE.TEST"
USER = "lin"
"""The user with a ticket."""
HOST = "localhost"
"""The proxy's name: a ticket is for a name, and never for an address."""

_HELPERS = Path("/usr/lib/squid")
_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))

needs_squid = pytest.mark.skipif(
    shutil.which("squid", path=_PATH) is None or not (_HELPERS / "ntlm_fake_auth").exists(),
    reason="squid is not installed",
)
needs_kerberos = pytest.mark.skipif(
    any(shutil.which(program, path=_PATH) is None for program in ("krb5kdc", "kdb5_util", "kadmin.local", "kinit")),
    reason="a KDC is not installed",
)

_SQUID = """
http_port 127.0.0.1:{port}
pid_filename none
logformat passed %>Hs %rm %ru %un
access_log stdio:{folder}/access.log logformat=passed
cache_log {folder}/cache.log
cache_store_log none
netdb_filename none
pinger_enable off
cache deny all
memory_cache_shared off
shutdown_lifetime 0 seconds
coredump_dir {folder}
visible_hostname proxy.example
{ask}
acl known proxy_auth REQUIRED
http_access allow known
http_access deny all
{route}
"""
_ASK = {
    "ntlm": "auth_param ntlm program {helpers}/ntlm_fake_auth\nauth_param ntlm children 4 startup=1 idle=1",
    "negotiate": (
        "auth_param negotiate program {helpers}/negotiate_kerberos_auth -k {folder}/keytab -s HTTP/{host}@{realm}\n"
        "auth_param negotiate children 4 startup=1 idle=1"
    ),
}
_ON = "cache_peer 127.0.0.1 parent {port} 0 no-query no-digest default\nnever_direct allow all"

_CLIENT = """
[libdefaults]
 default_realm = {realm}
 dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_canonicalize_hostname = false
 rdns = false
[realms]
 {realm} = {{
  kdc = 127.0.0.1:{port}
 }}
[domain_realm]
 {host} = {realm}
"""
_SERVER = """
[kdcdefaults]
 kdc_listen = 127.0.0.1:{port}
 kdc_tcp_listen = 127.0.0.1:{port}
[realms]
 {realm} = {{
  database_name = {folder}/principal
  key_stash_file = {folder}/stash
  acl_file = {folder}/acl
 }}
"""


@dataclass(frozen=True)
class Squid:
    """A running squid: its address, host and port, and its folder."""

    address: str
    folder: Path

    def passed(self) -> list[str]:
        """Return the users let through, one for each connection, by squid's names for them."""
        log = self.folder / "access.log"
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        return [words[3] for words in map(str.split, lines) if words[:2] == ["200", "CONNECT"]]


@dataclass(frozen=True)
class Kerberos:
    """A running realm.

    `environ`: for using it, with a ticket of USER. `keytab`: of a proxy on HOST.
    """

    environ: Mapping[str, str]
    keytab: Path

    def judge(self, ticket: bytes) -> str:
        """Return the response of squid's helper to a ticket for the proxy: "OK token=... user=lin@EXAMPLE.TEST"."""
        helper = [str(_HELPERS / "negotiate_kerberos_auth"), "-k", str(self.keytab), "-s", f"HTTP/{HOST}@{REALM}"]
        environ = {**self.environ, "KRB5RCACHEDIR": str(self.keytab.parent)}
        return _run(environ, *helper, given=f"YR {b64encode(ticket).decode()}\n")


@contextmanager
def squid(scheme: str, *, parent: int = 0, keytab: Path | None = None) -> Iterator[Squid]:
    """Yield a squid that requires "ntlm" or "negotiate".

    `parent`: the port of a parent proxy on this computer; 0 for none. `keytab`: for "negotiate".
    """
    with _folder() as folder, held_port() as port, ExitStack() as stack:
        if keytab is not None:
            shutil.copy(keytab, folder / "keytab")
        ask = _ASK[scheme].format(helpers=_HELPERS, folder=folder, host=HOST, realm=REALM)
        route = _ON.format(port=parent) if parent else ""
        text = _SQUID.format(port=port, folder=folder, ask=ask, route=route)
        (folder / "squid.conf").write_text(text, encoding="ascii")
        name = f"bindtool{port}"
        stack.callback(_forget_shared_memory, name)
        stack.enter_context(_running(["squid", "-N", "-n", name, "-f", str(folder / "squid.conf")], folder, port))
        yield Squid(f"{HOST}:{port}", folder)


@contextmanager
def kerberos() -> Iterator[Kerberos]:
    """Yield a realm on this computer, with a ticket."""
    with _folder() as folder, held_port() as port:
        (folder / "krb5.conf").write_text(_CLIENT.format(realm=REALM, host=HOST, port=port), encoding="ascii")
        (folder / "kdc.conf").write_text(_SERVER.format(realm=REALM, folder=folder, port=port), encoding="ascii")
        environ = {"KRB5_CONFIG": f"{folder}/krb5.conf", "KRB5CCNAME": f"FILE:{folder}/tickets"}
        own = {**environ, "KRB5_KDC_PROFILE": f"{folder}/kdc.conf"}
        keytab = folder / "keytab"
        _run(own, "kdb5_util", "create", "-s", "-r", REALM, "-P", "master")
        _run(own, "kadmin.local", "-r", REALM, "addprinc", "-pw", "secret", USER)
        _run(own, "kadmin.local", "-r", REALM, "addprinc", "-randkey", f"HTTP/{HOST}")
        _run(own, "kadmin.local", "-r", REALM, "ktadd", "-k", str(keytab), f"HTTP/{HOST}")
        with _running(["krb5kdc", "-n", "-r", REALM], folder, port, own):
            _run(environ, "kinit", USER, given="secret\n")
            yield Kerberos(environ, keytab)


@contextmanager
def _folder() -> Iterator[Path]:
    """Yield a folder for programs that refuse to run as root: a test's own is inaccessible to other users."""
    with tempfile.TemporaryDirectory(prefix="bindtool-proxy-") as name:
        yield Path(name)


@contextmanager
def _running(
    command: Sequence[str], folder: Path, port: int, environ: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Start a server and wait until it listens; as root, run it as another user, who owns the folder."""
    user = None
    if os.getuid() == 0:
        user = "nobody"
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, user, "nogroup")
    with (folder / "output").open("wb") as out:
        process = subprocess.Popen(
            [str(shutil.which(command[0], path=_PATH)), *command[1:]],
            env={**os.environ, **(environ or {})},
            user=user,
            group="nogroup" if user else None,
            extra_groups=[] if user else None,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    try:
        until(lambda: process.poll() is not None or _listens(port), lambda: f"{command[0]} does not listen")
        assert process.poll() is None, (folder / "output").read_text(encoding="utf-8", errors="replace")
        yield
    finally:
        # With other signals squid takes two seconds to stop. Its helpers end with it.
        process.kill()
        process.wait()


def _run(environ: Mapping[str, str], program: str, *arguments: str, given: str = "") -> str:
    """Run a program to its end and return its output."""
    command = [str(shutil.which(program, path=_PATH)), *arguments]
    environ = {**os.environ, **environ}
    done = subprocess.run(
        command, env=environ, input=given, capture_output=True, check=False, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _forget_shared_memory(name: str) -> None:
    """Delete the shared memory that squid leaves behind."""
    for file in Path("/dev/shm").glob(f"{name}-*"):  # noqa: S108 - names of its own
        file.unlink()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
