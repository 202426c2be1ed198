"""Local dates and times on the nights when clocks go forward and back."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from config.clocks import instant

ZONES = ["Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]


@pytest.mark.parametrize(
    ("zone", "shown", "start", "end"),
    [
        ("Europe/Berlin", "2026-03-29 02:30", "29 March 2026, 02:00", "29 March 2026, 03:00"),
        ("Europe/Berlin", "2026-03-29 02:00", "29 March 2026, 02:00", "29 March 2026, 03:00"),
        ("Europe/Berlin", "2026-03-29 02:59:59", "29 March 2026, 02:00", "29 March 2026, 03:00"),
        ("America/Havana", "2026-03-08 00:15", "8 March 2026, 00:00", "8 March 2026, 01:00"),
        (
            "Australia/Lord_Howe",
            "2026-10-04 02:10",
            "4 October 2026, 02:00",
            "4 October 2026, 02:30",
        ),
        ("Pacific/Apia", "2011-12-30 12:00", "30 December 2011, 00:00", "31 December 2011, 00:00"),
    ],
)
def test_a_skipped_time_is_refused_and_the_gap_named(zone, shown, start, end):
    with override("en"), pytest.raises(ValidationError) as refused:
        instant(datetime.fromisoformat(shown), ZoneInfo(zone))
    assert refused.value.messages == [
        f"This time does not exist in {zone}: the clocks go from {start} straight to {end}."
        " Choose another time."
    ]


@pytest.mark.parametrize(
    ("shown", "last", "meant"),
    [
        ("2026-03-29 01:59:59", False, "2026-03-29 00:59:59"),
        ("2026-03-29 03:00", False, "2026-03-29 01:00"),
        ("2026-10-25 01:59", False, "2026-10-24 23:59"),
        ("2026-10-25 02:30", False, "2026-10-25 00:30"),
        ("2026-10-25 02:30", True, "2026-10-25 01:30"),
        ("2026-10-25 03:00", True, "2026-10-25 02:00"),
    ],
)
def test_of_two_equal_times_the_first_or_the_last_counts(shown, last, meant):
    found = instant(datetime.fromisoformat(shown), ZoneInfo("Europe/Berlin"), last=last)
    assert found == datetime.fromisoformat(meant).replace(tzinfo=UTC)


@given(st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1)), st.sampled_from(ZONES))
def test_local_times_are_read_back_as_the_same_local_time(moment, name):
    zone = ZoneInfo(name)
    shown = moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None, fold=0)
    first, last = instant(shown, zone), instant(shown, zone, last=True)
    assert moment.replace(tzinfo=UTC) in {first, last}
    shown_again = {one.astimezone(zone).replace(tzinfo=None, fold=0) for one in (first, last)}
    assert shown_again == {shown}


@pytest.mark.parametrize("year", [1, 1899, 3000, 9999])
@pytest.mark.parametrize("zone", ZONES)
def test_a_year_that_is_mistyped_is_refused(zone, year):
    with pytest.raises(ValidationError) as refused:
        instant(datetime(year, 12, 31, 23, 59), ZoneInfo(zone))
    assert refused.value.messages == ["Choose a year between 1900 and 2999."]


@pytest.mark.parametrize("year", [1900, 2999])
@pytest.mark.parametrize("zone", ZONES)
def test_the_years_between_are_taken(zone, year):
    shown = datetime(year, 6, 15, 12)
    assert instant(shown, ZoneInfo(zone)).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == shown
