"""How often one network, address, domain and letter may be signed from, at or under.

Counts are kept in the database, which all processes share, under keyed digests that say nothing
of whom they count. Windows are fixed: a burst of ten minutes and a sustained one of a day, each
from a round instant in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from config.encryption import blind_index
from signatories.models import RateCount
from signatories.recognition.domains import proves_nothing, registrable

BURST = timedelta(minutes=10)
SUSTAINED = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """How many signings one of a kind may have within each window."""

    burst: int
    sustained: int

    @property
    def windows(self) -> list[tuple[timedelta, int]]:
        return [(BURST, self.burst), (SUSTAINED, self.sustained)]


# Past a limit mails wait for the next window. Past FLOOD times the limit of a network or a letter
# nothing is kept. Addresses and domains are what somebody typed: were signings dropped for them,
# anybody could lock an organisation out by typing its domain.
LIMITS = {
    # A conference of a hundred bodies behind one access point has all its mails within 40
    # minutes, the first thirty at once; a /24 of a mobile carrier has far fewer on a usual day.
    "network": Limit(burst=30, sustained=300),
    # Every further mail to one address is one that its owner may not have asked for. Five are a
    # wrong address, an impatient reader and a colleague's second organisation together.
    "address": Limit(burst=5, sustained=10),
    # Sections of a federation that share its domain sign on one day, and rarely all in ten
    # minutes: the largest that we know of have about a hundred.
    "domain": Limit(burst=20, sustained=150),
    # The largest letters of organisations have some thousand names in months. So many in a day
    # is a flood or a triumph, and mail servers take ten thousand mails badly either way.
    "letter": Limit(burst=500, sustained=10_000),
}
FLOOD = 10
# Images behind one private link within a burst's time: each can cost a core a second or two, and
# somebody who tries out what looks best sends a few.
UPLOADS = 10


@dataclass(frozen=True)
class Standing:
    """How one of a kind stands against its limit once the present signing is counted."""

    past_until: datetime | None  # the end of the latest window that is full; None when none is
    is_flood: bool
    told: str = ""  # how many there were within which time, each time that the limit is used up


def window_start(now: datetime, length: timedelta) -> datetime:
    """The round instant at which the window around `now` began."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (now - midnight) // length * length


def count(kind: str, value: object, *, length: timedelta, now: datetime) -> int:
    """Count one more of this in the present window, and say how many there are now."""
    key = blind_index(f"{kind}:{length.total_seconds():.0f}:{value}")
    start = window_start(now, length)
    rows = RateCount.objects.filter(key=key, window_start=start)
    if not rows.update(count=F("count") + 1):
        try:
            with transaction.atomic():
                RateCount.objects.create(
                    key=key, window_start=start, window_end=start + length, count=1
                )
        except IntegrityError:  # another process was first
            rows.update(count=F("count") + 1)
    return rows.values_list("count", flat=True).get()


def standing(kind: str, value: object, *, now: datetime) -> Standing:
    """Count one more of this in both windows, and say how it stands."""
    ends, is_flood, told = [], False, ""
    for length, most in LIMITS[kind].windows:
        number = count(kind, value, length=length, now=now)
        if number > most:
            ends.append(window_start(now, length) + length)
            if (number - 1) % max(most, 1) == 0:
                told = f"{number} within {length // timedelta(minutes=1)} minutes"
        is_flood = is_flood or number > FLOOD * most
    return Standing(max(ends, default=None), is_flood, told)


def counted_domain(host: str) -> str:
    """The domain that is counted for an address at `host`; "" where anybody can have one.

    Subdomains count with the domain that somebody registered: they cost nothing.
    """
    return "" if proves_nothing(host) else registrable(host)


def allow_mail(*, email_index: str, now: datetime) -> bool:
    """Count a mail to this address on somebody's request, and say whether it may be sent."""
    return standing("address", email_index, now=now).past_until is None


def allow_upload(*, signature: int, now: datetime) -> bool:
    """Count an image sent behind this signature's private link, and say whether to look at it."""
    return count("upload", signature, length=BURST, now=now) <= UPLOADS


def forget_counts(*, now: datetime) -> None:
    RateCount.objects.filter(window_end__lte=now).delete()
