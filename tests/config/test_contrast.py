"""Every pair of colours that meets on a page has the contrast that WCAG 2.2 asks for at AA."""

from __future__ import annotations

import re
from itertools import pairwise, product

import pytest
from django.conf import settings

from signatories.embedding.colours import contrast

STYLES = settings.BASE_DIR / "static/css"
TEXT = 4.5  # 1.4.3, for letters of any size
SHAPE = 3.0  # 1.4.11: borders of fields, the ring of focus, the bar of a goal

GROUNDS = ["ground", "paper"]
WASHES = ["accent-wash", "good-wash", "warn-wash", "bad-wash", "new-wash"]
SHADES = [f"shade-{number}" for number in range(1, 5)]  # of the map, the lightest first
WORDS = ["ink", "ink-soft", "accent", "accent-strong", "good", "warn", "bad"]

# Text and its background: any text on both grounds; text and links in a notice; buttons.
WRITTEN = {
    *product(WORDS, GROUNDS),
    *product(["ink", "ink-soft", "accent", "accent-strong"], WASHES),
    ("good", "good-wash"),
    ("warn", "warn-wash"),
    ("bad", "bad-wash"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
}
# Shapes and their background. Hairlines between entries (--line) are decorative and exempt.
DRAWN = {
    *product(["line-strong", "accent", "bad"], GROUNDS),
    *product(["accent"], [*WASHES, "line"]),
    *product(SHADES, ["land", "ground"]),
    ("good", "good-wash"),
    ("warn", "warn-wash"),
    ("bad", "bad-wash"),
}


def colours(scheme: str) -> dict[str, str]:
    """The colour tokens of a scheme by name; dark and print override those that they name."""
    text = (STYLES / "tokens.css").read_text()
    light, dark = re.split(r"@media \(prefers-color-scheme: dark\)", text)
    named = re.compile(r"--([\w-]+):\s*#([0-9a-f]{6});")
    found = dict(named.findall(light))
    if scheme == "dark":
        return found | dict(named.findall(dark))
    printed = (STYLES / "print.css").read_text() if scheme == "print" else ""
    return found | dict(named.findall(printed))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(WRITTEN, TEXT), (DRAWN, SHAPE)])
def test_every_pair_in_use_has_enough_contrast(scheme, pairs, least):
    tokens = colours(scheme)
    ratios = {(one, other): contrast(tokens[one], tokens[other]) for one, other in pairs}
    assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < least} == {}


def test_every_colour_is_in_a_pair_and_dark_names_each_anew():
    paired = {token for pair in WRITTEN | DRAWN for token in pair}
    assert paired == set(colours("light"))
    light, dark = colours("light"), colours("dark")
    assert [token for token in light if light[token] == dark[token]] == []


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_each_shade_of_the_map_is_further_from_the_ground_than_the_one_before(scheme):
    found = colours(scheme)
    steps = [contrast(found[name], found["ground"]) for name in ("land", *SHADES)]
    assert steps == sorted(steps)
    assert all(further / nearer >= 1.3 for nearer, further in pairwise(steps[1:]))
