"""Whoever is limited, blocked or dropped sees what everybody sees, as soon as everybody."""

from __future__ import annotations

import time
from statistics import median

import pytest
from django.test import Client
from django.utils import timezone

from letters.models import Letter
from signatories.defence.limits import LIMITS, Limit, standing
from signatories.defence.lists import list_sender
from signatories.models import Signature
from tests.factories import form_data

pytestmark = pytest.mark.django_db
ADDRESS = "/en/letters/speak/sign/"
CASES = ["limited", "no mail", "flood", "blocked domain", "blocked network", "no proof"]


@pytest.fixture
def make(letter, staff, monkeypatch):
    """Bring about one of the CASES for the next form."""

    def bring_about(case: str) -> None:
        if case == "limited":
            monkeypatch.setitem(LIMITS, "network", Limit(1, 1000))
            standing("network", "127.0.0.0/24", now=timezone.now())
        if case == "no mail":
            monkeypatch.setitem(LIMITS, "address", Limit(0, 0))
        if case == "flood":
            monkeypatch.setitem(LIMITS, "network", Limit(0, 0))
        if case == "no proof":
            Letter.objects.update(proof_of_work=True)
        if case.startswith("blocked"):
            kind = case.removeprefix("blocked ")
            value = "forum.example.org" if kind == "domain" else "127.0.0.0/24"
            terms = {"comment": "A flood.", "by": staff, "now": timezone.now()}
            list_sender(verdict="blocked", kind=kind, value=value, **terms)

    return bring_about


def answer(**changes: str) -> tuple[object, ...]:
    """Everything that the signer's browser is told, and the page that it is led to."""
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


@pytest.mark.parametrize(
    ("case", "kept"),
    [(case, 0 if case.startswith("blocked") or case == "flood" else 1) for case in CASES],
)
def test_the_cases_are_what_they_say(make, case, kept):
    make(case)
    answer()
    assert Signature.objects.count() == kept


@pytest.mark.parametrize("case", ["flood", "blocked domain", "blocked network"])
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
