"""What tests of encrypted connections need."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from channels_app import wire


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of localhost and its key, in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate")
    both = tmp_path / "both.pem"
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"]
    subprocess.run(
        [*command, "-keyout", both, "-out", tmp_path / "only.pem"], check=True, capture_output=True
    )
    both.write_bytes(both.read_bytes() + (tmp_path / "only.pem").read_bytes())
    return both


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Our side trusts the certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_name("only.pem")))
    wire._trust.cache_clear()
    yield
    wire._trust.cache_clear()
