"""Likely duplicates in the register: found by recognition, decided by staff."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q

from letters.models import Letter
from signatories.models import (
    LearnedDomain,
    Organisation,
    OrganisationIdentifier,
    Pair,
    Signature,
    seen_by,
)
from signatories.recognition import Candidate
from signatories.register.recognising import recognise_organisation

MOST_OWNERS = 3  # organisations that signed from one domain: more of them are not paired
MOST_MEMBERS = 8  # organisations in one cluster: more are too many to judge at once
SAME_NUMBER = 0.99  # similarity of two with the same number in another register


def different_from(organisation: Organisation) -> set[int]:
    """Organisations that staff decided are different, so that nobody is asked again."""
    pairs = Pair.objects.filter(
        Q(first=organisation) | Q(second=organisation), decision=Pair.Decision.DIFFERENT
    )
    return {
        second if first == organisation.pk else first
        for first, second in pairs.values_list("first", "second")
    }


def candidates_for(organisation: Organisation, *, email: str = "") -> list[Candidate]:
    """Other organisations that this may be, best first, without those ruled out.

    `email` is an address that it signs from, or its domain.
    """
    known = ruled_out(organisation)
    found = recognise_organisation(organisation, email=email).candidates
    return [one for one in found if int(one.entry.organisation) not in known]


def of_same_number(organisation: Organisation) -> set[int]:
    """Others that share one of its numbers in other registers, without those ruled out."""
    same = Q(pk__in=[])
    for scheme, value in organisation.identifiers.values_list("scheme", "value"):
        same |= Q(scheme=scheme, value__iexact=value)
    found = OrganisationIdentifier.objects.filter(same, organisation__merged_into=None)
    others = set(found.values_list("organisation", flat=True)) - {organisation.pk}
    return others - ruled_out(organisation) if others else others


def ruled_out(organisation: Organisation) -> set[int]:
    """Organisations known to be different: by staff's decision, or because of its federation.

    That is: its federation, the federation's sections in other countries, and its own sections.
    """
    family = Q(parent=organisation) | Q(pk=organisation.parent_id or 0)
    if organisation.parent_id:
        family |= Q(parent=organisation.parent_id) & ~Q(country=organisation.country)
    found = Organisation.objects.filter(family).exclude(pk=organisation.pk)
    return different_from(organisation) | set(found.values_list("pk", flat=True))


def _latest_learned(organisation: Organisation) -> str:
    """The domain it was last confirmed from, if in effect and shared by few; "" if none.

    A domain that many signed from, such as a university's, would pair them all.
    """
    in_effect = LearnedDomain.objects.in_effect()
    rows = in_effect.of(organisation).order_by("-learned_at", "-pk")
    domain = rows.values_list("domain", flat=True).first()
    owners = in_effect.filter(domain=domain or "").values("signature__organisation").distinct()
    return domain if domain and owners.count() <= MOST_OWNERS else ""


# Several likely duplicates of one body are one decision


FEDERATION_FIELDS = (
    "",
    "__parent",
    "__country",
)  # the organisation, its federation and its country


@dataclass(frozen=True)
class Cluster:
    """Organisations that may all be one: a hub, and others that may each be the hub.

    No two of them are known to be different, so any of them can be merged.
    """

    members: tuple[int, ...]  # ids, the hub's first
    pairs: tuple[int, ...]  # ids of the open pairs among them, best first


def clusters(user: User | AnonymousUser) -> list[Cluster]:
    """The open pairs that a staff user may see, grouped into decisions, best first. Two queries.

    Each pair is in one cluster; an organisation can be in several. Nothing is chained: one that
    resembles a member but not the hub gets its own cluster.
    """
    seen = Pair.objects.filter(seen_by(user, at="first"), seen_by(user, at="second"))
    apart = {
        frozenset(pair)
        for pair in seen.filter(decision=Pair.Decision.DIFFERENT).values_list("first", "second")
    }
    families: dict[int, tuple[int | None, str]] = {}
    likely: dict[frozenset[int], tuple[float, int]] = {}
    found = seen.filter(decision=Pair.Decision.OPEN).order_by("-score", "pk")
    fields = (
        "pk",
        "score",
        *(f"{at}{field}" for at in ("first", "second") for field in FEDERATION_FIELDS),
    )
    for pk, score, first, of, country, second, of_second, country_of_second in found.values_list(
        *fields
    ):
        likely[frozenset([first, second])] = score, pk
        families[first], families[second] = (of, country), (of_second, country_of_second)

    def are_different(one: int, other: int) -> bool:
        pair = frozenset([one, other])
        return pair in apart or of_one_federation(one, families[one], other, families[other])

    return _grouped(likely, are_different)


def of_one_federation(
    one: int, its: tuple[int | None, str], other: int, others: tuple[int | None, str]
) -> bool:
    """Whether one is a section of the other, or both are sections of a third in two countries.

    `its` and `others` are their federations and countries.
    """
    if other == its[0] or one == others[0]:
        return True
    return its[0] is not None and its[0] == others[0] and its[1] != others[1]


def _grouped(
    likely: dict[frozenset[int], tuple[float, int]], are_different: Callable[[int, int], bool]
) -> list[Cluster]:
    """Clusters of likely pairs: {two organisation ids: (similarity, pair id)}, best first.

    The best remaining pair forms the next cluster, around whichever of the two resembles most
    others.
    """
    left = {pair: value for pair, value in likely.items() if not are_different(*pair)}
    near: dict[int, dict[int, float]] = defaultdict(dict)
    for pair, (score, _pk) in left.items():
        one, other = pair
        near[one][other] = near[other][one] = score
    found = []
    for best in list(left):
        if best not in left:
            continue
        hub, first = sorted(best, key=lambda one: (-sum(near[one].values()), one))
        members = [hub]
        others = sorted(near[hub], key=lambda one: (one != first, -near[hub][one], one))
        for other in others:
            fits = len(members) < MOST_MEMBERS
            if fits and not any(are_different(other, one) for one in members):
                members.append(other)
        pairs = [frozenset(pair) for pair in combinations(members, 2) if frozenset(pair) in left]
        ranked = sorted((left.pop(pair) for pair in pairs), key=lambda one: (-one[0], one[1]))
        for one, other in pairs:
            del near[one][other], near[other][one]
        found.append(Cluster(tuple(members), tuple(pk for _score, pk in ranked)))
    return found


def signed_by_several(
    groups: Mapping[int, Iterable[int]], user: User | AnonymousUser
) -> dict[int, list[Letter]]:
    """For each group of organisations, by key: the letters that two or more of them signed.

    Only letters that the user may see, by title. Two bodies that both signed are rarely one, and
    merging them would end one of the signatures. Three queries, however many groups.
    """
    named = {number for group in groups.values() for number in group}
    live = Signature.objects.visible_to(user).live().filter(organisation__in=named)
    signed: dict[int | None, set[int]] = defaultdict(set)
    for organisation, letter in live.values_list("organisation", "letter").order_by():
        signed[organisation].add(letter)
    shared = {}
    for key, group in groups.items():
        times = Counter(letter for number in set(group) for letter in signed[number])
        shared[key] = {letter for letter, number in times.items() if number > 1}
    wanted: set[int] = set().union(*shared.values())
    letters = Letter.objects.filter(pk__in=wanted).prefetch_related("editions").in_bulk()
    return {
        key: sorted((letters[number] for number in numbers), key=str)
        for key, numbers in shared.items()
    }
