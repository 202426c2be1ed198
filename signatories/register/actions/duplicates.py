"""Finding likely duplicates, and staff's decisions about them."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from config import audit
from signatories.errors import SignatureError
from signatories.models import Organisation, Pair
from signatories.recognition import Reason
from signatories.recognition.matcher import LIKELY
from signatories.register.actions.indexing import index_organisation
from signatories.register.actions.organisations import enter_on_register
from signatories.register.duplicates import (
    SAME_NUMBER,
    _latest_learned,
    candidates_for,
    of_same_number,
)

BATCH = 50  # organisations compared in one go


def compare_new() -> int:
    """Look for duplicates of new and changed organisations. Returns how many were compared."""
    waiting = list(Organisation.objects.on_register().filter(compared=False)[:BATCH])
    for organisation in waiting:
        if not organisation.forms:  # older than recognition, or stored by other means
            index_organisation(organisation)
        compare(organisation)
    return len(waiting)


@transaction.atomic
def compare(organisation: Organisation) -> None:
    """Store the likely duplicates of one organisation, and delete those no longer likely."""
    likely = {
        int(one.entry.organisation): (one.score, [str(reason) for reason in one.reasons])
        for one in candidates_for(organisation, email=_latest_learned(organisation))
        if one.score >= LIKELY
    }
    for other in of_same_number(organisation):
        _score, reasons = likely.get(other, (0, []))
        likely[other] = (SAME_NUMBER, [*reasons, str(Reason.SAME_NUMBER)])
    open_pairs = Pair.objects.filter(
        Q(first=organisation) | Q(second=organisation), decision=Pair.Decision.OPEN
    )
    open_pairs.exclude(
        Q(first__in=likely, second=organisation) | Q(second__in=likely, first=organisation)
    ).delete()
    for other, (score, reasons) in likely.items():
        first, second = sorted([organisation.pk, other])
        Pair.objects.update_or_create(
            first_id=first,
            second_id=second,
            decision=Pair.Decision.OPEN,
            defaults={"score": score, "reasons": reasons},
        )
    Organisation.objects.filter(pk=organisation.pk).update(compared=True)


@transaction.atomic
def keep_apart(*, one: Organisation, other: Organisation, by: User, now: datetime) -> Pair:
    """Record that these two are different, so that nobody is asked again.

    A provisional one becomes an entry of the register.
    """
    for organisation in (one, other):
        enter_on_register(organisation=organisation, by=by, now=now)
    first, second = sorted([one.pk, other.pk])
    pair, _created = Pair.objects.update_or_create(
        first_id=first,
        second_id=second,
        defaults={"decision": Pair.Decision.DIFFERENT, "decided_by": by, "decided_at": now},
    )
    audit.record(
        verb=audit.Verb.ORGANISATIONS_KEPT_APART, subject=one, by=by, now=now, other=other.pk
    )
    return pair


@transaction.atomic
def make_section(
    *, section: Organisation, parent: Organisation, by: User, now: datetime
) -> Organisation:
    """Record that one organisation is a national section of the other.

    Raises SignatureError if it would become a section of itself.
    """
    enter_on_register(organisation=section, by=by, now=now)
    section.parent = parent
    try:
        section.clean()
    except ValidationError as error:
        raise SignatureError(" ".join(error.messages)) from None
    section.save(update_fields=["parent"])
    first, second = sorted([section.pk, parent.pk])
    Pair.objects.filter(first=first, second=second, decision=Pair.Decision.OPEN).delete()
    audit.record(verb=audit.Verb.MADE_A_SECTION, subject=section, by=by, now=now, parent=parent.pk)
    index_organisation(section)
    return section
