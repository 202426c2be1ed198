"""Letters: their text, addressees, revisions and timeline."""

from letters.models.addresses import FormerAddress
from letters.models.editions import Addressee, Demand, Edition
from letters.models.letters import TRANSITIONS, Letter, LetterQuerySet, validate_time_zone
from letters.models.revisions import Revision
from letters.models.timeline import Source, TimelineEntry

__all__ = [
    "TRANSITIONS",
    "Addressee",
    "Demand",
    "Edition",
    "FormerAddress",
    "Letter",
    "LetterQuerySet",
    "Revision",
    "Source",
    "TimelineEntry",
    "validate_time_zone",
]
