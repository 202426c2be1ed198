"""Limits and retention periods for pages and mails: `{% unconfirmed_days as days %}`."""

from __future__ import annotations

from django import template

from signatories.defence.limits import COUNTED_DAYS, MAILS_UNKNOWN
from signatories.signing.links import UNCONFIRMED_DAYS

register = template.Library()


@register.simple_tag
def unconfirmed_days() -> int:
    """Days after which an unconfirmed signature is erased."""
    return UNCONFIRMED_DAYS


@register.simple_tag
def counting_days() -> int:
    """Days for which rate limits store their counts, at most."""
    return COUNTED_DAYS


@register.simple_tag
def mails_a_day() -> int:
    """Mails sent to one address within 24 hours before it has confirmed a signature."""
    return MAILS_UNKNOWN
