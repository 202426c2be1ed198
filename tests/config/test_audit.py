"""What the audit trail says, and that it says it together with the act."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from config import audit
from config.models import AuditEntry
from tests.factories import CampaignFactory, StaffFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
Actor = AuditEntry.Actor


def test_an_entry_says_who_did_what_to_what_when_and_why(staff):
    campaign = CampaignFactory()
    audit.record(verb="tested", subject=campaign, now=NOW, by=staff, reason="Because.", before="a")
    entry = AuditEntry.objects.get()
    assert (entry.at, entry.actor, entry.by, entry.verb) == (NOW, Actor.STAFF, staff, "tested")
    assert (entry.subject_type, entry.subject_id) == ("campaigns.campaign", campaign.pk)
    assert (entry.reason, entry.detail) == ("Because.", {"before": "a"})


def test_without_anybody_the_actor_is_the_system():
    entry = audit.record(verb="tested", subject=CampaignFactory(), now=NOW)
    assert (entry.actor, entry.by, entry.reason, entry.detail) == (Actor.SYSTEM, None, "", {})


def test_a_representative_is_named_as_such_without_a_person():
    entry = audit.record(
        verb="tested", subject=CampaignFactory(), now=NOW, actor=Actor.REPRESENTATIVE
    )
    assert (entry.actor, entry.by) == (Actor.REPRESENTATIVE, None)


def test_a_staff_entry_without_its_user_is_refused():
    with pytest.raises(IntegrityError, match="audit_staff_entries_name_the_user"):
        audit.record(verb="tested", subject=CampaignFactory(), now=NOW, actor=Actor.STAFF)


@pytest.mark.parametrize("actor", [Actor.SYSTEM, Actor.REPRESENTATIVE])
def test_an_entry_of_nobody_on_the_staff_with_a_staff_user_is_refused(staff, actor):
    with pytest.raises(IntegrityError, match="audit_staff_entries_name_the_user"):
        audit.record(verb="tested", subject=CampaignFactory(), now=NOW, by=staff, actor=actor)


def test_an_act_that_is_rolled_back_leaves_no_entry():
    campaign = CampaignFactory()

    def act_and_fail() -> None:
        with transaction.atomic():
            audit.record(verb="tested", subject=campaign, now=NOW)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        act_and_fail()
    assert AuditEntry.objects.count() == 0


def test_an_entry_outlives_its_subject():
    campaign = CampaignFactory()
    key = campaign.pk
    audit.record(verb="tested", subject=campaign, now=NOW)
    campaign.delete()
    assert AuditEntry.objects.get().subject_id == key


def test_a_user_who_is_on_record_cannot_be_deleted():
    user = StaffFactory()
    audit.record(verb="tested", subject=CampaignFactory(), now=NOW, by=user)
    with pytest.raises(ProtectedError):
        user.delete()


def test_the_latest_entry_comes_first_and_of_one_instant_the_one_written_last():
    campaign = CampaignFactory()
    for verb, day in [("second", 2), ("first", 1), ("third", 2)]:
        audit.record(verb=verb, subject=campaign, now=NOW.replace(day=day))
    assert [entry.verb for entry in AuditEntry.objects.all()] == ["third", "second", "first"]


def test_staff_read_the_trail_in_the_admin_and_can_neither_add_nor_change_nor_delete(staff_client):
    entry = audit.record(verb="tested", subject=CampaignFactory(), now=NOW)
    pages = ["", "add/", f"{entry.pk}/change/", f"{entry.pk}/delete/"]
    found = [staff_client.get(f"/admin/config/auditentry/{page}").status_code for page in pages]
    posted = [
        staff_client.post(f"/admin/config/auditentry/{page}").status_code for page in pages[1:]
    ]
    assert (found, posted) == ([200, 403, 200, 403], [403, 403, 403])
