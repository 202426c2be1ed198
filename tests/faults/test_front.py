"""Granian's front handles large, slow and odd requests without a Django thread."""

from __future__ import annotations

import gzip
import json
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

import brotli
import pytest
from django.db.models import F

from config.front.handler import BODY_SECONDS
from config.front.page_cache import FRESH, STALE
from config.web.bodies import FORM
from letters.models import Letter
from signatories.models import Signature
from tests.databases import OF_THIS_RUN, inside
from tests.factories import CampaignFactory, SignatureFactory, form_data
from tests.faults.processes import Site, email

pytestmark = pytest.mark.skipif(
    OF_THIS_RUN == "postgresql", reason="no database plays a part: it runs with SQLite"
)
SIGN = "/en/letters/speak/sign/"
KIND = "application/x-www-form-urlencoded"
IN_TIME = BODY_SECONDS - 2  # seconds before which no slow client is cut off
SLOW_BODIES, SLOW_HEADERS = 40, 40


@pytest.fixture(scope="module")
def site(
    shared_database: str, shared_data_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    temporary = str(tmp_path_factory.mktemp("temporary"))
    with Site(shared_database, shared_data_dir, TMPDIR=temporary) as site:
        site.start_web()
        yield site


def line_to(site: Site) -> socket.socket:
    return socket.create_connection(("127.0.0.1", site.port), timeout=30)


def head(path: str, *lines: str, method: str = "POST") -> bytes:
    return "\r\n".join((f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *lines)).encode()


def status_of(line: socket.socket) -> int:
    """The response status; 0 if the connection is just closed."""
    try:
        answer = line.recv(4096)
    except ConnectionResetError:
        answer = b""
    return int(answer.split(b" ", 2)[1]) if answer else 0


def send(site: Site, path: str, body: object, **headers: str) -> HTTPResponse:
    return ask(site, "POST", path, {"Content-Type": KIND, **headers}, body)


def ask(
    site: Site, method: str, path: str, headers: dict[str, str], body: object = None
) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", site.port, timeout=30)
    connection.request(method, path, body, headers)  # type: ignore[arg-type]
    answer = connection.getresponse()
    answer.body = answer.read()
    connection.close()
    return answer


def test_the_stated_length_alone_is_refused(site: Site) -> None:
    with line_to(site) as line:
        line.sendall(head(SIGN, f"Content-Length: {300 * 1024 * 1024}") + b"\r\n\r\n")
        assert status_of(line) == 413


def test_whoever_sends_it_all_the_same_reads_why(site: Site) -> None:
    answer = send(site, SIGN, bytes(1_000_000))
    assert (answer.status, answer.headers["Cache-Control"]) == (413, "no-store")
    assert b"choose a smaller file, and try again" in answer.body


def test_a_body_of_no_stated_length_is_counted(site: Site) -> None:
    form = urlencode(form_data(email=email(900), organisation="Chunked Forum")).encode()
    assert send(site, SIGN, iter([form[:50], form[50:]])).status == 303
    assert send(site, SIGN, iter([bytes(FORM), b"x"])).status == 413


def test_nothing_of_it_is_in_the_temporary_folder(site: Site) -> None:
    kind = "multipart/form-data; boundary=b"
    start = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    body = start + bytes(19_000_000) + b"\r\n--b--\r\n"
    logo = send(site, "/en/signature/none/logo/", body, **{"Content-Type": kind})
    form = send(site, SIGN, body, **{"Content-Type": kind})
    assert (logo.status, form.status) == (404, 413)
    assert list(Path(site.environment["TMPDIR"]).iterdir()) == []


def test_programs_get_the_error_as_json(site: Site) -> None:
    answer = send(site, "/letters/speak/live.json", bytes(FORM + 1))
    assert (answer.status, json.loads(answer.body)["status"]) == (413, 413)


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /%FF%00/%E2%82 HTTP/1.1",
        b"GET /en/?q=%00%FF HTTP/1.1",
        b"GET //en//letters/ HTTP/1.1",
        b"OPTIONS * HTTP/1.1",
        b"PROPFIND /en/ HTTP/1.1",
    ],
)
def test_odd_requests_are_no_fault_of_ours(request_line: bytes, site: Site) -> None:
    with line_to(site) as line:
        line.sendall(request_line + b"\r\nHost: 127.0.0.1\r\nX-Odd: \xff\xfe\r\n\r\n")
        assert 200 <= status_of(line) < 500


