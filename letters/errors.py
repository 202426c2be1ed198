"""What a letter refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from config.errors import DomainError

ADDRESS_TAKEN = gettext_lazy(
    "This URL already redirects to another letter, which used it before. Choose another one."
)


class LetterError(DomainError):
    """A change that the letter does not allow."""


class IllegalTransition(LetterError):
    """The status asked for does not follow the present one."""


class AddressTaken(LetterError):
    """The address belonged to another letter before, to which it still leads."""


class LetterNotReady(LetterError):
    """Something that an open letter needs is missing."""


class ReasonMissing(LetterError):
    """A text that has been signed was changed without a word why."""


class TranslationsLag(LetterError):
    """A published translation does not say yet what the original says."""
