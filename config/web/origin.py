"""Checks where a form came from, as public forms have no cookie for a CSRF token."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.views.decorators.csrf import csrf_exempt

from config.text.hosts import plain_netloc

View = Callable[..., HttpResponseBase]


def from_this_site(view: View) -> View:
    """Accept a POST only if the browser says that one of our own pages sent it.

    Browsers send Origin with every POST, and usually Sec-Fetch-Site. A program that sends neither
    does not abuse anybody's browser, so it is accepted.
    """

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not _is_own(request):
            raise PermissionDenied("This form was sent from another site.")
        return view(request, *args, **kwargs)

    return checked


def _is_own(request: HttpRequest) -> bool:
    """Whether, by the browser's headers, a form came from this site.

    Sec-Fetch-Site is the stronger evidence: no page can set it or leave it out. Origin is "null"
    even for our own forms if a proxy sets `Referrer-Policy: no-referrer`.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    if origin == "null":
        return site is not None
    return origin is None or _same_host(origin, request.get_host())


def _same_host(origin: str, host: str) -> bool:
    """Whether both are the same; a proxy may add the scheme's default port."""
    try:
        address = urlsplit(origin)
        ours = urlsplit(f"{address.scheme}://{host}")
        return bool(address.netloc) and (
            origin == f"{address.scheme}://{address.netloc}"
            and "@" not in address.netloc
            and plain_netloc(address) == plain_netloc(ours)
        )
    except ValueError:
        return False


class CsrfMiddleware(CsrfViewMiddleware):
    """Django's, but also accepts the admin's forms behind such a proxy.

    The token is still checked.
    """

    def _origin_verified(self, request: HttpRequest) -> bool:
        verified: bool = super()._origin_verified(request)  # type: ignore[misc]
        return verified or _is_own(request)


def network_of(request: HttpRequest) -> str:
    """The network of a request: the /24 of an IPv4 address, the /48 of an IPv6 one.

    With TRUSTED_PROXIES = n, the address is the n-th entry of X-Forwarded-For from the right;
    entries left of it are claims of the client, and a request with fewer entries bypassed the
    proxies, so its own address counts. An invalid address is "unknown".
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        forwarded = request.headers.get("X-Forwarded-For", "").strip()
        hops = forwarded.split(",") if forwarded else []
        if len(hops) >= settings.TRUSTED_PROXIES:
            address = hops[-settings.TRUSTED_PROXIES]
    try:
        parsed = ip_address(_without_port(address))
    except ValueError:
        return "unknown"
    # A server that listens on IPv6 reports IPv4 addresses as ::ffff:192.0.2.1.
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    return str(ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))


def _without_port(text: str) -> str:
    """The address without the port, brackets or quotes that some proxies add."""
    text = text.strip().strip('"').strip()
    bracketed = re.fullmatch(r"\[([^\]]*)\](?::\d*)?", text, re.ASCII)
    if bracketed:
        return bracketed[1]
    return re.sub(r"^([\d.]+):\d*$", r"\1", text, flags=re.ASCII)
