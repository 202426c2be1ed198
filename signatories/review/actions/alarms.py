"""Alert staff to unusual signing activity."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Count

from config import audit
from config.durations import HOUR
from config.mail.outbox import post
from letters.models import Letter
from signatories.models import Signature, SigningAlarm
from signatories.review.alarms import LEAST, day_of, reached_by_alarms, recent_activity
from signatories.review.emails import ORGANISER, signing_alarm
from signatories.transitions import lock_letter

Status = Signature.Status


def raise_alarms(*, now: datetime) -> int:
    """Check open letters with many unconfirmed signatures. Returns how many alarms were raised."""
    busy = (
        Signature.objects.filter(
            letter__in=Letter.objects.open(now),
            status=Status.UNCONFIRMED,
            signed_at__gt=now - HOUR,
        )
        .values("letter")
        .annotate(unconfirmed=Count("pk"))
        .filter(unconfirmed__gte=LEAST)
        .order_by()
        .values_list("letter", flat=True)
    )
    alarmed = SigningAlarm.objects.filter(day=day_of(now)).values("letter")
    letters = Letter.objects.filter(pk__in=list(busy)).exclude(pk__in=alarmed)
    return sum(raise_alarm(letter=letter, now=now) for letter in letters)


@transaction.atomic
def raise_alarm(*, letter: Letter, now: datetime) -> bool:
    """Record an alarm and mail the team, if activity is unusual and none was raised today."""
    letter = lock_letter(letter)
    if SigningAlarm.objects.filter(letter=letter, day=day_of(now)).exists():
        return False
    activity = recent_activity(letter, now=now)
    if not activity.signs:
        return False
    alarm = SigningAlarm.objects.create(
        letter=letter,
        day=day_of(now),
        raised_at=now,
        signed=activity.signed,
        unconfirmed=activity.unconfirmed,
        usual=round(activity.usual, 1),
        one_network=activity.one_network,
        one_domain=activity.one_domain,
        signs=activity.signs,
    )
    audit.record(
        verb=audit.Verb.SIGNING_LOOKS_UNNATURAL, subject=letter, now=now, signs=activity.signs
    )
    for pk in reached_by_alarms(letter) or [ORGANISER]:
        post(signing_alarm, alarm_id=alarm.pk, user_id=pk)
    return True
