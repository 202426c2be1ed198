"""The map under a pointer and a finger."""

from __future__ import annotations

import pytest

from letters.models import Letter
from tests.factories import LetterFactory, OrganisationFactory, SignatureFactory

SMALLEST = 24  # pixels of a target: WCAG 2.2, 2.5.8


@pytest.fixture
def letter(site) -> Letter:
    letter = LetterFactory(slug="speak")
    for country in ("DE", "MT", "BB"):
        SignatureFactory(letter=letter, organisation=OrganisationFactory(country=country))
    return letter


@pytest.mark.parametrize("width", [640, 768, 1023, 1024, 1600])
def test_a_small_state_can_be_hit(width, open_window, letter):
    page = open_window(viewport={"width": width, "height": 900})
    page.goto("/en/letters/speak/figures/")
    boxes = [dot.bounding_box() for dot in page.locator(".world-map-links circle").all()]
    assert len(boxes) == 2
    assert all(box and min(box["width"], box["height"]) >= SMALLEST for box in boxes)


def test_a_country_on_the_map_links_to_its_names(open_window, letter):
    page = open_window(viewport={"width": 1280, "height": 900})
    page.goto("/en/letters/speak/figures/")
    page.locator(".world-map-links a", has_text="Malta").locator("circle").click()
    page.wait_for_url("**/signatories/?country=MT")
    assert page.locator(".signatory").count() == 1


def test_on_a_narrow_screen_the_map_is_a_picture_and_the_table_has_the_links(open_window, letter):
    page = open_window(viewport={"width": 360, "height": 640})
    page.goto("/en/letters/speak/figures/")
    assert not page.locator(".world-map-links").is_visible()
    page.get_by_role("row", name="Malta").get_by_role("link").click()
    page.wait_for_url("**/signatories/?country=MT")


def test_the_keyboard_comes_to_the_countries_once(open_window, letter):
    page = open_window(viewport={"width": 1280, "height": 900})
    page.goto("/en/letters/speak/figures/")
    reached = [""]
    while not reached[-1].endswith("/privacy/"):  # the last link of the page
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('href') || ''"))
    assert len([address for address in reached if address.endswith("?country=MT")]) == 1


@pytest.mark.parametrize(("language", "from_right"), [("en", False), ("ar", True)])
def test_bars_begin_where_writing_does(language, from_right, open_window, letter):
    SignatureFactory(letter=letter, organisation=OrganisationFactory(country="DE"))
    page = open_window(viewport={"width": 1280, "height": 900})
    page.goto(f"/{language}/letters/speak/figures/")
    bar = page.locator(".origins-bar").nth(1)
    whole, drawn = bar.bounding_box(), bar.locator("rect").bounding_box()
    assert drawn["width"] == pytest.approx(whole["width"] / 2, abs=1)
    assert (drawn["x"] - whole["x"] > 1) is from_right
