"""Named tokens and passwords in the operating system's password store.

Every call may block while the system asks the user for a password, so the window calls it through
`core/common/concurrency.py`. Decides which stores are trusted, and maps their failures to errors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from keyring import core
from keyring.backends import SecretService, Windows, chainer, fail, kwallet, libsecret, macOS, null
from keyring.errors import InitError, KeyringLocked, NoKeyringError, PasswordDeleteError

from bindtool.core.common.errors import (
    BadInput,
    BindtoolError,
    PasswordMissing,
    PasswordStoreError,
    PasswordStoreLocked,
    PasswordStoreUnusable,
    TokenMissing,
)
from bindtool.core.credentials.redaction import KnownSecrets
from bindtool.core.credentials.secret import Password, is_password_entry
from bindtool.core.credentials.token_record import TokenRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keyring.backend import KeyringBackend

    from bindtool.core.credentials.access_token import AccessToken

T = TypeVar("T")

SERVICE = "bindtool"
"""The service name of our entries in the password store; an entry's user name is that of the token or password."""

# Named one by one: a frozen program lacks the entry points by which keyring finds them.
_TRUSTED: tuple[type[KeyringBackend], ...] = (
    SecretService.Keyring,
    kwallet.DBusKeyring,
    libsecret.Keyring,
    macOS.Keyring,
    Windows.WinVaultKeyring,
)

_WINDOWS_BYTES = 2560
"""CRED_MAX_CREDENTIAL_BLOB_SIZE of wincred.h; keyring writes UTF-16 (jaraco/keyring#355)."""


class KeyringStore:
    """The operating system's password store.

    Args:
        backend: keyring's access to one store. None: the backend chosen by the user in keyring's own settings, else
            the trusted backend of highest priority, looked up at each call, so that "try again" finds a store that
            was started meanwhile.
        secrets: records each token and refresh token that is read or kept. Callers record passwords themselves: an
            entry may contain more than the password.

    Every method raises:
        PasswordStoreLocked: `password_store.locked`.
        PasswordStoreUnusable: `password_store.absent` with backend, if there is no store; `password_store.plain`
            with backend, if the store keeps tokens in plain text or is unknown to bindtool; `password_store.failed`
            with detail, the exception's type only, since its message may contain the token.
    """

    def __init__(self, backend: KeyringBackend | None = None, secrets: KnownSecrets | None = None) -> None:
        self._backend = backend
        self._secrets = secrets or KnownSecrets()

    def read(self, name: str, site: str) -> AccessToken:
        """Return the token for requests to `site`.

        Raises:
            TokenMissing: `token.missing` with name.
            TokenNotForSite: as in `TokenRecord.token_for`.
            BadInput: the entry can't be read; the ids are those of `TokenRecord.parse`.
        """
        return self.record(name, site).token

    def record(self, name: str, site: str) -> TokenRecord:
        """Return the record of the token for requests to `site`; raises as `read` does."""
        record = self._record(name)
        record.token_for(site, name)
        return record

    def store(self, name: str, token: AccessToken, site: str) -> None:
        """Store the token for `site`, replacing an earlier token, and verify it; raises as `keep` does."""
        self.keep(name, TokenRecord(token, site))

    def keep(self, name: str, record: TokenRecord) -> None:
        """Store a record, replacing an earlier record, and verify it by reading it back.

        Raises:
            BadInput: `token.too_long_for_windows` with length and limit; `token.name_taken` with name, which is the
                name of a password.
            PasswordStoreUnusable: also `password_store.forgetful`: the store accepted the token and did not keep
                it.
        """
        if is_password_entry(name):
            raise BadInput("token.name_taken", name=name)
        self._secrets.note(*record.secrets)
        text = record.text
        self._keep(name, text, around=len(text) - record.token.length)

    def read_password(self, name: str) -> Password:
        """Return the password.

        Raises:
            PasswordMissing: `password.missing` with name.
            BadInput: the entry was changed externally and is invalid; the ids are those of `Password`.
        """
        text = self._text(name)
        if text is None:
            raise PasswordMissing("password.missing", name=name)
        return Password(text)

    def store_password(self, name: str, password: Password) -> None:
        """Store the password, replacing an earlier password, and verify it; raises as `store` does."""
        self._keep(name, password.reveal())

    def forget(self, name: str) -> bool:
        """Remove the token; return whether it existed. Never removes a password."""
        return not is_password_entry(name) and self.forget_password(name)

    def forget_password(self, name: str) -> bool:
        """Remove the password; return whether it existed."""

        def delete(backend: KeyringBackend) -> bool:
            try:
                backend.delete_password(SERVICE, name)
            except PasswordDeleteError:
                # Some backends raise this also if the user refused; then the entry still exists.
                if backend.get_password(SERVICE, name) is None:
                    return False
                raise
            return True

        return self._ask(delete)

    def describe(self) -> str:
        """Return keyring's name of the store, such as "SecretService Keyring"."""
        return self._ask(lambda backend: backend.name)

    def _record(self, name: str) -> TokenRecord:
        # A password is not a token, although a profile may name it as its token.
        text = None if is_password_entry(name) else self._text(name)
        if text is None:
            raise TokenMissing("token.missing", name=name)
        record = TokenRecord.parse(text)
        self._secrets.note(*record.secrets)
        return record

    def _text(self, name: str) -> str | None:
        return self._ask(lambda backend: backend.get_password(SERVICE, name))

    def _keep(self, name: str, text: str, *, around: int = 0) -> None:
        """Store `text`, of which `around` characters are not the secret, and verify it by reading it back."""

        def keep(backend: KeyringBackend) -> bool:
            if isinstance(backend, Windows.WinVaultKeyring) and len(text.encode("utf-16-le")) > _WINDOWS_BYTES:
                length, limit = len(text) - around, _WINDOWS_BYTES // 2 - around
                raise BadInput("token.too_long_for_windows", length=length, limit=limit)
            backend.set_password(SERVICE, name, text)
            return backend.get_password(SERVICE, name) == text

        if not self._ask(keep):
            raise PasswordStoreUnusable("password_store.forgetful")

    def _ask(self, question: Callable[[KeyringBackend], T]) -> T:
        asked: KeyringBackend | None = None
        try:
            asked = _trusted(self._backend or _chosen() or _strongest())
            return question(asked)
        except BindtoolError:
            raise
        except Exception as error:  # noqa: BLE001 - backends raise what D-Bus and Windows raise
            failure = _explained(error, asked)
        # Outside `except`, so that the failure has no `__context__`, which may contain the token.
        raise failure


