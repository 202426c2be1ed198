"""Bursts and floods: honest mails wait, floods are dropped, and nobody uses up another's limit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django_tasks_db.models import DBTaskResult, get_date_max

from signatories.defence import limits
from signatories.defence.limits import BURST, HOUR, LIMITS, SUSTAINED, Limit, window_start
from signatories.errors import SigningRefused
from signatories.models import RateCount, Signature
from tests.factories import LetterFactory

pytestmark = pytest.mark.django_db
MANY = 10_000


@pytest.fixture
def only(monkeypatch):
    """Set the limit of one kind and remove all others."""

    def set_limit(kind: str, burst: int = MANY, sustained: int = MANY) -> None:
        for other in LIMITS:
            monkeypatch.setitem(LIMITS, other, Limit(MANY, MANY))
        monkeypatch.setitem(LIMITS, kind, Limit(burst, sustained))

    return set_limit


def refusal_of(sign: Callable[[], None]) -> str | None:
    try:
        sign()
    except SigningRefused as refused:
        return refused.refusal.value
    return None


def mail_waits() -> list[datetime | None]:
    """Until when each mail waits, in turn; None if it is sent at once."""
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


@pytest.mark.parametrize("kind", ["network", "letter"])
@pytest.mark.parametrize(
    ("limit", "length"), [({"burst": 2}, BURST), ({"sustained": 2}, SUSTAINED)]
)
def test_beyond_a_limit_signatures_are_stored_and_mails_wait_for_the_next_window(
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


def test_a_conference_gets_all_its_mails_within_the_hour(sign, now):
    for number in range(100):
        sign(email=f"rosa@forum{number}.org", now=now + number * timedelta(seconds=15))
    assert Signature.objects.count() == 100
    assert DBTaskResult.objects.count() == 100
    assert 0 < sum(waiting()) < 50
    assert max(when for when in mail_waits() if when) <= now + timedelta(hours=1)


@pytest.mark.parametrize("limit", [{"burst": 1}, {"sustained": 1}])
def test_a_flood_from_one_network_is_refused_and_others_still_sign(monkeypatch, only, sign, limit):
    monkeypatch.setattr(limits, "FLOOD", 2)
    only("network", **limit)
    assert [refusal_of(sign) for _ in range(4)] == [None, None, "network", "network"]
    assert Signature.objects.count() == 2
    sign(network="198.51.100.0/24")
    assert Signature.objects.count() == 3


def test_a_flood_on_one_letter_is_refused_and_others_can_still_be_signed(monkeypatch, only, sign):
    monkeypatch.setattr(limits, "FLOOD", 2)
    only("letter", burst=1)
    assert [refusal_of(sign) for _ in range(4)] == [None, None, "letter", "letter"]
    sign(on=LetterFactory())
    assert Signature.objects.count() == 3


def test_refused_forms_from_a_network_do_not_count_for_the_letter(monkeypatch, sign, letter, now):
    monkeypatch.setattr(limits, "FLOOD", 2)
    monkeypatch.setitem(LIMITS, "network", Limit(1, MANY))
    monkeypatch.setitem(LIMITS, "letter", Limit(3, MANY))
    for _ in range(10):
        refusal_of(sign)
    sign(network="198.51.100.0/24", email="rosa@forum.example.org")
    assert waiting() == [False, True, False]


def test_counts_do_not_reveal_whom_they_count(sign, now):
    sign(email="rosa@forum.example.org")
    keys = RateCount.objects.values_list("key", flat=True)
    assert [len(key) for key in keys] == [64] * 6


def test_counts_are_deleted_when_their_window_ends(sign, now):
    sign(email="rosa@forum.example.org")
    left = []
    for at in (now, now + BURST, now + SUSTAINED, now + SUSTAINED + 2 * HOUR):
        limits.forget_counts(now=at)
        left.append(RateCount.objects.count())
    # Two each for network and letter, one each for mailbox and domain.
    assert left == [6, 4, 2, 0]


def test_every_limit_is_wider_for_a_day_than_for_a_burst():
    assert set(LIMITS) == {"network", "letter", "proved"}
    for limit in LIMITS.values():
        assert 0 < limit.burst < limit.sustained <= limit.burst * (SUSTAINED // BURST)


def test_a_refusal_says_when_the_flood_ends(monkeypatch, only, sign, now):
    monkeypatch.setattr(limits, "FLOOD", 2)
    only("network", burst=1, sustained=2)
    sign()
    sign()
    with pytest.raises(SigningRefused) as refused:
        sign()
    assert refused.value.try_again == window_start(now, BURST) + BURST
