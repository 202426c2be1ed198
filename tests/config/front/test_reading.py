"""Public pages served from memory: built once, and what is served during a fault."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from config.front.page_cache import FRESH, STALE
from config.front.reading import FAULT, MOST_UNSTORED, UNSTORED, Reader, note_waiting_change
from config.front.rsgi import Answer, Environment

PUBLIC = ("Cache-Control", "public, max-age=1")
LETTER = "/en/letters/speak/"


@dataclass
class Scope:
    """A request as granian passes it on."""

    path: str = LETTER
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    query_string: str = ""
    scheme: str = "http"
    authority: str = "letters.example.org"
    proto: str = "http"
    http_version: str = "1.1"
    client: str = "192.0.2.1:50000"
    server: str = "127.0.0.1:8000"


@dataclass
class Received:
    """The response to one reader."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.body = status, dict(headers), body

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.status, self.headers = status, dict(headers)


class Headers(dict):
    def get_all(self, name: str) -> list[str]:
        return [self[name]]


class Site:
    """A Reader, with a stand-in for Django behind it."""

    def __init__(self, compress: ThreadPoolExecutor) -> None:
        self.asked: list[Environment] = []
        self.text = "first"
        self.status = 200
        self.headers = [PUBLIC]
        self.seconds = 0.0
        self.fault = False
        self.reader = Reader(ask=self.ask, compress=compress, failed_recently=lambda: self.fault)

    async def ask(self, environment: Environment) -> Answer:
        self.asked.append(environment)
        await asyncio.sleep(self.seconds)
        etag = f'"{self.text}"'
        if environment.get("HTTP_IF_NONE_MATCH") == etag and self.status == 200:
            return Answer(304, [*self.headers, ("ETag", etag)], io.BytesIO(), 0)
        body = self.text.encode()
        return Answer(self.status, [*self.headers, ("ETag", etag)], io.BytesIO(body), len(body))

    async def get(self, path: str = LETTER, method: str = "GET", **headers: str) -> Received | None:
        """The response; None if the Reader leaves it to Django."""
        given = Headers({name.replace("_", "-"): value for name, value in headers.items()})
        received = Received()
        path, _mark, query = path.partition("?")
        scope = Scope(path=path, method=method, headers=given, query_string=query)
        return received if await self.reader.read(scope, received) else None

    def grow_old(self, seconds: float) -> None:
        for pool in self.reader.pages._pools:
            for page in pool._pages.values():
                page.built -= seconds


@pytest.fixture
def site(settings: Any, tmp_path: Path) -> Any:
    settings.DATA_DIR = tmp_path
    with ThreadPoolExecutor(1) as compress:
        yield Site(compress)


