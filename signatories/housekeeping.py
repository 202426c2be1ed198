"""Tasks that are due because time has passed. The worker runs them every minute."""

from __future__ import annotations

from datetime import datetime

from config.mail.outbox import tidy_outbox
from config.staff.invitations import end_expired
from signatories.defence.limits import forget_counts
from signatories.defence.proof import forget_proofs
from signatories.known.actions import continue_undoing, link_waiting
from signatories.privacy.actions import erase_contacts, expire_unconfirmed
from signatories.public.actions import index_letters
from signatories.register.actions import compare_new, count_due
from signatories.review.actions import raise_alarms
from signatories.signing.actions import (
    ask_to_reaffirm,
    lapse_silent,
    remind_silent,
    settle_confirmed,
)


def tidy(*, now: datetime) -> dict[str, int]:
    """Expire unconfirmed signatures, ask for reaffirmation, erase contacts, raise alarms, clean up.

    Returns how many signatures each task changed, and how many alarms were raised.
    """
    settle_confirmed(now=now)
    done = {
        "expired": expire_unconfirmed(now=now),
        "asked": ask_to_reaffirm(now=now),
        "reminded": remind_silent(now=now),
        "lapsed": lapse_silent(now=now),
        "erased": erase_contacts(now=now),
        "alarms": raise_alarms(now=now),
    }
    end_expired(now=now)
    forget_counts(now=now)
    forget_proofs(now=now)
    tidy_outbox(now=now)
    continue_undoing(now=now)
    link_waiting(now=now)
    compare_new()
    index_letters()
    count_due(now=now)
    return done
