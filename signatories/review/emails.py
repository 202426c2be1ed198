"""Mails to staff."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import override

from config.mail.outbox import mail
from signatories.mailing.messages import make_message
from signatories.models import SigningAlarm

ORGANISER = 0  # stands for a user if nobody on the team can be mailed


@mail("letter.signing_alarm", "signatories.emails.signing_alarm")
def signing_alarm(alarm_id: int, user_id: int) -> EmailMessage | None:
    """To a team member or the organiser: unusual signing activity, in numbers."""
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
        return make_message("signing_alarm", context, to=address)
