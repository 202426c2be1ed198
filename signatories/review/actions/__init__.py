"""Staff's decisions on signatures."""

from signatories.review.actions.alarms import raise_alarm, raise_alarms
from signatories.review.actions.decisions import (
    check_confirmed,
    decide_correction,
    decline_signature,
    publish_signature,
    verify_authority,
)
from signatories.review.actions.entering import enter_signature
from signatories.review.actions.invalidation import invalidate_signatures, undo_invalidation
from signatories.review.actions.logos import decide_logo
from signatories.review.actions.merging import (
    CannotMerge,
    lock_organisations,
    merge_organisations,
    undo_merge,
)

__all__ = [
    "CannotMerge",
    "check_confirmed",
    "decide_correction",
    "decide_logo",
    "decline_signature",
    "enter_signature",
    "invalidate_signatures",
    "lock_organisations",
    "merge_organisations",
    "publish_signature",
    "raise_alarm",
    "raise_alarms",
    "undo_invalidation",
    "undo_merge",
    "verify_authority",
]
