"""The mails to representatives and, in an alarm, to staff; one function each.

They run in the worker when the mail is sent, so they read the signature as it is then, and
return None when there is no more reason to write.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from config.mail.outbox import Mail, mail
from signatories import links
from signatories.models import Signature, SigningAlarm
from signatories.models.mailboxes import index_mailbox
from signatories.quoting import Quoted
from signatories.second_signatures import first_signature_of, may_know_of_first
from signatories.stopping import stop_link, wants_no_mail

OfSignature = Mail[[int]]

Status = Signature.Status
ORGANISER = 0  # the user of an alarm that nobody of the team can be mailed


@mail("signature.confirmation", "signatories.emails.confirmation")
def confirmation(signature_id: int) -> EmailMessage | None:
    """The link that confirms a signature; None where all would be erased within the hour.

    Nobody knows yet whether the mailbox's owner asked for it. So it quotes nothing that was typed.
    """
    signature = _signature(signature_id, Status.UNCONFIRMED)
    if signature is None:
        return None
    hours = links.confirming_hours(signature, timezone.now())
    link = links.link(signature, links.CONFIRM)
    return _mail(signature, "confirmation", link=link, hours=hours) if hours else None


@mail("signature.private_link", "signatories.emails.private_link")
def private_link(signature_id: int) -> EmailMessage | None:
    """To one who signs again: the signature stands, and here is the private link."""
    return _with_private_link(signature_id, "private_link", Status.IN_REVIEW, Status.PUBLISHED)


@mail("signature.new_private_link", "signatories.emails.new_private_link")
def new_private_link(signature_id: int) -> EmailMessage | None:
    """The link that takes the place of those before it, wherever the signature stands."""
    has_page = set(Status) - links.WITHOUT_PRIVATE_PAGE
    return _with_private_link(signature_id, "new_private_link", *has_page)


@mail("signature.in_review", "signatories.emails.in_review")
def in_review(signature_id: int) -> EmailMessage | None:
    """Confirmed, and now with the campaign's staff."""
    return _with_private_link(signature_id, "in_review", Status.IN_REVIEW)


@mail("signature.published", "signatories.emails.published")
def published(signature_id: int) -> EmailMessage | None:
    """The name is on the public list."""
    return _with_private_link(signature_id, "published", Status.PUBLISHED)


@mail("signature.declined", "signatories.emails.declined")
def declined(signature_id: int) -> EmailMessage | None:
    """Staff decided against publishing, with their reason."""
    signature = _signature(signature_id, Status.DECLINED)
    return _mail(signature, "declined", reason=signature.reason) if signature else None


@mail("signature.second_signature", "signatories.emails.second_signature")
def second_signature(signature_id: int) -> EmailMessage | None:
    """To a second representative: the organisation has signed, and how to become its contact.

    That it has signed is told only to those who may know of it at this instant. A colleague's own
    signature is still in review where the first one's name is hidden; in the place of a first one
    that has ended meanwhile stands the mail to any signature in review.
    """
    signature = _signature(signature_id, Status.DECLINED, Status.IN_REVIEW)
    if signature is None:
        return None
    first = first_signature_of(signature)
    if first and not may_know_of_first(signature, first):
        first = None
    if first is None and signature.status == Status.IN_REVIEW:
        return in_review(signature_id)
    return _mail(
        signature,
        "second_signature",
        link=links.link(signature, links.MANAGE),
        contact_link=links.link(signature, links.CONTACT) if first else "",
    )


@mail("signature.colleague_signed", "signatories.emails.colleague_signed")
def colleague_signed(signature_id: int) -> EmailMessage | None:
    """To the contact of a live signature: somebody else has signed for the organisation."""
    return _with_private_link(signature_id, "colleague_signed", Status.IN_REVIEW, Status.PUBLISHED)


@mail("signature.contact_requested", "signatories.emails.contact_requested")
def contact_requested(signature_id: int) -> EmailMessage | None:
    """To the contact of a live signature: a colleague asks to take over."""
    return _with_private_link(signature_id, "contact_requested", Status.IN_REVIEW, Status.PUBLISHED)


