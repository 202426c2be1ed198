"""The main job from end to end, in a browser."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from signatories.models import Signature
from signatories.signing.links import MANAGE, make_token
from tests.factories import CampaignFactory, LetterFactory, SignatureFactory

NAME = "Forum for Free Speech"


@pytest.fixture(autouse=True)
def letter(site):
    letter = LetterFactory(slug="speak", campaign=CampaignFactory(slug="speech"))
    SignatureFactory(letter=letter, organisation__name="First of All")
    return letter


@pytest.fixture
def staff_window(open_window) -> Page:
    """A window in which a reviewer is logged in."""
    User.objects.create_superuser("reviewer", password="correct horse battery")
    page = open_window()
    page.goto("/admin/")
    page.fill("#id_username", "reviewer")
    page.fill("#id_password", "correct horse battery")
    page.click("input[type=submit]")
    expect(page.locator("#user-tools")).to_contain_text("reviewer", ignore_case=True)
    return page


def sign(page: Page) -> None:
    page.goto("/en/letters/speak/")
    page.fill("[name=organisation]", NAME)
    page.select_option("[name=country]", "KZ")
    page.fill("[name=website]", "forum.example.org")
    page.fill("[name=name]", "Rosa Reader")
    page.fill("[name=role]", "Director")
    page.fill("[name=email]", "rosa@forum.example.org")
    page.check("[name=may_sign]")
    page.check("[name=privacy]")
    page.locator("form[method=post] button[type=submit]").first.click()
    page.wait_for_url("**/sign/sent/")


def mailed_link(outbox) -> str:
    (message,) = outbox.send()
    return re.findall(r"http://\S+", message.body)[0]


def confirm(page: Page, outbox) -> None:
    page.goto(mailed_link(outbox))
    page.locator("form[method=post] button[type=submit]").first.click()
    page.wait_for_url("**/signature/**")


def publish(page: Page) -> None:
    signature = Signature.objects.get(signed_as=NAME)
    page.goto(f"/admin/signatories/signature/{signature.pk}/change/")
    page.click(".review-panel button.default")
    expect(page.locator(".messagelist")).to_contain_text("is now on the public list")


def test_an_open_page_polls_often_enough_to_update_within_five_seconds():
    """A change just after a poll is in the response to the next one."""
    script = (settings.BASE_DIR / "static" / "js" / "live.js").read_text()
    often = re.search(r"^const OFTEN = ([\d_]+); // milliseconds", script, re.MULTILINE)
    assert often is not None
    assert 2 * int(often[1]) < 5000


def test_a_watcher_sees_a_new_name(open_window, staff_window, outbox):
    watcher, representative = open_window(), open_window()
    watcher.goto("/en/letters/speak/")
    expect(watcher.get_by_text("First of All")).to_be_visible()
    watcher.fill("[name=organisation]", "half a na")
    sign(representative)
    confirm(representative, outbox)
    expect(watcher.get_by_text(NAME)).to_have_count(0)
    publish(staff_window)
    expect(watcher.locator("li", has_text=NAME)).to_be_visible()
    expect(watcher.locator("body")).to_contain_text("Kazakhstan")
    expect(watcher.locator("[name=organisation]")).to_have_value("half a na")


def test_a_withdrawn_name_leaves_an_open_page(open_window, staff_window, outbox):
    watcher, representative = open_window(), open_window()
    sign(representative)
    confirm(representative, outbox)
    publish(staff_window)
    watcher.goto("/en/letters/speak/")
    expect(watcher.locator("li", has_text=NAME)).to_be_visible()
    representative.goto(re.findall(r"http://\S+/signature/\S+", outbox.send()[-1].body)[0])
    representative.locator("a[href$='/withdraw/']").click()
    representative.locator("form[method=post] button[type=submit]").first.click()
    expect(watcher.locator("li", has_text=NAME)).to_have_count(0)


def test_the_same_story_without_javascript(open_window, staff_window, outbox):
    reader = open_window(java_script_enabled=False)
    sign(reader)
    confirm(reader, outbox)
    publish(staff_window)
    reader.goto("/en/letters/speak/")
    expect(reader.locator("li", has_text=NAME)).to_be_visible()
    reader.goto("/en/letters/speak/signatories/?q=forum")
    expect(reader.locator("li", has_text=NAME)).to_be_visible()
    expect(reader.get_by_text("First of All")).to_have_count(0)


def test_typing_in_the_search_field_narrows_the_list(open_window):
    page = open_window()
    SignatureFactory(letter__slug="other")
    page.goto("/en/letters/speak/")
    page.locator("input[type=search]").fill("nobody of this name")
    expect(page.get_by_text("First of All")).to_be_hidden()
    page.locator("input[type=search]").fill("first")
    expect(page.get_by_text("First of All")).to_be_visible()


def test_errors_are_beside_their_fields_and_linked_from_the_summary(open_window):
    page = open_window(java_script_enabled=False)
    page.goto("/en/letters/speak/sign/")
    page.fill("[name=name]", "Rosa Reader")
    page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
    page.locator("form[method=post] button[type=submit]").first.click()
    field = page.locator("[name=organisation]")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=name]")).to_have_value("Rosa Reader")
    page.locator("a[href='#id_organisation']").click()
    expect(field).to_be_focused()


def test_the_withheld_count_is_visible_and_hiding_a_name_updates_it(open_window, letter):
    hidden = SignatureFactory(letter=letter, visibility="withheld")
    shown = SignatureFactory(letter=letter, organisation__name="Careful Forum")
    page, private = open_window(), open_window()
    page.goto("/en/letters/speak/")
    expect(page.get_by_text("1 organisation, name withheld")).to_be_visible()
    expect(page.get_by_text(str(hidden), exact=True)).to_have_count(0)
    private.goto(f"/en/signature/{make_token(shown, MANAGE)}/")
    private.get_by_role("button", name="Hide our name now").click()
    expect(private.get_by_text("Your changes have been saved.")).to_be_visible()
    expect(page.get_by_text("2 organisations, names withheld")).to_be_visible()
    expect(page.get_by_text("Careful Forum")).to_have_count(0)
