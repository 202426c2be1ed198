"""How often one network, mailbox, domain and letter may be signed from, at or under.

Counts are kept in the database, which all processes share, under keyed digests that say nothing
of whom they count. What comes in is counted in fixed windows: a burst of ten minutes and a
sustained one of a day, each from a round instant in UTC. Mails that leave are counted over any 24
hours, so that midnight gives nobody twice as many.

Everybody can type any address and any domain, and anybody can send forms without end. So no
counter that strangers fill holds back or drops a form whose browser has proved work: that one is
counted apart, by its network alone. Nor does one drop anything by what was typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import F, Sum

from config.durations import HOUR, MINUTE
from config.encryption import blind_index
from signatories.models import RateCount, Signature
from signatories.models.mailboxes import index_domain, index_mailbox

BURST = timedelta(minutes=10)
SUSTAINED = timedelta(days=1)
COUNTED_DAYS = 3  # at most: a mail that waits until tomorrow counts for a day and an hour from then


@dataclass(frozen=True)
class Limit:
    """How many signings one of a kind may have within each window."""

    burst: int
    sustained: int

    @property
    def windows(self) -> list[tuple[timedelta, int]]:
        return [(BURST, self.burst), (SUSTAINED, self.sustained)]


# Past a limit mails wait for the next window. Past FLOOD times it nothing is kept, and the signer
# is told.
LIMITS = {
    # A conference of a hundred bodies behind one access point has all its mails within 40
    # minutes, the first thirty at once; a /24 of a mobile carrier has far fewer on a usual day.
    "network": Limit(burst=30, sustained=300),
    # The largest letters of organisations have some thousand names in months. So many in a day
    # is a flood or a triumph, and mail servers take ten thousand mails badly either way.
    "letter": Limit(burst=500, sustained=10_000),
    # With proof of work, from one network: the same conference signs at once. Each proof costs
    # about a second of a processor.
    "proved": Limit(burst=100, sustained=1_000),
}
FLOOD = 10

# Mails to one mailbox within 24 hours that somebody asked for by a form. Until its owner has
# confirmed a signature nobody knows that it is theirs: a wrong address, a colleague's second
# organisation and one to spare.
MAILS_UNKNOWN = 3
# An owner who has confirmed may sign for several organisations and ask for links again.
MAILS_KNOWN = 10

# Mails within 24 hours to mailboxes at one domain that have confirmed nothing. Where every name
# leads to one mailbox, all of them would land there. Each signature that was ever confirmed at the
# domain allows more, so that the sections of a federation, who answer, are never held: they would
# have to be twenty before the first one opens the mail. Whoever withholds the name does not count,
# as somebody else at the domain could tell it by mails that come or do not.
DOMAIN_UNKNOWN = 20
DOMAIN_FOR_EACH = 10

# Images behind one private link within a burst's time: each can cost a core a second or two, and
# somebody who tries out what looks best sends a few.
UPLOADS = 10


@dataclass(frozen=True)
class Usage:
    """How much of its limit one of a kind has used, the present signing counted."""

    past_until: datetime | None  # the end of the latest window that is full; None when none is
    flood_until: datetime | None  # the same of those that are full FLOOD times over
    told: str = ""  # how many there were within which time, each time that the limit is used up


def window_start(now: datetime, length: timedelta) -> datetime:
    """The round instant at which the window around `now` began."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (now - midnight) // length * length


def count(kind: str, value: object, *, length: timedelta, now: datetime) -> int:
    """Count one more of this in the present window, and say how many there are now."""
    key = blind_index(f"{kind}:{length.total_seconds():.0f}:{value}")
    start = window_start(now, length)
    _add_one(key, start=start, end=start + length)
    return RateCount.objects.values_list("count", flat=True).get(key=key, window_start=start)


