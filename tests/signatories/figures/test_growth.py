"""How the list grew: public names only, by day in the letter's own time zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from itertools import cycle

import pytest

from letters.models import Letter
from signatories.figures.chart import Chart, round_step
from signatories.figures.growth import Growth, Milestone
from signatories.signing.actions import withdraw_signature
from tests.factories import LetterFactory, SignatureFactory

pytestmark = pytest.mark.django_db

MAY = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
NOW = MAY + timedelta(days=9)


def letter_of(**changes) -> Letter:
    times = {"opens_at": MAY - timedelta(days=1), "closes_at": MAY + timedelta(days=30)}
    return LetterFactory(slug="speak", **(times | changes))


def sign(letter: Letter, number: int, at: datetime, countries: str = "DE", **changes) -> None:
    for _number, country in zip(range(number), cycle(countries.split()), strict=False):
        SignatureFactory(letter=letter, signed_at=at, organisation__country=country, **changes)


def days(letter: Letter) -> list[tuple[date, int, int]]:
    return [(row.day, row.new, row.names) for row in Growth(letter, NOW).days]


def reached(letter: Letter) -> list[tuple[int, str, int]]:
    return [(one.day.day, one.kind, one.number) for one in Growth(letter, NOW).milestones]


def test_names_are_counted_by_day_and_added_up():
    letter = letter_of()
    sign(letter, 2, MAY)
    sign(letter, 1, MAY + timedelta(days=4))
    assert days(letter) == [(date(2026, 5, 1), 2, 2), (date(2026, 5, 5), 1, 3)]


def test_the_day_is_that_of_the_letters_time_zone():
    letter = letter_of(time_zone="Asia/Almaty")
    sign(letter, 1, datetime(2026, 5, 1, 18, 59, tzinfo=UTC))
    sign(letter, 1, datetime(2026, 5, 1, 19, 0, tzinfo=UTC))
    assert [row.day for row in Growth(letter, NOW).days] == [date(2026, 5, 1), date(2026, 5, 2)]


@pytest.mark.parametrize("state", ["unconfirmed", "in_review", "declined", "withdrawn", "lapsed"])
def test_unlisted_signatures_are_not_in_the_curve(state):
    letter = letter_of()
    SignatureFactory(letter=letter, signed_at=MAY, published_at=MAY, **{state: True})
    assert days(letter) == []


@pytest.mark.parametrize("visibility", ["withheld", "counted"])
def test_a_hidden_name_has_no_day(visibility):
    letter = letter_of(goal=3)
    sign(letter, 2, MAY)
    sign(letter, 40, MAY + timedelta(days=2), "RU KZ", visibility=visibility)
    assert days(letter) == [(date(2026, 5, 1), 2, 2)]
    assert reached(letter) == [(1, "names", 1)]


def test_a_withdrawn_name_leaves_the_curve():
    letter = letter_of()
    sign(letter, 1, MAY)
    gone = SignatureFactory(letter=letter, signed_at=MAY + timedelta(days=1))
    assert len(days(letter)) == 2
    withdraw_signature(signature=gone, now=NOW)
    assert days(letter) == [(date(2026, 5, 1), 1, 1)]


def test_milestones_are_names_countries_and_the_goal_with_their_days():
    letter = letter_of(goal=12)
    sign(letter, 3, MAY)
    sign(letter, 9, MAY + timedelta(days=1), "AT BE BG CH CZ DK EE ES FI")
    sign(letter, 13, MAY + timedelta(days=3), "FR")
    assert reached(letter) == [
        (1, "names", 1),
        (2, "names", 10),
        (2, "countries", 10),
        (2, "goal", 12),
        (4, "names", 25),
    ]


def test_of_several_numbers_on_one_day_only_the_highest_is_a_milestone():
    letter = letter_of()
    sign(letter, 26, MAY)
    assert reached(letter) == [(1, "names", 25)]


def test_a_goal_that_is_also_a_milestone_is_shown_once():
    letter = letter_of(goal=25)
    sign(letter, 25, MAY)
    assert Growth(letter, NOW).milestones == [
        Milestone(date(2026, 5, 1), "names", 10, 25),
        Milestone(date(2026, 5, 1), "goal", 25, 25),
    ]


@pytest.mark.parametrize(
    ("changes", "first", "last"),
    [
        ({}, date(2026, 4, 30), date(2026, 5, 10)),  # from the opening day to today
        ({"closes_at": MAY + timedelta(days=6)}, date(2026, 4, 30), date(2026, 5, 7)),
        (
            {"closes_at": MAY + timedelta(days=1)},
            date(2026, 4, 30),
            date(2026, 5, 5),
        ),  # published later
        (
            {"opens_at": MAY + timedelta(days=2)},
            date(2026, 5, 1),
            date(2026, 5, 10),
        ),  # known before
    ],
)
def test_the_curve_runs_from_the_opening_day_to_closing_or_today(changes, first, last):
    letter = letter_of(**changes)
    sign(letter, 1, MAY)
    sign(letter, 1, MAY + timedelta(days=4))
    growth = Growth(letter, NOW)
    assert (growth.first, growth.last) == (first, last)


@pytest.mark.parametrize(("number", "has_curve"), [(1, False), (2, False), (3, True)])
def test_too_few_days_make_no_curve(number, has_curve):
    letter = letter_of()
    for day in range(number):
        sign(letter, 5, MAY + timedelta(days=day))
    assert Growth(letter, NOW).has_curve is has_curve


@pytest.fixture
def growth() -> Growth:
    letter = letter_of(opens_at=MAY)
    for day, number in ((0, 1), (4, 3), (9, 4)):
        sign(letter, number, MAY + timedelta(days=day))
    return Growth(letter, NOW)


def test_the_curve_rises_in_steps_on_the_days_of_new_names(growth):
    """Ten days over a width of 1000, and 8 names plus HEADROOM over a height of 400."""
    chart = Chart(growth, from_right=False)
    assert chart.curve == "M0 400H0V355H400V221H900V43H1000"
    assert chart.area == f"{chart.curve}V400z"


def test_time_runs_from_the_right_in_right_to_left_languages(growth):
    chart = Chart(growth, from_right=True)
    assert chart.curve == "M1000 400H1000V355H600V221H100V43H0"
    assert chart.area == f"{chart.curve}V400z"


def test_lines_are_at_round_numbers_and_marks_at_milestones(growth):
    chart = Chart(growth, from_right=False)
    assert [line.number for line in chart.lines] == [2, 4, 6, 8]
    assert [(mark.x, mark.y) for mark in chart.marks] == [("0.00%", "88.75%")]
    assert all(re.fullmatch(r"\d+\.\d\d%", line.y) for line in chart.lines)


@pytest.mark.parametrize(
    ("least", "step"), [(0.25, 1), (1, 1), (1.1, 2), (3, 5), (37.5, 50), (51, 100), (1250, 2000)]
)
def test_steps_between_lines_are_round(least, step):
    assert round_step(least) == step
