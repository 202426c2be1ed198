"""Reads of letters and their editions for pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from config.languages import direction, language_here, name_here, own_name, with_territory
from config.web.query_strings import slug_redirects
from letters.differences import Change, changes_between
from letters.models import Edition, Letter
from letters.readiness import CORRECTABLE, working_wording
from letters.translating import lags
from letters.wording import Wording


@dataclass(frozen=True)
class EditionLink:
    """An edition in the list of languages that a reader can choose from."""

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
    def is_site_language(self) -> bool:
        """Whether it is a language of the site itself, with a page of its own."""
        return self.language in dict(settings.LANGUAGES)


def edition_links(letter: Letter, shown: str) -> list[EditionLink]:
    """Links to all editions of the present revision; `shown` is the language on the page."""
    if letter.revision is None:
        return []
    return [
        EditionLink(language, edition_url(letter, language), language == shown)
        for language in letter.revision.wording.languages
    ]


@dataclass(frozen=True)
class LanguageChanges:
    """The changes in one language."""

    language: str
    changes: list[Change]

    @property
    def name(self) -> str:
        return own_name(self.language)

    @property
    def direction(self) -> str:
        return direction(self.language)


def changes_by_language(before: Wording, after: Wording) -> list[LanguageChanges]:
    """The changes in each language that has any; the reader's own comes first."""
    languages = dict.fromkeys([*after.languages, *before.languages])
    here = language_here()
    return [
        LanguageChanges(language, changes)
        for language in sorted(languages, key=lambda code: code != here)
        if (changes := changes_between(before, after, language))
    ]


@dataclass(frozen=True)
class TranslationState:
    """A working translation, and how many of its parts lag behind."""

    edition: Edition
    behind: int

    @property
    def name(self) -> str:
        return name_here(self.edition.language)


def working_state(letter: Letter) -> dict[str, Any]:
    """The state of the working text, for staff.

    `translations`: the TranslationState of each; `unpublished`: the changes in each language in
    which the working text differs from the public one; `can_revise`: whether they can be published
    as a revision.
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


def edition_url(letter: Letter, language: str) -> str:
    """The URL of an edition: the letter's page in that language.

    For a language that the site itself does not have, a page in the present language shows it.
    """
    if language in dict(settings.LANGUAGES):
        with override(language):
            return letter.get_absolute_url()
    return reverse("letter-in", args=[letter.slug, language])


def present_slug(former: str) -> str | None:
    """The present slug of the public letter that formerly had this one."""
    letters = Letter.objects.public().filter(former_addresses__slug=former)
    return letters.values_list("slug", flat=True).first()


redirect_former_slugs = slug_redirects("letters", present_slug)
