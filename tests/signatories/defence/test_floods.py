"""However much strangers send, they delay nobody with proof of work."""

from __future__ import annotations

import logging

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from signatories.defence import proof
from signatories.defence.decision import decide_signing
from signatories.defence.limits import FLOOD, LIMITS, Limit
from signatories.defence.proof import make_challenge
from signatories.models import RateCount, Signature
from tests.factories import form_data
from tests.signatories.defence.test_proof import solved

pytestmark = pytest.mark.django_db
ADDRESS = "/en/letters/speak/sign/"
HONEST = "rosa@forum.example.org"


@pytest.fixture(autouse=True)
def _quick_proofs(monkeypatch):
    monkeypatch.setattr(proof, "MOST", 8)


@pytest.fixture
def post(letter, settings):
    """Send the form from a network, with or without proof of work; returns the status."""
    settings.TRUSTED_PROXIES = 1

    def send(number: int = 0, *, proved: bool = False, network: str = "", **changes: str) -> int:
        text = solved(make_challenge(letter, now=timezone.now())) if proved else ""
        response = Client().post(
            ADDRESS,
            form_data(proof=text, **changes),
            headers={"X-Forwarded-For": network or f"10.{number // 250}.{number % 250}.1"},
        )
        return response.status_code

    return send


def leaves_at_once(email: str) -> bool:
    signature = next(one for one in Signature.objects.all() if one.representative_email == email)
    mails = DBTaskResult.objects.filter(run_after=get_date_max())
    return any(mail.args_kwargs["args"][1] == {"signature_id": signature.pk} for mail in mails)


def test_510_forms_from_strangers_delay_nobody_with_proof_of_work(letter, post):
    for number in range(510):
        decide_signing(
            letter=letter,
            email=f"{number}@gmail.com",
            network=f"10.{number // 250}.{number % 250}.0/24",
            proof="",
            now=timezone.now(),
        )
    assert post(1, email="late@forum.example.org", network="203.0.113.1") == 303
    assert not leaves_at_once("late@forum.example.org")
    assert post(2, proved=True, email=HONEST, network="203.0.113.1") == 303
    assert leaves_at_once(HONEST)


def fill(times: int) -> None:
    """Multiply all counts so far by this number."""
    RateCount.objects.update(count=F("count") * times)


@pytest.mark.parametrize("network", ["203.0.113.1", "198.51.100.1"])
def test_ten_times_as_many_drop_nobody_with_proof_of_work(post, network):
    """Neither from elsewhere nor from the very network of the flood."""
    post(0, email="stranger@gmail.com", network="203.0.113.1")
    fill(FLOOD * LIMITS["letter"].sustained + 1)
    assert post(1, email="other@gmail.com", network=network) in (429, 503)
    assert post(2, proved=True, email=HONEST, network=network) == 303
    assert leaves_at_once(HONEST)


def test_proofs_also_count_on_letters_that_do_not_require_them(letter, post):
    assert not letter.proof_of_work
    post(0, email="stranger@gmail.com")
    fill(FLOOD * LIMITS["letter"].sustained + 1)
    assert (post(1), post(2, proved=True)) == (503, 303)


def test_a_domain_typed_by_strangers_delays_nobody_with_proof_of_work(post):
    for number in range(25):
        post(number, email=f"{number}@forum.example.org", organisation=f"Junk {number}")
    assert not leaves_at_once("24@forum.example.org")
    assert post(30, proved=True, email=HONEST) == 303
    assert leaves_at_once(HONEST)


def test_forms_with_proof_have_a_separate_limit(post, monkeypatch):
    monkeypatch.setitem(LIMITS, "proved", Limit(1, 100))
    monkeypatch.setattr("signatories.defence.limits.FLOOD", 2)
    statuses = [
        post(0, proved=True, email=f"{number}@gmail.com", organisation=f"Forum {number}")
        for number in range(3)
    ]
    assert statuses == [303, 303, 429]
    assert leaves_at_once("0@gmail.com")
    assert not leaves_at_once("1@gmail.com")
    assert post(1, proved=True, email=HONEST) == 303
    assert leaves_at_once(HONEST)


def test_a_used_proof_does_not_count(letter, post, monkeypatch):
    monkeypatch.setitem(LIMITS, "letter", Limit(0, 0))
    text = solved(make_challenge(letter, now=timezone.now()))
    statuses = [
        Client().post(ADDRESS, form_data(proof=text, email=f"{n}@gmail.com")).status_code
        for n in range(2)
    ]
    assert statuses == [303, 503]


def test_what_is_refused_stays_counted_and_gets_few_lines_in_the_log(post, caplog, monkeypatch):
    """A refusal that undid its count would be logged every time."""
    monkeypatch.setattr(logging.getLogger("django"), "propagate", True)
    monkeypatch.setitem(LIMITS, "network", Limit(2, 1000))
    monkeypatch.setattr("signatories.defence.limits.FLOOD", 1)
    for number in range(10):
        post(0, email=f"{number}@gmail.com")
    assert RateCount.objects.filter(count=10).exists()
    names = [one.name for one in caplog.records]
    assert names == ["undersigned.defence"] * 4  # for the third, fifth, seventh and ninth
