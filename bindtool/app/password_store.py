"""The system's password store as the window opens it: at its first use, and in threads beside the window's.

Owns when keyring is loaded, which takes 50 ms. What lies in the store is for `core.vault`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.credentials.access_token import ENVIRONMENT_TOKEN

if TYPE_CHECKING:
    from bindtool.core.credentials.access_token import EnvironmentToken
    from bindtool.core.credentials.secret import Password
    from bindtool.core.credentials.token_store import TokenStore


def open_tokens(token: EnvironmentToken | None) -> TokenStore:
    """Return the system's password store, or in its place the token that the environment held.

    Raises:
        BadInput: that is no token.
    """
    from bindtool.core.credentials.keyring_store import Vault
    from bindtool.core.credentials.token_store import FixedVault

    return Vault() if token is None else FixedVault(token.token(), ENVIRONMENT_TOKEN)


def read_password(name: str) -> Password:
    """Return the password of a shared ledger; raises what `Vault.read_password` raises."""
    from bindtool.core.credentials.keyring_store import Vault

    return Vault().read_password(name)
