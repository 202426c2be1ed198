"""Every pair of colours that meets on a page has the contrast that WCAG 2.2 asks for at AA."""

from __future__ import annotations

import re
from itertools import product

import pytest
from django.conf import settings

TEXT = 4.5  # 1.4.3, for letters of any size
SHAPE = 3.0  # 1.4.11: borders of fields, the ring of focus, the bar of a goal

GROUNDS = ["ground", "paper"]
WASHES = ["accent-wash", "good-wash", "warn-wash", "bad-wash", "new-wash"]
WORDS = ["ink", "ink-soft", "accent", "accent-strong", "good", "warn", "bad"]

# What is written on what: any words on either ground; words and links in a notice; the buttons.
WRITTEN = {
    *product(WORDS, GROUNDS),
    *product(["ink", "ink-soft", "accent", "accent-strong"], WASHES),
    ("good", "good-wash"),
    ("warn", "warn-wash"),
    ("bad", "bad-wash"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
}
# What is drawn on what. Hairlines between entries (--line) say nothing and need no contrast.
DRAWN = {
    *product(["line-strong", "accent", "bad"], GROUNDS),
    *product(["accent"], [*WASHES, "line"]),
    ("good", "good-wash"),
    ("warn", "warn-wash"),
    ("bad", "bad-wash"),
}


def colours(scheme: str) -> dict[str, str]:
    """The colour tokens of a scheme by their names; dark replaces what it names of light."""
    text = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    light, dark = re.split(r"@media \(prefers-color-scheme: dark\)", text)
    named = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6});")
    found = dict(named.findall(light))
    return found | dict(named.findall(dark)) if scheme == "dark" else found


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, 0 for black and 1 for white."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#ff0000", "#ff0000", 1)],
)
def test_contrast_is_computed_as_the_standard_defines_it(one, other, ratio):
    assert round(contrast(one, other), 2) == ratio


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
