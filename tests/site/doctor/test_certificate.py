"""`jiannuo doctor` on the certificate of our address: trusted, and for how long."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from jiannuo.kernel.moment import held_at, now
from jiannuo.oversight.doctor.machine import Machine
from jiannuo.site.doctor import certificate
from tests.notices.channels import certificate as certificates
from tests.site.doctor.findings import told

DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


@contextmanager
def served(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Our address, with a certificate that ends in two days."""
    context, _ = certificates.made(folder, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "cert.pem"))
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    plain, _ = listening.accept()
                    context.wrap_socket(plain, server_side=True).close()
                except ssl.SSLError:
                    continue
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        yield f"https://localhost:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def test_a_certificate_that_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(tmp_path, monkeypatch) as url:
        machine_ = Machine(tmp_path, url=url)
        told(certificate.look(machine_), "bad", "还有 1 天到期")
        with held_at(now() - 20 * DAY):
            told(certificate.look(machine_), "warn", "21")
        with held_at(now() - 60 * DAY):
            told(certificate.look(machine_), "ok", "61")
        monkeypatch.delenv("SSL_CERT_FILE")
        told(certificate.look(machine_), "warn", "不信任", "self-signed")


def test_an_address_that_does_not_answer(tmp_path: Path) -> None:
    told(certificate.look(Machine(tmp_path, url="https://127.0.0.1:1")), "bad", "连不上")
    told(certificate.look(Machine(tmp_path, url="http://127.0.0.1:1")), "ok")
