"""The mail that invites a person to join staff."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import override

from config.mail.outbox import mail
from config.models import Invitation
from config.staff.invitation_links import link


@mail("staff.invitation", "config.staff.emails.invitation")
def invitation(invitation_id: int) -> EmailMessage | None:
    """The link to set name and password; None if the invitation has ended."""
    found = Invitation.objects.filter(pk=invitation_id).first()
    if found is None:
        return None
    with override(found.language):
        context = {
            "link": link(found),
            "expires_at": found.expires_at,
            "operator_name": settings.OPERATOR_NAME,
            "site_url": settings.SITE_URL,
        }
        text = render_to_string("mail/staff_invitation.txt", context)
    subject, _newline, body = text.strip().partition("\n")
    return EmailMessage(
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        to=[found.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
