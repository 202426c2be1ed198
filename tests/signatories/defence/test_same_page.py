"""Signers are told of floods and blocks, and never anything about mailboxes or organisations."""

from __future__ import annotations

import time
from html import unescape
from statistics import median

import pytest
from django.test import Client
from django.utils import timezone

from letters.models import Letter
from signatories.defence import limits
from signatories.defence.actions import list_sender
from signatories.defence.limits import LIMITS, Limit, usage_of
from signatories.mailing.actions import stop_mail
from signatories.models import Signature
from signatories.models.mailboxes import index_mailbox
from tests.factories import SignatureFactory, form_data

pytestmark = pytest.mark.django_db
ADDRESS = "/en/letters/speak/sign/"
CASES = ["limited", "no mail", "held", "stopped", "signed", "no proof"]
REFUSED = {"flood": 429, "crowd": 503, "blocked domain": 403, "blocked network": 403}


@pytest.fixture
def make(letter, staff, monkeypatch):
    """Set up one of the CASES for the next form."""

    def bring_about(case: str) -> None:
        if case == "limited":
            monkeypatch.setitem(LIMITS, "network", Limit(1, 1000))
            usage_of("network", "127.0.0.0/24", now=timezone.now())
        if case == "no mail":
            monkeypatch.setattr(limits, "MAILS_UNKNOWN", 0)
        if case == "held":
            monkeypatch.setattr(limits, "DOMAIN_UNKNOWN", 0)
        if case == "stopped":
            stop_mail(mailbox=index_mailbox("rosa@forum.example.org"), now=timezone.now())
        if case == "signed":
            SignatureFactory(
                letter=letter,
                organisation__name="Forum for Free Speech",
                visibility="withheld",
                representative_email="rosa@forum.example.org",
            )
        if case == "flood":
            monkeypatch.setitem(LIMITS, "network", Limit(0, 0))
        if case == "crowd":
            monkeypatch.setitem(LIMITS, "letter", Limit(0, 0))
        if case == "no proof":
            Letter.objects.update(proof_of_work=True)
        if case.startswith("blocked"):
            kind = case.removeprefix("blocked ")
            value = "forum.example.org" if kind == "domain" else "127.0.0.0/24"
            terms = {"comment": "A flood.", "by": staff, "now": timezone.now()}
            list_sender(verdict="blocked", kind=kind, value=value, **terms)

    return bring_about


def answer(**changes: str) -> tuple[object, ...]:
    """Everything that the signer's browser receives, including the page it is redirected to."""
    client = Client()
    response = client.post(ADDRESS, form_data(**changes))
    page = client.get(response.url)
    return (
        response.status_code,
        response.content,
        sorted(response.headers.items()),
        response.cookies,
        page.status_code,
        page.content,
        sorted(page.headers.items()),
    )


@pytest.mark.parametrize("case", CASES)
def test_the_answer_is_the_same_byte_for_byte(make, case):
    usual = answer(organisation="First Forum", email="first@another.example")
    make(case)
    assert answer() == usual


@pytest.mark.parametrize("case", CASES)
def test_each_of_them_is_stored(make, case):
    make(case)
    answer()
    assert Signature.objects.count() == 1


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_signer_is_told_and_keeps_the_typed_text(make, client, case):
    make(case)
    typed = form_data(statement="We agree.")
    response = client.post(ADDRESS, typed)
    assert response.status_code == REFUSED[case]
    assert Signature.objects.count() == 0
    form = response.context["form"]
    for name in ("organisation", "country", "website", "name", "role", "email", "statement"):
        assert form[name].value() == typed[name]
    (message,) = form.non_field_errors()
    assert message in unescape(response.content.decode())
    assert "saved" in message
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("case", "most"), [("flood", 600), ("crowd", 600)])
def test_a_flood_says_when_to_try_again(make, client, monkeypatch, case, most):
    kind = "network" if case == "flood" else "letter"
    make(case)
    monkeypatch.setitem(LIMITS, kind, Limit(0, 1000))
    response = client.post(ADDRESS, form_data())
    assert 0 < int(response["Retry-After"]) <= most


@pytest.mark.parametrize("case", REFUSED)
def test_embedded_forms_get_the_same_answer(make, client, case):
    make(case)
    response = client.post("/en/letters/speak/embed/sign/", form_data())
    assert response.status_code == REFUSED[case]
    assert response.context["form"]["email"].value() == "rosa@forum.example.org"


@pytest.mark.parametrize("case", ["no mail", "held", "stopped", "signed"])
def test_the_answer_takes_time_of_the_same_order(make, case):
    def seconds() -> float:
        took = []
        for number in range(7):
            data = form_data(organisation=f"Forum {number}")
            start = time.perf_counter()
            Client().post(ADDRESS, data)
            took.append(time.perf_counter() - start)
        return median(took)

    usual = seconds()
    make(case)
    assert usual / 10 < seconds() < usual * 10
