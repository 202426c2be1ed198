"""Slugs of pages, with a random ending while the page is a draft.

A public page has the slug that staff typed. A draft always has a random ending: if it had one only
when the slug is in use, the ending would reveal another team's draft.
"""

from __future__ import annotations

import re
import secrets
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.utils.translation import gettext as _

ALPHABET = "23456789bcdfghjkmnpqrstvwxz"  # no lookalikes, and no vowels that would spell words
RANDOM_LENGTH = 5  # characters
LONGEST = 50  # characters, as Django's SlugField has
LONGEST_OF_DRAFT = LONGEST - len("-draft-") - RANDOM_LENGTH

_DRAFT = re.compile(rf"^(.+)-draft-[{ALPHABET}]{{{RANDOM_LENGTH}}}$")


def with_random_ending(slug: str, *, mark: str = "") -> str:
    """The slug with a random ending, after the mark if there is one."""
    ending = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
    ending = f"-{mark}-{ending}" if mark else f"-{ending}"
    return slug[: LONGEST - len(ending)].rstrip("-") + ending


def draft_slug(slug: str) -> str:
    """The slug of a draft, given what was typed."""
    return with_random_ending(typed_slug(slug), mark="draft")


def typed_slug(slug: str) -> str:
    """The slug as typed, without the random ending of a draft."""
    match = _DRAFT.match(slug)
    return match[1] if match else slug


def public_slug(slug: str, *others: QuerySet[Any]) -> str:
    """The slug of a draft that becomes public: the one typed, unless it is in use.

    `others` are the rows whose slugs are or were in use.
    """
    wanted = typed_slug(slug)
    if wanted == slug:
        return slug
    is_taken = any(rows.filter(slug=wanted).exists() for rows in others)
    return with_random_ending(wanted) if is_taken else wanted


class SlugForm(ModelForm[Any]):
    """Checks slugs without revealing rows that the user may not see."""

    # The rows that the user may see; set by the page.
    seen: QuerySet[Any] | None = None
    # Former slugs, the name of their foreign key to the page, and the error for one in use.
    former: ClassVar[Any]
    owner: ClassVar[str]
    taken: ClassVar[Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            message = _("Until the page is public, its URL has a random ending.")
            self.fields["slug"].help_text = f"{self.fields['slug'].help_text} {message}"

    def is_public(self) -> bool:
        """Whether the page will be public once it is saved."""
        raise NotImplementedError

    def _get_validation_exclusions(self) -> set[str]:
        """Uniqueness of the slug is checked below, not against all rows."""
        return {*super()._get_validation_exclusions(), "slug"}  # type: ignore[misc]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        slug, before = cleaned.get("slug"), self.instance.slug
        if not slug:
            return cleaned
        if not self.is_public():
            cleaned["slug"] = slug if slug == before else self._draft(slug)
        elif typed_slug(slug) != before:
            cleaned["slug"] = self._public(slug)
        return cleaned

    def _draft(self, slug: str) -> str:
        if len(typed_slug(slug)) > LONGEST_OF_DRAFT:
            message = _("Use at most %(most)d characters. You have used %(number)d.")
            number = {"most": LONGEST_OF_DRAFT, "number": len(typed_slug(slug))}
            self.add_error("slug", ValidationError(message % number))
        return draft_slug(slug)

    def _public(self, slug: str) -> str:
        """The slug as typed; with an ending if it is used by a page that the user may not see."""
        model: type[Model] = self._meta.model
        others = model._default_manager.exclude(pk=self.instance.pk).filter(slug=typed_slug(slug))
        former = self.former.exclude(**{self.owner: self.instance.pk}).filter(slug=typed_slug(slug))
        seen = (self.seen if self.seen is not None else model._default_manager.all()).values("pk")
        if others.filter(pk__in=seen).exists():
            self.add_error("slug", self.instance.unique_error_message(model, ("slug",)))
        elif former.filter(**{f"{self.owner}__in": seen}).exists():
            self.add_error("slug", ValidationError(self.taken))
        is_taken = others.exists() or former.exists()
        return with_random_ending(typed_slug(slug)) if is_taken else typed_slug(slug)
