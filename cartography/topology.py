"""Read TopoJSON, in which neighbours share the lines between them.

https://github.com/topojson/topojson-specification
"""

from __future__ import annotations

from itertools import accumulate
from typing import Any

from shapely import MultiPolygon, Polygon, make_valid, unary_union

Point = tuple[float, float]


def shapes_in(topology: dict[str, Any], name: str) -> dict[str, MultiPolygon]:
    """The areas of the object `name`, in degrees: by id, or by name where one has no id.

    Areas of one id, such as a country and its reefs, become one.
    """
    lines = _lines(topology)
    found: dict[str, list[Polygon]] = {}
    for geometry in topology["objects"][name]["geometries"]:
        key = geometry.get("id") or geometry["properties"]["name"]
        several = geometry["type"] == "MultiPolygon"
        for rings in geometry["arcs"] if several else [geometry["arcs"]]:
            outer, *holes = [_ring(lines, ring) for ring in rings]
            found.setdefault(key, []).append(Polygon(outer, holes))
    return {key: polygons_of(unary_union([make_valid(p) for p in found[key]])) for key in found}


def polygons_of(geometry: Any) -> MultiPolygon:
    """The areas alone, without the points and lines that an intersection may leave."""
    parts = getattr(geometry, "geoms", [geometry])
    return MultiPolygon([part for part in parts if part.geom_type == "Polygon" and part.area > 0])


def _lines(topology: dict[str, Any]) -> list[list[Point]]:
    """All arcs; each is stored as steps on a grid, whose sums are its points."""
    (width, height), (left, top) = (topology["transform"][key] for key in ("scale", "translate"))
    lines = []
    for arc in topology["arcs"]:
        xs = accumulate(step[0] for step in arc)
        ys = accumulate(step[1] for step in arc)
        lines.append([(x * width + left, y * height + top) for x, y in zip(xs, ys, strict=True)])
    return lines


def _ring(lines: list[list[Point]], numbers: list[int]) -> list[Point]:
    """Arcs joined end to end; ~n is arc n backwards.

    A ring that crosses the date line continues beyond 180° instead of jumping back.
    """
    ring: list[Point] = []
    for number in numbers:
        line = lines[number] if number >= 0 else lines[~number][::-1]
        for x, y in line[1:] if ring else line:
            turns = round((ring[-1][0] - x) / 360) if ring else 0
            ring.append((x + 360 * turns, y))
    return ring
