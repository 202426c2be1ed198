from __future__ import annotations

from config.errors import DomainError


class BackupFault(DomainError):
    """A backup that cannot be made or restored. The sentence says why, and nothing personal."""
