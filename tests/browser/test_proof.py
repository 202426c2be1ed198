"""The solver in a real browser: the form is sent with a proof, or without one."""

from __future__ import annotations

import pytest
from django_tasks_db.models import DBTaskResult, get_date_max
from playwright.sync_api import Page, expect

from signatories.models import Signature, UsedProof
from tests.browser.signing import fill_in
from tests.factories import LetterFactory

ADDRESS = "/en/letters/speak/"


@pytest.fixture(autouse=True)
def letter(site):
    return LetterFactory(slug="speak", proof_of_work=True)


def send(page: Page) -> None:
    page.locator("form[method=post] button[type=submit]").first.click()
    page.wait_for_url("**/sign/sent/")


def signed() -> list[tuple[str, bool]]:
    return list(Signature.objects.order_by("pk").values_list("signed_as", "proof_missing"))


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}sign/"])
def test_a_form_leaves_with_a_proof(open_window, address):
    page = open_window()
    page.goto(address)
    fill_in(page)
    send(page)
    assert signed() == [("Forum for Free Speech", False)]
    assert DBTaskResult.objects.get().run_after == get_date_max()


def test_the_work_begins_with_the_first_field_and_the_page_stays_alive(open_window):
    page = open_window()
    page.goto(ADDRESS)
    assert page.locator("[name=proof]").input_value() == ""
    page.focus("[name=organisation]")
    page.keyboard.type("Forum")
    expect(page.locator("[name=organisation]")).to_have_value("Forum", timeout=5000)
    expect(page.locator("[name=proof]")).not_to_have_value("")


def test_a_form_that_is_sent_before_the_work_is_done_waits_for_it(open_window):
    page = open_window()
    page.goto(ADDRESS)
    page.evaluate("document.querySelector('[name=country]').value = 'KZ'")
    page.evaluate(
        """() => { for (const [name, value] of Object.entries({organisation: "Forum",
        name: "Rosa Reader", role: "Director", email: "rosa@forum.example.org"}))
        document.querySelector(`[name=${name}]`).value = value;
        for (const name of ["may_sign", "privacy"])
        document.querySelector(`[name=${name}]`).checked = true; }"""
    )
    button = page.locator("form[method=post] button[type=submit]")
    button.dblclick()
    page.wait_for_url("**/sign/sent/")
    assert signed() == [("Forum", False)]


def test_going_back_and_signing_for_another_body_makes_another_proof(open_window):
    page = open_window()
    page.goto(ADDRESS)
    fill_in(page)
    send(page)
    page.go_back()
    fill_in(page, "Another Forum")
    send(page)
    assert signed() == [("Forum for Free Speech", False), ("Another Forum", False)]
    assert UsedProof.objects.count() == 2


def test_without_javascript_the_signature_is_stored_and_its_mail_waits(open_window):
    page = open_window(java_script_enabled=False)
    page.goto(ADDRESS)
    fill_in(page)
    send(page)
    assert signed() == [("Forum for Free Speech", True)]
    assert DBTaskResult.objects.get().run_after != get_date_max()


def test_a_challenge_that_cannot_be_fetched_stops_nobody_from_signing(open_window):
    page = open_window()
    page.route("**/challenge.json", lambda route: route.fulfill(status=204))
    page.goto(ADDRESS)
    fill_in(page)
    send(page)
    assert signed() == [("Forum for Free Speech", True)]
