"""The map's shades can be told from what lies around them."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

STYLES = Path(__file__).resolve().parents[3] / "static/css"
SHADES = [f"shade-{number}" for number in range(1, 5)]


def colours(scheme: str) -> dict[str, str]:
    if scheme == "print":
        text = (STYLES / "print.css").read_text()
    else:
        light, _media, dark = (STYLES / "tokens.css").read_text().partition("@media (prefers-color")
        text = dark if scheme == "dark" else light
    return dict(re.findall(r"--([\w-]+): #([0-9a-f]{6});", text))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("shade", SHADES)
@pytest.mark.parametrize("around", ["land", "ground"])
def test_a_country_with_signatories_stands_out_as_graphics_have_to(scheme, shade, around):
    found = colours(scheme)
    assert contrast(found[shade], found[around]) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_each_shade_is_further_from_the_ground_than_the_one_before(scheme):
    found = colours(scheme)
    steps = [contrast(found[name], found["ground"]) for name in ("land", *SHADES)]
    assert steps == sorted(steps)
    assert all(further / nearer >= 1.3 for nearer, further in pairwise(steps[1:]))
