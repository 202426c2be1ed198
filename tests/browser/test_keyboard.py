"""Everything works by keyboard, with a visible focus."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from signatories.models import Signature
from tests.factories import CampaignFactory, LetterFactory, SignatureFactory

FAR = 60  # more key presses than any page should need

# Whether the focused element shows the focus ring of static/css/base.css.
IS_RINGED = """() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2;
}"""


@pytest.fixture(autouse=True)
def letter(site):
    letter = LetterFactory(slug="speak", campaign=CampaignFactory(slug="speech"))
    SignatureFactory(letter=letter)
    return letter


def go_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus, checking that the focus is always visible."""
    for _press in range(FAR):
        page.keyboard.press("Tab")
        assert page.evaluate(IS_RINGED), page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{selector} was not reached.")


def write(page: Page, field: str, text: str) -> None:
    go_to(page, f"[name={field}]")
    page.keyboard.type(text)


def test_a_letter_is_found_signed_and_confirmed_by_keyboard_alone(open_window, outbox):
    page = open_window()
    page.goto("/en/")
    go_to(page, "a[href$='/letters/speak/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/letters/speak/")
    go_to(page, "a[href='#sign']")
    page.keyboard.press("Enter")
    write(page, "organisation", "Forum for Free Speech")
    write(page, "country", "Kaz")
    write(page, "name", "Rosa Reader")
    write(page, "role", "Director")
    write(page, "email", "rosa@forum.example.org")
    for tick in ("may_sign", "privacy"):
        go_to(page, f"[name={tick}]")
        page.keyboard.press("Space")
    go_to(page, "form[method=post] button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign/sent/")
    (message,) = outbox.send()
    page.goto(re.findall(r"http://\S+", message.body)[0])
    go_to(page, "form[action$='/confirm/" + page.url.split("/confirm/")[1] + "'] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/signature/**")
    signature = Signature.objects.get(signed_as="Forum for Free Speech")
    assert (signature.status, signature.country.code) == (Signature.Status.IN_REVIEW, "KZ")


def test_a_mistake_is_mended_by_keyboard_alone(open_window):
    """Focus moves to the summary of errors, and from each of its lines to the field."""
    page = open_window()
    page.goto("/en/letters/speak/sign/")
    go_to(page, "form[method=post] button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("#errors")).to_be_focused()
    go_to(page, "#errors a[href='#id_country']")
    page.keyboard.press("Enter")
    page.keyboard.type("Kaz")
    expect(page.locator("[name=country]")).to_have_value("KZ")


def test_the_first_tab_reaches_the_skip_link(open_window):
    page = open_window()
    page.goto("/en/letters/speak/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_in_viewport()
    page.keyboard.press("Enter")
    go_to(page, "main a")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_with_forced_colours_controls_keep_their_edges(open_window):
    page = open_window(forced_colors="active")
    page.goto("/en/letters/speak/sign/")
    edges = page.evaluate(
        """() => [...document.querySelectorAll("main .button, .field input, .field select")]
            .filter((one) => !["checkbox", "radio"].includes(one.type))
            .map((one) => getComputedStyle(one))
            .filter((style) => style.borderTopStyle !== "solid" || style.borderTopWidth === "0px")
            .length"""
    )
    assert edges == 0
    go_to(page, "[name=organisation]")


def test_nothing_moves_with_reduced_motion(open_window):
    moving = """() => [...document.querySelectorAll("*")].filter((one) => {
        const style = getComputedStyle(one);
        return style.animationName !== "none" || style.scrollBehavior === "smooth"
            || parseFloat(style.transitionDuration) > 0;
    }).length"""
    still, moved = open_window(reduced_motion="reduce"), open_window()
    for page in (still, moved):
        page.goto("/en/letters/speak/")
        page.evaluate("document.querySelector('.signatory').classList.add('is-new')")
    assert still.evaluate(moving) == 0
    assert moved.evaluate(moving) == 2
