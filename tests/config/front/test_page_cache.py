"""The cache of pages in front of Django: what it stores, for how long, and its limits."""

from __future__ import annotations

import gzip
import io

import brotli
import pytest

from config.front.page_cache import FRESH, OVERHEAD, STALE, Page, PageCache, encoding_for, page_of

TEXT = b"<p>Open letter</p>" * 40
HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "public, max-age=1"),
    ("ETag", '"abc"'),
    ("Content-Length", "720"),
    ("Vary", "Accept-Encoding"),
]


def headers(**changes: str | None) -> list[tuple[str, str]]:
    changed = dict(HEADERS) | {name.replace("_", "-"): value for name, value in changes.items()}
    return [(name, value) for name, value in changed.items() if value is not None]


def page(body: bytes = TEXT, now: float = 100.0, **changes: str | None) -> Page:
    made = page_of(200, headers(**changes), len(body), io.BytesIO(body), now)
    assert made is not None
    return made


def key(path: str, query: str = "") -> tuple[bool, str, str, str]:
    return (True, "letters.example.org", path, query)


@pytest.mark.parametrize(
    ("status", "changes", "size"),
    [
        (404, {}, 10),
        (304, {}, 10),
        (200, {"Cache_Control": "no-store"}, 10),
        (200, {"Cache_Control": "private, max-age=1"}, 10),
        (200, {"Cache_Control": None}, 10),
        (200, {"ETag": None}, 10),
        (200, {"Set_Cookie": "a=b"}, 10),
        (200, {"Vary": "Accept-Language"}, 10),
        (200, {"Vary": "Accept-Encoding, Cookie"}, 10),
        (200, {}, 3 * 1024 * 1024),
    ],
)
def test_only_public_answers_are_stored(status, changes, size):
    assert page_of(status, headers(**changes), size, io.BytesIO(TEXT), 0.0) is None


def test_a_page_is_fresh_then_served_while_it_is_built_then_gone():
    one = page(now=100.0)
    assert [one.is_fresh(100 + age) for age in (0, FRESH - 0.01, FRESH)] == [True, True, False]
    assert one.is_servable(100 + FRESH + STALE - 0.01)
    assert not one.is_servable(100 + FRESH + STALE)


def test_a_page_about_to_change_is_not_served_to_later_requests():
    one = page(Cache_Control="public, max-age=0, must-revalidate", now=100.0)
    assert (one.is_fresh(100.0), one.is_servable(100.0)) == (False, False)


def test_a_304_of_django_makes_it_fresh_again_by_its_own_directives():
    one = page(now=100.0)
    one.encode("gzip")
    again = one.revalidated(headers(Content_Type=None), 200.0)
    assert (again.is_fresh(200.0), again.encoded, again.body) == (True, one.encoded, TEXT)
    soon = one.revalidated(headers(Cache_Control="public, max-age=0, must-revalidate"), 200.0)
    assert not soon.is_servable(200.0)
    assert ("cache-control", "public, max-age=0, must-revalidate") in soon.headers


@pytest.mark.parametrize(
    ("encoding", "decode"),
    [("", bytes), ("gzip", gzip.decompress), ("br", brotli.decompress)],
)
def test_each_encoding_holds_the_whole_page_and_has_headers_of_its_own(encoding, decode):
    one = page()
    if encoding:
        one.encode(encoding)
    status, said, body = one.answer(encoding, None)
    named = dict(said)
    assert (status, decode(body), named["content-length"]) == (200, TEXT, str(len(body)))
    assert named.get("content-encoding", "") == encoding
    assert named["etag"] == ('W/"abc"' if encoding else '"abc"')
    assert named["vary"] == "Accept-Encoding"
    assert len(named) == len(said)


@pytest.mark.parametrize("known", ['"abc"', 'W/"abc"', '"x", W/"abc"', "*"])
def test_a_known_page_is_not_sent_again(known):
    status, said, body = page().answer("", known)
    assert (status, body) == (304, b"")
    assert dict(said)["etag"] == '"abc"'


@pytest.mark.parametrize("known", ["", '"x"', "abc", '"ab', '"x", *'])
def test_an_unknown_page_is_sent(known):
    assert page().answer("", known)[0] == 200


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("gzip, deflate, br", "br"),
        ("GZIP", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br;q=0.000", ""),
        ("br; q=1.0", "br"),
        ("identity", ""),
        ("zstd", ""),
        ("", ""),
        (",;,=;q", ""),
    ],
)
def test_the_smallest_encoding_that_a_reader_takes_is_chosen(accepted, expected):
    assert encoding_for(accepted) == expected


@pytest.mark.parametrize(
    ("kind", "body"), [("image/webp", TEXT), ("text/html", b"short"), ("image/png", TEXT)]
)
def test_what_is_small_or_a_picture_is_not_compressed(kind, body):
    assert not page(body, Content_Type=kind).compressible


def test_memory_stays_within_its_bound_and_the_longest_unused_goes_first():
    cache = PageCache(pages=3 * (OVERHEAD + 2 * len(TEXT)), searches=0)
    for path in ("/a", "/b", "/c"):
        cache.store(key(path), page())
    cache.get(key("/a"))
    cache.store(key("/d"), page())
    assert [path for path in ("/a", "/b", "/c", "/d") if cache.get(key(path))] == ["/a", "/c", "/d"]
    assert cache.size == 3 * (OVERHEAD + 2 * len(TEXT))


def test_made_up_queries_evict_no_page():
    pool = 10 * (OVERHEAD + 2 * len(TEXT))
    cache = PageCache(pages=pool, searches=pool)
    cache.store(key("/en/letters/speak/"), page())
    for number in range(1000):
        cache.store(key("/en/letters/speak/", f"q={number}"), page())
    assert cache.get(key("/en/letters/speak/")) is not None
    assert cache.size <= 2 * pool


def test_a_page_that_is_stored_again_counts_once():
    cache = PageCache()
    for _ in range(5):
        cache.store(key("/a"), page())
    assert cache.size == page().size
    cache.forget(key("/a"))
    cache.forget(key("/a"))
    assert (cache.size, cache.get(key("/a"))) == (0, None)
