"""Public pages in memory, in front of Django: each is built once and served to many.

Only publicly cacheable answers are stored, as they are the same for everyone. A stored page is
served for FRESH seconds, and for STALE more while one request rebuilds it; so a hidden name is gone
from here within a second. config/web/caching.py adds up the times of all caches.
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

FRESH = 0.5  # seconds that a page is served without being rebuilt
STALE = 0.5  # seconds more while it is being rebuilt
SMALL = 256  # bytes: less is not worth compressing
LARGEST = 2 * 1024 * 1024  # bytes of a page; larger ones are not stored
PAGES = 48 * 1024 * 1024  # bytes of pages without a query string
SEARCHES = 16 * 1024 * 1024  # bytes of pages with one, which anybody can make up
OVERHEAD = 2048  # bytes of an entry besides its body
COMPRESSIBLE = ("text/", "application/", "image/svg+xml")
OF_ONE_ENCODING = {"etag", "content-length", "content-encoding", "vary"}

Headers = list[tuple[str, str]]
Key = tuple[bool, str, str, str]  # is HTTPS, host, path, query string


@dataclass(eq=False)
class Page:
    """One page, in the encodings requested so far.

    `headers` have lower-case names and leave out those that depend on the encoding. `built` is the
    monotonic instant, in seconds, at which the page was right; `life` the seconds it stays fresh.
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
        """Fresh, or stale and being rebuilt."""
        return self.life > 0 and now - self.built < self.life + STALE

    def revalidated(self, headers: Iterable[tuple[str, str]], now: float) -> Page:
        """The page at a later instant, with the headers of a 304."""
        changed = {name.lower(): value for name, value in headers}
        kept = [(name, changed.get(name, value)) for name, value in self.headers]
        page = Page(kept, self.etag, self.body, now, life_of(changed.get("cache-control", "")))
        page.encoded = self.encoded
        return page

    @property
    def size(self) -> int:
        """Bytes, with space for its compressed bodies."""
        return OVERHEAD + len(self.body) * (2 if self.compressible else 1)

    def is_ready(self, encoding: str) -> bool:
        return not encoding or not self.compressible or encoding in self.encoded

    def encode(self, encoding: str) -> None:
        """Compress the body. That takes a while: not for the event loop."""
        # brotli at level 5 takes as long as gzip and compresses better.
        make = brotli_bytes if encoding == "br" else gzip_bytes
        self.encoded[encoding] = make(self.body)

    def answer(self, encoding: str, known: str | None) -> tuple[int, Headers, bytes]:
        """Status, headers and body, given the encoding and the If-None-Match of a request."""
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
    """Whether an If-None-Match contains the ETag, by the weak comparison of RFC 9110."""
    names = [one.strip().removeprefix("W/") for one in known.split(",")]
    return etag in names or names == ["*"]


@lru_cache(maxsize=256)
def encoding_for(accepted: str) -> str:
    """The better of "br" and "gzip" that an Accept-Encoding allows, else ""."""
    taken = set()
    for part in accepted.lower().split(","):
        name, _semicolon, parameters = part.strip().partition(";")
        quality = parameters.replace(" ", "").removeprefix("q=")
        if not quality or quality.strip("0."):
            taken.add(name.strip())
    return next((one for one in ("br", "gzip") if one in taken), "")


def life_of(cache_control: str) -> float:
    """Seconds that a page stays fresh in memory.

    0 for a page that is about to change: only requests already waiting for it get it.
    """
    return 0.0 if "must-revalidate" in cache_control else FRESH


def page_of(
    status: int, headers: Iterable[tuple[str, str]], size: int, body: IO[bytes], now: float
) -> Page | None:
    """An answer of Django's as a page to store; None if it may not be shared.

    `body` is read only if there is a page.
    """
    kept = [(name.lower(), value) for name, value in headers]
    by_name = dict(kept)
    cache_control = by_name.get("cache-control", "")
    if (
        status != 200
        or "public" not in cache_control
        or "etag" not in by_name
        or "set-cookie" in by_name
        or by_name.get("vary", "Accept-Encoding").lower() != "accept-encoding"
        or size > LARGEST
    ):
        return None
    kept = [(name, value) for name, value in kept if name not in OF_ONE_ENCODING]
    kept.append(("vary", "Accept-Encoding"))
    with body:
        content = body.read()
    return Page(kept, by_name["etag"].removeprefix("W/"), content, now, life_of(cache_control))


class PageCache:
    """The pages of one process, limited in bytes; the least recently used go first.

    Pages with a query string have a limit of their own, so that made-up queries cannot push out the
    others. Thread-safe.
    """

    def __init__(self, pages: int = PAGES, searches: int = SEARCHES) -> None:
        self._pools = (Pool(pages), Pool(searches))
        self._lock = Lock()

    def get(self, key: Key) -> Page | None:
        with self._lock:
            return self._pool(key).get(key)

    def store(self, key: Key, page: Page) -> None:
        with self._lock:
            self._pool(key).store(key, page)

    def forget(self, key: Key) -> None:
        with self._lock:
            self._pool(key).forget(key)

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(pool.size for pool in self._pools)

    def _pool(self, key: Key) -> Pool:
        return self._pools[bool(key[3])]


class Pool:
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
