"""Two staff, or one who presses twice, at the same instant."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.utils import timezone

from config.models import AuditEntry
from letters.models import Letter
from signatories.defence.alarm import raise_alarm
from signatories.defence.invalidation import (
    Rule,
    digest_of,
    invalidate_signatures,
    matching,
    undo_invalidation,
)
from signatories.defence.proof import make_challenge, use_proof
from signatories.errors import MatchesChanged, NothingMatches
from signatories.models import Invalidation, Signature, SigningAlarm
from signatories.review import publish_signature
from tests.factories import LetterFactory, SignatureFactory, StaffFactory
from tests.signatories.defence.test_proof import solved
from tests.signatories.test_concurrency import at_once

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
def test_pressed_at_once_it_is_done_once(keys):
    letter, staff = spammed(), StaffFactory()
    at_once(*[lambda key=key: press(letter, key, staff) for key in keys])
    assert Invalidation.objects.count() == 1
    assert AuditEntry.objects.filter(verb="invalidated").count() == 5
    letter.refresh_from_db()
    assert letter.public_version == 2


def test_undone_at_once_it_is_undone_once():
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
    monkeypatch.setattr("signatories.defence.alarm.SURGE_LEAST", 1)
    letter = LetterFactory()
    SignatureFactory(letter=letter, unconfirmed=True, signed_at=NOW)
    at_once(*[lambda: raise_alarm(letter=letter, now=NOW)] * 4)
    assert SigningAlarm.objects.count() == 1


def test_one_proof_sent_many_times_at_once_is_taken_once():
    letter = LetterFactory(proof_of_work=True)
    text = solved(make_challenge(letter, now=NOW))
    taken: list[bool] = []
    at_once(*[lambda: taken.append(use_proof(text, letter=letter, now=NOW))] * 6)
    assert sorted(taken) == [False] * 5 + [True]
