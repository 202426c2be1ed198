"""Likely duplicates in the register: found by recognition, decided by staff."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from config import audit
from letters.models import Letter
from signatories.errors import SignatureError
from signatories.models import (
    LearnedDomain,
    Organisation,
    OrganisationIdentifier,
    Pair,
    Signature,
)
from signatories.recognition import Candidate, Reason
from signatories.recognition.matcher import LIKELY
from signatories.register import index_organisation, recognise_organisation
from signatories.register.actions import enter_on_register

BATCH = 50  # organisations compared in one go
FAMILY = 3  # organisations that signed from one domain and are asked about for it
SAME_NUMBER = 0.99  # the likeness of two that another register knows by one number


def different_from(organisation: Organisation) -> set[int]:
    """The organisations that staff said are others, so that nobody is asked again."""
    pairs = Pair.objects.filter(
        Q(first=organisation) | Q(second=organisation), decision=Pair.Decision.DIFFERENT
    )
    return {
        second if first == organisation.pk else first
        for first, second in pairs.values_list("first", "second")
    }


def candidates_for(organisation: Organisation, *, email: str = "") -> list[Candidate]:
    """Other organisations that this one may be, best first, but for those that staff ruled out.

    Its own federation and sections are known not to be it. `email` is an address that it signs
    from, or the domain of one.
    """
    known = ruled_out(organisation)
    found = recognise_organisation(organisation, email=email).candidates
    return [one for one in found if int(one.entry.organisation) not in known]


def of_same_number(organisation: Organisation) -> set[int]:
    """The others that have one of its numbers in other registers, but for those ruled out."""
    same = Q(pk__in=[])
    for scheme, value in organisation.identifiers.values_list("scheme", "value"):
        same |= Q(scheme=scheme, value__iexact=value)
    found = OrganisationIdentifier.objects.filter(same, organisation__merged_into=None)
    others = set(found.values_list("organisation", flat=True)) - {organisation.pk}
    return others - ruled_out(organisation) if others else others


def ruled_out(organisation: Organisation) -> set[int]:
    """What is known to be another one: said by staff, or its own federation and sections."""
    sections = organisation.sections.values_list("pk", flat=True)
    return different_from(organisation) | {organisation.parent_id or 0} | set(sections)


def compare_new() -> int:
    """Look for duplicates of organisations that are new or were changed. Returns how many were."""
    waiting = list(Organisation.objects.on_register().filter(compared=False)[:BATCH])
    for organisation in waiting:
        if not organisation.forms:  # from before recognition, or stored by other means
            index_organisation(organisation)
        compare(organisation)
    return len(waiting)


@transaction.atomic
def compare(organisation: Organisation) -> None:
    """Store the likely duplicates of one organisation; what is no longer likely is forgotten."""
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


def _latest_learned(organisation: Organisation) -> str:
    """The domain that it was last confirmed from, if it counts and few have it; "" if none.

    What many signed from, such as a university's, would make pairs of them all.
    """
    standing = LearnedDomain.objects.standing()
    rows = standing.of(organisation).order_by("-learned_at", "-pk")
    domain = rows.values_list("domain", flat=True).first()
    owners = standing.filter(domain=domain or "").values("signature__organisation").distinct()
    return domain if domain and owners.count() <= FAMILY else ""


def signed_by_both(pairs: Iterable[Pair], user: User | AnonymousUser) -> dict[int, list[Letter]]:
    """For each pair, by its key: the letters that both have a live signature under, by title.

    Of those that the user may see alone. Two bodies that both signed are seldom one, and as one
    they keep one of the two signatures. Three queries, however many pairs there are.
    """
    pairs = list(pairs)
    named = {number for pair in pairs for number in (pair.first_id, pair.second_id)}
    live = Signature.objects.visible_to(user).live().filter(organisation__in=named)
    signed: dict[int | None, set[int]] = defaultdict(set)
    for organisation, letter in live.values_list("organisation", "letter").order_by():
        signed[organisation].add(letter)
    shared = {pair.pk: signed[pair.first_id] & signed[pair.second_id] for pair in pairs}
    wanted = set().union(*shared.values())
    letters = Letter.objects.filter(pk__in=wanted).prefetch_related("editions").in_bulk()
    return {
        pk: sorted((letters[number] for number in numbers), key=str)
        for pk, numbers in shared.items()
    }


@transaction.atomic
def keep_apart(*, one: Organisation, other: Organisation, by: User, now: datetime) -> Pair:
    """Remember that these two are different, so that nobody is asked again.

    A provisional one is an entry of the register from now on.
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

    Raises SignatureError when it would become a section of itself.
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
