"""Queries to recognition, its answers, and where it finds candidates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from .normalise import NormalForm

_ = str  # marks a message; the caller translates it


class Answer(StrEnum):
    """SAME is linked automatically, MAYBE is for staff, NEW has no candidate worth showing."""

    SAME = "same"
    MAYBE = "maybe"
    NEW = "new"


class Scope(StrEnum):
    NATIONAL = "national"
    INTERNATIONAL = "international"


class Reason(StrEnum):
    """Why an entry is a candidate, or is not linked automatically. `text` is for staff."""

    SAME_DOMAIN = "same_domain"
    PARENT_DOMAIN = "parent_domain"
    OTHER_DOMAIN = "other_domain"
    SHARED_DOMAIN = "shared_domain"
    DOMAIN_ALONE = "domain_alone"
    SAME_NAME = "same_name"
    SAME_NAME_TRANSLITERATED = "same_name_transliterated"
    SAME_WORDS_TRANSLATED = "same_words_translated"
    SIMILAR_NAME = "similar_name"
    PART_OF_NAME = "part_of_name"
    INITIALS = "initials"
    ACRONYM = "acronym"
    NAME_IN_DOMAIN = "name_in_domain"
    OTHER_COUNTRY = "other_country"
    INTERNATIONAL = "international"
    NO_COUNTRY = "no_country"
    SEVERAL = "several"
    SISTER_NAME = "sister_name"
    AMBIGUOUS_ACRONYM = "ambiguous_acronym"
    NAMES_COUNTRY = "names_country"
    LOOKALIKE = "lookalike"
    SAME_NUMBER = "same_number"

    @property
    def text(self) -> str:
        return REASON_TEXTS[self]


REASON_TEXTS: dict[Reason, str] = {
    Reason.SAME_DOMAIN: _("same domain"),
    Reason.PARENT_DOMAIN: _("a domain under the same owner, not the same site"),
    Reason.OTHER_DOMAIN: _("another own domain"),
    Reason.SHARED_DOMAIN: _("the domain belongs to several organisations"),
    Reason.DOMAIN_ALONE: _("only the domain is the same: the name may be another body's"),
    Reason.SAME_NAME: _("same name"),
    Reason.SAME_NAME_TRANSLITERATED: _("same name after transliteration"),
    Reason.SAME_WORDS_TRANSLATED: _("same words in another language"),
    Reason.SIMILAR_NAME: _("similar name"),
    Reason.PART_OF_NAME: _("one name is part of the other"),
    Reason.INITIALS: _("initials match"),
    Reason.ACRONYM: _("same acronym"),
    Reason.NAME_IN_DOMAIN: _("name appears in the domain"),
    Reason.OTHER_COUNTRY: _("another country: not the same section"),
    Reason.INTERNATIONAL: _("an international organisation: may be a section of it"),
    Reason.NO_COUNTRY: _("no country given"),
    Reason.SEVERAL: _("several organisations fit equally well"),
    Reason.SISTER_NAME: _("most words are the same, but each name has one of its own"),
    Reason.AMBIGUOUS_ACRONYM: _("an acronym alone does not tell which organisation"),
    Reason.NAMES_COUNTRY: _("one name includes a country that the other does not"),
    Reason.LOOKALIKE: _("looks like a registered name, spelt with other letters"),
    Reason.SAME_NUMBER: _("same number in another register"),
}


@dataclass(frozen=True, slots=True)
class EntryName:
    """One name of an organisation as written, with its stored normal form."""

    name: str
    form: NormalForm


@dataclass(frozen=True, slots=True)
class Entry:
    """An organisation as recognition sees it.

    organisation  opaque id
    country       ISO 3166 code or ""
    names         display name first, then acronym, translations, former names and spellings
    domains       hosts in the form of `domains.host_of`
    """

    organisation: str
    names: tuple[EntryName, ...]
    country: str
    scope: Scope = Scope.NATIONAL
    domains: tuple[str, ...] = ()

    @property
    def display_name(self) -> str:
        return self.names[0].name


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry with its score, 0 to 1, and the reasons, strongest first."""

    entry: Entry
    score: float
    reasons: tuple[Reason, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Recognition:
    """The answer and the candidates, best first. With SAME, the first candidate is the match.

    With MAYBE, `several` are organisations of the same name, each of which would match if the
    others did not exist: perhaps one organisation registered more than once.
    """

    answer: Answer
    candidates: tuple[Candidate, ...] = ()
    several: tuple[str, ...] = ()

    @property
    def organisation(self) -> str | None:
        """The id to link to, or None unless the answer is SAME."""
        return self.candidates[0].entry.organisation if self.answer is Answer.SAME else None


class CandidateSource(Protocol):
    """Where candidates come from: memory, or indexed tables in the database.

    `candidates` yields at most a few hundred entries that share a key, each once: those of the most
    selective keys first, those of `country` before others. `country` may be "".
    """

    def candidates(self, keys: Sequence[str], country: str) -> Iterable[Entry]: ...
