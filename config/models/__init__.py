"""Models shared by all apps: the audit trail, and the security of staff accounts."""

from config.models.audit import AuditEntry
from config.models.staff import Invitation, LoginAttempt, RecoveryCode, SecondFactor

__all__ = ["AuditEntry", "Invitation", "LoginAttempt", "RecoveryCode", "SecondFactor"]
