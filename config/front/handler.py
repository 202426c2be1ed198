"""The RSGI application between the web server and Django.

Django answers in a few threads, as under WSGI; this runs in the event loop in front of them. It
reads each request completely, with limits on size and time, before a thread sees it, and sends each
answer after its thread is free again. So no slow or oversized client holds a thread.

Public pages in memory need no thread at all: see config/front/reading.py.

There are two kinds of threads. WEB_THREADS of them do the work. Two more answer what needs no
database: static files, /healthz, and the page that says the site is unavailable. So these work even
while every other thread waits for a database that hangs.
"""

from __future__ import annotations

import asyncio
import io
import os
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from time import monotonic
from typing import IO, Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config.databases.patience import patience
from config.front.reading import STARTED, Reader, note_waiting_change
from config.front.rsgi import IN_MEMORY, Answer, Environment, environment_of, give, linger
from config.web.bodies import FORM, largest_body
from config.web.middleware import ARRIVED
from config.web.unavailable import REFUSED, is_away

QUIET_THREADS = 2
LONGEST_QUEUE = 2.5  # seconds that a request waits for a thread while no thread finishes anything
LONGEST_CROWD = 15.0  # seconds, if there are just too many requests
BODY_SECONDS = 10.0  # for the body of a form; larger bodies may take longer
SLOWEST = 32 * 1024  # bytes a second, for larger bodies
HELD = 64 * 1024 * 1024  # bytes of larger bodies in memory at once
WITHOUT_DATABASE = ("/healthz", f"/{settings.STATIC_URL.strip('/')}/", "/favicon.ico")


class Refused(Exception):
    """A request that is refused with this HTTP status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class Front:
    """One for each process of the web server."""

    application: Callable[..., Iterable[bytes]]
    held: int = 0  # bytes
    last_done: float = field(default_factory=monotonic)  # when the last page was finished
    last_away: float = float("-inf")  # when the database was last unavailable
    work: ThreadPoolExecutor = field(init=False)
    quiet: ThreadPoolExecutor = field(init=False)
    reader: Reader = field(init=False)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.work = ThreadPoolExecutor(settings.WEB_THREADS, "work")
        self.quiet = ThreadPoolExecutor(QUIET_THREADS, "quiet")
        self.reader = Reader(
            ask=self.answer, compress=self.quiet, failed_recently=self.failed_recently
        )
        largest_body("/")  # loads all URL patterns, which takes a while

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.work.shutdown(cancel_futures=True)
        self.quiet.shutdown(cancel_futures=True)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        if scope.proto != "http":
            protocol.close(404)
            return
        if await self.reader.read(scope, protocol):
            return
        environment = environment_of(scope)
        try:
            body = await self.take(environment, protocol)
        except Refused as refused:
            await give(await self.refuse(environment, refused.status), protocol)
            await linger(protocol)
            return
        try:
            environment["wsgi.input"] = io.BytesIO(body)
            environment["CONTENT_LENGTH"] = str(len(body)) if body else ""
            answer = await self.answer(environment)
        finally:
            self.held -= max(len(body) - FORM, 0)
        if answer.status == 503 and scope.method == "POST":
            note_waiting_change(environment)
        await give(answer, protocol)

    # Reading the body

    async def take(self, environment: Environment, protocol: Any) -> bytes:
        """The body of a request. Raises Refused."""
        length = environment.get("CONTENT_LENGTH", "")
        chunked = environment.pop("HTTP_TRANSFER_ENCODING", "")
        if not chunked and length in ("", "0"):
            return b""
        known = int(length) if length.isdecimal() else 0
        largest = FORM if known <= FORM and not chunked else largest_body(environment["PATH_INFO"])
        if known > largest:
            raise Refused(413)
        size = max(known, FORM) if not chunked else largest
        try:
            async with asyncio.timeout(BODY_SECONDS + max(size - FORM, 0) / SLOWEST):
                return await self.read(protocol, largest)
        except TimeoutError:
            raise Refused(408) from None

    async def read(self, protocol: Any, largest: int) -> bytes:
        body = bytearray()
        held = 0
        try:
            async for chunk in protocol:
                body += chunk
                if len(body) > largest:
                    raise Refused(413)
                more = max(len(body) - FORM, 0) - held
                if self.held + more > HELD:
                    raise Refused(503)
                self.held += more
                held += more
        except BaseException as error:
            self.held -= held
            if isinstance(error, RuntimeError):  # granian raises it if the client has gone
                raise Refused(408) from None
            raise
        return bytes(body)

    # Answering

    async def answer(self, environment: Environment) -> Answer:
        """Django's answer; 503 if no thread starts in time or the database becomes unavailable."""
        quiet = environment["PATH_INFO"].startswith(WITHOUT_DATABASE)
        done = (self.quiet if quiet else self.work).submit(self.run, environment)
        answer = await self.finished(done)
        if not quiet and answer is not None and answer.status == 503:
            self.last_away = monotonic()
        elif not quiet and answer is not None:
            self.last_done = monotonic()
        if answer is None:
            environment["wsgi.input"].seek(0)
            return await self.refuse(environment, 503)
        return answer

    async def finished(self, done: Future[Answer | None]) -> Answer | None:
        """The outcome; None if no thread has started on it in time.

        While threads finish pages, there is only a crowd, which can wait; otherwise they are stuck.
        """
        waiter = asyncio.wrap_future(done)
        begun = monotonic()
        while not waiter.done():
            await asyncio.wait([waiter], timeout=LONGEST_QUEUE / 10)
            now = monotonic()
            stuck = now - self.last_done > LONGEST_QUEUE or self.failed_recently()
            if now - begun > (LONGEST_QUEUE if stuck else LONGEST_CROWD):
                if done.cancel():
                    return None
                break  # it has started, and ends in time by itself
        return await waiter

    def failed_recently(self) -> bool:
        """Whether the database was unavailable a moment ago."""
        return monotonic() - self.last_away < LONGEST_CROWD

    async def refuse(self, environment: Environment, status: int) -> Answer:
        environment[REFUSED] = status
        environment.setdefault("wsgi.input", io.BytesIO())
        if status != 503:
            environment["CONTENT_LENGTH"] = ""
        answer = await asyncio.wrap_future(self.quiet.submit(self.run, environment))
        if answer is None:
            raise RuntimeError("a refusal needed the database")
        return answer

    def run(self, environment: Environment) -> Answer | None:
        """In a thread: the whole answer; None if the database fails while it is streamed."""
        started: dict[str, Any] = {}
        environment[STARTED] = monotonic()

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            started.update(status=int(status.split(" ", 1)[0]), headers=headers)

        # Time spent waiting in a crowd does not count against the database.
        environment[ARRIVED] = max(environment[ARRIVED], monotonic() - LONGEST_QUEUE)
        # Middleware limits the view; this limits what is streamed afterwards.
        with patience(
            statement=settings.REQUEST_DATABASE_SECONDS, seconds=settings.STAFF_DATABASE_SECONDS
        ):
            parts = self.application(environment, start_response)
            try:
                body: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - `give` closes it
                for part in parts:
                    body.write(part)
            except Exception as error:
                if is_away(error):
                    return None
                raise
            finally:
                getattr(parts, "close", lambda: None)()
        size = body.tell()
        body.seek(0)
        return Answer(started["status"], started["headers"], body, size)


site = Front(get_wsgi_application())
