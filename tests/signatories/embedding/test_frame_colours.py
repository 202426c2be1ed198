"""Two colours of a partner: what is readable is used, and nothing else."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from signatories.embedding.colours import Theme, colour, contrast, theme_from_query

colours = st.integers(0, 0xFFFFFF).map("{:06x}".format)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("000000", "ffffff", 21),
        ("ffffff", "ffffff", 1),
        ("767676", "ffffff", 4.54),  # the lightest grey that is readable on white
        ("777777", "ffffff", 4.48),
        ("ff0000", "ffffff", 4.00),
    ],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize("written", ["1b3f78", "#1b3f78", "1B3F78", " #1B3f78 "])
def test_a_colour_is_six_hexadecimal_digits(written):
    assert colour(written) == "1b3f78"


@pytest.mark.parametrize(
    "written", ["", "red", "#123", "12345g", "1b3f78;}", "#1b3f7811", "##1b3f78", "１b3f78"]
)
def test_nothing_else_is_a_colour(written):
    with pytest.raises(ValueError, match="six hexadecimal digits"):
        colour(written)


def test_a_pair_that_is_readable_is_used():
    choice = theme_from_query({"accent": "#1B3F78", "ground": "ffffff"})
    assert choice.theme == Theme("1b3f78", "ffffff")
    assert choice.remark == ""


def test_the_site_gives_the_colour_that_is_missing():
    assert theme_from_query({"accent": "005f50"}).theme == Theme("005f50", "ffffff")
    assert theme_from_query({"ground": "fff4e6"}).theme == Theme("1b3f78", "fff4e6")


@pytest.mark.parametrize(
    ("query", "remark"),
    [
        ({}, ""),
        ({"accent": "", "ground": ""}, ""),
        ({"accent": "777777", "ground": "ffffff"}, "contrast of 4.48; at least 4.5 is needed"),
        ({"accent": "--><script>", "ground": "ffffff"}, "six hexadecimal digits each"),
    ],
)
def test_unusable_colours_are_ignored_and_the_remark_repeats_no_input(query, remark):
    choice = theme_from_query(query)
    assert choice.theme is None
    assert remark in choice.remark
    assert "script" not in choice.remark


@given(colours, colours)
def test_everything_can_be_read_in_any_pair_that_is_used(accent, ground):
    theme = Theme(accent, ground)
    if not theme.is_readable:
        assert theme_from_query({"accent": accent, "ground": ground}).theme is None
        return
    found = theme.colours
    on_ground = ["ink", "ink-soft", "accent", "good", "warn", "bad"]
    pairs = [(name, "ground") for name in on_ground]
    pairs += [
        ("on-accent", "accent"),
        ("on-accent", "accent-strong"),
        ("ink", "new-wash"),
        ("ink-soft", "new-wash"),
    ]
    pairs += [("accent", "accent-wash"), ("accent-strong", "accent-wash"), ("ink", "accent-wash")]
    pairs += [(state, f"{state}-wash") for state in ("good", "warn", "bad")]
    pairs += [("ink", f"{state}-wash") for state in ("good", "warn", "bad")]
    unreadable = [pair for pair in pairs if contrast(found[pair[0]], found[pair[1]]) < 4.5]
    assert unreadable == []
    assert contrast(found["line-strong"], found["ground"]) >= 3


@given(colours, colours)
def test_the_style_sheet_is_colours_and_nothing_else(accent, ground):
    lines = Theme(accent, ground).stylesheet.splitlines()
    assert lines[0] == ":root {"
    assert re.fullmatch("  color-scheme: (light|dark);", lines[1])
    assert all(re.fullmatch("  --[a-z-]+: #[0-9a-f]{6};", line) for line in lines[2:-1])
    assert lines[-1] == "}"


def test_a_frame_has_every_colour_that_the_site_has_but_those_of_the_map():
    tokens = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    of_site = set(re.findall(r"--([a-z0-9-]+): #", tokens))
    of_map = {"land", "shade-1", "shade-2", "shade-3", "shade-4"}
    assert of_site - of_map == set(Theme("1b3f78", "ffffff").colours)
