"""Blocked and allowed domains and networks: what they match, for how long, and which wins."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django_tasks_db.models import DBTaskResult

from config.models import AuditEntry
from signatories.defence import limits
from signatories.defence.actions import lift_listing, list_sender
from signatories.defence.limits import LIMITS, Limit
from signatories.defence.lists import clean_domain, clean_network, domain_of, is_within, verdict_on
from signatories.errors import (
    AlreadyListed,
    EndsTooEarly,
    NotListable,
    ReasonMissing,
    SigningRefused,
)
from signatories.models import Listing, RateCount, Signature
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def enlist(staff, now):
    def one(value: str, verdict: str = "blocked", **changes):
        kind = "network" if "/" in value else "domain"
        terms = {"comment": "A flood.", "by": staff, "now": now, "kind": kind} | changes
        return list_sender(verdict=verdict, value=value, **terms)

    return one


@pytest.mark.parametrize(
    ("listed", "domain", "verdict"),
    [
        ("spam.example", "spam.example", "blocked"),
        ("spam.example", "a.b.spam.example", "blocked"),
        ("spam.example", "notspam.example", None),
        ("spam.example", "spam.example.org", None),
        ("a.spam.example", "spam.example", None),
        ("SPAM.Example.", "spam.example", "blocked"),
        ("bücher.example", "xn--bcher-kva.example", "blocked"),
        ("faß.example", "xn--fa-hia.example", "blocked"),
        ("faß.example", "fass.example", None),
    ],
)
def test_a_domain_matches_itself_and_all_below(enlist, now, listed, domain, verdict):
    enlist(listed)
    assert verdict_on(domain=domain, network="unknown", now=now) == verdict


@pytest.mark.parametrize(
    ("listed", "network", "verdict"),
    [
        ("192.0.2.0/24", "192.0.2.0/24", "blocked"),
        ("192.0.0.0/16", "192.0.2.0/24", "blocked"),
        ("192.0.2.77/24", "192.0.2.0/24", "blocked"),
        ("192.0.2.0/24", "192.0.3.0/24", None),
        ("192.0.2.0/23", "192.0.3.0/24", "blocked"),
        ("2001:db8::/32", "2001:db8:1::/48", "blocked"),
        ("2001:db8:1::/48", "2001:db8:1::/48", "blocked"),
        ("2001:db8:1::/48", "2001:db8:2::/48", None),
        ("2001:0DB8:0001::/48", "2001:db8:1::/48", "blocked"),
        ("32.0.0.0/8", "2001:db8::/48", None),
        ("192.0.2.0/24", "unknown", None),
    ],
)
def test_a_network_matches_its_subnetworks(enlist, now, listed, network, verdict):
    enlist(listed)
    assert verdict_on(domain="", network=network, now=now) == verdict


def test_networks_of_different_protocols_are_never_within_one_another():
    assert is_within("192.0.2.0/24", "192.0.0.0/16")
    assert not is_within("192.0.2.0/24", "::/0")
    assert not is_within("2001:db8::/48", "0.0.0.0/0")
    assert not is_within("", "192.0.2.0/24")


@pytest.mark.parametrize(
    "text",
    ["", "192.0.2.0", "192.0.2.7/32", "192.0.2.0/25", "0.0.0.0/0", "10.0.0.0/7", "2001:db8::/64",
     "::/0", "2000::/3", "example.org", "192.0.2.0/33"],
)  # fmt: skip
def test_an_invalid_too_small_or_too_large_network_is_refused(text):
    with pytest.raises(NotListable):
        clean_network(text)


def test_ipv4_written_as_ipv6_is_ipv4():
    assert clean_network("::ffff:192.0.2.0/120") == "192.0.2.0/24"


@pytest.mark.parametrize("text", ["", "com", "co.uk", "a b.example", "-", "@", "192.0.2.0/24"])
def test_a_domain_that_nobody_owns_is_refused(text):
    with pytest.raises(NotListable):
        clean_domain(text)


@pytest.mark.parametrize("text", ["example.org", "@example.org", "*.example.org", "a@Example.ORG."])
def test_a_domain_is_stored_in_canonical_form(text):
    assert clean_domain(text) == "example.org"


def test_the_domain_of_an_address_follows_its_last_at_sign():
    assert domain_of('"a@b"@Forum.Example') == "forum.example"
    assert domain_of("nothing") == ""


@pytest.mark.parametrize("order", [("blocked", "allowed"), ("allowed", "blocked")])
def test_allowed_beats_blocked(enlist, now, order):
    values = {"blocked": "192.0.0.0/16", "allowed": "forum.example"}
    for verdict in order:
        enlist(values[verdict], verdict)
    assert verdict_on(domain="forum.example", network="192.0.2.0/24", now=now) == "allowed"
    assert verdict_on(domain="other.example", network="192.0.2.0/24", now=now) == "blocked"


def test_an_entry_holds_until_its_expiry(enlist, now):
    enlist("spam.example", expires_at=now + timedelta(hours=1))
    just_before = now + timedelta(minutes=59, seconds=59)
    assert verdict_on(domain="spam.example", network="", now=just_before) == "blocked"
    assert verdict_on(domain="spam.example", network="", now=now + timedelta(hours=1)) is None


def test_an_expired_entry_can_be_made_again_and_stays_on_record(enlist, now):
    first = enlist("spam.example", expires_at=now + timedelta(hours=1))
    second = enlist("spam.example", now=now + timedelta(hours=2))
    first.refresh_from_db()
    assert first.lifted_at == now + timedelta(hours=2)
    assert list(Listing.objects.filter(lifted_at=None)) == [second]


def test_a_lifted_entry_holds_no_longer_and_lifting_twice_is_harmless(enlist, staff, now):
    listing = enlist("spam.example")
    lift_listing(listing=listing, by=staff, now=now)
    lift_listing(listing=listing, by=StaffFactory(), now=now + timedelta(hours=1))
    listing.refresh_from_db()
    assert (listing.lifted_at, listing.lifted_by) == (now, staff)
    assert verdict_on(domain="spam.example", network="", now=now) is None


def test_repeating_an_entry_is_harmless_and_other_terms_are_refused(enlist, now):
    assert enlist("spam.example") == enlist("Spam.Example")
    with pytest.raises(AlreadyListed):
        enlist("spam.example", comment="Another reason.")
    assert Listing.objects.count() == 1


def test_an_entry_needs_a_comment_and_a_future_expiry(enlist, now):
    with pytest.raises(ReasonMissing):
        enlist("spam.example", comment="  ")
    with pytest.raises(EndsTooEarly):
        enlist("spam.example", expires_at=now)
    assert Listing.objects.count() == 0


def test_blocking_allowing_and_lifting_are_on_the_record(enlist, staff, now):
    lift_listing(listing=enlist("spam.example"), by=staff, now=now)
    enlist("192.0.2.0/24", "allowed")
    entries = list(AuditEntry.objects.order_by("pk"))
    assert [(entry.verb, entry.by, entry.reason) for entry in entries] == [
        ("sender blocked", staff, "A flood."),
        ("listing lifted", staff, ""),
        ("sender allowed", staff, "A flood."),
    ]
    assert "spam.example" not in str([entry.detail for entry in entries])


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("listing_once_until_it_is_lifted", {}),
        ("listing_names_what_and_why", {"value": ""}),
        ("listing_names_what_and_why", {"comment": ""}),
        ("listing_expires_after_it_starts", {"value": "b.example", "expires": timedelta()}),
        ("listing_lifted_names_who_and_when", {"value": "b.example", "lifted": True}),
    ],
)
def test_the_database_keeps_entries_in_order(enlist, staff, now, constraint, changes):
    enlist("spam.example")
    row = {"verdict": "blocked", "kind": "domain", "value": "spam.example", "comment": "Why."}
    row |= {key: value for key, value in changes.items() if key in row}
    if "expires" in changes:
        row["expires_at"] = now + changes["expires"]
    if "lifted" in changes:
        row["lifted_at"] = now
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Listing.objects.create(**row, listed_at=now, listed_by=staff)
    assert constraint in str(refused.value) or "UNIQUE" in str(refused.value)


@pytest.mark.parametrize("value", ["flood.example", "192.0.2.0/24"])
def test_a_blocked_signature_is_not_stored(enlist, sign, value):
    enlist(value)
    before = AuditEntry.objects.count()
    with pytest.raises(SigningRefused):
        sign(email="rosa@mail.flood.example")
    assert Signature.objects.count() == 0
    assert DBTaskResult.objects.count() == 0
    assert RateCount.objects.count() == 0
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("value", ["forum.example", "192.0.2.0/24"])
def test_an_allowed_sender_has_only_the_mailboxs_limit(enlist, sign, value, monkeypatch):
    for kind in LIMITS:
        monkeypatch.setitem(LIMITS, kind, Limit(0, 0))
    monkeypatch.setattr(limits, "DOMAIN_UNKNOWN", 0)
    monkeypatch.setattr(limits, "MAILS_UNKNOWN", 1)
    enlist(value, "allowed")
    sign(email="rosa@forum.example")
    sign(email="rosa@forum.example")
    assert Signature.objects.count() == 2
    assert DBTaskResult.objects.count() == 1
