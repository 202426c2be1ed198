"""Errors of letters."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from config.errors import DomainError

SLUG_TAKEN = gettext_lazy(
    "This URL already redirects to another letter, which used it before. Choose another one."
)


class LetterError(DomainError):
    """A change that the letter does not allow."""


class IllegalTransition(LetterError):
    """The change of status, or another change, is not allowed in the present status."""


class SlugTaken(LetterError):
    """The slug is a former one of another letter, to which it redirects."""


class LetterNotReady(LetterError):
    """The letter lacks something that it needs to be public."""


class ReasonMissing(LetterError):
    """A change to a public text has no reason."""


class TranslationsLag(LetterError):
    """A published translation is not up to date with the original."""
