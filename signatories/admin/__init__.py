"""What staff see: the register, review and the defence against abuse."""

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
