"""The front door and the index of campaigns."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override
from django.views.decorators.http import require_safe

from campaigns.models import Campaign
from config import structured
from config.caching import cacheable


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The address without a language: on to the home page in the reader's language."""
    with override(get_language_from_request(request)):
        response = HttpResponseRedirect(reverse("home"))
    patch_vary_headers(response, ["Accept-Language"])
    return response


@require_safe
def campaign_index(request: HttpRequest) -> HttpResponseBase:
    """All published campaigns, newest first."""
    campaigns = list(Campaign.objects.published())
    return cacheable(
        request,
        version=tuple((campaign.pk, campaign.public_version) for campaign in campaigns),
        build=lambda: render(
            request,
            "campaigns/index.html",
            {"campaigns": campaigns, "structured": structured.home()},
        ),
    )
