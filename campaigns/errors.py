"""What a campaign refuses."""

from __future__ import annotations

from config.errors import DomainError


class AddressTaken(DomainError):
    """The address belonged to another one before, to which it still leads."""
