"""A new private link replaces one that somebody else may have."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from config.models import AuditEntry
from signatories.defence import limits
from signatories.errors import SignatureError, TooManyMails
from signatories.models import Signature
from signatories.privacy.actions import forget_contact
from signatories.signing.actions import renew_private_link
from signatories.signing.actions.contact import ONE_PRESS
from signatories.signing.links import CONFIRM, MANAGE, make_token
from tests.factories import SignatureFactory

pytestmark = pytest.mark.django_db
ON_ITS_WAY = "a new one is on its way to your address"
BUTTON = "Email me a new link"


def address(signature: Signature, name: str = "") -> str:
    return f"/en/signature/{make_token(signature, MANAGE)}/{name}"


def staff_address(signature: Signature) -> str:
    return f"/admin/signatories/signature/{signature.pk}/new_link/"


def links_of(mail) -> list[str]:
    return re.findall(r"http://testserver(/\S+)", mail.body)


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))


def test_the_button_ends_the_link_and_mails_a_new_one(client, outbox):
    signature = SignatureFactory(representative_email="rosa@forum.example.org")
    old, confirming = address(signature), f"/en/confirm/{make_token(signature, CONFIRM)}/"
    page = client.get(old).content.decode()
    assert (BUTTON in page, f'action="{old}new-link/"' in page) == (True, True)
    response = client.post(f"{old}new-link/")
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    assert ON_ITS_WAY in response.content.decode()
    (mail,) = outbox.send()
    assert mail.to == ["rosa@forum.example.org"]
    new = links_of(mail)[0]
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)
    assert client.get(confirming).status_code == 404
    signature.refresh_from_db()
    assert new == address(signature)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor, entry.by) == ("private link renewed", "representative", None)


def test_a_second_press_sends_no_second_mail_and_shows_the_same_page(client, outbox):
    old = address(SignatureFactory(), "new-link/")
    pages = [client.post(old).content for _twice in range(2)]
    assert pages[0] == pages[1]
    assert len(outbox.send()) == 1
    assert verbs() == ["private link renewed"]


def test_a_forged_link_shows_the_same_page_and_does_nothing(client, outbox):
    signature = SignatureFactory()
    known = client.post(address(signature, "new-link/")).content
    outbox.send()
    assert client.post("/en/signature/1~abc~def/new-link/").content == known
    assert outbox.send() == []


def test_a_get_request_does_nothing(client, outbox):
    signature = SignatureFactory()
    assert client.get(address(signature, "new-link/")).status_code == 405
    assert client.get(address(signature)).status_code == 200
    assert outbox.send() == []


def test_another_site_cannot_press_the_button(client, outbox):
    signature = SignatureFactory()
    from_elsewhere = {"Origin": "https://evil.example.net"}
    response = client.post(address(signature, "new-link/"), headers=from_elsewhere)
    assert response.status_code == 403
    assert client.get(address(signature)).status_code == 200


def test_past_the_mail_limit_the_link_stays(client, outbox, monkeypatch):
    signature = SignatureFactory()
    monkeypatch.setattr(limits, "MAILS_KNOWN", 0)
    response = client.post(address(signature, "new-link/"))
    assert "the private link has not been changed. Try again tomorrow." in response.content.decode()
    assert outbox.send() == []
    assert client.get(address(signature)).status_code == 200


def test_an_address_gets_no_more_new_links_than_other_mails(now):
    signature: Signature = SignatureFactory()
    for _n in range(limits.MAILS_KNOWN):
        signature = renew_private_link(signature=signature, now=now)
    with pytest.raises(TooManyMails):
        renew_private_link(signature=signature, now=now)
    assert verbs() == ["private link renewed"] * limits.MAILS_KNOWN


@pytest.mark.parametrize("trait", ["in_review", "declined", "withdrawn", "lapsed"])
def test_it_works_for_every_status_and_does_not_reveal_it(client, outbox, trait):
    signature = SignatureFactory(**{trait: True}, organisation__name="Quiet Forum")
    client.post(address(signature, "new-link/"))
    (mail,) = outbox.send()
    assert client.get(links_of(mail)[0]).status_code == 200
    assert "Quiet" not in mail.subject + mail.body


def test_one_that_is_not_confirmed_has_no_private_page_to_link_to(client, outbox):
    signature = SignatureFactory(unconfirmed=True)
    assert BUTTON not in client.get(address(signature)).content.decode()
    with pytest.raises(SignatureError):
        renew_private_link(signature=signature, now=timezone.now())
    assert outbox.send() == []


def test_after_erasing_nobody_is_written_to(client, outbox):
    signature = SignatureFactory()
    old = address(signature, "new-link/")
    forget_contact(signature)
    signature.save()
    assert client.post(old).status_code == 410
    with pytest.raises(SignatureError):
        renew_private_link(signature=signature, now=timezone.now())
    assert outbox.send() == []


# Staff


def test_staff_send_one_by_a_button(staff_client, staff, outbox):
    signature = SignatureFactory()
    old = address(signature)
    page = staff_client.get(f"/admin/signatories/signature/{signature.pk}/change/")
    assert staff_address(signature) in page.content.decode()
    assert staff_client.get(staff_address(signature)).status_code == 405
    for _twice in range(2):
        staff_client.post(staff_address(signature))
    (mail,) = outbox.send()
    assert Client().get(links_of(mail)[0]).status_code == 200
    assert Client().get(old).status_code == 404
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.by) == ("private link renewed", staff)


def test_staff_can_send_another_one_later(staff, outbox):
    signature, now = SignatureFactory(), timezone.now()
    renew_private_link(signature=signature, by=staff, now=now)
    signature.refresh_from_db()
    renew_private_link(signature=signature, by=staff, now=now + ONE_PRESS - timedelta(seconds=1))
    assert len(outbox.send()) == 1
    renew_private_link(signature=signature, by=staff, now=now + ONE_PRESS)
    assert len(outbox.send()) == 1


def test_staff_see_no_button_where_there_is_nobody_to_write_to(staff_client):
    signature = SignatureFactory(
        representative_name="", representative_role="", representative_email=""
    )
    page = staff_client.get(f"/admin/signatories/signature/{signature.pk}/change/")
    assert staff_address(signature) not in page.content.decode()
