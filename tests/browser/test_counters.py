"""Fields with a limit cut nothing off: they report the length of the text, and keep it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.signing import fill_in
from tests.factories import CampaignFactory, LetterFactory

LONG = "Committee of Citizens of the Northern Towns " * 5 + "and Harbours"  # 232 characters


@pytest.fixture(autouse=True)
def letter(site):
    return LetterFactory(slug="speak", campaign=CampaignFactory(slug="speech"))


def fill_in_too_long(page: Page) -> None:
    page.goto("/en/letters/speak/sign/")
    fill_in(page)
    field = page.locator("[name=organisation]")
    field.fill("")
    field.focus()
    page.keyboard.insert_text(LONG)  # as pasting does, which respects maxlength
    expect(field).to_have_value(LONG)


def test_text_that_is_too_long_is_reported_at_once_and_not_cut(open_window):
    page = open_window()
    fill_in_too_long(page)
    count = page.locator("[name=organisation] + .field-count")
    expect(count).to_be_visible()
    expect(count).to_have_text("232 / 200 Use at most 200 characters.")
    page.locator("[name=organisation]").fill(LONG[:175])
    expect(count).to_have_text("175 / 200 ")
    page.locator("[name=organisation]").fill("Forum")
    expect(count).to_be_hidden()


def test_characters_are_counted_as_the_server_counts_them(open_window):
    page = open_window()
    page.goto("/en/letters/speak/sign/")
    field = page.locator("[name=statement]")
    field.fill(" " + "e\u0301\r\n👩" * 100 + "\r\n")
    expect(page.locator("[name=statement] + .field-count")).to_have_text("300 / 300 ")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_form_that_is_too_long_comes_back_with_all_that_was_typed(open_window, scripts):
    page = open_window(java_script_enabled=scripts)
    fill_in_too_long(page)
    page.get_by_role("button", name="Sign the letter").click()
    expect(page.locator("#id_organisation_error")).to_have_text(
        "Use at most 200 characters. You have used 232."
    )
    expect(page.locator("[name=organisation]")).to_have_value(LONG)
    expect(page.locator("[name=name]")).to_have_value("Rosa Reader")
