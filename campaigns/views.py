"""The redirect to the home page, the index of campaigns and their images."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, override
from django.views.decorators.http import require_safe

from campaigns.models import Campaign
from config.web import json_ld
from config.web.caching import cacheable


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Redirect / to the home page in the reader's language."""
    with override(get_language_from_request(request)):
        response = HttpResponseRedirect(reverse("home"))
    patch_vary_headers(response, ["Accept-Language"])
    return response


@require_safe
def image(request: HttpRequest, name: str) -> HttpResponseBase:
    """The image of a published campaign. Caches must revalidate it."""
    campaign = get_object_or_404(Campaign.objects.published(), image=name)
    return cacheable(request, version=(name,), build=lambda: image_of(campaign))


def image_of(campaign: Campaign) -> HttpResponse:
    """The stored image; callers check permissions. Raises Http404 if there is none."""
    try:
        with campaign.image.open() as file:
            return HttpResponse(file.read(), content_type="image/webp")
    except (OSError, ValueError):  # the file is missing, or the campaign has none
        raise Http404 from None


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
            {"campaigns": campaigns, "structured": json_ld.home()},
        ),
    )
