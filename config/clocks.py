"""From local dates and times, as people write them, to instants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

FIRST_YEAR, LAST_YEAR = 1900, 2999


def instant(shown: datetime, zone: ZoneInfo, *, last: bool = False) -> datetime:
    """The instant, in UTC, at which clocks in the zone show this date and time.

    If they show it twice, because they go back, it is the first one, or with `last` the second.
    Raises ValidationError if they skip it (the message names the gap), and for a year out of
    range: near the ends of the calendar it could not be converted to other zones.
    """
    if not FIRST_YEAR <= shown.year <= LAST_YEAR:
        raise ValidationError(
            _("Choose a year between %(first)s and %(last)s."),
            code="year",
            params={"first": str(FIRST_YEAR), "last": str(LAST_YEAR)},
        )
    early, late = (shown.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if _offset(early) < _offset(late):
        start, end = _gap(shown, zone)
        raise ValidationError(
            _(
                "This time does not exist in %(zone)s: the clocks go from %(start)s straight to"
                " %(end)s. Choose another time."
            ),
            code="skipped",
            params={
                "zone": zone.key,
                "start": date_format(start, "DATETIME_FORMAT"),
                "end": date_format(end, "DATETIME_FORMAT"),
            },
        )
    return (late if last else early).astimezone(UTC)


def _offset(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta()


def _gap(shown: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The local times at which the skipped hour begins and ends."""
    before, after = (_offset(shown.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    utc = shown.replace(tzinfo=UTC)
    # The clocks go forward between these two instants, on a whole second.
    earlier, later = utc - after, utc - before
    while later - earlier > timedelta(seconds=1):
        middle = earlier + (later - earlier) // 2
        if _offset(middle.astimezone(zone)) == before:
            earlier = middle
        else:
            later = middle
    turn = later.replace(microsecond=0, tzinfo=None)
    return turn + before, turn + after
