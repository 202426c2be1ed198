"""When a letter is open, when it has closed, and how long is left, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from letters.deadlines import next_change, phase, time_left
from letters.models import Letter
from tests.factories import LetterFactory

Status = Letter.Status
OPENS = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
CLOSES = datetime(2026, 5, 20, 22, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
BRUSSELS, NEW_YORK, KATHMANDU = "Europe/Brussels", "America/New_York", "Asia/Kathmandu"


def utc(month: int, day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def letter(**changes) -> Letter:
    return LetterFactory.build(words=False, **({"opens_at": OPENS, "closes_at": CLOSES} | changes))


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize(
    ("now", "within"),
    [
        (OPENS - TICK, False),
        (OPENS, True),
        (OPENS + TICK, True),
        (CLOSES - TICK, True),
        (CLOSES, False),
        (CLOSES + TICK, False),
    ],
)
@pytest.mark.django_db
def test_a_letter_is_open_from_its_opening_until_just_before_its_closing(status, now, within):
    """The property of a letter and the query agree."""
    stored = LetterFactory(words=False, status=status, opens_at=OPENS, closes_at=CLOSES)
    expected = within and status == Status.OPEN
    assert stored.is_open(now) is expected
    assert list(Letter.objects.open(now)) == ([stored] if expected else [])


@pytest.mark.parametrize("lacking", ["opens_at", "closes_at"])
@pytest.mark.django_db
def test_a_draft_without_an_instant_is_not_open(lacking):
    stored = LetterFactory(words=False, **{"status": Status.DRAFT, lacking: None})
    assert stored.is_open(OPENS) is False
    assert list(Letter.objects.open(OPENS)) == []


@pytest.mark.parametrize(
    ("status", "now", "closed"),
    [
        (Status.DRAFT, CLOSES + TICK, False),
        (Status.OPEN, OPENS - TICK, False),
        (Status.OPEN, CLOSES - TICK, False),
        (Status.OPEN, CLOSES, True),
        (Status.CLOSED, OPENS, True),
        (Status.DELIVERED, OPENS, True),
        (Status.ANSWERED, OPENS, True),
        (Status.ARCHIVED, OPENS, True),
    ],
)
def test_signing_ends_by_the_clock_or_by_staff(status, now, closed):
    assert letter(status=status).has_closed(now) is closed


@pytest.mark.parametrize("now", [OPENS - TICK, OPENS, CLOSES - TICK, CLOSES])
@pytest.mark.parametrize("status", Status)
def test_no_letter_is_open_and_closed_at_once(status, now):
    one = letter(status=status)
    assert (one.is_open(now) and one.has_closed(now)) is False


@pytest.mark.parametrize(
    ("zone", "closes", "now", "days"),
    [
        # 22:00 UTC is midnight in Brussels: the next day there.
        ("UTC", CLOSES, datetime(2026, 5, 20, 0, 0, tzinfo=UTC), 0),
        (BRUSSELS, CLOSES, datetime(2026, 5, 20, 0, 0, tzinfo=UTC), 1),
        (BRUSSELS, CLOSES - TICK, datetime(2026, 5, 20, 0, 0, tzinfo=UTC), 0),
        (NEW_YORK, CLOSES, datetime(2026, 5, 20, 3, 59, tzinfo=UTC), 1),
        (NEW_YORK, CLOSES, datetime(2026, 5, 20, 4, 0, tzinfo=UTC), 0),
        # Kathmandu is 5:45 ahead.
        (KATHMANDU, CLOSES, datetime(2026, 5, 20, 18, 14, tzinfo=UTC), 1),
        (KATHMANDU, CLOSES, datetime(2026, 5, 20, 18, 15, tzinfo=UTC), 0),
        # Clocks go forward on 29 March 2026 and back on 25 October: days of 23 and 25 hours.
        (BRUSSELS, utc(3, 29, 22, 0), utc(3, 28, 23, 0), 1),
        (BRUSSELS, utc(3, 29, 21, 59), utc(3, 28, 23, 0), 0),
        (BRUSSELS, utc(10, 25, 23, 0), utc(10, 24, 22, 0), 1),
        (BRUSSELS, utc(10, 25, 22, 59), utc(10, 24, 22, 0), 0),
        ("UTC", CLOSES, CLOSES + timedelta(days=2), -2),
    ],
)
def test_days_are_counted_by_the_midnights_of_the_letters_time_zone(zone, closes, now, days):
    assert letter(time_zone=zone, closes_at=closes).days_left(now) == days


def test_the_readers_time_zone_does_not_matter():
    one = letter(time_zone=BRUSSELS)
    now = datetime(2026, 5, 18, 12, 0, tzinfo=UTC)
    elsewhere = now.astimezone(ZoneInfo("Pacific/Auckland"))
    assert one.days_left(now) == one.days_left(elsewhere) == 3


def test_without_a_closing_instant_no_days_can_be_counted():
    with pytest.raises(ValueError, match=r"^This letter has no closing instant\.$"):
        letter(closes_at=None).days_left(OPENS)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (OPENS - timedelta(days=3), "Opens for signing on 1 May 2026"),
        (OPENS - TICK, "Opens for signing on 1 May 2026"),
        (OPENS, "19 days left to sign"),
        (datetime(2026, 5, 18, 23, 59, tzinfo=UTC), "2 days left to sign"),
        (datetime(2026, 5, 19, 0, 0, tzinfo=UTC), "1 day left to sign"),
        (datetime(2026, 5, 20, 0, 0, tzinfo=UTC), "Last day to sign"),
        (CLOSES - TICK, "Last day to sign"),
        (CLOSES, "Signing has ended"),
    ],
)
def test_an_open_letter_says_how_long_is_left(now, words):
    assert time_left(letter(), now) == words


def test_the_opening_day_is_that_of_the_letters_time_zone():
    one = letter(time_zone=NEW_YORK, opens_at=datetime(2026, 5, 1, 2, 0, tzinfo=UTC))
    before = datetime(2026, 4, 1, tzinfo=UTC)
    assert time_left(one, before) == "Opens for signing on 30 April 2026"


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.DRAFT, Status.OPEN}))
def test_a_letter_that_staff_have_closed_says_so_before_its_deadline(status):
    assert time_left(letter(status=status), OPENS) == "Signing has ended"


@pytest.mark.parametrize("changes", [{}, {"opens_at": None}, {"closes_at": None}])
def test_a_draft_says_nothing(changes):
    assert time_left(letter(status=Status.DRAFT, **changes), OPENS) == ""


def test_the_phase_changes_when_the_words_or_the_form_change_and_not_between():
    one = letter()
    assert phase(one, OPENS) == (True, "19 days left to sign")
    assert phase(one, OPENS) == phase(one, OPENS + timedelta(hours=15))
    moments = [OPENS - TICK, OPENS, CLOSES - timedelta(days=1), CLOSES - TICK, CLOSES]
    assert len({phase(one, moment) for moment in moments}) == len(moments)


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        ("UTC", OPENS - timedelta(hours=9), OPENS - timedelta(hours=8)),  # a midnight
        ("UTC", OPENS - timedelta(hours=1), OPENS),
        ("UTC", OPENS, utc(5, 2, 0, 0)),
        (KATHMANDU, OPENS, utc(5, 1, 18, 15)),
        ("UTC", CLOSES - TICK, CLOSES),
        ("UTC", CLOSES, utc(5, 21, 0, 0)),
    ],
)
def test_a_page_changes_next_at_an_opening_a_closing_or_a_midnight(zone, now, expected):
    assert next_change([letter(status=Status.OPEN, time_zone=zone)], now) == expected


def test_the_first_change_of_several_letters_counts():
    later = letter(status=Status.OPEN, opens_at=OPENS + timedelta(minutes=5))
    now = OPENS - timedelta(minutes=1)
    assert next_change([later, letter(status=Status.OPEN)], now) == OPENS


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.OPEN}))
def test_time_changes_nothing_of_a_letter_that_is_not_open(status):
    assert next_change([letter(status=status)], OPENS) is None


@pytest.mark.parametrize("now", [OPENS - timedelta(days=2), OPENS, CLOSES - timedelta(days=3)])
def test_until_the_next_change_the_clock_changes_nothing(now):
    one = letter(status=Status.OPEN, time_zone=NEW_YORK)
    until = next_change([one], now)
    assert until is not None
    assert phase(one, until - TICK) == phase(one, now)
