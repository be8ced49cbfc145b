"""Certificates created on the fly, by an authority that is untrusted unless a test trusts it."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME, COMPANY = "Example Inspection CA", "Example Ltd."
ISSUER = f"{NAME}, {COMPANY}"
"""bindtool's name for this authority."""

DAY = timedelta(days=1)

_ISSUES = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)
"""The key usage of an authority."""


class Authority:
    """Issues certificates; each is written with its key into one file in `folder`.

    Its own names are `names`, or those above. A `lax` one omits parts required by RFC 5280 that TLS works without:
    key identifiers, key usage, the critical flag of its constraints. A company's own authority may be like that.
    """

    def __init__(self, folder: Path, names: x509.Name | None = None, *, lax: bool = False) -> None:
        self._folder = folder
        self._lax = lax
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = names or x509.Name(
            [x509.NameAttribute(NameOID.COMMON_NAME, NAME), x509.NameAttribute(NameOID.ORGANIZATION_NAME, COMPANY)]
        )
        own = self._begun(self._name, self._key.public_key(), datetime.now(UTC) - DAY, datetime.now(UTC) + DAY)
        signed = own.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=not lax)
        if not lax:
            signed = signed.add_extension(_ISSUES, critical=True)
        self.file = folder / "authority.pem"
        self.file.write_bytes(signed.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def certificate(
        self, host: str, begins: datetime | None = None, ends: datetime | None = None
    ) -> x509.Certificate:
        """Return a certificate for a host, by default valid from yesterday until tomorrow."""
        return self._certificate(host, ec.generate_private_key(ec.SECP256R1()), begins, ends)

    def issue(self, host: str, begins: datetime | None = None, ends: datetime | None = None) -> Path:
        """Write such a certificate and its key into one file; return its path."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._certificate(host, key, begins, ends)
        file = self._folder / f"{host}.pem"
        pem = serialization.Encoding.PEM
        kind, protection = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        file.write_bytes(certificate.public_bytes(pem) + key.private_bytes(pem, kind, protection))
        return file

    def trusted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let this computer trust the authority, and no other, until the end of the test."""
        monkeypatch.setenv("SSL_CERT_FILE", str(self.file))

    def _certificate(
        self, host: str, key: ec.EllipticCurvePrivateKey, begins: datetime | None, ends: datetime | None
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        begun = self._begun(subject, key.public_key(), begins or now - DAY, ends or now + DAY)
        names = x509.SubjectAlternativeName([_host_name(host)])
        return begun.add_extension(names, critical=False).sign(self._key, hashes.SHA256())

    def _begun(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, begins: datetime, ends: datetime
    ) -> x509.CertificateBuilder:
        begun = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
        )
        if self._lax:
            return begun
        own = x509.SubjectKeyIdentifier.from_public_key(key)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        return begun.add_extension(own, critical=False).add_extension(issuer, critical=False)


def _host_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
