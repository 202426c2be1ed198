"""Feeds, site maps, robots.txt, and the page about open data."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.sitemaps import views as sitemap_views
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from campaigns.models import Campaign
from config.web.caching import HOUR, cacheable
from letters.models import Letter
from letters.views import public_letter
from signatories.open_data import feeds
from signatories.open_data.json_ld import catalog_node
from signatories.open_data.sitemaps import SITEMAPS
from signatories.open_data.tables import COLUMNS
from signatories.public.organisations import public_state

# Paths that need a secret token from an email; the paths themselves are no secret.
PRIVATE = ("/admin/", "/*/confirm/", "/*/signature/")


def _newest_letters() -> list[Letter]:
    """As many as one page or feed holds; the API lists all of them."""
    letters = Letter.objects.public().select_related("campaign", "revision")
    letters = letters.prefetch_related("former_addresses")
    return list(letters.exclude(revision=None)[: feeds.NEWEST])


def _versions(letters: list[Letter]) -> tuple[object, ...]:
    return tuple((one.slug, one.public_version, one.campaign.public_version) for one in letters)


@require_safe
def open_data(request: HttpRequest) -> HttpResponseBase:
    """Which data there is, under which licence, and how to fetch it."""
    letters = _newest_letters()

    def build() -> HttpResponse:
        context = {
            "letters": letters,
            "example": letters[0].slug if letters else "clean-rivers",
            "columns": COLUMNS,
            "licence": settings.OPEN_DATA_LICENCE,
            "structured": catalog_node(letters),
        }
        return render(request, "signatories/open_data.html", context)

    version = (_versions(letters), settings.OPEN_DATA_LICENCE.id)
    return cacheable(request, version=version, build=build)


@require_safe
def letters_feed(request: HttpRequest) -> HttpResponseBase:
    """New letters."""
    letters = _newest_letters()
    return _feed(request, _versions(letters), lambda: feeds.letters_feed(letters))


@require_safe
def signatures_feed(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The newest names of a letter."""
    letter = public_letter(slug)
    return _feed(request, _versions([letter]), lambda: feeds.signatures_feed(letter))


@require_safe
def updates_feed(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Changes to a letter's text, and updates on it."""
    letter = public_letter(slug)
    return _feed(request, _versions([letter]), lambda: feeds.updates_feed(letter))


def _feed(
    request: HttpRequest, version: tuple[object, ...], build: Callable[[], bytes]
) -> HttpResponseBase:
    return cacheable(
        request,
        version=version,
        build=lambda: HttpResponse(build(), content_type=feeds.AtomFeed.content_type),
    )


@require_safe
def robots(request: HttpRequest) -> HttpResponseBase:
    """What crawlers should skip, and where the site map is (RFC 9309)."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE), ""]
    lines.append(f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}")
    return cacheable(
        request,
        version=(),
        build=lambda: HttpResponse("\n".join(lines) + "\n", content_type="text/plain"),
        seconds=HOUR,
    )


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponseBase:
    """The index of site maps."""
    return _sitemap(
        request,
        lambda: sitemap_views.index(request, SITEMAPS, sitemap_url_name="sitemap-section"),
    )


@require_safe
def sitemap(request: HttpRequest, section: str) -> HttpResponseBase:
    """One section of the site map. Raises Http404 if there is no such section or page."""
    state = public_state() if section == "organisations" else ()
    return _sitemap(
        request, lambda: sitemap_views.sitemap(request, SITEMAPS, section=section), state
    )


def _sitemap(
    request: HttpRequest, build: Callable[[], TemplateResponse], state: tuple[object, ...] = ()
) -> HttpResponseBase:
    """`state` is the version of everything these pages show besides letters and campaigns."""
    letters = Letter.objects.public().order_by("slug").values_list("slug", "revision__digest")
    campaigns = Campaign.objects.published().order_by("slug").values_list("slug", flat=True)
    return cacheable(
        request,
        version=(list(letters), list(campaigns), state),
        build=lambda: build().render(),
    )
