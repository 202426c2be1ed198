"""The pages behind the links in mails."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from signatories.models import Signature
from signatories.signing.links import CONFIRM, MANAGE, make_token
from tests.factories import TEXT, LetterFactory, OrganisationFactory, SignatureFactory, form_data

pytestmark = pytest.mark.django_db
Status = Signature.Status


def confirm_address(signature: Signature) -> str:
    return f"/en/confirm/{make_token(signature, CONFIRM)}/"


def manage_address(signature: Signature) -> str:
    return f"/en/signature/{make_token(signature, MANAGE)}/"


def correction(**changes: str) -> dict[str, str]:
    written = {"organisation_name": "Forum", "name": "Rosa Reader", "role": "Director"}
    return written | {"statement": ""} | changes


def test_opening_the_confirming_link_changes_nothing(client):
    signature = SignatureFactory(unconfirmed=True, signed_as="Forum for Free Speech")
    response = client.get(confirm_address(signature))
    signature.refresh_from_db()
    assert signature.status == Status.UNCONFIRMED
    page = response.content.decode()
    assert "Forum for Free Speech" in page
    assert 'method="post"' in page


def test_the_button_confirms_and_redirects_to_the_private_page(client):
    signature = SignatureFactory(unconfirmed=True)
    response = client.post(confirm_address(signature), TEXT)
    signature.refresh_from_db()
    assert signature.status == Status.IN_REVIEW
    assert (response.status_code, response.url) == (303, manage_address(signature))


def test_pressing_twice_or_opening_the_link_again_leads_to_the_same_page(client):
    signature = SignatureFactory(unconfirmed=True)
    address = confirm_address(signature)
    client.post(address, TEXT)
    for response in (client.post(address, TEXT), client.get(address)):
        assert response.url == manage_address(signature)


def test_an_expired_link_offers_a_new_one_to_the_same_address(client, outbox, monkeypatch):
    signature = SignatureFactory(unconfirmed=True)
    address = confirm_address(signature)
    later = timezone.now() + timedelta(days=4)
    with monkeypatch.context() as clock:
        clock.setattr(signing.time, "time", later.timestamp)
        response = client.get(address)
        assert response.status_code == 410
        assert f'action="{address}again/"' in response.content.decode()
        assert client.post(f"{address}again/").status_code == 200
    message = outbox.send()[0]
    assert message.to == [signature.representative_email]
    assert "/en/confirm/" in message.body


def test_requesting_a_new_link_shows_the_same_page_for_any_link(client, outbox):
    pages = {
        client.post(f"/en/confirm/{token}/again/").content
        for token in ("nonsense", make_token(SignatureFactory(unconfirmed=True), CONFIRM))
    }
    assert len(pages) == 1
    assert outbox.send() == []


@pytest.mark.parametrize(
    "address", ["/en/confirm/x/", "/en/signature/x/", "/en/signature/x/withdraw/"]
)
def test_a_wrong_link_is_explained(client, address):
    response = client.get(address)
    assert response.status_code == 404
    assert "This link does not work" in response.content.decode()


@pytest.mark.parametrize(
    "state", ["in_review", "declined", "withdrawn", None], ids=lambda s: s or "published"
)
def test_the_private_page_shows_the_signatures_status(client, state):
    signature = SignatureFactory(**({state: True} if state else {}))
    response = client.get(manage_address(signature))
    assert response.status_code == 200
    page = response.content.decode()
    assert str(signature) in page
    assert (signature.reason or str(signature)) in page


def test_the_representative_corrects_the_signature(client):
    signature = SignatureFactory(organisation__name="Forum", in_review=True)
    response = client.post(
        manage_address(signature), correction(role="Chair", statement="We agree.")
    )
    signature.refresh_from_db()
    assert (response.status_code, response.url) == (303, f"{manage_address(signature)}?saved=1")
    assert "saved" in client.get(response.url).content.decode()
    assert (signature.representative_role, signature.statement) == ("Chair", "We agree.")


def test_an_invalid_correction_is_explained_and_stays_in_the_form(client):
    signature = SignatureFactory(organisation__name="Forum")
    response = client.post(
        manage_address(signature), correction(name="", statement="Our statement.")
    )
    assert response.status_code == 422
    assert response.context["form"].errors == {"name": ["Enter your name."]}
    assert "Our statement." in response.content.decode()


def test_withdrawing_needs_confirmation_and_is_then_immediate(client):
    signature = SignatureFactory()
    address = f"{manage_address(signature)}withdraw/"
    assert client.get(address).status_code == 200
    assert Signature.objects.public().count() == 1
    assert client.post(address).url == manage_address(signature)
    assert Signature.objects.public().count() == 0


@pytest.mark.parametrize("name", ["", "withdraw/"])
def test_a_form_on_another_site_cannot_act(client, name):
    signature = SignatureFactory()
    response = client.post(
        f"{manage_address(signature)}{name}", headers={"Origin": "https://evil.example"}
    )
    assert response.status_code == 403
    signature.refresh_from_db()
    assert signature.status == Status.PUBLISHED


def test_private_pages_are_neither_cached_nor_indexed(client):
    signature = SignatureFactory()
    for address in (
        manage_address(signature),
        f"{manage_address(signature)}withdraw/",
        confirm_address(SignatureFactory(unconfirmed=True)),
        "/en/signature/x/",
    ):
        response = client.get(address)
        assert response["Cache-Control"] == "no-store"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert response["Referrer-Policy"] == "same-origin"


def test_the_whole_journey_works_through_mails_alone(outbox):
    """Sign, confirm by the mailed link, withdraw by the mailed private link."""
    client = Client()
    letter = LetterFactory(slug="speak", publish_own_domain=True)
    OrganisationFactory(name="Forum for Free Speech", website="https://forum.example.org")
    client.post("/en/letters/speak/sign/", form_data())
    (confirmation,) = outbox.send()
    (link,) = re.findall(r"http://testserver(/en/confirm/\S+)", confirmation.body)
    client.post(link, TEXT)
    (published,) = outbox.send()
    (private,) = re.findall(r"http://testserver(/en/signature/\S+)", published.body)
    assert "Forum for Free Speech" in client.get("/en/letters/speak/").content.decode()
    client.post(f"{private}withdraw/")
    assert "Forum for Free Speech" not in client.get("/en/letters/speak/").content.decode()
    letter.refresh_from_db()
    assert letter.public_version == 3


@pytest.mark.parametrize(("listed", "told"), [(True, True), (False, False)])
def test_a_stranger_learns_of_an_earlier_signature_only_what_is_public(client, listed, told):
    first = SignatureFactory(organisation__name="Forum for Free Speech", in_review=not listed)
    second = SignatureFactory(
        letter=first.letter, unconfirmed=True, signed_as="Forum for FREE Speech"
    )
    response = client.post(confirm_address(second), TEXT, follow=True)
    page = response.content.decode()
    assert ("had already signed" in page) is told
    assert ("Declined" in page) is told
    assert ("Forum for Free Speech" in page) is told
