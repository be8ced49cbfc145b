"""What a certificate says, read from certificates that another library has made."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.api.certificate import Certificate, read_certificate
from tests.core.api.authority import ISSUER, Authority

BEGINS = datetime(2025, 3, 1, 8, 30, tzinfo=UTC)
ENDS = datetime(2026, 3, 1, 8, 30, 59, tzinfo=UTC)


def issued_by(folder: Path, *names: x509.NameAttribute[str]) -> str:
    """Return how the issuer with these names is called."""
    authority = Authority(folder, x509.Name(names))
    found = read_certificate(authority.certificate("coze.example").public_bytes(Encoding.DER))
    assert found is not None
    return found.issuer


def test_what_a_certificate_says(tmp_path: Path) -> None:
    """Who issued it, and both ends of its time."""
    certificate = Authority(tmp_path).certificate("coze.example", BEGINS, ENDS)
    assert read_certificate(certificate.public_bytes(Encoding.DER)) == Certificate(ISSUER, BEGINS, ENDS)


@pytest.mark.parametrize("year", [1960, 1999, 2049, 2050, 2126])
def test_any_year(tmp_path: Path, year: int) -> None:
    """Two digits stand for the years from 1950 to 2049; the others have four."""
    begins, ends = BEGINS.replace(year=year), ENDS.replace(year=year + 1)
    certificate = Authority(tmp_path).certificate("coze.example", begins, ends)
    found = read_certificate(certificate.public_bytes(Encoding.DER))
    assert found is not None
    assert (found.begins, found.ends) == (begins, ends)


@pytest.mark.parametrize("kind", [_ASN1Type.UTF8String, _ASN1Type.BMPString, _ASN1Type.UniversalString])
def test_a_chinese_issuer(tmp_path: Path, kind: _ASN1Type) -> None:
    """A name can be written in several ways."""
    assert issued_by(tmp_path, x509.NameAttribute(NameOID.COMMON_NAME, "示例公司根证书", kind)) == "示例公司根证书"


def test_an_issuer_without_a_common_name(tmp_path: Path) -> None:
    """The organisation alone, or whatever other names there are; the same name is not said twice."""
    country = x509.NameAttribute(NameOID.COUNTRY_NAME, "CN")
    unit = x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "IT")
    company = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example Ltd.")
    assert issued_by(tmp_path, country, unit, company) == "Example Ltd."
    assert issued_by(tmp_path, country, unit) == "CN, IT"
    assert issued_by(tmp_path, x509.NameAttribute(NameOID.COMMON_NAME, "Example Ltd."), company) == "Example Ltd."


def test_an_issuer_that_tells_a_story(tmp_path: Path) -> None:
    """The name is the issuer's own choice, so it is cut before it could fill the screen."""
    story = "All is well, go on. " * 3
    name, company = (
        x509.NameAttribute(oid, story.strip()) for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
    )
    names = (name, x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"{company.value} No."))
    found = issued_by(tmp_path, *names)
    assert len(found) == 100
    assert found.endswith("…")


@given(st.binary(max_size=60))
def test_anything_else_is_no_certificate(data: bytes) -> None:
    """Whatever the bytes are, nothing is raised."""
    assert read_certificate(data) is None


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A certificate as it is sent."""
    certificate = Authority(tmp_path_factory.mktemp("authority")).certificate("coze.example")
    return certificate.public_bytes(Encoding.DER)


@given(data=st.data())
def test_a_spoilt_certificate(whole: bytes, data: st.DataObject) -> None:
    """Cut or changed anywhere, it is read or refused, and nothing else happens."""
    at = data.draw(st.integers(0, len(whole) - 1))
    spoilt = data.draw(st.sampled_from([whole[:at], whole[:at] + b"\xff" + whole[at + 1 :], whole[at:]]))
    assert isinstance(read_certificate(spoilt), Certificate | None)
