"""Suggestions in the form, candidates in review, and the second colleague, as people meet them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from signatories.models import Organisation, Signature
from tests.browser.test_story import NAME, confirm, sign, staff_window
from tests.factories import CampaignFactory, LetterFactory, SignatureFactory

__all__ = ["staff_window"]


@pytest.fixture(autouse=True)
def letter(site):
    return LetterFactory(slug="speak", campaign=CampaignFactory(slug="speech"))


def options(page: Page) -> list[str]:
    return [one.get_attribute("value") or "" for one in page.locator("datalist option").all()]


def test_typing_a_known_name_offers_it_and_fills_country_and_website(open_window, letter):
    SignatureFactory(
        organisation__name="Council on Refugees",
        organisation__country="BE",
        organisation__website="https://council.example.org/",
    )
    SignatureFactory(organisation__name="Council of Secrets", in_review=True)
    page = open_window()
    page.goto("/en/letters/speak/sign/")
    field = page.locator("[name=organisation]")
    field.press_sequentially("counc")
    expect(page.locator("datalist option")).to_have_count(1)
    assert options(page) == ["Council on Refugees"]
    field.fill("Council on Refugees")
    expect(page.locator("[name=country]")).to_have_value("BE")
    expect(page.locator("[name=website]")).to_have_value("https://council.example.org/")


def test_typed_text_is_not_overwritten(open_window, letter):
    SignatureFactory(organisation__name="Council on Refugees", organisation__country="BE")
    page = open_window()
    page.goto("/en/letters/speak/sign/")
    page.select_option("[name=country]", "FR")
    field = page.locator("[name=organisation]")
    field.press_sequentially("counc")
    expect(page.locator("datalist option")).to_have_count(1)
    field.fill("Council on Refugees")
    expect(page.locator("[name=country]")).to_have_value("FR")


def test_without_javascript_the_form_has_no_suggestions_and_works(open_window, outbox):
    page = open_window(java_script_enabled=False)
    sign(page)
    assert Signature.objects.get().signed_as == NAME


def test_a_reviewer_finds_the_candidate_and_says_that_it_is_the_same(
    open_window, staff_window, letter
):
    known = SignatureFactory(organisation__name="Council on Refugees and Exiles").organisation
    signature = SignatureFactory(
        letter=letter, organisation__name="Council of Refugees and Exile", in_review=True
    )
    page = staff_window
    page.goto(f"/admin/signatories/signature/{signature.pk}/change/")
    row = page.locator(".candidates tbody tr")
    expect(row).to_have_count(1)
    expect(row.locator("mark").first).to_have_text("on")
    row.get_by_role("button", name="The same").click()
    expect(page.locator(".messagelist")).to_contain_text("Decision saved")
    expect(page.locator(".candidates")).to_have_count(0)
    signature.refresh_from_db()
    assert signature.organisation == known
    assert Organisation.objects.on_register().count() == 1


def test_a_second_colleague_is_mailed_and_becomes_the_contact(
    open_window, staff_window, letter, outbox
):
    first = SignatureFactory(letter=letter, organisation__name=NAME, organisation__country="KZ")
    page = open_window()
    sign(page)
    expect(page.locator("body")).not_to_contain_text("already signed")
    confirm(page, outbox)
    expect(page.locator("body")).to_contain_text("had already signed")
    (mail,) = [mail for mail in outbox.send() if mail.to == ["rosa@forum.example.org"]]
    page.goto(re.findall(r"http://\S+/contact/\S+", mail.body)[0])
    page.get_by_role("button", name="Ask to become the contact").click()
    expect(page.locator("body")).to_contain_text("You have asked to become the contact.")
    staff_window.goto(f"/admin/signatories/signature/{first.pk}/change/")
    staff_window.get_by_role("button", name="Hand over").click()
    expect(staff_window.locator(".messagelist")).to_contain_text("decided")
    first.refresh_from_db()
    assert first.representative_email == "rosa@forum.example.org"
