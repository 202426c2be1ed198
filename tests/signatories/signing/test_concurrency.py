"""Two connections at the same instant. Each promise is the database's, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from config.models import AuditEntry
from letters.models import Letter
from signatories.defence.limits import BURST, count
from signatories.errors import BadLink, IllegalTransition
from signatories.models import Organisation, RateCount, Signature
from signatories.privacy.actions import erase_own_data
from signatories.review.actions import publish_signature
from signatories.signing.actions import (
    confirm_signature,
    correct_signature,
    settle_confirmed,
    settle_signature,
    sign_letter,
    withdraw_signature,
)
from tests.factories import FIRST, CampaignFactory, LetterFactory, SignatureFactory, entry

pytestmark = pytest.mark.django_db(transaction=True)
Status = Signature.Status
NOW = timezone.now()


def at_once(*acts: Callable[[], object]) -> None:
    """Run all of them in threads that start together, each on a connection of its own."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait(timeout=60)
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        for future in [pool.submit(run, act) for act in acts]:
            future.result()


def unconfirmed(letter: Letter, email: str, name: str = "Forum for Press Freedom") -> Signature:
    return SignatureFactory(
        letter=letter, unconfirmed=True, representative_email=email, signed_as=name, country="DE"
    )


def test_one_organisation_signed_twice_at_once_has_one_live_signature():
    letter = LetterFactory()

    def sign_and_confirm(email: str) -> None:
        sign_letter(
            letter=letter,
            entry=entry(email=email),
            shown=FIRST,
            network="unknown",
            language="en",
            now=NOW,
        )
        for signature in Signature.objects.filter(status=Status.UNCONFIRMED):
            if signature.representative_email == email:
                confirm_signature(signature=signature, now=NOW)

    at_once(
        lambda: sign_and_confirm("one@forum.example.org"),
        lambda: sign_and_confirm("two@forum.example.org"),
    )
    at_once(*[lambda: settle_confirmed(now=NOW)] * 2)
    entry_of_register = Organisation.objects.on_register().get()
    assert Signature.objects.live().filter(organisation=entry_of_register).count() == 1
    second = Organisation.objects.get(provisional=True)
    assert second.recognised_as == entry_of_register


def test_the_same_form_sent_twice_at_once_is_one_signature():
    letter = LetterFactory()

    def sign() -> None:
        sign_letter(
            letter=letter, entry=entry(), shown=FIRST, network="unknown", language="en", now=NOW
        )

    at_once(sign, sign)
    assert Signature.objects.count() == 1


def test_many_presses_of_one_confirming_button_are_one():
    letter = LetterFactory(publish_own_domain=True)
    signature = unconfirmed(letter, "rosa@forum.example.org")
    at_once(*[lambda: confirm_signature(signature=signature, now=NOW)] * 8)
    assert Signature.objects.get().is_live
    assert Organisation.objects.count() == 1


def test_one_organisation_confirmed_under_two_letters_at_once_is_on_the_register_once():
    campaign = CampaignFactory()
    letters = [LetterFactory(campaign=campaign) for _ in range(4)]
    signatures = [unconfirmed(one, f"{one.pk}@forum.example.org") for one in letters]
    at_once(*[lambda one=one: confirm_signature(signature=one, now=NOW) for one in signatures])
    at_once(*[lambda one=one: settle_signature(signature=one, now=NOW) for one in signatures])
    assert Organisation.objects.count() == 1
    assert Signature.objects.live().count() == 4


def test_publishing_and_withdrawing_at_once_leaves_it_withdrawn():
    signature = SignatureFactory(in_review=True)

    def publish() -> None:
        with suppress(IllegalTransition):  # when the withdrawal was first
            publish_signature(signature=signature, by=None, now=NOW)

    at_once(publish, lambda: withdraw_signature(signature=signature, now=NOW))
    signature.refresh_from_db()
    assert signature.status == Status.WITHDRAWN


def test_correcting_and_erasing_at_once_leaves_it_erased():
    signature = SignatureFactory()

    def correct() -> None:
        with suppress(BadLink):  # when the erasure was first
            correct_signature(
                signature=signature,
                organisation_name=str(signature),
                statement="",
                name="Nora Newly",
                role="Chair",
                now=NOW,
            )

    at_once(correct, lambda: erase_own_data(signature=signature, now=NOW))
    signature.refresh_from_db()
    assert not signature.has_contact


def test_many_presses_of_the_erasing_button_are_one():
    signature = SignatureFactory()
    at_once(*[lambda: erase_own_data(signature=signature, now=NOW, withdraw=True)] * 4)
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["withdrawn", "contact erased"]


def test_the_public_version_counts_every_change():
    letter = LetterFactory()
    signatures = [SignatureFactory(letter=letter, in_review=True) for _ in range(6)]
    at_once(
        *[lambda one=one: publish_signature(signature=one, by=None, now=NOW) for one in signatures]
    )
    letter.refresh_from_db()
    assert letter.public_version == 7


def test_counts_of_all_processes_add_up():
    at_once(*[lambda: count("network", "192.0.2.0/24", length=BURST, now=NOW)] * 8)
    assert RateCount.objects.get().count == 8
