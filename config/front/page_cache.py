"""Public pages in memory, in front of Django: each is built once and served to many.

Only answers that any cache may keep are stored, since they are the same for everyone. A stored page
is served for FRESH seconds, and for as long again while one request builds it anew; so what is
hidden is gone from here within a second. config.caching adds up the times of all caches.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import IO

import brotli

FRESH = 0.5  # seconds that a page is served without being built again
STALE = 0.5  # seconds more that it is served while it is being built
SMALL = 256  # bytes: less is not worth compressing
LARGEST = 2 * 1024 * 1024  # bytes of a page; larger ones are not stored
PAGES = 48 * 1024 * 1024  # bytes of pages without a query string
SEARCHES = 16 * 1024 * 1024  # bytes of those with one, which anybody can make up
OVERHEAD = 2048  # bytes that an entry takes besides its body
COMPRESSIBLE = ("text/", "application/", "image/svg+xml")
OF_ONE_ENCODING = {"etag", "content-length", "content-encoding", "vary"}

Headers = list[tuple[str, str]]
Key = tuple[bool, str, str, str]  # whether it is https, host, path, query string


@dataclass(eq=False)
class Page:
    """One page, in the encodings that were asked for so far.

    `headers` are without those of one encoding, their names in lower case. `built` is the monotonic
    instant, in seconds, at which it was true. `life` is how long it is fresh, in seconds.
    """

    headers: Headers
    etag: str
    body: bytes
    built: float
    life: float
    encoded: dict[str, bytes] = field(default_factory=dict)
    compressible: bool = field(init=False)

    def __post_init__(self) -> None:
        kind = dict(self.headers).get("content-type", "")
        self.compressible = len(self.body) >= SMALL and kind.startswith(COMPRESSIBLE)

    def is_fresh(self, now: float) -> bool:
        return now - self.built < self.life

    def is_servable(self, now: float) -> bool:
        """Also while it is being built anew."""
        return self.life > 0 and now - self.built < self.life + STALE

    def still_true(self, headers: Iterable[tuple[str, str]], now: float) -> Page:
        """The same page at a later instant, by the headers of a 304."""
        changed = {name.lower(): value for name, value in headers}
        kept = [(name, changed.get(name, value)) for name, value in self.headers]
        page = Page(kept, self.etag, self.body, now, life_of(changed.get("cache-control", "")))
        page.encoded = self.encoded
        return page

    @property
    def size(self) -> int:
        """Bytes, with room for its compressed bodies."""
        return OVERHEAD + len(self.body) * (2 if self.compressible else 1)

    def is_ready(self, encoding: str) -> bool:
        return not encoding or not self.compressible or encoding in self.encoded

    def encode(self, encoding: str) -> None:
        """Compress the body. That takes a while: not for the event loop."""
        # brotli's level 5 takes as long as gzip and makes less of a page.
        make = brotli_bytes if encoding == "br" else gzip_bytes
        self.encoded[encoding] = make(self.body)

    def answer(self, encoding: str, known: str | None) -> tuple[int, Headers, bytes]:
        """Status, headers and body for a reader who takes `encoding` and has the ETags `known`."""
        etag = f"W/{self.etag}" if encoding else self.etag
        headers = [*self.headers, ("etag", etag)]
        if known is not None and knows(known, self.etag):
            return 304, headers, b""
        body = self.encoded[encoding] if encoding else self.body
        if encoding:
            headers.append(("content-encoding", encoding))
        headers.append(("content-length", str(len(body))))
        return 200, headers, body


def brotli_bytes(body: bytes) -> bytes:
    return bytes(brotli.compress(body, quality=5))


def gzip_bytes(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=6, mtime=0)


def knows(known: str, etag: str) -> bool:
    """Whether an If-None-Match names the ETag, by the weak comparison of RFC 9110."""
    names = [one.strip().removeprefix("W/") for one in known.split(",")]
    return etag in names or names == ["*"]


@lru_cache(maxsize=256)
def encoding_for(accepted: str) -> str:
    """The best of "br" and "gzip" that an Accept-Encoding takes, else ""."""
    taken = set()
    for part in accepted.lower().split(","):
        name, _semicolon, parameters = part.strip().partition(";")
        quality = parameters.replace(" ", "").removeprefix("q=")
        if not quality or quality.strip("0."):
            taken.add(name.strip())
    return next((one for one in ("br", "gzip") if one in taken), "")


def life_of(cache_control: str) -> float:
    """Seconds that a page stays fresh in memory.

    None for one that is about to change: it is for whoever waits for it now, and nobody after.
    """
    return 0.0 if "must-revalidate" in cache_control else FRESH


def page_of(
    status: int, headers: Iterable[tuple[str, str]], size: int, body: IO[bytes], now: float
) -> Page | None:
    """An answer of Django's as a page to store; None for one that is not everybody's.

    `body` is read only then.
    """
    kept = [(name.lower(), value) for name, value in headers]
    named = dict(kept)
    cache_control = named.get("cache-control", "")
    if (
        status != 200
        or "public" not in cache_control
        or "etag" not in named
        or "set-cookie" in named
        or named.get("vary", "Accept-Encoding").lower() != "accept-encoding"
        or size > LARGEST
    ):
        return None
    kept = [(name, value) for name, value in kept if name not in OF_ONE_ENCODING]
    kept.append(("vary", "Accept-Encoding"))
    with body:
        content = body.read()
    return Page(kept, named["etag"].removeprefix("W/"), content, now, life_of(cache_control))


class PageCache:
    """The pages of one process, within a bound of bytes; the longest unused go first.

    Those with a query string have a room of their own, so that nobody who makes up queries drives
    the others out. Used by many threads.
    """

    def __init__(self, pages: int = PAGES, searches: int = SEARCHES) -> None:
        self._rooms = (Room(pages), Room(searches))
        self._lock = Lock()

    def get(self, key: Key) -> Page | None:
        with self._lock:
            return self._room(key).get(key)

    def store(self, key: Key, page: Page) -> None:
        with self._lock:
            self._room(key).store(key, page)

    def forget(self, key: Key) -> None:
        with self._lock:
            self._room(key).forget(key)

    def forget_all(self) -> None:
        with self._lock:
            for room in self._rooms:
                room.forget_all()

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(room.size for room in self._rooms)

    def _room(self, key: Key) -> Room:
        return self._rooms[bool(key[3])]


class Room:
    def __init__(self, limit: int) -> None:
        self.limit, self.size = limit, 0
        self._pages: OrderedDict[Key, Page] = OrderedDict()

    def get(self, key: Key) -> Page | None:
        page = self._pages.get(key)
        if page is not None:
            self._pages.move_to_end(key)
        return page

    def store(self, key: Key, page: Page) -> None:
        self.forget(key)
        self._pages[key] = page
        self.size += page.size
        while self.size > self.limit:
            _key, oldest = self._pages.popitem(last=False)
            self.size -= oldest.size

    def forget(self, key: Key) -> None:
        page = self._pages.pop(key, None)
        if page is not None:
            self.size -= page.size

    def forget_all(self) -> None:
        self._pages.clear()
        self.size = 0
