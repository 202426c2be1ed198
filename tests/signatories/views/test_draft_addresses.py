"""The addresses of drafts tell nobody whether another team's draft has the same."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign
from config.staff.roles import Role
from config.text.slugs import LONGEST_OF_DRAFT
from letters.actions import change_status
from letters.models import Letter
from tests.factories import CampaignFactory, LetterFactory
from tests.signatories.test_secrets import member

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def editor() -> Client:
    """An editor of another campaign."""
    return member(Role.EDITOR, CampaignFactory())[1]


def new_campaign(client: Client, **changes: str) -> Campaign:
    written = {
        "title": "Speak",
        "language": "en",
        "slug": "speak",
        "summary": "Speak.",
        "organiser_name": "Coalition",
    }
    response = client.post(reverse("admin:campaigns_campaign_add"), written | changes)
    assert response.status_code == 302, response.context["errors"]
    return Campaign.objects.latest("pk")


@pytest.mark.parametrize("taken", [True, False])
def test_a_draft_campaign_gets_an_ending_by_chance_whether_or_not_it_is_taken(taken, editor):
    if taken:
        CampaignFactory(slug="speak", published=False)
    first, second = new_campaign(editor), new_campaign(editor)
    assert first.slug.startswith("speak-draft-")
    assert second.slug.startswith("speak-draft-")
    assert first.slug != second.slug


def change_campaign(client: Client, campaign: Campaign, **changes: str):
    written = {
        "title": "Speak",
        "language": "en",
        "slug": campaign.slug,
        "summary": "Speak.",
        "organiser_name": "Coalition",
    }
    url = reverse("admin:campaigns_campaign_change", args=[campaign.pk])
    team = {"team": [user.pk for user in campaign.team.all()]}
    return client.post(url, written | team | changes)


def test_once_published_it_has_the_entered_slug(editor):
    campaign = new_campaign(editor)
    change_campaign(editor, campaign, published="on")
    campaign.refresh_from_db()
    assert campaign.slug == "speak"
    change_campaign(editor, campaign)  # and keeps it when it is hidden again
    campaign.refresh_from_db()
    assert (campaign.slug, campaign.published) == ("speak", False)


def test_a_slug_in_public_use_is_refused_with_a_message(editor):
    CampaignFactory(slug="speak")
    response = change_campaign(editor, new_campaign(editor), published="on")
    assert list(response.context["adminform"].form.errors) == ["slug"]


def test_a_hidden_letters_slug_is_not_revealed(editor):
    CampaignFactory(slug="speak", published=False)
    campaign = new_campaign(editor, published="on")
    assert campaign.slug.startswith("speak-")
    assert len(campaign.slug) == len("speak-") + 5


def test_a_draft_letter_gets_its_entered_slug_when_it_opens(staff):
    letters = [
        LetterFactory(slug=slug, status=Letter.Status.DRAFT)
        for slug in ("speak-draft-2345b", "speak-draft-2345c", "old")
    ]
    slugs = [change_status(letter=one, to="open", by=staff, now=NOW).slug for one in letters]
    assert (slugs[0], slugs[2]) == ("speak", "old")
    assert slugs[1].startswith("speak-")
    assert "draft" not in slugs[1]


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (LONGEST_OF_DRAFT, None),
        (LONGEST_OF_DRAFT + 1, "Use at most 38 characters. You have used 39."),
    ],
)
def test_a_long_slug_is_refused_and_not_truncated(length, told, editor):
    written = {
        "title": "Speak",
        "language": "en",
        "slug": "a" * length,
        "summary": "Speak.",
        "organiser_name": "Coalition",
    }
    response = editor.post(reverse("admin:campaigns_campaign_add"), written)
    if told:
        assert response.context["adminform"].form.errors == {"slug": [told]}
    else:
        assert Campaign.objects.get(slug__startswith="a" * length + "-draft-")


def test_saving_a_draft_again_does_not_change_its_slug(editor):
    campaign = new_campaign(editor)
    before = campaign.slug
    change_campaign(editor, campaign, summary="Another.")
    campaign.refresh_from_db()
    assert (campaign.slug, campaign.summary) == (before, "Another.")
