"""Rate limits on signing by network, mailbox, domain and letter.

Counts are stored in the database, which all processes share, under keyed digests that do not reveal
whom they count. Forms are counted in fixed windows: a burst of ten minutes and a sustained one of a
day, each from a round instant in UTC. Emails are counted over any 24 hours, so that midnight does
not double the limit.

Anyone can type any address and domain, and send any number of forms. So no counter that strangers
can fill delays or drops a form with proof of work: that is counted separately, by network only. And
no counter drops a form because of what was typed in it.
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
COUNTED_DAYS = 3  # at most: an email that waits until tomorrow counts for 25 hours from then


@dataclass(frozen=True)
class Limit:
    """Maximum number of signatures within each window."""

    burst: int
    sustained: int

    @property
    def windows(self) -> list[tuple[timedelta, int]]:
        return [(BURST, self.burst), (SUSTAINED, self.sustained)]


# Beyond a limit, emails wait for the next window. Beyond FLOOD times the limit, nothing is stored
# and the signer is told.
LIMITS = {
    # A conference of a hundred bodies behind one access point gets all its emails within 40
    # minutes, the first thirty at once; a /24 of a mobile carrier usually has far fewer a day.
    "network": Limit(burst=30, sustained=300),
    # The largest letters of organisations get some thousand names in months. So many in a day
    # are a flood or a triumph, and either way too much for mail servers.
    "letter": Limit(burst=500, sustained=10_000),
    # With proof of work, per network: the same conference can sign at once. Each proof costs
    # about a second of processor time.
    "proved": Limit(burst=100, sustained=1_000),
}
FLOOD = 10

# Emails to one mailbox within 24 hours that were requested through a form. Until its owner has
# confirmed a signature, enough for a mistyped address, a second organisation and one to spare.
MAILS_UNKNOWN = 3
# An owner who has confirmed may sign for several organisations and request new links.
MAILS_KNOWN = 10

# Emails within 24 hours to mailboxes at one domain that have confirmed nothing: with a catch-all
# mailbox they would all arrive in one place. Each signature ever confirmed at the domain allows
# more, so the sections of a federation are never held, unless twenty sign before the first of them
# opens the email. Withheld names do not count: others at the domain could notice them by which
# emails arrive.
DOMAIN_UNKNOWN = 20
DOMAIN_FOR_EACH = 10

# Images per private link and burst window: each can take a second or two of processor time, and
# people who try out what looks best send a few.
UPLOADS = 10


@dataclass(frozen=True)
class Usage:
    """How much of a limit is used, including the current signature."""

    past_until: datetime | None  # end of the latest full window, or None
    flood_until: datetime | None  # the same for windows filled FLOOD times over
    log_text: str = ""  # for the log, each time that the limit is used up


def window_start(now: datetime, length: timedelta) -> datetime:
    """The round instant at which the window around `now` began."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (now - midnight) // length * length


def count(kind: str, value: object, *, length: timedelta, now: datetime) -> int:
    """Count one more in the current window, and return the new count."""
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
    """Count one more in both windows, and return the usage."""
    ends, floods, log_text = [], [], ""
    for length, most in LIMITS[kind].windows:
        number = count(kind, value, length=length, now=now)
        if number > most:
            end = window_start(now, length) + length
            ends.append(end)
            floods += [end] if number > FLOOD * most else []
            if (number - 1) % max(most, 1) == 0:
                log_text = f"{number} within {length // MINUTE} minutes"
    return Usage(max(ends, default=None), max(floods, default=None), log_text)


class Sending(StrEnum):
    """What happens to an email that was requested through a form."""

    NOW = "now"
    HELD = "held"  # until the domain's limit allows it
    NEVER = "never"


def allow_mail(*, email: str, now: datetime) -> bool:
    """Count an email that somebody requested for this address. Returns whether to send it at `now`.

    All addresses of a mailbox count together, over all letters.
    """
    index = index_mailbox(email)
    most = MAILS_KNOWN if is_known(index) else MAILS_UNKNOWN
    return _count_within_a_day(f"mailbox:{index}", most=most, now=now)


def allow_confirmation(*, email: str, proved: bool, now: datetime) -> Sending:
    """Count an email against its mailbox and its domain, and decide what happens to it at `now`.

    Emails for forms with proof of work have a separate count per domain. A held email counts when
    it is sent.
    """
    if not allow_mail(email=email, now=now):
        return Sending.NEVER
    mailbox, domain = index_mailbox(email), index_domain(email)
    if not domain or is_known(mailbox):
        return Sending.NOW
    answers = Signature.objects.named().filter(domain_index=domain).exclude(confirmed_at=None)
    open_answers = answers.exclude(organisation__protected=True)
    most = DOMAIN_UNKNOWN + DOMAIN_FOR_EACH * open_answers.count()
    kind = "proved domain" if proved else "domain"
    if _count_within_a_day(f"{kind}:{domain}", most=most, now=now):
        return Sending.NOW
    _uncount(f"mailbox:{mailbox}", now=now)
    return Sending.HELD


def is_known(mailbox: str) -> bool:
    """Whether the owner of this mailbox has confirmed a signature whose contact is still stored."""
    confirmed = Signature.objects.exclude(confirmed_at=None)
    return confirmed.filter(mailbox_index=mailbox).exists()


def _count_within_a_day(what: str, *, most: int, now: datetime) -> bool:
    """Count one more, unless there are already `most` within the last 24 hours or later.

    Counted by the hour and for 25 hours: slightly too long rather than too short.
    """
    key, start = _daily_key(what), window_start(now, HOUR)
    # Count first, which locks the row, then check: of two at once, the second sees the first.
    _add_one(key, start=start, end=start + SUSTAINED + HOUR)
    counts = RateCount.objects.filter(key=key, window_end__gt=now)
    if counts.aggregate(number=Sum("count"))["number"] <= most:
        return True
    _uncount(what, now=now)
    return False


def _uncount(what: str, *, now: datetime) -> None:
    rows = RateCount.objects.filter(key=_daily_key(what), window_start=window_start(now, HOUR))
    rows.update(count=F("count") - 1)


def _daily_key(what: str) -> str:
    return blind_index(f"within a day:{what}")


def allow_upload(*, signature: int, now: datetime) -> bool:
    """Count an image uploaded through a signature's private link. Returns whether to accept it."""
    return count("upload", signature, length=BURST, now=now) <= UPLOADS


def forget_counts(*, now: datetime) -> None:
    RateCount.objects.filter(window_end__lte=now).delete()
