"""How long things take or are kept, as pages and mails say it: `{% unconfirmed_days as days %}`."""

from __future__ import annotations

from django import template

from signatories.defence.limits import COUNTED_DAYS, MAILS_UNKNOWN
from signatories.signing.links import UNCONFIRMED_DAYS

register = template.Library()


@register.simple_tag
def unconfirmed_days() -> int:
    """After how many days what nobody confirmed is erased."""
    return UNCONFIRMED_DAYS


@register.simple_tag
def counting_days() -> int:
    """For how many days at most it is counted how often forms come and mails leave."""
    return COUNTED_DAYS


@register.simple_tag
def mails_a_day() -> int:
    """How many mails go to one address within 24 hours until it has confirmed a signature."""
    return MAILS_UNKNOWN
