"""Recognition: which registered organisation a name means, and how certain that is.

The rules for SAME:

1. The website or email is at the organisation's own domain, the country is the same, and the name
   fits even without the words of the domain (see `fits_domain`) and is not a sister's
   (`sister_names`). If several organisations share the domain, the name must fit this one clearly
   better.
2. Or the name is equal after normalisation to that of exactly one organisation in the same
   country; it is not just an acronym, nor the bare title of an office that every state or town
   may have.

Everything else is MAYBE or NEW. Other countries, national sections, look-alikes and conflicting
domains are never SAME.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .domains import government_suffix, known_host, name_labels, registrable
from .entries import (
    Answer,
    Candidate,
    CandidateSource,
    Entry,
    Reason,
    Recognition,
    Scope,
)
from .families import fits_domain
from .lookup import query_keys
from .normalise import NormalForm, normal_form
from .scoring import (
    NOTHING,
    Similarity,
    abridged,
    acronym_similarity,
    domain_fit,
    domain_similarity,
    name_similarity,
)
from .sisters import sister_names
from .spoofing import is_lookalike, mixes_scripts
from .words import concepts_of

SHOWN = 10
"""Maximum number of candidates in an answer."""

WORTH_SHOWING = 0.6
"""Score below which a candidate is not worth showing; if all are below, the answer is NEW."""

LIKELY = 0.65
"""Score from which two organisations may well be one: staff check before publication, and the pair
is listed as a likely duplicate. A lower score is only shown in review.
"""

_OTHER_COUNTRY = 0.6
_INTERNATIONAL = 0.85
_NO_COUNTRY = 0.9
"""Factors for the score when the countries are not known to be the same."""

_CLEAR_NAME = 0.5
_CLEAR_LEAD = 0.08
"""On a shared domain: the similarity that the name needs, and its lead over the next."""

_OWN_NAME = 0.6
"""Similarity from which a domain is built from a name."""

_READ = 0.7
"""Similarity from which an acronym may well be that of a name."""

SHORT = 5
"""Letters: a one-word name up to this length may be an acronym, which others may share."""

_OFFICES = frozenset(
    "~" + body
    for body in (
        "ministry",
        "department",
        "office",
        "division",
        "directorate",
        "service",
        "laboratory",
        "faculty",
        "school",
        "court",
        "agency",
        "authority",
        "board",
        "government",
    )
)
"""Bodies that every state, town or university may have under the same title."""


@dataclass(slots=True, eq=False)
class _Comparison:
    """One entry compared with one query."""

    entry: Entry
    name: Similarity
    known: NormalForm
    shown: str
    same_country: bool
    domain: Reason | None
    hosts: tuple[str, ...]
    wording: float
    score: float = 0.0
    sister: bool = False
    lookalike: bool = False
    fits: bool = False
    own_name: bool = False
    extra: list[Reason] = field(default_factory=list)

    def candidate(self) -> Candidate:
        reasons = [] if self.domain is None else [self.domain]
        reasons += self.name.reasons
        reasons += self.extra
        return Candidate(
            self.entry, round(self.score, 4), tuple(dict.fromkeys(reasons)), self.shown
        )


def recognise(
    *,
    name: str,
    country: str,
    website: str = "",
    email: str = "",
    source: CandidateSource,
) -> Recognition:
    """Find the registered organisation that `name` means.

    `country` is an ISO 3166 code or "". `website` and `email` may be any text. Returns at most
    `SHOWN` candidates, best first; never raises on bad input.
    """
    country = country.strip().upper()
    form = normal_form(name)
    if not form.text:
        return Recognition(Answer.NEW)
    hosts = tuple(dict.fromkeys(filter(None, (known_host(website), known_host(email)))))
    comparisons = [
        _compare(entry, name, form, country, hosts)
        for entry in source.candidates(query_keys(name, form, hosts), country)
    ]
    comparisons = [one for one in comparisons if one.score > 0.05]
    comparisons.sort(key=lambda one: (-one.score, one.entry.organisation))
    _mark_sisters(comparisons, form)
    same = [] if mixes_scripts(name) else _same(comparisons, form)
    comparisons = same + [one for one in comparisons if one not in same]
    shown = tuple(one.candidate() for one in comparisons[:SHOWN])
    if len(same) == 1:
        return Recognition(Answer.SAME, shown)
    if same or (comparisons and comparisons[0].score >= WORTH_SHOWING):
        return Recognition(Answer.MAYBE, shown, tuple(one.entry.organisation for one in same))
    return Recognition(Answer.NEW, shown)


def _compare(
    entry: Entry, name: str, form: NormalForm, country: str, hosts: tuple[str, ...]
) -> _Comparison:
    same_country = bool(country) and entry.country == country
    home = entry.country
    best, known, shown = NOTHING, entry.names[0].form, entry.display_name
    lookalike = False
    for other in entry.names:
        queried, registered = abridged(form, other.form), abridged(other.form, form)
        similarity = max(
            name_similarity(queried, registered, home),
            acronym_similarity(form, other.form),
            acronym_similarity(other.form, form),
            key=lambda one: one.score,
        )
        if similarity.score == 1.0 and (queried is not form or registered is not other.form):
            similarity = Similarity(0.98, (Reason.SIMILAR_NAME,))
        if Reason.SAME_NAME in similarity.reasons and _transliterated(name, other.name):
            similarity = Similarity(similarity.score, (Reason.SAME_NAME_TRANSLITERATED,))
        # Short names resemble others by chance, so they count only if one could pass for the other.
        near = same_country or len(form.text) > SHORT or bool(set(hosts) & set(entry.domains))
        lookalike = lookalike or (near and is_lookalike(name, other.name))
        if similarity.score > best.score:
            best, known, shown = similarity, other.form, other.name
    wording = best.score
    own = 0.0
    for host in entry.domains:
        labels = name_labels(host)
        similarity = domain_similarity(form, labels, home)
        if similarity.score > best.score:
            best = similarity
        if host in hosts:
            own = max(own, *(domain_fit(labels, form, other.form, home) for other in entry.names))
    domain = _domain_relation(hosts, entry.domains)
    one = _Comparison(entry, best, known, shown, same_country, domain, hosts, wording)
    one.lookalike = lookalike
    one.score = _score(one, country)
    if lookalike:
        one.extra.append(Reason.LOOKALIKE)
        one.score = max(one.score, 0.9)
    one.own_name = own >= _OWN_NAME
    return one


def _mark_sisters(comparisons: list[_Comparison], form: NormalForm) -> None:
    """Mark sister names among the entries that own the domain or will be shown.

    Among those that own it, also mark the ones whose name fits.
    """
    for place, one in enumerate(comparisons):
        if one.domain is Reason.SAME_DOMAIN:
            one.fits = any(
                fits_domain(form, other.form, host, one.entry.country)
                for host in one.hosts
                if host in one.entry.domains
                for other in one.entry.names
            )
            if not one.fits:
                one.extra.append(Reason.DOMAIN_ALONE)
        if (place < SHOWN or one.domain is Reason.SAME_DOMAIN) and not _equal(one.name):
            one.sister = any(
                sister_names(
                    abridged(form, other.form),
                    abridged(other.form, form),
                    one.entry.country,
                    own_domain=one.own_name,
                )
                for other in one.entry.names
            )
            if one.sister:
                one.extra.append(Reason.SISTER_NAME)


def _equal(similarity: Similarity) -> bool:
    return bool({Reason.SAME_NAME, Reason.SAME_NAME_TRANSLITERATED} & set(similarity.reasons))


def _transliterated(query: str, known: str) -> bool:
    return any(c.isalpha() and ord(c) > 0x24F for c in query) != any(
        c.isalpha() and ord(c) > 0x24F for c in known
    )


def _domain_relation(hosts: tuple[str, ...], domains: tuple[str, ...]) -> Reason | None:
    """How the hosts of a query relate to those of an entry; None if either has none."""
    if not hosts or not domains:
        return None
    if set(hosts) & set(domains):
        return Reason.SAME_DOMAIN
    if {registrable(h) for h in hosts} & {registrable(d) for d in domains} - {""}:
        return Reason.PARENT_DOMAIN
    return Reason.OTHER_DOMAIN


def _score(one: _Comparison, country: str) -> float:
    """The similarity of the names, adjusted for country and domain: 0 to 1."""
    score = one.name.score
    if not one.same_country:
        if not country or not one.entry.country:
            score *= _NO_COUNTRY
            one.extra.append(Reason.NO_COUNTRY)
        elif one.entry.scope is Scope.INTERNATIONAL:
            score *= _INTERNATIONAL
            one.extra.append(Reason.INTERNATIONAL)
        else:
            score *= _OTHER_COUNTRY
            one.extra.append(Reason.OTHER_COUNTRY)
    if one.domain is Reason.SAME_DOMAIN:
        score = 1 - (1 - score) * (1 - LIKELY if one.same_country else 0.6)
    elif one.domain is Reason.PARENT_DOMAIN:
        score = 1 - (1 - score) * 0.75
    elif one.domain is Reason.OTHER_DOMAIN:
        score *= 0.97
    return min(score, 1.0)


def _same(comparisons: list[_Comparison], form: NormalForm) -> list[_Comparison]:
    """The entry that certainly matches, or several of one name that may match."""
    if any(one.lookalike for one in comparisons):
        return []
    owners = [one for one in comparisons if one.domain is Reason.SAME_DOMAIN]
    return _same_by_domain(owners, comparisons) if owners else _same_by_name(comparisons, form)


def _same_by_domain(owners: list[_Comparison], comparisons: list[_Comparison]) -> list[_Comparison]:
    """The owner of the query's domain, if its name matches too."""
    # Sections in other countries may share the domain; within the country it must be unique.
    here = [one for one in owners if one.same_country]
    equal = [one for one in here if _equal(one.name)]
    if len(here) > 1 or not here or all(_serves_many(host) for host in here[0].hosts):
        for one in owners:
            one.extra.append(Reason.SHARED_DOMAIN)
        found = equal or _clear_best(here)
    else:
        found = here
    if any(one.sister or not one.fits for one in found):
        return []
    # A name that belongs to another body here outweighs the domain: leave it to staff.
    if not equal and any(_equal(one.name) and one.same_country for one in comparisons):
        return []
    return found


