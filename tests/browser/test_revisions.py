"""One letter through every kind of change to its text, in a browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, expect

from letters.actions import publish_revision
from letters.models import Edition, Letter
from signatories.housekeeping import tidy
from signatories.models import Signature
from tests.browser.signing import fill_in
from tests.factories import LetterFactory, OrganisationFactory

Status = Signature.Status


@pytest.fixture
def staff(open_window) -> Page:
    """A window in which staff are logged in."""
    User.objects.create_superuser("editor", password="correct horse battery")
    page = open_window()
    page.goto("/admin/")
    page.fill("#id_username", "editor")
    page.fill("#id_password", "correct horse battery")
    page.click("input[type=submit]")
    expect(page.locator("#user-tools")).to_contain_text("editor", ignore_case=True)
    return page


def open_letter_page(staff: Page, letter: Letter) -> None:
    staff.goto(f"/admin/letters/letter/{letter.pk}/change/")


def add_french(staff: Page, letter: Letter) -> None:
    open_letter_page(staff, letter)
    staff.get_by_role("link", name="Add a translation").click()
    staff.fill("[name=language]", "fr")
    staff.select_option("[name=status]", "published")
    staff.fill("[name=title]", "Que chacun parle")
    staff.fill("[name=body]", "Nous vous écrivons.\n\nÉcoutez-nous.")
    staff.fill("[name=demands]", "Abrogez la loi.")
    staff.click("[name=_save]")
    expect(staff.locator(".translations")).to_contain_text("Que chacun parle")


def rewrite(staff: Page, letter: Letter, body: str) -> None:
    open_letter_page(staff, letter)
    staff.fill("[name=editions-0-body]", body)
    staff.click("[name=_continue]")
    expect(staff.locator(".messagelist")).to_contain_text("changed successfully")


def publish(staff: Page, letter: Letter, kind: str, reason: str) -> None:
    open_letter_page(staff, letter)
    staff.get_by_role("link", name="Review and publish the changes").click()
    expect(staff.locator(".differences ins").first).to_be_visible()
    staff.check(f"[name=kind][value={kind}]")
    staff.fill("[name=reason]", reason)
    staff.get_by_role("button", name="Publish").click()


def sign(page: Page, outbox, language: str, name: str) -> None:
    """As an organisation on the register, from its own domain."""
    host = f"{name.lower()}.example"
    OrganisationFactory(name=f"Forum {name}", website=f"https://{host}")
    page.goto(f"/{language}/letters/speak/")
    page.fill("[name=organisation]", f"Forum {name}")
    page.select_option("[name=country]", "DE")
    page.fill("[name=website]", host)
    page.fill("[name=name]", "Rosa Reader")
    page.fill("[name=role]", "Director")
    page.fill("[name=email]", f"rosa@{host}")
    page.check("[name=may_sign]")
    page.check("[name=privacy]")
    page.locator("form[method=post] button[type=submit]").first.click()
    page.wait_for_url("**/sign/sent/")
    (message,) = outbox.send()
    page.goto(re.findall(r"http://\S+/confirm/\S+", message.body)[0])
    page.locator("form[method=post] button[type=submit]").first.click()
    page.wait_for_url("**/signature/**")
    outbox.send()


def answer(page: Page, mails: dict[str, str], name: str, button: str) -> None:
    page.goto(re.findall(r"http://\S+/reaffirm/", mails[name])[0])
    expect(page.locator("ins").first).to_be_visible()
    page.get_by_role("button", name=button).click()
    page.wait_for_url(re.compile(r"/signature/[^/]+/$"))


def row(page: Page, name: str):
    return page.locator(".signatory", has_text=f"Forum {name}")


@pytest.mark.parametrize(("silence", "days"), [("keeps", None), ("leaves", 14)])
def test_a_letter_keeps_to_the_words_that_were_signed(open_window, staff, outbox, silence, days):
    letter = LetterFactory(
        slug="speak",
        status=Letter.Status.DRAFT,
        publish_own_domain=True,
        silence=silence,
        silence_days=days,
    )
    reader, representative = open_window(), open_window()

    # Opened in two languages
    add_french(staff, letter)
    for _saved_then_opened in range(2):
        staff.get_by_role("button", name="Change to: Open").click()
    expect(staff.locator(".messagelist")).to_be_visible()
    reader.goto("/fr/letters/speak/")
    expect(reader.locator("h1")).to_have_text("Que chacun parle")
    expect(reader.locator(".revision-mark")).to_contain_text("1")

    # Three organisations sign, in two languages
    sign(representative, outbox, "en", "Adana")
    sign(representative, outbox, "fr", "Brest")
    sign(representative, outbox, "en", "Cork")
    assert set(Signature.objects.values_list("edition_language", "status")) == {
        ("en", Status.PUBLISHED),
        ("fr", Status.PUBLISHED),
    }

    # A correction is published at once and asks nobody to reaffirm
    rewrite(staff, letter, "We write to you all.\n\nPlease listen.")
    reader.goto("/en/letters/speak/")
    expect(reader.locator(".letter-text")).not_to_contain_text("you all")
    publish(staff, letter, "correction", "A word was missing.")
    reader.goto("/en/letters/speak/revisions/")
    expect(reader.locator("main")).to_contain_text("A word was missing.")
    expect(reader.locator("#revision-1\\.1 ins")).to_contain_text("all")
    tidy(now=timezone.now())
    assert outbox.send() == []

    # A substantive change waits for its translation, then everybody is asked
    rewrite(staff, letter, "We write to you all.\n\nPlease listen, and repeal the law.")
    publish(staff, letter, "substantive", "The law was tightened.")
    expect(staff.locator(".errorlist")).to_contain_text("French")
    open_letter_page(staff, letter)
    staff.locator(".translations a").click()
    staff.fill("[name=body]", "Nous vous écrivons à tous.\n\nÉcoutez-nous et abrogez la loi.")
    staff.check("[name=follows_now]")
    staff.click("[name=_save]")
    publish(staff, letter, "substantive", "The law was tightened.")
    expect(staff.locator(".messagelist")).to_contain_text("revision 2")
    asked_at = timezone.now()
    tidy(now=asked_at)
    mails = {message.to[0].split("@")[1].split(".")[0]: message.body for message in outbox.send()}
    assert sorted(mails) == ["adana", "brest", "cork"]

    # One reaffirms, one withdraws, one is silent
    answer(representative, mails, "adana", "Yes, we sign the changed text")
    withdraw = representative.locator("form[action$='/withdraw/'] button")
    representative.goto(re.findall(r"http://\S+/fr/\S+/reaffirm/", mails["brest"])[0])
    withdraw.click()
    representative.wait_for_url(re.compile(r"/signature/[^/]+/$"))
    reader.goto("/en/letters/speak/")
    expect(row(reader, "Adana")).not_to_contain_text("signed revision")
    expect(row(reader, "Brest")).to_have_count(0)
    expect(row(reader, "Cork")).to_contain_text("signed revision 1")

    # Silence means what the letter said when it opened
    tidy(now=asked_at + timedelta(days=14))
    if silence == "leaves":
        expect(row(reader, "Cork")).to_have_count(0)
    else:
        reader.reload()
        expect(row(reader, "Cork")).to_contain_text("signed revision 1")
    statuses = dict(Signature.objects.values_list("signed_as", "status"))
    assert statuses == {
        "Forum Adana": Status.PUBLISHED,
        "Forum Brest": Status.WITHDRAWN,
        "Forum Cork": Status.LAPSED if silence == "leaves" else Status.PUBLISHED,
    }


def test_a_form_left_open_shows_what_changed_before_it_signs(open_window, outbox):
    letter = LetterFactory(slug="speak")
    page = open_window()
    page.goto("/en/letters/speak/")
    Edition.objects.update(body="We write to all of you.\n\nPlease listen.")
    publish_revision(letter=letter, substantive=True, reason="A law.", now=timezone.now())
    fill_in(page)
    page.locator("form[method=post] button[type=submit]").first.click()
    expect(page.get_by_role("heading", name="The text has changed")).to_be_visible()
    expect(page.locator("ins")).to_contain_text("all of")
    expect(page.locator("[name=organisation]")).to_have_value("Forum for Free Speech")
    page.locator("form[method=post] button[type=submit]").first.click()
    page.wait_for_url("**/sign/sent/")
    assert Signature.objects.get().revision.label == "2"
