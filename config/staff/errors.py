"""Errors of staff accounts."""

from __future__ import annotations

from config.errors import DomainError


class AccountError(DomainError):
    """A change to an account that the rules do not allow."""


class LastAdministrator(AccountError):
    """Nobody would be left to manage the accounts."""


class TooManyAttempts(AccountError):
    """There were too many attempts, so this one was not checked."""


class WrongPassword(AccountError):
    """It is not the password of the user who is logged in."""


class WrongCode(AccountError):
    """The code of the second factor is wrong, or too soon after a wrong one."""


class InvitationEnded(AccountError):
    """The link of an invitation was used, replaced or withdrawn, has expired or is incomplete."""
