"""What the web server calls: `granian --interface rsgi config.front:site`.

Django answers in a few threads, as under WSGI; this stands before them and needs none. It takes
each request in whole, in bounded size and time, before a thread sees it, and gives each answer out
after its thread has gone on. So no slow reader or writer holds a thread, nor one who sends too
much.

There are two kinds of threads. Work is done in WEB_THREADS of them. Two more answer what asks no
database: static files, /healthz, and that the site cannot answer now. So these are there while
every other thread waits for a database that hangs.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from time import monotonic
from typing import IO, Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config.bodies import FORM, largest_body
from config.databases.patience import patience
from config.middleware import ARRIVED
from config.unavailable import REFUSED, is_away

Environment = dict[str, Any]

QUIET_THREADS = 2
LONGEST_QUEUE = 2.5  # seconds until a thread takes a request up, where no thread gets anything done
LONGEST_CROWD = 15.0  # seconds, where there are only too many requests
BODY_SECONDS = 10.0  # for the body of a form; what is larger may take longer
SLOWEST = 32 * 1024  # bytes a second, of what is larger
LINGER = 5.0  # seconds that a refused body is read on, so that its sender reads the answer
HELD = 64 * 1024 * 1024  # bytes of larger bodies that are taken in at once
IN_MEMORY = 1024 * 1024  # bytes of an answer; the rest waits in a file for its reader
CHUNK = 64 * 1024  # bytes
SLOWEST_READER = 30.0  # seconds for one chunk
WITHOUT_DATABASE = ("/healthz", f"/{settings.STATIC_URL.strip('/')}/", "/favicon.ico")


class Refused(Exception):
    """A request that is not taken; `status` says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: IO[bytes]
    size: int


@dataclass
class Front:
    """One for each process of the web server."""

    application: Callable[..., Iterable[bytes]]
    held: int = 0  # bytes
    last_done: float = field(default_factory=monotonic)  # when the last page was ready
    last_away: float = float("-inf")  # when the database was last away
    work: ThreadPoolExecutor = field(init=False)
    quiet: ThreadPoolExecutor = field(init=False)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.work = ThreadPoolExecutor(settings.WEB_THREADS, "work")
        self.quiet = ThreadPoolExecutor(QUIET_THREADS, "quiet")
        largest_body("/")  # loads all addresses, which takes a while

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.work.shutdown(cancel_futures=True)
        self.quiet.shutdown(cancel_futures=True)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        if scope.proto != "http":
            protocol.close(404)
            return
        environment = environment_of(scope)
        try:
            body = await self.take(environment, protocol)
        except Refused as refused:
            await self.give(await self.refuse(environment, refused.status), protocol)
            await linger(protocol)
            return
        try:
            environment["wsgi.input"] = io.BytesIO(body)
            environment["CONTENT_LENGTH"] = str(len(body)) if body else ""
            answer = await self.answer(environment)
        finally:
            self.held -= max(len(body) - FORM, 0)
        await self.give(answer, protocol)

    # What comes in

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
            if isinstance(error, RuntimeError):  # granian's word for a sender who has gone
                raise Refused(408) from None
            raise
        return bytes(body)

    # What is done with it

    async def answer(self, environment: Environment) -> Answer:
        """Django's answer; 503 where no thread takes it up in time, or the database went away."""
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
        """The outcome; None where no thread has begun with it in time.

        While threads finish pages, it is a crowd, which gets served; else they wait for something.
        """
        waiter = asyncio.wrap_future(done)
        begun = monotonic()
        while not waiter.done():
            await asyncio.wait([waiter], timeout=LONGEST_QUEUE / 10)
            now = monotonic()
            stuck = now - self.last_done > LONGEST_QUEUE or now - self.last_away < LONGEST_CROWD
            if now - begun > (LONGEST_QUEUE if stuck else LONGEST_CROWD):
                if done.cancel():
                    return None
                break  # it runs, and ends by itself
        return await waiter

    async def refuse(self, environment: Environment, status: int) -> Answer:
        environment[REFUSED] = status
        environment.setdefault("wsgi.input", io.BytesIO())
        if status != 503:
            environment["CONTENT_LENGTH"] = ""
        answer = await asyncio.wrap_future(self.quiet.submit(self.run, environment))
        if answer is None:
            raise RuntimeError("a refusal asked the database")
        return answer

    def run(self, environment: Environment) -> Answer | None:
        """In a thread: the whole answer; None where the database went away in its middle."""
        started: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            started.update(status=int(status.split(" ", 1)[0]), headers=headers)

        # Time in a crowd is no time that the database has taken.
        environment[ARRIVED] = max(environment[ARRIVED], monotonic() - LONGEST_QUEUE)
        # A page is limited by Django's middleware, what it streams afterwards by this.
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

    # What goes out

    async def give(self, answer: Answer, protocol: Any) -> None:
        with answer.body as body:
            headers = [(name.lower(), value) for name, value in answer.headers]
            if answer.size <= IN_MEMORY:
                protocol.response_bytes(answer.status, headers, body.read())
                return
            if "content-length" not in dict(headers):
                headers.append(("content-length", str(answer.size)))
            transport = protocol.response_stream(answer.status, headers)
            with contextlib.suppress(TimeoutError, RuntimeError):  # readers may go away
                while chunk := body.read(CHUNK):
                    async with asyncio.timeout(SLOWEST_READER):
                        await transport.send_bytes(chunk)


async def linger(protocol: Any) -> None:
    """Read on for a while what nobody wants: many senders read the answer only when all is sent."""
    with contextlib.suppress(TimeoutError, RuntimeError):
        async with asyncio.timeout(LINGER):
            async for _chunk in protocol:
                pass


def environment_of(scope: Any) -> Environment:
    """The request as PEP 3333 has it."""
    environment: Environment = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": host_of(scope.client),
        ARRIVED: monotonic(),
        "SERVER_NAME": host_of(scope.server),
        "SERVER_PORT": scope.server.rpartition(":")[2],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name in set(scope.headers.keys()):
        if "_" in name:  # it would pass for the one with a hyphen, which proxies set
            continue
        value = ("; " if name == "cookie" else ",").join(scope.headers.get_all(name))
        key = name.upper().replace("-", "_")
        environment[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    if "HTTP_HOST" not in environment and scope.authority:
        environment["HTTP_HOST"] = scope.authority
    return environment


def host_of(address: str) -> str:
    return address.rpartition(":")[0].strip("[]")


site = Front(get_wsgi_application())
