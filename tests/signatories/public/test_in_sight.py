"""An organisation that staff added stays visible and unchanged when it signs in secret."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.staff.roles import Role
from signatories.models import Organisation, Pair, Signature
from signatories.review.actions import merge_organisations
from tests.factories import CampaignFactory, SignatureFactory
from tests.signatories.test_secrets import REGISTER, SECRET, add, member

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def snapshot(client: Client, organisation: Organisation) -> list[str]:
    """What the admin shows of an organisation, and of a merge of it by this user."""
    pages = [
        REGISTER,
        reverse("admin:signatories_organisation_change", args=[organisation.pk]),
        reverse("admin:signatories_organisation_delete", args=[organisation.pk]),
        reverse("admin:signatories_pair_changelist"),
        reverse("admin:signatories_merge_changelist"),
    ]
    shown = []
    for page in pages:
        response = client.get(page)
        text = re.sub(r'value="(\w{64}|\w+:\w+:[\w-]{43})"', "", response.content.decode())
        shown.append(f"{response.status_code} {text}")
    return shown


@pytest.mark.parametrize("status", Signature.Status)
def test_a_secret_signature_changes_nothing_about_an_organisation_that_staff_added(status):
    user, client = member(Role.EDITOR, CampaignFactory())
    entered, other, third = (add(client, name=name) for name in (SECRET, "Other", "Third"))
    Pair.objects.create(first=entered, second=other, score=0.9)
    merge_organisations(kept=entered, merged=third, by=user, now=NOW)
    snapshot(client, entered)  # clears waiting messages
    before = snapshot(client, entered)
    confirmed = status not in ("unconfirmed", "expired")
    SignatureFactory(
        organisation=entered if confirmed else None,
        confirmed_at=NOW if confirmed else None,
        visibility="withheld",
        status=status,
        withdrawn_at=NOW if status == "withdrawn" else None,
        lapsed_at=NOW if status == "lapsed" else None,
        decided_at=NOW if status == "declined" else None,
        reason="No." if status == "declined" else "",
    )
    assert snapshot(client, entered) == before
