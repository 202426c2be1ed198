"""Dates and times as the data files write them: fixed, or relative to the time of loading.

2014-10-06T00:00:00      this local time in the letter's time zone
28 days ago at 09:00     that day in the letter's time zone, and that hour of it
in 40 days               the same in the future; without an hour, the start of the day
312 hours ago            exactly this long before loading
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_AHEAD = re.compile(r"in (\d+) (days|hours)(?: at (\d\d:\d\d))?")
_AGO = re.compile(r"(\d+) (days|hours) ago(?: at (\d\d:\d\d))?")


@dataclass(frozen=True)
class Clock:
    """Reads moments for one letter: `now` is the instant of loading, `zone` the letter's."""

    now: datetime
    zone: ZoneInfo

    def instant(self, written: date | str) -> datetime:
        """The instant in a data file. A date means its start in the letter's zone."""
        if isinstance(written, str):
            relative = self._relative(written)
            if relative:
                return relative
            written = datetime.fromisoformat(written)
        if not isinstance(written, datetime):
            written = datetime.combine(written, time.min)
        return written.replace(tzinfo=self.zone)

    def day(self, written: date | str) -> date:
        return self.instant(written).astimezone(self.zone).date()

    def _relative(self, written: str) -> datetime | None:
        ago, ahead = _AGO.fullmatch(written), _AHEAD.fullmatch(written)
        match = ago or ahead
        if match is None:
            return None
        number, unit, hour = match.groups()
        distance = timedelta(**{unit: int(number)}) * (-1 if ago else 1)
        if unit == "hours":
            return self.now + distance
        day = self.now.astimezone(self.zone).date() + distance
        return datetime.combine(day, time.fromisoformat(hour or "00:00"), tzinfo=self.zone)
