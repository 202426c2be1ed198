"""Audit entries: their content, and that they are written with the change."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from config import audit
from config.audit import Verb
from config.models import AuditEntry
from tests.factories import CampaignFactory, StaffFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
Actor = AuditEntry.Actor
ROOT = Path(__file__).resolve().parents[2]

# The stored verbs. New ones are added; none is removed or respelt.
STORED = [
    "account activated",
    "account changed",
    "account deactivated",
    "asked to reaffirm",
    "authority verified",
    "came back",
    "campaign added",
    "campaign changed",
    "campaign deleted",
    "confirmed",
    "confirmed and published",
    "contact erased",
    "contact handed over",
    "contact kept",
    "contact requested",
    "corrected",
    "correction accepted",
    "correction refused",
    "declined",
    "declined as a second one",
    "declined as a second signature",
    "declined by a merge",
    "domain forgotten",
    "domain learned",
    "domain removed",
    "entered by staff",
    "expired",
    "found in a register",
    "invalidated",
    "invalidation undone",
    "invitation accepted",
    "invitation expired",
    "invitation withdrawn",
    "invited",
    "invited again",
    "lapsed",
    "letter added",
    "letter changed",
    "letter deleted",
    "letter status changed",
    "listing lifted",
    "log-in failed",
    "logged in",
    "logged out",
    "logo accepted",
    "logo proposed",
    "logo refused",
    "made a section",
    "mail allowed again",
    "mail stopped",
    "merge undone",
    "organisation added",
    "organisation changed",
    "organisation deleted",
    "organisations kept apart",
    "organisations merged",
    "other sessions ended",
    "password changed",
    "private link renewed",
    "proposed logo taken back",
    "published",
    "reaffirmed",
    "recovery code used",
    "recovery codes renewed",
    "register import undone",
    "register imported",
    "revision published",
    "role changed",
    "second factor begun",
    "second factor failed",
    "second factor proved",
    "second factor reset",
    "second factor set up",
    "sender allowed",
    "sender blocked",
    "sessions ended",
    "signature linked",
    "signatures invalidated",
    "signed",
    "signing looks unnatural",
    "taken for another organisation",
    "team joined",
    "translation checked",
    "visibility changed",
    "withdrawn",
    "words erased",
]


def test_an_entry_says_who_did_what_to_what_when_and_why(staff):
    campaign = CampaignFactory()
    audit.record(
        verb=Verb.SIGNED, subject=campaign, now=NOW, by=staff, reason="Because.", before="a"
    )
    entry = AuditEntry.objects.get()
    assert (entry.at, entry.actor, entry.by, entry.verb) == (NOW, Actor.STAFF, staff, "signed")
    assert (entry.subject_type, entry.subject_id) == ("campaigns.campaign", campaign.pk)
    assert (entry.reason, entry.detail) == ("Because.", {"before": "a"})


def test_without_a_user_the_actor_is_the_system():
    entry = audit.record(verb=Verb.SIGNED, subject=CampaignFactory(), now=NOW)
    assert (entry.actor, entry.by, entry.reason, entry.detail) == (Actor.SYSTEM, None, "", {})


def test_a_representative_is_named_as_such_without_a_person():
    entry = audit.record(
        verb=Verb.SIGNED, subject=CampaignFactory(), now=NOW, actor=Actor.REPRESENTATIVE
    )
    assert (entry.actor, entry.by) == (Actor.REPRESENTATIVE, None)


def test_a_staff_entry_without_its_user_is_refused():
    with pytest.raises(IntegrityError, match="audit_staff_entries_name_the_user"):
        audit.record(verb=Verb.SIGNED, subject=CampaignFactory(), now=NOW, actor=Actor.STAFF)


@pytest.mark.parametrize("actor", [Actor.SYSTEM, Actor.REPRESENTATIVE])
def test_an_entry_of_nobody_on_the_staff_with_a_staff_user_is_refused(staff, actor):
    with pytest.raises(IntegrityError, match="audit_staff_entries_name_the_user"):
        audit.record(verb=Verb.SIGNED, subject=CampaignFactory(), now=NOW, by=staff, actor=actor)


def test_an_act_that_is_rolled_back_leaves_no_entry():
    campaign = CampaignFactory()

    def act_and_fail() -> None:
        with transaction.atomic():
            audit.record(verb=Verb.SIGNED, subject=campaign, now=NOW)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        act_and_fail()
    assert AuditEntry.objects.count() == 0


def test_an_entry_outlives_its_subject():
    campaign = CampaignFactory()
    key = campaign.pk
    audit.record(verb=Verb.SIGNED, subject=campaign, now=NOW)
    campaign.delete()
    assert AuditEntry.objects.get().subject_id == key


def test_a_user_who_is_on_record_cannot_be_deleted():
    user = StaffFactory()
    audit.record(verb=Verb.SIGNED, subject=CampaignFactory(), now=NOW, by=user)
    with pytest.raises(ProtectedError):
        user.delete()


def test_the_latest_entry_comes_first_and_of_one_instant_the_one_written_last():
    campaign = CampaignFactory()
    for verb, day in [(Verb.PUBLISHED, 2), (Verb.SIGNED, 1), (Verb.WITHDRAWN, 2)]:
        audit.record(verb=verb, subject=campaign, now=NOW.replace(day=day))
    assert [entry.verb for entry in AuditEntry.objects.all()] == [
        "withdrawn",
        "published",
        "signed",
    ]


def test_staff_read_the_trail_in_the_admin_and_can_neither_add_nor_change_nor_delete(staff_client):
    entry = audit.record(verb=Verb.SIGNED, subject=CampaignFactory(), now=NOW)
    pages = ["", "add/", f"{entry.pk}/change/", f"{entry.pk}/delete/"]
    found = [staff_client.get(f"/admin/config/auditentry/{page}").status_code for page in pages]
    posted = [
        staff_client.post(f"/admin/config/auditentry/{page}").status_code for page in pages[1:]
    ]
    assert (found, posted) == ([200, 403, 200, 403], [403, 403, 403])


def test_entries_with_former_verbs_can_still_be_read(staff_client):
    AuditEntry.objects.create(
        at=NOW,
        actor=Actor.SYSTEM,
        verb="done long ago",
        subject_type="letters.letter",
        subject_id=1,
    )
    assert "done long ago" in staff_client.get("/admin/config/auditentry/").content.decode()


def test_every_verb_is_used():
    code = "".join(
        path.read_text()
        for app in ("campaigns", "config", "letters", "signatories")
        for path in (ROOT / app).rglob("*.py")
    )
    assert set(re.findall(r"\bVerb\.([A-Z_]+)", code)) == set(Verb.__members__)


def test_verbs_keep_the_words_under_which_they_are_stored():
    """The trail is append-only: with a changed word, the same act would be stored in two ways."""
    assert sorted(verb.value for verb in Verb) == STORED
    assert [verb.name for verb in Verb] == [re.sub("[ -]", "_", verb).upper() for verb in Verb]
