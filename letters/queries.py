"""What pages read of a letter's editions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from config.languages import direction, language_here, name_here, own_name, with_territory
from config.web.query_strings import leading_on
from letters.differences import Change, changes_between
from letters.models import Edition, Letter
from letters.readiness import CORRECTABLE, working_wording
from letters.translating import lags
from letters.wording import Wording


@dataclass(frozen=True)
class EditionLink:
    """One edition of a letter among those that a reader can choose from."""

    language: str
    url: str
    is_shown: bool

    @property
    def name(self) -> str:
        return own_name(self.language)

    @property
    def name_here(self) -> str:
        return name_here(self.language)

    @property
    def direction(self) -> str:
        return direction(self.language)

    @property
    def with_territory(self) -> str:
        return with_territory(self.language)

    @property
    def is_spoken(self) -> bool:
        """Whether the site itself has this language, so that the edition has a page of its own."""
        return self.language in dict(settings.LANGUAGES)


def edition_links(letter: Letter, shown: str) -> list[EditionLink]:
    """All editions of the present revision; `shown` is the language of the one on the page."""
    if letter.revision is None:
        return []
    return [
        EditionLink(language, edition_address(letter, language), language == shown)
        for language in letter.revision.wording.languages
    ]


@dataclass(frozen=True)
class LanguageChanges:
    """What changed in one language."""

    language: str
    changes: list[Change]

    @property
    def name(self) -> str:
        return own_name(self.language)

    @property
    def direction(self) -> str:
        return direction(self.language)


def changes_by_language(before: Wording, after: Wording) -> list[LanguageChanges]:
    """What changed, for each language in which anything did; the reader's own comes first."""
    languages = dict.fromkeys([*after.languages, *before.languages])
    here = language_here()
    return [
        LanguageChanges(language, changes)
        for language in sorted(languages, key=lambda code: code != here)
        if (changes := changes_between(before, after, language))
    ]


@dataclass(frozen=True)
class TranslationState:
    """A translation that staff are working on, and how many parts of it lag behind."""

    edition: Edition
    behind: int

    @property
    def name(self) -> str:
        return name_here(self.edition.language)


def working_state(letter: Letter) -> dict[str, Any]:
    """What staff need to know of the words they are working on.

    `translations`: TranslationState of each; `unpublished`: for each language in which the working
    text is not the public one, what is different; `can_revise`: whether there is a public text
    that such a difference could replace.
    """
    fresh = Letter.objects.with_working_text().get(pk=letter.pk)
    original = fresh.original
    return {
        "translations": [
            TranslationState(edition, len(lags(edition, original)) if original else 0)
            for edition in fresh.editions.all()
            if not edition.is_original
        ],
        "unpublished": changes_by_language(letter.revision.wording, working_wording(letter))
        if letter.revision
        else [],
        "can_revise": letter.status in CORRECTABLE,
    }


def edition_address(letter: Letter, language: str) -> str:
    """Where an edition is read: the letter's page in its language, or a page beside the present.

    The second is for editions in languages that the site itself does not speak.
    """
    if language in dict(settings.LANGUAGES):
        with override(language):
            return letter.get_absolute_url()
    return reverse("letter-in", args=[letter.slug, language])


def present_slug(former: str) -> str | None:
    """The slug of the public letter that had this one before."""
    letters = Letter.objects.public().filter(former_addresses__slug=former)
    return letters.values_list("slug", flat=True).first()


former_addresses_lead_on = leading_on("letters", present_slug)