def _chosen() -> KeyringBackend | None:
    """Return the backend of PYTHON_KEYRING_BACKEND or keyringrc.cfg: disabling keyring there is intentional."""
    return core.load_env() or core.load_config()


def _strongest() -> KeyringBackend:
    """Return the working trusted backend of highest priority, else keyring's backend that always fails."""
    viable = (backend for backend in _TRUSTED if backend.viable)
    return max(viable, key=lambda backend: backend.priority, default=fail.Keyring)()


def _trusted(backend: KeyringBackend) -> KeyringBackend:
    """Return `backend`, or the first trusted link of a chain, since a chain's reads fall through to the others."""
    links: Sequence[KeyringBackend] = backend.backends if isinstance(backend, chainer.ChainerBackend) else [backend]
    for link in links:
        if isinstance(link, _TRUSTED):
            return link
    unknown = [link for link in links if not isinstance(link, fail.Keyring | null.Keyring)]
    if unknown:
        raise PasswordStoreUnusable("password_store.plain", backend=unknown[0].name)
    raise PasswordStoreUnusable("password_store.absent", backend=backend.name)


def _explained(error: Exception, asked: KeyringBackend | None) -> PasswordStoreError:
    """Return the failure to display for `error`; `asked` is None if it occurred while looking up a store."""
    if isinstance(error, KeyringLocked):
        return PasswordStoreLocked("password_store.locked")
    if asked is None:
        return PasswordStoreUnusable("password_store.absent", backend=fail.Keyring.name)
    if isinstance(error, InitError | NoKeyringError):
        return PasswordStoreUnusable("password_store.absent", backend=asked.name)
    return PasswordStoreUnusable("password_store.failed", detail=type(error).__name__)
