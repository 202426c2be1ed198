"""Converts requests and answers between granian (RSGI) and Django (WSGI)."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from dataclasses import dataclass
from time import monotonic
from typing import IO, Any

from config.web.middleware import ARRIVED

Environment = dict[str, Any]

IN_MEMORY = 1024 * 1024  # bytes; larger answers wait for their reader in a file
CHUNK = 64 * 1024  # bytes
LINGER = 5.0  # seconds to go on reading a refused body, so that the client reads the answer
SLOWEST_READER = 30.0  # seconds for one chunk


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: IO[bytes]
    size: int


async def give(answer: Answer, protocol: Any) -> None:
    """Send the whole answer, as fast as the client reads it."""
    with answer.body as body:
        headers = [(name.lower(), value) for name, value in answer.headers]
        if answer.size <= IN_MEMORY:
            protocol.response_bytes(answer.status, headers, body.read())
            return
        if "content-length" not in dict(headers):
            headers.append(("content-length", str(answer.size)))
        transport = protocol.response_stream(answer.status, headers)
        with contextlib.suppress(TimeoutError, RuntimeError):  # the client may be gone
            while chunk := body.read(CHUNK):
                async with asyncio.timeout(SLOWEST_READER):
                    await transport.send_bytes(chunk)


async def linger(protocol: Any) -> None:
    """Read and discard the rest for a while: many clients read the answer only after sending."""
    with contextlib.suppress(TimeoutError, RuntimeError):
        async with asyncio.timeout(LINGER):
            async for _chunk in protocol:
                pass


def environment_of(scope: Any) -> Environment:
    """The request as a WSGI environment (PEP 3333)."""
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
        if "_" in name:  # it would be taken for the one with a hyphen, which proxies set
            continue
        value = ("; " if name == "cookie" else ",").join(scope.headers.get_all(name))
        key = name.upper().replace("-", "_")
        environment[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    if "HTTP_HOST" not in environment and scope.authority:
        environment["HTTP_HOST"] = scope.authority
    return environment


def host_of(address: str) -> str:
    return address.rpartition(":")[0].strip("[]")
