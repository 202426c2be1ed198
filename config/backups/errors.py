from __future__ import annotations

from config.errors import DomainError


class BackupFault(DomainError):
    """A backup cannot be made or restored. The message says why, without personal data."""