def _add_one(key: str, *, start: datetime, end: datetime) -> None:
    rows = RateCount.objects.filter(key=key, window_start=start)
    if not rows.update(count=F("count") + 1):
        try:
            with transaction.atomic():
                RateCount.objects.create(key=key, window_start=start, window_end=end, count=1)
        except IntegrityError:  # another process was first
            rows.update(count=F("count") + 1)


def usage_of(kind: str, value: object, *, now: datetime) -> Usage:
    """Count one more of this in both windows, and say how it stands."""
    ends, floods, told = [], [], ""
    for length, most in LIMITS[kind].windows:
        number = count(kind, value, length=length, now=now)
        if number > most:
            end = window_start(now, length) + length
            ends.append(end)
            floods += [end] if number > FLOOD * most else []
            if (number - 1) % max(most, 1) == 0:
                told = f"{number} within {length // MINUTE} minutes"
    return Usage(max(ends, default=None), max(floods, default=None), told)


class Leave(StrEnum):
    """What becomes of a mail that somebody asked for by a form."""

    NOW = "now"
    HELD = "held"  # until the domain takes more, as others there answer
    NEVER = "never"


def allow_mail(*, email: str, now: datetime) -> bool:
    """Count a mail to this address on somebody's request, and say whether it may leave at `now`.

    All addresses of a mailbox count together, over all letters.
    """
    index = index_mailbox(email)
    most = MAILS_KNOWN if is_known(index) else MAILS_UNKNOWN
    return _count_within_a_day(f"mailbox:{index}", most=most, now=now)


def allow_confirmation(*, email: str, proved: bool, now: datetime) -> Leave:
    """Count a mail to this address and to its domain, and say what becomes of it at `now`.

    Mails for forms with a proof of work are counted apart from others at the domain. What is held
    counts once it leaves.
    """
    if not allow_mail(email=email, now=now):
        return Leave.NEVER
    mailbox, domain = index_mailbox(email), index_domain(email)
    if not domain or is_known(mailbox):
        return Leave.NOW
    answers = Signature.objects.named().filter(domain_index=domain).exclude(confirmed_at=None)
    open_answers = answers.exclude(organisation__protected=True)
    most = DOMAIN_UNKNOWN + DOMAIN_FOR_EACH * open_answers.count()
    kind = "proved domain" if proved else "domain"
    if _count_within_a_day(f"{kind}:{domain}", most=most, now=now):
        return Leave.NOW
    _take_back(f"mailbox:{mailbox}", now=now)
    return Leave.HELD


def is_known(mailbox: str) -> bool:
    """Whether the owner of this mailbox has confirmed a signature whose contact is still kept."""
    confirmed = Signature.objects.exclude(confirmed_at=None)
    return confirmed.filter(mailbox_index=mailbox).exists()


def _count_within_a_day(what: str, *, most: int, now: datetime) -> bool:
    """Count one more of this, unless there are `most` within the 24 hours before `now` or later.

    Counted by the hour, and for an hour longer than a day: a little too long rather than too short.
    """
    key, start = _within_a_day(what), window_start(now, HOUR)
    # First count, which locks the row, then look: of two at once the second sees the first.
    _add_one(key, start=start, end=start + SUSTAINED + HOUR)
    counts = RateCount.objects.filter(key=key, window_end__gt=now)
    if counts.aggregate(number=Sum("count"))["number"] <= most:
        return True
    _take_back(what, now=now)
    return False


def _take_back(what: str, *, now: datetime) -> None:
    rows = RateCount.objects.filter(key=_within_a_day(what), window_start=window_start(now, HOUR))
    rows.update(count=F("count") - 1)


def _within_a_day(what: str) -> str:
    return blind_index(f"within a day:{what}")


def allow_upload(*, signature: int, now: datetime) -> bool:
    """Count an image sent behind this signature's private link, and say whether to look at it."""
    return count("upload", signature, length=BURST, now=now) <= UPLOADS


def forget_counts(*, now: datetime) -> None:
    RateCount.objects.filter(window_end__lte=now).delete()
