"""What the shipped nginx configuration keeps from the site, and passes on to it."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPResponse, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic, sleep

import pytest

from config.web.bodies import FORM
from tests.faults.nginx import HOST, Nginx, program
from tests.faults.processes import until

pytestmark = pytest.mark.skipif(program() is None, reason="nginx is not on this machine")
BRIEFLY = "public, max-age=1"  # as in config.web.caching
TOKEN = "us_MTIzNDU2Nzg5:1abcDE:s3cr3tS1gnature-of_it"


@dataclass
class Upstream:
    """A site that echoes requests."""

    requests: list[dict[str, str]] = field(default_factory=list)

    def __enter__(self) -> Upstream:
        requests = self.requests

        class Echo(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                size = int(self.headers.get("Content-Length", 0))
                seen = dict(self.headers.items()) | {"body": str(len(self.rfile.read(size)))}
                requests.append(seen)
                answer = json.dumps(seen | {"number": len(requests)}).encode()
                self.send_response(200)
                if "public" in self.path:
                    self.send_header("Cache-Control", BRIEFLY)
                    self.send_header("Vary", "Accept-Encoding")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_POST = do_GET  # noqa: N815 - the library's name

            def log_message(self, *_: object) -> None:
                """Log nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        yield upstream


@pytest.fixture(scope="module")
def nginx(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    directory = tmp_path_factory.mktemp("nginx")
    quick = {"client_header_timeout 10s": "client_header_timeout 3s"}
    quick |= {"client_body_timeout 10s": "client_body_timeout 3s"}
    with Nginx(directory, upstream.server.server_address[1], quick) as nginx:
        yield nginx


def trusting(directory: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(directory / "fullchain.pem"))


def line_to(nginx: Nginx) -> ssl.SSLSocket:
    plain = socket.create_connection(("127.0.0.1", nginx.port), timeout=20)
    return trusting(nginx.directory).wrap_socket(plain, server_hostname=HOST)


def ask(
    nginx: Nginx, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[HTTPResponse, bytes]:
    connection = HTTPSConnection(HOST, nginx.port, context=trusting(nginx.directory), timeout=20)
    connection.sock = line_to(nginx)
    try:
        connection.request("GET" if body is None else "POST", path, body, headers or {})
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def test_the_site_gets_the_real_client_address_not_a_forged_header(nginx: Nginx) -> None:
    lies = {"X-Forwarded-For": "10.1.2.3, 10.4.5.6", "X-Forwarded-Proto": "http"}
    seen = json.loads(ask(nginx, "/en/", headers=lies)[1])
    assert (seen["X-Forwarded-For"], seen["X-Forwarded-Proto"]) == ("127.0.0.1", "https")
    assert seen["Host"] == HOST


def test_without_tls_one_is_sent_to_it(nginx: Nginx) -> None:
    with socket.create_connection(("127.0.0.1", nginx.plain_port), timeout=20) as line:
        line.sendall(f"GET /en/?a=b HTTP/1.0\r\nHost: {HOST}\r\n\r\n".encode())
        answer = line.recv(4096).decode()
    assert answer.startswith("HTTP/1.1 301 ")
    assert f"Location: https://{HOST}/en/?a=b\r\n" in answer


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/en/letters/speak/sign/", FORM, 200),
        ("/en/letters/speak/sign/", FORM + 1, 413),
        (f"/en/signature/{TOKEN}/", FORM + 1, 413),
        (f"/ar/signature/{TOKEN}/logo/", 3_000_000, 200),
        (f"/ar/signature/{TOKEN}/logo/", 23_000_000, 413),
        ("/admin/campaigns/campaign/1/change/", 3_000_000, 200),
        ("/admin/campaigns/campaign/1/change/", 23_000_000, 413),
    ],
)
def test_a_body_that_is_too_large_does_not_reach_the_site(
    path: str, size: int, status: int, nginx: Nginx, upstream: Upstream
) -> None:
    before = len(upstream.requests)
    if status == 200:
        assert json.loads(ask(nginx, path, bytes(size))[1])["body"] == str(size)
        return
    with line_to(nginx) as line:  # the length alone suffices
        head = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {size}\r\n\r\n"
        line.sendall(head.encode())
        answer = line.recv(4096).decode()
    assert answer.startswith("HTTP/1.1 413 ")
    assert len(upstream.requests) == before


