"""A letter's signatories in figures: where they come from, and growth over time."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language_bidi
from django.views.decorators.http import require_safe

from config.web.caching import cacheable
from letters.deadlines import next_change, page_version
from letters.views import public_letter
from signatories.figures.atlas import current_atlas
from signatories.figures.chart import Chart
from signatories.figures.growth import Growth, last_day
from signatories.figures.origins import origins_of
from signatories.figures.world_map import WorldMap
from signatories.public.signatories import SignatoryList


@require_safe
def figures(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The map, countries, growth curve and milestones of one letter."""
    letter = public_letter(slug)
    now = timezone.now()
    atlas = current_atlas()

    def build() -> HttpResponse:
        everyone = SignatoryList(letter)
        growth = Growth(letter, now)
        context = {
            "letter": letter,
            "edition": letter.words_here,
            "everyone": everyone,
            "map": WorldMap(atlas, origins_of(everyone)),
            "growth": growth,
            "chart": Chart(growth, from_right=get_language_bidi()) if growth.has_curve else None,
        }
        return render(request, "signatories/figures.html", context)

    drawn = (atlas.policy, atlas.edition, last_day(letter, now))
    version = (*page_version(letter, now), *drawn)
    until = next_change([letter], now)
    return cacheable(request, version=version, until=until, build=build)
