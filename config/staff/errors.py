"""What staff may not do with accounts, and why."""

from __future__ import annotations

from config.errors import DomainError


class AccountError(DomainError):
    """A change to an account that the rules do not allow."""


class LastAdministrator(AccountError):
    """Nobody would be left who can look after the accounts."""


class TooManyAttempts(AccountError):
    """Neither right nor wrong: it was not looked at."""


class WrongPassword(AccountError):
    """Not the password of whoever is logged in."""


class WrongCode(AccountError):
    """A code of the second factor that is not right, or comes too soon after a wrong one."""


class InvitationEnded(AccountError):
    """The link of an invitation was used, replaced, withdrawn, has expired or is incomplete."""
