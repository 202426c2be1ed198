"""Searches public letters and organisations in the database, without a search service.

Words are compared folded, so case, accents and script do not matter. All words must occur in a
letter, or across the names of an organisation. Organisations are also found by misspelt words.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.safestring import SafeString

from campaigns.models import Campaign
from letters.models import Letter, Revision
from letters.wording import EditionWording, Wording
from signatories.models import LetterWords, Organisation, OrganisationName
from signatories.models.organisations import OrganisationQuerySet
from signatories.names.cleaning import clean_search, fold, sort_key
from signatories.public.highlights import excerpt, marked
from signatories.public.vocabulary import vocabulary

LETTERS = 10  # on one page
ORGANISATIONS = 20  # on one page
MOST_WORDS = 8
AROUND_WORDS = ".,;:!?()[]{}\"'“”„«»‘’"  # punctuation beside a word
SHORTEST = 2  # characters, folded; fewer match nearly everything
SIMILAR = 20  # organisations shown for a misspelt word


@dataclass(frozen=True)
class FoundLetter:
    letter: Letter
    edition: EditionWording
    title: SafeString
    excerpt: SafeString | None
    excerpt_language: str


@dataclass(frozen=True)
class FoundOrganisation:
    """`other` is the name that matched, if it is not the one shown."""

    organisation: Organisation
    name: SafeString
    other: SafeString | None


@dataclass(frozen=True)
class Search:
    """A search and its results. `state` is the public state, from public_state()."""

    text: str
    number: str
    state: object

    @classmethod
    def from_query(cls, text: str, number: str, state: object) -> Search:
        return cls(clean_search(text), number, state)

    @cached_property
    def _typed(self) -> dict[str, str]:
        """Each search word, folded, with its typed form."""
        typed = [word.strip(AROUND_WORDS) for word in self.text.split()]
        pairs = [(fold(word).strip(), word) for word in typed]
        return dict([pair for pair in pairs if pair[0]][:MOST_WORDS])

    @property
    def words(self) -> list[str]:
        return list(self._typed)

    @property
    def is_too_short(self) -> bool:
        return bool(self.text) and max(map(len, self.words), default=0) < SHORTEST

    @property
    def finds(self) -> bool:
        """Whether there is anything to search for."""
        return bool(self.words) and not self.is_too_short

    @property
    def page(self) -> Page[Any]:
        """The group with more pages: both are paged together."""
        pages: list[Page[Any]] = [self.letters, self.organisations]
        return max(pages, key=lambda page: page.paginator.num_pages)

    # Letters

    @cached_property
    def letters(self) -> Page[Letter]:
        return Paginator(self._letters(), LETTERS).get_page(self.number)

    def found_letters(self) -> list[FoundLetter]:
        if self.letters.number < self.page.number:
            return []
        return [self._found_letter(letter) for letter in self.letters]

    def _letters(self) -> QuerySet[Letter]:
        """Title matches first, then the newest."""
        campaigns = list(Campaign.objects.published().values_list("pk", "title", "hashtag"))
        indexed = LetterWords.objects.filter(pk=OuterRef("revision"))
        waiting = [words_of(revision) for revision in revisions_to_index()]
        found, in_title = Q(), Q()
        for word in self.words:
            named = [pk for pk, *names in campaigns if word in fold(" ".join(names))]
            written = [one.pk for one in waiting if word in one.words]
            titled = [one.pk for one in waiting if word in one.titles]
            has = Q(Exists(indexed.filter(words__contains=word)))
            found &= has | Q(campaign__in=named) | Q(revision__in=written)
            in_title |= Q(Exists(indexed.filter(titles__contains=word))) | Q(revision__in=titled)
        return (
            Letter.objects.public()
            .filter(found)
            .select_related("campaign", "revision")
            .order_by(Case(When(in_title, then=Value(0)), default=Value(1)), "-opens_at", "-pk")
        )

    def _found_letter(self, letter: Letter) -> FoundLetter:
        edition = letter.words_here
        wording = letter.revision.wording if letter.revision else None
        others = [one for one in wording.editions if one != edition] if wording else []
        shown = next(
            (
                (part, one.language)
                for one in (edition, *others)
                if (part := excerpt(_running_text(one), self.words))
            ),
            (None, ""),
        )
        return FoundLetter(letter, edition, marked(edition.title, self.words), *shown)

    # Organisations

    @cached_property
    def organisations(self) -> Page[int]:
        """Ids of exact matches."""
        return Paginator(self._organisations, ORGANISATIONS).get_page(self.number)

    def found_organisations(self) -> list[FoundOrganisation]:
        if self.organisations.number < self.page.number:
            return []
        return self._shown(list(self.organisations), self.words)

    @cached_property
    def _organisations(self) -> list[int]:
        """Names that begin with the typed text first."""
        key = sort_key(self.text)
        first = Q(sort_key__startswith=key) | Q(acronym__iexact=self.text)
        found = self._with_words({word: [word] for word in self.words})
        order = (Case(When(first, then=Value(0)), default=Value(1)), "sort_key", "pk")
        return list(found.order_by(*order).values_list("pk", flat=True))

    def similar(self) -> list[FoundOrganisation]:
        """Organisations with similar words instead of the typed ones."""
        public = Organisation.objects.public().order_by().values_list("sort_key", flat=True)
        variants = {
            word: [word, *vocabulary.similar(word, public, self.state)] for word in self.words
        }
        words = [other for others in variants.values() for other in others]
        exact = set(self._organisations)
        found = self._with_words(variants).order_by("sort_key", "pk").values_list("pk", flat=True)
        return self._shown([pk for pk in found if pk not in exact][:SIMILAR], words)

    def _with_words(self, variants: dict[str, list[str]]) -> OrganisationQuerySet:
        """Public organisations with each word, or one similar to it, in some name."""
        found = Q()
        for word, typed in self._typed.items():
            has = Q(acronym__icontains=typed) | Q(acronym__contains=typed.upper())
            for other in variants[word]:
                named = OrganisationName.objects.filter(sort_key__contains=other)
                has |= Q(sort_key__contains=other) | Q(pk__in=named.values("organisation"))
            found &= has
        return Organisation.objects.filter(found).public()

    def _shown(self, pks: list[int], words: list[str]) -> list[FoundOrganisation]:
        found = Organisation.objects.public().with_names().in_bulk(pks)
        return [self._found_organisation(found[pk], words) for pk in pks if pk in found]

    def _found_organisation(
        self, organisation: Organisation, words: list[str]
    ) -> FoundOrganisation:
        name = organisation.name_here
        others = [organisation.name, *(one.name for one in organisation.names.all())]
        missing = [word for word in words if word not in fold(name)]
        other = next(
            (one for one in others if one != name and any(word in fold(one) for word in missing)),
            None,
        )
        return FoundOrganisation(
            organisation,
            marked(name, words),
            None if other is None else marked(other, words),
        )


def _running_text(edition: EditionWording) -> str:
    """The text for excerpts, in reading order."""
    to = "; ".join(map(str, edition.addressees))
    return " ".join(
        [
            edition.summary,
            f"{to}." if to else "",
            edition.body,
            *edition.demands,
        ]
    )


def revisions_to_index() -> QuerySet[Revision]:
    """Current revisions whose words are not stored yet."""
    present = Letter.objects.public().values("revision")
    return Revision.objects.filter(pk__in=present).exclude(
        Exists(LetterWords.objects.filter(pk=OuterRef("pk")))
    )


def words_of(revision: Revision) -> LetterWords:
    wording: Wording = revision.wording
    titles = " ".join(edition.title for edition in wording.editions)
    parts = [titles]
    for edition in wording.editions:
        parts += [_running_text(edition), edition.salutation, edition.call_to_sign, edition.note]
    return LetterWords(
        revision=revision, titles=_flat(titles), words=" ".join(_flat(part) for part in parts)
    )


def _flat(text: str) -> str:
    return fold(" ".join(text.split()))
