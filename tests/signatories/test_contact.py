"""A second colleague signs: what each is told, and how one becomes the contact."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from config.models import AuditEntry
from signatories.actions import confirm_signature
from signatories.contact import ask_to_become_contact, decide_handover, may_ask
from signatories.errors import SignatureError
from signatories.links import MANAGE, make_token
from signatories.models import Signature
from tests.factories import SignatureFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()
NAME = "Forum for Free Speech"


@pytest.fixture
def first() -> Signature:
    return SignatureFactory(
        organisation__name=NAME,
        organisation__website="https://forum.example.org",
        representative_email="first@forum.example.org",
    )


def second_of(first: Signature, email: str = "second@forum.example.org") -> Signature:
    second = SignatureFactory(
        letter=first.letter,
        unconfirmed=True,
        signed_as=NAME,
        country="DE",
        representative_name="Sam Second",
        representative_email=email,
    )
    return confirm_signature(signature=second, now=NOW)


def address(signature: Signature, name: str = "") -> str:
    return f"/en/signature/{make_token(signature, MANAGE)}/{name}"


def test_the_second_colleague_is_told_how_and_the_first_that(first, outbox):
    second = second_of(first)
    to_second, to_first = sorted(outbox.send(), key=lambda mail: mail.to, reverse=True)
    assert to_second.to == ["second@forum.example.org"]
    assert address(second) in to_second.body
    assert to_first.to == ["first@forum.example.org"]
    assert to_first.subject == f"A colleague has signed for {NAME}, too"
    assert "Sam" not in to_first.body


def test_a_button_behind_the_mailed_link_asks(client, first, outbox):
    second_of(first)
    (mail,) = [mail for mail in outbox.send() if mail.to == ["second@forum.example.org"]]
    (private,) = re.findall(r"http://testserver(/en/signature/\S+)", mail.body)
    assert "Ask to become the contact" in client.get(private).content.decode()
    response = client.post(f"{private}contact/", follow=True)
    assert "You have asked to become the contact." in response.content.decode()
    (told,) = outbox.send()
    assert told.to == ["first@forum.example.org"]


def test_opening_the_address_asks_nothing(client, first):
    second = second_of(first)
    assert client.get(address(second, "contact/")).status_code == 405
    first.refresh_from_db()
    assert first.contact_request is None


def test_asking_twice_is_harmless(first, outbox):
    second = second_of(first)
    outbox.send()
    for _ in range(2):
        ask_to_become_contact(second=second, now=NOW)
    assert len(outbox.send()) == 1
    assert AuditEntry.objects.filter(verb="contact requested").count() == 1


def test_handing_over_moves_the_signature_to_the_colleague(first, staff, outbox):
    second = second_of(first)
    old = make_token(first, MANAGE)
    ask_to_become_contact(second=second, now=NOW)
    outbox.send()
    decide_handover(signature=first, accept=True, by=staff, now=NOW)
    first.refresh_from_db()
    assert first.representative_name == "Sam Second"
    assert first.status == Signature.Status.PUBLISHED
    assert make_token(first, MANAGE) != old
    (mail,) = outbox.send()
    assert mail.to == ["second@forum.example.org"]
    assert "As you asked, you are now the contact for the signature of" in mail.body
    assert make_token(first, MANAGE) in mail.body


def test_refusing_leaves_the_contact_as_it_is(first, staff):
    ask_to_become_contact(second=second_of(first), now=NOW)
    decide_handover(signature=first, accept=False, by=staff, now=NOW)
    first.refresh_from_db()
    assert (first.representative_name, first.contact_request) == ("Rosa Reader", None)
    with pytest.raises(SignatureError):
        decide_handover(signature=first, accept=True, by=staff, now=NOW)


def test_a_stranger_cannot_ask_about_what_is_not_public(first, client):
    Signature.objects.filter(pk=first.pk).update(status="in_review")
    stranger = second_of(first, email="spy@gmail.com")
    assert not may_ask(stranger)
    client.post(address(stranger, "contact/"))
    first.refresh_from_db()
    assert first.contact_request is None


def test_one_whom_staff_declined_cannot_ask():
    assert not may_ask(SignatureFactory(declined=True))
