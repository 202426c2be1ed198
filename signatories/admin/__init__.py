"""The admin pages for the register, review and blocked senders."""

from signatories.admin import (
    duplicates,
    imports,
    invalidations,
    letters,
    listings,
    organisations,
    signatures,
)

__all__ = [
    "duplicates",
    "imports",
    "invalidations",
    "letters",
    "listings",
    "organisations",
    "signatures",
]
