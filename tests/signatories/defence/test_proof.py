"""Proof of work: which proofs count, once only, and what happens without one."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import altcha
import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from letters.models import Letter
from signatories.defence import proof
from signatories.defence.limits import BURST
from signatories.defence.proof import forget_proofs, make_challenge, use_proof
from signatories.models import Signature, UsedProof
from signatories.signing.actions import confirm_signature
from tests.factories import LetterFactory, OrganisationFactory, form_data

pytestmark = pytest.mark.django_db
NOW = timezone.now()
ADDRESS = "/letters/speak/challenge.json"


@pytest.fixture
def letter(monkeypatch) -> Letter:
    monkeypatch.setattr(proof, "MOST", 8)
    OrganisationFactory(name="Forum for Free Speech", website="https://forum.example.org")
    return LetterFactory(
        slug="speak",
        proof_of_work=True,
        publish_own_domain=True,
        closes_at=NOW + timedelta(days=9),
    )


def solved(challenge: dict) -> str:
    read = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(read)
    assert solution is not None
    return altcha.Payload(read, solution).to_base64()


def changed(text: str, **parts: object) -> str:
    """A proof with some parameters of its challenge or solution changed."""
    payload = json.loads(base64.b64decode(text))
    for name, value in parts.items():
        inside = payload["challenge"]["parameters"]
        (payload["solution"] if name in payload["solution"] else inside)[name] = value
    return base64.b64encode(json.dumps(payload).encode()).decode()


def test_a_proof_is_accepted_once(letter):
    text = solved(make_challenge(letter, now=NOW))
    assert use_proof(text, letter=letter, now=NOW)
    assert not use_proof(text, letter=letter, now=NOW)
    assert not use_proof(changed(text, time=1), letter=letter, now=NOW)


def test_a_proof_is_accepted_for_twenty_minutes(letter):
    text = solved(make_challenge(letter, now=NOW))
    assert not use_proof(text, letter=letter, now=NOW + timedelta(minutes=20, seconds=1))
    assert use_proof(text, letter=letter, now=NOW + timedelta(minutes=19))


def test_a_proof_expires_by_the_servers_clock(letter):
    long_ago = NOW - timedelta(minutes=21)
    text = solved(make_challenge(letter, now=long_ago))
    assert not use_proof(text, letter=letter, now=long_ago)


def test_a_proof_for_another_letter_is_not_accepted(letter):
    text = solved(make_challenge(LetterFactory(proof_of_work=True), now=NOW))
    assert not use_proof(text, letter=letter, now=NOW)


@pytest.mark.parametrize(
    "parts",
    [
        {"cost": 1},
        {"keyPrefix": ""},
        {"expiresAt": int(NOW.timestamp()) + 9000},
        {"data": {"letter": "speak", "more": 1}},
        {"derivedKey": "00" * 32},
        {"derivedKey": None},
        {"derivedKey": 7},
    ],
)
def test_a_forged_proof_is_not_accepted(letter, parts):
    text = changed(solved(make_challenge(letter, now=NOW)), **parts)
    assert not use_proof(text, letter=letter, now=NOW)
    assert UsedProof.objects.count() == 0


def test_a_proof_signed_with_another_key_is_not_accepted(letter, settings):
    text = solved(make_challenge(letter, now=NOW))
    settings.SECRET_KEY = "another-key-for-tests-that-is-long-enough-and-has-many-characters-12345"
    assert not use_proof(text, letter=letter, now=NOW)


@pytest.mark.parametrize(
    "text",
    ["", "x", "é", base64.b64encode(b"[]").decode(), base64.b64encode(b"{}").decode(),
     base64.b64encode(b'{"challenge": 1, "solution": []}').decode(),
     base64.b64encode(b"[" * 2900).decode(), "A" * 5000,
     base64.b64encode(b'{"challenge": {"parameters": []}, "solution": {}}').decode()],
)  # fmt: skip
def test_any_other_text_is_not_a_proof(letter, text):
    assert not use_proof(text, letter=letter, now=NOW)


def test_used_proofs_are_deleted_once_expired(letter):
    use_proof(solved(make_challenge(letter, now=NOW)), letter=letter, now=NOW)
    forget_proofs(now=NOW + timedelta(minutes=19))
    assert UsedProof.objects.count() == 1
    forget_proofs(now=NOW + timedelta(minutes=21))
    assert UsedProof.objects.count() == 0


def mail_waits() -> bool:
    return DBTaskResult.objects.get().run_after != get_date_max()


def test_with_a_proof_nothing_changes(letter, client):
    text = solved(client.get(ADDRESS).json())
    client.post("/en/letters/speak/sign/", form_data(proof=text))
    signature = Signature.objects.get()
    assert (signature.proof_missing, mail_waits()) == (False, False)
    assert confirm_signature(signature=signature, now=NOW).status == "published"


@pytest.mark.parametrize("text", ["", "nonsense", "A" * 9000])
def test_without_a_proof_the_mail_waits_and_staff_review_the_signature(letter, client, text):
    response = client.post("/en/letters/speak/sign/", form_data(proof=text))
    assert response.status_code == 303
    signature = Signature.objects.get()
    assert (signature.proof_missing, mail_waits()) == (True, True)
    late = DBTaskResult.objects.get().run_after - timezone.now()
    assert timedelta() < late <= BURST
    assert confirm_signature(signature=signature, now=NOW).status == "in_review"


def test_a_letter_without_proof_of_work_accepts_a_proof_and_needs_none(letter, client):
    Letter.objects.update(proof_of_work=False)
    assert 'name="proof"' in client.get("/en/letters/speak/").content.decode()
    client.post("/en/letters/speak/sign/", form_data(proof="nonsense"))
    assert (Signature.objects.get().proof_missing, mail_waits()) == (False, False)
    text = solved(client.get(ADDRESS).json())
    client.post("/en/letters/speak/sign/", form_data(proof=text, organisation="Other"))
    assert UsedProof.objects.count() == 1


def test_a_form_with_errors_uses_up_no_proof(letter, client):
    text = solved(client.get(ADDRESS).json())
    assert client.post("/en/letters/speak/sign/", form_data(proof=text, name="")).status_code == 422
    assert UsedProof.objects.count() == 0


def test_challenges_differ_and_are_not_cached(letter, client):
    first, second = client.get(ADDRESS), client.get(ADDRESS)
    assert first["Cache-Control"] == "no-store"
    assert "ETag" not in first
    assert first.cookies == {}
    assert "Cookie" not in first.get("Vary", "")
    assert first.json()["signature"] != second.json()["signature"]
    assert client.post(ADDRESS).status_code == 405


def test_the_page_stays_the_same_for_everyone(letter, client):
    pages = [client.get("/en/letters/speak/sign/") for _ in range(2)]
    assert pages[0]["ETag"] == pages[1]["ETag"]
    assert 'data-proof="/letters/speak/challenge.json"' in pages[0].content.decode()


def test_the_work_is_what_the_documentation_says(letter, monkeypatch):
    monkeypatch.undo()
    assert proof.ROUNDS * proof.MOST / 2 == 1_500_000
    parameters = make_challenge(letter, now=NOW)["parameters"]
    assert (parameters["algorithm"], parameters["cost"]) == ("PBKDF2/SHA-256", proof.ROUNDS)
