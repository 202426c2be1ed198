"""In print the page reads as a letter: organiser, date, addressees, text, signatories."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from letters.models import Letter
from tests.factories import CampaignFactory, LetterFactory, SignatureFactory


@pytest.fixture
def letter(site) -> Letter:
    campaign = CampaignFactory(slug="speech", organiser_name="Coalition", hashtag="#Speech")
    letter = LetterFactory(slug="speak", campaign=campaign, goal=100)
    SignatureFactory(letter=letter, organisation__name="Forum of All", organisation__country="FR")
    return letter


@pytest.fixture
def paper(open_window, letter) -> Page:
    """The letter laid out for A4, without its margins."""
    page = open_window(viewport={"width": 627, "height": 900})
    page.goto("/en/letters/speak/")
    page.emulate_media(media="print")
    return page


def test_the_letter_is_printed_in_the_order_of_a_letter(paper, letter, site):
    parts = [
        ".letterhead",
        ".addressees",
        ".letter-title",
        ".letter-text",
        ".demands",
        ".revision-mark",
        ".letter-address",
        ".facts",
        "#signatories-title",
        ".country",
    ]
    places = []
    for part in parts:
        expect(paper.locator(part).first).to_be_visible()
        box = paper.locator(part).first.bounding_box()
        assert box is not None
        places.append(box["y"])
    assert places == sorted(places)
    head = paper.locator(".letterhead")
    expect(head).to_contain_text("Coalition · #Speech")
    frozen = letter.revision.frozen_at.isoformat()
    assert head.locator("time").get_attribute("datetime") == frozen
    expect(paper.locator(".revision-mark")).to_contain_text(letter.revision.digest)
    expect(paper.locator(".letter-address")).to_have_text(f"{site}/en/letters/speak/")


def test_nothing_that_one_presses_is_printed(paper):
    for selector in (
        ".masthead",
        ".footer",
        ".skip-link",
        ".search",
        ".button",
        "#sign",
        "progress",
        ".facts a",
    ):
        assert paper.locator(selector).count() > 0
        expect(paper.locator(f"{selector}:visible")).to_have_count(0)


def test_on_the_screen_nothing_appears_twice(open_window, letter):
    page = open_window()
    page.goto("/en/letters/speak/")
    expect(page.locator(".letterhead")).to_be_hidden()
    expect(page.locator(".letter-address")).to_be_hidden()
