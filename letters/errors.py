"""What a letter refuses."""

from __future__ import annotations

from django.utils.functional import Promise


class LetterError(Exception):
    """A change that the letter does not allow; `message` tells staff why."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message


class IllegalTransition(LetterError):
    """The status asked for does not follow the present one."""


class LetterNotReady(LetterError):
    """Something that an open letter needs is missing."""
