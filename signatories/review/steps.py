"""What a change of a letter's status means for its signatures, and who is mailed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from letters.models import Letter
from letters.steps import Step
from signatories.models import Signature
from signatories.review.alarms import reached_by_alarms

Status = Letter.Status


def effects_on_signatures(step: Step, now: datetime) -> list[str]:
    """In sentences, mails first, so that staff know before they take the step."""
    letter = step.letter
    sentences = [_("No email is sent now.")]
    if step.to == Status.OPEN:
        sentences += _of_opening(letter)
    elif step.to == Status.CLOSED:
        sentences += _of_closing(letter, now)
    elif step.to == Status.ARCHIVED:
        sentences += _of_archiving(letter)
    return sentences


def _of_opening(letter: Letter) -> list[str]:
    campaign = letter.campaign
    if campaign.organiser_email:
        sentences = [
            _("Everyone who signs gets an email. Replies go to %(email)s.")
            % {"email": campaign.organiser_email}
        ]
    else:
        sentences = [
            _(
                "Everyone who signs gets an email. Nobody reads replies, because the campaign has"
                " no public email address."
            )
        ]
    sentences.append(_of_alarms(letter))
    lapsed = Signature.objects.filter(letter=letter, status=Signature.Status.LAPSED).count()
    if lapsed:
        sentences.append(
            ngettext(
                "%(number)d name that was removed because nobody answered can come back.",
                "%(number)d names that were removed because nobody answered can come back.",
                lapsed,
            )
            % {"number": lapsed}
        )
    return sentences


def _of_alarms(letter: Letter) -> str:
    members = len(reached_by_alarms(letter))
    if members:
        text = ngettext(
            "If signing looks unusual, %(number)d person in the team gets an email.",
            "If signing looks unusual, %(number)d people in the team get an email.",
            members,
        )
        return text % {"number": members}
    if letter.campaign.organiser_email:
        return _(
            "If signing looks unusual, the organiser gets an email, because nobody in the team can."
        )
    return _("If signing looks unusual, nobody gets an email: no address is known.")


def _of_closing(letter: Letter, now: datetime) -> list[str]:
    signatures = Signature.objects.filter(letter=letter)
    unconfirmed = signatures.filter(status=Signature.Status.UNCONFIRMED).count()
    waiting = signatures.filter(status=Signature.Status.IN_REVIEW).count()
    ends = min(now, letter.closes_at) if letter.closes_at else now
    erased = (ends + timedelta(days=letter.contact_days)).astimezone(letter.zone)
    return [
        ngettext(
            "%(number)d signature is not confirmed. It can still be confirmed, and then waits for"
            " review.",
            "%(number)d signatures are not confirmed. They can still be confirmed, and then wait"
            " for review.",
            unconfirmed,
        )
        % {"number": unconfirmed},
        ngettext(
            "%(number)d signature is waiting for review. It can still be published.",
            "%(number)d signatures are waiting for review. They can still be published.",
            waiting,
        )
        % {"number": waiting},
        _("The contact details of those who signed are deleted on %(day)s.")
        % {"day": date_format(erased, "DATE_FORMAT")},
    ]


def _of_archiving(letter: Letter) -> list[str]:
    behind = Signature.objects.behind().filter(letter=letter).count()
    if not behind:
        return []
    return [
        ngettext(
            "%(number)d organisation that has not signed the changed text will not be asked again.",
            "%(number)d organisations that have not signed the changed text will not be asked"
            " again.",
            behind,
        )
        % {"number": behind}
    ]
