"""What staff see: the register and review."""

from signatories.admin import organisations, signatures

__all__ = ["organisations", "signatures"]
