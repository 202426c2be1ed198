"""The site as in production: a web server with two processes, and the worker.

They serve on a real port, and are killed, stopped and restarted here.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

from tests.factories import form_data

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 90.0  # seconds to wait before something counts as failed
T = TypeVar("T")


def until(happened: Callable[[], T], what: str) -> T:
    """Wait until it is true, and return its value."""
    deadline = time.monotonic() + PATIENCE
    while not (outcome := happened()):
        assert time.monotonic() < deadline, f"{what} has not happened in {PATIENCE:.0f} seconds"
        time.sleep(0.05)
    return outcome


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """Both processes over one database. Whatever still runs at the end of the `with` is killed."""

    def __init__(
        self, database: str, directory: Path, mail: str = "dummymail://", **changes: str
    ) -> None:
        self.port = free_port()
        self.directory = directory
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": database,
            "DATA_DIR": str(directory),
            "EMAIL_URL": mail,
            "DEBUG": "off",
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "TRUSTED_PROXIES": "1",
            **changes,
        }
        self.running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Site:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        for process in list(self.running):
            self.kill(process)
        if kind is not None:  # for reading why a test failed
            sys.stderr.write((self.directory / "log.txt").read_text()[-5000:])

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.directory / "log.txt").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,  # so that all its children can be killed with it
            )
        self.running.append(process)
        return process

    def start_web(self) -> subprocess.Popen[bytes]:
        """Start it as in the README, and wait until it serves."""
        web = ["-m", "granian", "--interface", "rsgi", "--host", "127.0.0.1"]
        web += ["--port", str(self.port), "--workers", "2", "--respawn-failed-workers"]
        web += ["--http1-header-read-timeout", "10000", "--log-level", "warning"]
        process = self.start(*web, "config.front:site")
        until(lambda: self.get("/readyz") == 200, "the site's start")
        return process

    def start_worker(self, *arguments: str) -> subprocess.Popen[bytes]:
        return self.start("manage.py", "worker", *arguments)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """kill -9 for it and all its children, at once."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.running.remove(process)

    def get(self, path: str) -> int:
        """The status of a page; 0 if nothing answers."""
        return self._ask("GET", path)

    def sign(self, number: int) -> bool:
        """Send the form for one of many signers; return whether the site accepted it.

        Each has their own domain and network, so that no limit delays their mails.
        """
        data = form_data(organisation=f"Forum {number}", email=email(number))
        data["website"] = f"https://forum{number}.example"
        network = f"10.{number // 250}.{number % 250}.1"
        status = self._ask("POST", "/en/letters/speak/sign/", urlencode(data), network)
        assert status in {303, 503, 0}, f"the form was answered with {status}"
        return status == 303

    def _ask(self, method: str, path: str, body: str = "", network: str = "10.255.0.1") -> int:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"X-Forwarded-For": network, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request(method, path, body, headers)
            return connection.getresponse().status
        except (OSError, HTTPException):
            return 0
        finally:
            connection.close()


def email(number: int) -> str:
    return f"rosa@forum{number}.example"


def children(process: subprocess.Popen[bytes]) -> list[int]:
    """The web server's worker processes."""
    lists = Path(f"/proc/{process.pid}/task").glob("*/children")
    return sorted(int(child) for some in lists for child in some.read_text().split())


class Signers:
    """People who sign, six at a time, resending the form until the site accepts it.

    The end of the `with` waits for them all; `acknowledged` counts those accepted so far.
    """

    def __init__(self, site: Site, number: int, threads: int = 6) -> None:
        self.site, self.number = site, number
        self.acknowledged: list[int] = []
        self.failures = 0
        self._waiting = iter(range(number))
        self._lock = threading.Lock()
        self._deadline = time.monotonic() + 2 * PATIENCE
        self._pool = ThreadPoolExecutor(threads)
        self._threads = threads

    def __enter__(self) -> Signers:
        self._running = [self._pool.submit(self._sign) for _ in range(self._threads)]
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            self._deadline = 0
        self._pool.shutdown()
        for thread in self._running:
            thread.result()

    def _sign(self) -> None:
        while (number := self._next()) is not None:
            while not self.site.sign(number):
                self.failures += 1
                assert time.monotonic() < self._deadline, f"signer {number} was never acknowledged"
                time.sleep(0.05)
            self.acknowledged.append(number)

    def _next(self) -> int | None:
        with self._lock:
            return next(self._waiting, None)

    def wait_for(self, number: int) -> None:
        """Wait until this many more are acknowledged, or all."""
        wanted = min(self.number, len(self.acknowledged) + number)
        until(lambda: len(self.acknowledged) >= wanted, f"signature {wanted}")

    def wait_for_failure(self) -> None:
        before = self.failures
        until(lambda: self.failures > before, "a signing that was not acknowledged")
