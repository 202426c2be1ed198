"""Reads of campaigns for other rooms."""

from __future__ import annotations

from campaigns.models import Campaign
from config.web.query_strings import leading_on


def words_of_campaigns() -> list[str]:
    """Titles, hashtags and organisers, which make bad passwords."""
    rows = Campaign.objects.values_list("title", "hashtag", "organiser_name")
    return [text for row in rows for text in row if text]


def present_slug(former: str) -> str | None:
    """The present slug of the public campaign that formerly had this one."""
    campaigns = Campaign.objects.published().filter(former_addresses__slug=former)
    return campaigns.values_list("slug", flat=True).first()


former_addresses_lead_on = leading_on("campaigns", present_slug)
