"""Bursts and floods: honest mails wait, floods are dropped, and nobody uses up another's limit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django_tasks_db.models import DBTaskResult, get_date_max

from signatories.actions import resend_confirmation
from signatories.defence import limits
from signatories.defence.limits import BURST, LIMITS, SUSTAINED, Limit, window_start
from signatories.models import RateCount, Signature
from tests.factories import LetterFactory

pytestmark = pytest.mark.django_db
MANY = 10_000


@pytest.fixture
def only(monkeypatch):
    """Set one kind's limit, and set no other."""

    def set_limit(kind: str, burst: int = MANY, sustained: int = MANY) -> None:
        for other in LIMITS:
            monkeypatch.setitem(LIMITS, other, Limit(MANY, MANY))
        monkeypatch.setitem(LIMITS, kind, Limit(burst, sustained))

    return set_limit


def mail_waits() -> list[datetime | None]:
    """Of each mail in turn, until when it waits; None when it may leave at once."""
    rows = DBTaskResult.objects.order_by("enqueued_at").values_list("run_after", flat=True)
    return [None if when == get_date_max() else when for when in rows]


def waiting() -> list[bool]:
    return [when is not None for when in mail_waits()]


@pytest.mark.parametrize(
    ("minute", "length", "start"),
    [
        (9, BURST, 0),
        (10, BURST, 10),
        (59, BURST, 50),
        (59, SUSTAINED, 0),
    ],
)
def test_windows_start_at_round_instants(minute, length, start):
    at = datetime(2026, 5, 4, 0, minute, 30, 5, tzinfo=UTC)
    assert window_start(at, length) == datetime(2026, 5, 4, 0, start, tzinfo=UTC)


@pytest.mark.parametrize("kind", ["network", "domain", "letter"])
@pytest.mark.parametrize(
    ("limit", "length"), [({"burst": 2}, BURST), ({"sustained": 2}, SUSTAINED)]
)
def test_past_a_limit_signatures_are_kept_and_mails_wait_for_the_next_window(
    only, sign, now, kind, limit, length
):
    only(kind, **limit)
    for number in range(3):
        sign(email=f"{number}@forum.example.org")
    assert Signature.objects.count() == 3
    assert waiting()[:2] == [False, False]
    assert mail_waits()[2] == window_start(now, length) + length


@pytest.mark.parametrize(
    ("limit", "length"), [({"burst": 1}, BURST), ({"sustained": 1}, SUSTAINED)]
)
def test_a_limit_ends_with_its_window(only, sign, now, limit, length):
    only("network", **limit)
    sign()
    sign(now=now + length)
    assert Signature.objects.count() == 2
    assert waiting() == [False, False]


def test_both_windows_full_wait_for_the_later_end(only, sign, now):
    only("network", burst=1, sustained=1)
    sign()
    sign()
    assert mail_waits()[1] == window_start(now, SUSTAINED) + SUSTAINED


def test_one_address_gets_no_more_mails_than_its_limit(only, sign):
    only("address", burst=2)
    for _ in range(4):
        sign(email="rosa@forum.example.org", organisation="Forum")
    assert DBTaskResult.objects.count() == 2


def test_one_address_gets_no_more_mails_in_a_day_however_slowly_they_are_asked_for(only, sign, now):
    only("address", sustained=3)
    for number in range(5):
        sign(email="rosa@forum.example.org", organisation="Forum", now=now + number * BURST)
    assert DBTaskResult.objects.count() == 3


def test_asking_for_another_link_counts_as_a_mail_to_the_address(only, sign, now):
    only("address", burst=1)
    sign()
    resend_confirmation(signature_id=Signature.objects.get().pk, now=now)
    assert DBTaskResult.objects.count() == 1


def test_a_conference_room_that_signs_together_has_all_its_mails_within_the_hour(sign, now):
    for number in range(100):
        sign(email=f"rosa@forum{number}.org", now=now + number * timedelta(seconds=15))
    assert Signature.objects.count() == 100
    assert DBTaskResult.objects.count() == 100
    assert 0 < sum(waiting()) < 50
    assert max(when for when in mail_waits() if when) <= now + timedelta(hours=1)


def test_free_mail_has_no_limit_of_its_domain(only, sign, now):
    only("domain", burst=1)
    for number in range(3):
        sign(email=f"{number}@gmail.com")
    assert waiting() == [False] * 3


def test_subdomains_count_with_the_domain_that_somebody_registered(only, sign, now):
    only("domain", burst=1)
    sign(email="one@a.forum.example")
    sign(email="two@b.forum.example")
    assert waiting() == [False, True]


def test_domains_below_one_public_suffix_are_different(only, sign, now):
    only("domain", burst=1)
    sign(email="one@amnesty.org.uk")
    sign(email="two@oxfam.org.uk")
    assert waiting() == [False, False]


@pytest.mark.parametrize("limit", [{"burst": 1}, {"sustained": 1}])
def test_a_flood_from_one_network_is_dropped_and_others_still_sign(monkeypatch, only, sign, limit):
    monkeypatch.setattr(limits, "FLOOD", 2)
    only("network", **limit)
    for _ in range(5):
        sign()
    assert Signature.objects.count() == 2
    sign(network="198.51.100.0/24")
    assert Signature.objects.count() == 3


def test_a_flood_under_one_letter_is_dropped_and_others_are_still_signed(monkeypatch, only, sign):
    monkeypatch.setattr(limits, "FLOOD", 2)
    only("letter", burst=1)
    for _ in range(5):
        sign()
    sign(on=LetterFactory())
    assert Signature.objects.count() == 3


def test_typing_a_domain_again_and_again_locks_nobody_out(monkeypatch, only, sign):
    monkeypatch.setattr(limits, "FLOOD", 2)
    only("domain", burst=1)
    for number in range(5):
        sign(email=f"{number}@victim.example", network=f"10.0.{number}.0/24")
    assert Signature.objects.count() == 5


def test_what_a_flooding_network_loses_uses_up_nothing_of_the_letters(
    monkeypatch, sign, letter, now
):
    monkeypatch.setattr(limits, "FLOOD", 2)
    monkeypatch.setitem(LIMITS, "network", Limit(1, MANY))
    monkeypatch.setitem(LIMITS, "letter", Limit(3, MANY))
    for _ in range(10):
        sign()
    sign(network="198.51.100.0/24", email="rosa@forum.example.org")
    assert waiting() == [False, True, False]


def test_counts_say_nothing_of_whom_they_count(sign, now):
    sign(email="rosa@forum.example.org")
    keys = RateCount.objects.values_list("key", flat=True)
    assert [len(key) for key in keys] == [64] * 8


def test_counts_are_forgotten_when_their_window_ends(sign, now):
    sign(email="rosa@forum.example.org")
    limits.forget_counts(now=now)
    assert RateCount.objects.count() == 8
    limits.forget_counts(now=window_start(now, BURST) + BURST)
    assert RateCount.objects.count() == 4
    limits.forget_counts(now=window_start(now, SUSTAINED) + SUSTAINED)
    assert RateCount.objects.count() == 0


def test_every_limit_is_wider_for_a_day_than_for_a_burst():
    assert set(LIMITS) == {"network", "address", "domain", "letter"}
    for limit in LIMITS.values():
        assert 0 < limit.burst < limit.sustained <= limit.burst * (SUSTAINED // BURST)
