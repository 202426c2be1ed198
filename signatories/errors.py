"""Errors that signing and review raise."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from config.errors import DomainError

if TYPE_CHECKING:
    from letters.models import Revision


class SignatureError(DomainError):
    """A change that a signature does not allow."""


class LetterNotOpen(SignatureError):
    """The letter is not open for signatures at this instant."""


class Refusal(StrEnum):
    """Why a signature is refused. No reason depends on who has signed."""

    BLOCKED = "blocked"  # staff blocked its domain or network
    NETWORK = "network"  # too many forms from its network
    LETTER = "letter"  # too many forms for the letter

    @property
    def text(self) -> str:
        if self is Refusal.BLOCKED:
            return _(
                "This site is not accepting signatures from your network or email domain at the"
                " moment. Nothing was saved. If you are signing for an organisation, please write"
                " to the organiser."
            )
        return _(
            "Too many forms are coming in at the moment, so nothing has been saved yet. What you"
            " wrote is still here. Please press the button again. Without JavaScript, try again"
            " later."
        )


class SigningRefused(SignatureError):
    """Abuse protection refused this signature. `try_again`: when it may succeed, if known."""

    def __init__(self, refusal: Refusal, try_again: datetime | None) -> None:
        super().__init__(refusal.text)
        self.refusal, self.try_again = refusal, try_again


class TextChanged(SignatureError):
    """The text to sign is no longer the one that the page showed.

    `since` is the revision that the page showed, or None if there never was such a revision.
    """

    def __init__(self, message: str | Promise, since: Revision | None) -> None:
        super().__init__(message)
        self.since = since


class IllegalTransition(SignatureError):
    """A signature cannot go from its current status to the requested one."""


class AlreadySigned(SignatureError):
    """The organisation already has a live signature on the letter."""


class NameTaken(SignatureError):
    """Another organisation on the register has this name in this country."""


class MaybeSecond(SignatureError):
    """Staff must first decide whether another signature is from the same organisation."""


class BadLink(SignatureError):
    """The link is invalid, or a newer one has replaced it."""


class TooManyMails(SignatureError):
    """The address has reached its limit of emails for this period."""


class LinkEnded(BadLink):
    """The link was valid once; the data it was for has been deleted."""


class LinkExpired(SignatureError):
    """The link was valid once. `signature_id` is the signature it was for."""

    def __init__(self, message: str | Promise, signature_id: int) -> None:
        super().__init__(message)
        self.signature_id = signature_id


class ReasonMissing(SignatureError):
    """A decision by staff needs a reason, for the representative or for the record."""


class NotListable(SignatureError):
    """The input is not a domain or network that can be blocked or allowed."""


class EndsTooEarly(SignatureError):
    """The end would be before the start."""


class AlreadyListed(SignatureError):
    """The domain or network is already blocked or allowed, on other terms."""


class NothingMatches(SignatureError):
    """The rule is empty or matches no signature."""


class ProposalChanged(SignatureError):
    """The representative's proposal has changed since staff looked at it."""


class MatchesChanged(SignatureError):
    """The rule no longer matches the same signatures as when staff looked."""


class DecisionStale(SignatureError):
    """The signature has changed since staff opened the page they decide on."""