def run(script: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """In a thread of its own: once a browser test has run, this one has an event loop already."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, script()).result()


def test_a_crowd_that_comes_at_once_has_one_page_built(site):
    async def script() -> None:
        site.seconds = 0.01
        answers = await asyncio.gather(*(site.get() for _ in range(50)))
        assert {answer.body for answer in answers} == {b"first"}
        assert len(site.asked) == 1

    run(script)


def test_a_fresh_page_needs_no_build_and_a_stale_one_is_served_while_it_is_built(site):
    async def script() -> None:
        await site.get()
        site.text = "second"
        assert (await site.get()).body == b"first"
        site.grow_old(FRESH)
        assert [(await site.get()).body for _ in range(3)] == [b"first"] * 3
        await asyncio.gather(*site.reader.building.values())
        assert (await site.get()).body == b"second"
        assert len(site.asked) == 2

    run(script)


def test_a_page_older_than_that_is_built_before_anybody_reads_it(site):
    async def script() -> None:
        await site.get()
        site.text = "second"
        site.grow_old(FRESH + STALE)
        assert (await site.get()).body == b"second"

    run(script)


def test_where_nothing_changed_the_etag_alone_is_compared(site):
    async def script() -> None:
        await site.get()
        site.grow_old(FRESH + STALE)
        assert (await site.get()).body == b"first"
        assert site.asked[1]["HTTP_IF_NONE_MATCH"] == '"first"'

    run(script)


def test_shared_pages_contain_nothing_of_one_reader(site):
    async def script() -> None:
        first = await site.get(accept_encoding="gzip", if_none_match='"first"', cookie="a=b")
        assert (first.status, (await site.get()).status) == (304, 200)
        environment = site.asked[0]
        assert environment["REQUEST_METHOD"] == "GET"
        assert not {"HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH"} & set(environment)

    run(script)


def test_head_has_the_headers_of_get_without_the_page(site):
    async def script() -> None:
        head, get = await site.get(method="HEAD"), await site.get()
        assert (head.status, head.headers, head.body) == (200, get.headers, b"")
        assert get.headers["content-length"] == "5"

    run(script)


@pytest.mark.parametrize("headers", [[], [("Cache-Control", "no-store")]])
def test_a_private_answer_goes_to_its_request_only_and_is_not_stored(site, headers):
    async def script() -> None:
        site.headers, site.seconds = headers, 0.01
        answers = await asyncio.gather(*(site.get("/en/signature/us_key/") for _ in range(3)))
        assert [answer.body for answer in answers if answer] == [b"first"]
        assert await site.get("/en/signature/us_key/") is None
        assert site.reader.pages.size == 0

    run(script)


def test_a_page_that_is_hidden_is_forgotten(site):
    async def script() -> None:
        await site.get()
        site.status, site.headers = 404, []
        site.grow_old(FRESH + STALE)
        assert (await site.get()).status == 404
        assert await site.get() is None
        assert site.reader.pages.size == 0

    run(script)


def test_a_page_that_becomes_public_is_stored_again(site):
    async def script() -> None:
        site.status, site.headers = 404, []
        await site.get()
        site.status, site.headers = 200, [PUBLIC]
        assert await site.get() is None  # Django answers it
        for key in site.reader.unstored:
            site.reader.unstored[key] -= UNSTORED
        assert (await site.get()).status == 200
        assert site.reader.pages.size > 0

    run(script)


def test_made_up_paths_fill_no_memory(site):
    async def script() -> None:
        site.status, site.headers = 404, []
        for number in range(MOST_UNSTORED + 50):
            await site.get(f"/en/{number}/")
        assert len(site.reader.unstored) == MOST_UNSTORED
        assert (site.reader.pages.size, site.reader.building) == (0, {})

    run(script)


@pytest.mark.parametrize("path", ["/admin/", "/static/a.css", "/healthz", "/readyz"])
def test_some_paths_are_never_stored(site, path):
    async def script() -> None:
        assert await site.get(path) is None

    run(script)


def test_posted_forms_go_to_django(site):
    async def script() -> None:
        assert await site.get(method="POST") is None

    run(script)


def test_host_scheme_and_query_distinguish_pages(site, settings):
    settings.TRUSTED_PROXIES = 1

    async def script() -> None:
        await site.get()
        await site.get(host="other.example.org")
        await site.get(x_forwarded_proto="https")
        await site.get(f"{LETTER}?page=2")
        assert len(site.asked) == 4

    run(script)


def test_proxy_headers_without_a_proxy_are_ignored(site, settings):
    settings.TRUSTED_PROXIES = 0

    async def script() -> None:
        await site.get()
        await site.get(x_forwarded_proto="https")
        assert len(site.asked) == 1

    run(script)


def test_an_error_reaches_all_waiting_requests_and_leaves_nothing_behind(site):
    async def script() -> None:
        async def fail(environment: Environment) -> Answer:
            raise RuntimeError("fault")

        site.reader.ask = fail
        with pytest.raises(RuntimeError):
            await site.get()
        assert site.reader.building == {}

    run(script)


# The database is unavailable


async def in_fault(site: Site, age: float) -> Received | None:
    await site.get()
    site.grow_old(age)
    site.status, site.headers, site.fault = 503, [("Cache-Control", "no-store")], True
    return await site.get()


@pytest.mark.parametrize(("age", "status"), [(FAULT - 1, 200), (FAULT + 1, 503)])
def test_pages_from_before_a_fault_are_served_for_two_minutes(site, age, status):
    async def script() -> None:
        assert (await in_fault(site, age)).status == status

    run(script)


def test_the_first_reader_after_a_fault_gets_the_present_page(site):
    async def script() -> None:
        await in_fault(site, 60)
        await asyncio.gather(*site.reader.building.values())
        site.status, site.headers, site.fault, site.text = 200, [PUBLIC], False, "second"
        assert (await site.get()).body == b"second"

    run(script)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/en/signature/us_key/visibility/", 503),
        ("/admin/signatories/signature/1/change/", 503),
        ("/en/letters/speak/sign/", 200),
    ],
)
def test_no_old_page_is_served_once_a_name_may_wait_to_be_hidden(site, path, status):
    async def script() -> None:
        await site.get()
        note_waiting_change({"PATH_INFO": path})
        assert (await in_fault(site, 60)).status == status

    run(script)
