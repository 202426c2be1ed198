"""Durations in words of the page's language."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import ngettext

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def whole_minutes(length: timedelta) -> int:
    """`length` in minutes, rounded up."""
    return -(-length // MINUTE)


def too_many_attempts(window: timedelta) -> str:
    """The message for somebody who has used up the attempts of a window of this length."""
    minutes = whole_minutes(window)
    text = ngettext(
        "Too many attempts. Wait %(minutes)d minute and try again.",
        "Too many attempts. Wait %(minutes)d minutes and try again.",
        minutes,
    )
    return text % {"minutes": minutes}
