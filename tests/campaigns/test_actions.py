"""Saving and deleting a campaign."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from campaigns.actions import delete_campaign, save_campaign
from campaigns.models import Campaign
from config.models import AuditEntry
from tests.factories import CampaignFactory

pytestmark = pytest.mark.django_db


def trail() -> list[tuple]:
    entries = AuditEntry.objects.order_by("id")
    return list(entries.values_list("verb", "actor", "by", "subject_id", "detail"))


def test_a_new_campaign_is_stored_and_on_record(staff, now):
    campaign = save_campaign(campaign=CampaignFactory.build(), by=staff, now=now)
    assert Campaign.objects.get() == campaign
    assert trail() == [("campaign added", "staff", staff.pk, campaign.pk, {"fields": []})]
    assert AuditEntry.objects.get().at == now


def test_a_change_is_stored_raises_the_version_and_is_on_record_with_its_fields(staff, now):
    campaign = CampaignFactory()
    campaign.title = "Speak out"
    returned = save_campaign(campaign=campaign, by=staff, now=now, changed=["title"])
    stored = Campaign.objects.get()
    assert (stored.title, stored.public_version, returned.public_version) == ("Speak out", 2, 2)
    assert trail() == [("campaign changed", "staff", staff.pk, campaign.pk, {"fields": ["title"]})]


def test_without_a_user_the_system_is_on_record(now):
    save_campaign(campaign=CampaignFactory(), now=now)
    assert [(actor, by) for _verb, actor, by, *_rest in trail()] == [("system", None)]


def test_a_campaign_that_was_read_before_another_change_does_not_take_the_version_back(now):
    campaign = CampaignFactory()
    Campaign.objects.filter(pk=campaign.pk).bump_public_version()
    assert save_campaign(campaign=campaign, now=now).public_version == 3


def test_a_change_that_the_database_refuses_leaves_no_trace(now):
    CampaignFactory(slug="taken")
    campaign = CampaignFactory(slug="free")
    campaign.slug = "taken"
    with pytest.raises(IntegrityError), transaction.atomic():
        save_campaign(campaign=campaign, now=now)
    stored = Campaign.objects.get(pk=campaign.pk)
    assert (stored.slug, stored.public_version, trail()) == ("free", 1, [])


def test_a_deleted_campaign_stays_on_record(staff, now):
    campaign = CampaignFactory(slug="gone")
    key = campaign.pk
    delete_campaign(campaign=campaign, by=staff, now=now)
    assert Campaign.objects.count() == 0
    assert trail() == [("campaign deleted", "staff", staff.pk, key, {"slug": "gone"})]
