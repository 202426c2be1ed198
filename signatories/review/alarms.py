"""Detect unusual signing activity under a letter.

Looks at signatures of the last hour. Every threshold requires unconfirmed ones: a conference or a
launch brings many signatures at once, but those people confirm them.
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
READ_AT_MOST = 2_000  # addresses of one letter decrypted in one check

SURGE_LEAST = 60  # unconfirmed; a large launch has as many, but half of them are confirmed
SURGE_TIMES = 5  # times the usual; a newsletter doubles or trebles the usual hour
# From one network: as many as delay its mails. People in a full conference room confirm at once.
ONE_NETWORK = LIMITS["network"].burst
# At one organisation's domain: as many as delay its mails. An organisation signs once.
ONE_DOMAIN = DOMAIN_UNKNOWN
# Share of signatures older than SETTLED, so that people had time to check their email.
SHARE = 0.85
SHARE_LEAST = 30
SETTLED = timedelta(minutes=30)
LEAST = min(SURGE_LEAST, ONE_NETWORK, ONE_DOMAIN, SHARE_LEAST)

MARKED = timedelta(days=1)  # how long the list of letters shows the mark


@dataclass(frozen=True, kw_only=True)
class Activity:
    """Numbers for the last hour under one letter."""

    signed: int
    unconfirmed: int
    usual: float
    one_network: int
    one_domain: int
    settled: int
    settled_unconfirmed: int

    @property
    def signs(self) -> list[str]:
        """Which thresholds are exceeded; empty if all is well."""
        share = self.settled_unconfirmed / self.settled if self.settled else 0
        surge = self.unconfirmed >= max(SURGE_LEAST, SURGE_TIMES * self.usual)
        # An hour in which at least half were confirmed is a success, not an attack.
        found = {
            "surge": surge and 2 * self.unconfirmed > self.signed,
            "one network": self.one_network >= ONE_NETWORK,
            "one domain": self.one_domain >= ONE_DOMAIN,
            "unconfirmed": self.settled_unconfirmed >= SHARE_LEAST and share >= SHARE,
        }
        return [sign for sign, holds in found.items() if holds]


def reached_by_alarms(letter: Letter) -> list[int]:
    """Primary keys of team members with an address. If there are none, the organiser is mailed."""
    team = letter.campaign.team.filter(is_active=True).exclude(email="")
    return list(team.values_list("pk", flat=True))


def recent_activity(letter: Letter, *, now: datetime) -> Activity:
    """Count signatures under the letter in the last hour, and compare with the week before."""
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
    return Activity(
        **numbers,
        usual=_usual(letter, now=now),
        one_network=networks.first() or 0,
        one_domain=_most_at_one_domain(addresses[:READ_AT_MOST]),
    )


def _usual(letter: Letter, *, now: datetime) -> float:
    """Average signatures per hour in the week before that were never confirmed."""
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
    """The highest count at one organisation's domain; ignores public mail providers."""
    hosts = Counter(domain_of(address) for address in addresses)
    domains: Counter[str] = Counter()
    for host, number in hosts.items():
        if domain := counted_domain(host):
            domains[domain] += number
    return max(domains.values(), default=0)


def day_of(now: datetime) -> date:
    return now.astimezone(UTC).date()
