"""Builds emails to representatives from templates, in their language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import override

from signatories.mailing.quoting import Quoted
from signatories.mailing.stopping import stop_link, wants_no_mail
from signatories.models import Signature
from signatories.models.mailboxes import index_mailbox


def signature_to_write_to(signature_id: int, *statuses: str) -> Signature | None:
    """The signature, if it still has one of these statuses and an email address."""
    signature = (
        Signature.objects.select_related(
            "letter__campaign", "letter__revision", "organisation", "revision"
        )
        .filter(pk=signature_id, status__in=statuses)
        .first()
    )
    return signature if signature and signature.representative_email else None


def to_representative(signature: Signature, name: str, **context: Any) -> EmailMessage | None:
    """The email from templates/mail/<name>.txt, whose first line is the subject.

    None if the owner of the mailbox wants no email from this site.
    """
    if wants_no_mail(index_mailbox(signature.representative_email)):
        return None
    letter = signature.letter
    with override(signature.language):
        context |= {
            "signature": Quoted(signature),
            "letter": letter,
            "campaign": letter.campaign,
            "edition": letter.words_for(signature.edition_language),
            "revision": signature.revision,
            "letter_url": settings.SITE_URL + letter.get_absolute_url(),
            "operator_name": settings.OPERATOR_NAME,
            "stop_link": stop_link(signature),
        }
        message = make_message(name, context, to=signature.representative_email)
    if letter.campaign.organiser_email:
        message.reply_to = [letter.campaign.organiser_email]
    return message


def make_message(name: str, context: dict[str, Any], *, to: str) -> EmailMessage:
    text = render_to_string(f"mail/{name}.txt", context)
    subject, _newline, body = text.strip().partition("\n")
    return EmailMessage(
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        to=[to],
        headers={"Auto-Submitted": "auto-generated"},
    )
