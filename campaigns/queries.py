"""Reads of campaigns for other rooms."""

from __future__ import annotations

from campaigns.models import Campaign
from config.web.query_strings import slug_redirects


def campaign_words() -> list[str]:
    """Titles, hashtags and organisers, which make bad passwords."""
    rows = Campaign.objects.values_list("title", "hashtag", "organiser_name")
    return [text for row in rows for text in row if text]


def present_slug(former: str) -> str | None:
    """The present slug of the public campaign that formerly had this one."""
    campaigns = Campaign.objects.published().filter(former_addresses__slug=former)
    return campaigns.values_list("slug", flat=True).first()


redirect_former_slugs = slug_redirects("campaigns", present_slug)
