"""What staff write as a reason fits its column, whichever way it comes, and is never lost."""

from __future__ import annotations

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse
from django.utils import timezone

from config.models import AuditEntry
from config.text.reasons import ReasonTooLong
from letters.actions import publish_revision
from letters.models import Revision
from signatories.defence.actions import list_sender
from signatories.models import Listing, Signature
from signatories.review.actions import decline_signature, invalidate_signatures, verify_authority
from signatories.review.invalidation import Rule, digest_of
from signatories.signing.actions import reaffirm_signature
from signatories.signing.agreement import Shown
from tests.factories import RevisionFactory, SignatureFactory
from tests.signatories.admin.test_admin import LIST, address

pytestmark = pytest.mark.django_db
Status = Signature.Status
NOW = timezone.now()
LONG = "No. " * 175  # 700 characters
TOO_LONG = "Use at most 500 characters. You have used 699."
LINES = "No!\r\n" * 125  # 625 characters as a browser sends them, 499 as they are stored


@pytest.fixture
def waiting() -> Signature:
    return SignatureFactory(in_review=True)


@pytest.fixture
def behind() -> Signature:
    """One under a text that was changed in substance since."""
    signature = SignatureFactory()
    RevisionFactory(letter=signature.letter, number=2, title="Speak")
    return signature


def decline_many(client, signatures: list[Signature], reason: str):
    chosen = [signature.pk for signature in signatures]
    data = {"action": "decline_selected", "decide": "yes", ACTION_CHECKBOX_NAME: chosen}
    return client.post(LIST, data | {"reason": reason})


def test_declining_many_refuses_a_reason_that_is_too_long_and_keeps_it(staff_client, waiting):
    response = decline_many(staff_client, [waiting], LONG)
    assert response.context["form"].errors == {"reason": [TOO_LONG]}
    assert LONG.strip() in response.content.decode()
    assert Signature.objects.get().status == Status.IN_REVIEW


def test_declining_one_refuses_a_reason_that_is_too_long_and_keeps_it(staff_client, waiting):
    url = address(waiting, "decline")
    response = staff_client.post(url, {"reason": LONG})
    assert response.context["form"].errors == {"reason": [TOO_LONG]}
    assert LONG.strip() in response.content.decode()
    assert Signature.objects.get().status == Status.IN_REVIEW
    staff_client.post(url, {"reason": "Shorter."})  # the same page's form
    assert Signature.objects.get().reason == "Shorter."


def test_reaffirming_refuses_a_reason_that_is_too_long_and_keeps_it(staff_client, behind):
    response = staff_client.post(address(behind, "reaffirm"), {"reason": LONG})
    assert response.context["form"].errors == {"reason": [TOO_LONG]}
    assert LONG.strip() in response.content.decode()
    assert Signature.objects.get().reaffirmed_at is None


def test_line_breaks_are_measured_as_they_are_stored(staff_client, waiting):
    other = SignatureFactory(in_review=True)
    decline_many(staff_client, [waiting], LINES)
    staff_client.post(address(other, "decline"), {"reason": LINES})
    stored = Signature.objects.values_list("status", "reason")
    assert list(stored) == [(Status.DECLINED, "\n".join(["No!"] * 125))] * 2


def test_listing_a_sender_keeps_a_reason_that_is_too_long(staff_client):
    url = reverse("admin:signatories_listing_add")
    data = {"verdict": "blocked", "kind": "domain", "value": "spam.example"}
    response = staff_client.post(url, data | {"comment": LONG})
    assert response.context["adminform"].form.errors == {"comment": [TOO_LONG]}
    assert Listing.objects.count() == 0
    staff_client.post(url, data | {"comment": "A flood."})
    assert Listing.objects.get().comment == "A flood."


@pytest.mark.parametrize("name", ["decline", "verify", "reaffirm", "invalidate", "list", "revise"])
def test_no_action_stores_a_reason_that_is_too_long(name, staff, waiting):
    """Whoever calls it, and on an engine that cuts nothing."""
    letter = waiting.letter
    act = {
        "decline": lambda: decline_signature(signature=waiting, by=staff, now=NOW, reason=LONG),
        "verify": lambda: verify_authority(signature=waiting, by=staff, now=NOW, reason=LONG),
        "reaffirm": lambda: reaffirm_signature(
            signature=waiting,
            shown=Shown(revision="1", language="en"),
            by=staff,
            now=NOW,
            reason=LONG,
        ),
        "invalidate": lambda: invalidate_signatures(
            letter=letter,
            rule=Rule(status=Status.IN_REVIEW),
            seen=digest_of([waiting]),
            key="key",
            reason=LONG,
            by=staff,
            now=NOW,
        ),
        "list": lambda: list_sender(
            verdict="blocked", kind="domain", value="spam.example", comment=LONG, by=staff, now=NOW
        ),
        "revise": lambda: publish_revision(letter=letter, substantive=False, reason=LONG, now=NOW),
    }
    letter.editions.update(title="Another title")
    with pytest.raises(ReasonTooLong):
        act[name]()
    assert (AuditEntry.objects.count(), Revision.objects.count()) == (0, 1)
    assert Signature.objects.get().status == Status.IN_REVIEW
