"""The checks that need no display: each returns its result in a few words, or raises.

They decide which parts are required. A missing password store or missing sounds are reported, and are no failure:
the program works without.
"""

from __future__ import annotations

import importlib
import platform
import ssl
import sys
from pathlib import Path

from bindtool.core.common.clock import SystemClock
from bindtool.core.common.errors import PasswordStoreError, PasswordStoreUnusable
from bindtool.core.diagnostics.licences import all_parts
from bindtool.core.diagnostics.version import this_version
from bindtool.core.tabular.text_encoding import decode
from bindtool.i18n.catalogue import LANGUAGES, Texts
from bindtool.resource_paths import asset
from bindtool.smoke.report import Failed

_BEHIND_KEYRING = {
    "linux": ("secretstorage", "jeepney"),
    "win32": ("win32ctypes.pywin32.win32cred",),
    "darwin": ("keyring.backends.macOS.api",),
}
"""Modules whose absence keyring's backends ignore silently: the backends are then missing."""

_AUTHORITIES = (Path("/etc/ssl/certs"), Path("/etc/pki/tls/certs"))
"""The certificate folders that truststore loads: of Debian, openSUSE and Arch, and of Fedora."""


def version() -> str:
    """Return the version of bindtool, and of its platform."""
    this = this_version(asset())
    if not this.qt:
        raise Failed("the version of Qt is not known: the metadata of PySide6-Essentials is missing")
    commit = this.commit or "unknown"
    return f"bindtool {this.bindtool}, commit {commit}, Python {this.python}, {platform.platform()}"


def translations() -> str:
    """Check that each language has its texts."""
    for language in LANGUAGES:
        texts = Texts(language)
        if texts("menu.main") == "menu.main":
            raise Failed(f"{language} has no words")
    return ", ".join(LANGUAGES)


def database(folder: Path) -> str:
    """Create a database in `folder`, write a row, read it back, and have SQLite check the file."""
    from bindtool.core.store import Store, is_sound

    folder.mkdir()
    path = folder / "bindtool.db"
    with Store(path, SystemClock()) as store:
        head = store.sheets.create(job="smoke").result()
    with Store(path, SystemClock()) as store:
        if [sheet.sheet_id for sheet in store.sheets.all()] != [head.sheet_id]:
            raise Failed("a sheet was written and is not there")
    if not is_sound(path):
        raise Failed("SQLite finds fault with a new database")
    return "written, read back, sound"


def encodings() -> str:
    """Detect an encoding that needs charset-normalizer: parts of that library are compiled."""
    found = decode("거실".encode("euc-kr"))
    if found.encoding != "cp949":
        raise Failed(f"Korean was read as {found.encoding}")
    return found.encoding


def tls() -> str:
    """Create a TLS context with the system's trusted authorities, as every request does."""
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # The system's authorities are read at the first connection; this one goes nowhere.
    context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="localhost")
    if sys.platform in {"win32", "darwin"}:
        return f"{ssl.OPENSSL_VERSION}, the system judges certificates"
    for folder in _AUTHORITIES:
        if folder.is_dir() and any(folder.iterdir()):
            return f"{ssl.OPENSSL_VERSION}, the authorities in {folder}"
    raise Failed("the system trusts no authority: is its package of certificates installed?")


def shared_ledger() -> str:
    """Load the driver of the shared ledger; no server is contacted."""
    from bindtool.core.shared_ledger.postgres.session import DRIVER

    return DRIVER


def single_sign_on() -> str:
    """Load the system's single sign-on, and ask it for the signed-in user; no proxy is contacted."""
    from bindtool.core.network.sign_on.handshake import of_this_system

    sign_on = of_this_system()
    schemes = sign_on.schemes()
    if not schemes:
        raise Failed("the system's library for single sign-on is missing")
    return f"{', '.join(schemes)}; {'somebody' if sign_on.user() else 'nobody'} is signed in"


def keyring() -> str:
    """Return the password store that would keep the tokens; nothing is read from it or written to it."""
    for module in _BEHIND_KEYRING.get(sys.platform, ()):
        importlib.import_module(module)
    from bindtool.core.credentials.keyring_store import KeyringStore

    try:
        return KeyringStore().describe()
    except PasswordStoreUnusable as error:
        return f"none that may be used here ({error.id}: {error.title.values.get('backend', '')})"
    except PasswordStoreError as error:
        return f"one that can't be used now ({error.id})"


def licences() -> str:
    """Check that each part has its licence."""
    found = all_parts(asset("parts.json"))
    silent = [part.name for part in found if not part.text]
    if silent or not found:
        raise Failed(f"no licence of {', '.join(silent) or 'anything'}")
    return f"{len(found)} parts"


def sounds(folder: Path) -> str:
    """Find the sounds in `folder` and decode each as the player does; no sound card is used."""
    files = sorted(folder.glob("*.wav"))
    if not files:
        return "no sounds"
    player = importlib.import_module("miniaudio")
    for file in files:
        player.decode_file(str(file))
    return ", ".join(file.stem for file in files)
