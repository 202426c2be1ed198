"""Requests and answers between granian, which speaks RSGI, and Django, which speaks WSGI."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from dataclasses import dataclass
from time import monotonic
from typing import IO, Any

from config.web.middleware import ARRIVED

Environment = dict[str, Any]

IN_MEMORY = 1024 * 1024  # bytes of an answer; the rest waits in a file for its reader
CHUNK = 64 * 1024  # bytes
LINGER = 5.0  # seconds that a refused body is read on, so that its sender reads the answer
SLOWEST_READER = 30.0  # seconds for one chunk


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: IO[bytes]
    size: int


async def give(answer: Answer, protocol: Any) -> None:
    """Send the whole answer, as fast as its reader takes it."""
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
