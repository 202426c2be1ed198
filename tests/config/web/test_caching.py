"""Public pages have an ETag and are cached only briefly."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from django.utils import timezone
from django.utils.translation import override

from config.front import page_cache
from config.web import caching
from config.web.caching import cacheable, private, release


class Page:
    """A page that counts how often it was built."""

    def __init__(self) -> None:
        self.built = 0

    def build(self) -> HttpResponse:
        self.built += 1
        return HttpResponse(f"build {self.built}")

    def get(
        self, *, version: tuple = (1,), path: str = "/en/letters/a/", known: str = "", method="get"
    ) -> HttpResponseBase:
        headers = {"If-None-Match": known} if known else {}
        request = getattr(RequestFactory(), method)(path, headers=headers)
        return cacheable(request, version=version, build=self.build)


@pytest.fixture
def page() -> Page:
    return Page()


def directives(response: HttpResponseBase) -> set[str]:
    return set(response["Cache-Control"].split(", "))


BRIEFLY = {"public", "max-age=1"}


def test_a_page_carries_an_etag_and_may_be_stored_by_everyone_for_a_second(page):
    response = page.get()
    assert (response.status_code, len(response["ETag"])) == (200, 22)
    assert directives(response) == BRIEFLY


def test_a_name_is_gone_from_all_caches_within_five_seconds():
    in_memory = page_cache.FRESH + page_cache.STALE
    on_the_way = caching.MAX_AGE + 1  # a proxy's cache, then a browser's, in whole seconds
    assert in_memory + 2 * on_the_way <= caching.LONGEST_STALE.total_seconds() <= 5


def test_pages_without_letters_may_be_cached_longer(page):
    response = cacheable(RequestFactory().get("/"), version=(1,), build=page.build, seconds=60)
    assert directives(response) == {"public", "max-age=0", "s-maxage=60"}


@pytest.mark.parametrize(
    ("seconds_left", "expected"),
    [(4.5, {"public", "max-age=0", "must-revalidate"}), (6, BRIEFLY), (None, BRIEFLY)],
)
def test_no_cache_stores_a_page_beyond_the_next_instant_at_which_it_changes(
    page, seconds_left, expected
):
    until = seconds_left and timezone.now() + timedelta(seconds=seconds_left)
    request = RequestFactory().get("/")
    assert directives(cacheable(request, version=(1,), build=page.build, until=until)) == expected


def test_a_known_page_is_answered_with_304_and_not_built_again(page):
    etag = page.get()["ETag"]
    response = page.get(known=etag)
    assert (response.status_code, response.content, page.built) == (304, b"", 1)
    assert response["ETag"] == etag
    assert directives(response) == BRIEFLY


@pytest.mark.parametrize("known", ['"other", {etag}', "W/{etag}", "*"])
def test_if_none_match_may_have_several_weak_or_any_etags(page, known):
    response = page.get(known=known.format(etag=page.get()["ETag"]))
    assert response.status_code == 304


def test_an_old_etag_gets_the_new_page(page):
    old = page.get()["ETag"]
    response = page.get(version=(2,), known=old)
    assert (response.status_code, response.content, response["ETag"] != old) == (
        200,
        b"build 2",
        True,
    )


def test_head_has_the_etag_of_get(page):
    assert page.get(method="head")["ETag"] == page.get()["ETag"]


def test_the_same_version_has_the_same_etag(page):
    assert page.get()["ETag"] == page.get()["ETag"]


@pytest.mark.parametrize(
    "other",
    [
        {"version": (2,)},
        {"version": (1, True)},
        {"version": ("1",)},
        {"path": "/en/letters/b/"},
        {"path": "/en/letters/a/?q=forum"},
    ],
)
def test_version_url_and_query_change_the_etag(page, other):
    assert page.get(**other)["ETag"] != page.get()["ETag"]


def test_the_readers_language_does_not_change_the_etag(page):
    english = page.get()["ETag"]
    with override("ar"):
        arabic = page.get()["ETag"]
    assert english == arabic


def test_a_new_release_changes_all_etags(page, settings, tmp_path):
    before = page.get()["ETag"]
    settings.BASE_DIR = tmp_path
    (tmp_path / "templates").mkdir()
    names = set()
    for text in ("<p>old</p>", "<p>new</p>"):
        (tmp_path / "templates" / "page.html").write_text(text)
        release.cache_clear()
        names.add(page.get()["ETag"])
    release.cache_clear()
    assert len(names | {before}) == 3


def test_a_private_page_is_neither_cached_nor_indexed():
    response = private(HttpResponse("yours"))
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == (
        "no-store",
        "noindex, nofollow",
    )