def test_a_body_of_no_stated_length_is_limited_too(nginx: Nginx, upstream: Upstream) -> None:
    before = len(upstream.requests)
    with line_to(nginx) as line:
        head = f"POST /en/ HTTP/1.1\r\nHost: {HOST}\r\nTransfer-Encoding: chunked\r\n\r\n"
        line.sendall(head.encode())
        line.sendall((b"8000\r\n" + bytes(0x8000) + b"\r\n") * 3)
        assert line.recv(4096).startswith(b"HTTP/1.1 413 ")
    assert len(upstream.requests) == before


def test_slow_headers_and_bodies_never_reach_the_site(nginx: Nginx, upstream: Upstream) -> None:
    before, begun = len(upstream.requests), monotonic()
    with line_to(nginx) as headers, line_to(nginx) as body:
        headers.sendall(f"GET /en/ HTTP/1.1\r\nHost: {HOST}\r\nX-Slow: ".encode())
        body.sendall(f"POST /en/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 9\r\n\r\n12".encode())
        sleep(0.3)
        assert json.loads(ask(nginx, "/en/")[1])["Host"] == HOST
        for slow in (headers, body):
            with contextlib.suppress(ConnectionResetError):
                assert slow.recv(4096)[:13] in (b"", b"HTTP/1.1 408 ")
    assert monotonic() - begun < 20
    assert len(upstream.requests) == before + 1


@pytest.mark.parametrize(
    "path",
    [
        f"/en/confirm/{TOKEN}/",
        f"/en/confirm//{TOKEN}/",
        f"/en/Confirm/{TOKEN}",
        f"/en/{TOKEN}/{TOKEN}/",
        f"/en/signature/{TOKEN.replace('us_', '%75%73_')}/logo/",
        f"/en/search/?q={TOKEN}",
        f"/admin/login/?next=/en/confirm/{TOKEN}/",
    ],
)
def test_no_log_contains_a_token_or_an_address(path: str, nginx: Nginx) -> None:
    lines = nginx.log.count("\n")
    ask(nginx, path, bytes(FORM + 1), {"Referer": f"https://{HOST}{path}"})
    ask(nginx, path)
    until(lambda: nginx.log.count("\n") == lines + 2, "two lines in the log")
    for secret in ("s3cr3t", "MTIzNDU2Nzg5", "127.0.0.1"):
        assert secret not in nginx.all_logs


def test_while_the_site_is_down_readers_get_an_error_page(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    with Nginx(tmp_path, port) as nginx:
        answer, page = ask(nginx, "/en/")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
    assert "unavailable at the moment" in page.decode()


def number(nginx: Nginx, path: str, **headers: str) -> int:
    """The site's request count when it made this response."""
    return int(json.loads(ask(nginx, path, headers=headers)[1])["number"])


def test_a_public_page_is_fetched_once_and_no_longer_served_than_its_time(nginx: Nginx) -> None:
    first = number(nginx, "/en/public/")
    assert {number(nginx, "/en/public/") for _ in range(5)} == {first}
    sleep(2)  # nginx counts whole seconds
    assert number(nginx, "/en/public/") > first


def test_another_query_and_another_encoding_are_another_page(nginx: Nginx) -> None:
    numbers = {
        number(nginx, "/en/public/several/", **headers)
        for headers in ({"Accept-Encoding": "gzip"}, {"Accept-Encoding": "br"}, {})
    }
    assert len(numbers | {number(nginx, "/en/public/several/?page=2")}) == 4


@pytest.mark.parametrize("path", ["/admin/public/", f"/en/signature/{TOKEN}/public/", "/en/other/"])
def test_private_responses_are_not_stored(path: str, nginx: Nginx) -> None:
    assert number(nginx, path) < number(nginx, path)
    stored = [
        file.read_bytes() for file in (nginx.directory / "pages").rglob("*") if file.is_file()
    ]
    assert not any(path.encode() in page for page in stored)
