"""The proxy's side of NTLM, alone or within Negotiate, for responses of another system's library.

pyspnego's acceptor creates the challenge. It would refuse Samba's response, which Wine uses: it expects four zero
bytes at the end (MS-NLMP, 3.3.2) that Samba omits. So a response is checked against its own content.
"""

from __future__ import annotations

import hmac

import spnego
from spnego._ntlm_raw.crypto import ntowfv1, ntowfv2
from spnego._ntlm_raw.messages import Authenticate, Challenge
from spnego.exceptions import InvalidTokenError

from tests.core.network.acceptor import OWN

_MESSAGE = b"NTLMSSP\0"
"""The beginning of a message; in Negotiate, bytes may precede it."""


class NtlmJudge:
    r"""One log-in by "ntlm" or "negotiate". It needs `acceptor.knowing` in the environment.

    `user`: the accepted user, as named by the client: "WORKS\mei", or without a domain.
    """

    def __init__(self, scheme: str, user: str, password: str) -> None:
        self._acceptor = spnego.server(protocol=scheme, options=OWN[scheme])
        self._user = user
        self._password = password
        self._challenge: Challenge | None = None
        self.complete = False

    def step(self, in_token: bytes) -> bytes | None:
        """Return the next challenge; None once the client has logged in.

        Raises:
            SpnegoError: it is another user, or an invalid response.
        """
        if self._challenge is None:
            challenge = self._acceptor.step(in_token) or b""
            self._challenge = Challenge.unpack(_message(challenge))
            return challenge
        answer = Authenticate.unpack(_message(in_token))
        key = ntowfv2(answer.user_name or "", ntowfv1(self._password), answer.domain_name)
        response = answer.nt_challenge_response or b""
        proof = hmac.digest(key, self._challenge.server_challenge + response[16:], "md5")
        name = "\\".join(filter(None, (answer.domain_name, answer.user_name)))
        if name != self._user or proof != response[:16]:
            raise InvalidTokenError(context_msg=f"{name} does not pass")
        self.complete = True
        return None


def _message(token: bytes) -> bytes:
    if _MESSAGE not in token:
        raise InvalidTokenError(context_msg="no message of NTLM's")
    return token[token.index(_MESSAGE) :]
