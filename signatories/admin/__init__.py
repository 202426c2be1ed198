"""What staff see: the register, review and the defence against abuse."""

from signatories.admin import invalidations, letters, listings, organisations, signatures

__all__ = ["invalidations", "letters", "listings", "organisations", "signatures"]
