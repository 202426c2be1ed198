"""What is stored for every app: the audit trail, and the safety of staff's accounts."""

from config.models.audit import AuditEntry
from config.models.staff import Invitation, LoginAttempt, RecoveryCode, SecondFactor

__all__ = ["AuditEntry", "Invitation", "LoginAttempt", "RecoveryCode", "SecondFactor"]
