"""What others ask of campaigns."""

from __future__ import annotations

from campaigns.models import Campaign


def words_of_campaigns() -> list[str]:
    """Titles, hashtags and organisers, which nobody should have for a password."""
    rows = Campaign.objects.values_list("title", "hashtag", "organiser_name")
    return [text for row in rows for text in row if text]
