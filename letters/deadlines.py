"""How long a letter can still be signed, in words and for caches."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from letters.models import Letter


def time_left(letter: Letter, now: datetime) -> str:
    """Such as “12 days left to sign”; days are counted by midnights in the letter's time zone.

    Empty for a draft.
    """
    if letter.status == Letter.Status.DRAFT or letter.opens_at is None or letter.closes_at is None:
        return ""
    if letter.has_closed(now):
        return _("Signing has ended")
    if now < letter.opens_at:
        opens = date_format(letter.opens_at.astimezone(letter.zone), "DATE_FORMAT")
        return _("Opens for signing on %(day)s") % {"day": opens}
    days = letter.days_left(now)
    if days == 0:
        return _("Last day to sign")
    return ngettext("%(days)d day left to sign", "%(days)d days left to sign", days) % {
        "days": days
    }


def phase(letter: Letter, now: datetime) -> tuple[object, ...]:
    """The parts of the letter's page that change with time alone."""
    return (letter.is_open(now), time_left(letter, now))


def words_version(letter: Letter) -> tuple[object, ...]:
    """For the ETags of pages whose content does not depend on the time."""
    return (letter.public_version, letter.campaign.public_version)


def page_version(letter: Letter, now: datetime) -> tuple[object, ...]:
    """For the ETags of pages that also show the letter's phase at this instant."""
    return (*words_version(letter), *phase(letter, now))


def next_change(letters: Iterable[Letter], now: datetime) -> datetime | None:
    """The next instant at which the phase of one of these letters changes by the clock.

    It is an opening, a closing or, as days are counted, midnight for an open letter.
    """
    instants = [instant for letter in letters for instant in _instants(letter, now)]
    return min((instant for instant in instants if instant > now), default=None)


def _instants(letter: Letter, now: datetime) -> list[datetime]:
    if letter.status != Letter.Status.OPEN or letter.opens_at is None or letter.closes_at is None:
        return []
    tomorrow = now.astimezone(letter.zone).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, datetime.min.time(), letter.zone)
    return [letter.opens_at, letter.closes_at, midnight]
