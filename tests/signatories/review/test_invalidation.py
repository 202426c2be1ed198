"""Invalidating by a rule: what it selects, what it does, and undoing it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config.models import AuditEntry
from letters.models import Letter
from signatories.defence.decision import index_network
from signatories.errors import (
    EndsTooEarly,
    MatchesChanged,
    NothingMatches,
    NotListable,
    ReasonMissing,
)
from signatories.housekeeping import tidy
from signatories.models import Invalidation, Signature
from signatories.privacy.actions import expire_unconfirmed
from signatories.privacy.retention import UNCONFIRMED_DAYS
from signatories.review.actions import (
    decline_signature,
    invalidate_signatures,
    publish_signature,
    undo_invalidation,
)
from signatories.review.invalidation import Rule, digest_of, matching
from tests.factories import LetterFactory, SignatureFactory

pytestmark = pytest.mark.django_db
Status = Signature.Status
NOW = timezone.now()
SPAM = Rule(email_domain="spam.example")


@pytest.fixture
def letter(db: None) -> Letter:
    return LetterFactory()


@pytest.fixture
def add(letter):
    def one(*, at="", network="192.0.2.0/24", on=None, **changes) -> Signature:
        given = {"representative_email": f"rosa@{at}"} if at else {}
        where = {"network": network, "network_index": index_network(network)}
        return SignatureFactory(letter=on or letter, **given, **where, **changes)

    return one


def invalidate(letter: Letter, by, rule: Rule = SPAM, *, now=NOW, **changes) -> Invalidation:
    seen = digest_of(matching(letter, rule.cleaned()))
    terms = {"seen": seen, "key": uuid4().hex, "reason": "A flood."} | changes
    return invalidate_signatures(letter=letter, rule=rule, by=by, now=now, **terms)


def statuses(*signatures: Signature) -> list[str]:
    for signature in signatures:
        signature.refresh_from_db()
    return [signature.status for signature in signatures]


def version(letter: Letter) -> int:
    return Letter.objects.values_list("public_version", flat=True).get(pk=letter.pk)


@pytest.mark.parametrize(
    ("rule", "named"),
    [
        (Rule(network="192.0.2.0/24"), ["a", "c"]),
        (Rule(network="192.0.0.0/16"), ["a", "b", "c"]),
        (Rule(network="2001:db8::/32"), ["d"]),
        (Rule(network="2001:db8:1::/48"), ["d"]),
        (Rule(email_domain="spam.example"), ["a", "b"]),
        (Rule(email_domain="mail.spam.example"), ["b"]),
        (Rule(signed_from=NOW), ["c", "d"]),
        (Rule(signed_until=NOW), ["a", "b"]),
        (Rule(signed_from=NOW, signed_until=NOW + timedelta(minutes=1)), ["c"]),
        (Rule(status="in_review"), ["b"]),
        (Rule(declared_only=True), ["a", "b", "d"]),
        (Rule(network="192.0.2.0/24", declared_only=True), ["a"]),
    ],
)
def test_a_rule_selects_signatures_that_match_it(add, letter, rule, named):
    before, later = NOW - timedelta(minutes=1), NOW + timedelta(minutes=1)
    known = {
        "a": add(at="spam.example", unconfirmed=True, signed_at=before),
        "b": add(at="mail.spam.example", network="192.0.3.0/24", in_review=True, signed_at=before),
        "c": add(at="notspam.example", authority="own_domain", signed_at=NOW),
        "d": add(at="other.example", network="2001:db8:1::/48", signed_at=later),
    }
    add(at="spam.example", on=LetterFactory())
    for ended in ("withdrawn", "declined", "lapsed"):
        add(at="spam.example", **{ended: True})
    found = matching(letter, rule.cleaned())
    assert [name for name, signature in known.items() if signature in found] == named
    assert len(found) == len(named)


def test_an_empty_or_invalid_rule_is_refused(letter, staff):
    with pytest.raises(NothingMatches):
        Rule().cleaned()
    with pytest.raises(NotListable):
        Rule(network="192.0.2.7").cleaned()
    with pytest.raises(EndsTooEarly):
        Rule(signed_from=NOW, signed_until=NOW).cleaned()
    with pytest.raises(NothingMatches):
        invalidate(letter, staff)


def test_all_that_match_are_declined_without_a_mail_and_the_others_stay(add, letter, staff):
    spam = [add(at="spam.example", **kind) for kind in ({"unconfirmed": True}, {"in_review": True})]
    spam.append(add(at="spam.example"))
    honest = add(at="forum.example")
    done = invalidate(letter, staff)
    assert statuses(*spam, honest) == [Status.DECLINED] * 3 + [Status.PUBLISHED]
    assert {(one.decided_by, one.decided_at, one.reason) for one in spam} == {
        (staff, NOW, "A flood.")
    }
    assert list(done.signatures.values_list("former_status", flat=True)) == [
        Status.UNCONFIRMED,
        Status.IN_REVIEW,
        Status.PUBLISHED,
    ]
    assert DBTaskResult.objects.count() == 0


def test_the_public_version_goes_up_once_and_only_if_the_public_could_see_it(add, letter, staff):
    for _ in range(3):
        add(at="spam.example")
    add(at="waits.example", in_review=True)
    done = invalidate(letter, staff)
    assert version(letter) == 2
    undo_invalidation(invalidation=done, by=staff, now=NOW)
    assert version(letter) == 3
    undo_invalidation(
        invalidation=invalidate(letter, staff, Rule(email_domain="waits.example")),
        by=staff,
        now=NOW,
    )
    assert version(letter) == 3


def test_it_is_on_the_record_without_personal_data(add, letter, staff):
    add(at="spam.example")
    done = invalidate(letter, staff)
    undo_invalidation(invalidation=done, by=staff, now=NOW)
    entries = AuditEntry.objects.filter(by=staff).order_by("pk")
    assert [(entry.verb, entry.by) for entry in entries] == [
        ("invalidated", staff),
        ("signatures invalidated", staff),
        ("invalidation undone", staff),
        ("invalidation undone", staff),
    ]
    assert entries[1].detail == {"signatures": 1}
    assert entries[3].detail == {"restored": 1, "changed": 0}


def test_a_second_press_does_it_once(add, letter, staff):
    add(at="spam.example")
    seen = digest_of(matching(letter, SPAM))
    first = invalidate(letter, staff, key="k", seen=seen)
    assert invalidate(letter, staff, key="k", seen=seen) == first
    assert Invalidation.objects.count() == 1
    assert AuditEntry.objects.filter(verb="signatures invalidated").count() == 1


def test_signatures_that_were_not_shown_are_not_declined(add, letter, staff):
    add(at="spam.example")
    seen = digest_of(matching(letter, SPAM))
    new = add(at="spam.example")
    with pytest.raises(MatchesChanged):
        invalidate(letter, staff, seen=seen)
    assert statuses(new) == [Status.PUBLISHED]
    assert Invalidation.objects.count() == 0


def test_a_reason_is_needed_and_too_many_at_once_are_refused(add, letter, staff, monkeypatch):
    signatures = [add(at="spam.example") for _ in range(2)]
    with pytest.raises(ReasonMissing):
        invalidate(letter, staff, reason=" ")
    monkeypatch.setattr("signatories.review.actions.invalidation.AT_ONCE", 1)
    with pytest.raises(NothingMatches):
        invalidate(letter, staff)
    assert statuses(*signatures) == [Status.PUBLISHED] * 2


# Undoing


def test_undoing_puts_each_back_as_it_was(add, letter, staff):
    unconfirmed = add(at="spam.example", unconfirmed=True)
    reviewed = add(at="spam.example", in_review=True)
    published = add(at="spam.example")
    publish_signature(signature=reviewed, by=staff, now=NOW - timedelta(hours=1))
    before = [
        Signature.objects.values().get(pk=one.pk) for one in (unconfirmed, reviewed, published)
    ]
    done = invalidate(letter, staff)
    undone = undo_invalidation(invalidation=done, by=staff, now=NOW + timedelta(hours=1))
    after = [
        Signature.objects.values().get(pk=one.pk) for one in (unconfirmed, reviewed, published)
    ]
    assert after == before
    assert (undone.undone_by, undone.undone_at) == (staff, NOW + timedelta(hours=1))
    assert set(done.signatures.values_list("outcome", flat=True)) == {"restored"}


def test_undoing_twice_is_harmless(add, letter, staff):
    signature = add(at="spam.example")
    done = invalidate(letter, staff)
    undo_invalidation(invalidation=done, by=staff, now=NOW)
    decline_signature(signature=signature, by=staff, now=NOW, reason="Not an organisation.")
    undo_invalidation(invalidation=done, by=staff, now=NOW)
    assert statuses(signature) == [Status.DECLINED]


def test_signatures_changed_since_stay_and_are_reported(add, letter, staff):
    decided_again, untouched = add(at="spam.example"), add(at="spam.example")
    done = invalidate(letter, staff)
    later = NOW + timedelta(hours=1)
    publish_signature(signature=decided_again, by=staff, now=later)
    decline_signature(signature=decided_again, by=staff, now=later, reason="No.")
    undo_invalidation(invalidation=done, by=staff, now=later)
    assert statuses(decided_again, untouched) == [Status.DECLINED, Status.PUBLISHED]
    assert list(done.signatures.values_list("outcome", flat=True)) == ["changed", "restored"]


def test_an_organisation_that_has_signed_again_keeps_its_new_signature(add, letter, staff):
    old = add(at="spam.example")
    done = invalidate(letter, staff)
    new = SignatureFactory(letter=letter, organisation=old.organisation)
    undo_invalidation(invalidation=done, by=staff, now=NOW)
    assert statuses(old, new) == [Status.DECLINED, Status.PUBLISHED]
    assert done.signatures.get().outcome == "changed"


def test_an_address_that_waits_to_confirm_again_keeps_its_new_signature(add, letter, staff):
    old = add(at="spam.example", unconfirmed=True)
    done = invalidate(letter, staff)
    new = add(at="spam.example", unconfirmed=True)
    undo_invalidation(invalidation=done, by=staff, now=NOW)
    assert statuses(old, new) == [Status.DECLINED, Status.UNCONFIRMED]
    assert done.signatures.get().outcome == "changed"


# Retention


def test_an_unconfirmed_signature_is_erased_on_time_and_stays_declined(add, letter, staff):
    signature = add(at="spam.example", unconfirmed=True, signed_at=NOW)
    done = invalidate(letter, staff)
    over = NOW + timedelta(days=UNCONFIRMED_DAYS, seconds=1)
    assert expire_unconfirmed(now=over - timedelta(seconds=2)) == 0
    assert expire_unconfirmed(now=over) == 1
    assert expire_unconfirmed(now=over) == 0
    assert statuses(signature) == [Status.DECLINED]
    kept = (signature.representative_email, signature.network, signature.network_index)
    assert kept == ("", "", "")
    undo_invalidation(invalidation=done, by=staff, now=over)
    assert statuses(signature) == [Status.DECLINED]
    assert done.signatures.get().outcome == "changed"


def test_the_network_goes_with_the_contacts_of_the_letter(add, letter, staff):
    signature = add(at="spam.example")
    done = invalidate(letter, staff, Rule(network="192.0.2.0/24"))
    tidy(now=letter.closes_at + timedelta(days=letter.contact_days, seconds=1))
    done.refresh_from_db()
    signature.refresh_from_db()
    assert (done.network, signature.network, signature.network_index) == ("", "", "")
