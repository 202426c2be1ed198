"""Noticing that signing under a letter looks unnatural.

It reads what was signed within the last hour. Every threshold asks for signatures that nobody
confirmed: a conference or a launch brings many at once, and their people open the mail.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, Q

from config.durations import HOUR
from letters.models import Letter
from signatories.defence.limits import DOMAIN_UNKNOWN, LIMITS
from signatories.defence.lists import domain_of
from signatories.models import Signature
from signatories.models.mailboxes import counted_domain

Status = Signature.Status

USUAL_OVER = timedelta(days=7)
READ_AT_MOST = 2_000  # addresses of one letter that are decrypted for one look

SURGE_LEAST = 60  # unconfirmed; a large launch has as many names, but half of them are confirmed
SURGE_TIMES = 5  # the usual: a newsletter doubles or trebles the usual hour
# From one network: as many as make its mails wait. A full conference room confirms in its seats.
ONE_NETWORK = LIMITS["network"].burst
# At one organisation's domain: as many as make its mails wait. An organisation signs once.
ONE_DOMAIN = DOMAIN_UNKNOWN
# Of what was signed more than SETTLED ago, so that everybody could look into their mail.
SHARE = 0.85
SHARE_LEAST = 30
SETTLED = timedelta(minutes=30)
LEAST = min(SURGE_LEAST, ONE_NETWORK, ONE_DOMAIN, SHARE_LEAST)

MARKED = timedelta(days=1)  # so long the list of letters shows the mark


@dataclass(frozen=True, kw_only=True)
class Look:
    """The last hour under one letter, in numbers."""

    signed: int
    unconfirmed: int
    usual: float
    one_network: int
    one_domain: int
    settled: int
    settled_unconfirmed: int

    @property
    def signs(self) -> list[str]:
        """By which marks it looks unnatural; none where all is well."""
        share = self.settled_unconfirmed / self.settled if self.settled else 0
        surge = self.unconfirmed >= max(SURGE_LEAST, SURGE_TIMES * self.usual)
        # An hour in which more than half was confirmed is a success and no attack.
        found = {
            "surge": surge and 2 * self.unconfirmed > self.signed,
            "one network": self.one_network >= ONE_NETWORK,
            "one domain": self.one_domain >= ONE_DOMAIN,
            "unconfirmed": self.settled_unconfirmed >= SHARE_LEAST and share >= SHARE,
        }
        return [sign for sign, holds in found.items() if holds]


def reached_by_alarms(letter: Letter) -> list[int]:
    """Who of the campaign's team can be mailed, by number. Without any, its organiser is."""
    team = letter.campaign.team.filter(is_active=True).exclude(email="")
    return list(team.values_list("pk", flat=True))


def look_at(letter: Letter, *, now: datetime) -> Look:
    """Count what was signed under the letter within the last hour, and compare with the week."""
    signatures = Signature.objects.filter(letter=letter, signed_at__lte=now)
    unconfirmed = Q(status=Status.UNCONFIRMED)
    settled = Q(signed_at__lte=now - SETTLED)
    hour = signatures.filter(signed_at__gt=now - HOUR)
    numbers = hour.aggregate(
        signed=Count("pk"),
        unconfirmed=Count("pk", filter=unconfirmed),
        settled=Count("pk", filter=settled),
        settled_unconfirmed=Count("pk", filter=settled & unconfirmed),
    )
    waiting = hour.filter(unconfirmed)
    networks = (
        waiting.exclude(network_index="")
        .values("network_index")
        .annotate(number=Count("pk"))
        .order_by("-number")
        .values_list("number", flat=True)
    )
    addresses = waiting.order_by("-signed_at").values_list("representative_email", flat=True)
    return Look(
        **numbers,
        usual=_usual(letter, now=now),
        one_network=networks.first() or 0,
        one_domain=_most_at_one_domain(addresses[:READ_AT_MOST]),
    )


def _usual(letter: Letter, *, now: datetime) -> float:
    """How many signatures of an hour stayed unconfirmed in the week before, on average."""
    start = now - HOUR - USUAL_OVER
    if letter.opens_at:
        start = max(start, letter.opens_at)
    hours = (now - HOUR - start) / HOUR
    never = Signature.objects.filter(
        letter=letter,
        confirmed_at=None,
        signed_at__gt=start,
        signed_at__lte=now - HOUR,
    )
    return never.count() / max(hours, 1.0)


def _most_at_one_domain(addresses: Iterable[str]) -> int:
    """Domains where anybody can have an address say nothing."""
    hosts = Counter(domain_of(address) for address in addresses)
    domains: Counter[str] = Counter()
    for host, number in hosts.items():
        if domain := counted_domain(host):
            domains[domain] += number
    return max(domains.values(), default=0)


def day_of(now: datetime) -> date:
    return now.astimezone(UTC).date()
