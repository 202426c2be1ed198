"""How often one address, one network and one letter may cause mails.

Counts are kept in the database, which all processes share, under keyed digests that say nothing
of whom they count. Windows are fixed and one hour long.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from config.encryption import blind_index
from signatories.models import RateCount

WINDOW = timedelta(hours=1)

PER_ADDRESS = 5
PER_NETWORK = 30
PER_LETTER = 1000
FLOOD = 10  # times PER_NETWORK or PER_LETTER: past it nothing is kept


@dataclass(frozen=True)
class Allowance:
    """What is done with one signing: whether it is kept, and whether and when it is mailed."""

    keep: bool
    mail: bool
    mail_after: datetime | None


def count(kind: str, value: object, *, now: datetime) -> int:
    """Count one more of this in the present window, and say how many there are now."""
    key = blind_index(f"{kind}:{value}")
    start = window_start(now)
    rows = RateCount.objects.filter(key=key, window_start=start)
    if not rows.update(count=F("count") + 1):
        try:
            with transaction.atomic():
                RateCount.objects.create(key=key, window_start=start, count=1)
        except IntegrityError:  # another process was first
            rows.update(count=F("count") + 1)
    return rows.values_list("count", flat=True).get()


def window_start(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def allow_signing(*, letter_id: int, network: str, email_index: str, now: datetime) -> Allowance:
    """Count a signing and say what may follow from it.

    An address gets PER_ADDRESS mails in an hour and no more. Past the limit of a network or a
    letter nothing honest is lost: the mail waits for the next hour. Only a flood is dropped.
    """
    network_count = count("network", network, now=now)
    letter_count = count("letter", letter_id, now=now)
    if network_count > FLOOD * PER_NETWORK or letter_count > FLOOD * PER_LETTER:
        return Allowance(keep=False, mail=False, mail_after=None)
    crowded = network_count > PER_NETWORK or letter_count > PER_LETTER
    return Allowance(
        keep=True,
        mail=count("address", email_index, now=now) <= PER_ADDRESS,
        mail_after=window_start(now) + WINDOW if crowded else None,
    )


def allow_mail(*, email_index: str, now: datetime) -> bool:
    """Whether this address may be sent another mail on somebody's request."""
    return count("address", email_index, now=now) <= PER_ADDRESS


def forget_counts(*, now: datetime) -> None:
    RateCount.objects.filter(window_start__lt=window_start(now)).delete()
