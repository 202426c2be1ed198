"""Fifty at the same instant, each on a connection of its own: one thing happens, once."""

from __future__ import annotations

from collections import Counter

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config.models import AuditEntry
from letters.models import Letter
from signatories.actions import confirm_signature, sign_letter, withdraw_signature
from signatories.models import Organisation, Signature
from tests.factories import FIRST, LetterFactory, SignatureFactory, entry
from tests.signatories.test_concurrency import at_once, unconfirmed

# One process at a time: two crowds are more connections than PostgreSQL takes by default.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("crowds")]
Status = Signature.Status
NOW = timezone.now()
CROWD = 50


def mails() -> Counter[str]:
    """How many mails of which kind wait in the outbox."""
    tasks = DBTaskResult.objects.values_list("args_kwargs", flat=True)
    return Counter(task["args"][0].rpartition(".")[2] for task in tasks)


def acts() -> Counter[str]:
    return Counter(AuditEntry.objects.values_list("verb", flat=True))


def test_one_link_confirmed_by_a_crowd_is_one_signature():
    letter = LetterFactory(publish_own_domain=True)
    signature = unconfirmed(letter, "rosa@forum.example.org")
    at_once(*[lambda: confirm_signature(signature=signature, now=NOW)] * CROWD)
    assert Signature.objects.get().is_live
    assert Organisation.objects.count() == 1
    assert acts()["confirmed"] == 1
    assert mails() == {"in_review": 1}


def test_one_organisation_signed_by_a_crowd_has_one_live_signature():
    """Fifty colleagues sign and confirm, each with an address of their own."""
    letter = LetterFactory()

    def sign_and_confirm(email: str, network: str) -> None:
        sign_letter(
            letter=letter,
            entry=entry(email=email),
            shown=FIRST,
            network=network,
            language="en",
            now=NOW,
        )
        own = [one for one in Signature.objects.all() if one.representative_email == email]
        confirm_signature(signature=own[0], now=NOW)

    at_once(
        *[
            lambda n=n: sign_and_confirm(f"colleague{n}@forum.example.org", f"10.0.{n}.0/24")
            for n in range(CROWD)
        ]
    )
    assert Organisation.objects.count() == 1
    statuses = Counter(Signature.objects.values_list("status", flat=True))
    assert statuses == {Status.IN_REVIEW: 1, Status.DECLINED: CROWD - 1}
    assert mails() == {
        "confirmation": CROWD,
        "in_review": 1,
        "second_signature": CROWD - 1,
        "colleague_signed": CROWD - 1,
    }


def test_one_signature_withdrawn_by_a_crowd_is_withdrawn_once():
    signature = SignatureFactory()
    version = Letter.objects.get().public_version
    at_once(*[lambda: withdraw_signature(signature=signature, now=NOW)] * CROWD)
    assert Signature.objects.get().status == Status.WITHDRAWN
    assert acts() == {"withdrawn": 1}
    assert mails() == {"withdrawn": 1}
    assert Letter.objects.get().public_version == version + 1
