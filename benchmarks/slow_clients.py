"""Measure how many readers are still served in time while slow clients occupy the site.

    python benchmarks/slow_clients.py http://127.0.0.1:8000
    python benchmarks/slow_clients.py --insecure https://127.0.0.1

Sends requests to a running site with the seeds loaded, directly or through a proxy. If the
certificate is not for the URL's host, name the site with --host. 40 clients send a byte of a
form's body each second, and 300 a byte of a header. If one is cut off, it starts again at once.
Meanwhile readers come at a steady pace: three of four request a letter, the fourth sends a form.
A response counts if it is complete within two seconds and is not a server error.
"""

from __future__ import annotations

import argparse
import contextlib
import socket
import ssl
import statistics
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

IN_TIME = 2.0  # seconds
READ, SIGN = "/en/letters/speakout/", "/en/letters/open-assembly/sign/"  # of the seeds
KIND = "Content-Type: application/x-www-form-urlencoded"
FORM = {"organisation": "", "email": "nobody"}  # which is answered with its errors


@dataclass
class Site:
    scheme: str
    address: tuple[str, int]
    host: str
    context: ssl.SSLContext | None = None

    def line(self) -> socket.socket:
        plain = socket.create_connection(self.address, timeout=30)
        if self.context is None:
            return plain
        return self.context.wrap_socket(plain, server_hostname=self.host)

    def head(self, method: str, path: str, *more: str) -> bytes:
        lines = (f"{method} {path} HTTP/1.1", f"Host: {self.host}", *more)
        return "\r\n".join(lines).encode()


@dataclass
class Outcome:
    seconds: list[float] = field(default_factory=list)  # of those in time
    late: int = 0
    failed: int = 0
    cut_off: int = 0  # slow clients that had to begin anew

    def lines(self) -> list[str]:
        asked = len(self.seconds) + self.late + self.failed
        share = 100 * len(self.seconds) / asked
        median = statistics.median(self.seconds or [0])
        return [
            f"readers served in {IN_TIME:.0f} s: {share:.1f} % of {asked}"
            f" ({self.late} late, {self.failed} failed)",
            f"median {median:.2f} s, slowest of these {max(self.seconds or [0]):.2f} s",
            f"slow clients cut off: {self.cut_off} times",
        ]


def drip(site: Site, first: bytes, outcome: Outcome, over: threading.Event) -> None:
    """A client that sends a byte each second until it is cut off."""
    while not over.is_set():
        with contextlib.suppress(OSError), site.line() as line:
            line.sendall(first)
            while not over.wait(1):
                line.sendall(b"a")
                line.setblocking(False)
                try:
                    if line.recv(4096) in (b"", None):
                        break
                except (BlockingIOError, ssl.SSLWantReadError):
                    pass
                finally:
                    line.settimeout(30)
        if not over.is_set():
            outcome.cut_off += 1
            time.sleep(0.1)


def read(site: Site, number: int, outcome: Outcome) -> None:
    begun = time.monotonic()
    try:
        status = ask(site, is_form=number % 4 == 3)
    except (OSError, ValueError):
        outcome.failed += 1
        return
    seconds = time.monotonic() - begun
    if status >= 500 or status == 429:
        outcome.failed += 1
    elif seconds > IN_TIME:
        outcome.late += 1
    else:
        outcome.seconds.append(seconds)


def ask(site: Site, *, is_form: bool) -> int:
    with site.line() as line:
        if is_form:
            body = urlencode(FORM).encode()
            head = site.head("POST", SIGN, KIND, f"Content-Length: {len(body)}")
        else:
            head, body = site.head("GET", READ), b""
        line.sendall(head + b"\r\nConnection: close\r\n\r\n" + body)
        answer = b""
        while chunk := line.recv(65536):
            answer += chunk
    return int(answer.split(b" ", 2)[1])


def measure(site: Site, arguments: argparse.Namespace) -> Outcome:
    outcome, over = Outcome(), threading.Event()
    body = site.head("POST", SIGN, KIND, "Content-Length: 5000") + b"\r\n\r\n"
    header = site.head("GET", READ, "X-Slow: ")
    threads = [(body, arguments.bodies), (header, arguments.headers)]
    for first, number in threads:
        for _ in range(number):
            threading.Thread(target=drip, args=(site, first, outcome, over), daemon=True).start()
    time.sleep(3)
    readers = []
    for number in range(int(arguments.seconds * arguments.pace)):
        readers.append(threading.Thread(target=read, args=(site, number, outcome)))
        readers[-1].start()
        time.sleep(1 / arguments.pace)
    for reader in readers:
        reader.join()
    over.set()
    return outcome


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", help="the site's URL, without a path")
    parser.add_argument(
        "--host", default="", help="the site's host name, if the URL has an IP address"
    )
    parser.add_argument("--insecure", action="store_true", help="accept any certificate")
    parser.add_argument("--bodies", type=int, default=40)
    parser.add_argument("--headers", type=int, default=300)
    parser.add_argument("--pace", type=float, default=5, help="readers a second")
    parser.add_argument("--seconds", type=float, default=30)
    arguments = parser.parse_args()
    parts = urlsplit(arguments.site)
    context = None
    if parts.scheme == "https":
        context = ssl.create_default_context()
        if arguments.insecure:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = arguments.host or parts.netloc
    site = Site(parts.scheme, (parts.hostname or "", port), host, context)
    print("\n".join(measure(site, arguments).lines()))


if __name__ == "__main__":
    main()
