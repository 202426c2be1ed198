"""Errors of campaigns."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.errors import DomainError

SLUG_TAKEN = _(
    "This URL already redirects to another campaign, which used it before. Choose another one."
)


class SlugTaken(DomainError):
    """The slug is a former one of another campaign, to which it redirects."""
