"""A certificate of the tests' own, for a TLS server and for a client that trusts it."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

ASKED = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"


def made(folder: Path, *names: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The server's context and the client's, for these names; without openssl there is no test."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate of this test")
    key, cert = folder / "key.pem", folder / "cert.pem"
    alternatives = ",".join(f"DNS:{name}" for name in names)
    named = ["-subj", f"/CN={names[0]}", "-addext", f"subjectAltName={alternatives}"]
    files = ["-keyout", str(key), "-out", str(cert)]
    subprocess.run([openssl, *ASKED.split(), *named, *files], check=True, capture_output=True)
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(cert, key)
    return server, ssl.create_default_context(cafile=str(cert))
