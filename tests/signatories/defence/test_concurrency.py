"""Two users, or one who presses twice, at the same instant."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config.models import AuditEntry
from letters.models import Letter
from signatories.defence.limits import (
    DOMAIN_UNKNOWN,
    MAILS_UNKNOWN,
    Sending,
    allow_confirmation,
)
from signatories.defence.proof import make_challenge, use_proof
from signatories.errors import MatchesChanged, NothingMatches
from signatories.models import Invalidation, Signature, SigningAlarm
from signatories.review.actions import (
    invalidate_signatures,
    publish_signature,
    raise_alarm,
    undo_invalidation,
)
from signatories.review.invalidation import Rule, digest_of, matching
from signatories.signing.actions import sign_letter
from tests.factories import FIRST, LetterFactory, SignatureFactory, StaffFactory, entry
from tests.signatories.defence.test_proof import solved
from tests.signatories.signing.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()
RULE = Rule(status="published")


def spammed() -> Letter:
    letter = LetterFactory()
    for _ in range(5):
        SignatureFactory(letter=letter)
    return letter


def press(letter: Letter, key: str, by) -> None:
    seen = digest_of(matching(letter, RULE))
    with suppress(MatchesChanged, NothingMatches):
        invalidate_signatures(
            letter=letter, rule=RULE, seen=seen, key=key, reason="A flood.", by=by, now=NOW
        )


@pytest.mark.parametrize("keys", [("k", "k", "k", "k"), ("a", "b", "c", "d")])
def test_two_invalidations_at_once_are_done_once(keys):
    letter, staff = spammed(), StaffFactory()
    at_once(*[lambda key=key: press(letter, key, staff) for key in keys])
    assert Invalidation.objects.count() == 1
    assert AuditEntry.objects.filter(verb="invalidated").count() == 5
    letter.refresh_from_db()
    assert letter.public_version == 2


def test_two_undos_at_once_are_done_once():
    letter, staff = spammed(), StaffFactory()
    press(letter, "k", staff)
    done = Invalidation.objects.get()
    at_once(*[lambda: undo_invalidation(invalidation=done, by=staff, now=NOW)] * 4)
    assert Signature.objects.published().count() == 5
    assert AuditEntry.objects.filter(verb="invalidation undone").count() == 6
    letter.refresh_from_db()
    assert letter.public_version == 3


def test_publishing_one_while_all_are_put_back_leaves_it_published():
    letter, staff = spammed(), StaffFactory()
    press(letter, "k", staff)
    done, one = Invalidation.objects.get(), Signature.objects.all()[0]
    at_once(
        lambda: undo_invalidation(invalidation=done, by=staff, now=NOW),
        lambda: publish_signature(signature=one, by=staff, now=NOW),
    )
    assert Signature.objects.published().count() == 5


def test_one_alarm_is_raised_by_two_workers(monkeypatch):
    monkeypatch.setattr("signatories.review.alarms.SURGE_LEAST", 1)
    letter = LetterFactory()
    SignatureFactory(letter=letter, unconfirmed=True, signed_at=NOW)
    at_once(*[lambda: raise_alarm(letter=letter, now=NOW)] * 4)
    assert SigningAlarm.objects.count() == 1


@pytest.mark.parametrize("same_letter", [True, False])
def test_many_forms_at_once_for_one_mailbox_send_three_mails(same_letter):
    """On different letters, so that only the count itself makes them wait for each other."""
    letters = [LetterFactory()] * 12 if same_letter else [LetterFactory() for _ in range(12)]

    def sign(number: int) -> None:
        sign_letter(
            letter=letters[number],
            entry=entry(email=f"v.ictim+{number}@gmail.com", organisation=f"Forum {number}"),
            shown=FIRST,
            network=f"10.0.{number}.0/24",
            language="en",
            now=NOW,
        )

    at_once(*[lambda number=number: sign(number) for number in range(12)])
    assert Signature.objects.count() == 12
    assert DBTaskResult.objects.count() == MAILS_UNKNOWN


def test_many_forms_at_once_at_one_domain_keep_its_limit():
    sendings: list[Sending] = []

    def ask(number: int) -> None:
        with transaction.atomic():
            sendings.append(
                allow_confirmation(email=f"{number}@victim.example", proved=False, now=NOW)
            )

    for start in (0, 10, 20):
        at_once(*[lambda number=number: ask(number) for number in range(start, start + 10)])
    assert Counter(sendings) == {Sending.NOW: DOMAIN_UNKNOWN, Sending.HELD: 10}


def test_one_proof_sent_many_times_at_once_is_taken_once():
    letter = LetterFactory(proof_of_work=True)
    text = solved(make_challenge(letter, now=NOW))
    taken: list[bool] = []
    at_once(*[lambda: taken.append(use_proof(text, letter=letter, now=NOW))] * 6)
    assert sorted(taken) == [False] * 5 + [True]
