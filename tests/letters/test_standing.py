"""The standing of letters by status and clock, and their outcome."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from letters.models import Letter, TimelineEntry
from letters.standing import Standing, outcomes, standing
from tests.factories import LetterFactory

pytestmark = pytest.mark.django_db
Status = Letter.Status


@pytest.mark.parametrize(
    ("status", "opens_in", "closes_in", "stands"),
    [
        (Status.OPEN, -1, 1, Standing.OPEN),
        (Status.OPEN, 1, 2, Standing.COMING),
        (Status.OPEN, -2, 0, Standing.CLOSED),
        (Status.CLOSED, -2, 1, Standing.CLOSED),
        (Status.DELIVERED, -2, -1, Standing.DELIVERED),
        (Status.ANSWERED, -2, -1, Standing.ANSWERED),
        (Status.ARCHIVED, -2, -1, Standing.ARCHIVED),
    ],
)
def test_a_letter_stands_by_its_status_and_the_clock(now, status, opens_in, closes_in, stands):
    letter = LetterFactory(
        status=status,
        opens_at=now + timedelta(days=opens_in),
        closes_at=now + timedelta(days=closes_in),
    )
    assert standing(letter, now) == stands


def add(letter: Letter, kind: str, day: int, **values: str) -> TimelineEntry:
    return TimelineEntry.objects.create(letter=letter, kind=kind, day=date(2026, 5, day), **values)


def test_an_outcome_has_the_last_delivery_and_response_and_each_outlet_once(
    django_assert_num_queries,
):
    told, other, silent = LetterFactory(), LetterFactory(), LetterFactory()
    delivery = add(told, "delivery", 9, place="The gate")
    add(told, "delivery", 2, place="By post")
    response = add(told, "response", 12, note="No.", outlet="The office")
    for day, outlet in ((3, "A Paper"), (4, "A Channel"), (5, "A Paper"), (6, "B"), (7, "C")):
        add(told, "coverage", day, outlet=outlet)
    add(told, "update", 20, note="More to come.")
    elsewhere = add(other, "delivery", 1, place="Elsewhere")
    with django_assert_num_queries(1):
        found = outcomes([told, other, silent])
    came = found[told.pk]
    assert (came.delivery, came.response) == (delivery, response)
    assert came.outlets == ["A Paper", "A Channel", "B", "C"]
    assert (came.first_outlets, came.has_more_outlets) == (["A Paper", "A Channel", "B"], True)
    assert found[other.pk].delivery == elsewhere
    assert found[silent.pk].outlets == []
    assert (found[silent.pk].delivery, found[silent.pk].response) == (None, None)