def test_a_slow_reader_gets_a_large_response_completely(site: Site, shared_database: str) -> None:
    content = bytes(range(256)) * 20_000
    folder = site.directory / "media" / "campaigns"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "large.webp").write_bytes(content)
    with inside(shared_database):
        CampaignFactory(image="campaigns/large.webp", image_text="Bytes")
    with line_to(site) as line:
        line.sendall(
            head("/media/campaigns/large.webp", "Connection: close", method="GET") + b"\r\n\r\n"
        )
        time.sleep(0.5)
        received = b""
        while chunk := line.recv(65536):
            received += chunk
    assert received.partition(b"\r\n\r\n")[2] == content


def test_slow_clients_hold_nobody_up_and_are_cut_off(site: Site) -> None:
    """Ten times as many as the web server has threads."""
    lines = [line_to(site) for _ in range(SLOW_BODIES + SLOW_HEADERS)]
    bodies, headers = lines[:SLOW_BODIES], lines[SLOW_BODIES:]
    begun = time.monotonic()
    for line in bodies:
        line.sendall(head(SIGN, f"Content-Type: {KIND}", "Content-Length: 900") + b"\r\n\r\nfax=")
    for line in headers:
        line.sendall(head(SIGN, "X-Slow: a"))
    time.sleep(0.3)

    def read(number: int) -> tuple[int, bool]:
        began = time.monotonic()
        status = send(site, SIGN, b"fax=").status if number % 4 else site.get("/healthz")
        return status, time.monotonic() - began < IN_TIME

    with ThreadPoolExecutor(4) as readers:
        answers = list(readers.map(read, range(24)))
    assert set(answers) == {(422, True), (200, True)}

    assert {status_of(line) for line in bodies} == {408}
    assert {status_of(line) for line in headers} <= {0, 408}
    assert time.monotonic() - begun < BODY_SECONDS + 60
    for line in lines:
        line.close()


def test_a_crowd_is_served_and_not_sent_away(site: Site) -> None:
    """Seven times as many as there are threads come at once; nothing is wrong but their number."""
    with ThreadPoolExecutor(56) as crowd:
        assert set(crowd.map(lambda _: site.get("/en/letters/speak/"), range(112))) == {200}


def test_a_crowd_of_pages_that_nobody_has_read_is_served_too(site: Site) -> None:
    with ThreadPoolExecutor(56) as crowd:
        paths = [f"/en/letters/speak/?reader={number}" for number in range(112)]
        assert set(crowd.map(site.get, paths)) == {200}


@pytest.mark.parametrize(
    ("encoding", "decode"),
    [("identity", bytes), ("gzip", gzip.decompress), ("br", brotli.decompress)],
)
def test_each_reader_gets_the_whole_page_in_an_accepted_encoding(
    encoding: str, decode: Callable[[bytes], bytes], site: Site
) -> None:
    page = ask(site, "GET", "/en/privacy/", {"Accept-Encoding": encoding})
    assert page.headers.get("Content-Encoding", "identity") == encoding
    assert decode(page.body).endswith(b"</html>\n")
    assert page.headers["Content-Length"] == str(len(page.body))
    head = ask(site, "HEAD", "/en/privacy/", {"Accept-Encoding": encoding})
    assert (head.status, head.body, head.headers["Content-Length"]) == (
        200,
        b"",
        str(len(page.body)),
    )
    known = {"Accept-Encoding": encoding, "If-None-Match": page.headers["ETag"]}
    again = ask(site, "GET", "/en/privacy/", known)
    assert (again.status, again.body) == (304, b"")
    assert again.headers["Content-Security-Policy"] == page.headers["Content-Security-Policy"]


def test_a_name_that_is_hidden_is_gone_from_every_process_within_a_second(
    site: Site, shared_database: str
) -> None:
    with inside(shared_database):
        signature = SignatureFactory(
            letter=Letter.objects.get(slug="speak"), organisation__name="Hidden Harbour Forum"
        )
        raise_version(signature.letter)
    paths = ["/en/letters/speak/", "/letters/speak/signatories.json", "/en/letters/speak/feed.atom"]

    def naming() -> set[str]:
        return {
            path
            for path in paths
            for _ in range(12)
            if b"Hidden Harbour" in ask(site, "GET", path, {}).body
        }

    time.sleep(FRESH + STALE)
    assert naming() == set(paths)
    with inside(shared_database):
        Signature.objects.filter(pk=signature.pk).update(visibility="withheld")
        raise_version(signature.letter)
    time.sleep(FRESH + STALE)
    assert naming() == set()


def raise_version(letter: Letter) -> None:
    """As every action does whose effect is public."""
    Letter.objects.filter(pk=letter.pk).update(public_version=F("public_version") + 1)