def _clear_best(here: list[_Comparison]) -> list[_Comparison]:
    """The one owner whose name is clearly the most similar."""
    here = sorted(here, key=lambda one: -one.wording)
    if not here or here[0].wording < _CLEAR_NAME:
        return []
    rivals = [one for one in here[1:] if one.wording > here[0].wording - _CLEAR_LEAD]
    return [] if rivals else here[:1]


def _serves_many(host: str) -> bool:
    """Whether a host probably serves many bodies: "gov.uk", "portugal.gov.pt"."""
    if government_suffix(host):
        return True
    label = registrable(host).partition(".")[0]
    return concepts_of(label)[0][0] == "@" and len(label) > 3


def _same_by_name(comparisons: list[_Comparison], form: NormalForm) -> list[_Comparison]:
    """Those with this name in this country, if each could be linked were it the only one."""
    equal = [one for one in comparisons if _equal(one.name) and one.same_country]
    if len(equal) > 1:
        for one in equal:
            one.extra.append(Reason.SEVERAL)
    if not equal or _bare_office(form):
        return []
    if _is_ambiguous(form, equal, comparisons):
        for one in equal:
            one.extra.append(Reason.AMBIGUOUS_ACRONYM)
        return []
    text = form.text.replace(" ", "")
    for one in equal:
        # The same words in another order are often another body, so order counts here.
        if one.domain is not None or one.known.text.replace(" ", "") != text:
            return []
    return equal


def _is_ambiguous(
    form: NormalForm, equal: list[_Comparison], comparisons: list[_Comparison]
) -> bool:
    """Whether a short name may be somebody else's acronym in the country.

    It is not ambiguous if an organisation is registered under it, not only with it as an acronym,
    and it fits no other name there.
    """
    if not form.acronym or len(form.acronym) > SHORT:
        return False
    if any(one.entry.names[0].form.key != form.key for one in equal):
        return True
    others = [one for one in comparisons if one.same_country and not _equal(one.name)]
    return any(one.name.score >= _READ for one in others)


def _bare_office(form: NormalForm) -> bool:
    """Whether a name is the title of an office without its country.

    "Department of Health" exists in every state of a federation.
    """
    tokens = set(form.tokens)
    if len(form.words) == 1 and all(t[0] in "~@" for t in tokens):
        return True  # "Society", when the rest was taken for a legal form
    if tokens & _WIDE or any(t[0] == "@" for t in tokens):
        return False
    return bool(tokens & _OFFICES)


_WIDE = frozenset({"~national", "~international", "~federal", "~european", "~united"})
