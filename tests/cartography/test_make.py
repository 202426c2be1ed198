"""Making the map of a made-up world of a few squares."""

from __future__ import annotations

import re

import numpy as np
import pytest

from cartography.make import HEIGHT, WIDTH, make_world, place
from cartography.projection import MIDDLE, equal_earth
from cartography.topology import shapes_in


def topology(**squares: tuple[tuple[int, int, int, int], str | None]) -> dict:
    """Squares of whole degrees (west, south, east, north), each with its numeric code or none."""
    arcs, geometries = [], []
    for number, (name, ((west, south, east, north), code)) in enumerate(squares.items()):
        wide = (east - west) % 360
        back = east - west if east < west else wide  # across the date line, as the source has it
        arcs.append([[west, south], [back, 0], [0, north - south], [-back, 0], [0, south - north]])
        geometry = {"type": "Polygon", "arcs": [[number]], "properties": {"name": name}}
        geometries.append(geometry | ({"id": code} if code else {}))
    return {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": arcs,
        "objects": {"countries": {"geometries": geometries}},
    }


PLACES = {
    "parts": {},
    "disputed": {
        "coast": {"of": "RU", "box": [30, 50, 40, 54], "held": "RU", "un": "UA"},
        "north": {"of": "North"},
    },
    "dots": {"TV": [179, -8]},
    "dashed": [{"between": ["RU", "UA"]}],
}
WORLD = {
    "Ukraine": ((20, 50, 30, 60), "804"),
    "Russia": ((30, 50, 60, 60), "643"),
    "Fiji": ((178, -18, -178, -16), "242"),
    "Malta": ((14, 36, 15, 37), "470"),
    "Kosovo": ((10, 40, 20, 45), None),
    "North": ((40, 10, 50, 20), None),
}


@pytest.fixture
def world() -> dict:
    return make_world(topology(**WORLD), PLACES)


def test_the_projection_gives_what_proj_gives():
    """From the documentation of PROJ, which rounds: 122° east and 47° north of the middle."""
    ((x, y),) = equal_earth(np.array([[122 + MIDDLE, 47.0]]))
    assert (round(x, 2), round(-y, 2)) == (1.55, 0.89)


def test_the_projection_keeps_areas_in_proportion():
    def area(south: float, north: float) -> float:
        (_, top), (_, bottom) = equal_earth(np.array([[0, north], [0, south]]))
        width = [equal_earth(np.array([[MIDDLE + 1, at], [MIDDLE, at]])) for at in (south, north)]
        wide = sum(float(pair[0][0] - pair[1][0]) for pair in width) / 2
        return wide * float(bottom - top)

    for south in (0, 30, 60, 75):
        on_the_globe = np.sin(np.radians(south + 0.1)) - np.sin(np.radians(south))
        assert area(south, south + 0.1) / on_the_globe == pytest.approx(np.radians(1), rel=1e-5)


def test_a_ring_across_the_date_line_is_one_small_area():
    fiji = shapes_in(topology(Fiji=WORLD["Fiji"]), "countries")["242"]
    assert fiji.bounds == (178, -18, 182, -16)


def test_policies_assign_a_disputed_area_to_nobody_or_to_either_side(world):
    drawn = {name: set(world["shapes"] | one) for name, one in world["policies"].items()}
    countries = {"UA", "RU", "FJ", "XK", "MT"}
    assert drawn == {
        "hatched": countries | {"coast", "north"},
        "un": countries | {"north"},
        "de-facto": countries | {"north"},
    }
    whole, part = world["policies"]["de-facto"], world["policies"]["un"]
    assert whole["RU"] != part["RU"]
    assert part["RU"] == world["policies"]["hatched"]["RU"]
    assert whole["UA"] != part["UA"]


def test_shapes_common_to_all_policies_are_stored_once(world):
    assert set(world["shapes"]) == {"FJ", "XK", "MT", "north"}
    assert all("RU" in one for one in world["policies"].values())


def test_a_country_too_small_to_see_and_one_without_an_area_get_a_dot(world):
    assert set(world["dots"]) == {"MT", "TV"}
    x, y = map(int, world["dots"]["TV"].split())
    assert (x, y) == tuple(map(round, place(179, -8)))
    assert 0 < x < WIDTH
    assert 0 < y < HEIGHT


def test_the_border_of_neighbours_is_one_line_that_can_be_dashed(world):
    ends = [tuple(map(round, place(30, latitude))) for latitude in (54, 60)]
    start, *steps = re.findall(r"-?\d+ ?-?\d+", world["dashed"]["hatched"])
    x, y = (sum(map(int, pair)) for pair in zip(*map(numbers, (start, *steps)), strict=True))
    assert {numbers(start), (x, y)} == set(ends)


def numbers(pair: str) -> tuple[int, int]:
    x, y = re.findall(r"-?\d+", pair)
    return int(x), int(y)
