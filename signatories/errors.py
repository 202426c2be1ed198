"""What signing and review refuse."""

from __future__ import annotations

from django.utils.functional import Promise


class SignatureError(Exception):
    """A change that a signature does not allow; `message` tells the reader why."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message


class LetterNotOpen(SignatureError):
    """The letter takes no signatures at this instant."""


class IllegalTransition(SignatureError):
    """The status asked for does not follow the present one."""


class AlreadySigned(SignatureError):
    """The organisation has another live signature under the letter."""


class BadLink(SignatureError):
    """The link is not one of ours, or has been replaced by a newer one."""


class LinkExpired(SignatureError):
    """The link was right once. `signature_id` is the signature that it was for."""

    def __init__(self, message: str | Promise, signature_id: int) -> None:
        super().__init__(message)
        self.signature_id = signature_id


class ReasonMissing(SignatureError):
    """To decline needs a reason that the representative can be told."""
