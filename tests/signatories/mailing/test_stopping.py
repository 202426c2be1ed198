"""One button stops all mail to a mailbox, and another allows it again."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.utils import timezone

from config.mail.outbox import post
from config.models import AuditEntry
from signatories.mailing.actions import allow_mail_again, stop_mail
from signatories.mailing.stopping import stop_link, wants_no_mail
from signatories.models import Signature, StoppedMailbox
from signatories.models.mailboxes import index_mailbox
from signatories.signing import emails
from signatories.signing.actions import sign_letter
from tests.factories import FIRST, LetterFactory, SignatureFactory, entry

pytestmark = pytest.mark.django_db


def sign(email: str = "rosa@forum.example.org", **changes: str) -> None:
    sign_letter(
        letter=LetterFactory(),
        entry=entry(email=email, **changes),
        shown=FIRST,
        network="192.0.2.0/24",
        language="en",
        now=timezone.now(),
    )


def page_of(body: str) -> str:
    (address,) = re.findall(r"http://testserver(/en/mail/\S+/)", body)
    return address


def test_a_requested_mail_has_the_link(outbox):
    sign()
    (message,) = outbox.send()
    assert page_of(message.body).startswith("/en/mail/")
    assert "rosa" not in page_of(message.body)


def test_a_mail_to_a_signatory_has_the_link(outbox):
    signature = SignatureFactory()
    post(emails.private_link, signature_id=signature.pk)
    (message,) = outbox.send()
    assert page_of(message.body)


def test_opening_the_page_changes_nothing_and_is_not_cached(client, outbox):
    sign()
    address = page_of(outbox.send()[0].body)
    response = client.get(address)
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "Stop all emails from this site to me" in response.content.decode()
    assert StoppedMailbox.objects.count() == 0


def test_after_the_button_nothing_is_sent_whatever_is_typed(client, outbox):
    sign("rosa+1@forum.example.org")
    address = page_of(outbox.send()[0].body)
    assert client.post(address, {"stop": "yes"}).url == address
    assert "been stopped" in client.get(address).content.decode()
    for email in ("rosa@forum.example.org", "ROSA+2@forum.example.org"):
        sign(email)
    assert outbox.send() == []
    assert Signature.objects.count() == 3


def test_mails_already_queued_are_not_sent(outbox):
    sign()
    stop_mail(mailbox=index_mailbox("rosa@forum.example.org"), now=timezone.now())
    assert outbox.send() == []


@pytest.mark.parametrize(
    ("message", "status"),
    [(emails.published, "published"), (emails.in_review, "in_review")],
)
def test_mails_about_confirmed_signatures_stop_too(outbox, message, status):
    signature = SignatureFactory(status=status)
    post(message, signature_id=signature.pk)
    stop_mail(mailbox=index_mailbox(signature.representative_email), now=timezone.now())
    assert outbox.send() == []


def test_others_still_get_theirs(outbox):
    stop_mail(mailbox=index_mailbox("rosa@forum.example.org"), now=timezone.now())
    sign("rosa@other.example.org")
    assert len(outbox.send()) == 1


def test_the_same_page_allows_mails_again(client, outbox):
    sign()
    address = page_of(outbox.send()[0].body)
    client.post(address, {"stop": "yes"})
    client.post(address, {"allow": "yes"})
    sign()
    assert len(outbox.send()) == 1


def test_the_link_outlives_its_signature(client):
    signature = SignatureFactory(unconfirmed=True)
    address = stop_link(signature).removeprefix(site.SITE_URL)
    Signature.objects.all().delete()
    assert client.post(address).status_code == 303
    assert wants_no_mail(index_mailbox(signature.representative_email))


@pytest.mark.parametrize("token", ["nonsense", "us_" + "0" * 64, "us_" + "0" * 64 + "~nonsense"])
def test_a_link_that_is_not_ours_stops_nothing(client, token):
    assert client.post(f"/en/mail/{token}/").status_code == 404
    assert StoppedMailbox.objects.count() == 0


def test_another_site_cannot_press_the_button(client):
    address = stop_link(SignatureFactory()).removeprefix(site.SITE_URL)
    assert client.post(address, headers={"Origin": "https://evil.example"}).status_code == 403
    assert StoppedMailbox.objects.count() == 0


def test_stopping_twice_is_harmless_and_recorded_without_an_address(now):
    mailbox = index_mailbox("rosa@forum.example.org")
    for act in (stop_mail, stop_mail, allow_mail_again, allow_mail_again):
        act(mailbox=mailbox, now=now)
    entries = AuditEntry.objects.order_by("pk")
    assert [(one.verb, one.actor, one.detail) for one in entries] == [
        ("mail stopped", "representative", {}),
        ("mail allowed again", "representative", {}),
    ]


def test_only_a_keyed_digest_is_stored(now, settings):
    mailbox = index_mailbox("rosa@forum.example.org")
    stop_mail(mailbox=mailbox, now=now)
    assert len(StoppedMailbox.objects.get().index) == 64
    settings.BLIND_INDEX_KEY = "another key " * 5
    assert index_mailbox("rosa@forum.example.org") != mailbox


def test_the_operator_can_do_both_by_a_command(monkeypatch):
    monkeypatch.setattr("builtins.input", lambda prompt: " Rosa+x@forum.example.org ")
    mailbox, output = index_mailbox("rosa@forum.example.org"), StringIO()
    call_command("stop_mail", stdout=output)
    assert wants_no_mail(mailbox)
    call_command("stop_mail", "--undo", stdout=output)
    assert not wants_no_mail(mailbox)
    assert output.getvalue() == "No more emails will be sent.\nEmails are allowed again.\n"


def test_the_command_refuses_an_invalid_address(monkeypatch):
    monkeypatch.setattr("builtins.input", lambda prompt: "rosa")
    with pytest.raises(CommandError):
        call_command("stop_mail")
    assert StoppedMailbox.objects.count() == 0
