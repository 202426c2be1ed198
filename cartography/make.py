"""Write the map's data: python -m cartography.make countries-50m.json world.json

The input is countries-50m.json of the npm package world-atlas 2.0.2, Natural Earth 4.1 at 1:50
million as TopoJSON. `npm pack world-atlas@2.0.2` downloads it; `make map ATLAS=…` runs this.

For each way to draw disputed areas, the output has the path of every country and of every area
that is drawn with no country. It has the place of a dot for countries too small to see, and borders
that are not agreed. Paths are in whole units of a map WIDTH wide. Neighbours share their borders
exactly.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django_countries.data import ALT_CODES
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon, affinity, box, unary_union

from cartography.projection import CUT, equal_earth
from cartography.topology import polygons_of, shapes_in

WIDTH = 2000  # units; about two for a pixel on a wide screen
SOUTH, NORTH = -56.5, 83.7  # degrees: without the Antarctic
SMOOTH = 1.6  # units: the square root of the largest area that smoothing may take off a corner
ISLAND = 5.0  # square units: a smaller island is left out, unless it is its country's largest
DOT_UNDER = 60.0  # square units: a country with less is too small to see, and gets a dot

ALPHA2 = {numeric: code for code, (_alpha3, numeric) in ALT_CODES.items()}
EXCLUDED = {"AQ"}  # beyond the map's edge
# The ways to draw disputed areas, each with its key in places.toml.
POLICIES = {"hatched": "hatched", "un": "un", "de-facto": "held"}

(_WEST, _), (_EAST, _), (_, _TOP), (_, _BOTTOM) = equal_earth(
    np.array([[CUT, 0], [CUT + 360, 0], [0, NORTH], [0, SOUTH]])
)
_SCALE = WIDTH / (_EAST - _WEST)
HEIGHT = round((_BOTTOM - _TOP) * _SCALE)

Pieces = dict[str, MultiPolygon]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    paths = parser.parse_args()
    topology = json.loads(paths.source.read_text())
    places = tomllib.loads((Path(__file__).parent / "places.toml").read_text())
    world = make_world(topology, places)
    text = json.dumps(world, ensure_ascii=False, indent=0, sort_keys=True)
    paths.target.write_text(text + "\n", encoding="utf-8")


def make_world(topology: dict[str, Any], places: dict[str, Any]) -> dict[str, Any]:
    """The data with which the site draws the map, from a topology and places.toml."""
    disputed = places["disputed"]
    pieces = on_the_map(pieces_of(topology, places))
    drawn = {name: assigned(pieces, disputed, key) for name, key in POLICIES.items()}
    common = {
        code: path
        for code, shape in drawn["hatched"].items()
        if all(shape.equals(one.get(code, MultiPolygon())) for one in drawn.values())
        if (path := path_of(shape))
    }
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "shapes": common,
        "policies": {
            name: {
                code: path
                for code, shape in sorted(one.items())
                if code not in common and (path := path_of(shape))
            }
            for name, one in drawn.items()
        },
        "dots": dots_of(drawn["hatched"], places["dots"], disputed),
        "dashed": {name: dashed_in(one, places["dashed"]) for name, one in drawn.items()},
    }


def pieces_of(topology: dict[str, Any], places: dict[str, Any]) -> Pieces:
    """The pieces that make up countries, in degrees, by code or name."""
    pieces = {
        ALPHA2.get(int(key), key) if key.isdigit() else key: shape
        for key, shape in shapes_in(topology, "countries").items()
    }
    pieces["XK"] = pieces.pop("Kosovo")  # as the site's list of countries has it
    for name, part in {**places["parts"], **places["disputed"]}.items():
        if "box" not in part:
            pieces[name] = pieces.pop(part["of"])
            continue
        area, whole = box(*part["box"]), pieces[part["of"]]
        pieces[name] = polygons_of(whole.intersection(area))
        pieces[part["of"]] = polygons_of(whole.difference(area))
    return {
        name: shape for name, shape in pieces.items() if name not in EXCLUDED and not shape.is_empty
    }


def on_the_map(pieces: Pieces) -> Pieces:
    """The pieces projected, scaled and smoothed."""
    opened = [opened_at_the_cut(shape) for shape in pieces.values()]
    flat = shapely.transform(shapely.segmentize(opened, 2.0), in_units)
    smooth = shapely.coverage_simplify(flat, SMOOTH)
    return {name: polygons_of(one) for name, one in zip(pieces, smooth, strict=True)}


def in_units(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees as units of the map."""
    units: NDArray[np.float64] = (equal_earth(points) - [_WEST, _TOP]) * _SCALE
    return units


