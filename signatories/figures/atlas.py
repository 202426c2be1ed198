"""The shapes of countries, as written by `make map`."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

SOURCE = Path(__file__).parent / "world.json"


@dataclass(frozen=True)
class Atlas:
    """The world under one way to draw disputed areas. Paths and points are in map units."""

    policy: str
    width: int
    height: int
    countries: dict[str, str]  # SVG paths by code
    disputed: dict[str, str]  # areas drawn as part of no country
    dots: dict[str, tuple[int, int]]  # position of countries too small to see
    dashed: str  # disputed borders
    edition: str  # digest of the data, for the page's ETag


def current_atlas() -> Atlas:
    """The atlas for the site's MAP_DISPUTED setting."""
    return atlas_of(settings.MAP_DISPUTED_AREAS)


@lru_cache
def atlas_of(policy: str) -> Atlas:
    """Raises KeyError for a policy that the data has no map for."""
    data = SOURCE.read_bytes()
    world = json.loads(data)
    shapes: dict[str, str] = world["shapes"] | world["policies"][policy]
    points = {code: point.split() for code, point in world["dots"].items()}
    return Atlas(
        policy=policy,
        width=world["width"],
        height=world["height"],
        countries={name: path for name, path in shapes.items() if _is_code(name)},
        disputed={name: path for name, path in shapes.items() if not _is_code(name)},
        dots={code: (int(x), int(y)) for code, (x, y) in points.items()},
        dashed=world["dashed"][policy],
        edition=hashlib.sha256(data).hexdigest()[:12],
    )


def _is_code(name: str) -> bool:
    return len(name) == 2 and name.isupper()
