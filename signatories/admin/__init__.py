"""What staff see: the register, review and the defence against abuse."""

from signatories.admin import (
    duplicates,
    invalidations,
    letters,
    listings,
    organisations,
    signatures,
)

__all__ = ["duplicates", "invalidations", "letters", "listings", "organisations", "signatures"]
