"""A second colleague signs: who learns what, and how they become the contact."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from config.models import AuditEntry
from signatories.errors import SignatureError
from signatories.models import Signature
from signatories.signing.actions import (
    ask_to_become_contact,
    confirm_signature,
    decide_handover,
    settle_confirmed,
)
from signatories.signing.links import CONTACT, MANAGE, make_token
from signatories.signing.queries import may_request_contact
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


def fresh(signature: Signature) -> Signature:
    return Signature.objects.get(pk=signature.pk)


def address(signature: Signature) -> str:
    return f"/en/signature/{make_token(signature, MANAGE)}/"


def contact_page(signature: Signature) -> str:
    return f"/en/contact/{make_token(signature, CONTACT)}/"


def test_both_colleagues_are_mailed_when_a_second_one_signs(first, outbox):
    second = second_of(first)
    to_second, to_first = sorted(outbox.send(), key=lambda mail: mail.to, reverse=True)
    assert to_second.to == ["second@forum.example.org"]
    assert contact_page(second) in to_second.body
    assert to_first.to == ["first@forum.example.org"]
    assert to_first.subject == f"A colleague has also signed for {NAME}"
    assert "Sam" not in to_first.body


def test_the_button_behind_the_mailed_link_makes_the_request(client, first, outbox):
    second_of(first)
    (mail,) = [mail for mail in outbox.send() if mail.to == ["second@forum.example.org"]]
    (page,) = re.findall(r"http://testserver(/en/contact/\S+)", mail.body)
    assert "Ask to become the contact" in client.get(page).content.decode()
    response = client.post(page, follow=True)
    assert "You have asked to become the contact." in response.content.decode()
    (told,) = outbox.send()
    assert told.to == ["first@forum.example.org"]


def test_a_get_request_requests_nothing(client, first):
    second = second_of(first)
    assert f'href="{contact_page(second)}"' in client.get(address(second)).content.decode()
    assert client.get(contact_page(second)).status_code == 200
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


def test_the_new_contact_is_written_to_in_their_own_language(first, staff, outbox):
    second = second_of(first)
    Signature.objects.filter(pk=second.pk).update(language="fr")
    ask_to_become_contact(second=second, now=NOW)
    outbox.send()
    decide_handover(signature=first, accept=True, by=staff, now=NOW)
    (mail,) = outbox.send()
    assert f"/fr/signature/{make_token(fresh(first), MANAGE)}/" in mail.body
    assert fresh(first).language == "fr"


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
    settle_confirmed(now=NOW)
    assert not may_request_contact(stranger)
    client.post(contact_page(stranger))
    first.refresh_from_db()
    assert first.contact_request is None


def test_a_colleague_learns_of_a_hidden_signature_by_mail_only(first, client, outbox):
    Signature.objects.filter(pk=first.pk).update(visibility="withheld")
    second = second_of(first)
    assert second.status == Signature.Status.IN_REVIEW
    page = client.get(address(second)).content.decode()
    assert "contact" not in page.casefold()
    (mail,) = [mail for mail in outbox.send() if mail.to == ["second@forum.example.org"]]
    assert "A colleague has already signed" in mail.body
    assert contact_page(second) in mail.body
    client.post(contact_page(second))
    first.refresh_from_db()
    assert first.contact_request == second


def test_handing_over_ends_the_colleagues_own_signature(first, staff):
    Signature.objects.filter(pk=first.pk).update(visibility="withheld")
    second = second_of(first)
    ask_to_become_contact(second=second, now=NOW)
    decide_handover(signature=first, accept=True, by=staff, now=NOW)
    second.refresh_from_db()
    assert (second.status, second.decided_by) == (Signature.Status.DECLINED, staff)
    first.refresh_from_db()
    assert first.authority == Signature.Authority.OWN_DOMAIN


def test_one_whom_staff_declined_cannot_ask():
    assert not may_request_contact(SignatureFactory(declined=True))
