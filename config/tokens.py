"""The format of all access tokens, so that logs can leave them out.

A token is `us_` followed by ASCII letters, digits, `-`, `_` and `~`: characters that a URL never
needs to encode. All links that grant access (a confirmation, a private page, an invitation) use
`as_token`, and nothing else on the site begins with this prefix.
"""

from __future__ import annotations

from django.core import signing

PREFIX = "us_"


def as_token(signed: str) -> str:
    """The token for a value signed by Django's signers."""
    return PREFIX + signed.replace(":", "~")


def signed_value(token: str) -> str:
    """The signed value in a token. Raises signing.BadSignature if it is not a token."""
    if not token.startswith(PREFIX):
        raise signing.BadSignature("not a token")
    return token.removeprefix(PREFIX).replace("~", ":")
