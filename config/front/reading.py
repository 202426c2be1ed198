"""Serves public pages from memory, without a thread or Django.

The first request for a page that is not in memory builds it; others that arrive meanwhile wait for
the same build. A stale page is still served while one request rebuilds it; if nothing has changed,
Django only compares the ETag.
"""

from __future__ import annotations

import asyncio
import io
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from pathlib import Path
from time import monotonic, time
from typing import Any

from django.conf import settings

from config.front.page_cache import Key, Page, PageCache, encoding_for, page_of
from config.front.rsgi import Answer, Environment, environment_of, give
from config.tokens import PREFIX
from config.web.middleware import ADMIN

log = logging.getLogger("undersigned.pages")

FAULT = 120.0  # seconds that a page is served while the database is unavailable
MOST_UNSTORED = 4096  # remembered URLs whose answers cannot be stored
UNSTORED = 5.0  # seconds for which one is remembered: a letter's URL is 404 until it opens
STARTED = "undersigned.started"  # environment key: the monotonic instant at which a thread started
# A page is built unencoded and unconditionally, as it serves many readers.
OF_ONE_READER = ("HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
NEVER_STORED = (ADMIN, f"/{settings.STATIC_URL.strip('/')}/", "/healthz", "/readyz")


class Reader:
    """The pages of one process. `ask` calls Django; `compress` runs the slow compression."""

    def __init__(
        self,
        *,
        ask: Callable[[Environment], Awaitable[Answer]],
        compress: Executor,
        failed_recently: Callable[[], bool],
    ) -> None:
        self.ask, self.compress, self.failed_recently = ask, compress, failed_recently
        self.pages = PageCache()
        self.building: dict[Key, asyncio.Task[Page | Answer]] = {}
        self.unstored: OrderedDict[Key, float] = OrderedDict()  # since which monotonic instant

    async def read(self, scope: Any, protocol: Any) -> bool:
        """Answer a GET or HEAD of a public page; False if Django has to answer."""
        if scope.method not in ("GET", "HEAD") or scope.path.startswith(NEVER_STORED):
            return False
        key = key_of(scope)
        page = self.pages.get(key)
        now = monotonic()
        if page is not None and page.is_servable(now):
            if not page.is_fresh(now) and key not in self.building:
                self.begin(key, scope)
        elif page is None and now - self.unstored.get(key, float("-inf")) < UNSTORED:
            return False
        else:
            leads = key not in self.building
            task = self.begin(key, scope) if leads else self.building[key]
            if page is None or not (self.failed_recently() and outlives_fault(page)):
                built = await asyncio.shield(task)
                if isinstance(built, Answer) and built.status == 503 and page is not None:
                    built = page if outlives_fault(page) else built
                if isinstance(built, Answer):
                    if leads:
                        await give_once(built, scope, protocol)
                    return leads
                page = built
        await self.give_page(page, scope, protocol)
        return True

    def begin(self, key: Key, scope: Any) -> asyncio.Task[Page | Answer]:
        """Start to build a page, once for all requests that wait for it."""
        environment = environment_of(scope)
        encoding = encoding_for(environment.get("HTTP_ACCEPT_ENCODING", ""))
        for name in OF_ONE_READER:
            environment.pop(name, None)
        environment |= {"REQUEST_METHOD": "GET", "CONTENT_LENGTH": "", "wsgi.input": io.BytesIO()}
        task = asyncio.create_task(self.build(key, environment, encoding))
        self.building[key] = task
        task.add_done_callback(lambda done: self.is_built(key, done))
        return task

    def is_built(self, key: Key, task: asyncio.Task[Page | Answer]) -> None:
        del self.building[key]
        if not task.cancelled() and (error := task.exception()):
            log.error("a page could not be built: %s", type(error).__name__)

    async def build(self, key: Key, environment: Environment, encoding: str) -> Page | Answer:
        """The page from Django, now stored; or an answer that may not be shared."""
        stored = self.pages.get(key)
        if stored is not None:
            environment["HTTP_IF_NONE_MATCH"] = stored.etag
        answer = await self.ask(environment)
        since = environment.get(STARTED, monotonic())
        if stored is not None and answer.status == 304:
            page = stored.revalidated(answer.headers, since)
        else:
            with_body = page_of(answer.status, answer.headers, answer.size, answer.body, since)
            if with_body is None:
                if answer.status != 503:
                    self.pages.forget(key)
                    self.unstored[key] = monotonic()
                    self.unstored.move_to_end(key)
                    if len(self.unstored) > MOST_UNSTORED:
                        self.unstored.popitem(last=False)
                return answer
            page = with_body
        await self.encode(page, encoding)
        self.unstored.pop(key, None)
        self.pages.store(key, page)
        return page

    async def encode(self, page: Page, encoding: str) -> None:
        if not page.is_ready(encoding):
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self.compress, page.encode, encoding)

    async def give_page(self, page: Page, scope: Any, protocol: Any) -> None:
        sent = scope.headers
        encoding = encoding_for(sent.get("accept-encoding") or "") if page.compressible else ""
        if not page.is_ready(encoding):
            await self.encode(page, encoding)
        status, headers, body = page.answer(encoding, sent.get("if-none-match"))
        if status == 304 or scope.method == "HEAD":
            protocol.response_empty(status, headers)
        else:
            protocol.response_bytes(status, headers, body)


def key_of(scope: Any) -> Key:
    """The parts of a request that a public page depends on."""
    sent = scope.headers
    secure = scope.scheme == "https"
    if settings.TRUSTED_PROXIES:
        secure = sent.get("x-forwarded-proto") == "https"
    return (secure, sent.get("host") or scope.authority or "", scope.path, scope.query_string)


async def give_once(answer: Answer, scope: Any, protocol: Any) -> None:
    if scope.method == "HEAD":
        with answer.body:
            headers = [(name.lower(), value) for name, value in answer.headers]
            protocol.response_empty(answer.status, headers)
    else:
        await give(answer, protocol)


# While the database is unavailable


def outlives_fault(page: Page) -> bool:
    """Whether a page built before the fault may still be served.

    Not if somebody has since tried to change something: it may be a name to be hidden.
    """
    age = monotonic() - page.built
    return age < FAULT and time() - age > _last_waiting_change()


def note_waiting_change(environment: Environment) -> None:
    """Record, for all processes here, that a change by staff or through a link failed.

    Signing forms do not count: they hide nothing.
    """
    path = environment["PATH_INFO"]
    if path.startswith(ADMIN) or f"/{PREFIX}" in path:
        _waiting().touch()


def _waiting() -> Path:
    return Path(settings.DATA_DIR) / "change-waits"


def _last_waiting_change() -> float:
    try:
        return _waiting().stat().st_mtime
    except OSError:
        return float("-inf")
