"""Device cookies: browsers in which a user has logged in before.

In such a browser, guesses made elsewhere do not make the user wait (OWASP, “Slow Down Online
Guessing Attacks with Device Cookies”). The cookie grants no access and is sent to the log-in page
only. It holds a random number and a keyed digest of the username, signed.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from config.encryption import blind_index

LIFETIME = timedelta(days=180)
SALT = "config.staff.device"


def cookie_name() -> str:
    """Browsers accept cookies with the prefix “__Secure-” over TLS only."""
    return "__Secure-device" if settings.SESSION_COOKIE_SECURE else "device"


def device_of(request: HttpRequest, name: str) -> str | None:
    """The identifier of this browser if the user of this name has logged in with it before."""
    signer = signing.TimestampSigner(salt=SALT)
    try:
        value = signer.unsign(request.COOKIES.get(cookie_name(), ""), max_age=LIFETIME)
    except signing.BadSignature:
        return None
    digest, _separator, device = value.partition(".")
    return device if constant_time_compare(digest, _digest_of(name)) else None


def remember_device(request: HttpRequest, response: HttpResponse, name: str) -> None:
    """Set the cookie, valid for LIFETIME, in a browser where the password was right."""
    device = device_of(request, name) or secrets.token_urlsafe(16)
    response.set_cookie(
        cookie_name(),
        signing.TimestampSigner(salt=SALT).sign(f"{_digest_of(name)}.{device}"),
        max_age=LIFETIME,
        path=reverse("staff:log_in"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def _digest_of(name: str) -> str:
    return blind_index(f"log-in name:{name}")[:32]