@mail("signature.contact_handed_over", "signatories.emails.contact_handed_over")
def contact_handed_over(signature_id: int) -> EmailMessage | None:
    """To the new contact of a signature, with the link that takes the place of those before."""
    name = "contact_handed_over"
    return _with_private_link(signature_id, name, Status.IN_REVIEW, Status.PUBLISHED)


@mail("signature.reaffirmation", "signatories.emails.reaffirmation")
def reaffirmation(signature_id: int, is_reminder: bool = False) -> EmailMessage | None:
    """The text has changed: sign it anew or withdraw. Nothing where they have answered already."""
    signature = _signature(signature_id, Status.IN_REVIEW, Status.PUBLISHED)
    if signature is None or not signature.is_behind:
        return None
    return _mail(
        signature,
        "reaffirmation",
        link=links.link(signature, links.REAFFIRM),
        changes=list(signature.letter.revisions.substantive_since(signature.revision)),
        answer_by=signature.answer_by,
        is_reminder=is_reminder,
    )


@mail("signature.reaffirmed", "signatories.emails.reaffirmed")
def reaffirmed(signature_id: int) -> EmailMessage | None:
    """The organisation has signed the changed text."""
    return _with_private_link(signature_id, "reaffirmed", Status.IN_REVIEW, Status.PUBLISHED)


@mail("signature.lapsed", "signatories.emails.lapsed")
def lapsed(signature_id: int) -> EmailMessage | None:
    """The name has left, since nobody answered. It can come back."""
    signature = _signature(signature_id, Status.LAPSED)
    if signature is None:
        return None
    return _mail(signature, "lapsed", link=links.link(signature, links.REAFFIRM))


@mail("signature.withdrawn", "signatories.emails.withdrawn")
def withdrawn(signature_id: int) -> EmailMessage | None:
    """The name is off the list."""
    signature = _signature(signature_id, Status.WITHDRAWN)
    return _mail(signature, "withdrawn") if signature else None


@mail("letter.signing_alarm", "signatories.emails.signing_alarm")
def signing_alarm(alarm_id: int, user_id: int) -> EmailMessage | None:
    """To one of the campaign's team, or to its organiser: signing looks unnatural, in numbers."""
    alarm = SigningAlarm.objects.select_related("letter__campaign", "letter__revision")
    found = alarm.filter(pk=alarm_id).first()
    if found is None:
        return None
    campaign = found.letter.campaign
    if user_id == ORGANISER:
        address = campaign.organiser_email
    else:
        member = User.objects.filter(pk=user_id, is_active=True).first()
        address = member.email if member else ""
    if not address:
        return None
    spoken = campaign.language in dict(settings.LANGUAGES)
    with override(campaign.language if spoken else "en"):
        context = {
            "alarm": found,
            "letter": found.letter,
            "edition": found.letter.words_here,
            "letters_url": settings.SITE_URL
            + reverse("admin:signatories_signature_changelist")
            + f"?letter__id__exact={found.letter.pk}",
            "operator_name": settings.OPERATOR_NAME,
        }
        return _message("signing_alarm", context, to=address)


def _with_private_link(signature_id: int, name: str, *statuses: str) -> EmailMessage | None:
    signature = _signature(signature_id, *statuses)
    if signature is None:
        return None
    return _mail(signature, name, link=links.link(signature, links.MANAGE))


def _signature(signature_id: int, *statuses: str) -> Signature | None:
    """The signature, if it still has one of these statuses and an address to write to."""
    signature = (
        Signature.objects.select_related(
            "letter__campaign", "letter__revision", "organisation", "revision"
        )
        .filter(pk=signature_id, status__in=statuses)
        .first()
    )
    return signature if signature and signature.representative_email else None


def _mail(signature: Signature, name: str, **context: Any) -> EmailMessage | None:
    """The text of templates/mail/<name>.txt; its first line is the subject.

    None where the owner of the mailbox wants no mail from this site.
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
        message = _message(name, context, to=signature.representative_email)
    if letter.campaign.organiser_email:
        message.reply_to = [letter.campaign.organiser_email]
    return message


def _message(name: str, context: dict[str, Any], *, to: str) -> EmailMessage:
    text = render_to_string(f"mail/{name}.txt", context)
    subject, _newline, body = text.strip().partition("\n")
    return EmailMessage(
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        to=[to],
        headers={"Auto-Submitted": "auto-generated"},
    )
