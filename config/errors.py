"""What every domain error of the apps has in common."""

from __future__ import annotations

from django.utils.functional import Promise


class DomainError(Exception):
    """A change that the rules do not allow; `message` tells the person who asked for it why."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message
