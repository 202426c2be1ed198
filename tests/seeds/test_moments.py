from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from seeds.moments import Clock

# In Brussels it is past midnight already: 1 April, 00:30.
clock = Clock(now=datetime(2026, 3, 31, 22, 30, tzinfo=UTC), zone=ZoneInfo("Europe/Brussels"))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (datetime(2014, 7, 1, 9, 0), datetime(2014, 7, 1, 7, 0, tzinfo=UTC)),
        (date(2014, 1, 1), datetime(2013, 12, 31, 23, 0, tzinfo=UTC)),
        ("2014-07-01", datetime(2014, 6, 30, 22, 0, tzinfo=UTC)),
        ("312 hours ago", datetime(2026, 3, 18, 22, 30, tzinfo=UTC)),
        ("in 2 hours", datetime(2026, 4, 1, 0, 30, tzinfo=UTC)),
        ("3 days ago at 09:00", datetime(2026, 3, 29, 7, 0, tzinfo=UTC)),
        ("4 days ago at 09:00", datetime(2026, 3, 28, 8, 0, tzinfo=UTC)),
        ("in 40 days at 18:00", datetime(2026, 5, 11, 16, 0, tzinfo=UTC)),
        ("in 1 days", datetime(2026, 4, 1, 22, 0, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_the_time_zone_of_the_letter(written, expected):
    assert clock.instant(written) == expected


def test_a_day_is_the_one_that_the_letter_s_time_zone_has():
    assert clock.day("1 days ago") == date(2026, 3, 31)


def test_an_invalid_moment_is_refused():
    with pytest.raises(ValueError, match="Invalid isoformat string"):
        clock.instant("some days ago")