def opened_at_the_cut(shape: MultiPolygon) -> MultiPolygon:
    """Longitudes from CUT to CUT + 360, so that areas across the date line stay in one piece."""
    globe = box(CUT, -90, CUT + 360, 90)
    turned = [affinity.translate(shape, turn) for turn in (-360, 0, 360)]
    return polygons_of(unary_union([one.intersection(globe) for one in turned]))


def assigned(pieces: Pieces, disputed: dict[str, Any], key: str) -> Pieces:
    """Countries under one policy for disputed areas; areas that it gives to none stay separate."""
    together: dict[str, list[MultiPolygon]] = {}
    for name, shape in pieces.items():
        owner = disputed[name].get(key, name) if name in disputed else name
        together.setdefault(owner, []).append(shape)
    return {
        code: polygons_of(unary_union(parts)) if len(parts) > 1 else parts[0]
        for code, parts in together.items()
    }


def path_of(shape: MultiPolygon) -> str:
    """An SVG path in whole units, each ring closed; islands too small to see are left out."""
    polygons = sorted(polygons_of(shape).geoms, key=lambda polygon: -polygon.area)
    kept = [one for number, one in enumerate(polygons) if number == 0 or one.area >= ISLAND]
    rings = [ring for one in kept for ring in [one.exterior, *_holes(one)]]
    return "".join(_closed(ring.coords) for ring in rings)


def _holes(polygon: Polygon) -> list[Any]:
    """Such as Lesotho in South Africa."""
    return [ring for ring in polygon.interiors if Polygon(ring).area >= 1]


def _closed(points: Iterable[tuple[float, ...]]) -> str:
    steps = _steps(points)
    if len(steps) > 1 and tuple(map(sum, zip(*steps, strict=True))) == steps[0]:
        steps = steps[:-1]  # Z draws the last line by itself
    return f"{_written(steps)}z" if len(steps) > 2 else ""


def _steps(points: Iterable[tuple[float, ...]]) -> list[tuple[int, int]]:
    """The first point, then the steps between points, without empty ones."""
    steps: list[tuple[int, int]] = []
    x = y = 0
    for point in points:
        right, down = round(point[0]) - x, round(point[1]) - y
        if (right, down) != (0, 0) or not steps:
            steps.append((right, down))
        x, y = x + right, y + down
    return steps


def _written(steps: list[tuple[int, int]]) -> str:
    """An SVG path with relative lines; a minus sign separates numbers as well as a space."""
    first, *rest = (f"{x}{'' if y < 0 else ' '}{y}" for x, y in steps)
    return f"M{first}l" + " ".join(rest).replace(" -", "-")


def dots_of(
    drawn: Pieces, given: dict[str, list[float]], disputed: dict[str, Any]
) -> dict[str, str]:
    """The position of the dot for each country that is too small to see at this scale."""
    small = {
        code: shape.geoms[int(np.argmax([one.area for one in shape.geoms]))].representative_point()
        for code, shape in drawn.items()
        if shape.area < DOT_UNDER and code not in disputed
    }
    points = {code: (point.x, point.y) for code, point in small.items()}
    points |= {code: place(*given[code]) for code in given}
    return {code: f"{round(x)} {round(y)}" for code, (x, y) in points.items()}


def place(longitude: float, latitude: float) -> tuple[float, float]:
    """A point on the map, in its units."""
    east = longitude if longitude >= CUT else longitude + 360
    ((x, y),) = in_units(np.array([[east, latitude]]))
    return float(x), float(y)


def dashed_in(drawn: Pieces, listed: list[dict[str, Any]]) -> str:
    """One path of all disputed borders."""
    path = ""
    for border in listed:
        one, other = (drawn[code] for code in border["between"])
        line = one.boundary.intersection(other.boundary)
        if "box" in border:
            west, south, east, north = border["box"]
            line = line.intersection(box(*place(west, north), *place(east, south)))
        merged = shapely.line_merge(unary_union([line]))
        parts = getattr(merged, "geoms", [merged])
        path += "".join(
            _written(steps)
            for part in parts
            if part.geom_type == "LineString" and len(steps := _steps(part.coords)) > 1
        )
    return path


if __name__ == "__main__":
    main()
