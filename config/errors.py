"""The base class of all domain errors."""

from __future__ import annotations

from django.utils.functional import Promise


class DomainError(Exception):
    """A change that the rules do not allow; `message` tells the user why."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message
