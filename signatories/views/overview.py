"""The home page and campaign pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.models import Campaign
from config.web import json_ld
from config.web.caching import cacheable
from letters.deadlines import next_change
from letters.models import Letter
from signatories.open_data.json_ld import campaign_node
from signatories.public.letters import grouped, version_of

AT_MOST = 5  # closed, delivered or answered letters of each kind on the home page


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """Open letters, what came of the others, and the campaigns."""
    campaigns = list(Campaign.objects.published())
    letters = list(Letter.objects.public().select_related("campaign"))
    now = timezone.now()

    def build() -> HttpResponse:
        groups = grouped(letters, now, at_most=AT_MOST)
        context = {"groups": groups, "campaigns": campaigns, "structured": json_ld.home()}
        return render(request, "signatories/home.html", context)

    shown = tuple((campaign.pk, campaign.public_version) for campaign in campaigns)
    version = (shown, version_of(letters, now))
    return cacheable(request, version=version, until=next_change(letters, now), build=build)


@require_safe
def campaign_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A campaign and its letters."""
    campaign = get_object_or_404(Campaign.objects.published(), slug=slug)
    letters = list(Letter.objects.public().filter(campaign=campaign))
    now = timezone.now()

    def build() -> HttpResponse:
        context = {
            "campaign": campaign,
            "groups": grouped(letters, now),
            "structured": campaign_node(campaign, letters),
        }
        return render(request, "signatories/campaign.html", context)

    version = (campaign.public_version, version_of(letters, now))
    return cacheable(request, version=version, until=next_change(letters, now), build=build)
