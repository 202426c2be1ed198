"""A long list in a browser: appending names, and new names while it is open."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from letters.models import Letter
from signatories.public import signatories
from signatories.review.actions import publish_signature
from tests.factories import LetterFactory, OrganisationFactory, SignatureFactory, StaffFactory

ADDRESS = "/en/letters/speak/signatories/"


@pytest.fixture
def letter(site, monkeypatch) -> Letter:
    monkeypatch.setattr(signatories, "PAGE", 3)
    monkeypatch.setattr(signatories, "NEWEST", 2)
    letter: Letter = LetterFactory(slug="speak")
    for name in ("Ant", "Bear", "Bee", "Boar", "Cat"):
        SignatureFactory(
            letter=letter,
            organisation=OrganisationFactory(name=name),
            published_at=datetime(2026, 5, 4, 12, tzinfo=UTC),
        )
    return letter


def publish(letter: Letter, name: str) -> None:
    waiting = SignatureFactory(
        letter=letter, organisation=OrganisationFactory(name=name), in_review=True
    )
    publish_signature(signature=waiting, by=StaffFactory(), now=timezone.now())


def names(page) -> list[str]:
    found: list[str] = page.locator(".signatory-name").all_text_contents()
    return found


def test_more_names_are_appended_and_the_url_follows(open_window, letter):
    page = open_window()
    page.goto(ADDRESS)
    assert names(page) == ["Ant", "Bear", "Bee"]
    button = page.get_by_role("button", name="Show more names")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 more names shown.")).to_be_attached()
    # B continues in its own list, under one heading.
    assert names(page) == ["Ant", "Bear", "Bee", "Boar", "Cat"]
    assert [one.split()[0] for one in page.locator(".names-section h3").all_text_contents()] == [
        "A",
        "B",
        "C",
    ]
    assert page.evaluate("document.activeElement.textContent") == "Boar"
    assert page.url.endswith("?page=2")
    # There is no more, and the footer and the plain links are still there.
    expect(button).to_have_count(0)
    expect(page.get_by_role("link", name="Previous page")).to_be_visible()
    page.reload()
    assert names(page) == ["Boar", "Cat"]


def test_without_javascript_links_turn_the_pages(open_window, letter):
    page = open_window(java_script_enabled=False)
    page.goto(ADDRESS)
    expect(page.get_by_role("button", name="Show more names")).to_have_count(0)
    page.get_by_role("link", name="Next page").click()
    assert names(page) == ["Boar", "Cat"]
    page.get_by_role("link", name="By country").click()
    assert names(page) == ["Ant", "Bear", "Bee"]


def test_the_newest_come_in_by_themselves_marked_and_announced(open_window, letter):
    page = open_window()
    page.goto(f"{ADDRESS}?order=newest")
    publish(letter, "Dog")
    expect(page.locator(".signatory.is-new .signatory-name")).to_have_text("Dog")
    expect(page.get_by_text("New in the list: Dog")).to_be_attached()
    expect(page.locator("#live-counts")).to_contain_text("6 organisations")
    assert names(page)[0] == "Dog"


@pytest.mark.parametrize("asked", ["", "?order=country", "?order=newest&page=2"])
def test_other_pages_show_a_notice_with_a_link(open_window, letter, asked):
    page = open_window()
    page.goto(f"{ADDRESS}{asked}")
    before = names(page)
    publish(letter, "Dog")
    notice = page.locator("[data-live-notice]")
    expect(notice).to_contain_text("New since this page was opened: 1")
    assert names(page) == before
    notice.get_by_role("link").click()
    assert names(page)[0] == "Dog"


def test_after_appending_names_new_ones_only_show_a_notice(open_window, letter):
    page = open_window()
    page.goto(f"{ADDRESS}?order=newest")
    page.get_by_role("button", name="Show more names").click()
    expect(page.get_by_text("2 more names shown.")).to_be_attached()
    publish(letter, "Dog")
    expect(page.locator("[data-live-notice]")).to_contain_text("New since this page was opened: 1")
    assert names(page) == ["Ant", "Bear", "Bee", "Boar", "Cat"]


@pytest.mark.parametrize("address", ["/en/letters/speak/", "/en/letters/speak/embed/count/"])
def test_an_open_page_learns_that_the_goal_is_reached(open_window, letter, address):
    Letter.objects.update(goal=6)
    page = open_window()
    page.goto(address)
    bar, words = page.locator(".goal progress"), page.locator("#goal-words")
    expect(words).to_have_text("5 of our goal of 6")
    for name in ("Dog", "Eel"):
        publish(letter, name)
        expect(words).to_have_text("Goal reached: 6 organisations")
        expect(bar).to_have_js_property("value", 6)
        expect(bar).to_have_attribute("value", "6")
