"""The stored map: every country is on it, in its place, and disputed areas follow the setting."""

from __future__ import annotations

import re
from functools import cache
from itertools import accumulate

import pytest
from django.conf import settings
from django_countries import countries
from shapely import Point, Polygon

from cartography.make import place
from signatories.figures.atlas import Atlas, atlas_of, current_atlas

POLICIES = ("hatched", "un", "de-facto")
TOO_SMALL = 60  # square units: about four pixels by four where the map is widest


@cache
def rings(path: str) -> list[Polygon]:
    """The rings of a path as `make map` writes it: M, lines from point to point, z."""
    found = []
    for ring in path.split("z")[:-1]:
        numbers = [int(number) for number in re.findall(r"-?\d+", ring)]
        xs, ys = accumulate(numbers[::2]), accumulate(numbers[1::2])
        found.append(Polygon(zip(xs, ys, strict=True)).buffer(0))
    return found


def area(path: str) -> float:
    return float(sum(ring.area for ring in rings(path)))


def at(atlas: Atlas, longitude: float, latitude: float) -> set[str]:
    """Everything drawn at a place on the globe. A point inside two rings is in a hole."""
    point = Point(*place(longitude, latitude))
    areas = atlas.countries | atlas.disputed
    return {
        name
        for name, path in areas.items()
        if sum(ring.contains(point) for ring in rings(path)) % 2
    }


@pytest.mark.parametrize("policy", POLICIES)
def test_every_country_that_the_form_offers_is_on_the_map(policy):
    atlas = atlas_of(policy)
    offered = {code for code, _name in countries}
    assert offered - atlas.countries.keys() - atlas.dots.keys() == {"AQ"}
    assert (atlas.countries.keys() | atlas.dots.keys()) - offered == set()


@pytest.mark.parametrize("policy", POLICIES)
def test_every_country_too_small_to_see_has_a_dot(policy):
    atlas = atlas_of(policy)
    small = {code for code, path in atlas.countries.items() if area(path) < TOO_SMALL / 2}
    assert small - atlas.dots.keys() == set()
    large = {code for code, path in atlas.countries.items() if area(path) > TOO_SMALL * 2}
    assert large & atlas.dots.keys() == set()
    for x, y in atlas.dots.values():
        assert 0 < x < atlas.width
        assert 0 < y < atlas.height


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(
    ("code", "longitude", "latitude"),
    [
        ("FR", 2.3, 47.0),
        ("GF", -53.2, 4.0),  # a part of France with its own entry
        ("SJ", 17.5, 78.9),
        ("RU", 179.0, 67.5),  # on both sides of the date line
        ("RU", -172.0, 66.5),
        ("US", -99.0, 40.0),
        ("LS", 28.2, -29.5),  # a hole in South Africa
        ("TW", 121.0, 23.8),
        ("XK", 20.9, 42.6),
        ("AU", 134.0, -25.0),
    ],
)
def test_countries_are_where_they_are(policy, code, longitude, latitude):
    assert at(atlas_of(policy), longitude, latitude) == {code}


@pytest.mark.parametrize(
    ("place", "hatched", "un", "de_facto"),
    [
        ((34.4, 45.3), "crimea", "UA", "RU"),
        ((33.3, 35.25), "northern-cyprus", "CY", "northern-cyprus"),
        ((46.0, 9.5), "somaliland", "SO", "somaliland"),
        ((-14.5, 24.0), "EH", "EH", "MA"),
        ((-10.0, 26.5), "EH", "EH", "EH"),
        ((-6.0, 32.0), "MA", "MA", "MA"),
        ((31.0, 49.0), "UA", "UA", "UA"),
    ],
)
def test_disputed_areas_are_drawn_as_the_setting_says(place, hatched, un, de_facto):
    drawn = [at(atlas_of(policy), *place) for policy in POLICIES]
    assert drawn == [{hatched}, {un}, {de_facto}]


def test_only_areas_without_an_entry_belong_to_no_country():
    assert {policy: set(atlas_of(policy).disputed) for policy in POLICIES} == {
        "hatched": {"crimea", "northern-cyprus", "somaliland", "siachen", "southern-kurils"},
        "un": {"siachen", "southern-kurils"},
        "de-facto": {"northern-cyprus", "somaliland", "siachen"},
    }


def test_by_default_disputed_areas_belong_to_no_country():
    assert settings.MAP_DISPUTED_AREAS == "hatched"
    assert current_atlas() is atlas_of("hatched")


def test_an_unknown_policy_is_refused():
    with pytest.raises(KeyError):
        atlas_of("mine")
