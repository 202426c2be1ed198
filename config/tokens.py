"""The shape of every token that opens something, so that logs can be kept free of them.

A token is `us_` and then letters, digits, `-`, `_` and `~` of ASCII: characters that a URL never
needs to encode. Whatever grants something by a link (a confirmation, a private page, an invitation)
is made by `as_token`, and nothing else in the site begins like that.
"""

from __future__ import annotations

from django.core import signing

PREFIX = "us_"


def as_token(signed: str) -> str:
    """The token for a value that one of Django's signers has signed."""
    return PREFIX + signed.replace(":", "~")


def signed_value(token: str) -> str:
    """What `as_token` was given. Raises signing.BadSignature for what is no token."""
    if not token.startswith(PREFIX):
        raise signing.BadSignature("not a token")
    return token.removeprefix(PREFIX).replace("~", ":")
