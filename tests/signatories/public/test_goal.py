"""How close a letter is to its goal of organisations."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from letters.models import Letter
from tests.factories import LetterFactory, SignatureFactory

pytestmark = pytest.mark.django_db

# All pages that show it. An open letter page updates it from a fresh copy.
PLACES = ["", "embed/card/", "embed/count/", "figures/"]


def shown(place: str) -> list[tuple[str, str, str]]:
    """Each bar: its value, its maximum and the words below it."""
    page = Client().get(f"/en/letters/speak/{place}").content.decode()
    bar = r'<progress value="(\d+)" max="(\d+)" aria-labelledby="(goal-words)"></progress>\s*'
    return [
        (value, most, " ".join(words.split()))
        for value, most, _id, words in re.findall(bar + r'<p[^>]* id="goal-words">(.*?)</p>', page)
    ]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        (None, []),
        (4, [("3", "4", "3 of our goal of 4")]),
        (3, [("3", "3", "Goal reached: 3 organisations")]),
        (2, [("2", "2", "Goal reached: 2 organisations")]),
        (1, [("1", "1", "Goal reached: 1 organisation")]),
    ],
)
def test_the_bar_is_never_overfull(place, goal, expected):
    letter = LetterFactory(slug="speak", goal=goal)
    SignatureFactory.create_batch(3, letter=letter)
    assert shown(place) == expected


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        (1200, [("1200", "1200", "Goal reached: 1,200 organisations")]),
        (1300, [("3", "1300", "3 of our goal of 1,300")]),
    ],
)
def test_a_reported_number_can_reach_the_goal(goal, expected):
    letter: Letter = LetterFactory(
        slug="speak",
        goal=goal,
        reported_signatories=1234,
        reported_by="A Bulletin",
        reported_url="https://bulletin.example/",
    )
    SignatureFactory.create_batch(3, letter=letter)
    assert shown("") == expected
