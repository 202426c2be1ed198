"""What granian itself writes of the requests that it serves."""

from __future__ import annotations

from http.client import HTTPConnection
from pathlib import Path

import pytest

from signatories.models import Signature
from signatories.signing.links import CONFIRM, MANAGE, make_token
from tests.databases import inside
from tests.factories import SignatureFactory
from tests.faults.processes import Site, until

FORMAT = '%(addr)s "%(method)s %(path)s %(query_string)s" %(status)d %(header{referer})s'
SECRET = 22  # characters of a token's own random part


@pytest.mark.parametrize("form", ["line", "json"])
def test_its_access_log_holds_no_token_whatever_the_path(
    database: str, data_dir: Path, form: str
) -> None:
    with inside(database):
        signature: Signature = SignatureFactory()
        confirm, manage = make_token(signature, CONFIRM), make_token(signature, MANAGE)
    encoded = "".join(f"%{ord(character):02x}" for character in manage)
    paths = [
        f"/en/signature/{manage}/",
        f"/en/signature/{encoded}/",
        f"/en/confirm//{confirm}/",
        f"/en/Confirm/{confirm}/",
        f"/en/{confirm}/",
        f"/{confirm[:-10]}",
        f"/en/{confirm[3:]}/",
        f"/en/letters/speak/?next=%2Fen%2Fconfirm%2F{confirm.replace('~', '%7E')}",
        "/en/a%0AERROR%20forged/",
    ]
    with Site(database, data_dir) as site:
        site.environment["LOG_FORMAT"] = form
        web = ["-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port"]
        web += [str(site.port), "--access-log", "--access-log-fmt", FORMAT]
        site.start(*web, "config.wsgi:application")
        until(lambda: site.get("/readyz") == 200, "the site's start")
        statuses = [asked(site.port, path, confirm) for path in paths]
        written = until(lambda: all_of(data_dir / "log.txt", len(paths)), "the access log")
    assert statuses == [200, 200, 404, 404, 404, 404, 404, 200, 404]
    assert "/en/signature/…/" in written
    nonce = signature.link_nonce
    pieces = [confirm, manage, encoded, nonce, *(one[-SECRET:] for one in (confirm, manage))]
    assert [piece for piece in pieces if piece in written] == []
    assert not any(line.startswith("ERROR forged") for line in written.splitlines())


def asked(port: int, path: str, token: str) -> int:
    """The status of a page that a page behind a token led to."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Referer": f"http://x.example/en/confirm/{token}/"})
    status = connection.getresponse().status
    connection.close()
    return status


def all_of(log: Path, number: int) -> str:
    """The log, once so many requests with a referrer are in it."""
    text = log.read_text()
    return text if text.count("http://x.example/en/confirm/") >= number else ""
