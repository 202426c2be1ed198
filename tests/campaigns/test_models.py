"""Campaigns: constraints, and who sees what."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from campaigns.models import Campaign
from tests.factories import CampaignFactory, StaffFactory

pytestmark = pytest.mark.django_db
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


@pytest.mark.parametrize(
    "days",
    [
        {},
        {"first_day": MAY},
        {"last_day": JUNE},
        {"first_day": MAY, "last_day": MAY},
        {"first_day": MAY, "last_day": JUNE},
    ],
)
def test_a_last_day_on_or_after_the_first_is_accepted(days):
    CampaignFactory(**days).full_clean()


def test_a_last_day_before_the_first_is_refused_by_the_database():
    with pytest.raises(IntegrityError, match="campaign_last_day_not_before_first"):
        CampaignFactory(first_day=JUNE, last_day=MAY)


def test_a_last_day_before_the_first_is_reported_beside_its_field():
    with pytest.raises(ValidationError) as refused:
        CampaignFactory.build(first_day=JUNE, last_day=MAY).full_clean()
    assert refused.value.message_dict["last_day"] == ["The last day is before the first day."]


def test_an_image_with_a_description_is_accepted():
    CampaignFactory(image="campaigns/a.webp", image_text="A crowd.").full_clean()


def test_an_image_without_a_description_is_refused_by_the_database():
    with pytest.raises(IntegrityError, match="campaign_image_has_words"):
        CampaignFactory(image="campaigns/a.webp")


def test_an_image_without_a_description_is_reported_beside_its_field():
    with pytest.raises(ValidationError) as refused:
        CampaignFactory.build(image="campaigns/a.webp").full_clean()
    assert refused.value.message_dict["image_text"] == ["Describe what the image shows."]


def test_a_slug_is_unique():
    CampaignFactory(slug="speakout")
    with pytest.raises(IntegrityError), transaction.atomic():
        CampaignFactory(slug="speakout")
    CampaignFactory(slug="speakout-2")


@pytest.mark.parametrize("hashtag", ["", "#SpeakOut", "#Свобода", "#حرية", "#a_1"])
def test_a_hashtag_is_accepted(hashtag):
    CampaignFactory(hashtag=hashtag).full_clean()


@pytest.mark.parametrize("hashtag", ["SpeakOut", "#Speak Out", "#", "##a", "#a-b", "#<b>"])
def test_an_invalid_hashtag_is_refused(hashtag):
    with pytest.raises(ValidationError) as refused:
        CampaignFactory(hashtag=hashtag).full_clean()
    assert list(refused.value.message_dict) == ["hashtag"]


def test_the_public_sees_published_campaigns_alone():
    shown = CampaignFactory(published=True)
    CampaignFactory(published=False)
    assert list(Campaign.objects.published()) == [shown]


def test_a_new_campaign_is_not_published():
    assert Campaign().published is False


def test_staff_see_the_campaigns_of_their_teams():
    member = StaffFactory(is_superuser=False)
    own, shared, _other = CampaignFactory.create_batch(3)
    own.team.add(member)
    shared.team.add(member, StaffFactory())
    assert set(Campaign.objects.visible_to(member)) == {own, shared}


def test_a_superuser_sees_all_campaigns():
    campaigns = CampaignFactory.create_batch(2)
    assert set(Campaign.objects.visible_to(StaffFactory())) == set(campaigns)


def test_staff_with_the_permission_see_all_campaigns():
    user = StaffFactory(is_superuser=False)
    user.user_permissions.add(Permission.objects.get(codename="view_all_campaigns"))
    campaigns = CampaignFactory.create_batch(2)
    assert set(Campaign.objects.visible_to(user)) == set(campaigns)


def test_anonymous_users_see_no_campaigns():
    CampaignFactory()
    assert list(Campaign.objects.visible_to(AnonymousUser())) == []


def test_the_newest_campaign_comes_first_and_those_without_a_day_last_by_title():
    CampaignFactory(title="B, no day")
    CampaignFactory(title="A, no day")
    CampaignFactory(title="May", first_day=MAY)
    CampaignFactory(title="June", first_day=JUNE)
    titles = [campaign.title for campaign in Campaign.objects.all()]
    assert titles == ["June", "May", "A, no day", "B, no day"]


def test_bumping_raises_the_version_of_these_campaigns_alone():
    one, other = CampaignFactory.create_batch(2)
    Campaign.objects.filter(pk=one.pk).bump_public_version()
    Campaign.objects.filter(pk=one.pk).bump_public_version()
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.public_version, other.public_version) == (3, 1)


def test_a_description_is_shown_as_clean_html():
    campaign = CampaignFactory.build(description="*So* <script>")
    assert campaign.description_html == "<p><em>So</em> &lt;script&gt;</p>\n"
