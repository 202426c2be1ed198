"""The nginx of deploy/nginx.conf, on free ports and with a certificate of its own."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.faults.processes import ROOT, free_port, until

SHIPPED = ROOT / "deploy" / "nginx.conf"
HOST = "letters.example.org"


def program() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


class Nginx:
    """Runs while it is inside a `with`. `changes` replaces words of the shipped file."""

    def __init__(self, directory: Path, upstream: int, changes: dict[str, str] | None = None):
        self.directory, self.upstream = directory, upstream
        self.changes = changes or {}
        self.port, self.plain_port = free_port(), free_port()

    def __enter__(self) -> Nginx:
        (self.directory / "site.conf").write_text(self._site())
        (self.directory / "nginx.conf").write_text(
            f"daemon off; pid {self.directory}/pid; error_log {self.directory}/start.log;\n"
            + ("user root;\n" if os.geteuid() == 0 else "")
            + "worker_processes 2; events { worker_connections 2000; }\n"
            "http {\n"
            + "".join(
                f"{name}_temp_path {self.directory}/{name};\n"
                for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            )
            + f"include {self.directory}/site.conf;\n}}\n"
        )
        make_certificate(self.directory)
        command = [program() or "nginx", "-p", str(self.directory), "-e", "start.log"]
        command += ["-c", str(self.directory / "nginx.conf")]
        checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
        self.process = subprocess.Popen(command)
        until(self._listens, "nginx's start")
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    @property
    def log(self) -> str:
        return (self.directory / "undersigned.access.log").read_text()

    @property
    def all_logs(self) -> str:
        return "".join(path.read_text() for path in self.directory.glob("*.log"))

    def _site(self) -> str:
        """The shipped file with this machine's ports and paths in the place of the real ones."""
        text = SHIPPED.read_text()
        text = re.sub(r"listen \[::\]:.*\n", "", text)
        replaced = {
            "listen 80;": f"listen 127.0.0.1:{self.plain_port};",
            "listen 443 ssl http2;": f"listen 127.0.0.1:{self.port} ssl http2;",
            "127.0.0.1:8000": f"127.0.0.1:{self.upstream}",
            f"/etc/letsencrypt/live/{HOST}": str(self.directory),
            "/var/log/nginx": str(self.directory),
            "/var/lib/nginx/undersigned": f"{self.directory}/pages",
            **self.changes,
        }
        for word, other in replaced.items():
            assert word in text, f"deploy/nginx.conf no longer has {word!r}"
            text = text.replace(word, other)
        return text


def make_certificate(directory: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (directory / "fullchain.pem").write_bytes(certificate.public_bytes(pem))
    (directory / "privkey.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
