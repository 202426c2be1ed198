"""What signing and review refuse."""

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
    """The letter takes no signatures at this instant."""


class Refusal(StrEnum):
    """Why a signing is not kept. None of it hangs on who has signed."""

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
    """The defence does not take this signing; `try_again` is when it may, where that is known."""

    def __init__(self, refusal: Refusal, try_again: datetime | None) -> None:
        super().__init__(refusal.text)
        self.refusal, self.try_again = refusal, try_again


class TextChanged(SignatureError):
    """The words to sign are no longer those that the page showed.

    `since` is the revision that it showed, or None when there never was such a one.
    """

    def __init__(self, message: str | Promise, since: Revision | None) -> None:
        super().__init__(message)
        self.since = since


class IllegalTransition(SignatureError):
    """The status asked for does not follow the present one."""


class AlreadySigned(SignatureError):
    """The organisation has another live signature under the letter."""


class NameTaken(SignatureError):
    """The register has another organisation of this name in the country."""


class MaybeSecond(SignatureError):
    """Staff have to say first whether another signature is of the same organisation."""


class BadLink(SignatureError):
    """The link is not one of ours, or has been replaced by a newer one."""


class TooManyMails(SignatureError):
    """The address has had as many mails as it may have within this time."""


class LinkEnded(BadLink):
    """The link was right once; the data that it was for are erased."""


class LinkExpired(SignatureError):
    """The link was right once. `signature_id` is the signature that it was for."""

    def __init__(self, message: str | Promise, signature_id: int) -> None:
        super().__init__(message)
        self.signature_id = signature_id


class ReasonMissing(SignatureError):
    """A decision of staff needs a reason: the representative or the record is told it."""


class NotListable(SignatureError):
    """What was typed is no domain or network that can be blocked or allowed."""


class EndsTooEarly(SignatureError):
    """A time that would end before it begins."""


class AlreadyListed(SignatureError):
    """The domain or network is blocked or allowed already, on other terms."""


class NothingMatches(SignatureError):
    """No signature is as the rule says, or the rule says nothing."""


class ProposalChanged(SignatureError):
    """What the representative proposes is no longer what staff looked at."""


class MatchesChanged(SignatureError):
    """Other signatures are as the rule says now than when staff looked."""


class DecisionStale(SignatureError):
    """Staff decide on a signature that is no longer what their page showed."""
